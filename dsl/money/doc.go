// Package money holds exact amounts with their currency, rounds them where it is told
// to and divides them without losing a cent.
//
// Compensation is paid in money and argued about in cents, so an amount here is a
// decimal integer with a scale, never a float, and every operation is exact or says
// how it rounds.
//
// Terms: an [Amount] is a value and its [Currency]; the minor unit is the smallest
// unit of a currency that ISO 4217 knows, its places are [Currency.Digits] (2 for
// USD, 0 for JPY, 3 for KWD); a [Rounding] is one of ten modes; [Allocate] divides a
// whole into parts by weights under a [Policy] that says who gets what is left over.
//
// Traps:
//   - Amounts are canonical, so == means same value and same currency: 12.5 USD equals
//     12.50 USD. They work as map keys.
//   - Amount{} is zero of no currency and adds to anything. 0 USD is not: 0 USD + 1 EUR
//     is an error like 1 USD + 1 EUR, because whoever wrote it has mixed up columns.
//   - An amount may be finer than the minor unit: products are exact. Only Round,
//     RoundMinor, Div and Allocate change places, and the last loses nothing.
//   - Bounds are 38 digits and 38 places. They are checked before any arithmetic, so a
//     hostile decimal of two million zeros is refused at once.
//   - Our digits are ISO's, not CLDR's (see the table): PKR, COP and IDR have cents.
package money

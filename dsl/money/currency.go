package money

import (
	"slices"
	"strings"
)

// Currency is an ISO 4217 code in which money can be held. It is comparable; the
// zero value is no currency.
type Currency struct{ code [3]byte }

// entry is one line of the currency table. Months are "YYYY-MM", or "YYYY" where no
// month is published; empty is unknown or, for withdrawn, still in use.
type entry struct {
	code       string
	digits     int
	name       string
	introduced string
	withdrawn  string
}

// none marks units without a minor unit: metals, bond units, testing codes.
const none = -1

func lookup(code string) (entry, bool) {
	for _, table := range [][]entry{active, withdrawn} {
		i, ok := slices.BinarySearchFunc(table, code, func(e entry, code string) int {
			return strings.Compare(e.code, code)
		})
		if ok {
			return table[i], true
		}
	}
	return entry{}, false
}

// ParseCurrency finds a currency by its code of three capital letters. Withdrawn
// codes are read too: closed years are in them. The error is a *[CurrencyError], with
// the codes that may have been meant.
func ParseCurrency(code string) (Currency, error) {
	e, ok := lookup(code)
	switch {
	case !ok:
		return Currency{}, &CurrencyError{Code: clip(code), Reason: "no ISO 4217 code", Near: nearCodes(code)}
	case e.digits == none && e.withdrawn == "":
		return Currency{}, &CurrencyError{Code: code, Reason: e.name + ", which has no minor unit: money can't be held in it"}
	case e.digits == none:
		return Currency{}, &CurrencyError{
			Code:   code,
			Reason: e.name + ", withdrawn in " + e.withdrawn + ", whose minor unit is not published: convert such amounts first",
		}
	}
	return Currency{[3]byte([]byte(code))}, nil
}

// MustCurrency is ParseCurrency for codes known to be right; it panics on others.
func MustCurrency(code string) Currency {
	c, err := ParseCurrency(code)
	if err != nil {
		panic(err)
	}
	return c
}

// String is the code, empty for no currency.
func (c Currency) String() string {
	if c.IsZero() {
		return ""
	}
	return string(c.code[:])
}

// IsZero reports that there is no currency.
func (c Currency) IsZero() bool { return c == Currency{} }

// Equal is ==, for packages that compare by method.
func (c Currency) Equal(d Currency) bool { return c == d }

// Digits is the number of places of the minor unit: 2 for USD, 0 for JPY, 3 for KWD,
// 4 for CLF. No currency has 0.
func (c Currency) Digits() int { return c.entry().digits }

// Name is the English name in ISO 4217, such as "US Dollar".
func (c Currency) Name() string { return c.entry().name }

// Withdrawn is the month ("2023-01") or year in which ISO 4217 says that the code
// was withdrawn, false while it is in use. Money may be in circulation for some
// weeks after.
func (c Currency) Withdrawn() (month string, ok bool) {
	month = c.entry().withdrawn
	return month, month != ""
}

// Introduced is the month ("2025-03") or year in which the currency came into use,
// false for most that are older than 2000.
func (c Currency) Introduced() (month string, ok bool) {
	month = c.entry().introduced
	return month, month != ""
}

func (c Currency) entry() entry {
	e, _ := lookup(c.String())
	return e
}

// MarshalText is the code, empty for no currency.
func (c Currency) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a code as [ParseCurrency] does; empty is no currency.
func (c *Currency) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*c = Currency{}
		return nil
	}
	*c, err = ParseCurrency(string(text))
	return err
}

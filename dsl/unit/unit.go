// Package unit says what a number measures: money of a currency, a ratio, a count,
// an amount for each thing counted, a date, days, a text, or true and false.
//
// Units are what keeps a formula from adding dollars to euros or an amount to a
// percentage. They combine as in physics: money ÷ money is a ratio, money per
// count × count is money, and money × money has no meaning.
//
// Terms. A currency is a code of ISO 4217 ("USD"), or a place: a name in small letters
// ("event", "quota", "pay") whose currency is bound for each row when a formula is
// evaluated.
//
// Trap: the zero value is a ratio, not "unknown".
package unit

import "fmt"

// Kind is the class of a [Unit]. The zero value is Number.
type Kind uint8

// The kinds of unit.
const (
	Number Kind = iota // a dimension of money and count: ratio, money, count, money per count
	Date               // a civil day
	Days               // a number of days
	Text               // a key or a member of an enum: compared, never computed
	Bool               // true or false
)

// Unit says what a number measures. The zero value is a ratio.
type Unit struct {
	Kind         Kind
	Money, Count int8   // exponents, for Kind Number
	Currency     string // a code, or a place that is bound for each row; only where Money is not 0
}

// The units that need no parameter.
var (
	Ratio    = Unit{}           // a plain number
	Counted  = Unit{Count: 1}   // a number of things
	DateUnit = Unit{Kind: Date} // a civil day
	DayCount = Unit{Kind: Days} // a number of days
	TextUnit = Unit{Kind: Text} // a key or a member of an enum
	BoolUnit = Unit{Kind: Bool} // true or false
)

// Money is the unit of amounts in a currency.
func Money(currency string) Unit { return Unit{Money: 1, Currency: currency} }

// MoneyPer is the unit of a rate that pays an amount for each thing counted.
func MoneyPer(currency string) Unit { return Unit{Money: 1, Count: -1, Currency: currency} }

// String is the unit as a message names it: "money[USD]", "ratio".
func (u Unit) String() string {
	switch u.Kind {
	case Date:
		return "date"
	case Days:
		return "days"
	case Text:
		return "text"
	case Bool:
		return "bool"
	}
	switch {
	case u.Money == 0 && u.Count == 0:
		return "ratio"
	case u.Money == 0 && u.Count == 1:
		return "count"
	case u.Money == 1 && u.Count == 0:
		return "money[" + u.Currency + "]"
	case u.Money == 1 && u.Count == -1:
		return "money[" + u.Currency + "] per count"
	}
	return fmt.Sprintf("money^%d × count^%d", u.Money, u.Count)
}

// Short is the unit as a trace writes it: "USD", "USD per count", "ratio".
func (u Unit) Short() string {
	switch {
	case u.IsMoney():
		return u.Currency
	case u.Kind == Number && u.Money == 1 && u.Count == -1:
		return u.Currency + " per count"
	}
	return u.String()
}

// IsMoney reports whether the unit is an amount in some currency.
func (u Unit) IsMoney() bool { return u.Kind == Number && u.Money == 1 && u.Count == 0 }

// Meaningful reports whether a product or quotient is something that a plan can say.
func (u Unit) Meaningful() bool {
	if u.Kind != Number {
		return true
	}
	switch [2]int8{u.Money, u.Count} {
	case [2]int8{0, 0}, [2]int8{0, 1}, [2]int8{1, 0}, [2]int8{1, -1}:
		return true
	}
	return false
}

// Times is the unit of a product.
func (u Unit) Times(v Unit) Unit { return u.combine(v, 1) }

// Over is the unit of a quotient.
func (u Unit) Over(v Unit) Unit { return u.combine(v, -1) }

func (u Unit) combine(v Unit, sign int8) Unit {
	out := Unit{Money: u.Money + sign*v.Money, Count: u.Count + sign*v.Count, Currency: u.Currency}
	if out.Currency == "" {
		out.Currency = v.Currency
	}
	if out.Money == 0 {
		out.Currency = ""
	}
	return out
}

package dsl

import "github.com/payproof/payproof/dsl/unit"

// Unit says what a number measures, see [unit.Unit].
type Unit = unit.Unit

// The units that need no parameter.
var (
	Ratio    = unit.Ratio    // a plain number
	Counted  = unit.Counted  // a number of things
	DateUnit = unit.DateUnit // a civil day
	DayCount = unit.DayCount // a number of days
	TextUnit = unit.TextUnit // a key or a member of an enum
	BoolUnit = unit.BoolUnit // true or false
)

// Money is the unit of amounts in a currency.
func Money(currency string) Unit { return unit.Money(currency) }

// MoneyPer is the unit of a rate that pays an amount for each thing counted.
func MoneyPer(currency string) Unit { return unit.MoneyPer(currency) }

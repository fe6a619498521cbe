package money

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// ErrOverflow is returned, wrapped or as it is, for a value of more than 38 digits or
// 38 places. Round earlier, or check the input: no payroll has such amounts.
var ErrOverflow = errors.New("money: more than 38 digits or 38 places: round before, or check the input")

// ErrNoCurrency is returned when an amount other than zero has no currency.
var ErrNoCurrency = errors.New("money: an amount other than zero needs a currency")

// ErrDivideByZero is returned by [Amount.Div].
var ErrDivideByZero = errors.New("money: division by zero")

// CurrencyMismatchError is returned when amounts of two currencies meet.
type CurrencyMismatchError struct {
	// A and B are the currencies in the order of the operands.
	A, B Currency
}

// Error names both currencies.
func (e *CurrencyMismatchError) Error() string {
	return "money: " + orNone(e.A) + " and " + orNone(e.B) + " don't mix: convert one of them at a stated rate first"
}

func orNone(c Currency) string {
	if c.IsZero() {
		return "an amount without currency"
	}
	return c.String()
}

// CurrencyError is returned for a text that names no currency of the table.
type CurrencyError struct {
	// Code is what was read, cut to 60 bytes.
	Code string
	// Reason says what the code is, or that it is none.
	Reason string
	// Near are codes that may have been meant, the best guess first.
	Near []string
}

// Error quotes the code, gives the reason and asks for the near codes.
func (e *CurrencyError) Error() string {
	s := "money: currency " + strconv.Quote(e.Code) + " is " + e.Reason
	if len(e.Near) == 0 {
		return s
	}
	return s + ": did you mean " + strings.Join(e.Near, " or ") + "?"
}

// SyntaxError is returned for a text that is no amount.
type SyntaxError struct {
	// Text is what was read, cut to 60 bytes.
	Text string
	// Reason says what is wrong with it and what to write.
	Reason string
}

// Error quotes the text and gives the reason.
func (e *SyntaxError) Error() string {
	return "money: " + strconv.Quote(e.Text) + " is not an amount: " + e.Reason
}

// NameError is returned for a text that names no mode or policy.
type NameError struct {
	// Name is what was read, cut to 60 bytes.
	Name string
	// What says what it should name, such as "rounding".
	What string
	// Hint says what to write.
	Hint string
}

// Error quotes the name and gives the hint.
func (e *NameError) Error() string {
	return "money: " + strconv.Quote(e.Name) + " names no " + e.What + ": " + e.Hint
}

// AllocationError is returned when a whole can't be divided as asked.
type AllocationError struct {
	// Index is the weight that is at fault, −1 when it is none of them.
	Index int
	// Reason says what is wrong and how to put it right.
	Reason string
}

// Error gives the index and the reason.
func (e *AllocationError) Error() string {
	if e.Index < 0 {
		return "money: can't divide: " + e.Reason
	}
	return "money: can't divide: weight " + strconv.Itoa(e.Index) + " " + e.Reason
}

// RemainderError is returned under [Refuse] when a whole leaves something over.
type RemainderError struct {
	// Whole and Left are in units: for an [Amount], of the last place divided at.
	Whole, Left *big.Int
}

// Error gives both numbers and the way out.
func (e *RemainderError) Error() string {
	return "money: of " + e.Whole.String() + " units " + e.Left.String() +
		" are left over, and the policy refuses that: choose who gets them, such as " + LargestRemainder.String()
}

package dsl

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/internal/explain"
	"github.com/payproof/payproof/dsl/money"
)

// Value is the result of a formula: a coefficient with a number of decimal
// places and a unit. A bool is 0 or 1, a date its day number.
type Value struct {
	coef  int64
	wide  *big.Int // nil when coef holds it
	scale uint8
	unit  Unit
}

// Unit is what the value measures.
func (v Value) Unit() Unit { return v.unit }

// Bool is the value of a condition.
func (v Value) Bool() bool { return v.coef != 0 }

// Big is the coefficient and its decimal places.
func (v Value) Big() (*big.Int, uint8) {
	if v.wide != nil {
		return new(big.Int).Set(v.wide), v.scale
	}
	return big.NewInt(v.coef), v.scale
}

// Decimal is the value as a number.
func (v Value) Decimal() decimal.Decimal {
	if v.wide == nil {
		return decimal.New(v.coef, -int32(v.scale))
	}
	return decimal.NewFromBigInt(v.wide, -int32(v.scale))
}

// Amount is the value as money. The error says that the unit is not money in
// a currency, or that it has over 38 digits.
func (v Value) Amount() (money.Amount, error) {
	if !v.unit.IsMoney() {
		return money.Amount{}, fmt.Errorf("a %s is not an amount of money", v.unit)
	}
	cur, err := money.ParseCurrency(v.unit.Currency)
	if err != nil {
		return money.Amount{}, err
	}
	c, s := v.Big()
	return money.FromBig(c, s, cur)
}

// String is the value in canonical form: no exponent, no trailing zeros.
func (v Value) String() string {
	c, _ := v.Big()
	return show(c, v.scale, v.unit)
}

func show(c *big.Int, scale uint8, u Unit) string { return explain.Show(c, scale, u) }

// Int64 is the coefficient and its decimal places; ok is false where it does not fit in 64 bits.
func (v Value) Int64() (coefficient int64, scale uint8, ok bool) {
	return v.coef, v.scale, v.wide == nil
}

// Package table holds rate tables: half-open tiers of an amount, each with a rate.
//
// A tier says where it starts; it ends where the next one starts, and the last is
// open above. An amount equal to an edge belongs to the upper tier, unless the tier
// says that it starts above its edge. Edges are amounts, or shares of a quota, which
// are multiplied out exactly before the walk: nothing is ever divided, so no cent is
// lost to a rounded attainment.
//
// There is one mechanism per file. [Table.Pays] prepares a table for numbers of
// given scales; what comes out works on whole coefficients, and says exactly which
// slice of an amount each tier paid for.
//
// Trap: marginal and whole tables over the same tiers pay different amounts ("step"
// and "straight", "graduated" and "retroactive" in other products): the kind is part
// of the table and never guessed.
package table

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
)

// Kind says what the tier reached means. The zero value is Marginal.
type Kind uint8

// The kinds.
const (
	Marginal Kind = iota // each slice of the amount at its own tier's rate
	Whole                // the rate of the tier reached for all of the amount
)

// String is the word a plan file uses.
func (k Kind) String() string {
	if k == Whole {
		return "whole"
	}
	return "marginal"
}

// Edges says what the edges of a table are. The zero value is Amounts.
type Edges uint8

// The kinds of edge.
const (
	Amounts Edges = iota // numbers of the unit of what is looked up
	OfQuota              // shares of the quota: 1 is 100 %
)

// Tier is a band that starts at From (or just above it) and has a rate. Rate is a
// ratio: 0.06 is 6 %.
type Tier struct {
	From  decimal.Decimal
	Above bool // From itself still belongs to the tier below
	Rate  decimal.Decimal
	At    source.Span
}

// Table is a rate table as a plan writes it. By names the measure it is meant for
// and may be empty.
type Table struct {
	Name  string // as formulas write it
	Kind  Kind
	By    string
	Edges Edges
	Tiers []Tier      // from low to high
	At    source.Span // where it stands
}

// Check lists what is wrong with the table: no tiers, a first tier that does not
// start at zero, tiers that overlap or repeat, and, as warnings, rates that fall
// below zero or a whole table whose pay drops at an edge.
func (t Table) Check() source.Diagnostics {
	var ds source.Diagnostics
	if len(t.Tiers) == 0 {
		return append(ds, source.Errorf("table-empty", t.At, "table %q has no tiers", t.Name).
			WithHint("write tiers, the first of them `{from: 0, rate: …}`"))
	}
	if first := t.Tiers[0]; !first.From.IsZero() || first.Above {
		ds = append(ds, source.Errorf("table-start", first.At, "the first tier of %q starts at %s, and nothing says what is paid below", t.Name, fact.DecimalText(first.From)).
			WithHint("add a tier `{from: 0, rate: 0%%}` before it, or start it at 0"))
	}
	for i := 1; i < len(t.Tiers); i++ {
		ds = append(ds, t.checkStep(t.Tiers[i-1], t.Tiers[i])...)
	}
	return ds
}

func (t Table) checkStep(lower, upper Tier) (ds source.Diagnostics) {
	switch c := upper.From.Cmp(lower.From); {
	case c < 0:
		ds = append(ds, source.Errorf("table-order", upper.At, "this tier of %q starts at %s, below the tier before it at %s", t.Name, fact.DecimalText(upper.From), fact.DecimalText(lower.From)).
			WithNote(lower.At, "the tier before it").WithHint("sort the tiers from low to high"))
	case c == 0:
		ds = append(ds, source.Errorf("table-overlap", upper.At, "two tiers of %q start at %s", t.Name, fact.DecimalText(upper.From)).
			WithNote(lower.At, "the other tier").WithHint("keep one of them"))
	}
	if t.Kind == Whole && upper.Rate.LessThan(lower.Rate) {
		ds = append(ds, source.Warnf("table-falls", upper.At, "pay falls where %q reaches %s: the rate drops from %s to %s on the whole amount", t.Name, fact.DecimalText(upper.From), fact.DecimalText(lower.Rate), fact.DecimalText(upper.Rate)).
			WithHint("selling more would pay less; a marginal table does not do that"))
	}
	return ds
}

// coefficient is d × 10^scale, which is whole when scale is at least [places] of d.
func coefficient(d decimal.Decimal, scale int) *big.Int {
	c := d.Coefficient()
	return c.Mul(c, fixed.Pow10Big(scale+int(d.Exponent())))
}

// places is the number of decimal places d is written with.
func places(d decimal.Decimal) int { return max(0, -int(d.Exponent())) }

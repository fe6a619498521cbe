// Package table holds rate tables: what a tier, a point or a cell pays for what was
// reached.
//
// There is one mechanism in each file, in the field's words:
//
//	marginal      each slice of the amount at the rate of its own tier
//	whole         the rate of the tier reached, for all of the amount
//	excess        the rate of the tier reached, for what lies above a base
//	proportional  a rate that grows in a straight line between points, for all of the amount
//	interpolated  a value on the straight line between points
//	step          the value of the tier reached
//	matrix        the value of a cell, by two or more keys
//	lookup        the value of a name, by one or more names
//
// # Terms
//
// A tier says where it starts; it ends where the next one starts, and the last is open
// above. An amount equal to an edge belongs to the upper tier, unless the tier says that it
// starts above its edge, or the table that edges belong to the lower. Edges are amounts, or
// shares of a quota, which are multiplied out exactly before the amount is compared: nothing is
// divided to find a tier, so no cent is lost to a rounded attainment.
//
// [Table.Curve], [Table.Line] and [Table.Grid] prepare a table for numbers of given
// decimal places. What comes out works on whole coefficients in int64, in 128 bits, or in
// integers of any size: three programs for the same value, and a test holds them equal.
//
// # Traps
//
// Marginal and whole tables over the same tiers pay different amounts ("step" and
// "straight", "graduated" and "retroactive" in other products): the kind is part of the table
// and never guessed. Interpolating divides, and a division rounds half-even to 16 places; every
// other mechanism is exact.
package table

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
	"github.com/payproof/payproof/internal/fixed"
)

// Kind says what the tier, point or cell that is reached means. The zero value is Marginal.
type Kind uint8

// The kinds.
const (
	Marginal     Kind = iota // each slice of the amount at its own tier's rate
	Whole                    // the rate of the tier reached for all of the amount
	Excess                   // the rate of the tier reached for what lies above Base
	Proportional             // a rate on the line between points, for all of the amount
	Interpolated             // a value on the line between points
	Step                     // the value of the tier reached
	Matrix                   // the value of a cell
	Lookup                   // the value of a name
)

var kindNames = [...]string{"marginal", "whole", "excess", "proportional", "interpolated", "step", "matrix", "lookup"}

// String is the word that a plan file uses.
func (k Kind) String() string { return kindNames[k] }

// Kinds are all kinds, in the order of their constants.
func Kinds() []Kind {
	return []Kind{Marginal, Whole, Excess, Proportional, Interpolated, Step, Matrix, Lookup}
}

// Edges says what the edges of a table are. The zero value is Amounts.
type Edges uint8

// The kinds of edge.
const (
	Amounts Edges = iota // numbers of the unit of what is looked up
	OfQuota              // shares of the quota: 1 is 100 %
)

// Notation says how a plan writes the edges of a key, so that amounts are not taken for parts of a quota.
// The zero value is Bare.
type Notation uint8

// The notations.
const (
	Bare    Notation = iota // numbers without a unit, which fit any key
	Percent                 // 80%: of a ratio, or of a quota
	Money                   // 450_000 USD
)

// Below says what is paid below the first edge or point. The zero value is the usual of
// the kind: a marginal table goes on with its first rate, all others pay nothing.
type Below uint8

// The choices.
const (
	Usual  Below = iota // the kind's own: Extend for marginal tables, Zero for the others
	Zero                // nothing
	Extend              // the first rate, or the first line, goes on downwards
	First               // the value of the first tier or point
)

// Beyond says what an interpolated or proportional table gives past its last point. The zero value is
// Flat.
type Beyond uint8

// The choices.
const (
	Flat  Beyond = iota // the value of the last point
	Slope               // the last line goes on upwards
)

// Tier is a band that starts at From (or just above it), or a point of a line at From.
type Tier struct {
	From  decimal.Decimal
	Above bool             // From itself still belongs to the tier below
	To    *decimal.Decimal // where the author says that it ends; nil is where the next one starts
	Rate  decimal.Decimal  // the rate, or what the tier or point gives; 0.06 is 6 %
	At    source.Span      // where it stands
}

// Axis is one key of a matrix or lookup: edges of numbers, or names.
type Axis struct {
	By      string            // what it is looked up with, for messages
	Edges   []decimal.Decimal // of numbers, from low to high; nil for an axis of names
	In      Notation          // how the edges are written
	Members []string          // the names
	At      source.Span       // where it stands
}

// size is the number of bands or names.
func (a Axis) size() int { return len(a.Edges) + len(a.Members) }

// Table is a table as a plan writes it. What a kind does not use is zero.
type Table struct {
	Name     string // as formulas write it
	Kind     Kind
	By       []string  // what it is meant for: measures or fields; may be empty
	Gives    unit.Unit // of rates and values: a ratio, money, or money per count
	Edges    Edges
	In       Notation          // how the edges are written
	Lower    bool              // an amount equal to an edge belongs to the lower tier
	Below    Below             // of all kinds but Lookup
	Carry    bool              // beside Below: Zero: a measure that ends below zero opens its next window with that
	Beyond   Beyond            // of Proportional and Interpolated
	Max      *decimal.Decimal  // of Proportional and Interpolated: the most they give; nil is no limit
	Base     decimal.Decimal   // of Excess: an amount or a share of the quota, as Edges are
	Tiers    []Tier            // from low to high; none for Matrix and Lookup
	Axes     []Axis            // of Matrix and Lookup
	Cells    []decimal.Decimal // of Matrix and Lookup: one for each combination, the last key fastest
	Bilinear bool              // of Matrix: values between the edges lie on lines
	Default  *decimal.Decimal  // of Lookup: for names that are no members; nil is none
	Versions []Version         // what holds at other times; nil is always this table
	Faulty   bool              // could not be read: it has findings of its own, and formulas with it are not computed
	At       source.Span       // where it stands
}

// Version is a table that holds for some dates.
type Version struct {
	Effective calendar.Range // the days on which it holds
	Table     Table          // of the same kind and name
}

// above reports whether an amount equal to the edge of the i-th tier is below it. Below the
// first there is no tier that it could belong to.
func (t Table) above(i int) bool { return t.Tiers[i].Above || t.Lower && i > 0 }

// below is what holds below the first edge.
func (t Table) below() Below {
	switch {
	case t.Below != Usual:
		return t.Below
	case t.Kind == Marginal:
		return Extend
	}
	return Zero
}

// coefficient is d × 10^scale, which is whole when scale is at least [places] of d.
func coefficient(d decimal.Decimal, scale int) *big.Int {
	c := d.Coefficient()
	return c.Mul(c, fixed.Pow10Big(scale+int(d.Exponent())))
}

// places is the number of decimal places d is written with.
func places(d decimal.Decimal) int { return max(0, -int(d.Exponent())) }

// scales are the most places of the tiers' edges and rates.
func (t Table) scales() (edge, rate int) {
	edge = places(t.Base)
	for _, tier := range t.Tiers {
		edge, rate = max(edge, places(tier.From)), max(rate, places(tier.Rate))
	}
	return edge, rate
}

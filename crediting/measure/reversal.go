package measure

import (
	"slices"

	"github.com/shopspring/decimal"
)

// A reversal takes from a sum what it takes back. From a count it takes one when nothing is left of what it takes
// back, so that the counts of windows add up as sums do. Among different values, the largest and the least, what is left
// of an item counts while it is in the window, and nothing is taken from a window that the item is not in.

// undoes reports whether the item takes another one back.
func (i Item) undoes() bool { return i.Event.Reversal() != nil }

// Counts is what the item adds to a count: of a reversal −1 when nothing is left of what it takes back, and 0 before.
func (i Item) Counts() decimal.Decimal {
	r := i.Event.Reversal()
	switch {
	case r == nil:
		return one
	case r.Last():
		return one.Neg()
	}
	return decimal.Zero
}

// of reports whether a reversal's item takes another item back.
func (i Item) of(other Item) bool {
	r := i.Event.Reversal()
	if r == nil || r.Of != other.Event {
		return false
	}
	if i.Credit == nil || other.Credit == nil {
		return true
	}
	c, o := i.Credit, other.Credit
	return c.Payee == o.Payee && c.Rule == o.Rule && c.Type == o.Type && slices.Equal(c.Path, o.Path)
}

// Net is an item, and what is taken back of it within the window.
type Net struct {
	Item  Item
	Taken []Item // in declared order
}

// Left reports whether something is left of the item, and how much.
func (n Net) Left() (amount decimal.Decimal, ok bool) {
	amount = n.Item.Amount
	for _, t := range n.Taken {
		if t.Event.Reversal().Last() {
			return amount, false
		}
		amount = amount.Add(t.Amount)
	}
	return amount, true
}

// Nets puts what is taken back of items to them. What takes back of other items is left out.
func Nets(items []Item) []Net {
	var out []Net
	for _, i := range items {
		if !i.undoes() {
			out = append(out, Net{Item: i})
			continue
		}
		takeFrom(out, i)
	}
	return out
}

// takeFrom gives an item that takes back to the one that it takes from, if that is there. Of several that are alike,
// each takes from its own.
func takeFrom(nets []Net, i Item) {
	for k := range nets {
		n := &nets[k]
		if i.of(n.Item) && !slices.ContainsFunc(n.Taken, func(t Item) bool { return t.Event == i.Event }) {
			n.Taken = append(n.Taken, i)
			return
		}
	}
}

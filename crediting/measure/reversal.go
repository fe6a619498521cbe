package measure

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
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
	if c.Release != nil && c.Release.Of != o.Date() { // of what was held, another part
		return false
	}
	return c.Payee == o.Payee && c.Rule == o.Rule && c.Type == o.Type && slices.Equal(c.Path, o.Path)
}

// Net is an item, and what is taken back of it within the window.
type Net struct {
	Item  Item
	Taken []Item // in declared order
	left  decimal.Decimal
	gone  bool // nothing is left
}

// Left reports whether something is left of the item, and how much.
func (n *Net) Left() (amount decimal.Decimal, ok bool) { return n.left, !n.gone }

// Nets puts what is taken back of items to them. What takes back of other items is left out.
func Nets(items []Item) []*Net {
	var n nets
	for _, i := range items {
		if i.undoes() {
			n.take(i)
		} else {
			n.add(i)
		}
	}
	return n.list
}

// nets finds items by their events, for what takes back of them.
type nets struct {
	list []*Net // the oldest first
	of   map[*crediting.Event][]*Net
}

func (n *nets) add(i Item) {
	if n.of == nil {
		n.of = map[*crediting.Event][]*Net{}
	}
	added := &Net{Item: i, left: i.Amount}
	n.list, n.of[i.Event] = append(n.list, added), append(n.of[i.Event], added)
}

// oldest drops the oldest item, and what was taken of it.
func (n *nets) oldest() {
	e := n.list[0].Item.Event
	if n.list, n.of[e] = n.list[1:], n.of[e][1:]; len(n.of[e]) == 0 {
		delete(n.of, e)
	}
}

// take gives an item that takes back to the one that it takes from, if that is there. Of several that are alike,
// each takes from its own.
func (n *nets) take(i Item) {
	r := i.Event.Reversal()
	for _, net := range n.of[r.Of] {
		if last := len(net.Taken) - 1; i.of(net.Item) && (last < 0 || net.Taken[last].Event != i.Event) {
			net.Taken, net.left, net.gone = append(net.Taken, i), net.left.Add(i.Amount), r.Last()
			return
		}
	}
}

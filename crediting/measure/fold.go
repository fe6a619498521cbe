package measure

import (
	"github.com/shopspring/decimal"
)

// Folder is the value of a window that moves over items in declared order: they come
// in with Add, and leave, the oldest first, with Remove. Both take constant time. Make one
// with [Measure.Fold].
type Folder struct {
	how   Aggregate
	sum   total          // of sums and counts
	seen  map[string]int // CountDistinct: how often each value is in the window
	best  []Item         // Max, Min: those that no later item outdoes, oldest first
	first int            // the place in best of the oldest that is still in the window
	added int            // items that came in
	gone  int            // items that left
	order []int          // beside best: which item it was, counted as added
	nets  nets           // CountDistinct, Max, Min: the items in the window of which reversals take back
}

// Fold starts an empty window.
func (m Measure) Fold() *Folder {
	f := &Folder{how: m.How}
	if m.How == CountDistinct {
		f.seen = map[string]int{}
	}
	return f
}

var one = decimal.New(1, 0)

// Add takes the next item in.
func (f *Folder) Add(i Item) {
	switch f.how {
	case Sum, WeightedSum:
		f.sum.add(i.Amount)
	case Count:
		f.sum.add(i.Counts())
	case CountDistinct, Max, Min:
		switch {
		case i.undoes():
			f.nets.take(i)
		case i.Event.Reversed():
			f.nets.add(i)
		case f.how == CountDistinct:
			if f.seen[i.Key]++; f.seen[i.Key] == 1 {
				f.sum.add(one)
			}
		default:
			f.outdo(i)
		}
	}
	f.added++
}

// Remove takes the oldest item out. It has to be the one that was added first of those
// still in the window.
func (f *Folder) Remove(i Item) {
	switch f.how {
	case Sum, WeightedSum:
		f.sum.sub(i.Amount)
	case Count:
		f.sum.sub(i.Counts())
	case CountDistinct, Max, Min:
		switch {
		case i.undoes(): // it went with the item that it takes from
		case i.Event.Reversed():
			f.nets.oldest()
		case f.how == CountDistinct:
			if f.seen[i.Key]--; f.seen[i.Key] == 0 {
				delete(f.seen, i.Key)
				f.sum.sub(one)
			}
		default:
			if f.first < len(f.best) && f.order[f.first] == f.gone {
				f.first++
			}
		}
	}
	f.gone++
}

// outdo drops the items that can never count again, since a later one is at least as
// large, or as small.
func (f *Folder) outdo(i Item) {
	n := len(f.best)
	for n > f.first && !f.beats(f.best[n-1], i) {
		n--
	}
	f.best, f.order = append(f.best[:n], i), append(f.order[:n], f.added)
}

func (f *Folder) beats(a, b Item) bool {
	if f.how == Min {
		return a.Amount.LessThan(b.Amount)
	}
	return a.Amount.GreaterThan(b.Amount)
}

// Value is the measure over what is in the window: 0 over nothing.
func (f *Folder) Value() decimal.Decimal {
	switch {
	case f.how == CountDistinct && len(f.nets.list) > 0:
		return f.sum.value().Add(f.more())
	case f.how != Max && f.how != Min:
		return f.sum.value()
	}
	var best Item
	found := f.first < len(f.best)
	if found {
		best = f.best[f.first]
	}
	for _, n := range f.nets.list {
		i := n.Item
		var ok bool
		if i.Amount, ok = n.Left(); ok && (!found || f.beats(i, best)) {
			best, found = i, true
		}
	}
	return best.Amount
}

// more is how many values only items have of which reversals take back.
func (f *Folder) more() decimal.Decimal {
	keys := map[string]bool{}
	for _, n := range f.nets.list {
		if _, ok := n.Left(); ok && f.seen[n.Item.Key] == 0 {
			keys[n.Item.Key] = true
		}
	}
	return decimal.New(int64(len(keys)), 0)
}

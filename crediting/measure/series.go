package measure

import (
	"slices"
	"sort"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
)

// Series is the items of one payee or group, in declared order. It is safe for
// concurrent use: what several payees ask for is folded once.
type Series struct {
	m     Measure
	items []Item
	mu    sync.Mutex
	last  *Cursor
	known map[[2]int]decimal.Decimal
}

// NewSeries makes a series of items that are in declared order.
func NewSeries(m Measure, items []Item) *Series {
	s := &Series{m: m, items: items, known: map[[2]int]decimal.Decimal{}}
	s.last = s.Cursor()
	return s
}

// Over is the value of the measure over some days, and what it folds.
func (s *Series) Over(days calendar.Range) (decimal.Decimal, []Item) {
	from, to := s.bounds(days)
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.known[[2]int{from, to}]
	if !ok {
		v = s.last.over(from, to)
		s.known[[2]int{from, to}] = v
	}
	return v, s.items[from:to]
}

// First is the date of the first item; ok is false where there is none.
func (s *Series) First() (first calendar.Date, ok bool) {
	if len(s.items) == 0 {
		return first, false
	}
	return s.items[0].Date(), true
}

// bounds are the places of the first item of some days, and of the first behind them.
func (s *Series) bounds(days calendar.Range) (from, to int) {
	if !days.From.IsZero() {
		from = sort.Search(len(s.items), func(i int) bool { return !s.items[i].Date().Before(days.From) })
	}
	to = len(s.items)
	if !days.To.IsZero() {
		to = sort.Search(len(s.items), func(i int) bool { return !s.items[i].Date().Before(days.To) })
	}
	return from, max(from, to)
}

// Cursor folds a window that moves forward over a series. It belongs to one goroutine.
type Cursor struct {
	series   *Series
	fold     *Folder
	from, to int // of what is folded
}

// Cursor starts before the first item.
func (s *Series) Cursor() *Cursor { return &Cursor{series: s, fold: s.m.Fold()} }

// Before is the value over those of the days' items whose place is before one, and
// After over those up to it, and what each folds.
func (c *Cursor) Before(days calendar.Range, place int) (decimal.Decimal, []Item) {
	return c.upTo(days, place)
}

// After is Before with the place itself.
func (c *Cursor) After(days calendar.Range, place int) (decimal.Decimal, []Item) {
	return c.upTo(days, place+1)
}

func (c *Cursor) upTo(days calendar.Range, place int) (decimal.Decimal, []Item) {
	from, _ := c.series.bounds(days)
	to := sort.Search(len(c.series.items), func(i int) bool { return c.series.items[i].At >= place })
	to = max(from, to)
	return c.over(from, to), c.series.items[from:to]
}

// over moves the window: what it has passed leaves, and what it reaches comes in. A window
// that goes back, or far ahead, is folded anew.
func (c *Cursor) over(from, to int) decimal.Decimal {
	if from < c.from || to < c.to || from >= c.to {
		c.fold, c.from, c.to = c.series.m.Fold(), from, from
	}
	for ; c.to < to; c.to++ {
		c.fold.Add(c.series.items[c.to])
	}
	for ; c.from < from; c.from++ {
		c.fold.Remove(c.series.items[c.from])
	}
	return c.fold.Value()
}

// merge puts the items of several series into declared order, each once.
func merge(m Measure, items []Item) *Series {
	slices.SortFunc(items, func(a, b Item) int { return a.At - b.At })
	return NewSeries(m, slices.CompactFunc(items, func(a, b Item) bool { return a.At == b.At }))
}

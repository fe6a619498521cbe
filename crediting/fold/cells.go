package fold

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
)

// stream is one sum for each payee: what a measure folds, whatever its window.
type stream struct {
	typ    int // the type of credit; any is every type
	how    measure.Aggregate
	field  string // CountDistinct: the field of the event
	direct bool   // neither overlays nor what was passed up
}

// any is the type of the stream that counts all credits.
const anyType = -1

// layout says where each sum is kept.
type layout struct {
	types    []string
	scales   []uint8 // by type: decimal places of sums
	places   map[string]int
	streams  []stream
	of       map[stream]int
	measures []int   // by place in Facts.Measures, the stream; -1: it is not Foldable
	sums     []int   // by type, the stream of its sum; -1: none
	byType   [][]int // by type, its streams beside the one of all credits
	first    int32   // the first day
	spans    []int32 // by day from the first, the span between two cuts of everybody
	cuts     []int32 // of everybody: span k is from cuts[k] up to before cuts[k+1]
	own      [][]int32
	base     []int // by payee, where the sums begin
	number   []int // by payee, how many spans there are
	n        int   // of all sums
}

// most is how many sums are kept.
const most = 1 << 26

// Foldable reports whether a measure can be asked for: one of the payee's own credits, without formulas.
func Foldable(m measure.Measure) bool {
	return m.Kind == "" && m.Whose.Who == measure.Payee && m.Where == nil && m.By == nil
}

func newLayout(f *Facts) (*layout, error) {
	l := &layout{places: map[string]int{}, of: map[stream]int{}, first: f.Days.From.Ordinal()}
	l.stream(stream{typ: anyType, how: measure.Count})
	f.Rules.types(l)
	for _, t := range f.Types {
		l.stream(stream{typ: l.typ(t), how: measure.Sum})
	}
	for _, m := range f.Measures {
		at := -1
		if Foldable(m) {
			at = l.stream(l.streamOf(m))
		}
		l.measures = append(l.measures, at)
	}
	l.byType = make([][]int, len(l.types))
	l.sums = slices.Repeat([]int{-1}, len(l.types))
	for i, s := range l.streams {
		if s == (stream{typ: s.typ, how: measure.Sum}) && s.typ >= 0 {
			l.sums[s.typ] = i
		}
		if s.typ >= 0 {
			l.byType[s.typ] = append(l.byType[s.typ], i)
		}
	}
	l.cut(f)
	own := f.More
	for p := range f.Payees {
		var days []int32
		if own != nil {
			days = l.ownCuts(own(p))
		}
		l.own = append(l.own, days)
		l.base, l.number = append(l.base, l.n), append(l.number, len(l.cuts)-1)
		if days != nil {
			l.number[p] = len(days) - 1
		}
		l.n += len(l.streams) * l.spansOf(p)
	}
	if l.n > most {
		return nil, ErrTooMany
	}
	return l, nil
}

func (l *layout) streamOf(m measure.Measure) stream {
	return stream{typ: l.typ(m.Of), how: m.How, field: m.Field, direct: m.Direct}
}

// stream is the number of a stream.
func (l *layout) stream(s stream) int {
	at, ok := l.of[s]
	if !ok {
		at = len(l.streams)
		l.of[s] = at
		l.streams = append(l.streams, s)
	}
	return at
}

// typ is the number of a type of credit.
func (l *layout) typ(name string) int {
	n, ok := l.places[name]
	if !ok {
		n = len(l.types)
		l.places[name] = n
		l.types, l.scales = append(l.types, name), append(l.scales, 0)
	}
	return n
}

// cut makes the spans of everybody.
func (l *layout) cut(f *Facts) {
	last := f.Days.To.Ordinal()
	l.cuts = []int32{l.first}
	for _, d := range f.Cuts {
		if day := d.Ordinal(); day > l.cuts[len(l.cuts)-1] && day < last {
			l.cuts = append(l.cuts, day)
		}
	}
	l.cuts = append(l.cuts, last)
	l.spans = make([]int32, max(0, last-l.first))
	for k := range len(l.cuts) - 1 {
		for day := l.cuts[k]; day < l.cuts[k+1]; day++ {
			l.spans[day-l.first] = int32(k)
		}
	}
}

// ownCuts are the cuts of a payee, where they are more than those of everybody; nil: they are not.
func (l *layout) ownCuts(more []calendar.Date) []int32 {
	var own []int32
	for _, d := range more {
		day := d.Ordinal()
		if _, is := slices.BinarySearch(l.cuts, day); !is && day > l.first && day < l.cuts[len(l.cuts)-1] {
			own = append(own, day)
		}
	}
	if own == nil {
		return nil
	}
	own = append(own, l.cuts...)
	slices.Sort(own)
	return slices.Compact(own)
}

func (l *layout) cutsOf(payee int) []int32 {
	if l.own[payee] != nil {
		return l.own[payee]
	}
	return l.cuts
}

func (l *layout) spansOf(payee int) int { return l.number[payee] }

// cells are the sums.
type cells struct {
	of     []cell
	sets   map[member]struct{} // of different values beyond those of a cell
	sorted []member            // the same, once all are there
	over   []bool              // by payee: a sum did not fit
}

// cell is a sum, and how many credits are in it. The sum is the largest, or the least; of different values, those
// with codes below 64 are its bits.
type cell struct{ sum, n int64 }

// member is a value that a cell has seen.
type member struct {
	cell int
	code uint32
}

func newCells(l *layout) cells {
	return cells{of: make([]cell, l.n), sets: map[member]struct{}{}, over: make([]bool, len(l.base))}
}

// bitsOf is how many codes are bits.
const bitsOf = 64

// add counts a credit of a payee in a span.
func (c *cells) add(l *layout, payee, span int, typ int, direct bool, amount int64, code func(field string) (uint32, bool)) {
	n, base := l.number[payee], l.base[payee]+span
	c.of[base].n++
	for _, s := range l.byType[typ] {
		st := &l.streams[s]
		if st.direct && !direct {
			continue
		}
		at := base + s*n
		to := &c.of[at]
		switch st.how {
		case measure.Sum:
			sum := to.sum + amount
			if (sum > to.sum) != (amount > 0) && amount != 0 {
				c.over[payee] = true
			}
			to.sum = sum
		case measure.Max:
			if to.n == 0 || amount > to.sum {
				to.sum = amount
			}
		case measure.Min:
			if to.n == 0 || amount < to.sum {
				to.sum = amount
			}
		case measure.CountDistinct:
			k, ok := code(st.field)
			switch {
			case !ok:
				continue
			case k < bitsOf:
				to.sum |= 1 << k
			default:
				c.sets[member{at, k}] = struct{}{}
			}
		}
		to.n++
	}
}

// merge adds the sums of other events.
func (c *cells) merge(l *layout, o *cells) {
	for p := range l.base {
		n := l.spansOf(p)
		for s := range l.streams {
			for at := l.base[p] + s*n; at < l.base[p]+(s+1)*n; at++ {
				if !c.of[at].merge(l.streams[s].how, o.of[at]) {
					c.over[p] = true
				}
			}
		}
		c.over[p] = c.over[p] || o.over[p]
	}
	for m := range o.sets { // order: a set has none
		c.sets[m] = struct{}{}
	}
}

// merge reports whether the sum fits.
func (c *cell) merge(how measure.Aggregate, o cell) bool {
	if o.n == 0 {
		return true
	}
	fits := true
	switch {
	case how == measure.CountDistinct:
		c.sum |= o.sum
	case c.n == 0:
		c.sum = o.sum
	case how == measure.Max:
		c.sum = max(c.sum, o.sum)
	case how == measure.Min:
		c.sum = min(c.sum, o.sum)
	default:
		sum := c.sum + o.sum
		fits = (sum > c.sum) == (o.sum > 0) || o.sum == 0
		c.sum = sum
	}
	c.n += o.n
	return fits
}

// spans are the first span of some days, and the one behind them; ok is false where an end is no cut.
func (l *layout) spansIn(payee int, days calendar.Range) (from, to int, ok bool) {
	cuts := l.cutsOf(payee)
	first, last := cuts[0], cuts[len(cuts)-1]
	lo, hi := first, last
	if !days.From.IsZero() {
		lo = min(max(first, days.From.Ordinal()), last)
	}
	if !days.To.IsZero() {
		hi = min(max(first, days.To.Ordinal()), last)
	}
	if hi <= lo {
		return 0, 0, true
	}
	from, ok = slices.BinarySearch(cuts, lo)
	to, also := slices.BinarySearch(cuts, hi)
	return from, to, ok && also
}

// Total is what one of Facts.Measures has over some days for a payee; ok is false where the days are not made of spans.
func (f *Fold) Total(payee, measure int, days calendar.Range) (v decimal.Decimal, ok bool) {
	s := f.layout.measures[measure]
	if s < 0 {
		return v, false
	}
	return f.total(payee, s, days)
}

func (f *Fold) total(payee, s int, days calendar.Range) (v decimal.Decimal, ok bool) {
	from, to, ok := f.layout.spansIn(payee, days)
	if !ok {
		return v, false
	}
	base := f.layout.base[payee] + s*f.layout.spansOf(payee)
	how := f.layout.streams[s].how
	var all cell
	for at := base + from; at < base+to; at++ {
		if !all.merge(how, f.sums.of[at]) {
			return v, false
		}
	}
	switch how {
	case measure.Count:
		return decimal.New(all.n, 0), true
	case measure.CountDistinct:
		return decimal.New(f.different(uint64(all.sum), base+from, base+to), 0), true
	}
	return decimal.New(all.sum, -int32(f.layout.scales[f.layout.streams[s].typ])), true
}

// different counts the values that some cells have seen.
func (f *Fold) different(low uint64, from, to int) int64 {
	n := bits.OnesCount64(low)
	all := f.sums.sorted
	first, _ := slices.BinarySearchFunc(all, member{cell: from}, member.compare)
	seen := map[uint32]struct{}{}
	for ; first < len(all) && all[first].cell < to; first++ {
		seen[all[first].code] = struct{}{}
	}
	return int64(n + len(seen))
}

func (m member) compare(o member) int {
	return cmp.Or(cmp.Compare(m.cell, o.cell), cmp.Compare(m.code, o.code))
}

// close sorts what was seen.
func (c *cells) close() {
	c.sorted = slices.SortedFunc(maps.Keys(c.sets), member.compare)
	c.sets = nil
}

// Credits is the sum of a payee's credits of a type over some days, and how many there are; ok as that of Total.
func (f *Fold) Credits(payee int, typ string, days calendar.Range) (sum decimal.Decimal, n int, ok bool) {
	t, known := f.layout.places[typ]
	if !known || f.layout.sums[t] < 0 {
		return sum, 0, false
	}
	s := f.layout.sums[t]
	if sum, ok = f.total(payee, s, days); !ok {
		return sum, 0, false
	}
	return sum, f.number(payee, s, days), true
}

// Number is how many credits of any type a payee has over some days; ok as that of Total.
func (f *Fold) Number(payee int, days calendar.Range) (n int, ok bool) {
	if _, _, ok = f.layout.spansIn(payee, days); !ok {
		return 0, false
	}
	return f.number(payee, 0, days), true
}

func (f *Fold) number(payee, s int, days calendar.Range) (n int) {
	from, to, _ := f.layout.spansIn(payee, days)
	base := f.layout.base[payee] + s*f.layout.spansOf(payee)
	for at := base + from; at < base+to; at++ {
		n += int(f.sums.of[at].n)
	}
	return n
}

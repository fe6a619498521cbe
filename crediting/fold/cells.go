package fold

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/internal/fixed"
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
	types   []string
	scales  []uint8 // by type: decimal places of sums
	places  map[string]int
	streams []stream
	of      map[stream]int
	byType  [][]int // by type, its streams beside the one of all credits
	first   int32   // the first day
	spans   []int32 // by day from the first, the span between two cuts of everybody
	cuts    []int32 // of everybody: span k is from cuts[k] up to before cuts[k+1]
	own     [][]int32
	base    []int // by payee, where the sums begin
	number  []int // by payee, how many spans there are
	n       int   // of all sums
	nth     []int // by stream, which one of those that count different values it is
	low     []int // by payee, where the counts of its values begin
	nLow    int   // of all these counts
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
		if Foldable(m) {
			l.stream(l.streamOf(m))
		}
	}
	l.byType = make([][]int, len(l.types))
	for i, s := range l.streams {
		if s.typ >= 0 {
			l.byType[s.typ] = append(l.byType[s.typ], i)
		}
	}
	different := 0
	for _, s := range l.streams {
		l.nth = append(l.nth, different)
		if s.how == measure.CountDistinct {
			different++
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
		l.low = append(l.low, l.nLow)
		l.nLow += different * l.spansOf(p) * bitsOf
	}
	if l.n+l.nLow > most {
		return nil, ErrTooMany
	}
	return l, nil
}

func (l *layout) streamOf(m measure.Measure) stream {
	return stream{typ: l.typ(m.Of), how: m.How, field: m.Field, direct: m.Direct}
}

func (l *layout) stream(s stream) {
	if _, ok := l.of[s]; !ok {
		l.of[s] = len(l.streams)
		l.streams = append(l.streams, s)
	}
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
	low    []int32          // how often each value with a low code was seen: of a payee by stream, span and code
	high   map[member]int64 // the same of other values
	sorted []member         // those of high, once all are there
	over   []bool           // by payee: a sum did not fit, or something was taken away that only its credits can tell
}

// cell is a sum, or the largest or least amount, and how many credits are in it.
type cell struct{ sum, n int64 }

// member is a value that a cell has seen.
type member struct {
	cell int
	code uint32
}

func newCells(l *layout) cells {
	return cells{of: make([]cell, l.n), low: make([]int32, l.nLow), high: map[member]int64{}, over: make([]bool, len(l.base))}
}

func (c *cells) clone() cells {
	return cells{of: slices.Clone(c.of), low: slices.Clone(c.low), high: maps.Clone(c.high), over: slices.Clone(c.over)}
}

// bitsOf is how many codes are low.
const bitsOf = 64

// lowAt is where the counts of a stream's values in a span begin.
func (l *layout) lowAt(payee, s, span int) int {
	return l.low[payee] + (l.nth[s]*l.number[payee]+span)*bitsOf
}

// add counts a credit of a payee in a span; with a sign of −1 it takes one away.
func (c *cells) add(l *layout, payee, span int, typ int, direct bool, amount, sign int64, code func(field string) (uint32, bool)) {
	n, base := l.number[payee], l.base[payee]+span
	c.of[base].n += sign
	for _, s := range l.byType[typ] {
		st := &l.streams[s]
		if st.direct && !direct {
			continue
		}
		at := base + s*n
		to := &c.of[at]
		switch st.how {
		case measure.Sum:
			sum, fits := fixed.AddInt64(to.sum, sign*amount)
			c.over[payee] = c.over[payee] || !fits
			to.sum = sum
		case measure.Max:
			c.over[payee] = c.over[payee] || sign < 0
			if to.n == 0 || amount > to.sum {
				to.sum = amount
			}
		case measure.Min:
			c.over[payee] = c.over[payee] || sign < 0
			if to.n == 0 || amount < to.sum {
				to.sum = amount
			}
		case measure.CountDistinct:
			k, ok := code(st.field)
			switch {
			case !ok:
				continue
			case k < bitsOf:
				c.low[l.lowAt(payee, s, span)+int(k)] += int32(sign)
			default:
				c.high[member{at, k}] += sign
			}
		}
		to.n += sign
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
	for i, n := range o.low {
		c.low[i] += n
	}
	for m, n := range o.high { // order: sums
		c.high[m] += n
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
	case c.n == 0:
		c.sum = o.sum
	case how == measure.Max:
		c.sum = max(c.sum, o.sum)
	case how == measure.Min:
		c.sum = min(c.sum, o.sum)
	default:
		c.sum, fits = fixed.AddInt64(c.sum, o.sum)
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

// Total is what a measure has over some days for a payee; ok is false where the days are not made of spans.
func (f *Fold) Total(payee int, m measure.Measure, days calendar.Range) (v decimal.Decimal, ok bool) {
	s, known := f.layout.of[f.layout.streamOf(m)]
	if !known || !Foldable(m) {
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
		return decimal.New(f.different(payee, s, from, to), 0), true
	}
	return decimal.New(all.sum, -int32(f.layout.scales[f.layout.streams[s].typ])), true
}

// different counts the values that a stream has seen in some spans.
func (f *Fold) different(payee, s, from, to int) (n int64) {
	l := f.layout
	for code := range bitsOf {
		for span := from; span < to; span++ {
			if f.sums.low[l.lowAt(payee, s, span)+code] > 0 {
				n++
				break
			}
		}
	}
	base := l.base[payee] + s*l.number[payee]
	all := f.sums.sorted
	first, _ := slices.BinarySearchFunc(all, member{cell: base + from}, member.compare)
	seen := map[uint32]struct{}{}
	for ; first < len(all) && all[first].cell < base+to; first++ {
		seen[all[first].code] = struct{}{}
	}
	return n + int64(len(seen))
}

func (m member) compare(o member) int {
	return cmp.Or(cmp.Compare(m.cell, o.cell), cmp.Compare(m.code, o.code))
}

// close sorts what was seen.
func (c *cells) close() {
	maps.DeleteFunc(c.high, func(_ member, n int64) bool { return n <= 0 })
	c.sorted = slices.SortedFunc(maps.Keys(c.high), member.compare)
}

// Credits is the sum of a payee's credits of a type over some days, and how many there are; ok as that of Total.
func (f *Fold) Credits(payee int, typ string, days calendar.Range) (sum decimal.Decimal, n int, ok bool) {
	t, known := f.layout.places[typ]
	s, has := f.layout.of[stream{typ: t, how: measure.Sum}]
	if !known || !has {
		return sum, 0, false
	}
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

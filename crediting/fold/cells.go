package fold

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/internal/fixed"
)

// cells are the sums.
type cells struct {
	of     []cell
	low    []int32        // how often each value with a low code was seen: of a payee by stream, span and code
	high   map[seen]int64 // the same of other values
	sorted []seen         // those of high, once all are there
	over   []bool         // by payee: a sum did not fit, or something was taken away that only its credits can tell
}

// cell is a sum, or the largest or least amount, and how many credits are in it.
type cell struct{ sum, n int64 }

// seen is a value that a cell has seen.
type seen struct {
	cell int
	code uint32
}

func newCells(l *layout) cells {
	return cells{of: make([]cell, l.n), low: make([]int32, l.nLow), high: map[seen]int64{}, over: make([]bool, len(l.base))}
}

func (c *cells) clone() cells {
	return cells{of: slices.Clone(c.of), low: slices.Clone(c.low), high: maps.Clone(c.high), over: slices.Clone(c.over)}
}

// bitsOf is how many codes are low.
const bitsOf = 64

// add counts a credit of a payee in a span, or an event; with a sign of −1 it takes one away.
func (c *cells) add(l *layout, payee, span int, typ int, direct bool, amount, sign int64, w *worker) {
	n, base := l.number[payee], l.base[payee]+span
	if l.credited(typ) {
		c.of[base].n += sign
	}
	for _, s := range l.byType[typ] {
		st := &l.streams[s]
		if st.direct && !direct {
			continue
		}
		weight := int64(1)
		if st.judge >= 0 {
			v := w.verdict(st.judge)
			if !v.counts {
				continue
			}
			weight = v.weight
			c.over[payee] = c.over[payee] || v.wide
		}
		at := base + s*n
		to := &c.of[at]
		switch st.how {
		case measure.Sum:
			sum, fits := fixed.AddInt64(to.sum, sign*amount)
			c.over[payee] = c.over[payee] || !fits
			to.sum = sum
		case measure.WeightedSum:
			part, fits := fixed.MulInt64(sign*amount, weight)
			sum, also := fixed.AddInt64(to.sum, part)
			c.over[payee] = c.over[payee] || !fits || !also
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
			k, ok := w.number(st.field)
			switch {
			case !ok:
				continue
			case k < bitsOf:
				c.low[l.lowAt(payee, s, span)+int(k)] += int32(sign)
			default:
				c.high[seen{at, k}] += sign
			}
		}
		to.n += sign
	}
}

// deferred is credit that all who are above a payee have in full: what comes of all events is added up first, and
// given to them in the end.
type deferred struct {
	to     *cell
	way    *way
	nth    int // of roll-ups
	amount int64
}

// defers reports whether the one source of the event reaches all above it in full, and only their sums matter.
func (w *worker) defers(r *rising, limit int64) bool {
	if len(w.sources) != 1 || !r.sums || w.wanted != nil || w.tell != nil || w.lists {
		return false
	}
	s := &w.sources[0]
	if !s.way.whole || r.same == crediting.UpToTheEvent && (abs(s.amount) > abs(limit) || w.credits(s.way)) {
		return false
	}
	l, spans := w.book.layout, len(w.book.layout.cuts)-1
	if s.way.sums == nil {
		if len(w.book.rising)*spans > mostDeferred {
			return false
		}
		s.way.sums = make([]cell, len(w.book.rising)*spans)
	}
	w.deferred = append(w.deferred, deferred{&s.way.sums[r.nth*spans+int(l.spans[w.day-l.first])], s.way, r.nth, s.amount})
	return true
}

// hold adds to what is deferred.
func (w *worker) hold(d *deferred) {
	sum, fits := fixed.AddInt64(d.to.sum, d.amount)
	if !fits {
		w.pourOne(d.way, d.nth, d.to, int(w.book.layout.spans[w.day-w.book.layout.first]))
		sum = d.amount
	}
	d.to.sum = sum
	d.to.n++
}

// credits reports whether somebody above has direct credit of the event.
func (w *worker) credits(above *way) bool {
	return w.who&above.who != 0 && slices.ContainsFunc(above.above, func(r reached) bool { return w.has(r.payee) })
}

// has reports whether a payee has direct credit of the event.
func (w *worker) has(payee int32) bool {
	for i := range w.direct {
		if w.direct[i].payee == payee {
			return true
		}
	}
	return false
}

// mostDeferred bounds the sums that are kept for those above one payee.
const mostDeferred = 1 << 8

// pour gives what was deferred to whom it reaches.
func (w *worker) pour() {
	spans := len(w.book.layout.cuts) - 1
	for _, kind := range w.ways {
		for _, ways := range kind {
			for i := range ways {
				for at := range ways[i].sums {
					w.pourOne(&ways[i], at/spans, &ways[i].sums[at], at%spans)
				}
			}
		}
	}
}

func (w *worker) pourOne(way *way, nth int, c *cell, span int) {
	if c.n == 0 {
		return
	}
	for n := range way.above {
		if who := way.above[n].payee; !w.unclear[who] {
			w.sums.pour(w.book.layout, int(who), span, w.book.rising[nth].as, *c)
		}
	}
	*c = cell{}
}

// pour adds many credits that were passed up to a payee, of a type of which nothing but sums and counts is kept.
func (c *cells) pour(l *layout, payee, span, typ int, many cell) {
	n, base := l.number[payee], l.base[payee]+span
	if l.credited(typ) {
		c.of[base].n += many.n
	}
	for _, s := range l.byType[typ] {
		if st := &l.streams[s]; !st.direct {
			to := &c.of[base+s*n]
			c.over[payee] = !to.merge(st.how, many) || c.over[payee]
		}
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

// Total is what a measure has over some days for a payee; ok is false where the days are not made of spans.
func (f *Fold) Total(payee int, m measure.Measure, days calendar.Range) (v decimal.Decimal, ok bool) {
	s, known := f.layout.measures[folded(m)]
	if !known || !Foldable(m) {
		return v, false
	}
	sum, ok := f.total(payee, s, days)
	return sum.Decimal(), ok
}

// Sum is a coefficient with its decimal places.
type Sum struct {
	Coef  int64 // the coefficient
	Scale uint8 // its decimal places
}

// Decimal is the sum as a number.
func (s Sum) Decimal() decimal.Decimal { return decimal.New(s.Coef, -int32(s.Scale)) }

// Nth is Total of the measure with a place in Facts.Measures.
func (f *Fold) Nth(payee, nth int, days calendar.Range) (v Sum, ok bool) {
	s := f.layout.asked[nth]
	if s < 0 {
		return v, false
	}
	return f.total(payee, s, days)
}

func (f *Fold) total(payee, s int, days calendar.Range) (v Sum, ok bool) {
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
		return Sum{all.n, 0}, true
	case measure.CountDistinct:
		return Sum{f.different(payee, s, from, to), 0}, true
	}
	return Sum{all.sum, f.layout.scale(s)}, true
}

// different counts the values that a stream has seen in some spans.
func (f *Fold) different(payee, s, from, to int) (n int64) {
	l := f.layout
	var low uint64 // a bit each
	for span := from; span < to; span++ {
		at := l.lowAt(payee, s, span)
		for code, times := range f.sums.low[at : at+bitsOf] {
			if times > 0 {
				low |= 1 << code
			}
		}
	}
	n = int64(bits.OnesCount64(low))
	base := l.base[payee] + s*l.number[payee]
	all := f.sums.sorted
	first, _ := slices.BinarySearchFunc(all, seen{cell: base + from}, seen.compare)
	codes := map[uint32]struct{}{}
	for ; first < len(all) && all[first].cell < base+to; first++ {
		codes[all[first].code] = struct{}{}
	}
	return n + int64(len(codes))
}

func (m seen) compare(o seen) int {
	return cmp.Or(cmp.Compare(m.cell, o.cell), cmp.Compare(m.code, o.code))
}

// tooMany marks the payees for whom sums of spans do not fit together.
func (c *cells) tooMany(l *layout) {
	for s := range l.streams {
		if how := l.streams[s].how; how != measure.Sum && how != measure.WeightedSum {
			continue
		}
		for p := range l.base {
			var low, high int64
			n := l.spansOf(p)
			for _, cell := range c.of[l.base[p]+s*n : l.base[p]+(s+1)*n] {
				fits := true
				if cell.sum < 0 {
					low, fits = fixed.AddInt64(low, cell.sum)
				} else {
					high, fits = fixed.AddInt64(high, cell.sum)
				}
				c.over[p] = c.over[p] || !fits
			}
		}
	}
}

// close sorts what was seen.
func (c *cells) close(l *layout) {
	c.tooMany(l)
	maps.DeleteFunc(c.high, func(_ seen, n int64) bool { return n <= 0 })
	c.sorted = slices.SortedFunc(maps.Keys(c.high), seen.compare)
}

// Credits is the sum of a payee's credits of a type over some days, and how many there are; ok as that of Total.
func (f *Fold) Credits(payee int, typ string, days calendar.Range) (sum Sum, n int, ok bool) {
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

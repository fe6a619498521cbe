package fold

import (
	"slices"

	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// stream is one sum for each payee: what a measure folds, whatever its window.
type stream struct {
	typ    int // the type of credit; any is every type
	how    measure.Aggregate
	field  int  // CountDistinct: the field of the event, by its place in the layout; -1: none
	direct bool // neither overlays nor what was passed up
	judge  int  // which says what counts, and its weight; -1: all counts
}

// anyType is the type of the stream that counts all credits.
const anyType = -1

// none is no field, and no judge.
const none = -1

// sumOf is the stream of the sum of a type.
func sumOf(typ int) stream { return stream{typ: typ, how: measure.Sum, field: none, judge: none} }

// layout says where each sum is kept.
type layout struct {
	types    []string
	scales   []uint8 // by type: decimal places of sums
	places   map[string]int
	streams  []stream
	of       map[stream]int
	measures map[measure.Measure]int // of what is folded, its stream
	asked    []int                   // by place in Facts.Measures, the stream; -1: it is not Foldable
	sums     []int                   // by type, the stream of its sum; -1: none
	judges   []judge
	events   []ofEvents
	fields   []string // of events whose values are told apart
	byType   [][]int  // by type, its streams beside the one of all credits
	first    int32    // the first day
	spans    []int32  // by day from the first, the span between two cuts of everybody
	cuts     []int32  // of everybody: span k is from cuts[k] up to before cuts[k+1]
	own      [][]int32
	base     []int // by payee, where the sums begin
	number   []int // by payee, how many spans there are
	n        int   // of all sums
	nth      []int // by stream, which one of those that count different values it is
	low      []int // by payee, where the counts of its values begin
	nLow     int   // of all these counts
}

// most is how many sums are kept.
const most = 1 << 26

// Foldable reports whether a measure can be asked for: one of the payee's own credits or events.
func Foldable(m measure.Measure) bool {
	return m.Whose.Who == measure.Payee && (m.By == nil) == (m.How != measure.WeightedSum)
}

func newLayout(f *Facts) (*layout, error) {
	l := &layout{places: map[string]int{}, of: map[stream]int{}, measures: map[measure.Measure]int{}, first: f.Days.From.Ordinal()}
	l.stream(stream{typ: anyType, how: measure.Count, field: none, judge: none})
	f.Rules.types(l, f)
	for _, t := range f.Types {
		l.stream(sumOf(l.typ(t)))
	}
	for _, m := range f.Measures {
		at := -1
		if Foldable(m) {
			at = l.stream(l.streamOf(m))
			l.measures[folded(m)] = at
		}
		l.asked = append(l.asked, at)
	}
	for _, e := range l.events {
		for _, s := range f.Rules.from.Schemas {
			if at := s.Index(e.value); s.Kind == e.kind && at >= 0 {
				l.scales[e.typ] = s.Fields[at].Scale
			}
		}
	}
	l.byType = make([][]int, len(l.types))
	l.sums = slices.Repeat([]int{-1}, len(l.types))
	for i, s := range l.streams {
		if s.typ >= 0 && s == sumOf(s.typ) {
			l.sums[s.typ] = i
		}
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
	s := stream{typ: l.typ(l.counted(m)), how: m.How, field: none, direct: m.Direct, judge: l.judge(m)}
	if m.How == measure.CountDistinct {
		if s.field = slices.Index(l.fields, m.Field); s.field < 0 {
			s.field = len(l.fields)
			l.fields = append(l.fields, m.Field)
		}
	}
	return s
}

// folded is what a measure folds, whatever its name and its window.
func folded(m measure.Measure) measure.Measure {
	return measure.Measure{How: m.How, Of: m.Of, Field: m.Field, Direct: m.Direct, Where: m.Where, By: m.By, Kind: m.Kind, Value: m.Value, Whose: m.Whose}
}

func (l *layout) stream(s stream) int {
	k, ok := l.of[s]
	if !ok {
		k = len(l.streams)
		l.of[s], l.streams = k, append(l.streams, s)
	}
	return k
}

// ofEvents is events of a kind that measures count, or a field of which they add up, for whom another field names.
type ofEvents struct {
	kind, value, owner string
	typ                int // in place of a type of credit
	of                 []measure.Measure
}

// counted is the name of what a measure counts: a type of credit, or one that stands for events.
func (l *layout) counted(m measure.Measure) string {
	if m.Kind == "" {
		return m.Of
	}
	name := "\x00" + m.Kind + "\x00" + m.Value + "\x00" + m.Whose.Field // which no type of credit has
	at := slices.IndexFunc(l.events, func(e ofEvents) bool { return e.typ == l.typ(name) })
	if at < 0 {
		at = len(l.events)
		l.events = append(l.events, ofEvents{kind: m.Kind, value: m.Value, owner: m.Whose.Field, typ: l.typ(name)})
	}
	l.events[at].of = append(l.events[at].of, m)
	return name
}

// credited reports whether a type is one of credit.
func (l *layout) credited(typ int) bool {
	return !slices.ContainsFunc(l.events, func(e ofEvents) bool { return e.typ == typ })
}

// judge is the place of what says which credits a measure counts, or none.
func (l *layout) judge(m measure.Measure) int {
	if m.Where == nil && m.By == nil {
		return none
	}
	at := slices.IndexFunc(l.judges, func(j judge) bool { return j.where == m.Where && j.by == m.By })
	if at < 0 {
		at = len(l.judges)
		l.judges = append(l.judges, judge{where: m.Where, by: m.By})
	}
	l.judges[at].of = append(l.judges[at].of, m)
	return at
}

// onlySums reports whether sums and counts of credits of a type say all that is kept of them.
func (l *layout) onlySums(typ int) bool {
	return !slices.ContainsFunc(l.byType[typ], func(s int) bool {
		st := &l.streams[s]
		return !st.direct && (st.judge >= 0 || st.how != measure.Sum && st.how != measure.Count)
	})
}

// scale is the decimal places of a stream's sum.
func (l *layout) scale(s int) uint8 {
	st := &l.streams[s]
	if st.judge >= 0 && l.judges[st.judge].by != nil {
		return l.scales[st.typ] + l.judges[st.judge].by.Scale
	}
	return l.scales[st.typ]
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

// lowAt is where the counts of a stream's values in a span begin.
func (l *layout) lowAt(payee, s, span int) int {
	return l.low[payee] + (l.nth[s]*l.number[payee]+span)*bitsOf
}

// What is passed up by edges with shares has so many more decimal places for each level, up to some.
const (
	mostLevels = 3
	finestUp   = 6
)

// places are the decimal places of the shares of edges between payees.
func (f *Facts) places(along string) (most uint8) {
	var room []fact.Run
	for _, p := range f.Payees {
		room = f.Edges.AppendRuns(room[:0], along, string(p), f.AsOf)
		for _, r := range room {
			if n, ok := units(r.Edge.Share); ok && n != oneOf {
				most = max(most, uint8(min(max(0, -r.Edge.Share.Exponent()), finestUp)))
			}
		}
	}
	return most
}

// types gives the types of credit their decimal places.
func (r *Rules) types(l *layout, f *Facts) {
	finer := func(name string, scale uint8) {
		t := l.typ(name)
		l.scales[t] = max(l.scales[t], min(scale, finest))
	}
	for _, s := range r.from.Schemas {
		digits := uint8(max(0, s.Currency.Digits())) // what is divided has at least these
		for _, c := range r.kinds[s].terms {
			for _, g := range c.gives {
				if finer(g.as, max(g.scale, digits)); !g.money && !c.alone {
					finer(g.as, g.scale+countPlaces)
				}
			}
		}
	}
	for i := range r.from.RollUps {
		u := &r.from.RollUps[i]
		below, levels := l.scales[l.typ(u.Of)], u.Levels
		if levels == 0 || levels > mostLevels {
			levels = mostLevels
		}
		finer(u.As, max(below, min(below+f.places(u.Along)*uint8(levels), finestUp)))
		if u.Amount != nil {
			finer(u.As, u.Amount.Scale())
		}
	}
}

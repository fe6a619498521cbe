package fold

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/crediting/internal/view"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
)

// worker credits a run of rows. It belongs to one goroutine.
type worker struct {
	book       *book
	sums       cells
	unclear    []bool
	uncredited []int
	findings   []finding
	asked      Count
	sign       int64             // 1, or -1 to take away
	tell       func(payee int32) // who is credited; nil: nobody asks
	wanted     []bool            // nil: sums are kept; otherwise the rows that credit these payees
	rows       [][]int           // by payee
	lists      bool              // credits are listed, each with its share
	applier    *crediting.Applier
	ways       [][][]way // by the kind of walk, and payee
	places     map[fact.TerritoryID]int32
	memory     []map[string]int32        // by table, the territory of what decides about it
	short      [][]int32                 // by table, the same where one code decides; territory+3, or 0
	teams      map[*team]map[int32]*crew // by day
	filled     []*dsl.Row                // by table
	key        []byte
	numbers    map[value]uint32 // of values

	upRows   []*dsl.Row // by roll-up
	verdicts []verdict  // of the event at hand

	seen    []reaching // by runs
	lastWay lastWay

	// The event at hand.
	table       *table
	at, i       int         // which table, and the place in it
	views       []view.View // by table
	view        *view.View
	k           int // the place in the view
	day         int32
	tried       []index.Candidate
	held        []int // the rules that hold, by their places
	gives       []int // those of them that give credit
	left        []int // room
	leaves      bool  // a part is left over
	division    division
	part        []int64 // of the takers of the division
	rests       []remainder
	direct      []direct
	ups         []up
	reach, mine []up // room
	upTypes     []int
	types       uint64 // of direct, a bit each
	who         uint64 // the same of whom direct is for
	shares      []sharing
	sources     []passed
	deferred    []deferred
}

// finding is of an event.
type finding struct {
	of fact.EventID
	source.Diagnostic
}

// direct is credit that a rule gives.
type direct struct {
	payee   int32
	typ     int
	overlay bool
	amount  int64 // at the scale of the type
	whole   int64 // of what the rule gives
	rule    *boundRule
	raised  int64 // amount at the scale of what is passed up
	counted bool  // it is passed up
}

// sharing is, of direct credit that is listed, by which of the rule's recipients the payee was found, and for which part.
type sharing struct {
	entry uint8
	share int64 // in parts of total
	total int64
}

func newWorker(b *book) *worker {
	n := len(b.tables)
	return &worker{
		book: b, sign: 1, unclear: make([]bool, len(b.facts.Payees)), memory: make([]map[string]int32, n), short: make([][]int32, n), filled: make([]*dsl.Row, n), views: make([]view.View, n), seen: make([]reaching, b.nRuns),
	}
}

// rowsOf credits the events of some rows.
func (w *worker) rowsOf(from, to int) {
	for at, t := range w.book.tables {
		for i := max(0, from-t.First); i < min(t.Len(), to-t.First); i += view.Rows {
			w.see(at).Look(i, min(i+view.Rows, t.Len(), to-t.First), t.index.Fields())
			w.all()
		}
	}
}

// see looks at a table.
func (w *worker) see(at int) *view.View {
	w.at, w.table, w.view = at, w.book.table(at), &w.views[at]
	if w.view.Columns == nil {
		w.views[at] = view.Of(w.table.Table)
	}
	return w.view
}

// all credits the events of the view.
func (w *worker) all() {
	days := w.view.Column(w.table.Schema.Incentive).Ints
	first, last := bounds(w.book.facts.Days)
	for k, day := range days {
		if day := int32(day); day >= first && day < last {
			w.k, w.i, w.day = k, w.view.From+k, day
			w.one()
		}
	}
}

// one credits the event of a row, if it is one.
func (w *worker) one() {
	plain, is := w.book.facts.Events.Plain(w.table.First + w.i)
	if is && w.wanted == nil {
		w.hear(plain)
	}
	if is {
		w.ofEvents(plain)
	}
	switch {
	case !is:
	case plain:
		w.event()
	default:
		w.apply()
	}
}

func (w *worker) event() {
	if !w.plain() {
		w.apply()
		return
	}
	if len(w.held) == 0 || w.leaves {
		w.uncredited = append(w.uncredited, w.table.First+w.i)
	}
	credits := len(w.direct) + len(w.ups)
	for i := range w.deferred {
		d := &w.deferred[i]
		credits += len(d.way.above)
		w.hold(d)
	}
	w.count(credits)
	for k := range w.direct {
		d := &w.direct[k]
		w.add(d.payee, d.typ, !d.overlay, d.amount)
	}
	for k := range w.ups {
		w.add(w.ups[k].payee, w.upTypes[k], false, w.ups[k].amount)
	}
}

// plain credits the event by numbers. It is false where an Applier has to be asked; nothing is added up yet.
func (w *worker) plain() bool {
	w.direct, w.ups, w.upTypes, w.deferred, w.types, w.who, w.leaves = w.direct[:0], w.ups[:0], w.upTypes[:0], w.deferred[:0], 0, 0, false
	w.lastWay.way = nil
	w.shares = w.shares[:0]
	if !w.matches() || !w.choose() {
		return false
	}
	for _, id := range w.gives {
		if r := &w.table.rules[id]; !w.give(r, &w.table.terms[r.terms]) {
			return false
		}
	}
	for i := range w.book.rising {
		r := &w.book.rising[i]
		if !w.lift(r) {
			return false
		}
		for len(w.upTypes) < len(w.ups) {
			w.upTypes = append(w.upTypes, r.as)
		}
	}
	return true
}

// give makes the credits of a rule.
func (w *worker) give(r *boundRule, t *boundTerms) bool {
	who := int32(ask)
	if t.alone && t.who[0].plain { // as most are
		who, _ = w.find(t.who[0])
	}
	if who < 0 {
		if t.shares == nil || !w.divide(t) {
			return false
		}
		w.leaves = w.leaves || !t.anyShares && w.division.left > 0
	}
	for k := range t.gives {
		amount, scale, ok := w.amount(t, k)
		if !ok {
			return false
		}
		up := t.ups[k]
		if scale != t.gives[k].scale {
			up = factor(scale, w.book.layout.scales[t.types[k]])
		}
		whole, ok := fixed.MulInt64(amount, up)
		switch {
		case !ok || whole == 0 && amount != 0:
			return false
		case who >= 0:
			if !w.note(r, t, k, who, whole, whole) {
				return false
			}
			if w.lists {
				w.shares = append(w.shares, sharing{share: 1, total: 1})
			}
			continue
		case len(w.division.takers) > 0 && !w.parts(t, k, amount, scale):
			return false
		}
		for i, taker := range w.division.takers {
			if !w.note(r, t, k, taker.payee, w.part[i], whole) {
				return false
			}
			if w.lists {
				w.shares = append(w.shares, sharing{taker.entry, taker.share, w.division.total})
			}
		}
	}
	return true
}

// note keeps a credit of what a rule gives. It is false where somebody has the same type twice by accident, which is a
// finding.
func (w *worker) note(r *boundRule, t *boundTerms, k int, payee int32, amount, whole int64) bool {
	typ, overlay := t.types[k], t.overlay
	if w.types&bit(typ) != 0 && w.who&mark(payee) != 0 {
		for i := range w.direct {
			if o := &w.direct[i]; o.payee == payee && o.typ == typ && !o.overlay && !overlay && o.rule != r {
				return false
			}
		}
	}
	n := len(w.direct)
	if n == cap(w.direct) {
		w.direct = slices.Grow(w.direct, max(few, n))
	}
	w.direct = w.direct[:n+1]
	d := &w.direct[n]
	d.payee, d.typ, d.overlay, d.amount, d.whole, d.counted = payee, typ, overlay, amount, whole, false
	if d.rule != r { // most events are credited by the rules that credited others
		d.rule = r
	}
	w.types |= bit(typ)
	w.who |= mark(payee)
	return true
}

// amount is what a rule gives, at so many decimal places.
func (w *worker) amount(t *boundTerms, k int) (amount int64, scale uint8, ok bool) {
	g := &t.gives[k]
	if g.field < 0 {
		v, err := g.amount.Eval(w.row(g.amount))
		amount, scale, ok = v.Int64()
		return amount, scale, ok && err == nil
	}
	col := w.view.Column(g.field)
	if col.Has != nil && !col.Has[w.k] {
		return 0, 0, false
	}
	amount, ok = fixed.MulInt64(col.Ints[w.k], g.factor)
	return amount, g.scale, ok
}

// count counts the credits of the event at hand.
func (w *worker) count(credits int) {
	if from, to := bounds(w.book.facts.Asking); credits > 0 && w.day >= from && w.day < to {
		w.asked.Events += int(w.sign)
		w.asked.Credits += int(w.sign) * credits
	}
}

// add counts a credit, or an event.
func (w *worker) add(payee int32, typ int, isDirect bool, amount int64) {
	if w.wanted != nil {
		if w.wanted[payee] {
			row := w.table.First + w.i
			if all := w.rows[payee]; len(all) == 0 || all[len(all)-1] != row {
				w.rows[payee] = append(all, row)
			}
		}
		return
	}
	if w.tell != nil {
		w.tell(payee)
	}
	if w.unclear[payee] {
		return
	}
	l := w.book.layout
	span := int(l.spans[w.day-l.first])
	if own := l.own[payee]; own != nil {
		at, is := slices.BinarySearch(own, w.day)
		if span = at; !is {
			span--
		}
	}
	w.sums.add(l, int(payee), span, typ, isDirect, amount, w.sign, w)
}

// apply asks an Applier for the credits of the event.
func (w *worker) apply() {
	e := w.book.facts.Events.Event(w.table.First + w.i)
	made := w.asking().Each(e)
	if found := made.Findings; len(found) > 0 {
		if w.day < w.book.facts.Since.Ordinal() {
			found = found.Only(source.Error)
		}
		for _, d := range found {
			w.findings = append(w.findings, finding{e.ID, d})
		}
	}
	w.count(len(made.Credits))
	if len(made.Uncredited) > 0 {
		w.uncredited = append(w.uncredited, w.table.First+w.i)
	}
	l := w.book.layout
	for i := range made.Credits {
		c := &made.Credits[i]
		payee, typ := w.book.payee(string(c.Payee)), l.typ(c.Type)
		amount, ok := coefficient(c.Amount, l.scales[typ])
		ok = ok && e.Reversal() == nil // what it earned has to be found
		w.unclear[payee] = w.unclear[payee] || !ok
		w.add(payee, typ, c.Origin == crediting.Direct, amount)
	}
}

// asking is the Applier that is asked.
func (w *worker) asking() *crediting.Applier {
	if f := w.book.facts; w.applier == nil {
		known := func(p fact.PayeeID) bool { return w.book.payee(string(p)) >= 0 }
		w.applier = f.Rules.from.NewApplier(f.Edges, known, f.AsOf).Knowing(f.Of)
	}
	return w.applier
}

func abs(n int64) int64 { return max(n, -n) }

// coefficient is that of an amount at some decimal places; ok is false where it has more, or does not fit.
func coefficient(d decimal.Decimal, places uint8) (n int64, ok bool) {
	const digits = 18
	exponent := int(d.Exponent())
	if d.NumDigits() > digits || exponent > digits || exponent < -math.MaxUint8 {
		return 0, false
	}
	c := fixed.FromInt64(d.CoefficientInt64())
	scale := uint8(max(0, -exponent))
	if exponent > 0 {
		c, _ = c.Mul(fixed.Pow10(exponent))
	}
	if c, scale = fixed.Strip(c, scale); scale > places {
		return 0, false
	}
	if c, ok = c.Mul(fixed.Pow10(int(places - scale))); !ok {
		return 0, false
	}
	return c.Int64()
}

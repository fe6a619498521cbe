package fold

import (
	"cmp"
	"iter"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/internal/fixed"
)

// Line is a credit as a listing shows it: a [crediting.Credit] without what explains it.
type Line struct {
	Event  fact.EventID     // that gave it
	Date   calendar.Date    // the incentive date
	Payee  fact.PayeeID     // who has it
	Type   string           // of credit
	Rule   fact.RuleID      // the rule, or the roll-up
	Origin crediting.Origin // how the payee came to it
	Via    string           // the territory, role or field by which the payee was found
	Share  decimal.Decimal  // the payee's part of the whole
	wide   decimal.Decimal  // the amount
	short  bool             // it is amount instead, at so many decimal places
	places uint8
	amount int64
}

// LineOf is a credit as a line.
func LineOf(c *crediting.Credit) Line {
	return Line{
		Event: c.Event.ID, Date: c.Date(), Payee: c.Payee, Type: c.Type, Rule: c.Rule, Origin: c.Origin, Via: c.Via, Share: c.Share, wide: c.Amount,
	}
}

// Amount is in the unit of the type of credit, money or a count.
func (l *Line) Amount() decimal.Decimal {
	if l.short {
		return decimal.New(l.amount, -int32(l.places))
	}
	return l.wide
}

// AppendAmount appends the amount in plain digits, as [fact.DecimalText] writes it, without making a decimal.
func (l *Line) AppendAmount(dst []byte) []byte {
	if l.short {
		return fixed.Append(dst, fixed.FromInt64(l.amount), l.places, 0)
	}
	return fact.AppendDecimal(dst, l.wide)
}

// Lines lists the credits of some days, in declared order of their events: those that an Applier makes of each event
// alone, in its order. They are made as they are asked for, and not kept.
func (f *Fold) Lines(days calendar.Range) iter.Seq[Line] {
	return f.lines(days, looks{together: 1 << 12, near: 1 << 15, wasted: 16})
}

// looks says which events are looked at together: those whose rows are near, as most are where a feed is about in
// declared order. Others are looked at one by one, since to read many that are not wanted takes longer.
type looks struct {
	together int // events at most
	near     int // rows at most
	wasted   int // rows for each event at most
}

func (f *Fold) lines(days calendar.Range, looks looks) iter.Seq[Line] {
	return func(yield func(Line) bool) {
		l := lister{worker: newWorker(newBook(&f.facts, f.layout, nil, false, f.known)), looks: looks, ratios: map[[2]int64]decimal.Decimal{}}
		l.lists = true
		for _, t := range f.facts.Rules.from.Territories.All() {
			l.territories = append(l.territories, string(t.ID))
		}
		for rows := range slices.Chunk(f.declared(days), looks.together) {
			l.expect(rows)
			for _, row := range rows {
				if l.seek(row); !l.event(yield) {
					return
				}
			}
		}
	}
}

// declared are the rows of some days, in declared order, which is that of days before all.
func (f *Fold) declared(days calendar.Range) []int {
	events := f.facts.Events
	rows := events.Declared()
	before := func(row int, day int32) int { return cmp.Compare(events.Date(row).Ordinal(), day) }
	first, last := bounds(days)
	from, _ := slices.BinarySearchFunc(rows, first, before)
	to, _ := slices.BinarySearchFunc(rows, last, before)
	return rows[from:max(from, to)]
}

// lister lists the credits of event after event. It belongs to one goroutine.
type lister struct {
	*worker
	looks
	territories []string                     // by place
	ratios      map[[2]int64]decimal.Decimal // by what is taken, and of how much
	ahead       []ahead                      // by table
}

// ahead is which of a table's events come next.
type ahead struct {
	from, to int  // places in the table, from the first up to before
	events   int  // of these
	seen     bool // all of these are in the view
}

// expect looks at events that come next.
func (l *lister) expect(rows []int) {
	l.ahead = append(l.ahead[:0], make([]ahead, len(l.book.tables))...)
	for _, row := range rows {
		i := l.where(row)
		if a := &l.ahead[l.at]; a.events == 0 {
			*a = ahead{from: i, to: i + 1, events: 1}
		} else {
			a.from, a.to, a.events = min(a.from, i), max(a.to, i+1), a.events+1
		}
	}
	for at, t := range l.book.tables {
		a := &l.ahead[at]
		if n := a.to - a.from; n > 0 && n <= min(l.near, l.wasted*a.events) {
			a.seen = true
			l.see(at).Look(a.from, a.to, t.index.Fields())
		}
	}
	l.table = nil
}

// where is the place of a row in its table, which is the one at hand then.
func (l *lister) where(row int) int {
	if t := l.table; t == nil || row < t.First || row >= t.First+t.Len() {
		l.see(slices.IndexFunc(l.book.tables, func(t *table) bool { return row >= t.First && row < t.First+t.Len() }))
	}
	return row - l.table.First
}

// seek makes the event of a row the one at hand.
func (l *lister) seek(row int) {
	l.i = l.where(row)
	if !l.ahead[l.at].seen {
		l.view.Look(l.i, l.i+1, l.table.index.Fields())
	}
	l.k = l.i - l.view.From
	l.day = int32(l.view.Column(l.table.Schema.Incentive).Ints[l.k])
}

// event lists the credits of the event at hand. It is false once no more are wanted.
func (l *lister) event(yield func(Line) bool) bool {
	row := l.table.First + l.i
	if plain, _ := l.book.facts.Events.Plain(row); !plain || !l.plain() {
		made := l.asking().Each(l.book.facts.Events.Event(row))
		for i := range made.Credits {
			if !yield(LineOf(&made.Credits[i])) {
				return false
			}
		}
		return true
	}
	f, layout := l.book.facts, l.book.layout
	out := Line{Event: l.table.ID(l.i), Date: calendar.FromOrdinal(l.day), short: true}
	for k := range l.direct {
		d := &l.direct[k]
		if out.Origin = crediting.Direct; d.overlay {
			out.Origin = crediting.Overlay
		}
		out.Payee, out.Type, out.Rule = f.Payees[d.payee], layout.types[d.typ], d.rule.of.of.ID
		s := &l.shares[k]
		out.Via, out.Share = l.via(d.rule, int(s.entry)), l.share(s.share, s.total)
		out.amount, out.places = d.amount, layout.scales[d.typ]
		if !yield(out) {
			return false
		}
	}
	l.order()
	out.Origin = crediting.RolledUp
	for k := range l.ups {
		u, typ := &l.ups[k], l.upTypes[k]
		out.Payee, out.Type, out.Rule = f.Payees[u.payee], layout.types[typ], u.rule.ID
		out.Via, out.Share = u.rule.Along, l.partOf(u)
		out.amount, out.places = u.amount, layout.scales[typ]
		if !yield(out) {
			return false
		}
	}
	return true
}

// partOf is the part that reaches a recipient, who is once among those above another payee.
func (l *lister) partOf(u *up) decimal.Decimal {
	above := l.above(u.rule, l.direct[u.source].payee).above
	return above[slices.IndexFunc(above, func(r reached) bool { return r.payee == u.payee })].place.Part
}

// order puts what was passed up to a recipient as one type into the order of what it comes from, as an Applier lists it.
func (l *lister) order() {
	for from, to := 0, 1; to <= len(l.ups); to++ {
		if to < len(l.ups) && l.ups[to].payee == l.ups[from].payee && l.upTypes[to] == l.upTypes[from] {
			continue
		}
		if to-from > 1 {
			slices.SortFunc(l.ups[from:to], func(x, y up) int { return cmp.Compare(x.source, y.source) })
		}
		from = to
	}
}

// share is a part of a total, as an Applier gives it: rounded half-even at 16 places.
func (l *lister) share(part, total int64) decimal.Decimal {
	if part == total {
		return whole
	}
	share, ok := l.ratios[[2]int64{part, total}]
	if !ok {
		const places = 16
		num := new(big.Int).Mul(big.NewInt(part), big.NewInt(fixed.Pow10Int64(places)))
		share = decimal.NewFromBigInt(fixed.DivRound(num, big.NewInt(total), fixed.HalfEven), -places)
		if len(l.ratios) >= remembered {
			clear(l.ratios)
		}
		l.ratios[[2]int64{part, total}] = share
	}
	return share
}

var whole = decimal.New(1, 0)

// via is how a recipient of a rule was found for the event at hand.
func (l *lister) via(r *boundRule, entry int) string {
	to, f := &r.of.of.To[entry], l.table.terms[r.terms].who[entry]
	switch {
	case f.team != nil:
		return f.team.via
	case f.by == crediting.ByField:
		return to.Name
	case f.by == crediting.ByRole:
		code := l.view.Column(f.field).Codes[l.k]
		return f.runs.shown(int(code), to.Name+" on ", l.table.Dictionary(f.field)[code])
	}
	at := l.territory()
	id := l.territories[at]
	if f.up != nil && f.runs.at(int(at), l.day) == nobody {
		above := at
		for f.runs.at(int(above), l.day) == nobody {
			above = f.up[above]
		}
		return "territory " + l.territories[above] + ", above " + id
	}
	return f.runs.shown(int(at), "territory ", id)
}

// most keys whose texts are kept.
const mostShown = 1 << 17

// shown is a key as a listing shows it.
func (r *runs) shown(key int, what, name string) string {
	n := len(r.first) - 1
	if n > mostShown {
		return what + name
	}
	if r.via == nil {
		r.via = make([]string, n)
	}
	if r.via[key] == "" {
		r.via[key] = what + name
	}
	return r.via[key]
}

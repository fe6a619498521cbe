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
	return func(yield func(Line) bool) {
		l := lister{worker: newWorker(newBook(&f.facts, f.layout, nil, false)), shares: map[[2]int64]decimal.Decimal{}}
		for _, t := range f.facts.Rules.from.Territories.All() {
			l.territories = append(l.territories, string(t.ID))
		}
		from, to := bounds(days)
		for _, row := range f.facts.Events.Declared() {
			if l.seek(row); l.day >= from && l.day < to && !l.event(yield) {
				return
			}
		}
	}
}

// lister lists the credits of event after event. It belongs to one goroutine.
type lister struct {
	*worker
	territories []string                     // by place
	shares      map[[2]int64]decimal.Decimal // by what is taken, and of how much
}

// seek makes the event of a row the one at hand.
func (l *lister) seek(row int) {
	if t := l.table; t == nil || row < t.First || row >= t.First+t.Len() {
		l.at = slices.IndexFunc(l.book.tables, func(t *table) bool { return row >= t.First && row < t.First+t.Len() })
		l.table = l.book.tables[l.at]
	}
	l.i = row - l.table.First
	l.day = int32(l.table.days[l.i])
}

// event lists the credits of the event at hand. It is false once no more are wanted.
func (l *lister) event(yield func(Line) bool) bool {
	row := l.table.First + l.i
	plain, is := l.book.facts.Events.Plain(row)
	if !is {
		return true
	}
	if !plain || !l.plain() {
		made := l.asking().Each(l.book.facts.Events.Event(row))
		for i := range made.Credits {
			if !yield(LineOf(&made.Credits[i])) {
				return false
			}
		}
		return true
	}
	f, layout := l.book.facts, l.book.layout
	out := Line{Event: l.table.IDs[l.i], Date: calendar.FromOrdinal(l.day), short: true}
	for k := range l.direct {
		d := &l.direct[k]
		if out.Origin = crediting.Direct; d.overlay {
			out.Origin = crediting.Overlay
		}
		out.Payee, out.Type, out.Rule = f.Payees[d.payee], layout.types[d.typ], d.rule.of.ID
		out.Via, out.Share = l.via(d.rule, int(d.entry)), l.share(d.share, d.total)
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
		out.Via, out.Share = u.rule.Along, l.passed(u)
		out.amount, out.places = u.amount, layout.scales[typ]
		if !yield(out) {
			return false
		}
	}
	return true
}

// passed is the part that reaches a recipient, who is once among those above another payee.
func (l *lister) passed(u *up) decimal.Decimal {
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
	share, ok := l.shares[[2]int64{part, total}]
	if !ok {
		const places = 16
		num := new(big.Int).Mul(big.NewInt(part), big.NewInt(fixed.Pow10Int64(places)))
		share = decimal.NewFromBigInt(fixed.DivRound(num, big.NewInt(total), fixed.HalfEven), -places)
		if len(l.shares) >= remembered {
			clear(l.shares)
		}
		l.shares[[2]int64{part, total}] = share
	}
	return share
}

var whole = decimal.New(1, 0)

// via is how a recipient of a rule was found for the event at hand.
func (l *lister) via(r *boundRule, entry int) string {
	to, f := &r.of.To[entry], &r.who[entry]
	switch {
	case f.team != nil:
		return f.team.via
	case f.by == crediting.ByField:
		return to.Name
	case f.by == crediting.ByRole:
		col := &l.table.Columns[f.field]
		code := col.Codes[l.i]
		return f.runs.shown(int(code), to.Name+" on ", col.Dictionary[code])
	}
	at := l.worker.territory()
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

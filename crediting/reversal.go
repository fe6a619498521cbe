package crediting

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/internal/mirror"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
)

// Reversal is what an event that takes another one back says. Such an event passes no rule and no formula: its
// credits mirror those of the event it names, in the proportion reversed, whatever has changed since.
//
// Amounts are without sign, and those that the events carry: All is 1 where the event that is taken back carries
// none, and then it is taken back in one go.
type Reversal struct {
	Of     *Event          // what is taken back
	All    decimal.Decimal // the amount of Of
	Before decimal.Decimal // what earlier reversals have taken of it
	Taken  decimal.Decimal // what it comes to with this one
	every  []*Event        // all reversals of Of, in declared order
	nth    int             // of these
}

// Reversal is what the event takes back; nil for an event that takes nothing back.
func (e *Event) Reversal() *Reversal { return e.reversal }

// Source is the event that formulas read: itself, or what it takes back.
func (e *Event) Source() *Event {
	if e.reversal != nil {
		return e.reversal.Of
	}
	return e
}

// Last reports whether nothing of the event is left with this reversal.
func (r *Reversal) Last() bool { return r.Taken.Equal(r.All) }

// String says which part of which event is taken back: "30000 of 80000 of event d1".
func (r *Reversal) String() string {
	if r.Last() && r.Before.IsZero() {
		return fmt.Sprintf("all of event %s", r.Of.ID)
	}
	text := fmt.Sprintf("%s of %s of event %s", fact.DecimalText(r.Taken.Sub(r.Before)), fact.DecimalText(r.All), r.Of.ID)
	if r.Before.IsZero() {
		return text
	}
	return text + fmt.Sprintf(", after %s before", fact.DecimalText(r.Before))
}

// Portion is what the reversal takes back of an amount, in the proportion that it takes of the event: all reversals
// of the event together take exactly the amount. It is rounded to places, or to those of the amount where these are
// more, cumulatively.
func (r *Reversal) Portion(amount decimal.Decimal, places int32, mode money.Rounding) decimal.Decimal {
	m := fixed.Mode(mode)
	return mirror.Portion(amount, places, r.Taken, r.All, m).Sub(mirror.Portion(amount, places, r.Before, r.All, m))
}

// Portion is, of a reversal of credit that was held, what it takes back of an amount that was made of the part that it
// takes back: all reversals of the part together take exactly the amount.
func (c *Credit) Portion(amount decimal.Decimal, places int32, mode money.Rounding) decimal.Decimal {
	all, before := c.Release.Whole, c.Release.Before
	after := before.Sub(c.Amount)
	if all.IsNegative() {
		all, before, after = all.Neg(), before.Neg(), after.Neg()
	}
	m := fixed.Mode(mode)
	return mirror.Portion(amount, places, after, all, m).Sub(mirror.Portion(amount, places, before, all, m))
}

// Shares divides, reversal by reversal of one event, what they take back of amounts that were made of it: by largest
// remainder, by what is left of each, so that each reversal takes exactly its portion of their sum, and all together
// take all. It is asked for them in their order, and may leave out some.
func (r *Reversal) Shares(places int32, mode money.Rounding, amounts ...decimal.Decimal) func(*Reversal) ([]decimal.Decimal, error) {
	left, next := mirror.Of(places, fixed.Mode(mode), amounts...), 0
	return func(r *Reversal) (taken []decimal.Decimal, err error) {
		for ; next <= r.nth; next++ {
			if taken, err = left.Take(r.every[next].reversal.Taken, r.All); err != nil {
				return nil, err
			}
		}
		return taken, nil
	}
}

// Reversed reports whether other events take this one back, or a part of it.
func (e *Event) Reversed() bool { return e.reversed }

// Field is what the reversal takes back of a field of the event that is an amount, a count or a number.
func (r *Reversal) Field(i int) decimal.Decimal {
	f := r.Of.schema.Fields[i]
	places := int32(f.Scale)
	if f.Type == Count {
		places += countPlaces
	}
	return r.Portion(decimal.New(r.Of.Cells[i].Int, -int32(f.Scale)), places, money.HalfEven)
}

// countPlaces are how many more decimal places parts have of what is counted.
const countPlaces = 4

// names is the id of the event that an event says it takes back; empty: none.
func (e *Event) names() fact.EventID {
	if e.schema.Reversal == "" {
		return ""
	}
	return fact.EventID(e.named(e.schema.Reversal).Text)
}

// takeBack works out what each reversal of an event takes of it.
func (l *loader) takeBack(o *Event, reversals []*Event) {
	slices.SortFunc(reversals, (*Event).compare)
	carried := alike(o, reversals)
	whole, carries := carried(o)
	all := whole.Abs()
	if all.IsZero() {
		all = one
	}
	taken := decimal.Zero
	var stated *Event // the first whose amount is stated
	for i, e := range reversals {
		r := &Reversal{Of: o, All: all, Before: taken, Taken: all, every: reversals, nth: i}
		amount, partly := carried(e)
		partly = partly && !(amount.IsZero() && whole.IsZero())
		switch {
		case taken.Equal(all):
			l.fail(e, "reversal-left", "withdraw one of the reversals", "nothing is left of the event %s that could be reversed", o.ID)
			l.note(reversals[i-1].At, "the last of it is taken here")
			continue
		case partly && amount.IsZero():
			l.fail(e, "reversal-amount", "state what is reversed, or leave the amount empty to reverse all that is left", "it reverses nothing of the event %s: its amount is 0", o.ID)
			continue
		case partly && (!carries || whole.IsZero() || e.measured() != o.measured()):
			l.fail(e, "reversal-amount", "leave the amount empty to reverse all of it", "it states an amount, and the event %s has none of the kind that it could be a part of", o.ID)
			l.note(o.At, "the event")
			continue
		case partly && !l.oneSign(e, amount, stated):
			continue
		}
		if partly {
			if stated == nil {
				stated = e
			}
			if r.Taken = taken.Add(amount.Abs()); r.Taken.GreaterThan(all) {
				l.fail(e, "reversal-left", "correct the amount, or leave it empty to reverse what is left", "it reverses %s of the event %s, of which %s is left",
					fact.DecimalText(amount.Abs()), o.ID, fact.DecimalText(all.Sub(taken)))
				l.note(o.At, "the event")
				continue
			}
		}
		e.reversal, taken, o.reversed = r, r.Taken, true
		l.out.reversals = append(l.out.reversals, e)
	}
}

// oneSign reports whether the amount of a reversal is written with a minus where that of another one of the same
// event is, if there is one.
func (l *loader) oneSign(e *Event, amount decimal.Decimal, other *Event) bool {
	if other == nil {
		return true
	}
	a, _ := other.amount()
	if a.Sign() == amount.Sign() {
		return true
	}
	l.fail(e, "reversal-sign", "write all of them with a minus, or all without: both are taken back", "its amount is %s, and that of the reversal %s of the same event is %s",
		fact.DecimalText(amount), other.ID, fact.DecimalText(a))
	l.note(other.At, "the other reversal")
	return false
}

// Origin is the first day of an event that reversals of some days take back; ok is false where there is none.
func (e *Events) Origin(days calendar.Range) (first calendar.Date, ok bool) {
	for _, r := range e.reversals {
		if of := r.reversal.Of.Date(); days.Contains(r.Date()) && (!ok || of.Before(first)) {
			first, ok = of, true
		}
	}
	return first, ok
}

// amount is what an event carries; false: its kind has no amount, or it is empty.
func (e *Event) amount() (decimal.Decimal, bool) {
	i := e.schema.carries()
	if i < 0 || !e.Cells[i].Has {
		return decimal.Zero, false
	}
	return decimal.New(e.Cells[i].Int, -int32(e.schema.Fields[i].Scale)), true
}

// measured is the type of what an event carries.
func (e *Event) measured() FieldType { return e.schema.Fields[e.schema.carries()].Type }

// carries is the field that says how much an event is: amount, or else the first of money; -1: none.
func (s *Schema) carries() int {
	if i := s.Index("amount"); i >= 0 {
		switch s.Fields[i].Type {
		case Money, Count, Numeric:
			return i
		}
	}
	return slices.IndexFunc(s.Fields, func(f Field) bool { return f.Type == Money })
}

// takenBack is what was credited for an event, and what reversals have left of it.
type takenBack struct {
	made  *Crediting
	parts []part
	next  int // the reversal whose turn it is
}

// asBelow reports whether a credit is that which was passed up, whole.
func (c *Credit) asBelow() bool { return c.Origin == RolledUp && c.Amount.Equal(c.Whole) }

// part is credits, and what nobody was credited with, that are taken back together.
type part struct {
	left       *mirror.Parts
	credits    []int // places in made; what is taken is listed in this order,
	uncredited []int // and then in this one
}

// mirror makes the credits of a reversal: those of the event that it takes back, each less what is left of it.
func (a *Applier) mirror(e *Event) {
	r := e.reversal
	t := a.mirrors[r.Of]
	if t == nil || t.next > r.nth {
		t = a.takenBack(r.Of)
		if a.mirrors == nil {
			a.mirrors = map[*Event]*takenBack{}
		}
		a.mirrors[r.Of] = t
	}
	for ; t.next < r.nth; t.next++ { // those that were made before the events at hand
		if _, err := t.take(r.every[t.next]); err != nil {
			return // it has its own finding
		}
	}
	out, err := t.take(e)
	if err != nil {
		a.fail(e, "reversal-amount", "check the amounts at the source", "%v", err)
		return
	}
	if t.next++; r.Last() {
		delete(a.mirrors, r.Of)
	}
	a.out.Credits = append(a.out.Credits, out.Credits...)
	a.out.Uncredited = append(a.out.Uncredited, out.Uncredited...)
}

// takenBack credits an event once more, by the same program, and groups what came of it: what one rule has divided is
// taken back together, and what each has the whole of, one by one. What counts above as much as below follows that.
func (a *Applier) takenBack(o *Event) *takenBack {
	alone := *a
	alone.out, alone.asked, alone.passed = &Crediting{}, false, nil
	alone.event(o)
	a.out.Findings = append(a.out.Findings, alone.out.Findings.Only(source.Error)...) // o may be of days that are not credited
	t := &takenBack{made: alone.out}
	type key struct {
		rule fact.RuleID
		typ  string
	}
	at := map[key]int{}
	group := func(k key) *part {
		n, ok := at[k]
		if !ok {
			n = len(t.parts)
			at[k] = n
			t.parts = append(t.parts, part{})
		}
		return &t.parts[n]
	}
	for i := range t.made.Credits {
		switch c := &t.made.Credits[i]; {
		case c.asBelow(): // what is taken back below is taken back here
		case c.Origin == RolledUp, c.Amount.Equal(c.Whole):
			t.parts = append(t.parts, part{credits: []int{i}})
		default:
			p := group(key{c.Rule, c.Type})
			p.credits = append(p.credits, i)
		}
	}
	for i, u := range t.made.Uncredited {
		p := group(key{u.Rule, a.told(u)})
		p.uncredited = append(p.uncredited, i)
	}
	for i := range t.parts {
		p := &t.parts[i]
		var amounts []decimal.Decimal
		places := int32(0)
		for _, k := range p.credits {
			c := t.made.Credits[k]
			amounts, places = append(amounts, c.Amount), max(places, a.places(o, c.Rule, c.Type, c.Amount))
		}
		for _, k := range p.uncredited {
			u := t.made.Uncredited[k]
			amounts, places = append(amounts, u.Amount), max(places, a.places(o, u.Rule, a.told(u), u.Amount))
		}
		p.left = mirror.Of(places, fixed.HalfEven, amounts...)
	}
	return t
}

// take takes back what a reversal says, from what is left.
func (t *takenBack) take(e *Event) (*Crediting, error) {
	r := e.reversal
	out := &Crediting{Credits: slices.Clone(t.made.Credits), Uncredited: slices.Clone(t.made.Uncredited)}
	for i := range t.parts {
		p := &t.parts[i]
		taken, err := p.left.Take(r.Taken, r.All)
		if err != nil {
			return nil, err
		}
		for n, k := range p.credits {
			c := &out.Credits[k]
			c.Amount, c.Whole = taken[n].Neg(), r.Portion(c.Whole, p.left.Places(), money.HalfEven).Neg()
		}
		for n, k := range p.uncredited {
			out.Uncredited[k].Amount = taken[len(p.credits)+n].Neg()
		}
	}
	nth := map[fact.PayeeID]int32{}
	for i := range out.Credits {
		c, was := &out.Credits[i], &t.made.Credits[i]
		if was.Origin == RolledUp {
			c.Whole = out.Credits[was.From].Amount
		}
		if was.asBelow() {
			c.Amount = c.Whole
		}
		c.Event, c.Limit, c.Nth = e, "", nth[c.Payee]
		nth[c.Payee]++
	}
	for i := range out.Uncredited {
		u := &out.Uncredited[i]
		u.Event, u.Reason = e, fmt.Sprintf("takes back %s: %s", r, u.Reason)
	}
	return out, nil
}

// told is the type of credit that what nobody was credited with is told of; empty: none.
func (a *Applier) told(u Uncredited) string {
	for i := range a.rules.Rules {
		if r := &a.rules.Rules[i]; r.ID == u.Rule {
			return r.Gives()[r.told()].As
		}
	}
	return ""
}

// places are the decimal places at which credit of a type is taken back in part: those of money, and of what is
// counted four more than it has, as when it is divided.
func (a *Applier) places(o *Event, rule fact.RuleID, typ string, amount decimal.Decimal) int32 {
	if u, ok := a.unitOf(rule, typ); ok && u.Money == 0 {
		return mirror.Places(amount) + countPlaces
	}
	return int32(o.schema.Currency.Digits())
}

// unitOf is what a rule, or a roll-up of what rules give, measures.
func (a *Applier) unitOf(id fact.RuleID, typ string) (u dsl.Unit, ok bool) {
	for i := range a.rules.RollUps {
		if r := &a.rules.RollUps[i]; r.ID == id {
			if r.Amount != nil {
				return r.Amount.Unit(), true
			}
			id, typ = "", r.Of
		}
	}
	for i := range a.rules.Rules {
		for _, g := range a.rules.Rules[i].Gives() {
			if (id == "" || a.rules.Rules[i].ID == id) && g.As == typ {
				return g.Amount.Unit(), true
			}
		}
	}
	return u, false
}

// takers are the rows of events that take others back, in declared order.
func (e *Events) takers() (rows []int) {
	for _, t := range e.tables {
		if t.Schema.Reversal == "" {
			continue
		}
		for i := range t.Len() {
			if t.takes(i) && !e.gone(t.First+i) {
				rows = append(rows, t.First+i)
			}
		}
	}
	slices.SortFunc(rows, func(a, b int) int { return e.Event(a).compare(e.Event(b)) })
	return rows
}

package compensation

import (
	"iter"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/holding"
	"github.com/payproof/payproof/compensation/internal/paying"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/trace"
)

// Held is what is kept back of a Payee's pay or credit for an Event, at the end of a run's last period. Credit that
// is held counts for nothing.
type Held struct {
	What      hold.What
	Payee     fact.PayeeID
	Plan      fact.PlanID // of pay
	Component string      // of pay
	Type      string      // of credit
	Event     *crediting.Event
	Unit      dsl.Unit        // of the amounts: of credit, it may be a count
	Whole     decimal.Decimal // what was earned or credited
	Released  decimal.Decimal // of that, so far
	Until     string          // what it waits for
}

// Amount is what is held.
func (h Held) Amount() decimal.Decimal { return h.Whole.Sub(h.Released) }

// Held lists what is kept back, by payee: pay before credit, and in the order in which it was earned.
func (r *Run) Held() iter.Seq[Held] {
	all := make([]Held, 0, len(r.left)+len(r.kept))
	for _, b := range r.left {
		all = append(all, Held{
			What: hold.Payment, Payee: b.Payee, Plan: b.Plan.ID, Component: b.Component, Event: b.Event, Unit: dsl.Money(r.book.PayCurrency(b.Payee).String()),
			Whole: b.Whole.Decimal(), Released: b.Released.Decimal(), Until: b.Hold.String(),
		})
	}
	for _, k := range r.kept {
		t, _ := r.book.program.Type(k.Credit.Type)
		all = append(all, Held{
			What: hold.Credit, Payee: k.Credit.Payee, Type: k.Credit.Type, Event: k.Credit.Event, Unit: t.Unit,
			Whole: k.Credit.Amount, Released: k.Released, Until: k.Hold.String(),
		})
	}
	slices.SortStableFunc(all, func(a, b Held) int { return strings.Compare(string(a.Payee), string(b.Payee)) })
	return slices.Values(all)
}

// heldSince is the date of the first event, before a day, of which something is still held on that day by
// holds of a kind; the day itself where there is none.
func (b *Book) heldSince(what hold.What, day calendar.Date) calendar.Date {
	holds := slices.DeleteFunc(slices.Clone(b.holds), func(h *hold.Hold) bool { return h.What != what })
	if len(holds) == 0 {
		return day
	}
	for _, e := range b.within(calendar.Range{To: day}) {
		if !day.IsZero() && slices.ContainsFunc(holds, func(h *hold.Hold) bool { return b.holdsStill(h, e, day) }) {
			return e.Date()
		}
	}
	return day
}

// holdsStill reports whether something of an event is not released before a day.
func (b *Book) holdsStill(h *hold.Hold, e *crediting.Event, day calendar.Date) bool {
	if !slices.Contains(h.Of, e.Schema().Kind) || e.Reversal() != nil {
		return false
	}
	steps := b.releases.Steps(h, e)
	return len(steps) == 0 || !steps[len(steps)-1].On.Before(day) || !steps[len(steps)-1].Fraction.All()
}

// creditable are the events that rules may credit: a kind that only releases others, and for which there is no
// rule, is credited to nobody on purpose.
func (b *Book) creditable(events []*crediting.Event) []*crediting.Event {
	only := map[string]bool{}
	for _, h := range b.holds {
		for _, p := range h.Parts {
			only[p.Kind] = p.Kind != ""
		}
	}
	for _, r := range b.program.Rules.Rules {
		delete(only, r.Kind)
	}
	if len(only) == 0 {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), func(e *crediting.Event) bool { return only[e.Schema().Kind] })
}

// hold divides the credits that are held: what is released before a day stays among the credits, and what
// is not is returned.
func (b *Book) hold(credited *crediting.Crediting, until calendar.Date, asOf fact.Revision) (kept []hold.Kept) {
	if !b.keeps(hold.Credit) {
		return nil
	}
	credited.Credits, kept = b.releases.Divide(credited.Credits, b.division(until, asOf))
	return kept
}

// keeps reports whether something of a kind is held.
func (b *Book) keeps(what hold.What) bool {
	return slices.ContainsFunc(b.holds, func(h *hold.Hold) bool { return h.What == what })
}

func (b *Book) division(until calendar.Date, asOf fact.Revision) hold.Division {
	segments := map[fact.PayeeID][]earning.Segment{}
	return hold.Division{
		Until: until, Rounding: b.program.Rounding,
		Of: func(c *crediting.Credit) *hold.Hold {
			all, ok := segments[c.Payee]
			if !ok {
				all = b.segments(c.Payee, calendar.Range{}, asOf)
				segments[c.Payee] = all
			}
			var on *plan.Plan
			if i := slices.IndexFunc(all, func(s earning.Segment) bool { return s.Days.Contains(c.Event.Source().Date()) }); i >= 0 {
				on = all[i].Plan
			}
			return b.program.CreditHold(on, c)
		},
		Places: func(c *crediting.Credit) int {
			t, _ := b.program.Type(c.Type)
			if t.Unit.Money == 0 {
				return int(t.Scale)
			}
			return max(b.program.Currency.Digits(), int(-c.Amount.Exponent()))
		},
	}
}

// whyHeld says of each rule whether what it gives a payee for an event is held, and what it waits for. What a rule
// gives is then what is released of it, as far as is known.
func (b *Book) whyHeld(nodes []*trace.Node, e *crediting.Event, p fact.PayeeID, asOf fact.Revision) {
	if !b.keeps(hold.Credit) {
		return
	}
	credits := b.applier(asOf).Apply(append([]*crediting.Event{e.Source()}, b.releases.Reversals(e.Source())...)).Credits
	credits = slices.DeleteFunc(credits, func(c crediting.Credit) bool { return c.Payee != p })
	d := b.division(calendar.Date{}, asOf)
	for i := range credits {
		c := &credits[i]
		if c.Event != e.Source() {
			break
		}
		h := d.Of(c)
		at := slices.IndexFunc(nodes, func(n *trace.Node) bool { return n.Label == string(c.Rule) })
		if h == nil || at < 0 {
			continue
		}
		both := []crediting.Credit{*c}
		for _, o := range credits[i+1:] {
			if o.Event != c.Event && int(o.Nth) == i { // what takes it back
				o.Nth = 0
				both = append(both, o)
			}
		}
		parts, kept := b.releases.Divide(both, d)
		whyDivided(nodes[at], e, h, both, parts, kept)
	}
}

// whyDivided says what an event gives, of credit that is held and what takes it back, and of the parts of both.
func whyDivided(n *trace.Node, e *crediting.Event, h *hold.Hold, whole, parts []crediting.Credit, kept []hold.Kept) {
	sum := func(all []crediting.Credit, takes bool) (sum decimal.Decimal) {
		for i := range all {
			if c := &all[i]; (c.Event.Reversal() != nil) == takes && (c.Event == e || e.Reversal() == nil) {
				sum = sum.Add(c.Amount)
			}
		}
		return sum
	}
	takes := e.Reversal() != nil
	for i := range parts {
		if c := &parts[i]; c.Event == e && !takes {
			n.Detail += "; " + fact.DecimalText(c.Amount) + " counts from " + c.Date().String()
		}
	}
	if cancelled := sum(parts, true).Sub(sum(whole, true)); !cancelled.IsZero() {
		n.Detail += "; " + fact.DecimalText(cancelled) + " that was held is cancelled"
	}
	for _, k := range kept {
		if !takes {
			n.Detail += "; " + fact.DecimalText(k.Amount()) + " is held until " + h.String()
		}
	}
	if before := sum(whole, takes); !before.IsZero() {
		if value, err := decimal.NewFromString(n.Value); err == nil {
			n.Value = fact.DecimalText(value.Sub(before).Add(sum(parts, takes)))
		}
	}
}

// released checks the events that release others.
func (b *Book) released(within calendar.Range) source.Diagnostics {
	if len(b.holds) == 0 {
		return nil
	}
	return b.releases.Check(b.holds, slices.Collect(b.events.All()), b.events.Find, within)
}

// keep finds what is held of the payee's pay.
func (d *desk) keep(of *earning.Result) source.Diagnostics {
	if !d.run.book.keeps(hold.Payment) {
		return nil
	}
	if len(of.Lines) == 0 {
		return nil
	}
	moves, left, err := d.run.holding(of.Lines[0].Payee).Compute(of.Lines, of.Cuts)
	if err != nil {
		return source.Diagnostics{source.Errorf("too-large", source.Span{File: "payee=" + string(of.Lines[0].Payee)}, "hold: %v", err).WithHint("check the data")}
	}
	d.moves, d.out.left = moves, left
	return nil
}

// holding is what the moves of a payee's pay depend on.
func (r *Run) holding(payee fact.PayeeID) holding.Facts {
	f := holding.Facts{Program: r.book.program, Releases: r.book.releases, Until: r.span.days.To}
	if !slices.ContainsFunc(r.book.program.Plans, func(p plan.Plan) bool { return p.Terms.Leaving.Held != terms.PayWhenDue }) {
		return f
	}
	staying := r.staying(payee)
	f.Left = staying.HeldOf
	for days := range r.book.people.History(payee, calendar.Range{To: r.span.days.To}, r.request.AsOf) {
		if days.To.IsZero() {
			continue
		}
		p := r.book.program.Calendar.PeriodOf(earning.PayUnit, days.To.AddDays(-1))
		if n := len(f.Leaving); staying.Gone(p) && (n == 0 || f.Leaving[n-1] != p) {
			f.Leaving = append(f.Leaving, p)
		}
	}
	return f
}

// staying is when a payee is there, and on which terms.
func (r *Run) staying(payee fact.PayeeID) paying.Facts {
	f := paying.Facts{
		Event: r.book.events.Find,
		Rules: r.payRules(payee), Segments: r.book.segments(payee, calendar.Range{}, r.request.AsOf), Since: r.alwaysSince(),
		Left: func(last calendar.Date) bool {
			_, before := r.book.people.At(payee, last, r.request.AsOf)
			_, after := r.book.people.At(payee, last.AddDays(1), r.request.AsOf)
			return !after && (before || r.had(payee, last))
		},
	}
	if x := r.exchange(payee); x != nil {
		f.Convert = x.Amount(payee)
	}
	return f
}

// keepBack posts what is held and released in the periods asked for.
func (d *desk) keepBack() error {
	for i := range d.moves {
		m := &d.moves[i]
		k, ok := d.run.span.place(m.PostedIn)
		if !ok {
			continue
		}
		cause := "until " + m.Hold.String()
		switch {
		case m.Leaves && m.Kind == ledger.Forfeited:
			cause = "who leaves loses what is held"
		case m.Leaves:
			cause = "who leaves is paid what is held"
		case m.Kind == ledger.Forfeited:
			cause = "what was lost is taken back" + by(m.By)
		case m.Kind == ledger.Released:
			cause = m.Fraction.String() + by(m.By)
		}
		e := ledger.Entry{
			Kind: m.Kind, Payee: m.Payee, Plan: m.Plan.ID, Component: m.Component, Event: m.Event.ID,
			EarnedFor: m.EarnedFor, PostedIn: m.PostedIn, Amount: m.Amount, Cause: cause,
		}
		if m.Kind == ledger.HoldCancelled {
			e.Event, e.EarnedFor, e.Cause = m.By[0].ID, m.PostedIn, "reversal of "+string(m.Event.ID)
			if err := d.clawLess(e, m.Back); err != nil {
				return err
			}
		}
		if !e.Amount.IsZero() {
			d.entries = append(d.entries, e)
		}
		if err := d.add(k, m.Payee, m.Plan, m.Component, m.Paid()); err != nil {
			return err
		}
	}
	return nil
}

// clawLess takes what is cancelled while it is held out of what a reversal claws back.
func (d *desk) clawLess(cancelled ledger.Entry, less money.Amount) (err error) {
	at := slices.IndexFunc(d.entries, func(e ledger.Entry) bool {
		return e.Kind == ledger.ClawedBack && e.Payee == cancelled.Payee && e.Plan == cancelled.Plan && e.Component == cancelled.Component &&
			e.Event == cancelled.Event && e.PostedIn == cancelled.PostedIn
	})
	if at < 0 {
		return nil // which the check of conservation finds
	}
	d.entries[at].PlanAmount = money.Amount{} // it was of all that the reversal takes
	if d.entries[at].Amount, err = d.entries[at].Amount.Add(less); err == nil && d.entries[at].Amount.IsZero() {
		d.entries = slices.Delete(d.entries, at, at+1)
	}
	return err
}

// by names events that released something.
func by(events []*crediting.Event) string {
	if len(events) == 0 {
		return ""
	}
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = string(e.ID)
	}
	return " by " + strings.Join(ids, ", ")
}

// move explains what was held, or released.
func (e *explanation) move(m *holding.Move) *trace.Node {
	n := &trace.Node{Op: trace.Held, Label: "event " + string(m.Event.ID), Value: m.Amount.Text(), Unit: e.unit(), Detail: "kept until " + m.Hold.String(), At: m.Hold.At}
	if m.Kind == ledger.Held {
		return n
	}
	switch {
	case m.Kind == ledger.Forfeited && m.Leaves:
		n.Value, n.Detail = m.Paid().Text(), m.Amount.Neg().Text()+" that is held is lost: the payee leaves"
		return n
	case m.Kind == ledger.Forfeited:
		n.Value, n.Detail = m.Paid().Text(), m.Amount.Text()+" that was lost is taken back first"+by(m.By)
		return n
	case m.Leaves:
		n.Op, n.Detail = trace.Released, "all that is held: the payee leaves"
		n.Args = append(n.Args, earning.EventNode(m.Event))
		return n
	}
	if m.Kind == ledger.HoldCancelled { // what the line of the reversal takes back is still held
		n.Value, n.Detail = m.Amount.Neg().Text(), "held, and cancelled by "+string(m.By[0].ID)+": it is not paid back"
		if m.Back.Decimal().Cmp(m.Amount.Neg().Decimal()) != 0 {
			n.Value, n.Detail = (&desk{run: e.run, currency: e.run.book.PayCurrency(e.payee)}).text(m.Back), m.Amount.Neg().Text()+" is held, and cancelled by "+string(m.By[0].ID)+": a part is taken back only of what was paid"
		}
		return n
	}
	n.Op = trace.Released
	before := m.Before
	if before.IsZero() {
		before = money.FromMinor(0, e.run.book.PayCurrency(e.payee))
	}
	n.Args = append(n.Args, earning.EventNode(m.Event))
	n.Detail = m.Fraction.String() + " of " + m.Whole.Text() + " earned for " + e.run.book.program.Calendar.Format(m.EarnedFor) + ", less " + before.Text() + " released before"
	if exact := m.Fraction.Of(m.Whole.Decimal(), exactPlaces, money.HalfEven); !exact.Equal(m.Amount.Decimal().Add(m.Before.Decimal())) {
		n.Flags |= trace.Rounded
		n.Detail += ", rounded " + e.run.book.program.Rounding.String() + " to the minor unit"
	}
	for _, event := range m.By {
		n.Args = append(n.Args, earning.EventNode(event))
	}
	return n
}

// exactPlaces are enough to tell whether a part of money was rounded.
const exactPlaces = 16

package paying

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Owing is what a plan took back in a pay period and is still to come back, as its terms say: an Amount above zero.
type Owing struct {
	Plan   fact.PlanID
	Of     calendar.Period // in which it was taken back
	By     terms.Recovery  // how it comes back
	Amount decimal.Decimal
}

// Recovery is the component of the entries CarriedForward that say what is owing: their plan is that which took it back, in the pay period
// that they are earned for.
const Recovery = "recovery"

// taken is what is taken back in a pay period and comes back later, of each plan.
type taken struct {
	plan   *plan.Plan
	by     terms.Recovery
	amount decimal.Decimal
}

// owing finds, by pay period, what is taken back and does not come back at once. What caps give back for it in the same pay period, or
// was still held of it, is no part of that.
func (f Facts) owing(first calendar.Period) map[calendar.Period][]Owing {
	if !slices.ContainsFunc(f.Segments, func(s earning.Segment) bool { return s.Plan.Clawback != nil && s.Plan.Clawback.Recovery.Later() }) {
		return nil
	}
	all := map[calendar.Period][]taken{}
	add := func(id fact.PlanID, component string, by *crediting.Event, in calendar.Period, amount decimal.Decimal) {
		of := f.version(id, in) // which is what the ledger tells, too
		c := earning.ClawbackOf(of, component, by)
		if c == nil || !c.Recovery.Later() {
			return
		}
		at := slices.IndexFunc(all[in], func(t taken) bool { return t.plan.ID == of.ID })
		if at < 0 {
			at = len(all[in])
			all[in] = append(all[in], taken{of, c.Recovery, decimal.Zero})
		}
		all[in][at].amount = all[in][at].amount.Sub(amount)
	}
	for i := range f.Again {
		if d := &f.Again[i]; d.Group == past.Earned && d.Event != "" {
			if e, ok := f.Event(d.Event); ok && e.Reversal() != nil {
				add(d.Plan, d.Component, e, first, d.Amount.Decimal())
			}
		}
	}
	for i := range f.Again {
		if d := &f.Again[i]; d.Group == past.Capped {
			givesBack(all[first], d.Plan, d.Component, d.Amount.Decimal())
		}
	}
	for i := range f.Lines {
		l := &f.Lines[i]
		amount := l.Amount.Decimal()
		if l.Converted != nil {
			amount = amount.Add(l.Converted.Difference.Decimal())
		}
		switch {
		case l.Of != nil:
			add(l.Of.Plan.ID, l.Component.Name, l.Credit.Event, l.PostedIn, amount)
		case l.Taken:
			add(l.Plan.ID, l.Component.Name, l.Credit.Event, l.PostedIn, amount)
		}
	}
	for i := range f.Moves {
		if m := &f.Moves[i]; m.Kind == ledger.HoldCancelled {
			add(m.Plan.ID, m.Component, m.By[0], m.PostedIn, m.Back.Decimal())
		}
	}
	for i := range f.Cuts {
		c := &f.Cuts[i]
		givesBack(all[c.PostedIn], c.Plan.ID, c.Component, c.Amount.Decimal())
	}
	out := map[calendar.Period][]Owing{}
	for in, some := range all { // order: each goes to its own place
		for _, t := range some {
			if t.amount.IsPositive() {
				out[in] = append(out[in], Owing{t.plan.ID, in, t.by, t.amount})
			}
		}
	}
	return out
}

// givesBack takes what a cap gives back for what is taken back out of it.
func givesBack(some []taken, id fact.PlanID, component string, amount decimal.Decimal) {
	for i := range some {
		if t := &some[i]; t.plan.ID == id && amount.IsPositive() && t.amount.IsPositive() && t.plan.Clawback.Covers(component) {
			t.amount = positive(t.amount.Sub(amount))
		}
	}
}

// version is that of a plan which the payee was on last in a pay period, or else at all.
func (f Facts) version(id fact.PlanID, in calendar.Period) (found *plan.Plan) {
	days, err := f.Calendar.Range(in)
	for i := range f.Segments {
		s := &f.Segments[i]
		if s.Plan.ID == id && (found == nil || err == nil && s.Days.From.Before(days.To)) {
			found = s.Plan
		}
	}
	if found == nil {
		found = &plan.Plan{ID: id}
	}
	return found
}

// recovery is how what a plan took back in a pay period comes back. Where the plan does not say so any more, it is due.
func (f Facts) recovery(id fact.PlanID, in calendar.Period) (by terms.Recovery) {
	if c := f.version(id, in).Clawback; c != nil {
		by = c.Recovery
	}
	return by
}

// owed is what was owing of something when the pay period began, or taken back in it.
type owed struct{ before, taken decimal.Decimal }

// begin takes what is taken back out of what is payable, where it comes back later, and into it what of earlier times is due now. Of who
// leaves all is due.
func (d *desk) begin() {
	for _, o := range d.Owing {
		d.before = append(d.before, owed{before: o.Amount})
	}
	for _, o := range d.p.Taken {
		d.payable = d.payable.Add(o.Amount)
		d.Owing, d.before = append(d.Owing, o), append(d.before, owed{taken: o.Amount})
	}
	for i := range d.Owing {
		o := &d.Owing[i]
		if o.By.Earnings && !d.p.Final {
			continue
		}
		due := o.Amount
		if left := o.By.Parts - int(d.p.Index-o.Of.Index); left > 1 && !d.p.Final {
			due = o.Amount.Sub(d.part(o.Amount, left-1, left))
		}
		o.Amount, d.payable = o.Amount.Sub(due), d.payable.Sub(due)
	}
}

// fromEarnings recovers what comes back from earnings alone: from the reserve, and then from what is payable, up to a share of it, and none of
// what a draw would be advanced for again.
func (d *desk) fromEarnings() {
	if len(d.Owing) == 0 {
		return
	}
	payable, draw := positive(d.payable), decimal.Zero
	if of := d.p.Terms.Draw; of != nil && !of.OnTop {
		if w, ok := d.step(of); ok {
			draw = d.share(w)
		}
	}
	used := decimal.Zero
	for i := range d.Owing {
		o := &d.Owing[i]
		if !o.By.Earnings || o.Amount.IsZero() {
			continue
		}
		if r := d.p.Terms.Reserve; r == nil || !r.Untouched {
			part := decimal.Min(d.Kept(), o.Amount)
			d.useReserve(part, Term{"taken back", o.Amount})
			o.Amount = o.Amount.Sub(part)
		}
		most := decimal.Min(d.round(payable.Mul(o.By.Share)), positive(payable.Sub(draw)))
		back := decimal.Min(o.Amount, positive(most.Sub(used)))
		o.Amount, used = o.Amount.Sub(back), used.Add(back)
	}
	d.payable = d.payable.Sub(used)
	for i := range d.Owing {
		d.recovered(&d.Owing[i], d.before[i], Term{"payable", payable}, Term{"draw", draw})
	}
	d.Owing = slices.DeleteFunc(d.Owing, func(o Owing) bool { return o.Amount.IsZero() })
}

// recovered posts by how much what is owing changes.
func (d *desk) recovered(o *Owing, was owed, of ...Term) {
	change := o.Amount.Sub(was.before)
	if change.IsZero() {
		return
	}
	cause, all := "what was taken back is recovered", []Term{{"owed before", was.before}}
	if was.before.IsZero() {
		cause, all = "what is taken back comes back later", []Term{{"taken back", was.taken}}
	}
	rule := "what is payable above the draw, up to a share of what is payable"
	switch {
	case d.p.Final:
		rule = "all of it, since the payee leaves"
	case !o.By.Later():
		rule = "all of it, since the plan does not say any more how"
	case !o.By.Earnings:
		rule = fmt.Sprintf("instalment %d of %d", min(int(d.p.Index-o.Of.Index)+1, o.By.Parts), o.By.Parts)
	}
	if o.By.Earnings && !d.p.Final {
		all = append(append(all, of...), Term{"share", o.By.Share})
	}
	d.post(ledger.CarriedForward, change, cause, rule, append(all, Term{"owed from now", o.Amount})...)
	d.out[len(d.out)-1].Plan, d.out[len(d.out)-1].Of = o.Plan, o.Of
}

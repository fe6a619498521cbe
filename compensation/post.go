package compensation

import (
	"fmt"
	"slices"
	"strings"


	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// lineage is what cumulative rounding and caps accumulate over: a component of a
// plan in a window.
type lineage struct {
	plan      fact.PlanID
	component string
	window    calendar.Period
}

// round gives each line its amount. Cumulatively, line k is R(Σ₁..k) − R(Σ₁..k−1)
// over the fiscal year, so that lines sum to what the rounded total is.
func (w *worker) round() {
	program := w.run.book.program
	slices.SortStableFunc(w.out.lines, func(a, b Line) int { return a.PostedIn.Compare(b.PostedIn) })
	states := map[lineage]rounding{}
	for i := range w.out.lines {
		l := &w.out.lines[i]
		k := lineage{l.Plan.ID, l.Component.Name, w.year(l.PostedIn)}
		state := states[k]
		if l.Component.EachLine {
			state = rounding{}
		}
		l.before = state
		state.exact = state.exact.Add(l.Exact)
		total, err := money.FromDecimal(state.exact, program.Currency)
		if err == nil {
			total = total.RoundMinor(program.Rounding)
			l.Amount, err = total.Sub(state.posted)
		}
		if err != nil {
			w.out.found = append(w.out.found, fault(w.path(l.EarnedFor, ""), "too-large", "check the data", "%s: %v", l.Component.Name, err))
			return
		}
		state.posted = total
		states[k] = state
	}
}

// year is the fiscal year of a pay period.
func (w *worker) year(p calendar.Period) calendar.Period {
	return w.run.window(p, calendar.UnitYear)
}

func (r *Run) window(p calendar.Period, unit calendar.Unit) calendar.Period {
	days, err := r.book.program.Calendar.Range(p)
	if err != nil {
		return calendar.Period{}
	}
	return r.book.program.Calendar.PeriodOf(unit, days.From)
}

// cut is what a cap takes from a component in a pay period (negative), or gives
// back (positive).
type cut struct {
	payee     fact.PayeeID
	plan      *plan.Plan
	component string
	cap       *plan.Cap
	posted    calendar.Period
	amount    money.Amount
	gross     money.Amount // of the component over the window so far
	room      money.Amount // what the cap leaves the component over the window so far
}

// caps limits what components earn together, cumulatively over each cap's window:
// every pay period posts the difference, so that room freed by a reversal is given
// back. A component that stands first takes its room first.
func (w *worker) caps() {
	seen := map[*plan.Plan]bool{}
	for i := range w.segments {
		p := w.segments[i].plan
		if seen[p] {
			continue
		}
		seen[p] = true
		for k := range p.Caps {
			if err := w.limit(p, &p.Caps[k]); err != nil {
				w.out.found = append(w.out.found, fault("payee="+string(w.payee), "too-large", "check the data", "cap: %v", err))
			}
		}
	}
}

// limit applies one cap, after those listed before it.
func (w *worker) limit(p *plan.Plan, c *plan.Cap) error {
	gross, taken := map[lineage]money.Amount{}, map[lineage]money.Amount{}
	for _, month := range w.months() {
		window := w.run.window(month, c.Window)
		room := c.Limit
		for _, name := range c.Of {
			k := lineage{p.ID, name, window}
			earned, err := w.net(p, name, month)
			if err != nil {
				return err
			}
			if gross[k], err = gross[k].Add(earned); err != nil {
				return err
			}
			kept := least(gross[k], room)
			total, err := kept.Sub(gross[k])
			if err != nil {
				return err
			}
			now, err := total.Sub(taken[k])
			if err != nil {
				return err
			}
			if taken[k] = total; !now.IsZero() {
				w.out.cuts = append(w.out.cuts, cut{w.payee, p, name, c, month, now, gross[k], room})
			}
			if room, err = room.Sub(kept); err != nil {
				return err
			}
		}
	}
	return nil
}

// least is the smaller of two amounts of one currency.
func least(a, b money.Amount) money.Amount {
	if c, err := a.Cmp(b); err == nil && c > 0 {
		return b
	}
	return a
}

// months are the pay periods that have lines, in order.
func (w *worker) months() (out []calendar.Period) {
	for i := range w.out.lines {
		if m := w.out.lines[i].PostedIn; len(out) == 0 || out[len(out)-1] != m {
			out = append(out, m)
		}
	}
	return out
}

// net is what a component earned in a pay period, less what caps took before.
func (w *worker) net(p *plan.Plan, component string, month calendar.Period) (total money.Amount, err error) {
	for i := range w.out.lines {
		if l := &w.out.lines[i]; l.Plan == p && l.Component.Name == component && l.PostedIn == month && err == nil {
			total, err = total.Add(l.Amount)
		}
	}
	for _, c := range w.out.cuts {
		if c.plan == p && c.component == component && c.posted == month && err == nil {
			total, err = total.Add(c.amount)
		}
	}
	return total, err
}

// post makes entries and payouts of the lines of the periods asked for, and
// checks that they conserve money.
func (r *Run) post() error {
	r.lines = slices.DeleteFunc(r.lines, func(l Line) bool { return !r.asked(l.PostedIn) })
	r.cuts = slices.DeleteFunc(r.cuts, func(c cut) bool { return !r.asked(c.posted) })
	for i := range r.lines {
		if err := r.earn(&r.lines[i]); err != nil {
			return err
		}
	}
	for i := range r.cuts {
		if err := r.cap(&r.cuts[i]); err != nil {
			return err
		}
	}
	if err := r.pay(); err != nil {
		return err
	}
	slices.SortFunc(r.entries, ledger.Compare)
	slices.SortFunc(r.payouts, comparePayouts)
	if bad := ledger.Conserve(slices.Values(r.entries)); len(bad) > 0 {
		return fmt.Errorf("the run does not conserve money, which is a fault of the engine: %w", bad[0])
	}
	return nil
}

func (r *Run) asked(p calendar.Period) bool { return slices.Contains(r.span.periods, p) }

func (r *Run) earn(l *Line) error {
	e := ledger.Entry{
		Kind: ledger.Earned, Payee: l.Payee, Plan: l.Plan.ID, Component: l.Component.Name,
		EarnedFor: l.EarnedFor, PostedIn: l.PostedIn, Amount: l.Amount,
	}
	if l.Credit != nil {
		e.Event, e.Cause = l.Credit.Event.ID, "rule "+string(l.Credit.Rule)
	}
	if !l.Amount.IsZero() {
		r.entries = append(r.entries, e)
	}
	return r.add(l.Payee, l.Plan, l.Component.Name, l.PostedIn, l.Amount)
}

func (r *Run) cap(c *cut) error {
	r.entries = append(r.entries, ledger.Entry{
		Kind: ledger.Capped, Payee: c.payee, Plan: c.plan.ID, Component: c.component, EarnedFor: c.posted, PostedIn: c.posted,
		Amount: c.amount, Cause: c.cap.String(),
	})
	return r.add(c.payee, c.plan, c.component, c.posted, c.amount)
}

// add gathers an amount into its payout.
func (r *Run) add(payee fact.PayeeID, p *plan.Plan, component string, period calendar.Period, a money.Amount) error {
	id := payoutID(r.book.program.Calendar.Format(period), payee, p.ID, component)
	at, ok := r.index[id]
	if !ok {
		if r.index == nil {
			r.index = map[string]int{}
		}
		at = len(r.payouts)
		r.index[id] = at
		r.payouts = append(r.payouts, Payout{ID: id, Payee: payee, Plan: p.ID, Component: component, Period: period})
	}
	var err error
	r.payouts[at].Amount, err = r.payouts[at].Amount.Add(a)
	return err
}

// pay posts one Paid entry for each payee and pay period.
func (r *Run) pay() error {
	type key struct {
		payee  fact.PayeeID
		period calendar.Period
	}
	totals, keys := map[key]money.Amount{}, []key{}
	for _, p := range r.payouts {
		k := key{p.Payee, p.Period}
		sum, ok := totals[k]
		if !ok {
			keys = append(keys, k)
		}
		var err error
		if totals[k], err = sum.Add(p.Amount); err != nil {
			return err
		}
	}
	for _, k := range keys {
		if t := totals[k]; !t.IsZero() {
			r.entries = append(r.entries, ledger.Entry{Kind: ledger.Paid, Payee: k.payee, PostedIn: k.period, Amount: t})
		}
		if t := totals[k]; t.Sign() < 0 {
			path := "payee=" + string(k.payee) + " period=" + r.book.program.Calendar.Format(k.period)
			r.findings = append(r.findings, negative(path, t))
		}
	}
	r.findings = r.findings.Sorted()
	return nil
}

func comparePayouts(a, b Payout) int {
	if c := a.Period.Compare(b.Period); c != 0 {
		return c
	}
	if c := strings.Compare(string(a.Payee), string(b.Payee)); c != 0 {
		return c
	}
	if c := strings.Compare(string(a.Plan), string(b.Plan)); c != 0 {
		return c
	}
	return strings.Compare(a.Component, b.Component)
}

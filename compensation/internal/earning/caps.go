package earning

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Cut is what a cap takes from a component in a pay period (negative), or gives
// back (positive).
type Cut struct {
	Payee     fact.PayeeID // whose pay is cut
	Plan      *plan.Plan
	Component string
	Cap       *plan.Cap
	PostedIn  calendar.Period // the pay period
	Amount    money.Amount
	Gross     money.Amount // of the cap's components together, over the window so far
	Over      money.Amount // by how much that is over the limit: what the cap takes in all
}

// capKey is a cap through the versions of its plan.
type capKey struct {
	plan   fact.PlanID
	of     string
	window calendar.Period
}

// capState is a cap's window so far.
type capState struct {
	gross money.Amount            // of its components together
	over  money.Amount            // what it has taken in all
	taken map[string]money.Amount // from each component
}

// caps limits what components earn together, cumulatively over each cap's window,
// also where a new version of the plan begins inside: every pay period posts the
// difference, so that room freed by a reversal is given back. It is taken from what
// the period's components earn, the last one first, and given back to the first one
// first: no component goes below zero by a cap.
func (w *worker) caps() {
	states := map[capKey]*capState{}
	for _, month := range w.months() {
		for _, p := range w.versions(month) {
			for k := range p.Caps {
				if err := w.limit(p, &p.Caps[k], month, states); err != nil {
					w.out.Found = append(w.out.Found, fault(w.path(month, ""), "too-large", "check the data", "cap: %v", err))
				}
			}
		}
	}
}

// versions are the plans with lines in a pay period: of several versions of one
// plan the last, whose caps hold for the period.
func (w *worker) versions(month calendar.Period) (out []*plan.Plan) {
	for i := range w.out.Lines {
		l := &w.out.Lines[i]
		if l.PostedIn != month {
			continue
		}
		at := slices.IndexFunc(out, func(p *plan.Plan) bool { return p.ID == l.Plan.ID })
		if at >= 0 && l.Of != nil { // what is taken back may be of a version before
			continue
		}
		if at < 0 {
			out = append(out, l.Plan)
		} else {
			out[at] = l.Plan
		}
	}
	return out
}

// limit applies one cap to a pay period, after those listed before it.
func (w *worker) limit(p *plan.Plan, c *plan.Cap, month calendar.Period, states map[capKey]*capState) error {
	key := capKey{p.ID, strings.Join(c.Of, "\x00"), w.window(month, c.Window)}
	state, ok := states[key]
	if !ok {
		state = &capState{taken: map[string]money.Amount{}}
		states[key] = state
	}
	nets := make([]money.Amount, len(c.Of))
	var err error
	for i, name := range c.Of {
		if nets[i], err = w.net(p.ID, name, month); err == nil {
			state.gross, err = state.gross.Add(nets[i])
		}
		if err != nil {
			return err
		}
	}
	over, err := state.gross.Sub(c.Limit)
	if err != nil {
		return err
	}
	if over.Sign() < 0 {
		over = money.Amount{}
	}
	more, err := over.Sub(state.over)
	if err != nil {
		return err
	}
	state.over = over
	cut := Cut{Payee: w.Payee, Plan: p, Cap: c, PostedIn: month, Gross: state.gross, Over: over}
	if more.Sign() > 0 {
		return w.take(cut, state, more, nets)
	}
	return w.giveBack(cut, state, more.Neg())
}

// take spreads what a cap takes more over what the period's components earn, the
// last one first. They earn at least that much: the total could not have grown by
// more.
func (w *worker) take(cut Cut, state *capState, more money.Amount, nets []money.Amount) error {
	for i := len(nets) - 1; i >= 0 && more.Sign() > 0; i-- {
		if nets[i].Sign() <= 0 {
			continue
		}
		part := least(more, nets[i])
		if err := w.cut(cut, state, i, part.Neg()); err != nil {
			return err
		}
		var err error
		if more, err = more.Sub(part); err != nil {
			return err
		}
	}
	return nil
}

// giveBack returns what a cap takes no more to whom it took it from, the first one
// first.
func (w *worker) giveBack(cut Cut, state *capState, less money.Amount) error {
	for i := 0; i < len(cut.Cap.Of) && less.Sign() > 0; i++ {
		part := least(less, state.taken[cut.Cap.Of[i]].Neg())
		if part.Sign() <= 0 {
			continue
		}
		if err := w.cut(cut, state, i, part); err != nil {
			return err
		}
		var err error
		if less, err = less.Sub(part); err != nil {
			return err
		}
	}
	return nil
}

// cut posts an amount of a cap on its i-th component.
func (w *worker) cut(cut Cut, state *capState, i int, amount money.Amount) (err error) {
	cut.Component, cut.Amount = cut.Cap.Of[i], amount
	w.out.Cuts = append(w.out.Cuts, cut)
	state.taken[cut.Component], err = state.taken[cut.Component].Add(amount)
	return err
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
	for i := range w.out.Lines {
		if m := w.out.Lines[i].PostedIn; len(out) == 0 || out[len(out)-1] != m {
			out = append(out, m)
		}
	}
	return out
}

// net is what a component earned in a pay period, less what caps took before.
func (w *worker) net(p fact.PlanID, component string, month calendar.Period) (total money.Amount, err error) {
	for i := range w.out.Lines {
		if l := &w.out.Lines[i]; l.Plan.ID == p && l.Component.Name == component && l.PostedIn == month && err == nil {
			total, err = total.Add(l.Amount)
		}
	}
	for _, c := range w.out.Cuts {
		if c.Plan.ID == p && c.Component == component && c.PostedIn == month && err == nil {
			total, err = total.Add(c.Amount)
		}
	}
	return total, err
}

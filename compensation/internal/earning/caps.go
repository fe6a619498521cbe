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
	Gross     money.Amount // of the component over the window so far
	Room      money.Amount // what the cap leaves the component over the window so far
}

// capKey is a cap through the versions of its plan.
type capKey struct {
	plan   fact.PlanID
	of     string
	window calendar.Period
}

// capState is what a cap's components earned and lost over its window so far.
type capState struct {
	gross, taken map[string]money.Amount
}

// caps limits what components earn together, cumulatively over each cap's window,
// also where a new version of the plan begins inside: every pay period posts the
// difference, so that room freed by a reversal is given back. A component that stands
// first takes its room first.
func (w *worker) caps() {
	states := map[capKey]capState{}
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
		if at < 0 {
			out = append(out, l.Plan)
		} else {
			out[at] = l.Plan
		}
	}
	return out
}

// limit applies one cap to a pay period, after those listed before it.
func (w *worker) limit(p *plan.Plan, c *plan.Cap, month calendar.Period, states map[capKey]capState) error {
	key := capKey{p.ID, strings.Join(c.Of, "\x00"), w.window(month, c.Window)}
	state, ok := states[key]
	if !ok {
		state = capState{map[string]money.Amount{}, map[string]money.Amount{}}
		states[key] = state
	}
	room := c.Limit
	for _, name := range c.Of {
		earned, err := w.net(p.ID, name, month)
		if err != nil {
			return err
		}
		if state.gross[name], err = state.gross[name].Add(earned); err != nil {
			return err
		}
		kept := least(state.gross[name], room)
		total, err := kept.Sub(state.gross[name])
		if err != nil {
			return err
		}
		now, err := total.Sub(state.taken[name])
		if err != nil {
			return err
		}
		if state.taken[name] = total; !now.IsZero() {
			w.out.Cuts = append(w.out.Cuts, Cut{w.Payee, p, name, c, month, now, state.gross[name], room})
		}
		if room, err = room.Sub(kept); err != nil {
			return err
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

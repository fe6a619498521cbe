package earning

import (
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

// caps limits what components earn together, cumulatively over each cap's window:
// every pay period posts the difference, so that room freed by a reversal is given
// back. A component that stands first takes its room first.
func (w *worker) caps() {
	seen := map[*plan.Plan]bool{}
	for i := range w.Segments {
		p := w.Segments[i].Plan
		if seen[p] {
			continue
		}
		seen[p] = true
		for k := range p.Caps {
			if err := w.limit(p, &p.Caps[k]); err != nil {
				w.out.Found = append(w.out.Found, fault("payee="+string(w.Payee), "too-large", "check the data", "cap: %v", err))
			}
		}
	}
}

// limit applies one cap, after those listed before it.
func (w *worker) limit(p *plan.Plan, c *plan.Cap) error {
	gross, taken := map[lineage]money.Amount{}, map[lineage]money.Amount{}
	for _, month := range w.months() {
		window := w.window(month, c.Window)
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
				w.out.Cuts = append(w.out.Cuts, Cut{w.Payee, p, name, c, month, now, gross[k], room})
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
	for i := range w.out.Lines {
		if m := w.out.Lines[i].PostedIn; len(out) == 0 || out[len(out)-1] != m {
			out = append(out, m)
		}
	}
	return out
}

// net is what a component earned in a pay period, less what caps took before.
func (w *worker) net(p *plan.Plan, component string, month calendar.Period) (total money.Amount, err error) {
	for i := range w.out.Lines {
		if l := &w.out.Lines[i]; l.Plan == p && l.Component.Name == component && l.PostedIn == month && err == nil {
			total, err = total.Add(l.Amount)
		}
	}
	for _, c := range w.out.Cuts {
		if c.Plan == p && c.Component == component && c.PostedIn == month && err == nil {
			total, err = total.Add(c.Amount)
		}
	}
	return total, err
}

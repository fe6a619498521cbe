package earning

import (
	"slices"

	"github.com/payproof/payproof/compensation/internal/exact"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
	"github.com/shopspring/decimal"
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
	Earned    money.Amount // of a cap that is spread pro rata, what the component earned of Gross, if anything
	Converted *Conversion  // into the currency of the payee, in which Amount is then; nil: that is the company's
}

// capState is the window so far of a cap, through the versions of its plan.
type capState struct {
	plan   fact.PlanID
	of     []string
	window calendar.Period
	gross  money.Amount   // of its components together
	over   money.Amount   // what it has taken in all
	taken  []money.Amount // from each component
	nets   []money.Amount // what each component earned in the pay period at hand
	earned []money.Amount // and over the window so far
}

// caps limits what components earn together, cumulatively over each cap's window,
// also where a new version of the plan begins inside: every pay period posts the
// difference, so that room freed by a reversal is given back. It is taken from what
// the period's components earn, the last one first, and given back to the first one
// first: no component goes below zero by a cap.
func (w *worker) caps() {
	w.Room.states = w.Room.states[:0]
	for rest := w.out.Lines; len(rest) > 0; {
		lines := sameMonth(rest)
		rest = rest[len(lines):]
		w.Room.plans = versions(w.Room.plans[:0], lines)
		for _, p := range w.Room.plans {
			for k := range p.Caps {
				if err := w.limit(p, &p.Caps[k], lines); err != nil {
					w.out.Found = append(w.out.Found, fault(w.path(lines[0].PostedIn, ""), "too-large", "check the data", "cap: %v", err))
				}
			}
		}
	}
}

// sameMonth are the first lines, as far as they are of one pay period.
func sameMonth(lines []Line) []Line {
	for i := range lines {
		if lines[i].PostedIn != lines[0].PostedIn {
			return lines[:i]
		}
	}
	return lines
}

// versions are the plans with lines in a pay period: of several versions of one
// plan the last, whose caps hold for the period.
func versions(out []*plan.Plan, lines []Line) []*plan.Plan {
	for i := range lines {
		l := &lines[i]
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

// limit applies one cap to the lines of a pay period, after those listed before it.
func (w *worker) limit(p *plan.Plan, c *plan.Cap, lines []Line) error {
	month := lines[0].PostedIn
	state := w.state(p, c, w.window(month, c.Window))
	nets := state.nets
	var err error
	for i, name := range c.Of {
		if nets[i], err = w.net(p.ID, name, lines); err == nil {
			state.gross, err = state.gross.Add(nets[i])
		}
		if err == nil {
			state.earned[i], err = state.earned[i].Add(nets[i])
		}
		if err != nil {
			return err
		}
	}
	if state.over.IsZero() { // as most are: nothing was taken, and nothing is
		if cmp, err := state.gross.Cmp(c.Limit); err == nil && cmp <= 0 {
			return nil
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
	if c.ProRata {
		return w.spread(cut, state)
	}
	if more.Sign() > 0 {
		return w.take(cut, state, more)
	}
	return w.giveBack(cut, state, more.Neg())
}

// state is the window so far of a cap. It is good until the next one is asked for.
func (w *worker) state(p *plan.Plan, c *plan.Cap, window calendar.Period) *capState {
	all := w.Room.states
	for i := range all {
		if s := &all[i]; s.plan == p.ID && s.window == window && slices.Equal(s.of, c.Of) {
			return s
		}
	}
	n, of := len(all), len(c.Of)
	if n < cap(all) { // whose room is there
		all = all[:n+1]
	} else {
		all = append(all, capState{})
	}
	w.Room.states = all
	s := &all[n]
	taken, nets, earned := slices.Grow(s.taken[:0], of)[:of], slices.Grow(s.nets[:0], of)[:of], slices.Grow(s.earned[:0], of)[:of]
	clear(taken)
	clear(earned)
	*s = capState{plan: p.ID, of: c.Of, window: window, taken: taken, nets: nets, earned: earned}
	return s
}

// take spreads what a cap takes more over what the period's components earn, the
// last one first. They earn at least that much: the total could not have grown by
// more.
func (w *worker) take(cut Cut, state *capState, more money.Amount) error {
	nets := state.nets
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

// spread gives each component the part of what a cap takes in all that it earned of the window so far, by largest remainder. It
// posts the differences to what it took before: one may get something back while another gives more.
func (w *worker) spread(cut Cut, state *capState) error {
	weights := make([]decimal.Decimal, len(state.earned))
	for i, a := range state.earned {
		if slices.Index(state.of, state.of[i]) == i { // named twice, it earned once
			weights[i] = decimal.Max(decimal.Zero, a.Decimal())
		}
	}
	parts := make([]money.Amount, len(weights))
	if !cut.Over.IsZero() { // then somebody earned something
		var err error
		if parts, err = money.Allocate(cut.Over, weights, money.Policy{}); err != nil {
			return err
		}
	}
	for i, part := range parts {
		if slices.Index(state.of, state.of[i]) != i {
			continue
		}
		more, err := part.Add(*state.from(i))
		if err != nil {
			return err
		}
		if cut.Earned = state.earned[i]; more.IsZero() {
			continue
		}
		if err := w.cut(cut, state, i, more.Neg()); err != nil {
			return err
		}
	}
	return nil
}

// giveBack returns what a cap takes no more to whom it took it from, the first one
// first.
func (w *worker) giveBack(cut Cut, state *capState, less money.Amount) error {
	for i := 0; i < len(cut.Cap.Of) && less.Sign() > 0; i++ {
		part := least(less, state.from(i).Neg())
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
	taken := state.from(i)
	*taken, err = taken.Add(amount)
	return err
}

// from is what the cap took from its i-th component.
func (s *capState) from(i int) *money.Amount { return &s.taken[slices.Index(s.of, s.of[i])] }

// least is the smaller of two amounts of one currency.
func least(a, b money.Amount) money.Amount {
	if c, err := a.Cmp(b); err == nil && c > 0 {
		return b
	}
	return a
}

// net is what a component earned by the lines of a pay period, less what caps took before.
func (w *worker) net(p fact.PlanID, component string, lines []Line) (total money.Amount, err error) {
	for i := range lines {
		if l := &lines[i]; l.Plan.ID == p && l.Component.Name == component && err == nil {
			total, err = total.Add(l.Amount)
		}
	}
	for i := range w.out.Cuts {
		c := &w.out.Cuts[i]
		if c.PostedIn == lines[0].PostedIn && c.Plan.ID == p && c.Component == component && err == nil {
			total, err = total.Add(c.Amount)
		}
	}
	return total, err
}

// Exact is a number as it is.
type Exact = exact.Number

// lineage is what cumulative rounding accumulates over in a fiscal year, or in a window to date: a component through the
// versions of its plan.
type lineage struct {
	plan      fact.PlanID
	component *plan.Component
	window    calendar.Period // to date
	so        Rounding        // far
}

// round gives each line its amount. Cumulatively, line k is R(Σ₁..k) − R(Σ₁..k−1)
// over the fiscal year, so that lines sum to what the rounded total is.
func (w *worker) round() {
	program := w.Program
	byMonth(w.out.Lines)
	var few [8]lineage
	lineages := few[:0] // of a year
	var year calendar.Period
	for i := range w.out.Lines {
		l := &w.out.Lines[i]
		if i == 0 || l.PostedIn != w.out.Lines[i-1].PostedIn {
			if y := w.window(l.PostedIn, calendar.UnitYear); y != year {
				year, lineages = y, lineages[:0]
			}
		}
		at := slices.IndexFunc(lineages, func(o lineage) bool {
			return o.component == l.Component || o.plan == l.Plan.ID && o.component.Name == l.Component.Name
		})
		if at < 0 {
			at = len(lineages)
			lineages = append(lineages, lineage{plan: l.Plan.ID, component: l.Component})
		}
		if unit := l.Component.ToDate; unit != 0 { // its lines come to what the window is worth
			if in := w.window(l.PostedIn, unit); in != lineages[at].window {
				lineages[at].window, lineages[at].so = in, Rounding{}
			}
		}
		state := lineages[at].so
		if l.Component.EachLine {
			state = Rounding{}
		}
		l.Before = state
		if err := state.add(l, program); err != nil {
			w.out.Found = append(w.out.Found, fault(w.path(l.EarnedFor, ""), "too-large", "check the data", "%s: %v", l.Component.Name, err))
			return
		}
		lineages[at].so = state
	}
}

// add adds a line, and gives it its amount, as fine as the component pays.
func (r *Rounding) add(l *Line, p *plan.Program) (err error) {
	r.Exact = r.Exact.Plus(l.Exact)
	places, exact := l.Component.Precision.Of(p.Currency)
	if exact {
		if l.Amount, err = l.Exact.Amount(p.Currency); err == nil {
			r.Posted, err = r.Exact.Amount(p.Currency)
		}
		return err
	}
	digits := uint8(places)
	if now, ok := r.Exact.Units(digits, p.Rounding); ok { // as most are
		if before, ok := r.Posted.Int64(digits); ok {
			if more, ok := fixed.SubInt64(now, before); ok {
				if l.Amount, err = money.New(more, digits, p.Currency); err == nil {
					r.Posted, err = money.New(now, digits, p.Currency)
				}
				return err
			}
		}
	}
	total, err := r.Exact.Amount(p.Currency)
	if err == nil {
		total, err = total.Round(int(digits), p.Rounding)
	}
	if err == nil {
		l.Amount, err = total.Sub(r.Posted)
	}
	r.Posted = total
	return err
}

// byMonth puts lines into the order of their pay periods, and leaves those of one as they stand. Lines are large: each
// is moved once.
func byMonth(lines []Line) {
	month := func(a, b int32) int { return lines[a].PostedIn.Compare(lines[b].PostedIn) }
	var few [32]int32
	order := few[:0] // by place, the line that belongs there
	for i := range lines {
		order = append(order, int32(i))
	}
	if slices.IsSortedFunc(order, month) {
		return
	}
	slices.SortStableFunc(order, month)
	for i := range order {
		if order[i] == int32(i) {
			continue
		}
		first := lines[i]
		at := int32(i)
		for order[at] != int32(i) {
			next := order[at]
			lines[at], order[at] = lines[next], at
			at = next
		}
		lines[at], order[at] = first, at
	}
}

// window is the window of the calendar that a pay period begins in.
func (w *worker) window(p calendar.Period, unit calendar.Unit) calendar.Period {
	return w.Clock.in(p, unit)
}

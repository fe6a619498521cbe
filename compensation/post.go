package compensation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/internal/earning"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// posting puts what payees earn into payouts, payee by payee.
type posting struct {
	*Run
	names  []string   // of the run's periods
	paying [][]Payout // by period, of the payees so far
	before []int      // by period, how many of them are of other payees than the one at hand
}

// post makes entries and payouts of the lines of the periods asked for, and checks that they conserve money. The
// results are those of all payees, in order. Where the run has only added credits up, nobody lists its entries, so
// that they need no order.
func (r *Run) post(results []earning.Result) error {
	p := posting{Run: r, paying: make([][]Payout, len(r.span.periods)), before: make([]int, len(r.span.periods))}
	entries := 0
	for i := range results {
		entries += len(results[i].Lines) + len(results[i].Cuts)
	}
	r.entries = slices.Grow(r.entries, entries+len(results)*len(r.span.periods))
	for k, period := range r.span.periods {
		p.names = append(p.names, r.book.program.Calendar.Format(period))
		p.paying[k] = make([]Payout, 0, len(results))
	}
	for i := range results {
		if err := p.payee(&results[i]); err != nil {
			return err
		}
	}
	r.payouts, r.findings = slices.Concat(p.paying...), r.findings.Sorted()
	if r.fold == nil {
		ledger.Sort(r.entries)
	}
	if bad := ledger.Conserve(slices.Values(r.entries)); len(bad) > 0 {
		return fmt.Errorf("the run does not conserve money, which is a fault of the engine: %w", bad[0])
	}
	return nil
}

// payee posts what one payee earns.
func (p *posting) payee(result *earning.Result) error {
	for k := range p.paying {
		p.before[k] = len(p.paying[k])
	}
	for i := range result.Lines {
		if err := p.earn(&result.Lines[i]); err != nil {
			return err
		}
	}
	for i := range result.Cuts {
		if err := p.cap(&result.Cuts[i]); err != nil {
			return err
		}
	}
	for k := range p.paying {
		if err := p.pay(k, p.paying[k][p.before[k]:]); err != nil {
			return err
		}
	}
	return nil
}

// asked is the place of a pay period among those asked for.
func (r *Run) asked(p calendar.Period) (at int, ok bool) {
	at = int(p.Index - r.span.periods[0].Index)
	return at, at >= 0 && at < len(r.span.periods) && r.span.periods[at] == p
}

func (p *posting) earn(l *earning.Line) error {
	k, ok := p.asked(l.PostedIn)
	if !ok {
		return nil
	}
	e := ledger.Entry{
		Kind: ledger.Earned, Payee: l.Payee, Plan: l.Plan.ID, Component: l.Component.Name,
		EarnedFor: l.EarnedFor, PostedIn: l.PostedIn, Amount: l.Amount,
	}
	if l.Credit != nil {
		e.Event, e.Cause = l.Credit.Event.ID, "rule "+string(l.Credit.Rule)
	}
	if l.Of != nil {
		e.Kind, e.Cause = ledger.ClawedBack, fmt.Sprintf("reversal of %s, rule %s", l.Of.Credit.Event.ID, l.Credit.Rule)
	}
	if !l.Amount.IsZero() {
		p.entries = append(p.entries, e)
	}
	return p.add(k, l.Payee, l.Plan, l.Component.Name, l.Amount)
}

func (p *posting) cap(c *earning.Cut) error {
	k, ok := p.asked(c.PostedIn)
	if !ok {
		return nil
	}
	p.entries = append(p.entries, ledger.Entry{
		Kind: ledger.Capped, Payee: c.Payee, Plan: c.Plan.ID, Component: c.Component, EarnedFor: c.PostedIn, PostedIn: c.PostedIn,
		Amount: c.Amount, Cause: c.Cap.String(),
	})
	return p.add(k, c.Payee, c.Plan, c.Component, c.Amount)
}

// add gathers an amount of the payee at hand into its payout of a period.
func (p *posting) add(k int, payee fact.PayeeID, of *plan.Plan, component string, a money.Amount) (err error) {
	mine := p.paying[k][p.before[k]:]
	at := slices.IndexFunc(mine, func(o Payout) bool { return o.Component == component && o.Plan == of.ID })
	if at < 0 {
		id := payoutID(p.names[k], payee, of.ID, component)
		p.paying[k] = append(p.paying[k], Payout{ID: id, Payee: payee, Plan: of.ID, Component: component, Period: p.span.periods[k], Amount: a})
		return nil
	}
	mine[at].Amount, err = mine[at].Amount.Add(a)
	return err
}

// pay orders the payouts of a payee for a pay period, and posts one Paid entry for them.
func (p *posting) pay(k int, payouts []Payout) (err error) {
	if len(payouts) == 0 {
		return nil
	}
	slices.SortFunc(payouts, func(a, b Payout) int {
		return cmp.Or(strings.Compare(string(a.Plan), string(b.Plan)), strings.Compare(a.Component, b.Component))
	})
	var total money.Amount
	for i := range payouts {
		if total, err = total.Add(payouts[i].Amount); err != nil {
			return err
		}
	}
	payee := payouts[0].Payee
	if !total.IsZero() {
		p.entries = append(p.entries, ledger.Entry{Kind: ledger.Paid, Payee: payee, PostedIn: p.span.periods[k], Amount: total})
	}
	if total.Sign() < 0 {
		p.findings = append(p.findings, negative("payee="+string(payee)+" period="+p.names[k], total))
	}
	return nil
}

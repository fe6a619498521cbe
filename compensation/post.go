package compensation

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/holding"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
)

// settled is what one payee is paid.
type settled struct {
	payouts []Payout           // by period, plan and component
	paid    []money.Amount     // by period, what these come to
	entries []ledger.Entry     // none where credits were added up, and not kept
	sums    []ledger.KindSum   // of the entries
	found   source.Diagnostics // with an error among them the rest is worth nothing
	warned  source.Diagnostics // about the payouts
	left    []holding.Balance  // what is held of it at the end
	again   []Restated         // what closed pay periods come to now, where that is not what was posted
	spared  money.Amount       // what late facts would have taken of them, and do not
	unclear bool               // sums of credits do not decide what is paid
	err     error              // a fault of the engine
}

// desk is where the entries and payouts of one payee are made, and those of the next after it.
type desk struct {
	run     *Run
	out     settled
	room    *earning.Room
	paying  [][]Payout     // by period
	left    []money.Amount // by period: what is earned, and neither paid nor kept
	open    []int64        // more of it, in minor units
	lists   bool           // entries are kept, and not only added up
	entries []ledger.Entry
	sums    []kindSum
	moves   []holding.Move // what is held and released
	paid    []money.Amount // by period, where balances decide
	summed  bool           // credits were added up

	currency money.Currency // of the payee
	digits   uint8          // of that
}

// kindSum is a sum of entries.
type kindSum struct {
	ledger.KindSum
	units int64 // more of it, in minor units
	side  int   // that the kind is on
}

// payee computes a payee, makes entries and payouts of the lines of the periods asked for, and checks that they
// conserve money.
func (r *Run) payee(job earning.Job) settled {
	d, ok := r.desks.Get().(*desk)
	if !ok {
		d = &desk{room: &earning.Room{}}
	}
	x := r.exchange(job.Payee)
	if x != nil && job.Totals != nil && byCredit(job.Segments) {
		r.desks.Put(d)
		return settled{unclear: true}
	}
	d.run, d.lists = r, r.fold == nil || r.span.books != nil
	d.currency, d.digits = r.book.program.Currency, r.digits
	d.out.paid = make([]money.Amount, len(r.span.periods))
	for range len(r.span.chain) - len(d.paying) {
		d.paying, d.left, d.open = append(d.paying, nil), append(d.left, money.Amount{}), append(d.open, 0)
		d.paid = append(d.paid, money.Amount{})
	}
	job.Room, d.summed = d.room, job.Totals != nil
	result := earning.Compute(job)
	d.out.found, d.out.unclear = result.Found, result.Unclear
	if x != nil && !result.Unclear && !result.Found.HasErrors() {
		d.currency, d.digits = x.To, uint8(max(0, x.To.Digits()))
		d.out.found = append(d.out.found, x.Convert(result.Lines, result.Cuts)...)
	}
	if !result.Unclear && !d.out.found.HasErrors() {
		d.out.found = append(d.keep(&result), d.out.found...)
	}
	if !result.Unclear && !d.out.found.HasErrors() {
		d.out.err = d.post(job.Payee, &result)
		if found := source.Diagnostics(nil); errors.As(d.out.err, &found) { // of the facts, and no fault of the engine
			d.out.found, d.out.err = append(d.out.found, found...), nil
		}
	}
	out := d.out
	d.clear()
	clear(d.paid)
	*d = desk{room: d.room, paying: d.paying, left: d.left, open: d.open, paid: d.paid, entries: d.entries[:0], sums: d.sums[:0]}
	r.desks.Put(d)
	return out
}

// clear makes room for what is paid.
func (d *desk) clear() {
	for k := range d.paying {
		d.paying[k], d.left[k], d.open[k] = d.paying[k][:0], money.Amount{}, 0
	}
}

// post makes the entries and payouts of a payee.
func (d *desk) post(payee fact.PayeeID, result *earning.Result) error {
	for i := range result.Lines {
		if err := d.earn(&result.Lines[i]); err != nil {
			return err
		}
	}
	for i := range result.Cuts {
		if err := d.cap(&result.Cuts[i]); err != nil {
			return err
		}
	}
	if err := d.keepBack(); err != nil {
		return err
	}
	if err := d.adjust(payee, result); err != nil {
		return err
	}
	if d.run.span.kept {
		if err := d.balance(payee, result, d.summed); err != nil {
			return err
		}
	}
	for k := range d.paying {
		if err := d.pay(k, d.paying[k]); err != nil {
			return err
		}
	}
	if balanced, err := d.balanced(); err != nil {
		return err
	} else if !balanced && !d.lists { // once more, to see where
		d.clear()
		d.lists, d.sums, d.out.warned = true, d.sums[:0], nil
		return d.post(payee, result)
	} else if !balanced {
		if bad := ledger.Conserve(slices.Values(d.entries)); len(bad) > 0 {
			return fmt.Errorf("the run does not conserve money, which is a fault of the engine: %w", bad[0])
		}
	}
	d.byHand(payee)
	d.name()
	hidden := d.run.span.hidden()
	d.out.payouts = slices.Concat(d.paying[hidden:]...)
	if d.run.fold == nil {
		d.out.entries = slices.DeleteFunc(slices.Clone(d.entries), func(e ledger.Entry) bool { return e.PostedIn.Compare(d.run.span.periods[0]) < 0 })
	}
	return nil
}

// name gives the payouts their IDs.
func (d *desk) name() {
	var ids strings.Builder
	var ends [16]int
	at, size := ends[:0], 0
	for _, payouts := range d.paying {
		for i := range payouts {
			p := &payouts[i]
			size += len(p.Payee) + len(p.Plan) + len(p.Component) + 16
		}
	}
	ids.Grow(size)
	for k, payouts := range d.paying {
		for i := range payouts {
			writeID(&ids, d.run.span.names[k], &payouts[i])
			at = append(at, ids.Len())
		}
	}
	all, from, n := ids.String(), 0, 0
	for _, payouts := range d.paying {
		for i := range payouts {
			payouts[i].ID = all[from:at[n]]
			from, n = at[n], n+1
		}
	}
}

// place is that of a pay period in the chain of those that are computed.
func (s *span) place(p calendar.Period) (at int, ok bool) {
	at = int(p.Index - s.chain[0].Index)
	return at, at >= 0 && at < len(s.chain) && s.chain[at] == p
}

func (d *desk) earn(l *earning.Line) error {
	k, ok := d.run.span.place(l.PostedIn)
	if !ok {
		return nil
	}
	kind := ledger.Earned
	if l.Of != nil || l.Taken {
		kind = ledger.ClawedBack
	}
	switch {
	case l.Amount.IsZero():
	case d.lists:
		e := ledger.Entry{
			Kind: kind, Payee: l.Payee, Plan: l.Plan.ID, Component: l.Component.Name,
			EarnedFor: l.EarnedFor, PostedIn: l.PostedIn, Amount: l.Amount,
		}
		if l.Credit != nil {
			e.Event, e.Cause = l.Credit.Event.ID, "rule "+string(l.Credit.Rule)
		}
		if l.Taken {
			e.Cause = fmt.Sprintf("reversal of %s, rule %s, at the rate of now", l.Credit.Event.Reversal().Of.ID, l.Credit.Rule)
		}
		if l.Of != nil {
			e.Cause = fmt.Sprintf("reversal of %s, rule %s", l.Of.Credit.Event.ID, l.Credit.Rule)
		}
		if c := l.Converted; c != nil {
			e.PlanAmount = c.Stated
		}
		d.entries = append(d.entries, e)
	default:
		if err := d.tally(kind, k, l.Amount); err != nil {
			return err
		}
	}
	if c := l.Converted; c != nil && !c.Difference.IsZero() {
		d.entries = append(d.entries, ledger.Entry{
			Kind: ledger.FXDifference, Payee: l.Payee, Plan: l.Plan.ID, Component: l.Component.Name, Event: l.Credit.Event.ID,
			EarnedFor: l.EarnedFor, PostedIn: l.PostedIn, Amount: c.Difference, Cause: "taken back at " + c.Now.String(),
		})
		if err := d.add(k, l.Payee, l.Plan, l.Component.Name, c.Difference); err != nil {
			return err
		}
	}
	return d.add(k, l.Payee, l.Plan, l.Component.Name, l.Amount)
}

func (d *desk) cap(c *earning.Cut) error {
	k, ok := d.run.span.place(c.PostedIn)
	if !ok {
		return nil
	}
	if d.lists {
		e := ledger.Entry{
			Kind: ledger.Capped, Payee: c.Payee, Plan: c.Plan.ID, Component: c.Component, EarnedFor: c.PostedIn, PostedIn: c.PostedIn,
			Amount: c.Amount, Cause: c.Cap.String(),
		}
		if c.Converted != nil {
			e.PlanAmount = c.Converted.Stated
		}
		d.entries = append(d.entries, e)
	} else if err := d.tally(ledger.Capped, k, c.Amount); err != nil {
		return err
	}
	return d.add(k, c.Payee, c.Plan, c.Component, c.Amount)
}

// add gathers an amount into its payout of a period.
func (d *desk) add(k int, payee fact.PayeeID, p *plan.Plan, component string, a money.Amount) (err error) {
	at := 0
	for at < len(d.paying[k]) && (d.paying[k][at].Component != component || d.paying[k][at].Plan != p.ID) {
		at++
	}
	if at == len(d.paying[k]) {
		d.paying[k] = append(d.paying[k], Payout{Payee: payee, Plan: p.ID, Component: component, Period: d.run.span.chain[k], Amount: a})
		return nil
	}
	to := &d.paying[k][at].Amount
	*to, err = to.Add(a)
	return err
}

// pay orders the payouts of a pay period, and posts one Paid entry for them.
func (d *desk) pay(k int, payouts []Payout) (err error) {
	if len(payouts) == 0 {
		return nil
	}
	slices.SortFunc(payouts, func(a, b Payout) int {
		return cmp.Or(afterPlans(a)-afterPlans(b), strings.Compare(string(a.Plan), string(b.Plan)), strings.Compare(a.Component, b.Component))
	})
	var total money.Amount
	for i := range payouts {
		if total, err = total.Add(payouts[i].Amount); err != nil {
			return err
		}
	}
	payee := payouts[0].Payee
	if d.run.span.kept && total != d.paid[k] && !(total.IsZero() && d.paid[k].IsZero()) {
		return fmt.Errorf("payee=%s period=%s: payouts come to %s, and %s is paid: a fault of the engine", payee, d.run.span.names[k], total, d.paid[k])
	}
	if k >= d.run.span.hidden() {
		d.out.paid[k-d.run.span.hidden()] = total
	}
	switch {
	case total.IsZero():
	case d.lists:
		d.entries = append(d.entries, ledger.Entry{Kind: ledger.Paid, Payee: payee, PostedIn: d.run.span.chain[k], Amount: total})
	default:
		if err := d.tally(ledger.Paid, k, total); err != nil {
			return err
		}
	}
	if total.Sign() < 0 && k >= d.run.span.hidden() {
		d.out.warned = append(d.out.warned, negative("payee="+string(payee)+" period="+d.run.span.names[k], total))
	}
	return nil
}

// balanced reports whether the entries, which are added up, conserve money: then ledger.Conserve, which takes longer,
// has nothing to say.
func (d *desk) balanced() (balanced bool, err error) {
	for i := range d.entries {
		e := &d.entries[i]
		k, _ := d.run.span.place(e.PostedIn)
		if err := d.tally(e.Kind, k, e.Amount); err != nil {
			return false, err
		}
	}
	whole := func(a money.Amount, units int64) (money.Amount, error) {
		more, err := money.New(units, d.digits, d.currency)
		if err != nil {
			return a, err
		}
		return a.Add(more)
	}
	balanced, d.out.sums = true, make([]ledger.KindSum, len(d.sums))
	for i := range d.sums {
		s := &d.sums[i]
		d.out.sums[i].Kind = s.Kind
		if d.out.sums[i].Amount, err = whole(s.Amount, s.units); err != nil {
			return false, err
		}
	}
	for k := range d.left {
		if d.open[k] == 0 && d.left[k].IsZero() { // as most are
			continue
		}
		left, err := whole(d.left[k], d.open[k])
		if err != nil {
			return false, err
		}
		balanced = balanced && left.IsZero()
	}
	return balanced, nil
}

// tally adds an entry of a period up.
func (d *desk) tally(kind ledger.Kind, k int, a money.Amount) (err error) {
	at := 0
	for at < len(d.sums) && d.sums[at].Kind != kind {
		at++
	}
	if at == len(d.sums) {
		side := kind.Side()
		if side != 1 && side != -1 {
			side = 0
		}
		d.sums = append(d.sums, kindSum{KindSum: ledger.KindSum{Kind: kind}, side: side})
	}
	s := &d.sums[at]
	if k < d.run.span.hidden() { // it is no part of what was asked for
		s = &kindSum{side: s.side}
	}
	if n, ok := a.Int64(d.digits); ok && a.Currency() == d.currency { // as all are that fit
		sum, fits := fixed.AddInt64(s.units, n)
		left, also := fixed.AddInt64(d.open[k], int64(s.side)*n)
		if fits && also && n != math.MinInt64 {
			s.units, d.open[k] = sum, left
			return nil
		}
	}
	if s.Amount, err = s.Amount.Add(a); err != nil {
		return err
	}
	switch s.side {
	case 1:
		d.left[k], err = d.left[k].Add(a)
	case -1:
		d.left[k], err = d.left[k].Sub(a)
	}
	return err
}

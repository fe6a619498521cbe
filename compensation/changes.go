package compensation

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/compensation/manual"
	"github.com/payproof/payproof/compensation/override"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/scores"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/fold"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// Change is what facts that came later have changed for a payee in a pay period.
type Change struct {
	Payee         fact.PayeeID
	Period        calendar.Period
	Before, After money.Amount // what all components together pay
	Why           []Cause      // the facts that may have done it, in order
}

// Cause is a fact that came later.
type Cause struct {
	Fact string // event, edge, quota, person, assignment, rate
	Key  string // which one: the id of an event, "manager of ana"
	What string // came late, was corrected, was withdrawn, changed
}

// String is a sentence: "event e17 was corrected".
func (c Cause) String() string { return c.Fact + " " + c.Key + " " + c.What }

func (c Cause) compare(o Cause) int {
	return cmp.Or(cmp.Compare(c.Fact, o.Fact), cmp.Compare(c.Key, o.Key), cmp.Compare(c.What, o.What))
}

// changes compares what two runs pay: for the payees whom something concerns, or for all.
func (d *delta) changes(before, after *Run) (out []Change) {
	if d.everything {
		return d.allChanges(before, after)
	}
	for i, is := range d.touched {
		if !is {
			continue
		}
		was, is := before.results[i].paid, after.results[i].paid
		for k, period := range after.span.periods { // which both have
			c := Change{Period: period, Before: was[k], After: is[k]}
			if !c.differs() {
				continue
			}
			slices.Sort(d.ofPayee[i])
			d.ofPayee[i] = slices.Compact(d.ofPayee[i])
			c.Payee, c.Why = d.payees[i], d.why(d.ofPayee[i])
			out = append(out, c)
		}
	}
	return out
}

// differs reports whether a change is one.
func (c *Change) differs() bool {
	return c.Before != c.After && (!c.Before.IsZero() || !c.After.IsZero())
}

// someCauses is how many have room together.
const someCauses = 128

// why is causes by their places, which are in order.
func (d *delta) why(places []int) []Cause {
	if cap(d.room)-len(d.room) < len(places) {
		d.room = make([]Cause, 0, max(someCauses, len(places)))
	}
	out := d.room[len(d.room):]
	for _, i := range places {
		if n := len(out); n == 0 || out[n-1] != d.causes[i].Cause {
			out = append(out, d.causes[i].Cause)
		}
	}
	d.room = d.room[:len(d.room)+len(out)]
	return slices.Clip(out)
}

// allChanges are those of all payees.
func (d *delta) allChanges(before, after *Run) (out []Change) {
	was, is := map[fact.PayeeID][]Payout{}, map[fact.PayeeID][]Payout{}
	for _, p := range before.payouts() {
		was[p.Payee] = append(was[p.Payee], p)
	}
	for _, p := range after.payouts() {
		is[p.Payee] = append(is[p.Payee], p)
		if _, known := was[p.Payee]; !known {
			was[p.Payee] = nil
		}
	}
	all := make([]int, len(d.causes))
	for i := range all {
		all[i] = i
	}
	why := d.why(all)
	for _, payee := range slices.Sorted(maps.Keys(was)) {
		changed := compared(was[payee], is[payee])
		for k := range changed {
			changed[k].Why = slices.Clone(why)
		}
		out = append(out, changed...)
	}
	return out
}

// compared are the changes between what one payee was paid and is; both are in order of their periods.
func compared(before, after []Payout) (out []Change) {
	take := func(from *[]Payout, of calendar.Period) (sum money.Amount) {
		for len(*from) > 0 && (*from)[0].Period == of {
			sum, _ = sum.Add((*from)[0].Amount) // it was paid: it fits
			*from = (*from)[1:]
		}
		return sum
	}
	for len(before) > 0 || len(after) > 0 {
		first := before
		if len(before) == 0 || len(after) > 0 && after[0].Period.Compare(before[0].Period) < 0 {
			first = after
		}
		c := Change{Payee: first[0].Payee, Period: first[0].Period}
		c.Before, c.After = take(&before, c.Period), take(&after, c.Period)
		if c.differs() {
			out = append(out, c)
		}
	}
	return out
}

// delta is what facts that came later change.
type delta struct {
	events     []fact.EventID
	gone, come []int // rows before, and now
	edges      fold.Changed
	everything bool // nobody can tell whom it concerns
	causes     []concern
	ofEvent    map[fact.EventID][]int // places of causes
	ofEdges    []int                  // those that are edges
	touched    []bool                 // by place of the payee among all: whether anything concerns him; nil: everything does
	ofPayee    [][]int                // by place of the payee, the causes that may have done it
	payees     []fact.PayeeID         // by place
	room       []Cause                // for why
}

// concern is a cause, and the event that it is about, if it is about one.
type concern struct {
	Cause
	event fact.EventID
	payee fact.PayeeID // whose quota it is
}

// close puts the causes in order, and finds those of each event.
func (d *delta) close() {
	slices.SortFunc(d.causes, func(a, b concern) int { return a.compare(b.Cause) })
	d.ofEvent = make(map[fact.EventID][]int, len(d.causes))
	places := make([]int, len(d.causes))
	for i := range d.causes {
		places[i] = i
		if c := &d.causes[i]; c.event != "" { // an event is there once
			d.ofEvent[c.event] = places[i : i+1 : i+1]
		} else if c.Fact == "edge" {
			d.ofEdges = append(d.ofEdges, i)
		}
	}
}

// begin makes room for whom it concerns, of some.
func (d *delta) begin(payees []fact.PayeeID) {
	d.payees, d.touched, d.ofPayee = payees, make([]bool, len(payees)), make([][]int, len(payees))
}

// touch notes that causes concern a payee.
func (d *delta) touch(payee int, causes ...int) {
	d.touched[payee] = true
	if known := d.ofPayee[payee]; len(causes) > 0 && (len(known) < len(causes) || !slices.Equal(known[len(known)-len(causes):], causes)) {
		d.ofPayee[payee] = append(known, causes...) // as with the other credits of an event, they may be there
	}
}

// concerned notes which of the changed edges an event may be credited by.
func (d *delta) concerned(e *crediting.Event) {
	var direct []int
	for _, i := range d.ofEdges {
		key := d.causes[i].Key
		if slices.ContainsFunc(e.Cells, func(v crediting.Cell) bool {
			return v.Text != "" && len(key) > len(v.Text) && key[len(key)-len(v.Text):] == v.Text
		}) {
			direct = append(direct, i)
		}
	}
	if len(direct) == 0 {
		direct = d.ofEdges
	}
	d.ofEvent[e.ID] = append(d.ofEvent[e.ID], direct...)
}

// payable checks that there is a rule by which everybody can be paid.
func (b *Book) payable() error {
	for _, c := range b.people.Currencies() {
		if c != b.program.Currency && b.program.Exchange.Set == "" {
			return fmt.Errorf("people: somebody is paid in %s, and the program does not say by which rates; add `fx: {pay: spot}` to payproof.yaml, and the rates of that name", c)
		}
	}
	return nil
}

// rates takes in exchange rates by which people are paid.
func (d *delta) rates(used bool, late []fx.Rate) {
	for _, r := range late {
		if used {
			d.everything = true
			d.causes = append(d.causes, concern{Cause: Cause{"rate", fmt.Sprintf("%s %s→%s of %s", r.Set, r.From, r.To, r.On), "changed"}})
		}
	}
}

func (b *Book) addAdjustments(late iter.Seq2[manual.Adjustment, error], d *delta) (err error) {
	if late == nil {
		return nil
	}
	n := len(b.stated.adjustments)
	if err := b.openAdjustments(after(b.stated.adjustments, late, &b.stated.adjustments)); err != nil {
		return err
	}
	for _, a := range b.stated.adjustments[n:] {
		d.everything = true
		d.causes = append(d.causes, concern{Cause: Cause{"adjustment", a.ID, "changed"}})
	}
	return nil
}

// versions are those of plans that pay in a pay period.
func (b *Book) versions(p calendar.Period) (out []closing.Version) {
	days, err := b.program.Calendar.Range(p)
	for i := range b.program.Plans {
		if of := &b.program.Plans[i]; err == nil && (of.Effective.Overlaps(days) || !of.Stops && !of.Effective.To.IsZero() && of.Effective.To.Before(days.To)) {
			out = append(out, closing.Version{Plan: string(of.ID), Version: of.Version, Hash: of.Hash})
		}
	}
	return out
}

// changedPlans warns of versions of plans that pay periods were closed with, and that say something else now.
func (b *Book) changedPlans(s *span) (found source.Diagnostics) {
	if s.books == nil {
		return nil
	}
	told := map[closing.Version]bool{}
	for _, standing := range s.books.Standings() {
		for _, m := range standing.Marks {
			if m.Kind != ledger.Closed {
				continue
			}
			for _, v := range closing.PlansOf(m.Cause) {
				at := slices.IndexFunc(b.program.Plans, func(p plan.Plan) bool { return string(p.ID) == v.Plan && p.Version == v.Version })
				if at < 0 || b.program.Plans[at].Hash == v.Hash || told[v] {
					continue // remembers tells of one that is not there any more
				}
				told[v] = true
				found = append(found, source.Warnf("plan-changed", b.program.Plans[at].At, "version %s of the plan %s has changed since %s was closed with it: closed pay periods are derived again by what it says now", v.Version, v.Plan, b.program.Calendar.Format(standing.Period)).
					WithHint("put a change into a version of its own, with its own `effective:`, and this one back as it was"))
			}
		}
	}
	return found
}

// openAdjustments reads what was entered by hand, and refuses what would be nobody's, of no pay period, or in another currency.
func (b *Book) openAdjustments(all iter.Seq2[manual.Adjustment, error]) (err error) {
	if b.adjustments, err = manual.NewSet(all); err != nil {
		return fmt.Errorf("adjustments: %w", err)
	}
	var faults []error
	for _, a := range b.adjustments.All() {
		_, bad := b.program.Calendar.Range(a.Period)
		switch {
		case !b.people.Has(a.Payee):
			faults = append(faults, fmt.Errorf("adjustments: %s: payee=%s is nobody among the people", a.ID, a.Payee))
		case bad != nil || a.Period.Unit != earning.PayUnit:
			faults = append(faults, fmt.Errorf("adjustments: %s: %s is no pay period of the company's calendar", a.ID, a.Period))
		case a.Amount.Currency() != b.PayCurrency(a.Payee):
			faults = append(faults, fmt.Errorf("adjustments: %s: %s is not in the currency in which payee=%s is paid, %s", a.ID, a.Amount, a.Payee, b.PayCurrency(a.Payee)))
		}
	}
	return errors.Join(faults...)
}

func (b *Book) addScores(late iter.Seq2[scores.Score, error], d *delta) error {
	if late == nil {
		return nil
	}
	n := len(b.stated.scores)
	if err := b.openScores(after(b.stated.scores, late, &b.stated.scores)); err != nil {
		return err
	}
	for _, s := range b.stated.scores[n:] {
		c := Cause{"score", fmt.Sprintf("of %s for %s of %s", s.Objective, b.program.Calendar.Format(s.Period), s.Payee), "changed"}
		d.causes = append(d.causes, concern{Cause: c, payee: s.Payee})
	}
	return nil
}

// openScores reads how objectives were scored, and refuses what nobody is scored in, and who is nobody.
func (b *Book) openScores(all iter.Seq2[scores.Score, error]) (err error) {
	if b.scores, err = scores.NewSet(all); err != nil {
		return fmt.Errorf("scores: %w", err)
	}
	var faults []error
	for _, s := range b.scores.All() {
		is := false
		for objective, unit := range b.program.Scored() {
			is = is || objective == s.Objective && unit == s.Period.Unit
		}
		path := fmt.Sprintf("scores: payee=%s objective=%s period=%s", s.Payee, s.Objective, b.program.Calendar.Format(s.Period))
		switch {
		case !b.people.Has(s.Payee) || !b.people.Has(s.By):
			faults = append(faults, fmt.Errorf("%s: the payee, or who scored, is nobody among the people", path))
		case !is:
			faults = append(faults, fmt.Errorf("%s: no plan has such an objective, scored for such a period", path))
		}
	}
	return errors.Join(faults...)
}

// onlyOne is the single error of a list as it is, so that a caller finds its
// type without unwrapping a join.
func onlyOne(errs []error, joined error) error {
	var only error
	for _, e := range errs {
		if e != nil && only != nil {
			return joined
		}
		if e != nil {
			only = e
		}
	}
	return only
}

func orNone[T any](seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	if seq == nil {
		return fact.Of[T]()
	}
	return seq
}

func (b *Book) addOverrides(late iter.Seq2[override.Override, error], d *delta) error {
	if late == nil {
		return nil
	}
	n := len(b.stated.overrides)
	if err := b.openOverrides(after(b.stated.overrides, late, &b.stated.overrides)); err != nil {
		return err
	}
	for _, o := range b.stated.overrides[n:] {
		d.everything = true
		d.causes = append(d.causes, concern{Cause: Cause{"override", string(o.Payee) + " " + string(o.Plan) + " " + o.Value, "changed"}})
	}
	return nil
}

// openOverrides reads overrides, and refuses what would be nobody's, or of no value of a plan.
func (b *Book) openOverrides(all iter.Seq2[override.Override, error]) (err error) {
	if b.overrides, err = override.NewSet(all); err != nil {
		return fmt.Errorf("overrides: %w", err)
	}
	var faults []error
	for o := range b.overrides.All() {
		declared := slices.ContainsFunc(b.program.Plans, func(p plan.Plan) bool {
			return p.ID == o.Plan && slices.ContainsFunc(p.Personal, func(v plan.Personal) bool { return v.Name == o.Value })
		})
		switch {
		case !b.people.Has(o.Payee):
			faults = append(faults, fmt.Errorf("overrides: payee=%s is nobody among the people", o.Payee))
		case !declared:
			faults = append(faults, fmt.Errorf("overrides: payee=%s: the plan %q has no personal value %q", o.Payee, o.Plan, o.Value))
		}
	}
	return errors.Join(faults...)
}

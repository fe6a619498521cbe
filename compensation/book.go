// Package compensation runs plans over facts: events become credits, credits
// measures, measures earnings, earnings ledger entries and payouts, and every
// payout can be explained down to the events.
//
//	book, err := compensation.Open(ctx, program, facts)
//	run, err := book.Run(ctx, compensation.Request{Period: calendar.Month(2026, 3)})
//	for p := range run.Payouts() { … }
//	why, err := run.Explain(ctx, payoutID)
//	head, err := book.Commit(ctx, run, "ana@example.com")
//
// Terms. A [Book] is facts opened against a program. A [Run] computes one period and
// writes nothing; a period that is a quarter or a year is computed pay period by
// pay period, and the pay period is the month of the company's calendar. A [Payout] is what
// one component pays a payee for a pay period.
//
// Results depend on the facts alone: not on the order or the batches in which they came,
// on how often a line was fed, or on the number of workers.
//
// Traps. A component that pays each credit rounds cumulatively over the fiscal
// year, so that its lines sum to the month and the months to the year: a line may differ by
// a cent from its own rounding, and its trace says so. A credit counts in the
// plan that the payee is on at its incentive date, for ever. What an event takes back of
// another one is posted on its own date, by the plan that paid for that one: a period
// that is run again does not change by what came after it.
package compensation

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/coverage"
	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/compensation/internal/exchange"
	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/internal/relations"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/manual"
	"github.com/payproof/payproof/compensation/override"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/scores"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/convert"
	"github.com/payproof/payproof/crediting/fold"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

// Book is facts opened against a program. It is safe for concurrent use. Apply and Commit are for one writer; a Run
// goes on with the facts that it was computed from.
type Book struct {
	program     *plan.Program
	people      *people.Directory
	edges       *fact.Edges
	assignments map[fact.PayeeID]fact.Timeline[Assignment]
	quotas      *quota.Set
	rates       *fx.Table
	events      *crediting.Events
	holds       []*hold.Hold // those of the program
	releases    *hold.Releases
	adjustments *manual.Set
	scores      *scores.Set
	overrides   *override.Set
	ledger      ledger.Store
	rules       *fold.Rules
	forms       *earning.Forms
	stated      stated
	first       func() (calendar.Date, bool) // no event is before it; false: there are none
	root        *Book                        // what the caller has; nil: this one
	latest      atomic.Pointer[Book]         // of the root: what Apply has made of it
	last        atomic.Pointer[Run]          // what changes are told against
	read        atomic.Pointer[past.Books]   // of the root: what was read of the ledger
	lateness
	writing sync.Mutex
}

// stated is facts as they were given, for those that come later.
type stated struct {
	people      []people.Payee
	assignments []Assignment
	rates       []fx.Rate
	adjustments []manual.Adjustment
	scores      []scores.Score
	overrides   []override.Override
}

// now is the facts as they are known now: they do not change any more.
func (b *Book) now() *Book {
	if latest := b.latest.Load(); latest != nil {
		return latest
	}
	return b
}

// kept is a sequence whose values are kept as they come.
func kept[T any](seq iter.Seq2[T, error], in *[]T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range orNone(seq) {
			if err == nil {
				*in = append(*in, v)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// Open reads the facts, each sequence once, and checks them. The error joins what
// is wrong; faults of events and of exchange rates are source.Diagnostics.
func Open(ctx context.Context, p *plan.Program, f Facts) (*Book, error) {
	b := &Book{
		program: p, ledger: f.Ledger, assignments: map[fact.PayeeID]fact.Timeline[Assignment]{},
		rules: fold.Compile(&p.Rules), forms: earning.Prepare(p),
	}
	var err [9]error
	if b.rates, err[5] = exchange.Read(kept(f.FX, &b.stated.rates)); err[5] == nil && f.Events != nil && p.Conversion.Set != "" {
		f.Events = convert.Feed(f.Events, p.Currency, b.rates, p.Conversion)
	}
	loaded := func() (err error) {
		b.events = &crediting.Events{}
		if f.Events != nil {
			b.events, err = crediting.Load(ctx, f.Events, p.Rules.Schemas)
		}
		return err
	}
	if a, ok := f.Events.(interface{ Apart() bool }); ok && a.Apart() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		loaded = start(loaded)
		defer func() { // where there are no people, nothing is loaded to its end
			cancel()
			_ = loaded()
		}()
	}
	if b.people, err[0] = people.NewDirectory(kept(f.People, &b.stated.people)); err[0] != nil {
		return nil, fmt.Errorf("people: %w", err[0])
	}
	if err[0] = b.payable(); err[0] != nil {
		return nil, err[0]
	}
	indexed := b.openEdges(orNone(f.Edges))
	err[2] = b.openAssignments(kept(f.Assignments, &b.stated.assignments))
	err[3] = b.openQuotas(orNone(f.Quotas))
	err[8] = b.openOverrides(kept(f.Overrides, &b.stated.overrides))
	err[6] = b.openAdjustments(kept(f.Adjustments, &b.stated.adjustments))
	err[7] = b.openScores(kept(f.Scores, &b.stated.scores))
	err[4], err[1] = loaded(), indexed()
	if joined := errors.Join(err[:]...); joined != nil {
		return nil, onlyOne(err[:], joined)
	}
	b.first = sync.OnceValues(b.since)
	b.openHolds()
	return b, nil
}

// since is the first day of an event.
func (b *Book) since() (calendar.Date, bool) {
	first, _, ok := b.events.Span()
	return first, ok
}

// openHolds finds what releases what is held.
func (b *Book) openHolds() {
	if b.holds = b.program.Holds(); len(b.holds) > 0 {
		b.releases = hold.NewReleases(b.holds, b.program.Rules.Schemas, slices.Collect(b.events.All()))
	}
}

// openQuotas refuses a whole that its parts contradict: whichever was taken, the other
// would be ignored.
func (b *Book) openQuotas(quotas iter.Seq2[quota.Quota, error]) (err error) {
	if b.quotas, err = quota.NewSet(b.program.Calendar, quotas); err != nil {
		return err
	}
	return b.contradicted(b.quotas.Contradictions())
}

func (b *Book) contradicted(by []quota.Contradiction) error {
	var found source.Diagnostics
	for _, c := range by {
		at := source.Span{File: fmt.Sprintf("payee=%s measure=%s period=%s", c.Whole.Payee, c.Whole.Measure, b.program.Calendar.Format(c.Whole.Period))}
		found = append(found, source.Errorf("quota-parts", at, "the quota is %s, and its parts come to %s", fact.DecimalText(c.Whole.Amount), fact.DecimalText(c.Sum)).
			WithHint("correct one of them, or leave out the whole or its parts"))
	}
	return found.Err()
}

// openEdges reads the edges, of which there may be very many: they are put in order while the other facts are read. What it
// returns waits for that.
func (b *Book) openEdges(edges iter.Seq2[fact.Edge, error]) (indexed func() error) {
	var all []fact.Edge
	for e, err := range edges {
		if err != nil {
			return func() error { return err }
		}
		if len(all) == cap(all) { // append alone copies long slices more often
			all = slices.Grow(all, max(1, len(all)))
		}
		all = append(all, e)
	}
	return start(func() error { return b.indexEdges(all) })
}

// start begins with something. What it returns waits for that.
func start(do func() error) (done func() error) {
	var err error
	var wait sync.WaitGroup
	wait.Go(func() { err = do() })
	return func() error {
		wait.Wait()
		return err
	}
}

func (b *Book) indexEdges(all []fact.Edge) (err error) {
	if b.edges, err = fact.NewEdges(all); err != nil {
		return fmt.Errorf("edges: %w", err)
	}
	return relations.Check(relations.Facts{All: all, Edges: b.edges, Payee: b.people.Has, Program: b.program}).AtMost(maxFindings).Err()
}

func (b *Book) openAssignments(assignments iter.Seq2[Assignment, error]) error {
	versions := map[fact.PayeeID][]fact.Version[Assignment]{}
	var ids []fact.PayeeID
	for a, err := range assignments {
		if err != nil {
			return err
		}
		if err := b.checkAssignment(a); err != nil {
			return err
		}
		if _, ok := versions[a.Payee]; !ok {
			ids = append(ids, a.Payee)
		}
		versions[a.Payee] = append(versions[a.Payee], fact.Version[Assignment]{Value: a, Stamp: a.Stamp})
	}
	slices.Sort(ids)
	for _, id := range ids {
		t, err := fact.NewTimeline(versions[id])
		if err != nil {
			return fmt.Errorf("assignments of payee=%s: %w", id, err)
		}
		b.assignments[id] = t
	}
	return nil
}

func (b *Book) checkAssignment(a Assignment) error {
	var known []string
	for i := range b.program.Plans {
		p := &b.program.Plans[i]
		known = append(known, string(p.ID))
		if p.ID != a.Plan {
			continue
		}
		for name := range a.Personal { // order: any wrong name is an error
			if !slices.ContainsFunc(p.Personal, func(v plan.Personal) bool { return v.Name == name }) {
				return fmt.Errorf("assignments: payee=%s: the plan %q has no personal value %q", a.Payee, a.Plan, name)
			}
		}
		return nil
	}
	return fmt.Errorf("assignments: payee=%s: unknown plan %q; %s", a.Payee, a.Plan, source.DidYouMean(string(a.Plan), known))
}

// Program is what the book was opened against.
func (b *Book) Program() *plan.Program { return b.program }

// People are the payees.
func (b *Book) People() *people.Directory { return b.now().people }

// Events are the events.
func (b *Book) Events() *crediting.Events { return b.now().events }

// Rates are the exchange rates. Events are converted by them; everybody is paid in the currency of the company.
func (b *Book) Rates() *fx.Table { return b.now().rates }

// Findings are warnings about plans and people that do not meet: a plan for a role
// that nobody has, and a role that is almost the one of a plan; about territories that nobody
// owns on some days between the first event and the last, and accounts that are in none; and about exchange rates that nothing uses. A run does not give the former, since a company may have plans and people that are not due yet.
func (b *Book) Findings() (ds source.Diagnostics) {
	b = b.now()
	have, assigned := b.roles()
	var wanted []string
	for i := range b.program.Plans {
		wanted = append(wanted, b.program.Plans[i].Roles...)
	}
	for i := range b.program.Plans {
		p := &b.program.Plans[i]
		if len(p.Roles) == 0 || slices.Contains(assigned, string(p.ID)) || slices.ContainsFunc(p.Roles, func(r string) bool { return slices.Contains(have, r) }) {
			continue
		}
		ds = append(ds, source.Warnf("plan-without-payees", p.At, "nobody has a role of the plan %q, and nobody is assigned to it", p.ID).
			WithHint("%s", source.DidYouMean(p.Roles[0], have)))
	}
	for _, role := range have {
		if near := source.Nearest(role, wanted); near != "" && !slices.Contains(wanted, role) {
			ds = append(ds, source.Warnf("role-without-plan", source.Span{File: "role=" + role}, "no plan is for the role %s", role).
				WithHint("did you mean %q?", near))
		}
	}
	ds = append(ds, coverage.Check(coverage.Facts{
		Program: b.program, Edges: b.edges, Events: b.events, All: func() []*crediting.Event { return b.within(calendar.Range{}) },
	})...)
	return append(ds, b.unused()...).Sorted()
}

// roles are all roles that somebody has at some time, and the plans to which
// somebody is assigned.
func (b *Book) roles() (roles, plans []string) {
	for _, id := range b.people.IDs() {
		for _, p := range b.people.History(id, calendar.Range{}, 0) {
			roles = append(roles, p.Role)
		}
		for v := range b.assignments[id].All() {
			plans = append(plans, string(v.Value.Plan))
		}
	}
	slices.Sort(roles)
	return slices.Compact(roles), plans
}

// Facts are what a book is opened with. Each sequence is read once, by Open; nil
// is none. An embedder yields the rows of its own database.
type Facts struct {
	People      iter.Seq2[people.Payee, error]      // payees and their roles
	Edges       iter.Seq2[fact.Edge, error]         // managers, owners of territories, roles on accounts
	Assignments iter.Seq2[Assignment, error]        // who is on which plan, with personal values
	Quotas      iter.Seq2[quota.Quota, error]       // the numbers to reach
	FX          iter.Seq2[fx.Rate, error]           // exchange rates, by which events are converted
	Scores      iter.Seq2[scores.Score, error]      // how people scored the objectives of others
	Adjustments iter.Seq2[manual.Adjustment, error] // what is paid by hand
	Overrides   iter.Seq2[override.Override, error] // other personal values, by exception
	Events      crediting.Feed                      // what happened; can be read again
	Ledger      ledger.Store                        // where Commit writes; nil refuses to commit
}

// Assignment puts a payee on a plan for a range of dates, with personal values. On
// days without one, a payee is on the plan for the payee's role.
type Assignment struct {
	Payee    fact.PayeeID
	Plan     fact.PlanID
	Personal map[string]decimal.Decimal // by the name that the plan declares
	Stamp    fact.Stamp
}

// together is the key with which one is decided by atLeast: that of the event that a reversal takes back, whenever it does, and that of the
// window of a component to date, whose periods make up for each other.
func (r *Run) together(k past.Key) past.Key {
	if k.Event != "" {
		if e, ok := r.book.events.Find(k.Event); ok && e.Reversal() != nil {
			k.Event = e.Reversal().Of.ID
		}
		k.EarnedFor = calendar.Period{}
		return k
	}
	cal := r.book.program.Calendar
	for i := range r.book.program.Plans {
		p := &r.book.program.Plans[i]
		at := slices.IndexFunc(p.Components, func(c plan.Component) bool { return c.Name == k.Component && c.ToDate != 0 })
		if p.ID != k.Plan || at < 0 {
			continue
		}
		if days, err := cal.Range(k.EarnedFor); err == nil {
			k.EarnedFor = cal.PeriodOf(p.Components[at].ToDate, days.From)
			break
		}
	}
	return k
}

package compensation_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/quota"
)

const partsCompany = `company: Parts
currency: USD
holidays: [2026-01-01, 2026-02-16, 2026-05-25]
events:
  deal: {closed: date, seller: payee, amount: money}
  refund: {on: date, deal: key, reversal of: deal}
credit:
  - {rule: sellers, of: deal, to: seller, as: bookings}
measures:
  sold: sum of bookings, quarter to date
`

// partsPlan is a plan for a role, with a rule of its quota and whatever else is asked for.
func partsPlan(role, rule, more string) string {
	return fmt.Sprintf(`plan: %s
version: "1"
for: role %s
personal: {target: money per quarter}
quota:
  sold: {window: quarter, without quota: skip%s}
tables:
  rates:
    marginal by: sold
    edges: "%% of quota"
    tiers:
      - {from: 0%%, rate: %d%%}
      - {from: 100%%, rate: %d%%}
components:
  slices: {every: quarter, pays: "marginal(sold, rates)"}
  monthly: {every: month, gate: attainment(sold) >= 50%%, pays: sold * 1%%}
  commission: {for each: credit of bookings, pays: "marginal(sold, rates)"}
  bonus: {every: quarter, pays: personal.target * attainment(sold)}
  quota itself: {every: quarter, pays: quota(sold)}
  target itself: {every: quarter, pays: personal.target}
%s`, role, role, rule, ratesOf(role)[0], ratesOf(role)[1], more)
}

// ratesOf are the percentages up to the quota and above.
func ratesOf(role string) [2]int {
	if role == "Senior" {
		return [2]int{7, 12}
	}
	return [2]int{5, 9}
}

// parts is a company whose quotas and target pay are for parts of periods.
type parts struct {
	basis          string
	prorate, money bool // quotas, target pay
	ramp           []int
	season         []int
	relief         int // percent; 0: none
	people         []people.Payee
	edges          []fact.Edge
	assignments    []compensation.Assignment
	quotas         []quota.Quota
	lines          []crediting.Line
	more           string
	from           calendar.Date // when a change of quotas counts; no day: not said
}

func (p parts) rule() (text string) {
	if p.prorate {
		text += ", prorate: " + p.basis
	}
	list := func(key string, of []int) {
		if len(of) > 0 {
			text += ", " + key + ": [" + strings.Trim(strings.ReplaceAll(fmt.Sprint(of), " ", "%, "), "[]") + "%]"
		}
	}
	list("ramp", p.ramp)
	list("seasonality", p.season)
	if !p.from.IsZero() {
		text += ", when changed: from " + p.from.String()
	}
	if p.relief > 0 {
		text += fmt.Sprintf(", relief: {leave: %d%%}", p.relief)
	}
	return text
}

func (p parts) program(t fataler) *plan.Program {
	more := p.more
	if p.money {
		more += "prorate: {what: target pay, by: " + p.basis + "}\n"
	}
	program, err := plan.Load(fstest.MapFS{
		"payproof.yaml": {Data: []byte(partsCompany)}, "plans/rep.yaml": {Data: []byte(partsPlan("Rep", p.rule(), more))}, "plans/senior.yaml": {Data: []byte(partsPlan("Senior", p.rule(), more))},
	})
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func (p parts) run(t fataler, program *plan.Program, year calendar.Period) *compensation.Run {
	run, err := p.open(t, program).Run(context.Background(), compensation.Request{Period: year})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func (p parts) facts() compensation.Facts {
	return compensation.Facts{
		People: fact.Of(p.people...), Edges: fact.Of(p.edges...), Assignments: fact.Of(p.assignments...), Quotas: fact.Of(p.quotas...),
		Events: crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(p.lines...) }),
	}
}

func (p parts) open(t fataler, program *plan.Program) *compensation.Book {
	book, err := compensation.Open(context.Background(), program, p.facts())
	if err != nil {
		t.Fatal(err)
	}
	return book
}

var (
	year2026 = calendar.Range{From: calendar.MustDate("2026-01-01"), To: calendar.MustDate("2027-01-01")}
	quarters = []calendar.Period{calendar.Quarter(2026, 1), calendar.Quarter(2026, 2), calendar.Quarter(2026, 3), calendar.Quarter(2026, 4)}
)

func anyDay(t *rapid.T, name string) calendar.Date {
	return year2026.From.AddDays(rapid.IntRange(1, 364).Draw(t, name))
}

func anyParts(t *rapid.T) parts {
	p := parts{
		basis: rapid.SampledFrom([]string{"calendar days", "working days", "30/360 EU"}).Draw(t, "basis"), prorate: rapid.Bool().Draw(t, "prorate"), money: rapid.Bool().Draw(t, "money"),
		relief: rapid.SampledFrom([]int{0, 50, 100}).Draw(t, "relief"),
	}
	p.ramp = rapid.SliceOfN(rapid.IntRange(0, 100), 0, 4).Draw(t, "ramp")
	if rapid.Bool().Draw(t, "seasonal") {
		p.season = []int{10, 20, 30, 40}
	}
	for _, id := range []string{"ann", "bob"} {
		start, turn, end := year2026.From, anyDay(t, "turn"), calendar.Date{}
		if rapid.Bool().Draw(t, "new") {
			start = anyDay(t, "start")
		}
		if rapid.Bool().Draw(t, "leaves") {
			end = anyDay(t, "end")
		}
		days := calendar.Range{From: start, To: end}
		if days.Empty() {
			days.To = calendar.Date{}
		}
		roles := []string{"Rep", "Senior"}
		for i, part := range []calendar.Range{{From: days.From, To: turn}, {From: turn}} {
			if part = part.Intersect(days); part.Empty() {
				continue
			}
			p.people = append(p.people, people.Payee{ID: fact.PayeeID(id), Name: id, Role: roles[i], Stamp: fact.Stamp{Effective: part}})
			p.assignments = append(p.assignments, compensation.Assignment{
				Payee: fact.PayeeID(id), Plan: fact.PlanID(roles[i]), Personal: map[string]decimal.Decimal{"target": decimal.New(rapid.Int64Range(1, 1_000_000).Draw(t, "target"), -2)}, Stamp: fact.Stamp{Effective: part},
			})
		}
		if p.relief > 0 {
			from := anyDay(t, "leave")
			p.edges = append(p.edges, fact.Edge{Name: "relief", From: id, To: "leave", Stamp: fact.Stamp{Effective: calendar.Range{From: from, To: from.AddDays(rapid.IntRange(1, 120).Draw(t, "days"))}}})
		}
		amount := func() decimal.Decimal {
			return decimal.New(rapid.Int64Range(10_000_000, 100_000_000).Draw(t, "quota"), -2)
		}
		if p.season != nil {
			p.quotas = append(p.quotas, quota.Quota{Payee: fact.PayeeID(id), Measure: "sold", Period: calendar.Year(2026), Amount: amount()})
		} else {
			for _, q := range quarters {
				p.quotas = append(p.quotas, quota.Quota{Payee: fact.PayeeID(id), Measure: "sold", Period: q, Amount: amount()})
			}
		}
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "deals") {
		p.lines = append(p.lines, crediting.Line{Kind: "deal", ID: fact.EventID(fmt.Sprint("d", i)), Fields: map[string]string{
			"closed": anyDay(t, "closed").String(), "seller": rapid.SampledFrom([]string{"ann", "bob"}).Draw(t, "seller"), "amount": decimal.New(rapid.Int64Range(1, 5_000_000).Draw(t, "amount"), -2).String(),
		}})
	}
	return p
}

// due is the exact part of a quota (ramped), or of target pay, counted day by day: what a day counts for, of how many.
func (p parts) due(id string, quarter, days calendar.Range, ramped bool) (due, own, all decimal.Decimal) {
	holidays := calendar.NewHolidays(calendar.MustDate("2026-01-01"), calendar.MustDate("2026-02-16"), calendar.MustDate("2026-05-25"))
	var weekend calendar.Weekdays
	var came calendar.Date
	var leave calendar.Range
	for _, e := range p.edges {
		if e.From == id {
			leave = e.Stamp.Effective
		}
	}
	came = days.From
	for day := quarter.From; day.Before(quarter.To); day = day.AddDays(1) {
		if p.basis == "working days" && (p.prorate || !ramped) && (weekend.Has(day.Weekday()) || holidays.Has(day)) {
			continue
		}
		all = all.Add(decimal.New(1, 0))
		if !days.Contains(day) {
			continue
		}
		own = own.Add(decimal.New(1, 0))
		part := decimal.New(1, 0)
		for i, percent := range p.ramp {
			if ramped && !day.Before(came.AddMonths(i)) && day.Before(came.AddMonths(i+1)) {
				part = decimal.New(int64(percent), -2)
			}
		}
		if ramped && p.relief > 0 && leave.Contains(day) {
			part = part.Mul(decimal.New(int64(100-p.relief), -2))
		}
		due = due.Add(part)
	}
	return due, own, all
}

func TestWhatIsDueOfAQuotaIsWhatItsDaysCountFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyParts(t)
		if p.basis == "30/360 EU" {
			p.basis = "calendar days"
		}
		run := p.run(t, p.program(t), calendar.Year(2026))
		if err := run.Err(); err != nil {
			t.Fatal(err)
		}
		paid := map[string]decimal.Decimal{}
		for o := range run.Payouts() {
			q := run.Book().Program().Calendar.PeriodOf(calendar.UnitQuarter, mustRange(run, o.Period).From)
			paid[fmt.Sprint(o.Payee, o.Plan, o.Component, q)] = o.Amount.Decimal()
			if _, err := run.Explain(context.Background(), o.ID); err != nil {
				t.Fatal(err)
			}
		}
		cent := decimal.New(1, -2)
		for _, who := range p.people {
			for i, quarter := range quarters {
				window := mustRange(run, quarter)
				if who.Stamp.Effective.Intersect(window).Empty() {
					continue
				}
				whole := decimal.Zero
				for _, q := range p.quotas {
					if q.Payee == who.ID && q.Period == quarter {
						whole = q.Amount
					} else if q.Payee == who.ID && q.Period.Unit == calendar.UnitYear {
						whole = q.Amount.Mul(decimal.New(int64(p.season[i]), -2))
					}
				}
				due, own, all := p.due(string(who.ID), window, who.Stamp.Effective, true)
				of := own
				if p.prorate {
					of = all
				}
				got, is := paid[fmt.Sprint(who.ID, who.Role, "quota itself", quarter)]
				if is != (due.Sign() > 0) && own.Sign() > 0 {
					t.Fatalf("%s %s: %s of %s days are due, and there is a quota: %v", who.ID, quarter, due, of, is)
				}
				if off := got.Mul(of).Sub(whole.Mul(due)).Abs(); is && own.Sign() > 0 && off.GreaterThanOrEqual(cent.Mul(decimal.New(2, 0)).Mul(of)) {
					t.Fatalf("%s %s: the quota is %s, and should be %s of %s of %s", who.ID, quarter, got, due, of, whole)
				}
				if !p.money {
					continue
				}
				_, own, all = p.due(string(who.ID), window, who.Stamp.Effective, false)
				target := p.assignments[slices.IndexFunc(p.assignments, func(a compensation.Assignment) bool { return a.Payee == who.ID && string(a.Plan) == who.Role })].Personal["target"]
				got = paid[fmt.Sprint(who.ID, who.Role, "target itself", quarter)]
				if off := got.Mul(all).Sub(target.Mul(own)).Abs(); off.GreaterThanOrEqual(cent.Mul(all)) {
					t.Fatalf("%s %s: target pay is %s, and should be %s of %s of %s", who.ID, quarter, got, own, all, target)
				}
			}
		}
	})
}

func mustRange(run *compensation.Run, p calendar.Period) calendar.Range {
	days, err := run.Book().Program().Calendar.Range(p)
	if err != nil {
		panic(err)
	}
	return days
}

// Somebody who is there all the time has all of a quota, however often the plan changes, and in whatever order facts come.
func TestPartsOfAQuotaComeToAllOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyParts(t)
		p.prorate, p.ramp, p.relief, p.edges = true, nil, 0, nil
		for i := range p.people {
			at := &p.people[i].Stamp.Effective
			if at.From != year2026.From && (i == 0 || p.people[i-1].ID != p.people[i].ID) {
				at.From = year2026.From
			}
			if i == len(p.people)-1 || p.people[i+1].ID != p.people[i].ID {
				at.To = calendar.Date{}
			}
			p.assignments[i].Stamp.Effective = *at
		}
		program := p.program(t)
		run := p.run(t, program, calendar.Year(2026))
		sum := map[string]decimal.Decimal{}
		for o := range run.Payouts() {
			q := program.Calendar.PeriodOf(calendar.UnitQuarter, mustRange(run, o.Period).From)
			if p.season != nil {
				q = calendar.Year(2026)
			}
			if o.Component == "quota itself" {
				key := fmt.Sprint(o.Payee, q)
				sum[key] = sum[key].Add(o.Amount.Decimal())
			}
		}
		for _, q := range p.quotas {
			if got := sum[fmt.Sprint(q.Payee, q.Period)]; !got.Equal(q.Amount) {
				t.Fatalf("%s %s: parts come to %s of %s", q.Payee, q.Period, got, q.Amount)
			}
		}
		first := told(run)
		slices.Reverse(p.people)
		slices.Reverse(p.assignments)
		slices.Reverse(p.quotas)
		slices.Reverse(p.lines)
		if again := told(p.run(t, program, calendar.Year(2026))); again != first {
			t.Fatalf("in another order:\n%s\nbefore:\n%s", again, first)
		}
	})
}

// fataler is a test, or a check of one.
type fataler interface{ Fatal(args ...any) }

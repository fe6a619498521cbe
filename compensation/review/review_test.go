package review_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/review"
	"github.com/payproof/payproof/dsl/analysis"
)

const company = `company: Small
currency: USD
calendar: months from 2026-01
events:
  deal: {closed: date, product: [core, plus], seller: payee, amount: money}
credit:
  - rule: sales
    when: product == "core"
    to: seller
    as: bookings
  - rule: others
    when: product == "plus"
    to: seller
    as: extras
measures:
  bookings: sum of bookings, quarter to date
  annual: sum of bookings, year to date
  deals: count of bookings, quarter to date
  largest: max of bookings, quarter to date
  extras: sum of extras, quarter to date
  large: {sum of: bookings, where: amount >= 1_000 USD, window: quarter to date}
  large this year: {sum of: bookings, where: amount >= 1_000 USD, window: year to date}
  small this year: {sum of: bookings, where: amount < 1_000 USD, window: year to date}
  below: {sum of: bookings, of: below, window: quarter to date}
  least: min of bookings, quarter to date
  weighted: {weighted sum of: bookings, by: product, weights: {core: 100%, plus: 150%}, window: quarter to date}
  last year: sum of bookings, same quarter last year
`

const start = `plan: Rep
version: "1"
for: role Rep
personal: {target: money}
quota:
  bookings: {window: quarter}
tables:
  up:
    marginal by: bookings
    edges: "% of quota"
    tiers: [{from: 0%, rate: 5%}, {from: 100%, rate: 8%}]
  down:
    marginal by: bookings
    edges: amount
    tiers: [{from: 0 USD, rate: 5%}, {from: 100_000 USD, rate: -1%}]
components:
`

// one reviews a plan with one component.
func one(t *testing.T, component string) (review.Component, review.Report) {
	t.Helper()
	p, err := plan.Load(fstest.MapFS{
		"payproof.yaml": {Data: []byte(company)}, "plans/rep.yaml": {Data: []byte(start + "  it:\n    " + strings.ReplaceAll(component, "; ", "\n    ") + "\n")},
	})
	if err != nil {
		t.Fatalf("%s: %v", component, err)
	}
	r, err := review.Of(p)
	if err != nil {
		t.Fatal(err)
	}
	return r.Components[0], r
}

func TestComponents(t *testing.T) {
	for _, c := range []struct{ component, want string }{
		// For each credit: the amount grows, and what counts it.
		{"for each: credit of bookings; pays: marginal(bookings, up)", "proved"},
		{"for each: credit of bookings; pays: marginal(bookings, down)", "falls"},
		{"for each: credit of bookings; pays: amount * 5%; gate: after(bookings) >= 1000 USD", "proved"},
		{"for each: credit of bookings; pays: amount * 5%; gate: before(bookings) <= 1000 USD", "proved"},
		{"for each: credit of bookings; pays: amount * 5%; gate: after(bookings) <= 1000 USD", "falls"},
		{"for each: credit of bookings; pays: (after(annual) - before(annual)) * 5%", "proved"},
		// What counts some credits may leave this one out; what is below never counts it.
		{"for each: credit of bookings; pays: (after(large) - before(large)) * 5%", "proved"},
		{"for each: credit of bookings; pays: (after(large) - before(large)) * 10% - amount * 5%", "falls"},
		{"for each: credit of bookings; pays: (after(below) - before(below)) * 10% - amount * 5%", "falls"},
		{"for each: credit of bookings; pays: (after(below) - before(below)) * 10%", "proved, still"},
		{"for each: credit of bookings; pays: (after(weighted) - before(weighted)) * 5%", "proved"},
		{"for each: credit of bookings; pays: (before(weighted) - after(weighted)) * 5%", "falls"},
		{"for each: credit of bookings; pays: (after(weighted) - before(weighted)) * 10% - amount * 5%", "not found"},
		{"for each: credit of bookings; pays: after(least) * 5%", "proved"},
		{"every: quarter; pays: (large this year - bookings) * 5%", "falls"},
		{"every: quarter; pays: (annual - large) * 5%", "proved"},
		{"every: quarter; pays: (annual - large this year - small this year) * 5%", "not found"},
		{"every: quarter; pays: (bookings - last year) * 5%", "proved"},
		{"for each: credit of bookings; pays: (after(largest) - before(largest)) * 5%", "proved"},
		{"for each: credit of bookings; pays: amount * 5% - (after(extras) - before(extras))", "proved"},   // extras stay
		{"for each: credit of bookings; pays: \"after(deals) > 3 ? amount * 5% : amount * 6%\"", "proved"}, // of this credit's amount
		{"for each: credit of extras; pays: marginal(bookings, up)", "proved, still"},
		{"for each: credit of bookings; pays: event.amount * 5%", "proved, still"},
		{"for each: credit of bookings; pays: amount * share * -1", "falls"},
		// A multiplier is looked at alone: what it does to a proof, or to a fall, nobody knows unless it stays.
		{"for each: credit of bookings; pays: marginal(bookings, up); multiplier: 120%", "proved"},
		{"for each: credit of bookings; pays: marginal(bookings, down); multiplier: 120%", "falls"},
		{"for each: credit of bookings; pays: marginal(bookings, up); multiplier: -1", "not found"},
		{"every: quarter; pays: bookings * 5%; multiplier: \"if deals > 10 { 50% } else { 1 }\"", "not found"},
		{"every: quarter; pays: \"deals > 10 ? bookings * 4% : bookings * 5%\"; multiplier: attainment(bookings)", "not found"},
		{"every: quarter; pays: personal.target; multiplier: attainment(bookings)", "not found"},
		{"to date: year; pays: annual * 5%", "proved"},
		{"to date: year; pays: annual * -5%", "falls"},
		// Every period: a measure grows, and the longer ones with it.
		{"every: quarter; pays: annual * 5% - bookings * 5%", "proved"},
		{"every: quarter; pays: bookings * 5% - annual * 1%", "falls"}, // a sale in an earlier quarter
		{"every: quarter; pays: bookings * 5% - largest * 5%", "proved"},
		{"every: quarter; pays: \"deals > 10 ? bookings * 4% : bookings * 5%\"", "falls"},
		{"every: quarter; pays: personal.target * attainment(bookings); gate: attainment(bookings) >= 50%", "proved"},
		{"every: quarter; pays: personal.target * (2 - attainment(bookings))", "falls"},
		{"every: quarter; pays: personal.target", "proved, still"},
		{"every: quarter; pays: bookings * 5% - extras * 1%", "falls"},
		{"every: quarter; pays: \"bookings > 100 USD ? max(personal.target, bookings) : min(personal.target, bookings)\"", "proved"},
		{"every: quarter; pays: \"bookings - min(bookings, personal.target) * 50%\"", "not found"}, // true, and beyond the proof
	} {
		got, r := one(t, c.component)
		text := got.Verdict.Outcome.String()
		if got.Still {
			text += ", still"
		}
		if text != c.want {
			t.Errorf("%s: %s, want %s\n%q %s\n%v", c.component, text, c.want, got.Verdict.Text, got.Verdict.Why, r.Findings)
		}
		if fall := got.Verdict.Outcome == analysis.Falls; fall != (len(r.Findings) > 0 && r.Findings[0].Code == "pay-falls") && !strings.Contains(c.component, "down") {
			t.Errorf("%s: %v", c.component, r.Findings)
		}
	}
}

// Does any component of the example pay less for more?
func ExampleOf() {
	p, err := plan.Load(os.DirFS("../../examples/saas"))
	if err != nil {
		fmt.Println(err)
		return
	}
	r, _ := review.Of(p)
	for _, c := range r.Components {
		fmt.Printf("%s, %s: %s, %d cliffs\n", c.Plan.ID, c.Component.Name, c.Verdict.Outcome, len(c.Cliffs))
	}
	fmt.Println(len(r.Findings), "findings")
	// Output:
	// Account Executive, commission: proved, 0 cliffs
	// Account Executive, year kicker: proved, 0 cliffs
	// Account Executive, services commission: proved, 0 cliffs
	// Account Executive, mix bonus: proved, 1 cliffs
	// Account Executive, volume bonus: proved, 1 cliffs
	// Director, region bonus: proved, 5 cliffs
	// Manager, override: proved, 0 cliffs
	// Manager, team bonus: proved, 5 cliffs
	// Sales Engineer, overlay commission: proved, 0 cliffs
	// Sales Engineer, quarter kicker: proved, 3 cliffs
	// 0 findings
}

func BenchmarkOf(b *testing.B) {
	p, err := plan.Load(os.DirFS("../../examples/saas"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := review.Of(p); err != nil {
			b.Fatal(err)
		}
	}
}

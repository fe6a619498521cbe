package paying

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

var usd = money.MustCurrency("USD")

func rules(t testing.TB) Rules {
	t.Helper()
	c, err := calendar.Parse("months from 2026-01")
	if err != nil {
		t.Fatal(err)
	}
	return Rules{Calendar: c, Currency: usd}
}

func dollars(text string) money.Amount {
	return money.MustParse(text + " USD")
}

func monthly(amount string) terms.Window {
	return terms.Window{Amount: dollars(amount), Per: calendar.UnitMonth}
}

func share(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func draw(change func(*terms.Draw)) *terms.Terms {
	d := &terms.Draw{Steps: []terms.Step{{Window: monthly("1000")}}, Above: true, Share: share("1")}
	change(d)
	return &terms.Terms{Draw: d}
}

func guarantee(change func(*terms.Guarantee)) *terms.Terms {
	g := &terms.Guarantee{Window: monthly("1000")}
	change(g)
	return &terms.Terms{Guarantee: g}
}

// through takes a payee through months from January 2026 on: for each, what is paid, owed of draws, carried and kept.
func through(t testing.TB, of *terms.Terms, payables string, last, final int) string {
	t.Helper()
	r := rules(t)
	var s State
	var out []string
	for i, text := range strings.Fields(payables) {
		p := Period{Period: calendar.Month(2026, i+1), Terms: of, Nth: i, Last: i == last, Final: final >= 0 && i >= final, Payable: share(text), Base: share(text)}
		p.Days, _ = r.Calendar.Range(p.Period)
		postings, err := s.Pay(r, p)
		if err != nil {
			t.Fatal(err)
		}
		paid := decimal.Zero
		for _, e := range postings {
			if e.Kind == ledger.Paid {
				paid = e.Amount
			}
		}
		line := paid.String()
		for _, b := range []struct {
			name  string
			value decimal.Decimal
		}{{"owed", s.Owed}, {"carried", s.Carried}, {"kept", s.Kept()}} {
			if !b.value.IsZero() {
				line += fmt.Sprintf(" %s %s", b.name, b.value)
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, "; ")
}

func TestPaymentsAreMadeByTheTermsOfAPlan(t *testing.T) {
	for name, c := range map[string]struct {
		terms       *terms.Terms
		payables    string
		last, final int // which month it is, from 0; -1: none
		want        string
	}{
		"no terms": {&terms.Terms{}, "100 -300 250 200", -1, -1, "100; 0 carried -300; 0 carried -50; 150"},
		"a draw as a floor": {
			draw(func(*terms.Draw) {}), "400 1500 2500", -1, -1,
			"1000 owed 600; 1000 owed 100; 2400",
		},
		"all of it": {draw(func(d *terms.Draw) { d.Above = false }), "400 1500 2500", -1, -1, // what is recovered is advanced again
			"1000 owed 600; 1000 owed 100; 2400"},
		"up to a half": {draw(func(d *terms.Draw) { d.Above, d.Share = false, share("0.5") }), "400 1500 3000", -1, -1, // of 1,500: 600 are owed, 250 more are advanced
			"1000 owed 600; 1000 owed 100; 2900"},
		"keep an amount": {
			draw(func(d *terms.Draw) { d.Above, d.Keep = false, monthly("1200") }), "400 1500 2500", -1, -1,
			"1000 owed 600; 1200 owed 300; 2200",
		},
		"keep a share": {
			draw(func(d *terms.Draw) { d.Above, d.KeepShare = false, share("0.8") }), "400 1500 2500", -1, -1,
			"1000 owed 600; 1200 owed 300; 2200",
		},
		"on top": {
			draw(func(d *terms.Draw) { d.OnTop, d.Above = true, false }), "400 500 3000", -1, -1,
			"1400 owed 1000; 1000 owed 1500; 2500 owed 1000",
		},
		"a limit":    {draw(func(d *terms.Draw) { d.Limit = dollars("900") }), "400 300 200", -1, -1, "1000 owed 600; 600 owed 900; 200 owed 900"},
		"for a time": {draw(func(d *terms.Draw) { d.Steps[0].For = 2 }), "400 900 300 1000", -1, -1, "1000 owed 600; 1000 owed 700; 0 owed 400; 600"},
		"steps": {draw(func(d *terms.Draw) {
			d.Steps = []terms.Step{{Window: monthly("900"), For: 1}, {Window: monthly("500")}}
		}), "0 0 700", -1, -1, "900 owed 900; 500 owed 1400; 500 owed 1200"},
		"from month 3": {draw(func(d *terms.Draw) { d.FromPeriod = 3 }), "400 1500 1500", -1, -1, "1000 owed 600; 1500 owed 600; 1000 owed 100"},
		"from a day":   {draw(func(d *terms.Draw) { d.FromDay, _ = calendar.ParseDate("2026-03-31") }), "400 1500 1500", -1, -1, "1000 owed 600; 1500 owed 600; 1000 owed 100"},
		"a quarter in three parts": {
			draw(func(d *terms.Draw) {
				d.Steps[0].Window = terms.Window{Amount: dollars("1000"), Per: calendar.UnitQuarter}
			}), "0 0 0 0", -1, -1,
			"333.33 owed 333.33; 333.34 owed 666.67; 333.33 owed 1000; 333.33 owed 1333.33",
		},
		"forgiven at the end of the plan": {draw(func(d *terms.Draw) { d.ForgiveAtEnd = true }), "400 400", 1, -1, "1000 owed 600; 1000"},
		"forgiven at its end":             {draw(func(d *terms.Draw) { d.ForgiveAtEnd, d.Steps[0].For = true, 2 }), "400 400 900", -1, -1, "1000 owed 600; 1000; 900"},
		"forgiven month by month":         {draw(func(d *terms.Draw) { d.ForgiveShare, d.Steps[0].For = share("0.25"), 1 }), "0 0 0 100 0", -1, -1, "1000 owed 750; 0 owed 500; 0 owed 250; 0; 0"},
		"owed below zero":                 {draw(func(*terms.Draw) {}), "-300 1500", -1, -1, "1000 owed 1000 carried -300; 1000 owed 800"},
		"who leaves owes":                 {draw(func(d *terms.Draw) { d.Steps[0].For = 1 }), "400 500", -1, 1, "1000 owed 600; 0 owed 100"},
		"who leaves is forgiven":          {draw(func(d *terms.Draw) { d.Steps[0].For, d.OnLeaving = 1, terms.Forgive }), "400 500", -1, 1, "1000 owed 600; 500"},
		"who leaves pays up to a half":    {draw(func(d *terms.Draw) { d.Steps[0].For, d.OnLeaving, d.AtMost = 1, terms.Deduct, share("0.5") }), "400 500", -1, 1, "1000 owed 600; 250 owed 350"},
		"a guarantee":                     {guarantee(func(*terms.Guarantee) {}), "400 1500 0", -1, -1, "1000; 1500; 1000"},
		"a guarantee of two months":       {guarantee(func(g *terms.Guarantee) { g.For = 2 }), "400 0 0", -1, -1, "1000; 1000; 0"},
		"a guarantee of a quarter":        {guarantee(func(g *terms.Guarantee) { g.Window = terms.Window{Amount: dollars("3000"), Per: calendar.UnitQuarter} }), "400 1500 200 700", -1, -1, "400; 1500; 1100; 700"},
		"its quarter ends early":          {guarantee(func(g *terms.Guarantee) { g.Window = terms.Window{Amount: dollars("3000"), Per: calendar.UnitQuarter} }), "400 700", 1, -1, "400; 1600"},
		"a guarantee to date":             {guarantee(func(g *terms.Guarantee) { g.ToDate = true }), "400 1500 900 1000", -1, -1, "1000; 1500; 900; 1000"},
		"to date, and given back":         {guarantee(func(g *terms.Guarantee) { g.ToDate, g.Recoverable = true, true }), "400 1500 900 1000", -1, -1, "1000; 1000; 1000; 1000"},
		"given back":                      {guarantee(func(g *terms.Guarantee) { g.Recoverable = true }), "400 1500 900 2000", -1, -1, "1000; 1000; 1000; 1800"},
		"given back after it":             {guarantee(func(g *terms.Guarantee) { g.Recoverable, g.For = true, 1 }), "400 500 900", -1, -1, "1000; 0; 800"},
		"a reserve":                       {&terms.Terms{Reserve: &terms.Reserve{Share: share("0.1"), Months: 2}}, "1000 2000 500 0", -1, -1, "900 kept 100; 1800 kept 300; 550 kept 250; 200 kept 50"},
		"a reserve of some days":          {&terms.Terms{Reserve: &terms.Reserve{Share: share("0.1"), Days: 10}}, "1000 2000", -1, -1, "900 kept 100; 1900 kept 200"},
		"at most":                         {&terms.Terms{Reserve: &terms.Reserve{Share: share("0.1"), Months: 12, AtMost: dollars("150")}}, "1000 2000 500", -1, -1, "900 kept 100; 1950 kept 150; 500 kept 150"},
		"it pays first":                   {&terms.Terms{Reserve: &terms.Reserve{Share: share("0.1"), Months: 12}}, "1000 -60 -100", -1, -1, "900 kept 100; 0 kept 40; 0 carried -60"},
		"it is not touched":               {&terms.Terms{Reserve: &terms.Reserve{Share: share("0.1"), Months: 12, Untouched: true}}, "1000 -60", -1, -1, "900 kept 100; 0 carried -60 kept 100"},
		"who leaves gets it":              {&terms.Terms{Reserve: &terms.Reserve{Share: share("0.1"), Months: 12}}, "1000 500", -1, 1, "900 kept 100; 600"},
		"the least payment":               {&terms.Terms{Minimum: &terms.Minimum{Amount: dollars("50")}}, "40 9 1 0", -1, -1, "0 carried 40; 0 carried 49; 50; 0"},
		"not for the last":                {&terms.Terms{Minimum: &terms.Minimum{Amount: dollars("50")}}, "40", -1, 0, "40"},
		"also for the last":               {&terms.Terms{Minimum: &terms.Minimum{Amount: dollars("50"), Kept: true}}, "40", -1, 0, "0 carried 40"},
		"the threshold is kept":           {&terms.Terms{Minimum: &terms.Minimum{Amount: dollars("50")}, Leaving: terms.Leaving{Threshold: true}}, "40", -1, 0, "0 carried 40"},
		"what is left is not":             {&terms.Terms{Minimum: &terms.Minimum{Amount: dollars("50"), Kept: true}, Leaving: terms.Leaving{WriteOff: true}}, "40 0", -1, 0, "0 carried 40; 0 carried 40"},
		"what is owed is written off":     {&terms.Terms{Leaving: terms.Leaving{WriteOff: true}}, "-40 -60 0", -1, 1, "0 carried -40; 0; 0"},
		"what is owed is invoiced":        {&terms.Terms{Leaving: terms.Leaving{Invoice: true}}, "-40 -60 0", -1, 1, "0 carried -40; -100; 0"},
	} {
		if got := through(t, c.terms, c.payables, c.last, c.final); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// What is earned above a guarantee gives it back only as far as something is payable: clawbacks come after the guarantee.
func TestAGuaranteeIsGivenBackOutOfWhatIsPayable(t *testing.T) {
	r := rules(t)
	var s State
	of := guarantee(func(g *terms.Guarantee) { g.Recoverable = true })
	for i, month := range []struct{ base, payable, paid string }{{"400", "400", "1000"}, {"1500", "200", ""}, {"1500", "1500", "1100"}} {
		p := Period{Period: calendar.Month(2026, i+1), Terms: of, Nth: i, Base: share(month.base), Payable: share(month.payable)}
		p.Days, _ = r.Calendar.Range(p.Period)
		postings, err := s.Pay(r, p)
		if err != nil {
			t.Fatal(err)
		}
		paid := ""
		for _, e := range postings {
			if e.Kind == ledger.Paid {
				paid = e.Amount.String()
			}
		}
		if paid != month.paid || !s.Carried.IsZero() {
			t.Errorf("month %d: paid %q, carried %s, want %q", i+1, paid, s.Carried, month.paid)
		}
	}
}

// anyTerms are terms of all kinds at once.
func anyTerms(r *rapid.T) *terms.Terms {
	amount := func(name string) money.Amount {
		return money.FromMinor(int64(rapid.IntRange(0, 200_000).Draw(r, name)), usd)
	}
	part := func(name string) decimal.Decimal { return decimal.New(int64(rapid.IntRange(0, 100).Draw(r, name)), -2) }
	window := func(name string) terms.Window {
		return terms.Window{Amount: amount(name), Per: rapid.SampledFrom([]calendar.Unit{calendar.UnitMonth, calendar.UnitQuarter, calendar.UnitYear}).Draw(r, name+" per")}
	}
	is := func(name string) bool { return rapid.Bool().Draw(r, name) }
	t := &terms.Terms{}
	if is("draw") {
		t.Draw = &terms.Draw{
			Steps: []terms.Step{{Window: window("draw"), For: rapid.IntRange(0, 5).Draw(r, "for")}}, OnTop: is("on top"), Above: is("above"), Share: part("recover"),
			FromPeriod: rapid.IntRange(0, 4).Draw(r, "from"), ForgiveAtEnd: is("forgive"), ForgiveShare: part("by month"), OnLeaving: terms.Debt(rapid.IntRange(0, 2).Draw(r, "on leaving")), AtMost: part("deduct"),
		}
		if is("keep") {
			t.Draw.Keep = window("keep")
		}
		if is("limit") {
			t.Draw.Limit = amount("limit")
		}
	}
	if is("guarantee") {
		t.Guarantee = &terms.Guarantee{Window: window("guarantee"), For: rapid.IntRange(0, 5).Draw(r, "guarantee for"), ToDate: is("to date"), Recoverable: is("recoverable")}
	}
	if is("reserve") {
		t.Reserve = &terms.Reserve{Share: part("reserve"), Months: rapid.IntRange(1, 4).Draw(r, "months"), Untouched: is("untouched")}
	}
	if is("minimum") {
		t.Minimum = &terms.Minimum{Amount: amount("minimum"), Kept: is("kept")}
	}
	t.Leaving = terms.Leaving{WriteOff: is("write off"), Threshold: is("threshold")}
	t.Leaving.Invoice = !t.Leaving.WriteOff && is("invoice")
	return t
}

// Whatever the terms: money is neither made nor lost, balances are what the ledger's entries make of them, nobody pays unless
// it is invoiced, and nothing is owed or kept below zero.
func TestMoneyIsConservedWhateverTheTerms(t *testing.T) {
	of := rules(t)
	rapid.Check(t, func(r *rapid.T) {
		var s State
		var balances ledger.Balances
		plan := anyTerms(r)
		final := rapid.IntRange(3, 20).Draw(r, "leaves in")
		for i := range rapid.IntRange(1, 14).Draw(r, "months") {
			if rapid.IntRange(0, 5).Draw(r, "another plan") == 0 {
				plan = anyTerms(r)
			}
			earned := decimal.New(int64(rapid.IntRange(-300_000, 300_000).Draw(r, "earned")), -2)
			p := Period{Period: calendar.Month(2026, 1).Plus(i), Terms: plan, Nth: i, Last: rapid.IntRange(0, 9).Draw(r, "last") == 0, Final: i >= final, Payable: earned, Base: earned}
			if rapid.IntRange(0, 9).Draw(r, "on no plan") == 0 {
				p.Terms = nil
			}
			p.Days, _ = of.Calendar.Range(p.Period)
			p.Taken = anyTaken(r, p.Period, anyRecovery(r))
			postings, err := s.Pay(of, p)
			if err != nil {
				r.Fatal(err)
			}
			postings = append(slices.Clone(postings), Posting{Kind: ledger.Earned, Amount: earned})
			var entries []ledger.Entry
			for _, posting := range postings {
				a, err := money.FromDecimal(posting.Amount, usd)
				if err != nil || !a.IsMinor() {
					r.Fatalf("%s of %s: %v", posting.Kind, posting.Amount, err)
				}
				e := ledger.Entry{Kind: posting.Kind, Payee: "ann", PostedIn: p.Period, Amount: a, Cause: posting.Cause}
				entries = append(entries, e)
				if balances, err = balances.Post(e); err != nil {
					r.Fatal(err)
				}
				if posting.Kind == ledger.Paid && posting.Amount.IsNegative() && !(p.Final && p.Terms != nil && p.Terms.Leaving.Invoice) {
					r.Fatalf("%s is paid", posting.Amount)
				}
			}
			if bad := ledger.Conserve(slices.Values(entries)); len(bad) > 0 {
				r.Fatal(bad[0])
			}
			for _, b := range []struct {
				name  string
				state decimal.Decimal
				is    money.Amount
			}{{"owed", s.Owed, balances.DrawOwed}, {"carried", s.Carried.Sub(owing(&s)), balances.Carried}, {"kept", s.Kept(), balances.Reserve}} {
				if !b.state.Equal(b.is.Decimal()) {
					r.Fatalf("%s is %s, and %s in the ledger", b.name, b.state, b.is)
				}
			}
			if s.Owing != nil && p.Final && len(s.Owing) > 0 {
				r.Fatalf("%s are to come back of who has left", owing(&s))
			}
			if s.Owed.IsNegative() || s.Kept().IsNegative() || !p.Final && s.Carried.IsPositive() && (p.Terms == nil || p.Terms.Minimum == nil) {
				r.Fatalf("owed %s, kept %s, carried %s", s.Owed, s.Kept(), s.Carried)
			}
		}
	})
}

package analysis

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
)

// place is a company's usual inputs.
func place() dsl.Env {
	usd := dsl.Money("USD")
	e := world()
	e.Inputs = []dsl.Input{
		{Name: "bookings", Unit: usd, Scale: 2},
		{Name: "quota(bookings)", Unit: usd, Scale: 2},
		{Name: "annual", Unit: usd, Scale: 2},
		{Name: "target", Unit: usd, Scale: 2},
		{Name: "cap", Unit: usd, Scale: 2},
		{Name: "attainment", Unit: dsl.Ratio, Scale: 4},
		{Name: "deals", Unit: dsl.Counted},
		{Name: "product", Unit: dsl.TextUnit, Enum: []string{"core", "plus", "more"}},
		{Name: "before", Unit: usd, Scale: 2},
		{Name: "after", Unit: usd, Scale: 2},
		{Name: "amount", Unit: usd, Scale: 2},
		{Name: "day", Unit: dsl.DateUnit},
	}
	return e
}

// sells is a question about selling more: bookings and annual, or a credit's amount.
func sells(f *dsl.Formula) Question {
	zero := decimal.Zero
	q := Question{
		Moves: []Move{{Input: "bookings"}, {Input: "annual"}},
		Ties:  []Tie{{Input: "after", Of: []string{"before", "amount"}}},
		Ranges: map[string]Range{
			"bookings": AtLeast(zero), "annual": AtLeast(zero), "quota(bookings)": Above(zero), "target": AtLeast(zero), "cap": AtLeast(zero),
			"before": AtLeast(zero), "amount": AtLeast(zero), "attainment": AtLeast(zero), "deals": AtLeast(zero),
		},
		Covers: []Cover{{Input: "annual", Of: "bookings"}},
		Least:  num("0.01"),
	}
	switch {
	case f.Uses("amount") || f.Uses("after"):
		q.Moves = []Move{{Input: "amount"}}
	case f.Uses("attainment"):
		q.Moves = []Move{{Input: "attainment"}}
	case f.Uses("deals"):
		q.Moves = []Move{{Input: "deals"}}
	}
	return q
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct{ formula, want string }{
		// Plans as they are written, for all quotas and targets.
		{"bookings * 6%", "proved"},
		{"marginal(bookings, slices)", "proved"},
		{"excess(bookings, extends)", "proved"}, // below the base it takes away, and less and less
		{"max(0 USD, excess(bookings, extends))", "proved"},
		{"bookings * tier_rate(attainment(bookings), whole)", "proved"},
		{"target * interpolate(bookings, line)", "proved"}, // the line goes on below 50 %, where the rate is below 0, and it still rises
		{"target * max(0, interpolate(bookings, line))", "proved"},
		{"target * attainment(bookings)", "proved"},
		{"bookings * attainment(bookings)", "proved"},
		{"proportional(bookings, grows)", "proved"},
		{"round(bookings * 3.3%, 0)", "proved"},
		{"bookings / 3", "proved"},
		{"step(bookings, steps)", "falls"},
		{"bookings * tier_rate(bookings, drops)", "falls"},
		{"deals >= 65 ? 300 USD : 0 USD", "proved"},
		{"deals == 3 ? 300 USD : 0 USD", "falls"},
		{"if deals > 3 { deals * (5 USD / 1) } else { 0 USD }", ""},
		// Conditions and what they tell.
		{"attainment(bookings) >= 100% ? target * 1.5 : target * attainment(bookings)", "proved"},
		{"attainment(bookings) >= 100% ? target * 0.9 : target * attainment(bookings)", "falls"},
		{"attainment(bookings) > 100% ? target * (1 + 2 * (attainment(bookings) - 1)) : target * attainment(bookings)", "proved"},
		{"bookings < 100 USD ? 0 USD : (bookings - 100 USD) * 5%", "proved"},
		{"bookings >= 1000 USD and bookings < 2000 USD ? 10 USD : 0 USD", "falls"},
		{"bookings >= 1000 USD or annual >= 2000 USD ? 10 USD : 0 USD", "proved"},
		{"not (bookings >= 1000 USD) ? 0 USD : 10 USD", "proved"},
		{"product == \"core\" ? bookings * 5% : bookings * 7%", "proved"},
		{"product == \"core\" ? bookings * 5% : bookings * -7%", "falls"},
		{"bookings * tier_rate(bookings, drops) * (product == \"more\" ? 1 : 0)", "falls"},
		// What cancels, and what moves together.
		{"bookings - bookings * 30%", "proved"},
		{"annual * 5% - bookings * 4%", "proved"},
		{"annual * 4% - bookings * 5%", "falls"},
		{"bookings >= 100 USD ? annual * 5% - bookings * 4% : annual * 5% - bookings * 4%", "proved"}, // across the switch too
		{"bookings >= 100 USD ? annual * 5% - bookings * 4% : annual * 5% - bookings * 3%", "falls"},
		{"marginal(after, slices) - marginal(before, slices)", "proved"},
		{"after - before >= 100 USD ? 5 USD : 0 USD", "proved"},
		{"before >= 100 USD ? amount * 8% : amount * 5%", "proved"},
		{"after >= 100 USD ? amount * 5% : amount * 8%", "falls"},
		{"lookup(attainment(bookings), annual, matrix) * 100 USD", "proved"},
		{"min(bookings, 100 USD) + max(0 USD, bookings - 100 USD) * 50%", "proved"},
		{"bookings - min(bookings, 100 USD) * 50%", "proved"}, // nothing else is read: by its exact shape
		{"bookings - round(bookings, 0)", "falls"},
		{"bookings - mod(bookings, 100 USD)", "not found"}, // whole hundreds: true, and beyond the proof
		{"mod(bookings, 100 USD)", "falls"},
		{"abs(bookings - 100 USD)", "falls"},
		{"min(cap, target * attainment)", "proved"},
		{"attainment >= 1 ? min(cap, target * (1 + 0.5*(attainment-1))) : target*attainment", "falls"},
		{"attainment >= 1 ? min(max(cap, target), target * (1 + 0.5*(attainment-1))) : target*attainment", "proved"}, // a cap of at least the target
		{"min(bookings, cap) - min(bookings, cap) * 50%", "proved"},
		{"bookings - min(bookings, cap) * 50%", "not found"},
		{"target * 5%", "proved"},
		{"day >= date(\"2026-07-01\") ? bookings * 8% : bookings * 5%", "proved"},
		{"bookings * 5% * (2 - attainment(bookings))", "falls"},
		{"blended_rate(bookings, slices) * 100 USD", "falls"}, // the third rate is lower than the second
	} {
		f, ds := dsl.Compile(c.formula, place())
		if f == nil {
			if c.want != "" {
				t.Errorf("%s: %v", c.formula, ds)
			}
			continue
		}
		v, err := Monotone(f, sells(f))
		if err != nil || v.Outcome.String() != c.want {
			t.Errorf("%s: %s (%v), want %s\n%q: %s\n%v", c.formula, v.Outcome, err, c.want, v.Text, v.Why, v.Falls)
		}
		if (v.Outcome == Falls) != (len(v.Falls) > 0) || v.Outcome != Proved && (v.Where.IsZero() || v.Why == "" || v.Tries == 0) {
			t.Errorf("%s: %+v", c.formula, v)
		}
		for _, fall := range v.Falls {
			if !fall.To.X.GreaterThan(fall.From.X) || !fall.To.Value.LessThan(fall.From.Value) {
				t.Errorf("%s: %v is no fall", c.formula, fall)
			}
		}
	}
}

// The whole line is reported: every place at which more pays less, and what is found does not
// depend on anything but the question.
func TestEveryFallOfALineIsShown(t *testing.T) {
	f, _ := dsl.Compile("bookings * tier_rate(bookings, drops) - (bookings >= 150 USD ? 3 USD : 0 USD)", place())
	q := sells(f)
	q.Seed = 7
	v, err := Monotone(f, q)
	again, _ := Monotone(f, q)
	var got []string
	for _, fall := range v.Falls {
		got = append(got, fall.From.Text()+" → "+fall.To.Text())
	}
	if want := "bookings 99.99 → bookings 100, bookings 149.99 → bookings 150"; err != nil || strings.Join(got, ", ") != want {
		t.Errorf("%q (%v), want %q", got, err, want)
	}
	if len(again.Falls) != len(v.Falls) || again.Falls[0].From.Text() != v.Falls[0].From.Text() || again.Tries != v.Tries {
		t.Error("the same question has two answers")
	}
	if found := v.Findings(); len(found) != 2 || found[0].Code != "pay-falls" || !strings.Contains(found[0].Message, "19.998 with bookings 99.99, but 10 with bookings 100") {
		t.Errorf("%v", found)
	}
}

// A gate counts: where it does not hold, nothing is paid.
func TestAGateCounts(t *testing.T) {
	pays, _ := dsl.Compile("bookings * 5%", place())
	for src, want := range map[string]Outcome{
		"attainment(bookings) >= 80%": Proved, "attainment(bookings) <= 120%": Falls, "product == \"core\"": Proved,
	} {
		gate, ds := dsl.Compile(src, place())
		if gate == nil {
			t.Fatal(ds)
		}
		q := sells(pays)
		q.Gate = gate
		if v, err := Monotone(pays, q); err != nil || v.Outcome != want {
			t.Errorf("%s: %v %v", src, v, err)
		}
	}
}

func TestAQuestionThatDoesNotFit(t *testing.T) {
	f, _ := dsl.Compile("bookings * 5%", place())
	for want, q := range map[string]Question{
		`names "bookins", which is no input; did you mean`: {Moves: []Move{{Input: "bookins"}}},
		"moves down": {Moves: []Move{{Input: "bookings"}, {Input: "annual", Rate: num("-1")}}},
		"is tied to": {Ties: []Tie{{Input: "annual", Of: []string{"annual"}}}},
	} {
		if _, err := Monotone(f, q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if _, err := ShapeOf(f, Question{}); err == nil {
		t.Error("a shape without an x")
	}
}

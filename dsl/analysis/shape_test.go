package analysis

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
)

// fixedQuestion puts everything but bookings to ordinary values.
func fixedQuestion() Question {
	return Question{
		Moves: []Move{{Input: "bookings"}, {Input: "annual"}},
		Ranges: map[string]Range{
			"bookings": AtLeast(decimal.Zero), "annual": Exactly(num("1000")), "quota(bookings)": Exactly(num("200")), "target": Exactly(num("90")),
			"cap": Exactly(num("50")), "deals": Exactly(num("3")), "before": Exactly(num("250")), "amount": Exactly(num("10")),
		},
		Texts: map[string]string{"product": "plus"},
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct{ formula, want, monotone string }{
		{"bookings * 6%", "0: 0; above 0: 0.06 x", "yes"},
		{"annual - bookings", "0: 1000; above 0: 1000", "yes"},
		{"marginal(bookings, slices)", "0: 0; above 0 below 100: 0.05 x; 100: 5; above 100 below 300: -3 + 0.08 x; 300: 21; above 300: 15 + 0.02 x", "yes"},
		// Below 50 % nothing; an edge that starts above 100 % and one from 150 % on.
		{"tier_rate(bookings, whole) * 100 USD", "0: 0; above 0 below 100: 0; 100: 5; above 100 below 200: 5; 200: 5; above 200: 10", "yes"},
		{"bookings > 50 USD ? 5 USD : 0 USD", "0: 0; above 0 below 50: 0; 50: 0; above 50: 5", "yes"},
		{"bookings >= 50 USD ? 5 USD : 0 USD", "0: 0; above 0 below 50: 0; 50: 5; above 50: 5", "yes"},
		{"bookings == 50 USD ? 5 USD : 0 USD", "0: 0; above 0 below 50: 0; 50: 5; above 50: 0", "no"},
		{"bookings != 50 USD and not (bookings > 70 USD) ? 5 USD : 0 USD", "0: 5; above 0 below 50: 5; 50: 0; above 50 below 70: 5; 70: 5; above 70: 0", "no"},
		{"min(bookings, 40 USD) - 3 USD", "0: -3; above 0 below 40: -3 + 1 x; 40: 37; above 40: 37", "yes"},
		{"abs(bookings - 40 USD)", "0: 40; above 0 below 40: 40 - 1 x; 40: 0; above 40: -40 + 1 x", "no"},
		{"bookings * (bookings / 100 USD) * 1", "0: 0; above 0: a rounded number times one without end", "no"},
		{"target * attainment(bookings)", "0: 0; above 0: 0.45 x, within 0.0000000000000045", "yes"},
		{"round(bookings * 3%, 0)", "0: 0; above 0: 0.03 x, within 0.5", "yes"},
		{"interpolate(bookings, money)", "0: 0, within 0.00000000000000005; above 0 below 70: 10/7 x, within 0.00000000000000005; 70: 100, within 0.00000000000000005; above 70: 650/3 - 5/3 x, within 0.00000000000000005", "no"},
		{"min(60 USD, bookings) * tier_rate(bookings, drops)", "0: 0; above 0 below 60: 0.2 x; 60: 12; above 60 below 100: 12; 100: 6; above 100 below 200: 6; 200: 18; above 200: 18", "no"},
		{"proportional(min(bookings, 200 USD), grows)", "", "yes"},
		{"excess(bookings, excess)", "0: 0; above 0 below 160: 0; 160: 0; above 160 below 200: -8 + 0.05 x; 200: 4; above 200: -16 + 0.1 x", "yes"},
		{"lookup(product, names) * bookings", "0: 0; above 0: 0.1 x", "yes"},
		{"lookup(attainment(bookings), annual, matrix) * 100 USD", "0: 2; above 0 below 100: 2; 100: 5; above 100 below 200: 5; 200: 10; above 200: 10", "yes"},
		{"mod(bookings, 7 USD)", "0: mod is not made of straight pieces; above 0: mod is not made of straight pieces", "no"},
		{"bookings / (bookings + 1 USD) * 1 USD", "0: 0; above 0: a division by what moves, or is rounded", "no"},
		{"deals > 5 ? bookings / 0 : bookings", "0: 0; above 0: 1 x", "yes"},
		{"bookings > 5 USD ? bookings / 0 : bookings", "0: 0; above 0 below 5: 1 x; 5: 5; above 5: a division by 0", "yes"},
		{"let x = min(bookings, 40 USD); x + x", "0: 0; above 0 below 40: 2 x; 40: 80; above 40: 80", "yes"},
		{"min(bookings, 60 USD) * (2 - min(bookings, 60 USD) * (1 / 30 USD))", "", ""},
	} {
		f, ds := dsl.Compile(c.formula, place())
		if f == nil {
			if c.monotone != "" {
				t.Errorf("%s: %v", c.formula, ds)
			}
			continue
		}
		s, err := ShapeOf(f, fixedQuestion())
		if err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(s.String(), "\n"), "bookings ", ""), "\n", "; ")
		if c.want != "" && got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.formula, got, c.want)
		}
		if ok, _ := s.Monotone(); ok != (c.monotone == "yes") {
			t.Errorf("%s: monotone %v\n%s", c.formula, ok, s)
		}
	}
}

// A parabola that turns within its piece falls, whatever its slope at the start.
func TestAParabolaThatTurnsFalls(t *testing.T) {
	for src, want := range map[string]bool{
		"min(bookings, 50 USD) * (1 - a)": false, "min(bookings, 40 USD) * (1 - a)": true,
	} {
		env := place()
		env.Inputs[5] = dsl.Input{Name: "a", Unit: dsl.Ratio, Scale: 4}
		f, ds := dsl.Compile(src, env)
		if f == nil {
			t.Fatal(ds)
		}
		q := fixedQuestion()
		q.Moves[1] = Move{Input: "a", Rate: num("0.0125")} // the top is at 40
		q.Ranges["a"] = Exactly(decimal.Zero)
		q.Ranges["bookings"] = Between(decimal.Zero, num(map[bool]string{true: "40", false: "50"}[want]))
		s, err := ShapeOf(f, q)
		if ok, _ := s.Monotone(); err != nil || ok != want {
			t.Errorf("%s: %v %v\n%s", src, ok, err, s)
		}
	}
}

// What the value is at a break, just before and just behind are three things.
func TestBreaksHaveThreeValues(t *testing.T) {
	f, _ := dsl.Compile("bookings < 50 USD ? 1 USD : (bookings == 50 USD ? 2 USD : 3 USD)", place())
	s, _ := ShapeOf(f, fixedQuestion())
	jumps := s.Jumps()
	if len(jumps) != 1 || jumps[0].Before.RatString()+jumps[0].On.RatString()+jumps[0].Behind.RatString() != "123" {
		t.Errorf("%v", jumps)
	}
	for _, p := range s.Pieces {
		if !p.IsPoint() && !p.IsPlateau() {
			t.Errorf("%+v is no plateau", p)
		}
	}
	q := fixedQuestion()
	delete(q.Ranges, "target")
	g, _ := dsl.Compile("bookings > 10 USD ? target : 0 USD", place())
	s, _ = ShapeOf(g, q)
	if out := s.Outside(); out == nil || out.Text != "target is not fixed" || out.Span.From.Col != 21 {
		t.Errorf("%+v", out)
	}
}

package measure

import (
	"iter"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

func TestAMeasureIsReadAsItIsWritten(t *testing.T) {
	for text, want := range map[string]Measure{
		"sum of bookings, quarter to date":               {How: Sum, Of: "bookings", Window: calendar.UnitQuarter, ToDate: true},
		"sum of bookings, quarter":                       {How: Sum, Of: "bookings", Window: calendar.UnitQuarter},
		"count of deals, month":                          {How: Count, Of: "deals", Window: calendar.UnitMonth},
		"count distinct product of bookings, year":       {How: CountDistinct, Field: "product", Of: "bookings", Window: calendar.UnitYear},
		"max of team bookings, half to date":             {How: Max, Of: "team bookings", Window: calendar.UnitHalf, ToDate: true},
		"sum of bookings, week":                          {How: Sum, Of: "bookings", Window: calendar.UnitWeek},
		"  sum  of  bookings ,  month  ":                 {How: Sum, Of: "bookings", Window: calendar.UnitMonth},
		"count  distinct   product of bookings, quarter": {How: CountDistinct, Field: "product", Of: "bookings", Window: calendar.UnitQuarter},
	} {
		want.Name = "m"
		got, err := Parse("m", text)
		if got != want || err != nil {
			t.Errorf("%q: %+v, %v", text, got, err)
			continue
		}
		if again, err := Parse("m", got.String()); again != got || err != nil {
			t.Errorf("%q is written as %q, which reads as %+v, %v", text, got, again, err)
		}
	}
}

func TestARefusedMeasureSaysWhatToWrite(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "has no window; write `sum of bookings, quarter to date`",
		"sum of bookings":                     "has no window",
		"sum of bookings,":                    `"" is not a window`,
		"sum of bookings, day":                `"day" is not a window; write week, month, quarter, half or year`,
		"sum of bookings, quarters":           `"quarters" is not a window`,
		"sum of bookings, to date":            "is not a window",
		"sum of bookings, quarter, x":         "is not a window",
		"sum of bookings, Quarter":            "is not a window",
		"sum, quarter":                        `"sum" names no credit type; write`,
		"sum of , quarter":                    "names no credit type",
		"of bookings, quarter":                "names no credit type",
		"average of bookings, quarter":        `"average" is not an aggregate; write sum, count, count distinct FIELD, or max`,
		"Sum of bookings, quarter":            "is not an aggregate",
		"count distinct of bookings, quarter": "is not an aggregate",
		"sum up of bookings, quarter":         "is not an aggregate",
	} {
		if got, err := Parse("m", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v; want … %s", text, got, err, want)
		}
	}
}

// credits are of type bookings unless the type is given: "5 a", "-2 b services".
func credits(t testing.TB, texts ...string) []crediting.Credit {
	t.Helper()
	deal := &crediting.Schema{Kind: "deal", Currency: money.MustCurrency("USD"), Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date}, {Name: "product", Type: crediting.Key},
	}}
	call := &crediting.Schema{Kind: "call", Fields: deal.Fields[:1]} // has no product
	var lines []crediting.Line
	for i, text := range texts {
		l := crediting.Line{Kind: "deal", ID: fact.EventID(rune('a' + i)), Fields: map[string]string{"closed": "2026-03-01"}}
		if l.Fields["product"] = strings.Fields(text)[1]; l.Fields["product"] == "-" {
			l.Kind = "call"
			delete(l.Fields, "product")
		}
		lines = append(lines, l)
	}
	feed := crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(lines...) })
	events, err := crediting.Load(t.Context(), feed, []*crediting.Schema{deal, call})
	if err != nil {
		t.Fatal(err)
	}
	var out []crediting.Credit
	for i, e := range events.All {
		w := strings.Fields(texts[i])
		c := crediting.Credit{Event: e, Type: "bookings", Amount: decimal.RequireFromString(w[0])}
		if len(w) > 2 {
			c.Type = w[2]
		}
		out = append(out, c)
	}
	return out
}

func TestAFoldIsTheValueOfItsCredits(t *testing.T) {
	for name, c := range map[string]struct {
		measure string
		credits []string
		want    string
		counted int
	}{
		"sum":                         {"sum of bookings, month", []string{"5 a", "-2 a", "0.335 b"}, "3.335", 3},
		"sum over nothing":            {"sum of bookings, month", nil, "0", 0},
		"other types":                 {"sum of bookings, month", []string{"5 a", "7 a services"}, "5", 1},
		"count":                       {"count of bookings, month", []string{"5 a", "-2 a", "1 b services"}, "2", 2},
		"max":                         {"max of bookings, month", []string{"5 a", "9 a", "7 a"}, "9", 3},
		"max of negatives":            {"max of bookings, month", []string{"-5 a", "-2 a", "-9 a"}, "-2", 3},
		"max over nothing":            {"max of bookings, month", []string{"5 a services"}, "0", 0},
		"distinct":                    {"count distinct product of bookings, month", []string{"5 a", "5 b", "5 a", "5 A", "1 c services"}, "3", 4},
		"distinct of an absent field": {"count distinct product of bookings, month", []string{"5 a", "5 -"}, "1", 1},
	} {
		m, err := Parse("m", c.measure)
		if err != nil {
			t.Fatal(err)
		}
		f, counted := m.Fold(), 0
		for _, k := range credits(t, c.credits...) {
			if f.Add(&k) {
				counted++
			}
		}
		if f.Value().String() != c.want || counted != c.counted {
			t.Errorf("%s: %s of %d credits, want %s of %d", name, f.Value(), counted, c.want, c.counted)
		}
	}
}

func TestTheOrderOfCreditsDoesNotChangeAWholeWindow(t *testing.T) {
	all := credits(t, "5 a", "-5 b", "0.01 a", "3 c", "3 c services", "0 d")
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.Permutation(all).Draw(rt, "order")
		for _, text := range []string{"sum of bookings, month", "count of bookings, month", "max of bookings, month", "count distinct product of bookings, month"} {
			m, err := Parse("m", text)
			if err != nil {
				rt.Fatal(err)
			}
			a, b := m.Fold(), m.Fold()
			for i := range all {
				a.Add(&all[i])
				b.Add(&order[i])
			}
			if !a.Value().Equal(b.Value()) {
				rt.Fatalf("%s: %s and %s", text, a.Value(), b.Value())
			}
		}
	})
}

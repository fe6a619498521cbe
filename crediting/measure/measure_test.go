package measure

import (
	"iter"
	"slices"
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
		"sum of bookings, quarter to date":                 {How: Sum, Of: "bookings", Window: calendar.UnitQuarter, ToDate: true},
		"sum of bookings, quarter":                         {How: Sum, Of: "bookings", Window: calendar.UnitQuarter},
		"count of deals, month":                            {How: Count, Of: "deals", Window: calendar.UnitMonth},
		"count distinct product of bookings, year":         {How: CountDistinct, Field: "product", Of: "bookings", Window: calendar.UnitYear},
		"max of team bookings, half to date":               {How: Max, Of: "team bookings", Window: calendar.UnitHalf, ToDate: true},
		"min of bookings, week":                            {How: Min, Of: "bookings", Window: calendar.UnitWeek},
		"sum of deal.amount, month":                        {How: Sum, Of: "deal.amount", Window: calendar.UnitMonth},
		"  sum  of  bookings ,  month  ":                   {How: Sum, Of: "bookings", Window: calendar.UnitMonth},
		"count  distinct   product of bookings, quarter":   {How: CountDistinct, Field: "product", Of: "bookings", Window: calendar.UnitQuarter},
		"sum of bookings, rolling 3 months":                {How: Sum, Of: "bookings", Reach: Rolling, N: 3, Window: calendar.UnitMonth, ToDate: true},
		"sum of bookings, rolling 1 day":                   {How: Sum, Of: "bookings", Reach: Rolling, N: 1, Window: calendar.UnitDay, ToDate: true},
		"sum of bookings, rolling 2 halves":                {How: Sum, Of: "bookings", Reach: Rolling, N: 2, Window: calendar.UnitHalf, ToDate: true},
		"sum of bookings, same quarter last year":          {How: Sum, Of: "bookings", Reach: LastYear, Window: calendar.UnitQuarter},
		"sum of bookings, same quarter  to date last year": {How: Sum, Of: "bookings", Reach: LastYear, Window: calendar.UnitQuarter, ToDate: true},
		"sum of bookings, plan to date":                    {How: Sum, Of: "bookings", Reach: PlanDate, ToDate: true},
		"sum of bookings, all time":                        {How: Sum, Of: "bookings", Reach: Ever, ToDate: true},
		"sum of bookings, as of start of quarter":          {How: Sum, Of: "bookings", Reach: Ever, ToDate: true, AsOf: calendar.UnitQuarter},
		"recurring revenue, as of start of year":           {Base: "recurring revenue", Reach: Ever, ToDate: true, AsOf: calendar.UnitYear},
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
	m, err := Parse("m", "weighted sum of bookings by list price, month")
	if err != nil || m.How != WeightedSum || m.Of != "bookings" || m.By.Text != "list price" || m.String() != "weighted sum of bookings by list price, month" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestPeopleAreReadAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]Whose{
		"payee":                         {},
		"team":                          {Who: Team, Along: "team"},
		"team  along my pod":            {Who: Team, Along: "my pod"},
		"below":                         {Who: Below, Along: "manager"},
		"payee with below along mentor": {Who: WithBelow, Along: "mentor"},
		"company":                       {Who: Company},
		"role Account Executive":        {Who: Role, Role: "Account Executive"},
	} {
		got, err := ParseWhose(text)
		if got != want || err != nil {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		if again, err := ParseWhose(got.String()); again != got || err != nil {
			t.Errorf("%q is written as %q, which reads as %+v, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "nobody", "company along x", "team along ", "payee along manager", "role", "Team"} {
		if got, err := ParseWhose(text); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestARefusedMeasureSaysWhatToWrite(t *testing.T) {
	for text, want := range map[string]string{
		"":                                                   "has no window; write `sum of bookings, quarter to date`",
		"sum of bookings":                                    "has no window",
		"sum of bookings,":                                   `"" is not a window`,
		"sum of bookings, day":                               `"day" is not a window; write week, month, quarter, half or year`,
		"sum of bookings, quarters":                          `"quarters" is not a window`,
		"sum of bookings, to date":                           "is not a window",
		"sum of bookings, quarter, x":                        "is not a window",
		"sum of bookings, Quarter":                           "is not a window",
		"sum, quarter":                                       `"sum" names no credit type; write`,
		"sum of , quarter":                                   "names no credit type",
		"of bookings, quarter":                               "names no credit type",
		"mean of bookings, quarter":                          `"mean" is not an aggregate; write sum, count, count distinct FIELD, max, min or weighted sum`,
		"average of bookings, quarter":                       "an average is the quotient of two measures",
		"sum of bookings, rolling 0 days":                    "write rolling 3 months",
		"sum of bookings, rolling 03 days":                   "write rolling 3 months",
		"sum of bookings, rolling 9999 days":                 "from 1 to 3660",
		"sum of bookings, rolling 3 fortnights":              "is not a window",
		"sum of bookings, same week last year":               "do not line up",
		"sum of bookings, same last year":                    "is not a window",
		"sum of bookings, as of start of day":                "is no moment",
		"arr, quarter":                                       "names no credit type",
		"weighted sum of bookings, month":                    "has no weights",
		"max of bookings, as of start of month":              "a max has no balance",
		"count distinct x of bookings, as of start of month": "a count distinct has no balance",
		"Sum of bookings, quarter":                           "is not an aggregate",
		"count distinct of bookings, quarter":                "is not an aggregate",
		"sum up of bookings, quarter":                        "is not an aggregate",
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
	for i, e := range slices.Collect(events.All()) {
		w := strings.Fields(texts[i])
		c := crediting.Credit{Event: e, Type: "bookings", Amount: decimal.RequireFromString(w[0])}
		if len(w) > 2 {
			c.Type = w[2]
		}
		out = append(out, c)
	}
	return out
}

// items are what a measure makes of the credits.
func items(t testing.TB, m Measure, credits []crediting.Credit) (out []Item) {
	t.Helper()
	r, found := NewReader(m, nil)
	if len(found) > 0 {
		t.Fatal(found)
	}
	for at := range credits {
		if i, ok := r.Credit(&credits[at], at); ok {
			out = append(out, i)
		}
	}
	return out
}

func parse(t testing.TB, text string) Measure {
	t.Helper()
	m, err := Parse("m", text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fold is the value of items taken one by one.
func fold(m Measure, all []Item) decimal.Decimal {
	f := m.Fold()
	for _, i := range all {
		f.Add(i)
	}
	return f.Value()
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
		"min":                         {"min of bookings, month", []string{"5 a", "-9 a", "7 a"}, "-9", 3},
		"min of positives":            {"min of bookings, month", []string{"5 a", "9 a"}, "5", 2},
		"distinct":                    {"count distinct product of bookings, month", []string{"5 a", "5 b", "5 a", "5 A", "1 c services"}, "3", 4},
		"distinct of an absent field": {"count distinct product of bookings, month", []string{"5 a", "5 -"}, "1", 1},
	} {
		m := parse(t, c.measure)
		all := items(t, m, credits(t, c.credits...))
		if got := fold(m, all); got.String() != c.want || len(all) != c.counted {
			t.Errorf("%s: %s of %d credits, want %s of %d", name, got, len(all), c.want, c.counted)
		}
	}
}

var everyAggregate = []string{
	"sum of bookings, month", "count of bookings, month", "max of bookings, month", "min of bookings, month", "count distinct product of bookings, month",
}

func TestTheOrderOfCreditsDoesNotChangeAWholeWindow(t *testing.T) {
	all := credits(t, "5 a", "-5 b", "0.01 a", "3 c", "3 c services", "0 d")
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.Permutation(all).Draw(rt, "order")
		for _, text := range everyAggregate {
			m := parse(t, text)
			if a, b := fold(m, items(t, m, all)), fold(m, items(t, m, order)); !a.Equal(b) {
				rt.Fatalf("%s: %s and %s", text, a, b)
			}
		}
	})
}

// drawn is a series of credits on days of some months, with amounts of unlike scales.
func drawn(rt *rapid.T, m Measure) (*Series, []Item) {
	schema := &crediting.Schema{Kind: "deal", Currency: money.MustCurrency("USD"), Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date}, {Name: "product", Type: crediting.Key},
	}}
	amounts := []string{"0.01", "-0.01", "1000000000000000000", "-1000000000000000000", "0.000000000000000001", "2", "-3", "0", "7.5"}
	n := rapid.IntRange(0, 25).Draw(rt, "n")
	days := rapid.SliceOfN(rapid.IntRange(0, 200), n, n).Draw(rt, "days")
	slices.Sort(days)
	var lines []crediting.Line
	for i, d := range days {
		product := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "product")
		day := calendar.MustDate("2026-01-01").AddDays(d)
		lines = append(lines, crediting.Line{Kind: "deal", ID: fact.EventID("e" + string(rune('a'+i))), Fields: map[string]string{"closed": day.String(), "product": product}})
	}
	feed := crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(lines...) })
	events, err := crediting.Load(rt.Context(), feed, []*crediting.Schema{schema})
	if err != nil {
		rt.Fatal(err)
	}
	var all []Item
	r, _ := NewReader(m, nil)
	for at, e := range slices.Collect(events.All()) {
		c := &crediting.Credit{Event: e, Type: "bookings", Amount: decimal.RequireFromString(rapid.SampledFrom(amounts).Draw(rt, "amount"))}
		if i, ok := r.Credit(c, at); ok {
			all = append(all, i)
		}
	}
	return NewSeries(m, all), all
}

// between are the items of some days, found one by one.
func between(all []Item, days calendar.Range) (out []Item) {
	for _, i := range all {
		if days.Contains(i.Date()) {
			out = append(out, i)
		}
	}
	return out
}

// However a window moves, forward, back or in jumps, its value is that of its items: what
// comes in and leaves loses nothing, of amounts of unlike scales either.
func TestAMovingWindowIsTheFoldOfItsItems(t *testing.T) {
	first := calendar.MustDate("2026-01-01")
	rapid.Check(t, func(rt *rapid.T) {
		m := parse(t, rapid.SampledFrom(everyAggregate).Draw(rt, "measure"))
		s, all := drawn(rt, m)
		c := s.Cursor()
		for range rapid.IntRange(1, 20).Draw(rt, "moves") {
			days := calendar.Range{From: first.AddDays(rapid.IntRange(-5, 210).Draw(rt, "from"))}
			days.To = days.From.AddDays(rapid.IntRange(0, 90).Draw(rt, "length"))
			want := fold(m, between(all, days))
			got, folded := s.Over(days)
			if !got.Equal(want) || len(folded) != len(between(all, days)) {
				rt.Fatalf("%s over %s: %s of %d, want %s", m, days, got, len(folded), want)
			}
			place := rapid.IntRange(0, 25).Draw(rt, "place")
			before, _ := c.Before(days, place)
			var earlier []Item
			for _, i := range all {
				if i.At < place && !i.Date().Before(days.From) {
					earlier = append(earlier, i)
				}
			}
			if want := fold(m, earlier); !before.Equal(want) {
				rt.Fatalf("%s before %d from %s: %s, want %s", m, place, days.From, before, want)
			}
		}
	})
}

func TestMonthsSumToTheQuarter(t *testing.T) {
	for _, cal := range []calendar.Calendar{{}, calendar.MustParse("months from 2025-02"), calendar.MustParse("4-4-5 weeks from 2026-02-01")} {
		rapid.Check(t, func(rt *rapid.T) {
			month := parse(t, rapid.SampledFrom([]string{"sum of bookings, month", "count of bookings, month"}).Draw(rt, "measure"))
			quarter := month
			quarter.Window = calendar.UnitQuarter
			s, all := drawn(rt, month)
			q := cal.PeriodOf(calendar.UnitQuarter, calendar.MustDate("2026-04-20"))
			whole, err := cal.Range(q)
			if err != nil {
				rt.Fatal(err)
			}
			last := whole.To.AddDays(-1)
			rolling := parse(t, "sum of bookings, rolling 3 months")
			if days := rolling.Days(cal, last, calendar.Date{}); days != whole || quarter.Days(cal, last, calendar.Date{}) != whole {
				rt.Fatalf("three months to the end of the quarter %s are %s", whole, days)
			}
			sum := decimal.Zero
			for p := range cal.Periods(calendar.UnitMonth, whole) {
				days, err := cal.Range(p)
				if err != nil {
					rt.Fatal(err)
				}
				v, _ := s.Over(month.Days(cal, days.To.AddDays(-1), calendar.Date{}))
				sum = sum.Add(v)
			}
			if want := fold(quarter, between(all, whole)); !sum.Equal(want) {
				rt.Fatalf("months come to %s, the quarter is %s", sum, want)
			}
		})
	}
}

func TestTheDaysOfAWindow(t *testing.T) {
	joined := calendar.MustDate("2025-05-05")
	for _, c := range []struct{ cal, window, day, want string }{
		{"months from 2026-01", "quarter", "2026-02-10", "2026-01-01..2026-02-10"},
		{"months from 2026-01", "all time", "2026-02-10", "..2026-02-10"},
		{"months from 2026-01", "plan to date", "2026-02-10", "2025-05-05..2026-02-10"},
		{"months from 2026-01", "rolling 30 days", "2026-01-31", "2026-01-02..2026-01-31"},
		{"months from 2026-01", "rolling 1 day", "2026-01-31", "2026-01-31..2026-01-31"},
		{"months from 2026-01", "rolling 3 months", "2026-01-15", "2025-11-01..2026-01-15"},
		{"months from 2026-01", "rolling 4 quarters", "2026-01-31", "2025-04-01..2026-01-31"},
		{"months from 2026-01", "rolling 3000 years", "2026-01-31", "..2026-01-31"},
		{"months from 2026-01", "same quarter last year", "2026-02-10", "2025-01-01..2025-03-31"},
		{"months from 2026-01", "same quarter to date last year", "2026-02-10", "2025-01-01..2025-02-10"},
		{"months from 2026-01", "same month to date last year", "2025-02-28", "2024-02-01..2024-02-29"},
		{"months from 2026-01", "same month to date last year", "2024-02-28", "2023-02-01..2023-02-28"},
		{"months from 2026-01", "same month to date last year", "2024-02-29", "2023-02-01..2023-02-28"},
		{"months from 2026-01", "same year to date last year", "2026-03-30", "2025-01-01..2025-03-30"},
		{"months from 2026-01", "as of start of quarter", "2026-05-10", "..2026-03-31"},
		{"months from 2026-01", "as of start of quarter", "2026-04-01", "..2026-03-31"},
		{"months from 2025-02", "as of start of year", "2026-05-10", "..2026-01-31"},
		{"4-4-5 weeks from 2026-02-01", "same month last year", "2026-02-10", "2025-02-02..2025-03-01"},
		{"4-4-5 weeks from 2026-02-01", "same month to date last year", "2026-02-10", "2025-02-02..2025-02-11"},
	} {
		var m Measure
		if err := m.ParseWindow(c.window); err != nil {
			t.Fatal(err)
		}
		got := m.Days(calendar.MustParse(c.cal), calendar.MustDate(c.day), joined)
		if got.String() != c.want {
			t.Errorf("%s, %s on %s: %s, want %s", c.cal, c.window, c.day, got, c.want)
		}
	}
	var m Measure
	if err := m.ParseWindow("plan to date"); err != nil {
		t.Fatal(err)
	}
	if days := m.Days(calendar.Calendar{}, calendar.MustDate("2025-05-04"), joined); !days.Empty() {
		t.Errorf("before the payee joined: %s", days)
	}
}

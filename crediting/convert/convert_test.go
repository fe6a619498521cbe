package convert

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

var usd = money.MustCurrency("USD")

// deals is a kind of event that is stated in several currencies.
func deals() *crediting.Schema {
	s := &crediting.Schema{Kind: "deal", Currency: usd, Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date},
		{Name: "signed", Type: crediting.Date, Optional: true},
		{Name: "currency", Type: crediting.Key, Currency: true},
		{Name: "amount", Type: crediting.Money, Scale: 2},
		{Name: "cost", Type: crediting.Money, Scale: 2, Optional: true},
	}}
	Extend(s)
	return s
}

func line(id, fields string) crediting.Line {
	l := crediting.Line{ID: fact.EventID(id), Fields: map[string]string{}}
	for _, f := range strings.Fields(fields) {
		name, value, _ := strings.Cut(f, "=")
		l.Fields[name] = value
	}
	return l
}

func rates(t testing.TB, text ...string) *fx.Table {
	t.Helper()
	var all []fx.Rate
	for _, r := range text {
		w := strings.Fields(r)
		all = append(all, fx.Rate{Set: "plan", From: money.MustCurrency(w[0]), To: money.MustCurrency(w[1]), On: calendar.MustDate(w[2]), Value: decimal.RequireFromString(w[3])})
	}
	table, err := fx.NewTable(all)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// load reads lines, converted: "id amount cost (stated) by rate" of each.
func load(t *testing.T, table *fx.Table, by Rule, lines ...crediting.Line) (string, error) {
	t.Helper()
	s := deals()
	events, err := crediting.Load(t.Context(), Feed(crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(lines...) }), usd, table, by), []*crediting.Schema{s})
	if err != nil {
		return "", err
	}
	var out []string
	for e := range events.All() {
		text := string(e.ID)
		for i := 3; i < len(s.Fields); i++ {
			text += " " + e.Show(i)
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(out, "; "), nil
}

func TestEventsAreConvertedByTheRateOfTheirDay(t *testing.T) {
	table := rates(t, "GBP USD 2026-01-10 1.25", "GBP USD 2026-01-20 1.5", "USD JPY 2026-01-10 150", "EUR GBP 2026-01-10 0.8")
	for name, c := range map[string]struct {
		by   Rule
		line string
		want string
	}{
		"of its own currency":    {Rule{Set: "plan"}, "closed=2026-01-10 currency=USD amount=10.25 cost=1", "d 10.25 1 10.25 1 "},
		"the incentive date":     {Rule{Set: "plan"}, "closed=2026-01-10 currency=GBP amount=10.25 cost=1", "d 12.8125 1.25 10.25 1 GBP→USD on 2026-01-10 by plan GBP→USD 2026-01-10 1.25"},
		"a field is missing":     {Rule{Set: "plan"}, "closed=2026-01-10 currency=GBP amount=10.25", "d 12.8125  10.25  GBP→USD on 2026-01-10 by plan GBP→USD 2026-01-10 1.25"},
		"another date":           {Rule{Set: "plan", Field: "signed"}, "closed=2026-01-10 signed=2026-01-20 currency=GBP amount=2", "d 3  2  GBP→USD on 2026-01-20 by plan GBP→USD 2026-01-20 1.5"},
		"one day for all":        {Rule{Set: "plan", On: calendar.MustDate("2026-01-20")}, "closed=2026-01-10 currency=GBP amount=2", "d 3  2  GBP→USD on 2026-01-20 by plan GBP→USD 2026-01-20 1.5"},
		"an earlier day":         {Rule{Set: "plan", Policy: fx.Policy{Missing: fx.OnOrBefore{MaxDays: 3}}}, "closed=2026-01-13 currency=GBP amount=2", "d 2.5  2  GBP→USD on 2026-01-13 by plan GBP→USD 2026-01-10 1.25"},
		"the inverse":            {Rule{Set: "plan", Policy: fx.Policy{Inverse: true}}, "closed=2026-01-10 currency=JPY amount=100", "d 0.66666667  100  JPY→USD on 2026-01-10 by ÷ plan USD→JPY 2026-01-10 150"},
		"by way of another":      {Rule{Set: "plan", Policy: fx.Policy{Cross: money.MustCurrency("GBP")}}, "closed=2026-01-10 currency=EUR amount=1", "d 1  1  EUR→USD on 2026-01-10 by plan EUR→GBP 2026-01-10 0.8, then plan GBP→USD 2026-01-10 1.25"},
		"less than nothing":      {Rule{Set: "plan"}, "closed=2026-01-10 currency=GBP amount=-10.25", "d -12.8125  -10.25  GBP→USD on 2026-01-10 by plan GBP→USD 2026-01-10 1.25"},
		"no rate":                {Rule{Set: "plan"}, "closed=2026-01-11 currency=GBP amount=2", "rate-missing"},
		"no day":                 {Rule{Set: "plan", Field: "signed"}, "closed=2026-01-10 currency=GBP amount=2", "it has no signed, the day of its exchange rate"},
		"no currency":            {Rule{Set: "plan"}, "closed=2026-01-10 currency=GBX amount=2", "no ISO 4217 code"},
		"places that it has not": {Rule{Set: "plan", Policy: fx.Policy{Inverse: true}}, "closed=2026-01-10 currency=JPY amount=2.5", "more decimal places than JPY"},
		"too large":              {Rule{Set: "plan"}, "closed=2026-01-10 currency=GBP amount=99999999999999", "too large"},
	} {
		got, err := load(t, table, c.by, line("d", c.line))
		if err != nil {
			var ds source.Diagnostics
			if !errors.As(err, &ds) || len(ds) != 1 || !strings.Contains(ds[0].Code+" "+ds[0].Message, c.want) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestAllThatIsWrongIsFound(t *testing.T) {
	lines := []crediting.Line{line("a", "closed=2026-01-11 currency=GBP amount=2"), line("b", "closed=2026-01-10 currency=GBP amount=2"), line("c", "closed=2026-01-12 currency=EUR amount=2")}
	_, err := load(t, rates(t, "GBP USD 2026-01-10 1.25"), Rule{Set: "plan"}, lines...)
	var ds source.Diagnostics
	if !errors.As(err, &ds) || len(ds) != 2 {
		t.Error(err)
	}
}

func TestAWithdrawnEventNeedsNoRate(t *testing.T) {
	gone := crediting.Line{ID: "a", Revision: 1, Withdrawn: true}
	got, err := load(t, rates(t, "GBP USD 2026-01-10 1.25"), Rule{Set: "plan"}, line("a", "closed=2026-01-10 currency=GBP amount=2"), gone, line("b", "closed=2026-01-10 currency=GBP amount=2"))
	if err != nil || got != "b 2.5  2  GBP→USD on 2026-01-10 by plan GBP→USD 2026-01-10 1.25" {
		t.Error(got, err)
	}
}

func TestKindsOfOneCurrencyAreLeftAlone(t *testing.T) {
	s := &crediting.Schema{Kind: "deal", Currency: usd, Fields: []crediting.Field{{Name: "closed", Type: crediting.Date}, {Name: "amount", Type: crediting.Money, Scale: 2}}}
	if Extend(s); len(s.Fields) != 2 || s.Fields[1].Scale != 2 {
		t.Errorf("%+v", s.Fields)
	}
	lines := crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(line("a", "closed=2026-01-10 amount=2")) })
	events, err := crediting.Load(t.Context(), Feed(lines, usd, nil, Rule{}), []*crediting.Schema{s})
	if err != nil || events.Len() != 1 {
		t.Error(err)
	}
}

// What comes out is the stated amount times the rate, rounded once, for any amounts and rates.
func TestConversionIsOneProduct(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rate := decimal.New(rapid.Int64Range(1, 5_000_000).Draw(r, "rate"), -int32(rapid.IntRange(0, 8).Draw(r, "places")))
		cents := rapid.Int64Range(-1_000_000, 1_000_000).Draw(r, "cents")
		table := rates(t, fmt.Sprintf("GBP USD 2026-01-10 %s", rate))
		amount := decimal.New(cents, -2)
		got, err := load(t, table, Rule{Set: "plan"}, line("d", "closed=2026-01-10 currency=GBP amount="+amount.String()))
		if err != nil {
			r.Fatal(err)
		}
		if want := amount.Mul(rate).RoundBank(8).String(); strings.Fields(got)[1] != want {
			r.Fatalf("%s × %s: got %s, want %s", amount, rate, got, want)
		}
	})
}

package ledger

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

var lineCases = []struct {
	entry Entry
	line  string // columns with | between them
}{
	{
		Entry{
			Kind: Earned, Payee: "ana", Plan: "ae", Component: "commission", Event: "D-17",
			EarnedFor: calendar.Month(2026, 2), PostedIn: calendar.Month(2026, 3),
			Amount: money.MustParse("4800 USD"), PlanAmount: money.MustParse("4400.5 EUR"),
			Cause: "tier 2", Actor: "bo",
		},
		`2026-03|ana|ae|commission|D-17|2026-02|Earned|USD|4800.00|EUR|4400.50|tier 2|bo`,
	},
	{
		Entry{Kind: Paid, Payee: "ana", PostedIn: calendar.Quarter(2026, 1), Amount: money.MustParse("0 JPY")},
		`2026-Q1|ana|\N|\N|\N|\N|Paid|JPY|0|\N|\N|\N|\N`,
	},
	{
		Entry{
			Kind: Adjusted, Payee: `\N`, Component: "a\tb", Cause: "c\nd\re\\f", Amount: money.MustParse("-0.005 USD"),
			EarnedFor: calendar.Period{Calendar: "months from February", Unit: calendar.UnitMonth, Index: 24314},
			PostedIn:  calendar.Period{Unit: calendar.UnitYear, Index: -5},
		},
		`:year:-5|\\N|\N|a\tb|\N|months from February:month:24314|Adjusted|USD|-0.005|\N|\N|c\nd\re\\f|\N`,
	},
}

func TestLines(t *testing.T) {
	for _, c := range lineCases {
		want := strings.ReplaceAll(c.line, "|", "\t")
		if got := string(AppendLine([]byte("> "), c.entry)); got != "> "+want {
			t.Errorf("line is\n%q, want\n%q", got, want)
		}
		if got, err := ParseLine(want); err != nil || got != c.entry {
			t.Errorf("%q reads as\n%+v, %v", want, got, err)
		}
	}
}

func TestAnEntryHasOneSpelling(t *testing.T) {
	good := strings.Split(lineCases[0].line, "|")
	for _, c := range []struct {
		column      column
		text, wants string
	}{
		{columnPostedIn, "2026-3", "no period"},
		{columnPostedIn, ":month:24314", `canonical spelling is "2026-03"`},
		{columnEarnedFor, "x:month:007", `canonical spelling is "x:month:7"`},
		{columnEarnedFor, "x:moon:7", "no unit"},
		{columnEarnedFor, "x:month:99999999999", "number"},
		{columnEarnedFor, "month:7", "CALENDAR:month"},
		{columnPayee, "", `canonical spelling is "\\N"`},
		{columnPayee, `a\`, "ends within an escape"},
		{columnPayee, `a\x`, `\x is no escape`},
		{columnCause, "a\rb", `canonical spelling is "a\\rb"`},
		{columnKind, "Bonus", "no kind"},
		{columnCurrency, "US", "no ISO 4217"},
		{columnCurrency, `\N`, "needs a currency"},
		{columnAmount, "4800", `canonical spelling is "4800.00"`},
		{columnAmount, "4800.000", `canonical spelling is "4800.00"`},
		{columnAmount, "+1.00", "plus sign"},
		{columnAmount, "-0.00", `0.00`},
		{columnAmount, `\N`, "canonical spelling"},
		{columnPlanAmount, `\N`, "canonical spelling"},
	} {
		fields := slices.Clone(good)
		fields[c.column] = c.text
		_, err := ParseLine(strings.Join(fields, "\t"))
		var bad *LineError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.wants) {
			t.Errorf("%s = %q: got %v, want an error with %q", c.column, c.text, err, c.wants)
		}
	}
	for _, line := range []string{"", "a\tb", strings.Join(good, "\t") + "\t"} {
		if _, err := ParseLine(line); err == nil {
			t.Errorf("%q reads as an entry", line)
		}
	}
}

func TestEveryEntryReadsBackFromItsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry().Draw(t, "entry")
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		line := AppendLine(nil, e)
		if bytes.ContainsAny(line, "\n\r") || bytes.Count(line, []byte{'\t'}) != int(columnCount)-1 {
			t.Fatalf("not one line of %d columns: %q", columnCount, line)
		}
		if got, err := ParseLine(string(line)); err != nil || got != e {
			t.Fatalf("%q reads as %+v, %v", line, got, err)
		}
	})
}

func TestCompareIsTheOrderOfLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyEntry().Draw(t, "a"), anyEntry().Draw(t, "b")
		if rapid.Bool().Draw(t, "alike") { // else the first column decides every time
			cause := b.Cause
			b = a
			b.Cause = rapid.SampledFrom([]string{cause, a.Cause, a.Cause + "\x01", a.Cause + "!"}).Draw(t, "cause")
		}
		want := bytes.Compare(AppendLine(nil, a), AppendLine(nil, b))
		if got := Compare(a, b); got != want || (got == 0) != (a == b) {
			t.Fatalf("Compare is %d, lines compare %d, equal: %t", got, want, a == b)
		}
	})
}

func FuzzParseLine(f *testing.F) {
	for _, c := range lineCases {
		f.Add(strings.ReplaceAll(c.line, "|", "\t"))
	}
	f.Fuzz(func(t *testing.T, line string) {
		e, err := ParseLine(line)
		if err == nil && string(AppendLine(nil, e)) != line {
			t.Errorf("%q is read, but written as %q", line, AppendLine(nil, e))
		}
	})
}

func anyEntry() *rapid.Generator[Entry] {
	text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("\t\n\r\\N ab"))))
	kinds := slices.Collect(Kinds())
	return rapid.Custom(func(t *rapid.T) Entry {
		e := Entry{
			Kind:      rapid.SampledFrom(kinds).Draw(t, "kind"),
			Payee:     fact.PayeeID(cmp.Or(text.Draw(t, "payee"), "p")),
			Plan:      fact.PlanID(text.Draw(t, "plan")),
			Component: text.Draw(t, "component"),
			Event:     fact.EventID(text.Draw(t, "event")),
			PostedIn:  anyPeriod(text).Draw(t, "posted in"),
			Amount:    anyAmount().Draw(t, "amount"),
			Cause:     text.Draw(t, "cause"),
			Actor:     text.Draw(t, "actor"),
		}
		if rapid.Bool().Draw(t, "earned for a period") {
			e.EarnedFor = anyPeriod(text).Draw(t, "earned for")
		}
		if rapid.Bool().Draw(t, "converted") {
			e.PlanAmount = anyAmount().Draw(t, "plan amount")
		}
		if e.Kind.Mark() {
			e.Payee, e.Plan, e.Component, e.Event, e.Amount, e.PlanAmount = "", "", "", "", money.Amount{}, money.Amount{}
			e.Actor = cmp.Or(e.Actor, "bo")
		}
		if e.Kind == Paid {
			e.Amount = e.Amount.RoundMinor(money.HalfEven)
		}
		return e
	})
}

func anyPeriod(name *rapid.Generator[string]) *rapid.Generator[calendar.Period] {
	return rapid.Custom(func(t *rapid.T) calendar.Period {
		p := calendar.Period{
			Unit: calendar.Unit(rapid.Uint8Range(uint8(calendar.UnitDay), uint8(calendar.UnitYear)).Draw(t, "unit")),
			// Time ends near 120,000 months, 520,000 weeks and 3,650,000 days.
			Index: rapid.OneOf(
				rapid.Int32Range(-50, 50), rapid.Int32Range(1_980, 2_050), rapid.Int32Range(9_990, 10_010), rapid.Int32Range(24_000, 25_000),
				rapid.Int32Range(119_900, 120_100), rapid.Int32Range(521_000, 522_000), rapid.Int32Range(3_652_000, 3_652_100),
				rapid.Int32(), rapid.SampledFrom([]int32{math.MinInt32, math.MaxInt32}),
			).Draw(t, "index"),
		}
		if rapid.Bool().Draw(t, "of another calendar") {
			p.Calendar = name.Draw(t, "calendar")
		}
		return p
	})
}

func anyAmount() *rapid.Generator[money.Amount] {
	return rapid.Custom(func(t *rapid.T) money.Amount {
		code := rapid.SampledFrom([]string{"USD", "JPY", "KWD", "CLF", "DEM"}).Draw(t, "currency")
		a, err := money.New(rapid.Int64().Draw(t, "coefficient"), rapid.Uint8Range(0, 19).Draw(t, "scale"), money.MustCurrency(code))
		if err != nil {
			t.Fatal(err)
		}
		return a
	})
}

package ledgertest

import (
	"fmt"
	"strings"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Entries are n different entries as they come in real life, the same in every call.
// They are no ledger that adds up.
func Entries(n int) []ledger.Entry {
	usd, out := money.MustCurrency("USD"), make([]ledger.Entry, n)
	for i := range out {
		out[i] = ledger.Entry{
			Kind:      ledger.Earned,
			Payee:     fact.PayeeID(fmt.Sprintf("payee-%d", i/50+1)),
			Plan:      "ae-fy26",
			Component: "commission",
			Event:     fact.EventID(fmt.Sprintf("D-%d", i+1)),
			EarnedFor: calendar.Month(2026, 1+i%12),
			PostedIn:  calendar.Month(2026, 12),
			Amount:    money.FromMinor(int64(i)*37-5_000, usd),
			Cause:     "rate table accelerator",
			Actor:     "ana@example.com",
		}
	}
	return out
}

// OddEntries are entries that are easily spoilt: every kind, texts with whatever a
// separator, an encoding or a database could take amiss, amounts of all sizes and
// periods of other calendars.
func OddEntries() []ledger.Entry {
	plain := Entries(1)[0]
	var out []ledger.Entry
	for kind := range ledger.Kinds() {
		e := plain
		if e.Kind = kind; kind.Mark() {
			e = ledger.Entry{Kind: kind, PostedIn: plain.PostedIn, Cause: plain.Cause, Actor: plain.Actor}
		}
		out = append(out, e)
	}
	for _, text := range oddTexts() {
		e := plain
		e.Payee, e.Plan, e.Component = fact.PayeeID(text), fact.PlanID(text), text
		e.Event, e.Cause, e.Actor = fact.EventID(text), text, text
		out = append(out, e)
	}
	for _, text := range []string{
		"0.00 USD", "-0.01 USD", "5 JPY", "1.234 KWD", "0.0001 CLF", "0.12345678901234567890 EUR",
		"99999999999999999999999999999999999999 USD", "-0.00000000000000000000000000000000000001 USD",
	} {
		e := plain
		e.Amount, e.PlanAmount = money.MustParse(text), money.MustParse(text)
		out = append(out, e)
	}
	for _, period := range oddPeriods() {
		e := plain
		e.EarnedFor, e.PostedIn = period, period
		out = append(out, e)
	}
	return append(out, ledger.Entry{Kind: ledger.Paid, Payee: "p", PostedIn: plain.PostedIn, Amount: money.MustParse("1 USD")}, plain, plain)
}

func oddTexts() []string {
	return []string{
		"\t", "\n", "\r\n", `\`, `\N`, `\\N`, `\t`, "a\tb\nc\rd\\e", " outer space ", "\x00", "\x01\x7f",
		"sha256\t0", "payproof-ledger", `"quoted", 'twice'; --`, "NULL", "0", "007", "1e3", "Zoë", "Zoe\u0308",
		"山田太郎", "مرحبا", "👩‍👩‍👧‍👦", "\u202e", "\u2028", "\ufeff", "\ufffd", "\U0010ffff", "A", "a",
		strings.Repeat("long ", 20_000),
	}
}

func oddPeriods() []calendar.Period {
	return []calendar.Period{
		calendar.Year(2026), calendar.Half(2026, 2), calendar.Quarter(1, 1), calendar.Month(9999, 12),
		calendar.Calendar{}.PeriodOf(calendar.UnitDay, calendar.MustDate("2024-02-29")),
		calendar.Calendar{}.PeriodOf(calendar.UnitWeek, calendar.MustDate("2027-01-01")),
		calendar.Month(-3, 1), calendar.Month(10_000, 1),
		calendar.MustParse("months from February").PeriodOf(calendar.UnitQuarter, calendar.MustDate("2026-03-01")),
		calendar.MustParse("4-4-5 weeks from 2026-02-01, named 2026").PeriodOf(calendar.UnitWeek, calendar.MustDate("2026-03-01")),
		{Calendar: "a:b\t:month:7\\", Unit: calendar.UnitHalf, Index: -1 << 31},
	}
}

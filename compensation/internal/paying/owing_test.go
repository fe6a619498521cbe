package paying

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
)

type clawback = terms.Clawback

// anyRecovery is a way in which what is taken back comes back later.
func anyRecovery(r *rapid.T) terms.Recovery {
	if rapid.Bool().Draw(r, "from earnings") {
		return terms.Recovery{Earnings: true, Share: decimal.New(int64(rapid.IntRange(0, 100).Draw(r, "share of earnings")), -2)}
	}
	return terms.Recovery{Parts: rapid.IntRange(2, 7).Draw(r, "instalments")}
}

// anyTaken is what is taken back in a pay period, if anything is.
func anyTaken(r *rapid.T, in calendar.Period, by terms.Recovery) []Owing {
	if rapid.IntRange(0, 2).Draw(r, "taken back") > 0 {
		return nil
	}
	return []Owing{{"p", in, by, decimal.New(int64(rapid.IntRange(1, 300_000).Draw(r, "taken")), -2)}}
}

// component is that of an entry.
func component(p Posting) string {
	if p.Of.IsZero() {
		return ""
	}
	return Recovery
}

// owing is all that is to come back.
func owing(s *State) (sum decimal.Decimal) {
	for _, o := range s.Owing {
		sum = sum.Add(o.Amount)
	}
	return sum
}

// recoveredIn is what comes back in a pay period of what was taken back before, and in it; and what is advanced.
func recoveredIn(postings []Posting) (back, advanced decimal.Decimal) {
	for _, p := range postings {
		switch {
		case !p.Of.IsZero():
			back = back.Sub(p.Amount)
		case p.Kind == ledger.DrawAdvanced:
			advanced = advanced.Add(p.Amount)
		}
	}
	return back, advanced
}

// Instalments are equal to the cent, whatever is payable, and come to all that was taken back.
func TestInstalmentsAreEqualAndComeToAll(t *testing.T) {
	of := rules(t)
	rapid.Check(t, func(r *rapid.T) {
		parts := rapid.IntRange(2, 36).Draw(r, "instalments")
		whole := decimal.New(int64(rapid.IntRange(1, 1_000_000).Draw(r, "taken")), -2)
		even, sum := whole.DivRound(decimal.New(int64(parts), 0), 10), decimal.Zero
		var s State
		for i := range parts + 2 {
			p := Period{Period: calendar.Month(2026, 1).Plus(i), Payable: decimal.New(int64(rapid.IntRange(-50_000, 200_000).Draw(r, "earned")), -2), Terms: anyTerms(r), Nth: i}
			p.Days, _ = of.Calendar.Range(p.Period)
			if i == 0 {
				p.Payable = p.Payable.Sub(whole)
				p.Taken = []Owing{{"p", p.Period, terms.Recovery{Parts: parts}, whole}}
			}
			postings, err := s.Pay(of, p)
			if err != nil {
				r.Fatal(err)
			}
			back, _ := recoveredIn(postings)
			if i == 0 {
				back = back.Add(whole)
			}
			if sum = sum.Add(back); i >= parts && !back.IsZero() || i < parts && back.Sub(even).Abs().GreaterThan(decimal.New(1, -2)) {
				r.Fatalf("instalment %d of %d of %s is %s", i+1, parts, whole, back)
			}
		}
		if !sum.Equal(whole) || len(s.Owing) > 0 {
			r.Fatalf("%s came back of %s", sum, whole)
		}
	})
}

// What comes back from earnings makes no payment less than zero, takes no more than its share, and lets no draw be advanced for it: advanced is what would be
// without it.
func TestFromEarningsNothingIsAdvanced(t *testing.T) {
	of := rules(t)
	rapid.Check(t, func(r *rapid.T) {
		by := terms.Recovery{Earnings: true, Share: decimal.New(int64(rapid.IntRange(1, 100).Draw(r, "share")), -2)}
		draw := &terms.Terms{}
		if rapid.Bool().Draw(r, "with a draw") {
			draw.Draw = &terms.Draw{Steps: []terms.Step{{Window: monthly("1000")}}, OnTop: rapid.Bool().Draw(r, "on top"), Above: true, Share: share("1")}
		}
		var with, without State
		for i := range rapid.IntRange(1, 12).Draw(r, "months") {
			p := Period{Period: calendar.Month(2026, 1).Plus(i), Payable: decimal.New(int64(rapid.IntRange(-100_000, 400_000).Draw(r, "earned")), -2), Terms: draw, Nth: i}
			p.Days, _ = of.Calendar.Range(p.Period)
			plain, err := without.Pay(of, p)
			if err != nil {
				r.Fatal(err)
			}
			payable := decimal.Max(decimal.Zero, p.Payable.Add(with.Carried))
			before, taken := owing(&with), decimal.Zero
			if p.Taken = anyTaken(r, p.Period, by); p.Taken != nil {
				taken = p.Taken[0].Amount
				p.Payable = p.Payable.Sub(taken)
			}
			postings, err := with.Pay(of, p)
			if err != nil {
				r.Fatal(err)
			}
			_, advanced := recoveredIn(postings)
			back := before.Add(taken).Sub(owing(&with))
			if _, want := recoveredIn(plain); !advanced.Equal(want) {
				r.Fatalf("%s are advanced, and %s without what is taken back", advanced, want)
			}
			if most := payable.Mul(by.Share).RoundBank(2); back.IsNegative() || back.GreaterThan(most) || !with.Carried.Equal(without.Carried) {
				r.Fatalf("%s come back of %s, carried %s and %s", back, payable, with.Carried, without.Carried)
			}
		}
	})
}

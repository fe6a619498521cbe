package measure

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// refunded is the credits of deals, of which refunds take some back in part, and some whole.
func refunded(rt *rapid.T) (*crediting.Events, []crediting.Credit) {
	usd := money.MustCurrency("USD")
	s := &crediting.Schema{Kind: "deal", Currency: usd, Reversal: "original", Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date},
		{Name: "product", Type: crediting.Key, Optional: true},
		{Name: "amount", Type: crediting.Money, Scale: 2},
		{Name: "original", Type: crediting.Key, Optional: true},
	}}
	var lines []crediting.Line
	add := func(id string, day int, product, original string, amount int) {
		lines = append(lines, crediting.Line{ID: fact.EventID(id), Fields: map[string]string{
			"closed": calendar.MustDate("2026-01-01").AddDays(day).String(), "product": product, "amount": fmt.Sprint(amount), "original": original,
		}})
	}
	for i := range rapid.IntRange(1, 8).Draw(rt, "deals") {
		day, amount := rapid.IntRange(0, 150).Draw(rt, "day"), rapid.IntRange(1, 9).Draw(rt, "amount")
		id, left := fmt.Sprintf("d%d", i), amount
		add(id, day, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "product"), "", amount)
		for k := 0; left > 0 && rapid.Bool().Draw(rt, "refund"); k++ {
			part := rapid.IntRange(1, left).Draw(rt, "part")
			add(fmt.Sprintf("%s-%d", id, k), day+rapid.IntRange(0, 90).Draw(rt, "later"), "", id, part)
			left -= part
		}
	}
	events, err := crediting.Load(rt.Context(), crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(lines...) }), []*crediting.Schema{s})
	if err != nil {
		rt.Fatal(err)
	}
	amount, ds := dsl.Compile("amount", dsl.Env{Inputs: s.Inputs("")})
	if amount == nil {
		rt.Fatal(ds)
	}
	given := func(id, to string) crediting.Rule {
		recipients, err := crediting.ParseRecipients(to, false)
		if err != nil {
			rt.Fatal(err)
		}
		return crediting.Rule{ID: fact.RuleID(id), Kind: "deal", To: recipients, Amount: amount, As: "bookings"}
	}
	rules := crediting.Rules{Schemas: []*crediting.Schema{s}, Rules: []crediting.Rule{given("one", "team North"), given("other", "team North")}}
	edges, err := fact.NewEdges([]fact.Edge{{Name: "team", From: "ann", To: "North"}})
	if err != nil {
		rt.Fatal(err)
	}
	return events, rules.NewApplier(edges, func(fact.PayeeID) bool { return true }, 0).Apply(slices.Collect(events.All())).Credits
}

// plainly is the value of a measure over items, by what it says: what is left of each deal that is among them.
func plainly(m Measure, items []Item) decimal.Decimal {
	type deal struct {
		event fact.EventID
		rule  fact.RuleID
	}
	left, key := map[deal]decimal.Decimal{}, map[deal]string{}
	sum, count := decimal.Zero, int64(0)
	for _, i := range items {
		d := deal{i.Event.Source().ID, i.Credit.Rule}
		r := i.Event.Reversal()
		sum = sum.Add(i.Amount)
		switch _, there := left[d]; {
		case r == nil:
			left[d], key[d] = i.Amount, i.Key
			count++
		case r.Taken.Equal(r.All):
			count--
			delete(left, d)
		case there:
			left[d] = left[d].Add(i.Amount)
		}
	}
	values := map[string]bool{}
	best, found := decimal.Zero, false
	for d, amount := range left {
		values[key[d]] = true
		if !found || m.How == Max && amount.GreaterThan(best) || m.How == Min && amount.LessThan(best) {
			best, found = amount, true
		}
	}
	switch m.How {
	case Sum:
		return sum
	case Count:
		return decimal.New(count, 0)
	case CountDistinct:
		return decimal.New(int64(len(values)), 0)
	}
	return best
}

func TestReversalsTakeWhatIsInTheWindow(t *testing.T) {
	first := calendar.MustDate("2026-01-01")
	rapid.Check(t, func(rt *rapid.T) {
		m := parse(t, rapid.SampledFrom(everyAggregate).Draw(rt, "measure"))
		events, credits := refunded(rt)
		r, found := NewReader(m, slices.Collect(events.All()))
		if len(found) > 0 {
			rt.Fatal(found)
		}
		var all []Item
		for at := range credits {
			if i, ok := r.Credit(&credits[at], at); ok {
				all = append(all, i)
			}
		}
		if len(all) != len(credits) {
			rt.Fatalf("%d of %d credits count", len(all), len(credits))
		}
		s := NewSeries(m, all)
		for range rapid.IntRange(1, 10).Draw(rt, "moves") {
			days := calendar.Range{From: first.AddDays(rapid.IntRange(-5, 240).Draw(rt, "from"))}
			days.To = days.From.AddDays(rapid.IntRange(0, 200).Draw(rt, "length"))
			if got, _ := s.Over(days); !got.Equal(plainly(m, between(all, days))) {
				rt.Fatalf("%s over %s: %s, want %s", m, days, got, plainly(m, between(all, days)))
			}
		}
		net := 0
		for _, n := range Nets(all) {
			if _, ok := n.Left(); ok {
				net++
			}
		}
		if count := plainly(parse(t, "count of bookings, month"), all); !count.Equal(decimal.New(int64(net), 0)) {
			rt.Fatalf("%s deals are left, and %d are listed", count, net)
		}
	})
}

// The events of a measure of events are those that are reversed: what takes them back needs no value of its own.
func TestReversalsTakeFromMeasuresOfEvents(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		events, credits := refunded(rt)
		m := Measure{Name: "sold", How: Sum, Of: "deal.amount", Kind: "deal", Value: "amount"}
		r, _ := NewReader(m, slices.Collect(events.All()))
		sum, want := decimal.Zero, decimal.Zero
		for at, e := range slices.Collect(events.All()) {
			i, ok := r.Event(e, at)
			if !ok {
				rt.Fatal(e.ID)
			}
			sum = sum.Add(i.Amount)
		}
		for _, c := range credits {
			if c.Rule == "one" {
				want = want.Add(c.Amount)
			}
		}
		if !sum.Equal(want) {
			rt.Fatalf("events come to %s, their credit to %s", sum, want)
		}
	})
}

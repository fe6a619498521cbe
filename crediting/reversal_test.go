package crediting

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// reversible is deals that may name another one that they take back.
func reversible() *Schema {
	s := listed()
	s.Fields = append(s.Fields, Field{Name: "original", Type: Key, Optional: true})
	s.Reversal = "original"
	return s
}

func TestAReversalMirrorsEveryCreditAndWhatNobodyHas(t *testing.T) {
	s := reversible()
	c := company{
		schema: s,
		rules: []Rule{
			rule(t, s, "split", "seller 60%, partner 40%"),
			rule(t, s, "team", "team West", func(r *Rule) { r.Overlay = true }),
			rule(t, s, "seats", "seller", func(r *Rule) { r.As, r.Amount = "seats", compile(t, s, "units ?? 0", nil) }),
		},
		rollUps: up(0),
		edges:   arrows(t, "team sue West", "team tom West", "manager ana mia"),
	}
	got := c.apply(t, line("d1", "amount=100.01 units=7"), line("a1", "closed=2026-03-11 amount=33.33 original=d1 seller=zed region=west"), line("a2", "closed=2026-03-12 amount=66.68 original=d1"))
	expect(t, got,
		"d1 ana bookings 60.01", "d1 sue bookings 100.01 overlay", "d1 tom bookings 100.01 overlay", "d1 ana seats 7", "d1 mia team 60.01 roll-up",
		"a1 ana bookings -20", "a1 sue bookings -33.33 overlay", "a1 tom bookings -33.33 overlay", "a1 ana seats -2.3329", "a1 mia team -20 roll-up",
		"a2 ana bookings -40.01", "a2 sue bookings -66.68 overlay", "a2 tom bookings -66.68 overlay", "a2 ana seats -4.6671", "a2 mia team -40.01 roll-up",
		"d1 uncredited 40: partner is empty", "a1 uncredited -13.33: takes back 33.33 of 100.01 of event d1: partner is empty",
		"a2 uncredited -26.67: takes back 66.68 of 100.01 of event d1, after 33.33 before: partner is empty")
	for at, want := range map[int]string{5: "-33.33", 6: "-33.33", 8: "-2.3329", 9: "-20", 10: "-66.68"} {
		if k := got.Credits[at]; k.Whole.String() != want {
			t.Errorf("%s of %s: the whole is %s, want %s", k.Rule, k.Event.ID, k.Whole, want)
		}
	}
}

// On the day of the event, a reversal comes after it, whatever the ids.
func TestAReversalOfTheSameDayComesAfterTheEvent(t *testing.T) {
	s := reversible()
	got := company{schema: s, rules: []Rule{rule(t, s, "r", "seller")}}.apply(t, line("1", "original=2"), line("2", ""), line("3", "seller=bob"))
	expect(t, got, "2 ana bookings 100", "3 bob bookings 100", "1 ana bookings -100")
}

func TestWhatContradictsIsSaidOfTheEventOfAnEmbedder(t *testing.T) {
	s := reversible()
	cases := []struct{ code, says, lines string }{
		{"reversal-unknown", "event=r", "r original=d9"},
		{"reversal-early", "2026-03-09", "d | r closed=2026-03-09 original=d"},
		{"reversal-chain", "a reversal itself", "d | q original=d | r closed=2026-03-11 original=q"},
		{"reversal-left", "is left", "d | q original=d amount=-60 | r original=d amount=-60"},
		{"reversal-sign", "its amount is 5", "d | q original=d amount=-60 | r original=d amount=5"},
		{"reversal-amount", "its amount is 0", "d | r original=d amount=0"},
		{"reversal-left", "nothing is left", "d amount=0 | q original=d amount=0 | r original=d amount=0"},
		{"reversal-amount", "none of the kind", "d amount=0 | q original=d amount=5"},
		{"", "", "d amount=0 | q original=d amount=0"},
		{"", "", "d amount=-50 | q original=d amount=20 | r original=d amount=30"},
		{"", "", "d amount=-50 | q original=d amount=-20 | r original=d amount=-30"},
	}
	for _, c := range cases {
		var lines []Line
		for text := range strings.SplitSeq(c.lines, " | ") {
			id, changes, _ := strings.Cut(text, " ")
			lines = append(lines, line(id, changes))
		}
		_, err := Load(t.Context(), feed(lines...), []*Schema{s})
		if c.code == "" {
			if err != nil {
				t.Errorf("%s: %v", c.lines, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.code) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %s", c.lines, err, c.code)
		}
	}
}

func TestWithdrawals(t *testing.T) {
	s := reversible()
	revised := func(l Line, revision uint64, withdrawn bool) Line {
		l.Revision, l.Withdrawn = revision, withdrawn
		return l
	}
	gone := Line{ID: "d1"} // without a single field
	events, err := Load(t.Context(), feed(revised(gone, 1, true), line("d1", ""), revised(gone, 1, true), line("d2", "")), []*Schema{s})
	if err != nil || events.Len() != 1 || slices.Collect(events.All())[0].ID != "d2" || events.Repeated != 1 {
		t.Fatal(events, err)
	}
	if _, ok := events.Find("d1"); ok {
		t.Error("a withdrawn event is found")
	}
	if by, ok := events.Withdrawn("d1"); !ok || by.Revision != 1 {
		t.Error("the withdrawal is not found", by)
	}
	if _, ok := events.Withdrawn("d2"); ok {
		t.Error("what was not withdrawn is")
	}
	for want, lines := range map[string][]Line{
		"withdrawal-unknown":  {revised(gone, 1, true)},
		"withdrawal-revision": {revised(gone, 1, true), revised(line("d1", ""), 1, false)},
		"event-conflict":      {revised(line("d1", ""), 1, false), revised(line("d1", "amount=5"), 1, false), revised(gone, 2, true)},
		"reversal-withdrawn":  {line("d1", ""), revised(gone, 1, true), line("r1", "original=d1")},
	} {
		if _, err := Load(t.Context(), feed(lines...), []*Schema{s}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestABatchSaysWhatIsWithdrawn(t *testing.T) {
	s := &Schema{Kind: "deal", Currency: money.MustCurrency("USD"), Fields: []Field{{Name: "closed", Type: Date}}}
	day := Column{Ints: []int64{1, 0}, Has: []bool{true, false}}
	b := &Batch{IDs: []fact.EventID{"d1", "d1"}, Revisions: []uint64{0, 1}, Withdrawn: []bool{false, true}, Columns: []Column{day}}
	events, err := Load(t.Context(), batches{b}, []*Schema{s})
	if err != nil || events.Len() != 0 {
		t.Fatal(events, err)
	}
	b.Withdrawn = b.Withdrawn[:1]
	if _, err := Load(t.Context(), batches{b}, []*Schema{s}); err == nil || !strings.Contains(err.Error(), "1 withdrawals") {
		t.Fatal(err)
	}
}

func TestASchemaNamesAKeyAsWhatIsReversed(t *testing.T) {
	s := reversible()
	if ds := s.Check(); len(ds) > 0 || s.Reverses() {
		t.Error(ds)
	}
	s.Fields[len(s.Fields)-1].Optional = false
	if !s.Reverses() {
		t.Error("a kind whose events all reverse does not")
	}
	for _, field := range []string{"seller", "nothing"} {
		s.Reversal = field
		expectFindings(t, s.Check(), "reversal-field", field)
	}
}

// What is wrong with an event is said where it is taken back, too: a run may begin between the two.
func TestAFaultOfWhatIsTakenBackIsSaid(t *testing.T) {
	s := reversible()
	rules := &Rules{Schemas: []*Schema{s}, Rules: []Rule{rule(t, s, "r", "seller")}}
	known := func(id fact.PayeeID) bool { return id != "xeno" }
	events := load(t, s, line("d1", "seller=xeno"), line("r1", "original=d1 closed=2026-04-01"))
	got := rules.NewApplier(nil, known, 0).Apply(events[1:])
	expectFindings(t, got.Findings, "unknown-payee", "d1")
	expectFindings(t, rules.NewApplier(nil, known, 0).Apply(events).Findings, "unknown-payee")
}

// story is deals, and refunds that take some of them back in parts, whole at last.
type story struct {
	deals, refunds []Line
	whole          map[fact.EventID]bool
}

func drawStory(rt *rapid.T) story {
	out := story{whole: map[fact.EventID]bool{}}
	for i := range rapid.IntRange(1, 4).Draw(rt, "deals") {
		cents := rapid.Int64Range(-99_999, 99_999).Draw(rt, "cents")
		id := fmt.Sprintf("d%d", i)
		out.deals = append(out.deals, line(id, fmt.Sprintf("amount=%s seller=%s partner=%s sellers=%s units=%d closed=2026-03-%02d", decimal.New(cents, -2), rapid.SampledFrom([]string{"ana", "bob"}).Draw(rt, "seller"),
			rapid.SampledFrom([]string{"", "pat"}).Draw(rt, "partner"), rapid.SampledFrom([]string{"ana;bob;cy", "dee"}).Draw(rt, "sellers"), rapid.IntRange(0, 9).Draw(rt, "units"), rapid.IntRange(1, 9).Draw(rt, "day"))))
		left := max(cents, -cents)
		for k := 0; left > 0 && rapid.IntRange(0, 3).Draw(rt, "more") > 0; k++ {
			part := rapid.Int64Range(1, left).Draw(rt, "part")
			l := line(fmt.Sprintf("a%d-%d", i, k), fmt.Sprintf("amount=%s original=%s closed=2026-03-%02d", decimal.New(part, -2), id, rapid.IntRange(10, 20).Draw(rt, "day")))
			left -= part
			out.refunds = append(out.refunds, l)
		}
		out.whole[fact.EventID(id)] = left == 0 && cents != 0
	}
	return out
}

// everyKind is rules of every kind: splits, lists, overlays, shares of any sum, several types, and roll-ups.
func everyKind(t *testing.T) company {
	s := reversible()
	as := func(name, amount string) func(*Rule) {
		return func(r *Rule) { r.As, r.Amount = name, compile(t, s, amount, nil) }
	}
	more, err := ParseRecipients("seller 80%, partner 50%", true)
	if err != nil {
		t.Fatal(err)
	}
	return company{
		schema: s,
		rules: []Rule{
			rule(t, s, "split", "seller 33.3%, partner 33.3%, role SE on seller rest"),
			rule(t, s, "list", "sellers", as("shared", "amount / 7")),
			rule(t, s, "overlay", "team West", func(r *Rule) { r.Overlay = true }),
			rule(t, s, "any", "seller", func(r *Rule) { r.To, r.AnyShares, r.As = more, true, "more" }),
			rule(t, s, "seats", "sellers", as("seats", "units ?? 0"), func(r *Rule) { r.Also = []Given{{"money", compile(t, s, "amount * 12.5%", nil)}} }),
			rule(t, s, "low", "seller", func(r *Rule) { r.When, r.As = condition(t, s, "amount < 100"), "low" }),
		},
		rollUps: append(up(0), RollUp{ID: "parts", Of: "shared", As: "team shared", Along: "manager", DeDuplicate: Sum}),
		edges:   arrows(t, "SE ana sue 0.5", "SE ana tom 0.25", "team sue West", "team tom West", "manager ana mia 0.5", "manager ana max 0.5", "manager bob mia", "manager mia boss", "manager max boss"),
	}
}

// When all of an event is taken back, every payee has of every type, rule and path what there was before: nothing. So
// has nobody. And no part gives anything back.
func TestAFullReversalRestoresEverything(t *testing.T) {
	c := everyKind(t)
	rapid.Check(t, func(rt *rapid.T) {
		st := drawStory(rt)
		got := c.apply(t, slices.Concat(st.deals, st.refunds)...)
		if got.Findings.HasErrors() {
			rt.Fatal(got.Findings)
		}
		left, signs := map[string]decimal.Decimal{}, map[string]int{}
		add := func(e *Event, key string, amount decimal.Decimal) {
			of := e.Source().ID
			key = fmt.Sprint(of, " ", key)
			if e.reversal == nil {
				signs[key] = amount.Sign()
			} else if amount.Sign()*signs[key] > 0 {
				rt.Fatalf("%s: %s gives back", key, amount)
			}
			if left[key] = left[key].Add(amount); left[key].Sign()*signs[key] < 0 {
				rt.Fatalf("%s: %s are left", key, left[key])
			}
		}
		for _, k := range got.Credits {
			key := fmt.Sprint(k.Payee, k.Type, k.Rule, k.Origin, k.Via, k.Path)
			add(k.Event, key, k.Amount)
			add(k.Event, key+" whole", k.Whole)
		}
		for _, u := range got.Uncredited {
			add(u.Event, "nobody "+string(u.Rule), u.Amount)
		}
		for key, amount := range left {
			id, _, _ := strings.Cut(key, " ")
			if st.whole[fact.EventID(id)] && !amount.IsZero() {
				rt.Fatalf("%s: %s are left of all", key, amount)
			}
		}
	})
}

// Lines in any order, twice, in parts, and events credited a part at a time give the same bytes. What is asked of one
// event says what all together say.
func TestReversalsInAnyOrderAndAnyPartAtATime(t *testing.T) {
	c := everyKind(t)
	edges, err := fact.NewEdges(c.edges)
	if err != nil {
		t.Fatal(err)
	}
	rules := &Rules{Schemas: []*Schema{c.schema}, Rules: c.rules, RollUps: c.rollUps}
	known := func(fact.PayeeID) bool { return true }
	rapid.Check(t, func(rt *rapid.T) {
		st := drawStory(rt)
		lines := slices.Concat(st.deals, st.refunds)
		all := load(t, c.schema, lines...)
		want := rules.NewApplier(edges, known, 0).Apply(all)
		more := append(rapid.Permutation(lines).Draw(rt, "order"), lines[0])
		again := rules.NewApplier(edges, known, 0).Apply(load(t, c.schema, more...))
		if a, b := everything(want), everything(again); a != b {
			rt.Fatalf("in another order:\n%s\nwant\n%s", b, a)
		}
		cut := rapid.IntRange(0, len(all)).Draw(rt, "cut")
		first, rest := rules.NewApplier(edges, known, 0).Apply(all[:cut]), rules.NewApplier(edges, known, 0).Apply(all[cut:])
		parts := &Crediting{Credits: slices.Concat(first.Credits, rest.Credits), Uncredited: slices.Concat(first.Uncredited, rest.Uncredited), Findings: append(first.Findings, rest.Findings...)}
		if a, b := everything(want), everything(parts); a != b {
			rt.Fatalf("cut at %d:\n%s\nwant\n%s", cut, b, a)
		}
		asked := rapid.SampledFrom(all).Draw(rt, "asked")
		for _, n := range rules.NewApplier(edges, known, 0).Why(asked, "ana") {
			sum, typ := decimal.Zero, ""
			for _, k := range want.Credits {
				if k.Event == asked && k.Payee == "ana" && string(k.Rule) == n.Label && (typ == "" || typ == k.Type) {
					sum, typ = sum.Add(k.Amount), k.Type
				}
			}
			if n.Value != fact.DecimalText(sum) {
				rt.Fatalf("%s of %s: why says %s, credits %s: %s", n.Label, asked.ID, n.Value, sum, n.Detail)
			}
			if asked.Reversal() != nil && !strings.HasPrefix(n.Detail, "mirrors ") {
				rt.Fatalf("%s does not say what it mirrors: %s", n.Label, n.Detail)
			}
		}
	})
}

// Whatever a feed says, in whatever order: it loads, or the same is said to be wrong.
func TestContradictionsAreTheSameInAnyOrder(t *testing.T) {
	s := reversible()
	r := rule(t, s, "r", "seller 60%, partner 40%")
	rules := &Rules{Schemas: []*Schema{s}, Rules: []Rule{r}}
	ids := []string{"1", "2", "10", "a"}
	loads, fails := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		var lines []Line
		for range rapid.IntRange(1, 7).Draw(rt, "lines") {
			l := line(rapid.SampledFrom(ids).Draw(rt, "id"), fmt.Sprintf("closed=2026-03-1%d amount=%d original=%s", rapid.IntRange(0, 2).Draw(rt, "day"),
				rapid.IntRange(-2, 4).Draw(rt, "amount"), rapid.SampledFrom([]string{"", "", "", "1", "2", "b"}).Draw(rt, "original")))
			l.Revision, l.Withdrawn = uint64(rapid.IntRange(0, 2).Draw(rt, "revision")), rapid.IntRange(0, 5).Draw(rt, "withdrawn") == 0
			lines = append(lines, l)
		}
		said := func(lines []Line) string {
			events, err := Load(rt.Context(), feed(lines...), []*Schema{s})
			if err != nil {
				fails++
				return err.Error()
			}
			loads++
			return fmt.Sprint(events.Repeated) + everything(rules.NewApplier(nil, func(fact.PayeeID) bool { return true }, 0).Apply(slices.Collect(events.All())))
		}
		want := said(lines)
		if got := said(rapid.Permutation(lines).Draw(rt, "order")); got != want {
			rt.Fatalf("in another order:\n%s\nwant\n%s", got, want)
		}
	})
	if loads == 0 || fails == 0 {
		t.Errorf("%d feeds load, %d don't: nothing is compared", loads, fails)
	}
}

// What each rule has given sums, path by path, to its events times the weight that it declares, refunds taken off.
func TestCreditByPathReconcilesWithEvents(t *testing.T) {
	c := everyKind(t)
	weights := map[string]int64{"split": 1, "overlay": 2} // two of a team have all of it
	rapid.Check(t, func(rt *rapid.T) {
		st := drawStory(rt)
		sold := decimal.Zero
		for _, l := range st.deals {
			sold = sold.Add(decimal.RequireFromString(l.Fields["amount"]))
		}
		for _, l := range st.refunds {
			part := decimal.RequireFromString(l.Fields["amount"])
			for _, d := range st.deals {
				if string(d.ID) == l.Fields["original"] && strings.HasPrefix(d.Fields["amount"], "-") {
					part = part.Neg()
				}
			}
			sold = sold.Sub(part)
		}
		got := c.apply(t, slices.Concat(st.deals, st.refunds)...)
		given := map[string]decimal.Decimal{}
		for _, k := range got.Credits {
			given[string(k.Rule)] = given[string(k.Rule)].Add(k.Amount)
		}
		for _, u := range got.Uncredited {
			given[string(u.Rule)] = given[string(u.Rule)].Add(u.Amount)
		}
		for rule, w := range weights {
			if want := sold.Mul(decimal.New(w, 0)); !given[rule].Equal(want) {
				rt.Fatalf("%s gave %s, and the events come to %s", rule, given[rule], want)
			}
		}
	})
}

// Thousands of refunds of one deal take no longer than as many events of any other sort.
func TestManyRefundsOfOneDeal(t *testing.T) {
	s := reversible()
	const n = 20_000
	lines := func(yield func(Line, error) bool) {
		if !yield(line("d", fmt.Sprintf("amount=%d", n)), nil) {
			return
		}
		for i := range n {
			if !yield(line(fmt.Sprint(i), "amount=1 original=d closed=2026-03-11"), nil) {
				return
			}
		}
	}
	events, err := Load(t.Context(), FromLines(func() iter.Seq2[Line, error] { return lines }), []*Schema{s})
	if err != nil {
		t.Fatal(err)
	}
	rules := &Rules{Schemas: []*Schema{s}, Rules: []Rule{rule(t, s, "r", "seller")}}
	got := rules.NewApplier(nil, func(fact.PayeeID) bool { return true }, 0).Apply(slices.Collect(events.All()))
	sum := decimal.Zero
	for _, k := range got.Credits {
		sum = sum.Add(k.Amount)
	}
	if len(got.Credits) != n+1 || !sum.IsZero() {
		t.Errorf("%d credits, %s left", len(got.Credits), sum)
	}
}

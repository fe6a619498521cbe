package hold_test

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

func field(name string, t crediting.FieldType, optional bool) crediting.Field {
	f := crediting.Field{Name: name, Type: t, Optional: optional}
	switch t {
	case crediting.Money:
		f.Scale = 2
	case crediting.Numeric:
		f.Scale = crediting.Numeric.Scale(money.Currency{})
	}
	return f
}

var (
	usd  = money.MustCurrency("USD")
	deal = &crediting.Schema{Kind: "deal", Currency: usd, Fields: []crediting.Field{
		field("closed", crediting.Date, false), field("amount", crediting.Money, false), field("live", crediting.Date, true),
	}}
	payment = &crediting.Schema{Kind: "payment", Currency: usd, Fields: []crediting.Field{
		field("on", crediting.Date, false), field("account", crediting.Key, true), field("deal", crediting.Key, true),
		field("paid", crediting.Money, false), field("part", crediting.Numeric, true),
	}}
	schemas = []*crediting.Schema{deal, payment}
)

// events loads lines "kind id name=value …".
func events(t interface{ Fatal(...any) }, lines ...string) *crediting.Events {
	feed := crediting.FromLines(func() iter.Seq2[crediting.Line, error] {
		var all []crediting.Line
		for _, text := range lines {
			words := strings.Fields(text)
			l := crediting.Line{Kind: words[0], ID: fact.EventID(words[1]), Fields: map[string]string{}}
			for _, w := range words[2:] {
				name, value, _ := strings.Cut(w, "=")
				l.Fields[name] = value
			}
			all = append(all, l)
		}
		return fact.Of(all...)
	})
	loaded, err := crediting.Load(context.Background(), feed, schemas)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

func until(p ...hold.Part) *hold.Hold { return &hold.Hold{Of: []string{"deal"}, Parts: p} }

var one = decimal.New(1, 0)

// shown are the steps of d1, "2026-02-01 30% p1".
func shown(t *testing.T, h *hold.Hold, all *crediting.Events) (out []string) {
	t.Helper()
	r := hold.NewReleases([]*hold.Hold{h}, schemas, slices.Collect(all.All()))
	d, _ := all.Find("d1")
	for _, s := range r.Steps(h, d) {
		text := s.On.String() + " " + s.Fraction.String()
		for _, e := range s.By {
			text += " " + string(e.ID)
		}
		out = append(out, text)
	}
	return out
}

func TestStepsAreTheDaysOnWhichSomethingIsReleased(t *testing.T) {
	half := decimal.New(5, -1)
	for _, c := range []struct {
		name  string
		hold  *hold.Hold
		lines []string
		want  string
	}{
		{"nothing has happened", until(hold.Part{Share: one, Kind: "payment"}), nil, ""},
		{"the first event releases all", until(hold.Part{Share: one, Kind: "payment"}), []string{"payment p2 on=2026-03-01 deal=d1 paid=1", "payment p1 on=2026-02-01 deal=d1 paid=1"}, "2026-02-01 100% p1; 2026-03-01 100% p2"},
		{"payments add up, and come back", until(hold.Part{Share: one, Kind: "payment", By: "paid"}), []string{"payment p1 on=2026-02-01 deal=d1 paid=100.00", "payment p2 on=2026-02-02 deal=d1 paid=200.00", "payment p3 on=2026-02-03 deal=d1 paid=-250.00"}, "2026-02-01 100 of 300 p1; 2026-02-02 100% (300 of 300) p2; 2026-02-03 50 of 300 p3"},
		{"of a day the last counts", until(hold.Part{Share: one, Kind: "payment", By: "part"}), []string{"payment p1 on=2026-02-01 deal=d1 paid=1 part=0.5", "payment p2 on=2026-02-01 deal=d1 paid=1 part=0.25"}, "2026-02-01 25% p1 p2"},
		{"in advance", until(hold.Part{Share: one, Kind: "payment", By: "paid"}), []string{"payment p1 on=2025-02-01 deal=d1 paid=150.00"}, "2026-01-10 50% (150 of 300) p1"},
		{"more than all", until(hold.Part{Share: one, Kind: "payment", By: "paid"}), []string{"payment p1 on=2026-02-01 deal=d1 paid=450.00"}, "2026-02-01 100% p1"},
		{"less than nothing", until(hold.Part{Share: one, Kind: "payment", By: "paid"}), []string{"payment p1 on=2026-02-01 deal=d1 paid=-1.00"}, "2026-02-01 0% p1"},
		{"of another deal", until(hold.Part{Share: one, Kind: "payment"}), []string{"payment p1 on=2026-02-01 deal=d2 paid=1"}, ""},
		{"a schedule", until(hold.Part{Share: half, Field: "closed"}, hold.Part{Share: half, Kind: "payment"}), []string{"payment p1 on=2026-02-01 deal=d1 paid=1"}, "2026-01-10 50%; 2026-02-01 100% p1"},
		{"a date that is not there", until(hold.Part{Share: half, Field: "closed"}, hold.Part{Share: half, Field: "live"}), nil, "2026-01-10 50%"},
	} {
		all := events(t, append([]string{"deal d1 closed=2026-01-10 amount=300.00"}, c.lines...)...)
		if got := strings.Join(shown(t, c.hold, all), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOfADealOfNothingAllIsReleasedAtOnce(t *testing.T) {
	all := events(t, "deal d1 closed=2026-01-10 amount=0.00")
	if got := shown(t, until(hold.Part{Share: one, Kind: "payment", By: "paid"}), all); !slices.Equal(got, []string{"2026-01-10 100%"}) {
		t.Error(got)
	}
	if got := shown(t, until(hold.Part{Share: one, Kind: "payment", By: "part"}), all); got != nil {
		t.Errorf("by a part, it waits: %v", got)
	}
}

// Whatever is paid in whatever parts, what is released of credit adds up to the part that is paid, and all of it to the
// credit.
func TestReleasesOfCreditSumToTheCredit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owed := rapid.Int64Range(1, 100_000).Draw(t, "owed")
		lines, left := []string{"deal d1 closed=2026-01-10 amount=" + decimal.New(owed, -2).String()}, owed
		for i := range rapid.IntRange(0, 6).Draw(t, "payments") {
			paid := rapid.Int64Range(-left, left).Draw(t, "paid")
			lines = append(lines, "payment p"+string(rune('1'+i))+" on=2026-02-0"+string(rune('1'+i))+" deal=d1 paid="+decimal.New(paid, -2).String())
			left -= paid
		}
		lines = append(lines, "payment p9 on=2026-03-01 deal=d1 paid="+decimal.New(left, -2).String())
		all := events(t, lines...)
		h := until(hold.Part{Share: one, Kind: "payment", By: "paid"})
		h.What = hold.Credit
		d, _ := all.Find("d1")
		amount := decimal.New(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "credit"), -2)
		out, kept := hold.NewReleases([]*hold.Hold{h}, schemas, slices.Collect(all.All())).Divide([]crediting.Credit{{Event: d, Amount: amount}}, hold.Division{
			Of: func(*crediting.Credit) *hold.Hold { return h }, Places: func(*crediting.Credit) int { return 2 },
		})
		sum := decimal.Zero
		for i := range out {
			if sum = sum.Add(out[i].Amount); i > 0 && out[i].Date().Before(out[i-1].Date()) {
				t.Fatalf("out of order: %v", out)
			}
			if !out[i].Amount.Equal(out[i].Amount.Round(2)) {
				t.Fatalf("a part has more places than money: %s", out[i].Amount)
			}
		}
		if !sum.Equal(amount) || len(kept) > 0 {
			t.Fatalf("%s of %s, kept %v", sum, amount, kept)
		}
	})
}

func TestAFractionIsDividedOnce(t *testing.T) {
	all := events(t, "deal d1 closed=2026-01-10 amount=3.00", "payment p1 on=2026-02-01 deal=d1 paid=1.00")
	d, _ := all.Find("d1")
	h := until(hold.Part{Share: one, Kind: "payment", By: "paid"})
	f := hold.NewReleases([]*hold.Hold{h}, schemas, slices.Collect(all.All())).Steps(h, d)[0].Fraction
	for amount, want := range map[string]string{"0.015": "0.005", "1.5": "0.5", "-100": "-33.333", "300000000000000000000000000000.003": "100000000000000000000000000000.001"} {
		if got := f.Of(decimal.RequireFromString(amount), 3, money.HalfEven); got.String() != want {
			t.Errorf("a third of %s is %s, want %s", amount, got, want)
		}
	}
	if got := f.Of(decimal.New(1005, -3), 2, money.Up); got.String() != "0.34" {
		t.Errorf("a third of 1.005 up is %s", got)
	}
}

func TestEachFaultOfAReleaseIsFoundOnce(t *testing.T) {
	all := events(t, "deal d1 closed=2026-01-10 amount=300.00", "payment p1 on=2026-02-01 deal=d1 paid=200.00", "payment p2 on=2026-02-02 deal=d1 paid=200.00",
		"payment p3 on=2026-02-03 deal=d1 paid=200.00", "payment p4 on=2026-02-04 deal=d7 paid=1.00", "payment p5 on=2026-04-04 deal=d7 paid=1.00", "payment p6 on=2026-02-06 paid=1.00")
	h := until(hold.Part{Share: one, Kind: "payment", By: "paid"})
	holds := []*hold.Hold{h, until(h.Parts[0])}
	days, _ := calendar.ParseRange("2026-02-01..2026-02-28")
	var got []string
	for _, d := range hold.NewReleases(holds, schemas, slices.Collect(all.All())).Check(holds, slices.Collect(all.All()), all.Find, days) {
		got = append(got, d.Code+" "+d.Span.File)
	}
	if want := []string{"release-beyond event=p2", "release-unknown event=p4", "release-unknown event=p6"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

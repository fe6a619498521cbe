package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

func env() dsl.Env {
	want := dsl.BoolUnit
	return dsl.Env{Want: &want, Inputs: []dsl.Input{
		{Name: "product", Unit: dsl.TextUnit, Enum: []string{"Core", "Security", "Services"}},
		{Name: "region", Unit: dsl.TextUnit},
		{Name: "amount", Unit: dsl.Money("USD"), Scale: 2},
		{Name: "seats", Unit: dsl.Counted},
		{Name: "closed", Unit: dsl.DateUnit},
		{Name: "partner", Unit: dsl.TextUnit, Optional: true},
	}}
}

func compile(t interface{ Fatal(...any) }, sources ...string) []*dsl.Formula {
	shapes := dsl.NewShapes(env())
	out := make([]*dsl.Formula, len(sources))
	for i, src := range sources {
		if src == "" {
			continue
		}
		f, ds := shapes.Compile(src, source.Map{})
		if f == nil {
			t.Fatal(src, ds)
		}
		out[i] = f
	}
	return out
}

// event is a row and how the index sees it.
type event struct {
	product, region string
	cents, seats    int64
	closed          calendar.Date
	partner         string
}

func (e event) get(field int) (int64, string, bool) {
	switch field {
	case 0:
		return 0, e.product, true
	case 1:
		return 0, e.region, true
	case 2:
		return e.cents, "", true
	case 3:
		return e.seats, "", true
	case 4:
		return int64(e.closed.Ordinal()), "", true
	}
	return 0, e.partner, e.partner != ""
}

func (e event) fill(r *dsl.Row) {
	r.Reset()
	_ = r.SetText(0, e.product)
	_ = r.SetText(1, e.region)
	r.SetInt(2, e.cents)
	r.SetInt(3, e.seats)
	r.SetDate(4, e.closed)
	if e.partner != "" {
		_ = r.SetText(5, e.partner)
	}
}

func anyPredicate(r *rapid.T) string {
	n := func() string { return fmt.Sprint(rapid.IntRange(-3, 12).Draw(r, "n")) }
	pick := func(all ...string) string { return rapid.SampledFrom(all).Draw(r, "of") }
	sign := pick("<", "<=", ">", ">=", "==", "!=")
	region := func() string { return `"` + pick("North", "South", "East", "") + `"` }
	return pick(
		`product == "`+pick("Core", "Security")+`"`, `product != "Core"`, `product in ["Core", "Services"]`,
		"region == "+region(), "region in ["+region()+", "+region()+"]", "(region == "+region()+" or region == "+region()+")",
		"(region == "+region()+` or product == "Core")`, "not (region == "+region()+")",
		"amount "+sign+" "+n()+" USD", n()+".5 USD "+sign+" amount", "amount "+sign+" "+n()+".005", n()+" < seats <= "+n(),
		"seats "+sign+" "+n(), `closed >= date("2026-01-0`+pick("1", "2", "3")+`")`, "amount / seats > 1 USD per seat", "partner is missing", "amount * 2 > "+n()+" USD",
		`partner is not missing`, "true",
	)
}

func anyCondition(r *rapid.T) string {
	var parts []string
	for range rapid.IntRange(1, 4).Draw(r, "parts") {
		parts = append(parts, anyPredicate(r))
	}
	return strings.Join(parts, rapid.SampledFrom([]string{" and ", " and ", " and ", " or "}).Draw(r, "join"))
}

func anyEvent(r *rapid.T) event {
	return event{
		product: rapid.SampledFrom([]string{"Core", "Security", "Services"}).Draw(r, "product"),
		region:  rapid.SampledFrom([]string{"North", "South", "East", "West", ""}).Draw(r, "region"),
		cents:   rapid.Int64Range(-400, 1300).Draw(r, "cents"), seats: rapid.Int64Range(-3, 12).Draw(r, "seats"),
		closed:  calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 3).Draw(r, "day")),
		partner: rapid.SampledFrom([]string{"", "ann", "bob"}).Draw(r, "partner"),
	}
}

// Every condition that holds for an event is among its candidates, and so is every condition that
// is at fault with it: no finding may be lost.
func TestNoConditionIsOverlooked(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var sources []string
		for range rapid.IntRange(1, 12).Draw(r, "conditions") {
			sources = append(sources, anyCondition(r))
		}
		conditions := compile(r, sources...)
		x, row := New(conditions), env().NewRow()
		for range 20 {
			e := anyEvent(r)
			e.fill(row)
			got := x.Candidates(e.get, nil)
			if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
				r.Fatalf("candidates %v", got)
			}
			for id, f := range conditions {
				v, err := f.Eval(row)
				if (err != nil || v.Bool()) && !slices.Contains(got, id) {
					r.Fatalf("%s holds for %+v (%v), candidates are %v of %q", sources[id], e, err, got, sources)
				}
			}
		}
	})
}

// The index is worth its name: of thousands of conditions few are tried.
func TestFewConditionsAreTried(t *testing.T) {
	var sources []string
	for region := range 60 {
		for band := range 40 {
			sources = append(sources, fmt.Sprintf(`product == "Core" and region == "R%d" and amount >= %d USD and amount < %d USD`, region, band*100, band*100+150))
		}
	}
	sources = append(sources, `amount > 39 USD and amount < 41 USD`, `product in ["Security", "Services"]`, "amount / seats > 1 USD per seat", "")
	x := New(compile(t, sources...))
	e := event{product: "Core", region: "R7", cents: 4_000, seats: 1}
	if got, want := x.Candidates(e.get, nil), []int{7 * 40, 2400, 2402, 2403}; !slices.Equal(got, want) {
		t.Errorf("candidates %v, want %v", got, want)
	}
	e.cents = 110_000
	if got, want := x.Candidates(e.get, nil), []int{7*40 + 10, 7*40 + 11, 2402, 2403}; !slices.Equal(got, want) {
		t.Errorf("candidates %v, want %v", got, want)
	}
	if got := x.Scanned(); !slices.Equal(got, []int{2402}) {
		t.Errorf("scanned %v", got)
	}
}

// A rule with only an upper bound holds for negative amounts.
func TestAnUpperBoundHoldsForNegativeAmounts(t *testing.T) {
	x := New(compile(t, "amount <= 100 USD", "amount < -5 USD", "amount == 100.005", "amount > 5 USD and amount < 4 USD"))
	for cents, want := range map[int64][]int{-100_000: {0, 1}, -500: {0}, 10_000: {0}, 10_001: {}} {
		if got := x.Candidates(event{cents: cents}.get, []int{}); !slices.Equal(got, want) {
			t.Errorf("%d cents: %v, want %v", cents, got, want)
		}
	}
}

// A field that an event lacks is for each condition to say.
func TestAMissingFieldHidesNothing(t *testing.T) {
	x := New(compile(t, `region == "North" and seats > 3`, `product == "Core"`))
	missing := func(int) (int64, string, bool) { return 0, "", false }
	if got := x.Candidates(missing, nil); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("candidates %v", got)
	}
}

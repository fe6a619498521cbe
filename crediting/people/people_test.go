package people

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

func during(t testing.TB, dates string) calendar.Range {
	t.Helper()
	r, err := calendar.ParseRange(dates)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func payee(t testing.TB, id, name, role, dates string, known fact.Revision) Payee {
	t.Helper()
	return Payee{ID: fact.PayeeID(id), Name: name, Role: role, Stamp: fact.Stamp{Effective: during(t, dates), Known: known}}
}

func directory(t testing.TB, payees ...Payee) *Directory {
	t.Helper()
	d, err := NewDirectory(fact.Of(payees...))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ana is a rep, leaves in March, comes back in May and, as known later, as a manager.
func ana(t testing.TB) []Payee {
	t.Helper()
	return []Payee{
		payee(t, "ana", "Ana", "rep", "2026-01-01..2026-03-14", 0),
		payee(t, "ana", "Ana", "rep", "2026-05-01..", 0),
		payee(t, "ana", "Ana Roe", "manager", "2026-06-01..", 7),
	}
}

func TestAPayeeIsWhatTheFactsOfTheDaySay(t *testing.T) {
	d := directory(t, ana(t)...)
	for _, c := range []struct {
		on   string
		asOf fact.Revision
		role string
	}{
		{"2025-12-31", 0, ""},
		{"2026-01-01", 0, "rep"},
		{"2026-03-14", 0, "rep"},
		{"2026-03-15", 0, ""},
		{"2026-05-31", 0, "rep"},
		{"2026-06-01", 0, "manager"},
		{"2026-06-01", 7, "manager"},
		{"2026-06-01", 6, "rep"},
	} {
		got, ok := d.At("ana", calendar.MustDate(c.on), c.asOf)
		if got.Role != c.role || ok != (c.role != "") {
			t.Errorf("on %s as of %d: %q, %t; want %q", c.on, c.asOf, got.Role, ok, c.role)
		}
	}
	if _, ok := d.At("nobody", calendar.MustDate("2026-01-01"), 0); ok || d.Has("nobody") || !d.Has("ana") {
		t.Error("nobody is somebody")
	}
}

func TestAHistoryLeavesOutDaysAway(t *testing.T) {
	var got []string
	d := directory(t, ana(t)...)
	for days, p := range d.History("ana", during(t, "2026-03-01..2026-06-30"), 0) {
		got = append(got, fmt.Sprint(days, " ", p.Role))
	}
	want := []string{"2026-03-01..2026-03-14 rep", "2026-05-01..2026-05-31 rep", "2026-06-01..2026-06-30 manager"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for range d.History("ana", during(t, "2026-03-01..2026-06-30"), 0) {
		break
	}
	for days := range d.History("nobody", during(t, "2026-03-01..2026-06-30"), 0) {
		t.Errorf("nobody has %s", days)
	}
}

func TestTheNameIsTheLastKnownOrTheKey(t *testing.T) {
	d := directory(t, append(ana(t), Payee{ID: "bob", Role: "rep"})...)
	if d.Name("ana") != "Ana Roe" || d.Name("bob") != "bob" || d.Name("nobody") != "nobody" {
		t.Errorf("%s, %s, %s", d.Name("ana"), d.Name("bob"), d.Name("nobody"))
	}
}

func TestKeysComeInOrderAndCannotBeChanged(t *testing.T) {
	d := directory(t, Payee{ID: "cy"}, Payee{ID: "ana"}, Payee{ID: "bob"}, Payee{ID: "ana"})
	d.IDs()[0] = "changed"
	if got := d.IDs(); !slices.Equal(got, []fact.PayeeID{"ana", "bob", "cy"}) {
		t.Errorf("%q", got)
	}
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	_, err := NewDirectory(fact.Of(
		Payee{ID: ""}, Payee{ID: "bob "}, Payee{ID: fact.PayeeID(strings.Repeat("x", 1<<20))},
		Payee{ID: "cy", Role: "rep"}, Payee{ID: "cy", Role: "manager"},
		Payee{ID: "ana", Role: "rep"}, Payee{ID: "ana", Role: "manager"},
	))
	if err == nil {
		t.Fatal("no error")
	}
	var ambiguity *fact.AmbiguityError
	if !errors.As(err, &ambiguity) {
		t.Errorf("no ambiguity in %v", err)
	}
	for _, want := range []string{"is empty", `"bob ": has the outer space`, "longer than 256 bytes", "payee=ana: ", "payee=cy: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %s", err, want)
		}
	}
	if len(err.Error()) > 3000 {
		t.Errorf("the message has %d bytes", len(err.Error()))
	}
	down := errors.New("the database is down")
	var broken iter.Seq2[Payee, error] = func(yield func(Payee, error) bool) { yield(Payee{}, down) }
	if _, err := NewDirectory(broken); !errors.Is(err, down) {
		t.Errorf("%v", err)
	}
}

func TestAnyOrderOfFactsGivesTheSameDirectory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		facts := append(ana(t), payee(t, "bob", "", "rep", "2026-01-01..", 3), payee(t, "bob", "Bob", "rep", "2026-02-01..", 4))
		facts = append(facts, facts[rapid.IntRange(0, len(facts)-1).Draw(rt, "again")])
		a, b := directory(t, facts...), directory(t, rapid.Permutation(facts).Draw(rt, "order")...)
		for _, id := range []fact.PayeeID{"ana", "bob"} {
			on := calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(-5, 200).Draw(rt, "day"))
			asOf := fact.Revision(rapid.IntRange(0, 8).Draw(rt, "as of"))
			x, ok := a.At(id, on, asOf)
			y, same := b.At(id, on, asOf)
			if x != y || ok != same || a.Name(id) != b.Name(id) {
				rt.Fatalf("%s on %s as of %d: %v and %v", id, on, asOf, x, y)
			}
		}
	})
}

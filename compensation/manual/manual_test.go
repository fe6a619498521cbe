package manual

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

func adjustment(id string, change func(*Adjustment)) Adjustment {
	a := Adjustment{ID: id, Payee: "ann", Period: calendar.Month(2026, 1), Amount: money.MustParse("10.00 USD"), Reason: "prize", Author: "ana", Approver: "bo"}
	if change != nil {
		change(&a)
	}
	return a
}

func TestOfRevisionsTheHighestCounts(t *testing.T) {
	s, err := NewSet(fact.Of(
		adjustment("b", nil), adjustment("a", nil), adjustment("a", nil),
		adjustment("a", func(a *Adjustment) { a.Known, a.Amount = 2, money.MustParse("7.00 USD") }),
		adjustment("a", func(a *Adjustment) { a.Known, a.Amount = 1, money.MustParse("8.00 USD") }),
		adjustment("c", nil), adjustment("c", func(a *Adjustment) { a.Known, a.Amount = 1, money.MustParse("0.00 USD") }),
		adjustment("d", func(a *Adjustment) { a.Payee, a.Event = "bo", "e1" }),
	))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range s.Of("ann", 0) {
		got = append(got, a.ID+" "+a.Amount.Text())
	}
	if text := strings.Join(got, ", "); text != "a 7.00, b 10.00" {
		t.Error(text)
	}
	if len(s.All()) != 3 || s.Bound("ann") || !s.Bound("bo") || s.Bound("cy") {
		t.Error(s.All())
	}
	for asOf, want := range map[fact.Revision]string{1: "a 8.00, b 10.00", 2: "a 7.00, b 10.00", 9: "a 7.00, b 10.00"} {
		got = nil
		for _, a := range s.Of("ann", asOf) {
			got = append(got, a.ID+" "+a.Amount.Text())
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("as of %d: %s, want %s", asOf, text, want)
		}
	}
	var none *Set
	if none.Of("ann", 0) != nil || none.All() != nil || none.Bound("ann") {
		t.Error("no set has something")
	}
}

func TestWhatAnAdjustmentLacksIsFound(t *testing.T) {
	for want, change := range map[string]func(*Adjustment){
		"no id":            func(a *Adjustment) { a.ID = "" },
		"nobody's":         func(a *Adjustment) { a.Payee = "" },
		"no pay period":    func(a *Adjustment) { a.Period = calendar.Period{} },
		"can't be paid":    func(a *Adjustment) { a.Amount = money.MustParse("1.005 USD") },
		"no reason":        func(a *Adjustment) { a.Reason = " " },
		"no author":        func(a *Adjustment) { a.Author = "" },
		"together differ":  func(a *Adjustment) { a.ID, a.Payee = "other", "bo" },
		"adjustment \"x\"": func(a *Adjustment) { a.Reason = "" },
	} {
		if _, err := NewSet(fact.Of(adjustment("other", nil), adjustment("x", change))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	broken := errors.New("broken")
	if _, err := NewSet(func(yield func(Adjustment, error) bool) { yield(Adjustment{}, broken) }); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestSomebodyElseApproves(t *testing.T) {
	for approver, want := range map[string]bool{"": false, "ana": false, "bo": true} {
		a := adjustment("a", func(a *Adjustment) { a.Approver = approver })
		if a.Approved() != want || strings.Contains(a.Cause(), "approved by "+approver) != (approver != "") {
			t.Errorf("%q: %v, %s", approver, a.Approved(), a.Cause())
		}
	}
}

// The order in which adjustments come decides nothing.
func TestTheOrderOfAdjustmentsDecidesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var all []Adjustment
		for range rapid.IntRange(0, 8).Draw(r, "n") {
			all = append(all, adjustment(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "id"), func(a *Adjustment) {
				a.Known = fact.Revision(rapid.IntRange(0, 2).Draw(r, "known"))
				a.Amount = money.FromMinor(rapid.Int64Range(0, 2).Draw(r, "cents"), money.MustCurrency("USD"))
				a.Period = calendar.Month(2026, rapid.IntRange(1, 2).Draw(r, "month"))
			}))
		}
		one, err := NewSet(fact.Of(all...))
		other, err2 := NewSet(fact.Of(rapid.Permutation(all).Draw(r, "order")...))
		if (err == nil) != (err2 == nil) {
			r.Fatal(err, err2)
		}
		if fmt.Sprint(one.All(), one.Of("ann", 0)) != fmt.Sprint(other.All(), other.Of("ann", 0)) || !slices.Equal(one.All(), other.All()) {
			r.Fatalf("%v\n%v", one, other)
		}
	})
}

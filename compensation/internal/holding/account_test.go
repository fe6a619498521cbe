package holding

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl/money"
)

func amount(t interface{ Fatal(...any) }, text string) money.Amount {
	a, err := money.Parse(text, money.MustCurrency("USD"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What is held of a reversed amount is cancelled before what was paid is clawed back.
func TestAReversalCancelsWhatIsHeldAndThenClawsBack(t *testing.T) {
	for _, c := range []struct{ whole, released, reversed, cancelled, clawed, held string }{
		{"100.00", "0.00", "100.00", "100.00", "0.00", "0.00"},
		{"100.00", "30.00", "70.00", "70.00", "0.00", "0.00"},
		{"100.00", "30.00", "80.00", "70.00", "10.00", "0.00"},
		{"100.00", "30.00", "20.00", "20.00", "0.00", "50.00"},
		{"100.00", "100.00", "40.00", "0.00", "40.00", "0.00"},
		{"-100.00", "-30.00", "-80.00", "-70.00", "-10.00", "0.00"},
		{"-100.00", "0.00", "50.00", "0.00", "50.00", "-100.00"},
	} {
		a := Account{Earned: amount(t, c.whole), Whole: amount(t, c.whole), Released: amount(t, c.released)}
		cancelled, clawed, err := a.Reverse(amount(t, c.reversed))
		if err != nil {
			t.Fatal(err)
		}
		held, err := a.Held()
		if err != nil {
			t.Fatal(err)
		}
		same := func(got money.Amount, want string) bool {
			d, err := got.Sub(amount(t, want))
			return err == nil && d.IsZero()
		}
		if !same(cancelled, c.cancelled) || !same(clawed, c.clawed) || !same(held, c.held) {
			t.Errorf("%+v: cancelled %s, clawed %s, held %s", c, cancelled, clawed, held)
		}
	}
}

// fraction is a part of 1000, by the way that releases make them.
func fraction(t *rapid.T, label string) hold.Fraction {
	return hold.Of(rapid.Int64Range(0, 1000).Draw(t, label), 1000)
}

// Whatever is earned, released and reversed, in whatever order: what came in is what went out and what is held; a reversal is
// cancelled and clawed back in all; and once all is released and nothing reversed, nothing is held.
func TestNothingIsLostInAnAccount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a Account
		cents := func(label string) money.Amount {
			return money.FromMinor(rapid.Int64Range(-100_000, 100_000).Draw(t, label), money.MustCurrency("USD"))
		}
		if err := a.Earn(cents("first")); err != nil {
			t.Fatal(err)
		}
		in, out := a.Whole, money.Amount{}
		add := func(to *money.Amount, x money.Amount) {
			var err error
			if *to, err = to.Add(x); err != nil {
				t.Fatal(err)
			}
		}
		reversed := false
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				x := cents("earned")
				if err := a.Earn(x); err != nil {
					t.Fatal(err)
				}
				add(&in, x)
			case 1:
				more, err := a.Release(fraction(t, "fraction"), money.HalfEven)
				if err != nil {
					t.Fatal(err)
				}
				add(&out, more)
			case 2:
				x := cents("reversed")
				cancelled, clawed, err := a.Reverse(x)
				if err != nil {
					t.Fatal(err)
				}
				all := cancelled
				add(&all, clawed)
				if d, _ := all.Sub(x); !d.IsZero() {
					t.Fatalf("%s and %s are not %s", cancelled, clawed, x)
				}
				add(&in, x.Neg())
				add(&out, clawed.Neg())
				reversed = true
			}
		}
		held, err := a.Held()
		if err != nil {
			t.Fatal(err)
		}
		all := out
		add(&all, held)
		if d, _ := all.Sub(in); !d.IsZero() {
			t.Fatalf("in %s, out %s, held %s", in, out, held)
		}
		if reversed {
			return
		}
		if _, err := a.Release(hold.Of(1, 1), money.HalfEven); err != nil {
			t.Fatal(err)
		}
		if held, err = a.Held(); err != nil || !held.IsZero() {
			t.Fatalf("all is released, and held are %s (%v)", held, err)
		}
	})
}

// Of a deal that is cancelled by half, the other half is owed: what is paid of it goes on where it was.
func TestAfterAReversalWhatIsLeftIsReleased(t *testing.T) {
	a := Account{}
	if err := a.Earn(amount(t, "100.00")); err != nil {
		t.Fatal(err)
	}
	release := func(num int64, want string) {
		t.Helper()
		more, err := a.Release(hold.Of(num, 10), money.HalfEven)
		if err != nil || more.Decimal().String() != want {
			t.Errorf("%d of 10 releases %s (%v), want %s", num, more, err, want)
		}
	}
	release(3, "30")
	if _, _, err := a.Reverse(amount(t, "50.00")); err != nil {
		t.Fatal(err)
	}
	release(3, "0")
	release(4, "10")
	release(5, "10")
	release(8, "0")
	release(2, "-30")
	release(10, "30")
}

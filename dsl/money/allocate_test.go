package money_test

import (
	"bufio"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/money"
)

func decimals(texts ...string) []decimal.Decimal {
	out := make([]decimal.Decimal, len(texts))
	for i, s := range texts {
		out[i] = decimal.RequireFromString(s)
	}
	return out
}

func amounts(texts ...string) []money.Amount {
	out := make([]money.Amount, len(texts))
	for i, s := range texts {
		out[i] = money.MustParse(s)
	}
	return out
}

func join[T interface{ String() string }](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.String()
	}
	return strings.Join(texts, " ")
}

func TestPublishedAllocations(t *testing.T) {
	file, err := os.Open("testdata/allocate.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cases, id := 0, ""
	for scan := bufio.NewScanner(file); scan.Scan(); {
		line := scan.Text()
		if heading, ok := strings.CutPrefix(line, "# G"); ok {
			id = "G" + heading[:2]
		}
		if line == "" || line[0] == '#' {
			continue
		}
		cases++
		question, want, _ := strings.Cut(line, " => ")
		field := strings.Split(question, "|")
		rule, err := money.ParseRemainder(strings.TrimSpace(field[0]))
		if err != nil {
			t.Fatal(err)
		}
		units, _ := new(big.Int).SetString(strings.TrimSpace(field[1]), 10)
		got, err := money.AllocateUnits(units, decimals(strings.Fields(field[2])...), money.Policy{Remainder: rule})
		if err != nil || join(got) != strings.TrimSpace(want) {
			t.Errorf("%s: %s => %v, %v, want %s", id, question, join(got), err, want)
		}
	}
	if cases < 34 {
		t.Errorf("only %d cases were read", cases)
	}
}

func TestAllocateKeepsPlacesAndCurrency(t *testing.T) {
	cases := []struct {
		whole   string
		weights []string
		policy  money.Policy
		want    string
	}{
		{"10.55 USD", []string{"25", "50", "25"}, money.Policy{}, "2.64 USD 5.27 USD 2.64 USD"},
		{"10.55 USD", []string{"25", "50", "25"}, money.Policy{Remainder: money.EachFromFirst}, "2.64 USD 5.28 USD 2.63 USD"},
		{"10.55 USD", []string{"25", "50", "25"}, money.Policy{Remainder: money.EachFromLast}, "2.63 USD 5.28 USD 2.64 USD"},
		{"10.55 USD", []string{"25", "50", "25"}, money.Policy{Remainder: money.AllToNamed, Named: 2}, "2.63 USD 5.27 USD 2.65 USD"},
		{"100 JPY", []string{"1", "1", "1"}, money.Policy{}, "34 JPY 33 JPY 33 JPY"},
		{"1 KWD", []string{"1", "1", "1"}, money.Policy{}, "0.334 KWD 0.333 KWD 0.333 KWD"},
		{"1 USD", []string{"1", "2"}, money.Policy{Places: money.At(4)}, "0.3333 USD 0.6667 USD"},
		{"1000 USD", []string{"1", "2"}, money.Policy{Places: money.At(-2)}, "300.00 USD 700.00 USD"},
		{"1 USD", []string{"1", "1"}, money.Policy{Places: money.At(38)}, "0.50 USD 0.50 USD"},
		{"0 USD", []string{"1", "1"}, money.Policy{Places: money.At(-38)}, "0.00 USD 0.00 USD"},
		{"0 USD", []string{"1", "0"}, money.Policy{}, "0.00 USD 0.00 USD"},
		{"0", []string{"1", "2"}, money.Policy{}, "0 0"},
		{"-0.05 USD", []string{"1", "1"}, money.Policy{}, "-0.03 USD -0.02 USD"},
		{"-0.05 USD", []string{"1", "1"}, money.Policy{Negative: money.FloorShares}, "-0.02 USD -0.03 USD"},
		{"0.01 USD", []string{"1", "1"}, money.Policy{Ties: money.ByKey, Keys: []string{"zoe", "ada"}}, "0.00 USD 0.01 USD"},
		{
			"0.01 USD",
			[]string{"1", "1"},
			money.Policy{Remainder: money.AllToLargest, Ties: money.ByKey, Keys: []string{"zoe", "ada"}},
			"0.00 USD 0.01 USD",
		},
	}
	for _, c := range cases {
		got, err := money.Allocate(money.MustParse(c.whole), decimals(c.weights...), c.policy)
		if err != nil || join(got) != c.want {
			t.Errorf("%s at %v, %v: %s, %v, want %s", c.whole, c.weights, c.policy.Remainder, join(got), err, c.want)
		}
	}
}

func TestAllocateSaysWhyNot(t *testing.T) {
	byKey := money.Policy{Ties: money.ByKey}
	withKeys := func(keys ...string) money.Policy { return money.Policy{Ties: money.ByKey, Keys: keys} }
	cases := []struct {
		name, whole string
		weights     []string
		policy      money.Policy
		want        string
		index       int
	}{
		{"negative weight", "1 USD", []string{"1", "-1"}, money.Policy{}, "negative", 1},
		{"no weights", "1 USD", nil, money.Policy{}, "nobody has a claim", -1},
		{"zero weights", "0 USD", []string{"0", "0.0"}, money.Policy{}, "nobody has a claim", -1},
		{"huge weight", "1 USD", []string{"1", "1e39"}, money.Policy{}, "38 digits", 1},
		{"finer whole", "0.005 USD", []string{"1"}, money.Policy{}, "finer than the 2 places", -1},
		{"finer than hundreds", "50 USD", []string{"1"}, money.Policy{Places: money.At(-2)}, "finer than the -2 places", -1},
		{"absurd places", "1 USD", []string{"1"}, money.Policy{Places: money.At(1 << 40)}, "places are", -1},
		{"39 places", "1 USD", []string{"1"}, money.Policy{Places: money.At(39)}, "places are 39", -1},
		{"39 places up", "0 USD", []string{"1"}, money.Policy{Places: money.At(-39)}, "places are -39", -1},
		{"named outside", "1 USD", []string{"1"}, money.Policy{Remainder: money.AllToNamed, Named: 1}, "part 1", -1},
		{"named without weight", "1 USD", []string{"0", "1"}, money.Policy{Remainder: money.AllToNamed}, "part 0", -1},
		{"no such rule", "1 USD", []string{"1"}, money.Policy{Remainder: 99}, "99", -1},
		{"no keys", "1 USD", []string{"1"}, byKey, "0 keys for 1 weights", -1},
		{"same key", "1 USD", []string{"1", "1"}, withKeys("a", "a"), `"a" is there twice`, -1},
	}
	for _, c := range cases {
		got, err := money.Allocate(money.MustParse(c.whole), decimals(c.weights...), c.policy)
		var e *money.AllocationError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || e.Index != c.index || got != nil {
			t.Errorf("%s: %v, %v, want an error about %q at %d", c.name, got, err, c.want, c.index)
		}
	}
	_, err := money.Allocate(money.MustParse("0.05 USD"), decimals("1", "1"), money.Policy{Remainder: money.Refuse})
	var left *money.RemainderError
	if !errors.As(err, &left) || left.Left.Int64() != 1 || left.Whole.Int64() != 5 {
		t.Errorf("refuse: %v, want 1 of 5 units left over", err)
	}
	_, err = money.Allocate(money.MustParse("1"+strings.Repeat("0", 36)+" USD"), decimals("1", "2"), money.Policy{Places: money.At(30)})
	if !errors.Is(err, money.ErrOverflow) {
		t.Errorf("parts of 67 digits: %v, want overflow", err)
	}
}

// anyDivision draws a whole in cents, weights of which one at least is above zero,
// and a policy that can divide anything.
func anyDivision(t *rapid.T) (money.Amount, []decimal.Decimal, money.Policy) {
	weight := rapid.Custom(func(t *rapid.T) decimal.Decimal {
		return decimal.New(rapid.Int64Range(0, 1_000_000).Draw(t, "coef"), -rapid.Int32Range(0, 12).Draw(t, "scale"))
	})
	weights := rapid.SliceOfN(weight, 1, 12).Draw(t, "weights")
	named := rapid.IntRange(0, len(weights)-1).Draw(t, "named")
	if weights[named].IsZero() {
		weights[named] = decimal.New(1, 0)
	}
	keys := rapid.SliceOfNDistinct(rapid.StringMatching("[a-z]{1,6}"), len(weights), len(weights), rapid.ID[string]).Draw(t, "keys")
	return money.FromMinor(rapid.Int64().Draw(t, "cents"), usd), weights, money.Policy{
		Remainder: money.Remainder(rapid.IntRange(0, int(money.AllToNamed)).Draw(t, "remainder")),
		Named:     named,
		Ties:      money.Ties(rapid.IntRange(0, 1).Draw(t, "ties")),
		Keys:      keys,
		Negative:  money.Negative(rapid.IntRange(0, 1).Draw(t, "negative")),
	}
}

func TestPartsSumToTheWholeAndZeroWeightGetsZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, weights, p := anyDivision(t)
		parts, err := money.Allocate(whole, weights, p)
		if err != nil {
			t.Fatal(err)
		}
		if sum, err := money.Sum(parts...); err != nil || sum != whole {
			t.Fatalf("%v sum to %v, %v, want %v", parts, sum, err, whole)
		}
		for i, w := range weights {
			if w.IsZero() && !parts[i].IsZero() {
				t.Fatalf("weight %d is zero and gets %v", i, parts[i])
			}
		}
	})
}

func TestEachPartIsWithinOneUnitOfItsExactShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, weights, p := anyDivision(t)
		p.Remainder = money.Remainder(rapid.IntRange(0, int(money.EachFromLast)).Draw(t, "each"))
		parts, err := money.Allocate(whole, weights, p)
		if err != nil {
			t.Fatal(err)
		}
		total := new(big.Rat)
		for _, w := range weights {
			total.Add(total, w.Rat())
		}
		for i, part := range parts {
			share := new(big.Rat).Mul(whole.Decimal().Rat(), new(big.Rat).Quo(weights[i].Rat(), total))
			off := share.Sub(share, part.Decimal().Rat())
			if off.Abs(off).Cmp(big.NewRat(1, 100)) >= 0 {
				t.Fatalf("part %d of %v is %v, off by %v", i, whole, part, off)
			}
		}
	})
}

func TestMirrorTakesBackExactlyWhatWasGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, weights, p := anyDivision(t)
		p.Negative = money.Mirror
		given, err := money.Allocate(whole, weights, p)
		if err != nil {
			t.Fatal(err)
		}
		taken, err := money.Allocate(whole.Neg(), weights, p)
		if err != nil {
			t.Fatal(err)
		}
		for i := range given {
			if given[i] != taken[i].Neg() {
				t.Fatalf("part %d: %v is given, %v taken back", i, given[i], taken[i])
			}
		}
	})
}

func TestTiesByKeyIgnoreTheOrderOfTheList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, weights, p := anyDivision(t)
		p.Ties = money.ByKey
		p.Remainder = rapid.SampledFrom([]money.Remainder{money.LargestRemainder, money.AllToLargest}).Draw(t, "rule")
		parts, err := money.Allocate(whole, weights, p)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]money.Amount{}
		for i, key := range p.Keys {
			want[key] = parts[i]
		}
		index := make([]int, len(weights))
		for i := range index {
			index[i] = i
		}
		shuffled, keys := make([]decimal.Decimal, len(weights)), make([]string, len(weights))
		for to, from := range rapid.Permutation(index).Draw(t, "order") {
			shuffled[to], keys[to] = weights[from], p.Keys[from]
		}
		p.Keys = keys
		again, err := money.Allocate(whole, shuffled, p)
		if err != nil {
			t.Fatal(err)
		}
		for i, key := range keys {
			if again[i] != want[key] {
				t.Fatalf("%s gets %v, before %v", key, again[i], want[key])
			}
		}
	})
}

package main

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The first numbers of SplitMix64 for seed 1234567, as its published vectors have them.
func TestDiceAreSplitMix64(t *testing.T) {
	d := &dice{state: 1234567}
	want := []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821}
	for i, w := range want {
		if got := d.next(); got != w {
			t.Errorf("number %d is %d, want %d", i, got, w)
		}
	}
}

func TestDrawsStayInTheirRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDice(rapid.Uint64().Draw(t, "seed"), rapid.Uint64Range(0, 9).Draw(t, "stream"))
		low := rapid.IntRange(-50, 50).Draw(t, "low")
		high := rapid.IntRange(low, 100).Draw(t, "high")
		if n := d.between(low, high); n < low || n > high {
			t.Fatalf("between(%d, %d) = %d", low, high, n)
		}
		weights := append(rapid.SliceOfN(rapid.IntRange(0, 3), 0, 5).Draw(t, "weights"), 1)
		if i := d.pick(weights); weights[i] == 0 {
			t.Fatalf("pick(%v) = %d, which has no weight", weights, i)
		}
	})
}

func TestShufflingKeepsEveryElement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.Int()).Draw(t, "list")
		shuffled := slices.Clone(list)
		shuffle(newDice(rapid.Uint64().Draw(t, "seed"), 0), shuffled)
		slices.Sort(list)
		slices.Sort(shuffled)
		if !slices.Equal(list, shuffled) {
			t.Fatalf("%v, sorted, is not %v", shuffled, list)
		}
	})
}

func TestLargerSegmentsBuyMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.Uint64().Draw(t, "seed")
		product := rapid.SampledFrom([]string{"Core", "Security", "Services"}).Draw(t, "product")
		kind := rapid.SampledFrom([]string{"new", "expansion", "renewal"}).Draw(t, "kind")
		amount := func(segment string) int { return newAmount(newDice(s, 0), segment, product, kind) }
		if small, middle, large := amount("SMB"), amount("Commercial"), amount("Enterprise"); small <= 0 || small > middle || middle > large {
			t.Fatalf("%d, %d, %d", small, middle, large)
		}
	})
}

package idset

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A set numbers keys as a map does, whatever is asked in between.
func TestKeysAreNumberedAsByAMap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var s Set
		var keys []string
		text := func(i int) string { return keys[i] }
		known := map[string]int{}
		if rapid.Bool().Draw(r, "grow") {
			s.Grow(rapid.IntRange(0, 500).Draw(r, "room"))
		}
		for range rapid.IntRange(0, 400).Draw(r, "asked") {
			key := fmt.Sprint(rapid.IntRange(0, 300).Draw(r, "key"))
			want, is := known[key]
			if got, ok := s.Find(key, text); ok != is || ok && got != want {
				r.Fatalf("found %s: %d %v, want %d %v", key, got, ok, want, is)
			}
			got, isNew := s.Add(key, text)
			if isNew {
				known[key], want = len(keys), len(keys)
				keys = append(keys, key)
			}
			if isNew == is || got != want {
				r.Fatalf("added %s: %d new %v, want %d", key, got, isNew, want)
			}
		}
		if s.Len() != len(known) {
			r.Fatalf("%d keys, want %d", s.Len(), len(known))
		}
	})
}

// Keys that collide lead to a map in time.
func TestKeysFarFromHomeAreMoved(t *testing.T) {
	s := Set{slots: make([]uint64, 4096), n: 1000}
	for i := range s.n { // as if all had the same home
		s.slots[(home(hash("x"))+i)&4095] = uint64(i + 1)
	}
	keys := make([]string, s.n)
	for i := range keys {
		keys[i] = fmt.Sprint("key ", i)
	}
	text := func(i int) string { return keys[i] }
	for _, key := range []string{"x", "y"} {
		if n, isNew := s.Add(key, text); n != len(keys) || !isNew {
			t.Fatal(key, n, isNew)
		}
		keys = append(keys, key)
	}
	if s.all == nil {
		t.Fatal("the keys are still far from home")
	}
	for i, key := range keys {
		if n, ok := s.Find(key, text); n != i || !ok {
			t.Fatal(key, n, ok)
		}
		if n, isNew := s.Add(key, text); n != i || isNew {
			t.Fatal(key, n, isNew)
		}
	}
	if _, ok := s.Find("z", text); ok || slices.Contains(keys, "z") {
		t.Fatal("z was found")
	}
}

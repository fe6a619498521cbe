package idset

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

type list []string

func (l *list) Text(i int) string          { return (*l)[i] }
func (l *list) Is(i int, text string) bool { return (*l)[i] == text }

// A set numbers keys as a map does, whatever is asked in between.
func TestKeysAreNumberedAsByAMap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var s Set
		keys := list{}
		known := map[string]int{}
		ascending := rapid.IntRange(0, 300).Draw(r, "keys that come in ascending order")
		for n := range rapid.IntRange(0, 400).Draw(r, "asked") {
			key := fmt.Sprint(n)
			if n >= ascending {
				key = fmt.Sprint(rapid.IntRange(0, 400).Draw(r, "key"))
			}
			want, is := known[key]
			if got, ok := s.Find(key, &keys); ok != is || ok && got != want {
				r.Fatalf("found %s: %d %v, want %d %v", key, got, ok, want, is)
			}
			got, isNew := s.Add(key, &keys)
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
	keys := make(list, s.n)
	for i := range keys {
		keys[i] = fmt.Sprint("key ", i)
	}
	for _, key := range []string{"x", "y"} {
		if n, isNew := s.Add(key, &keys); n != len(keys) || !isNew {
			t.Fatal(key, n, isNew)
		}
		keys = append(keys, key)
	}
	if s.all == nil {
		t.Fatal("the keys are still far from home")
	}
	for i, key := range keys {
		if n, ok := s.Find(key, &keys); n != i || !ok {
			t.Fatal(key, n, ok)
		}
		if n, isNew := s.Add(key, &keys); n != i || isNew {
			t.Fatal(key, n, isNew)
		}
	}
	if _, ok := s.Find("z", &keys); ok || slices.Contains(keys, "z") {
		t.Fatal("z was found")
	}
}

// Keys that came in ascending order, and would collide, lead to a map as well.
func TestKeysThatAscendAndCollideAreMoved(t *testing.T) {
	var keys list
	var s Set
	for i := 0; len(keys) < 2*farthest; i++ {
		key := fmt.Sprintf("%09d", i)
		if home(hash(key))&(1<<11-1) < 8 { // few homes, whatever their number up to 2,048
			if _, isNew := s.Add(key, &keys); !isNew {
				t.Fatal(key, "is not new")
			}
			keys = append(keys, key)
		}
	}
	if n, isNew := s.Add(keys[7], &keys); n != 7 || isNew || s.all == nil {
		t.Fatal(n, isNew, s.all == nil)
	}
	for i, key := range keys {
		if n, ok := s.Find(key, &keys); n != i || !ok {
			t.Fatal(key, n, ok)
		}
	}
}

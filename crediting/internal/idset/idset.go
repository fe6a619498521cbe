// Package idset finds the number of a key among very many: 12 to 24 bytes for each beside its text, which
// stays with whoever has it, and none at all as long as keys come in ascending order, as those of an export mostly do.
// Keys that were chosen to collide cost no more than a map does.
package idset

import (
	"cmp"
	"sort"
	"strings"
)

// Set numbers keys from 0 in the order in which they are added. The zero value is empty. It belongs to one
// goroutine while keys are added.
type Set struct {
	slots []uint64 // the upper half of the hash, and number+1; 0 is free; a power of two of them
	n     int
	last  []byte         // the greatest key, while there are no slots: all came in ascending order
	far   bool           // a key stands too far from home
	all   map[string]int // from then on
}

const (
	least    = 1 << 6
	upper    = uint64(0xffffffff) << 32
	farthest = 512 // slots from home; at three quarters full a thousandth of that is usual
)

// Texts has the keys of a set, by their numbers.
type Texts interface {
	// Text is that of a key.
	Text(number int) string
	// Is reports whether it is that text.
	Is(number int, text string) bool
}

// Of is the set of so many keys that texts has; nil where one is there twice.
func Of(n int, texts Texts) *Set {
	s := &Set{}
	for i := range n {
		if _, isNew := s.Add(texts.Text(i), texts); !isNew {
			return nil
		}
	}
	return s
}

// Len is how many keys there are.
func (s *Set) Len() int { return s.n }

// Add is the number of a key, and whether it is new: then it is that of Len before, and texts has to have it before
// another one is added.
func (s *Set) Add(key string, texts Texts) (number int, isNew bool) {
	switch {
	case s.far && s.all == nil:
		s.collect(texts)
	case s.ascending():
		if len(key) > len(s.last) || len(key) == len(s.last) && key > string(s.last) {
			s.last = append(s.last[:0], key...)
			s.n++
			return s.n - 1, true
		}
		s.scatter(texts)
	}
	if s.all != nil {
		return s.addFar(key)
	}
	if s.full(s.n + 1) {
		s.double()
	}
	h := hash(key)
	at, found, steps := s.slot(h, key, texts)
	if found {
		return int(uint32(s.slots[at])) - 1, false
	}
	s.far = s.far || steps > farthest
	s.n++
	s.slots[at] = h&upper | uint64(uint32(s.n))
	return s.n - 1, true
}

// ascending reports whether all keys came in the order of their lengths, and of their bytes where they are as long.
func (s *Set) ascending() bool { return s.slots == nil && s.all == nil }

// scatter gives keys slots, which came in ascending order.
func (s *Set) scatter(texts Texts) {
	size := least
	for 4*(s.n+1) > 3*size {
		size *= 2
	}
	s.slots = make([]uint64, size)
	for i := range s.n {
		h := hash(texts.Text(i))
		at, steps := s.free(h)
		if steps > farthest {
			s.collect(texts)
			return
		}
		s.slots[at] = h&upper | uint64(uint32(i+1))
	}
}

// free is where a key goes that is not there.
func (s *Set) free(h uint64) (at, steps int) {
	mask := len(s.slots) - 1
	for at = home(h) & mask; s.slots[at] != 0; at = (at + 1) & mask {
		steps++
	}
	return at, steps
}

// collect leaves the slots for a map.
func (s *Set) collect(texts Texts) {
	s.all, s.slots = make(map[string]int, s.n), nil
	for i := range s.n {
		s.all[texts.Text(i)] = i
	}
}

func (s *Set) addFar(key string) (number int, isNew bool) {
	if number, ok := s.all[key]; ok {
		return number, false
	}
	s.all[key] = s.n
	s.n++
	return s.n - 1, true
}

// Find is the number of a key.
func (s *Set) Find(key string, texts Texts) (number int, ok bool) {
	switch {
	case s.all != nil:
		number, ok = s.all[key]
		return number, ok
	case s.ascending():
		return sort.Find(s.n, func(i int) int {
			text := texts.Text(i)
			return cmp.Or(cmp.Compare(len(key), len(text)), strings.Compare(key, text))
		})
	}
	at, ok, _ := s.slot(hash(key), key, texts)
	return int(uint32(s.slots[at])) - 1, ok
}

func (s *Set) full(n int) bool { return 4*n > 3*len(s.slots) }

// slot is where a key is, or would be, and how far that is from home.
func (s *Set) slot(h uint64, key string, texts Texts) (at int, found bool, steps int) {
	mask := len(s.slots) - 1
	for at = home(h) & mask; ; at = (at + 1) & mask {
		switch slot := s.slots[at]; {
		case slot == 0:
			return at, false, steps
		case slot&upper == h&upper && texts.Is(int(uint32(slot))-1, key):
			return at, true, steps
		}
		steps++
	}
}

// hash is FNV-1a.
func hash(key string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 1099511628211
	}
	return h ^ h<<32
}

// home is made of the upper half of a hash, which is all that a slot keeps.
func home(h uint64) int {
	h = (h >> 32) * 0x9e3779b97f4a7c15
	return int(h >> 20)
}

func (s *Set) double() {
	old := s.slots
	s.slots = make([]uint64, 2*len(old))
	for _, slot := range old {
		if slot != 0 {
			at, _ := s.free(slot)
			s.slots[at] = slot
		}
	}
}

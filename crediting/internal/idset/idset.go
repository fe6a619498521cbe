// Package idset finds the number of a key among very many: 12 to 24 bytes for each beside its text, which
// stays with whoever has it. Keys that were chosen to collide cost no more than a map does.
package idset

// Set numbers keys from 0 in the order in which they are added. The zero value is empty. It belongs to one
// goroutine while keys are added.
type Set struct {
	slots []uint64 // the upper half of the hash, and number+1; 0 is free; a power of two of them
	n     int
	far   bool           // a key stands too far from home
	all   map[string]int // from then on
}

const (
	least    = 1 << 6
	upper    = uint64(0xffffffff) << 32
	farthest = 512 // slots from home; at three quarters full a thousandth of that is usual
)

// Len is how many keys there are.
func (s *Set) Len() int { return s.n }

// Grow makes room for n keys more.
func (s *Set) Grow(n int) {
	for s.all == nil && s.full(s.n+n) {
		s.double()
	}
}

// Add is the number of a key, and whether it is new: then it is that of Len before. text gives the texts of the
// keys that are there.
func (s *Set) Add(key string, text func(number int) string) (number int, isNew bool) {
	if s.far && s.all == nil {
		s.collect(text)
	}
	if s.all != nil {
		return s.addFar(key)
	}
	if s.full(s.n + 1) {
		s.double()
	}
	h := hash(key)
	at, found, steps := s.slot(h, key, text)
	if found {
		return int(uint32(s.slots[at])) - 1, false
	}
	s.far = s.far || steps > farthest
	s.n++
	s.slots[at] = h&upper | uint64(uint32(s.n))
	return s.n - 1, true
}

// collect leaves the slots for a map.
func (s *Set) collect(text func(number int) string) {
	s.all, s.slots = make(map[string]int, s.n), nil
	for i := range s.n {
		s.all[text(i)] = i
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
func (s *Set) Find(key string, text func(number int) string) (number int, ok bool) {
	if s.all != nil {
		number, ok = s.all[key]
		return number, ok
	}
	if s.n == 0 {
		return 0, false
	}
	at, ok, _ := s.slot(hash(key), key, text)
	return int(uint32(s.slots[at])) - 1, ok
}

func (s *Set) full(n int) bool { return 4*n > 3*len(s.slots) }

// slot is where a key is, or would be, and how far that is from home.
func (s *Set) slot(h uint64, key string, text func(number int) string) (at int, found bool, steps int) {
	mask := len(s.slots) - 1
	for at = home(h) & mask; ; at = (at + 1) & mask {
		switch slot := s.slots[at]; {
		case slot == 0:
			return at, false, steps
		case slot&upper == h&upper && text(int(uint32(slot))-1) == key:
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
	s.slots = make([]uint64, max(least, 2*len(old)))
	mask := len(s.slots) - 1
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		at := home(slot) & mask
		for s.slots[at] != 0 {
			at = (at + 1) & mask
		}
		s.slots[at] = slot
	}
}

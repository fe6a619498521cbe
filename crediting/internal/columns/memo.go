package columns

import (
	"encoding/binary"
	"math/bits"
)

// Memo is a table from bytes, of which there is at least one, to numbers. The zero value
// is empty.
type Memo struct {
	slots []slot // as many as a power of two
	used  int
	long  []string          // the bytes that do not fit into a slot
	more  map[string]uint32 // what found no slot nearby
}

// slot holds up to 16 bytes as they are: low and high are the first eight and the last
// eight of them. Of longer ones low is a hash, and high says which of Memo.long they are.
type slot struct {
	low, high uint64
	size      uint32 // of the bytes; 0 is an empty slot
	value     uint32
}

const (
	inSlot   = 16 // bytes
	leastLen = 64 // slots of a memo with something in it
	nearby   = 64 // slots that are looked at; whoever makes up collisions gains nothing
)

// odd numbers without a pattern in their bits, to multiply with.
const mixLow, mixHigh = 0xa0761d6478bd642f, 0xe7037ed1a0b428db

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a^mixLow, b^mixHigh)
	return high ^ low
}

// words are low and high of a slot for some bytes; of more than fit, without high.
func words(b []byte) (low, high uint64) {
	n := len(b)
	switch {
	case n > inSlot:
		h := uint64(n)
		for rest := b; len(rest) > inSlot; rest = rest[inSlot:] {
			h = mix(h^binary.LittleEndian.Uint64(rest), binary.LittleEndian.Uint64(rest[8:]))
		}
		return mix(h^binary.LittleEndian.Uint64(b[n-16:]), binary.LittleEndian.Uint64(b[n-8:])), 0
	case n >= 8:
		return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32, 0
	}
	return uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16, 0
}

// hash is where the search for a slot begins.
func (s *slot) hash() uint64 {
	if s.size > inSlot {
		return s.low
	}
	return mix(s.low, s.high+uint64(s.size))
}

// Len is how many have a number.
func (m *Memo) Len() int { return m.used + len(m.more) }

// Get is the number of some bytes; no bytes have none.
func (m *Memo) Get(b []byte) (value uint32, ok bool) {
	if m.used == 0 || len(b) == 0 {
		return 0, false
	}
	s := slot{size: uint32(len(b))}
	s.low, s.high = words(b)
	mask := uint64(len(m.slots) - 1)
	at := s.hash()
	for range nearby {
		at &= mask
		t := &m.slots[at]
		switch {
		case t.size == 0:
			return m.far(b)
		case t.size != s.size || t.low != s.low:
		case len(b) <= inSlot && t.high == s.high, len(b) > inSlot && m.long[t.high] == string(b):
			return t.value, true
		}
		at++
	}
	return m.far(b)
}

func (m *Memo) far(b []byte) (value uint32, ok bool) {
	if m.more == nil {
		return 0, false
	}
	value, ok = m.more[string(b)]
	return value, ok
}

// Set gives bytes that have no number one.
func (m *Memo) Set(b []byte, value uint32) {
	if 4*(m.used+1) > 3*len(m.slots) {
		m.grow()
	}
	s := slot{size: uint32(len(b)), value: value}
	s.low, s.high = words(b)
	if len(b) > inSlot {
		s.high = uint64(len(m.long))
	}
	switch {
	case !m.place(s):
		m.push(b, value)
	case len(b) > inSlot:
		m.long = append(m.long, string(b))
	}
}

// push puts far what has no room nearby.
func (m *Memo) push(b []byte, value uint32) {
	if m.more == nil {
		m.more = map[string]uint32{}
	}
	m.more[string(b)] = value
}

// place puts a slot where it belongs, if there is room.
func (m *Memo) place(s slot) bool {
	mask := uint64(len(m.slots) - 1)
	at := s.hash()
	for range nearby {
		at &= mask
		if m.slots[at].size == 0 {
			m.slots[at] = s
			m.used++
			return true
		}
		at++
	}
	return false
}

// grow doubles the slots. A slot that no longer has room goes far.
func (m *Memo) grow() {
	old := m.slots
	m.slots, m.used = make([]slot, max(leastLen, 2*len(old))), 0
	for i := range old {
		if s := &old[i]; s.size > 0 && !m.place(*s) {
			m.push(m.bytes(s), s.value)
		}
	}
}

// bytes are those that a slot is for.
func (m *Memo) bytes(s *slot) []byte {
	var b [inSlot]byte
	switch n := s.size; {
	case n > inSlot:
		return []byte(m.long[s.high])
	case n >= 8:
		binary.LittleEndian.PutUint64(b[:], s.low)
		binary.LittleEndian.PutUint64(b[n-8:], s.high)
	case n >= 4:
		binary.LittleEndian.PutUint32(b[:], uint32(s.low))
		binary.LittleEndian.PutUint32(b[n-4:], uint32(s.low>>32))
	default:
		b[0] = byte(s.low)
		b[n/2] = byte(s.low >> 8)
		b[n-1] = byte(s.low >> 16)
	}
	return b[:s.size]
}

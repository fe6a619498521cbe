package packed

import "encoding/binary"

// column is the numbers of a block.
type column struct {
	base, most int64 // the least and the greatest of those that are there
	width      uint8 // bytes of each: 0, 1, 2, 4 or 8
	more       []byte
	absent     []uint64 // a bit each; nil: none is missing
}

// packed packs numbers. Absent is nil where none is missing; numbers that are missing are overwritten.
func packed(ints []int64, absent []bool) (c column) {
	first := 0 // that is there
	for first < len(absent) && absent[first] {
		first++
	}
	for i, is := range absent {
		if !is {
			continue
		}
		if c.absent == nil {
			c.absent = make([]uint64, (len(ints)+63)/64)
		}
		c.absent[i/64] |= 1 << (i % 64)
		if ints[i] = 0; first < len(ints) {
			ints[i] = ints[first]
		}
	}
	c.base, c.most = ends(ints)
	switch span := uint64(c.most) - uint64(c.base); {
	case span == 0:
		return c
	case span < 1<<8:
		c.width, c.more = 1, make([]byte, len(ints))
		for i, v := range ints {
			c.more[i] = byte(uint64(v) - uint64(c.base))
		}
	case span < 1<<16:
		c.width, c.more = 2, make([]byte, 2*len(ints))
		for i, v := range ints {
			binary.LittleEndian.PutUint16(c.more[2*i:], uint16(uint64(v)-uint64(c.base)))
		}
	case span < 1<<32:
		c.width, c.more = 4, make([]byte, 4*len(ints))
		for i, v := range ints {
			binary.LittleEndian.PutUint32(c.more[4*i:], uint32(uint64(v)-uint64(c.base)))
		}
	default:
		c.width, c.more = 8, make([]byte, 8*len(ints))
		for i, v := range ints {
			binary.LittleEndian.PutUint64(c.more[8*i:], uint64(v)-uint64(c.base))
		}
	}
	return c
}

// ends are the least and the greatest number of at least one, four at a time: processors compare them side by side.
func ends(ints []int64) (least, most int64) {
	a, b := ints[0], ints[0]
	c, d, e, f, g, h := a, b, a, b, a, b
	rest := ints
	for ; len(rest) >= 4; rest = rest[4:] {
		a, b = min(a, rest[0]), max(b, rest[0])
		c, d = min(c, rest[1]), max(d, rest[1])
		e, f = min(e, rest[2]), max(f, rest[2])
		g, h = min(g, rest[3]), max(h, rest[3])
	}
	for _, v := range rest {
		a, b = min(a, v), max(b, v)
	}
	return min(a, c, e, g), max(b, d, f, h)
}

// expand fills into with the numbers from a place on.
func expand[N Number](c *column, from int, into []N) {
	base := N(c.base)
	switch b := c.more[from*int(c.width):]; c.width {
	case 0:
		for i := range into {
			into[i] = base
		}
	case 1:
		for i, v := range b[:len(into)] {
			into[i] = base + N(v)
		}
	case 2:
		for i := range into {
			into[i] = base + N(binary.LittleEndian.Uint16(b[2*i:]))
		}
	case 4:
		for i := range into {
			into[i] = base + N(binary.LittleEndian.Uint32(b[4*i:]))
		}
	case 8:
		for i := range into {
			into[i] = base + N(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}
}

func (c *column) isAbsent(i int) bool {
	return c.absent != nil && c.absent[i/64]>>(i%64)&1 != 0
}

// value is one number; has is false where it is missing.
func (c *column) value(i int) (v int64, has bool) {
	if c.isAbsent(i) {
		return 0, false
	}
	one := [1]int64{}
	expand(c, i, one[:])
	return one[0], true
}

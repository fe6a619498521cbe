package columns

import (
	"encoding/binary"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
)

// plainKey tells whether bytes are a key as they stand: printable ASCII without outer
// space. What is not may be one nonetheless.
func plainKey(b []byte) bool {
	const each, top = 0x0101010101010101, 0x8080808080808080
	if len(b) == 0 || b[0] == ' ' || b[len(b)-1] == ' ' {
		return false
	}
	rest := b
	for ; len(rest) >= 8; rest = rest[8:] {
		x := binary.LittleEndian.Uint64(rest)
		if (x|(x-' '*each)|(x+each))&top != 0 { // above ~ is what one more lifts above 0x7f
			return false
		}
	}
	for _, c := range rest {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// mostDigits fit into an int64, whatever they are.
const mostDigits = 18

var powers = func() (out [mostDigits + 1]int64) {
	out[0] = 1
	for i := range mostDigits {
		out[i+1] = 10 * out[i]
	}
	return out
}()

// decimal is the coefficient of a plain decimal at a scale, if it has no more places
// than that and few digits. It reads some of what fixed.Parse reads.
func decimal(b []byte, scale uint8) (int64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	negative := b[0] == '-'
	if negative {
		b = b[1:]
	}
	n, whole := int64(0), len(b) // digits before the point
	for i, c := range b {
		if c -= '0'; c <= 9 {
			n = 10*n + int64(c)
			continue
		}
		if b[i] != '.' || whole < len(b) || i >= mostDigits {
			return 0, false
		}
		whole = i
	}
	missing := int(scale) // places
	if whole < len(b) {
		missing -= len(b) - whole - 1
	}
	switch {
	case whole == 0, whole == len(b)-1, whole > 1 && b[0] == '0':
		return 0, false
	case missing < 0 || missing > mostDigits || whole+int(scale) > mostDigits:
		return 0, false
	}
	if n *= powers[missing]; negative {
		n = -n
	}
	return n, true
}

// days reads dates written 2026-03-31. It remembers months.
type days struct{ months [128]month }

// month is a month that has been read, by the bytes that stand before the day.
type month struct {
	head   uint64
	before int32 // the ordinal of its first day, less 1
	last   uint8 // day
}

func (d *days) read(b []byte) (int64, bool) {
	if len(b) != len("2026-03-31") {
		return 0, false
	}
	tens, ones := b[8]-'0', b[9]-'0'
	day := 10*tens + ones
	if tens > 3 || ones > 9 || day == 0 {
		return 0, false
	}
	// No two months of four years have the same place.
	m := &d.months[b[6]&15|b[5]&1<<4|b[3]&3<<5]
	if head := binary.LittleEndian.Uint64(b); m.head != head && !m.read(b[:8], head) {
		return 0, false
	}
	return int64(m.before) + int64(day), day <= m.last
}

// read reads the month of a date up to its day.
func (m *month) read(b []byte, head uint64) bool {
	text := string(b)
	first, err := calendar.ParseDate(text + "01")
	if err != nil {
		return false
	}
	*m = month{head, first.Ordinal() - 1, 28}
	for _, day := range strings.Fields("29 30 31") {
		if _, err := calendar.ParseDate(text + day); err == nil {
			m.last++
		}
	}
	return true
}

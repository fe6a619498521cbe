package trace

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// headline is what every printed form says of one node, in this order. All of it is
// on one line and free of invisible characters.
type headline struct {
	notTaken bool
	value    string // "" when the road was not taken and there is none
	unit     string // "" where the value says enough
	op       string
	label    string
	text     string // the formula
	detail   string
	flags    []string
	at       string // file:line:col
}

func headlineOf(n *Node, notTaken bool) headline {
	h := headline{
		notTaken: notTaken, value: visible(n.Value), op: visible(string(n.Op)), label: visible(n.Label),
		text: strings.Join(strings.Fields(visible(n.Text)), " "), detail: visible(n.Detail), flags: n.Flags.Names(),
	}
	if n.Text == n.Label {
		h.text = ""
	}
	if !n.At.IsZero() {
		h.at = visible(n.At.String())
	}
	switch n.Unit {
	case "", "ratio", "count", "date", "text", "bool":
	default:
		h.unit = visible(n.Unit)
	}
	if h.value == "" {
		h.unit = ""
		if !notTaken {
			h.value = "·"
		}
	}
	return h
}

// quantity is the value with its unit.
func (h headline) quantity() string {
	if h.unit == "" {
		return h.value
	}
	return h.value + " " + h.unit
}

// visible makes one line of a text from somebody else. A control character or one that
// turns the direction of writing could make a line show another number than it has: such
// characters are written out.
func visible(s string) string {
	plain := true
	for _, r := range s {
		plain = plain && !hidden(r)
	}
	if plain && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case hidden(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r) // a byte that is no text comes as U+FFFD
		}
	}
	return b.String()
}

// hidden is a character that can't be seen but changes what is: all of them but the
// joiners that some scripts and emoji need.
func hidden(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

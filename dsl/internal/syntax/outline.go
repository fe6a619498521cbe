package syntax

import "strings"

// Outline is a formula without its literals: formulas of one outline differ in numbers and texts
// alone.
type Outline struct {
	Key      string // the source with a mark for each literal
	Literals []Literal
}

// Literal is a number or a text of a formula.
type Literal struct {
	From   int    // byte offset in the source
	Text   string // of a text, without its quotes
	Number bool
	Value  int64 // of a number: its digits, without the point
	Scale  uint8 // of a number: its places, two more for a percentage
}

// ReadOutline finds the literals of a formula without parsing it. ok is false for what
// it does not read in the very way that Parse does, such as a comment or an escape: such a formula
// has no outline.
func ReadOutline(src string) (o Outline, ok bool) {
	var key strings.Builder
	key.Grow(len(src))
	for i := 0; i < len(src); {
		switch b := src[i]; {
		case b == '"' || b == '\'':
			end := strings.IndexByte(src[i+1:], b)
			if end < 0 || strings.ContainsAny(src[i+1:i+1+end], "\\\n") {
				return o, false
			}
			o.Literals = append(o.Literals, Literal{From: i, Text: src[i+1 : i+1+end]})
			key.WriteString("\x00t")
			i += end + 2
		case isDigit(b):
			l, end, ok := outlineNumber(src, i)
			if !ok {
				return o, false
			}
			o.Literals = append(o.Literals, l)
			key.WriteString("\x00n")
			if src[end-1] == '%' {
				key.WriteByte('%')
			}
			key.WriteByte('a' + l.Scale)
			i = end
		case isWord(b):
			end := i
			for end < len(src) && isWord(src[end]) {
				end++
			}
			key.WriteString(src[i:end])
			i = end
		case b == '/' && i+1 < len(src) && (src[i+1] == '/' || src[i+1] == '*'), b == '#', b == '.', b == '`', b >= 0x80, b == 0:
			if b != '.' || i == 0 || !isWord(src[i-1]) || i+1 >= len(src) || !isWord(src[i+1]) || isDigit(src[i+1]) {
				return o, false
			}
			key.WriteByte(b)
			i++
		default:
			key.WriteByte(b)
			i++
		}
	}
	o.Key = key.String()
	return o, true
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isWord(b byte) bool {
	return b == '_' || b|0x20 >= 'a' && b|0x20 <= 'z' || isDigit(b)
}

// outlineNumber reads plain digits, with or without a point and a percent sign. Its mark says
// how many places it has, since those of the result follow from them.
func outlineNumber(src string, from int) (l Literal, end int, ok bool) {
	l = Literal{From: from, Number: true}
	end = from
	for end < len(src) && isWord(src[end]) {
		end++
	}
	whole, fraction := src[from:end], ""
	if end < len(src) && src[end] == '.' {
		start := end + 1
		for end = start; end < len(src) && isWord(src[end]); {
			end++
		}
		if fraction = src[start:end]; fraction == "" {
			return l, 0, false
		}
	}
	places := 0
	for i, part := range []string{whole, fraction} {
		n, ok := appendDigits(&l.Value, part)
		if !ok || i == 0 && len(part) > 1 && part[0] == '0' {
			return l, 0, false
		}
		places = n
	}
	if len(whole)+len(fraction) > 18 {
		return l, 0, false
	}
	l.Scale = uint8(places)
	if end < len(src) && src[end] == '%' {
		l.Scale, end = l.Scale+2, end+1
		return l, end, end == len(src) || src[end] != '%'
	}
	return l, end, true
}

// appendDigits reads digits, with single marks between them, behind those of v.
func appendDigits(v *int64, text string) (n int, ok bool) {
	for i := range len(text) {
		switch b := text[i]; {
		case isDigit(b):
			*v = *v*10 + int64(b-'0')
			n++
		case i == 0 || i+1 == len(text) || b != '_' || !isDigit(text[i-1]):
			return n, false
		}
	}
	return n, true
}

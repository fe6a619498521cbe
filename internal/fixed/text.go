package fixed

import (
	"math/big"
	"strconv"
)

// SyntaxError says why a text is not a plain decimal.
type SyntaxError struct {
	// Text is what was read, cut to 60 bytes.
	Text string
	// Reason says what is wrong with it and what to write.
	Reason string
}

// Error quotes the text and gives the reason.
func (e *SyntaxError) Error() string {
	return strconv.Quote(e.Text) + " is not a decimal: " + e.Reason
}

// Parse reads a plain decimal: an optional '-', digits, and optionally '.' and more
// digits. There is no exponent, no '+', no space, no separator of thousands and no
// leading zero but the one before '.'. At most 38 places are read, and at most 38 digits
// from the first to the last that is not a trailing zero of the fraction. The result is
// canonical: 12.50 is 125 at scale 1, and -0 is 0. The error is a *[SyntaxError].
func Parse(text string) (coef Int128, scale uint8, err error) {
	n := number{text: text}
	if reason := n.read(); reason != "" {
		return Int128{}, 0, &SyntaxError{clip(text), reason}
	}
	return n.coef, uint8(n.places), nil
}

// number is a decimal being read.
type number struct {
	text   string
	coef   Int128
	places int
}

func (n *number) read() (reason string) {
	digits, negative := n.text, false
	if digits != "" && digits[0] == '-' {
		digits, negative = digits[1:], true
	}
	dot, reason := layout(digits)
	if reason != "" {
		return reason
	}
	if dot < len(digits) {
		n.places = len(digits) - dot - 1
	}
	if n.places > MaxDigits {
		return "it has " + strconv.Itoa(n.places) + " places, 38 is the most"
	}
	for n.places > 0 && digits[len(digits)-1] == '0' {
		digits, n.places = digits[:len(digits)-1], n.places-1
	}
	return n.take(digits, dot, negative)
}

// take reads the digits around the point, which may stand behind the last of them.
func (n *number) take(digits string, dot int, negative bool) (reason string) {
	count := 0
	for i := range len(digits) {
		if i == dot {
			continue
		}
		if count > 0 || digits[i] != '0' {
			count++
		}
		if count > MaxDigits {
			return "it has more than 38 digits"
		}
		n.push(digits[i])
	}
	if negative {
		n.coef, _ = n.coef.Neg()
	}
	return ""
}

// push cannot overflow: at most 38 digits are pushed.
func (n *number) push(digit byte) {
	n.coef, _ = n.coef.MulInt64(10)
	n.coef, _ = n.coef.Add(FromInt64(int64(digit - '0')))
}

// layout finds the point, len(s) when there is none, and what is wrong around it.
func layout(s string) (dot int, reason string) {
	dot = len(s)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.' && dot == len(s):
			dot = i
		case c < '0' || c > '9':
			return dot, stranger(s[i:])
		}
	}
	switch {
	case s == "":
		return dot, "there are no digits"
	case dot == 0:
		return dot, "a digit must stand before the point: write 0" + clip(s)
	case dot == len(s)-1:
		return dot, "a digit must stand after the point"
	case s[0] == '0' && dot > 1:
		return dot, "it begins with a zero: drop the leading zeros"
	}
	return dot, ""
}

// stranger explains a character that is neither digit nor first point.
func stranger(rest string) string {
	switch rest[0] {
	case 'e', 'E':
		return "exponents are not read: write the digits out"
	case ',', '_', '\'':
		return "separators of thousands are not read, and the decimal point is '.'"
	case '+':
		return "a plus sign is not read: drop it"
	case ' ', '\t', '\r', '\n':
		return "there is a space in it: only digits and a point are read"
	case '.':
		return "there are two points"
	case '-':
		return "a minus sign stands only at the front, once"
	}
	for _, r := range rest {
		return "unexpected " + strconv.QuoteRune(r)
	}
	return ""
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:57] + "..."
	}
	return s
}

// Format is the canonical text of coef ÷ 10^scale: no exponent, no trailing zero in
// the fraction, no -0.
func Format(coef Int128, scale uint8) string {
	return string(Append(nil, coef, scale, 0))
}

// Append appends coef ÷ 10^scale with at least minPlaces places, and otherwise no
// trailing zero in the fraction.
func Append(dst []byte, coef Int128, scale, minPlaces uint8) []byte {
	var buf [40]byte
	return appendPoint(dst, appendInt128(buf[:0], coef), int(scale), int(minPlaces))
}

// AppendBig is [Append] for a big coefficient.
func AppendBig(dst []byte, coef *big.Int, scale, minPlaces uint8) []byte {
	return appendPoint(dst, coef.Append(nil, 10), int(scale), int(minPlaces))
}

// FormatBig is [Format] for a big coefficient.
func FormatBig(coef *big.Int, scale uint8) string {
	return string(AppendBig(nil, coef, scale, 0))
}

// String is the integer in decimal.
func (a Int128) String() string { return Format(a, 0) }

func appendInt128(dst []byte, a Int128) []byte {
	if a.IsInt64() {
		return strconv.AppendInt(dst, int64(a.Lo), 10)
	}
	if a.Hi < 0 {
		dst = append(dst, '-')
	}
	var groups [3]uint64
	u, last := a.magnitude(), len(groups)
	for u != (uint128{}) {
		var rem uint128
		u, rem = u.quoRem(uint128{0, 1e18})
		last--
		groups[last] = rem.lo
	}
	dst = strconv.AppendUint(dst, groups[last], 10)
	for _, group := range groups[last+1:] {
		var buf [19]byte
		// A 1 in front keeps the zeros inside the number.
		dst = append(dst, strconv.AppendUint(buf[:0], 1e18+group, 10)[1:]...)
	}
	return dst
}

// appendPoint puts the point into the digits of a coefficient, which may begin with
// '-', and trims or pads the fraction.
func appendPoint(dst, digits []byte, scale, minPlaces int) []byte {
	if digits[0] == '-' {
		dst, digits = append(dst, '-'), digits[1:]
	}
	for scale > minPlaces && digits[len(digits)-1] == '0' {
		scale--
		if digits = digits[:len(digits)-1]; len(digits) == 0 {
			digits, scale = append(digits, '0'), min(scale, minPlaces)
		}
	}
	whole := max(len(digits)-scale, 0)
	if whole == 0 {
		dst = append(dst, '0')
	}
	dst = append(dst, digits[:whole]...)
	if scale == 0 && minPlaces == 0 {
		return dst
	}
	dst = append(dst, '.')
	dst = appendZeros(dst, scale-len(digits))
	dst = append(dst, digits[whole:]...)
	return appendZeros(dst, minPlaces-scale)
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}

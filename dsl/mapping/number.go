package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Numbers is the way in which numbers are written.
type Numbers uint8

// The ways, named after the decimal mark and what sets thousands apart.
const (
	Plain           Numbers = iota // 1234.50
	PointComma                     // 1,234.50
	CommaPoint                     // 1.234,50
	CommaSpace                     // 1 234,50
	PointApostrophe                // 1'234.50
)

// numberForms are the texts of Numbers.
var numberForms = [...]string{Plain: "plain", PointComma: "1,234.50", CommaPoint: "1.234,50", CommaSpace: "1 234,50", PointApostrophe: "1'234.50"}

// String is how 1234.5 is written, or plain.
func (n Numbers) String() string {
	if int(n) < len(numberForms) {
		return numberForms[n]
	}
	return "Numbers(" + strconv.Itoa(int(n)) + ")"
}

// ParseNumbers reads one of the texts of String.
func ParseNumbers(text string) (Numbers, error) {
	for n, form := range numberForms {
		if text == form {
			return Numbers(n), nil
		}
	}
	return Plain, fmt.Errorf("%s is not a way to write numbers; write 1234.5 as the files do: %q, %q, %q, %q or plain, in quotes", quote(text), numberForms[1], numberForms[2], numberForms[3], numberForms[4])
}

// spaces are those that stand between digits: plain, unbreakable, and narrow.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// Negative is how a number below zero is written.
type Negative uint8

// The ways.
const (
	MinusBefore Negative = iota // -12.00
	Parentheses                 // (12.00)
	MinusAfter                  // 12.00-
)

// negativeForms are the texts of Negative.
var negativeForms = [...]string{MinusBefore: "-12.00", Parentheses: "(12.00)", MinusAfter: "12.00-"}

// String is how -12 is written.
func (n Negative) String() string {
	if int(n) < len(negativeForms) {
		return negativeForms[n]
	}
	return "Negative(" + strconv.Itoa(int(n)) + ")"
}

// ParseNegative reads one of the texts of String.
func ParseNegative(text string) (Negative, error) {
	for n, form := range negativeForms {
		if text == form {
			return Negative(n), nil
		}
	}
	return MinusBefore, fmt.Errorf("%s is not a way to write a number below zero; write -12.00, (12.00) or 12.00-, as the files do", quote(text))
}

// CheckSign tells whether a text can be the sign of a currency.
func CheckSign(sign string) error {
	if sign == "" || utf8.RuneCountInString(sign) > 5 || !utf8.ValidString(sign) || strings.ContainsFunc(sign, func(r rune) bool {
		return unicode.IsDigit(r) || unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("+-−.,'’()%", r)
	}) {
		return fmt.Errorf("%s is not the sign of a currency; write what stands beside the amounts, such as $ or € or CHF", quote(sign))
	}
	return nil
}

// Number is a number of the files as a plain decimal, 1234.50, empty for an empty
// text. The error is a *FormError. That the digits make a number is for the reader of
// plain decimals to say.
func (f *File) Number(text string) (string, error) { return f.decimal(text, "") }

// Money is Number, with the sign of the currency before or after it, or without.
func (f *File) Money(text string) (string, error) { return f.decimal(text, f.Sign) }

func (f *File) decimal(text, sign string) (string, error) {
	if text == "" || f.Numbers == Plain && f.Negative == MinusBefore && sign == "" {
		return text, nil
	}
	rest, signed := cutSign(text, sign)
	rest, negative := f.cutNegative(rest)
	if !signed {
		rest, _ = cutSign(rest, sign)
	}
	plain, reason := f.Numbers.plain(rest)
	if reason != "" {
		return "", &FormError{clip(text), f.form(sign), reason}
	}
	if negative {
		plain = "-" + plain
	}
	return plain, nil
}

// form is how numbers look, for messages.
func (f *File) form(sign string) string {
	form := f.Numbers.String()
	if f.Numbers == Plain {
		form = "1234.50"
	}
	if f.Negative != MinusBefore {
		form += " and " + f.Negative.String()
	}
	if sign != "" {
		form += ", with " + sign + " or without"
	}
	return form
}

// cutSign takes the sign off, and one space between it and the number.
func cutSign(text, sign string) (rest string, found bool) {
	if sign == "" {
		return text, false
	}
	if rest, found = strings.CutPrefix(text, sign); found {
		for _, s := range []string{" ", "\u00a0", "\u202f"} {
			if after, ok := strings.CutPrefix(rest, s); ok {
				return after, true
			}
		}
		return rest, true
	}
	if rest, found = strings.CutSuffix(text, sign); found {
		for _, s := range []string{" ", "\u00a0", "\u202f"} {
			if before, ok := strings.CutSuffix(rest, s); ok {
				return before, true
			}
		}
	}
	return rest, found
}

func (f *File) cutNegative(text string) (rest string, negative bool) {
	switch f.Negative {
	case Parentheses:
		inner, open := strings.CutPrefix(text, "(")
		inner, closed := strings.CutSuffix(inner, ")")
		if open && closed {
			return inner, true
		}
		return text, false
	case MinusAfter:
		return strings.CutSuffix(text, "-")
	}
	return strings.CutPrefix(text, "-")
}

// plain takes the separators of thousands out of digits, and writes the decimal mark
// as a point. The reason says why that cannot be done.
func (n Numbers) plain(text string) (plain, reason string) {
	mark, thousands := ".", ""
	switch n {
	case PointComma:
		thousands = ","
	case CommaPoint:
		mark, thousands = ",", "."
	case CommaSpace:
		mark, thousands, text = ",", " ", oneSpace(text)
	case PointApostrophe:
		thousands, text = "'", strings.ReplaceAll(text, "’", "'")
	}
	whole, fraction, marked := strings.Cut(text, mark)
	groups := []string{whole}
	if thousands != "" {
		groups = strings.Split(whole, thousands)
	}
	for i, g := range groups {
		switch {
		case !digits(g):
			return "", "expected are digits, not " + quote(g)
		case len(groups) > 1 && (len(g) > 3 || i > 0 && len(g) < 3):
			return "", fmt.Sprintf("groups have three digits, and %s has %d", quote(g), len(g))
		}
	}
	plain = strings.Join(groups, "")
	if !marked {
		return plain, ""
	}
	if !digits(fraction) {
		return "", "behind the decimal mark stand digits, not " + quote(fraction)
	}
	return plain + "." + fraction, ""
}

// oneSpace writes the three spaces as one, where a number has only one of them.
func oneSpace(text string) string {
	kinds := 0
	for _, s := range []string{" ", "\u00a0", "\u202f"} {
		if strings.Contains(text, s) {
			kinds++
		}
	}
	if kinds > 1 {
		return text
	}
	return spaces.Replace(text)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// clip keeps a message short, whatever stands in the file.
func clip(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func quote(text string) string { return strconv.Quote(clip(text)) }

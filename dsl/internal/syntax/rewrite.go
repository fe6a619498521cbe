package syntax

import (
	"strings"

	"github.com/expr-lang/expr/parser/lexer"
)

// rewrite replaces, in the copy, what expr can't read by something of equal
// length that it can, and remembers the meaning by offset.
func (s *scan) rewrite() {
	for i := 0; i < len(s.tokens); i++ {
		t := s.tokens[i]
		switch t.Kind {
		case lexer.Number:
			i = s.number(i)
		case lexer.Identifier:
			i = s.identifier(i)
		case lexer.Operator, lexer.Bracket:
			s.operator(i)
		case lexer.Bytes:
			s.fail("not-allowed", t.From, t.To, `write "text"`, "byte strings are not part of formulas")
		}
	}
}

func (s *scan) at(i int) lexer.Token {
	if i < 0 || i >= len(s.tokens) {
		return lexer.Token{Kind: lexer.EOF}
	}
	return s.tokens[i]
}

func (s *scan) blank(from, to int) {
	for i := from; i < to; i++ {
		s.copy[i] = ' '
	}
}

// number reads a literal with its marks and returns the index of its last token.
func (s *scan) number(i int) int {
	t := s.tokens[i]
	text := string(s.copy[t.From:t.To])
	digits, ok := plainNumber(text)
	if !ok {
		s.fail("number", t.From, t.To, numberHint(text), "%q is not a number of the language", text)
	}
	n := Node{Kind: Number, Text: digits, From: t.From, To: t.To}
	if next := s.at(i + 1); next.Is(lexer.Operator, "%") && next.From == t.To {
		n.Percent, n.To = true, next.To
		i++
	} else if next.Kind == lexer.Identifier && isCurrency(next.Value) {
		n.Currency, n.To = next.Value, next.To
		i++
		if per := s.at(i + 1); per.Is(lexer.Identifier, "per") && s.at(i+2).Kind == lexer.Identifier {
			n.Per, n.To = s.at(i+2).Value, s.at(i+2).To
			i += 2
		}
	}
	s.blank(t.From, n.To)
	s.copy[t.From] = '1'
	s.numbers[t.From] = n
	return i
}

func isCurrency(word string) bool {
	if len(word) != 3 {
		return false
	}
	for _, r := range word {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

// plainNumber is the literal without separators, refused when it is written in
// a way that two readers could read differently.
func plainNumber(text string) (string, bool) {
	whole, fraction, dotted := strings.Cut(text, ".")
	digits := strings.ReplaceAll(whole, "_", "")
	switch {
	case dotted && !allDigits(fraction), whole != "" && !allDigits(digits), whole == "" && !dotted:
		return text, false
	case len(digits) > 1 && digits[0] == '0':
		return text, false
	case strings.HasPrefix(whole, "_"), strings.HasSuffix(whole, "_"), strings.Contains(whole, "__"):
		return text, false
	}
	if digits == "" {
		digits = "0"
	}
	if dotted {
		digits += "." + fraction
	}
	return digits, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func numberHint(text string) string {
	switch lower := strings.ToLower(text); {
	case strings.HasPrefix(lower, "0x"), strings.HasPrefix(lower, "0b"), strings.HasPrefix(lower, "0o"):
		return "write it in decimal digits"
	case strings.Contains(lower, "e"):
		return "write it without an exponent"
	case strings.HasPrefix(text, "0") && !strings.HasPrefix(text, "0."):
		return `drop the leading zero; a date is written date("2026-01-31")`
	}
	return "write digits with single _ between them, and a point with digits after it: 1_000.50"
}

// identifier joins neighbouring words into one name, reads "is missing", and
// returns the index of its last token.
func (s *scan) identifier(i int) int {
	first := s.tokens[i]
	if end, ok := s.isMissing(i); ok {
		return end
	}
	words := []string{first.Value}
	last := i
	for {
		next := s.at(last + 1)
		if next.Kind != lexer.Identifier {
			break
		}
		if _, ok := s.missingAt(last + 1); ok {
			break
		}
		last++
		words = append(words, next.Value)
	}
	s.checkWords(i, last)
	if last > i {
		for k := i; k < last; k++ {
			for p := s.tokens[k].To; p < s.tokens[k+1].From; p++ {
				s.copy[p] = '_'
			}
		}
		s.names[first.From] = strings.Join(words, " ")
		s.nameEnds[first.From] = s.tokens[last].To
	}
	return last
}

// missingAt reports whether "is missing" or "is not missing" starts at token i,
// and the index of its last token.
func (s *scan) missingAt(i int) (last int, ok bool) {
	if !s.at(i).Is(lexer.Identifier, "is") {
		return 0, false
	}
	if s.at(i+1).Is(lexer.Operator, "not") && s.at(i+2).Is(lexer.Identifier, "missing") {
		return i + 2, true
	}
	return i + 1, s.at(i+1).Is(lexer.Identifier, "missing")
}

func (s *scan) isMissing(i int) (last int, ok bool) {
	last, ok = s.missingAt(i)
	if !ok {
		return 0, false
	}
	sign := '='
	if last == i+2 {
		sign = '!'
		s.blank(s.tokens[i+1].From, s.tokens[i+1].To)
	}
	s.copy[s.tokens[i].From], s.copy[s.tokens[i].From+1] = sign, '='
	return last, true
}

func (s *scan) checkWords(i, last int) {
	for k := i; k <= last; k++ {
		t := s.tokens[k]
		for _, r := range t.Value {
			if r > 127 || r == '$' {
				hint := "use the letters a to z, digits and _"
				if r == '$' {
					hint = "write an amount with the code of its currency: 500 USD"
				}
				s.fail("name", t.From, t.To, hint, "the name %q contains %q", t.Value, r)
				break
			}
		}
	}
	t := s.tokens[last]
	if !s.at(last+1).Is(lexer.Bracket, "(") {
		if t.Value == "nil" {
			s.fail("not-allowed", t.From, t.To, "write `x is missing`, or give a default with ??", "nil is not part of formulas")
		}
		return
	}
	if hint, bad := forbiddenCalls[t.Value]; bad {
		s.fail("not-allowed", t.From, t.To, hint, "%s(…) is not part of formulas", t.Value)
	}
}

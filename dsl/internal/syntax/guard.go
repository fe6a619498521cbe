package syntax

import (
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// scan is the state of the walk over a formula before it is parsed.
type scan struct {
	src      string
	limits   Limits
	bytes    []int  // byte offset of each rune, and of the end
	copy     []rune // what expr will parse: as long as the source in runes
	tokens   []lexer.Token
	closing  map[int]int    // rune offset of an opening bracket → end of its closing one
	numbers  map[int]Node   // rune offset → literal
	names    map[int]string // rune offset → name of several words
	nameEnds map[int]int    // rune offset → end of that name
	problems []Problem
}

func (s *scan) fail(code string, from, to int, hint, format string, args ...any) {
	s.problems = append(s.problems, Problem{code, fmt.Sprintf(format, args...), hint, s.byteAt(from), s.byteAt(to)})
}

func (s *scan) byteAt(r int) int { return s.bytes[max(0, min(r, len(s.bytes)-1))] }

// text checks what can be seen before lexing.
func (s *scan) text() bool {
	s.bytes = []int{0}
	if len(s.src) > s.limits.Bytes {
		s.fail("formula-too-long", 0, 0, "split it with measures or components", "the formula has %d bytes, at most %d are read", len(s.src), s.limits.Bytes)
		return false
	}
	if !utf8.ValidString(s.src) {
		s.fail("not-utf8", 0, 0, "save the file as UTF-8", "the formula is not valid UTF-8")
		return false
	}
	s.copy, s.bytes = []rune(s.src), s.bytes[:0]
	for i := range s.src {
		s.bytes = append(s.bytes, i)
	}
	s.bytes = append(s.bytes, len(s.src))
	for i, r := range s.copy {
		if hidden(r) {
			s.fail("hidden-character", i, i+1, "delete it", "the formula contains the invisible character %U", r)
			return false
		}
	}
	return true
}

// hidden reports characters that could make a formula read other than it is.
func hidden(r rune) bool {
	if r == '\n' || r == '\r' || r == '\t' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

func (s *scan) lex() bool {
	tokens, err := lexer.Lex(file.NewSource(s.src))
	if err != nil {
		s.parserError(err)
		return false
	}
	if n := len(tokens); n > 0 && tokens[n-1].Kind == lexer.EOF {
		tokens = tokens[:n-1]
	}
	if len(tokens) == 0 {
		s.fail("empty-formula", 0, 0, "write a formula, or remove the key", "the formula is empty")
		return false
	}
	if len(tokens) > s.limits.Tokens {
		s.fail("formula-too-long", 0, 0, "split it with measures or components", "the formula has %d words and signs, at most %d are read", len(tokens), s.limits.Tokens)
		return false
	}
	s.tokens = tokens
	return true
}

// nesting bounds what the recursive parser will see: without it half a megabyte
// of "(" ends the process.
func (s *scan) nesting() bool {
	var open []lexer.Token
	signs := 0
	for _, t := range s.tokens {
		if t.Kind == lexer.Operator && isSign(t.Value) {
			if signs++; signs > s.limits.Signs {
				s.fail("too-deep", t.From, t.To, "remove the repeated signs", "more than %d signs in a row", s.limits.Signs)
				return false
			}
			continue
		}
		signs = 0
		if t.Kind != lexer.Bracket {
			continue
		}
		if !s.bracket(t, &open) {
			return false
		}
	}
	if len(open) > 0 {
		t := open[len(open)-1]
		s.fail("bracket", t.From, t.To, "close it, or delete it", "this %q is never closed", t.Value)
		return false
	}
	return true
}

func isSign(v string) bool { return v == "-" || v == "+" || v == "!" || v == "not" }

func (s *scan) bracket(t lexer.Token, open *[]lexer.Token) bool {
	pairs := map[string]string{")": "(", "]": "[", "}": "{"}
	want, closes := pairs[t.Value]
	if !closes {
		*open = append(*open, t)
		if len(*open) > s.limits.Depth {
			s.fail("too-deep", t.From, t.To, "name parts with let", "brackets are nested deeper than %d", s.limits.Depth)
			return false
		}
		return true
	}
	n := len(*open)
	if n == 0 || (*open)[n-1].Value != want {
		s.fail("bracket", t.From, t.To, "open it, or delete it", "this %q closes nothing", t.Value)
		return false
	}
	s.closing[(*open)[n-1].From] = t.To
	*open = (*open)[:n-1]
	return true
}

func (s *scan) parserError(err error) {
	var e *file.Error
	if !errors.As(err, &e) {
		s.fail("syntax", 0, len(s.copy), "", "%v", err)
		return
	}
	const early = "the formula ends too early"
	message, hint := plainMessage(e.Message), "a sign, a comma or a quote is missing here, or there is one too many"
	if e.From >= len(s.copy) || message == early {
		message, hint = early, s.missingAtEnd()
	}
	if e.From >= 0 && e.From < len(s.copy) && unicode.Is(unicode.Sc, s.copy[e.From]) {
		hint = "write an amount with the code of its currency: 500 USD"
	}
	s.fail("syntax", e.From, max(e.To, e.From+1), hint, "%s", message)
}

// missingAtEnd says what a formula that ends too early wants.
func (s *scan) missingAtEnd() string {
	open := 0
	for _, t := range s.tokens {
		switch {
		case t.Is(lexer.Operator, "if"):
			open++
		case t.Is(lexer.Operator, "else"):
			open--
		}
	}
	if open > 0 {
		return "say what is paid otherwise: else { 0 USD }"
	}
	return "a value is missing at the end"
}

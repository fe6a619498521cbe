package syntax

import (
	"strings"

	"github.com/expr-lang/expr/parser/lexer"
)

const (
	aggregate = "declare a measure, such as `sum of bookings, quarter to date`, and use its name"
	noClock   = "use period.start, period.end or a date field: results must not depend on the clock"
	noText    = `compare texts with == or in ["a", "b"]`
)

// forbiddenCalls names what expr would read as its own constructs.
var forbiddenCalls = map[string]string{
	"all": aggregate, "none": aggregate, "any": aggregate, "one": aggregate, "filter": aggregate,
	"map": aggregate, "count": aggregate, "sum": aggregate, "find": aggregate, "findIndex": aggregate,
	"findLast": aggregate, "findLastIndex": aggregate, "groupBy": aggregate, "sortBy": aggregate,
	"reduce": aggregate, "mean": aggregate, "median": aggregate, "len": aggregate, "sort": aggregate,
	"now": noClock, "duration": "use days_between, add_days or add_months", "timezone": noClock,
	"get": "name the value itself", "keys": aggregate, "values": aggregate, "repeat": noText,
	"upper": noText, "lower": noText, "trim": noText, "split": noText, "replace": noText,
}

// forbiddenOperators names what to write instead.
var forbiddenOperators = map[string]string{
	"**": "multiply, or use a table", "^": "multiply, or use a table", "..": "compare with >= and <=",
	"matches": noText, "contains": noText, "startsWith": noText, "endsWith": noText,
	"?.": "name the value itself, or give a default with ??", "::": "call the function by its name",
	"#": "comments are written // or /* */", "&": "write and", "=": "compare with ==; a formula begins without =",
}

func (s *scan) operator(i int) {
	t := s.tokens[i]
	if hint, bad := forbiddenOperators[t.Value]; bad && !(t.Value == "=" && s.isLet(i)) {
		s.fail("not-allowed", t.From, t.To, hint, "%q is not part of formulas", t.Value)
		return
	}
	switch t.Value {
	case "%":
		s.fail("not-allowed", t.From, t.To, "a percentage is written without a space: 5%", "%% stands alone")
	case "[":
		if prev := s.at(i - 1); prev.Kind == lexer.Identifier || prev.Is(lexer.Bracket, ")", "]") {
			s.fail("not-allowed", t.From, t.To, "name the value itself, or use a lookup table", "indexing with [ ] is not part of formulas")
		}
	case "{":
		if s.opensMap(i) {
			s.fail("not-allowed", t.From, t.To, "use a table", "maps are not part of formulas")
		}
	}
}

func (s *scan) isLet(i int) bool {
	for k := i - 1; k >= 0 && s.tokens[k].Kind == lexer.Identifier; k-- {
		if s.at(k-1).Is(lexer.Operator, "let") {
			return true
		}
	}
	return false
}

// opensMap reports whether a { starts a map: after an operator, a comma or
// nothing. After if's condition or else it opens a branch.
func (s *scan) opensMap(i int) bool {
	prev := s.at(i - 1)
	if prev.Is(lexer.Operator, "else") {
		return false
	}
	if number := s.at(i - 2); prev.Is(lexer.Operator, "%") && number.Kind == lexer.Number && number.To == prev.From {
		return false // a percentage
	}
	return prev.Kind == lexer.Operator || prev.Kind == lexer.EOF || prev.Is(lexer.Bracket, "(", "[", "{")
}

// plainMessage rewords expr's messages, which show its own token notation.
func plainMessage(m string) string {
	m = strings.NewReplacer("unexpected token EOF", "the formula ends too early", "Operator(", "(", "Bracket(", "(",
		"Identifier(", "name (", "Number(", "number (", "String(", "text (").Replace(m)
	return strings.TrimSpace(m)
}

package doc

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/payproof/payproof/dsl/source"
)

// glued is a key whose colon has no space behind it, and the text behind the colon.
var glued = regexp.MustCompile(`^(\s*(?:- +)*)([A-Za-z_"'][\w "'.-]*):([^\s:/].*)$`)

// layout finds what is wrong with the spaces around the line where YAML gave up: it
// notices a missing space lines later, and says nothing of it. line counts from 1.
func (f *File) layout(line int) bool {
	return f.gluedNear(line) || f.dashGlued(line) || f.outOfStep(line)
}

// gluedNear reports a key without a space behind its colon, on the line or the two
// lines of text above it.
func (f *File) gluedNear(line int) bool {
	for i, seen := line, 0; i >= 1 && seen < 3; i-- {
		if blank(f.line(i)) {
			continue
		}
		if seen++; f.gluedOn(i) {
			return true
		}
	}
	return false
}

// gluedOn reports a key without a space behind its colon on a line. A second colon,
// with a space, makes a key of all that is before it.
func (f *File) gluedOn(line int) bool {
	m := glued.FindStringSubmatch(f.line(line))
	if m == nil || strings.Contains(m[3], ": ") && m[3][0] != '{' {
		return false
	}
	f.noSpace(source.Pos{Line: line, Col: utf8.RuneCountInString(m[1]+m[2]) + 1}, m[2], m[3])
	return true
}

// noSpace reports the colon of a key.
func (f *File) noSpace(colon source.Pos, key, rest string) {
	at := source.Span{File: f.Name, From: colon, To: source.Pos{Line: colon.Line, Col: colon.Col + 1}}
	if i := strings.IndexAny(rest, ",}"); i > 0 && !strings.Contains(rest[:i], "{") {
		rest = rest[:i]
	}
	f.Failf("yaml", at, fmt.Sprintf("write a space after the colon: `%s: %s`", key, cut(strings.TrimSpace(rest))), "there is no space behind the colon of %s", quote(key))
}

// dashGlued reports a member of a list without a space behind its dash.
func (f *File) dashGlued(line int) bool {
	text := f.line(line)
	at := strings.Index(text, "-")
	if indent(text) != at || at+1 >= len(text) || strings.ContainsAny(text[at+1:at+2], " -.0123456789") {
		return false
	}
	f.Failf("yaml", f.here(line, at), "write a space after the dash", "there is no space behind the dash of this member of a list")
	return true
}

// level is a column at which something may go on, and the line that opened it.
type level struct {
	indent, line int
	dash         bool // a dash stands there
}

// outOfStep reports a line that is indented like none of those above which it could
// belong to.
func (f *File) outOfStep(line int) bool {
	text := f.line(line)
	n := indent(text)
	if blank(text) || strings.Contains(text[:n], "\t") {
		return false
	}
	levels := f.levels(line)
	if strings.HasPrefix(text[n:], "- ") && slices.ContainsFunc(levels, func(l level) bool { return l.dash }) {
		levels = slices.DeleteFunc(levels, func(l level) bool { return !l.dash && l.indent != n })
	}
	below, above := level{indent: -1}, level{indent: -1}
	for _, l := range levels {
		switch {
		case l.indent == n:
			return false
		case l.indent < n:
			below = l
		case above.indent < 0:
			above = l
		}
	}
	if above.line == 0 && (below.line == 0 || !hasValue(f.line(f.before(line)))) {
		return false
	}
	near := below
	if below.line == 0 || above.line > 0 && above.indent-n <= n-below.indent {
		near = above
	}
	d := source.Errorf("yaml", f.here(line, 0), "this line is indented by %s, which is in step with no line above", spaces(n))
	for _, l := range []level{above, below} {
		if l.line > 0 {
			d = d.WithNote(f.here(l.line, l.indent), "this one by %s", spaces(l.indent))
		}
	}
	f.Found = append(f.Found, d.WithHint("indent it by %s, like line %d, or correct that line", spaces(near.indent), near.line))
	return true
}

// levels are the columns that are open before a line, from the left.
func (f *File) levels(line int) (open []level) {
	for i := 1; i < line; i++ {
		text := f.line(i)
		if blank(text) {
			continue
		}
		n := indent(text)
		for len(open) > 0 && open[len(open)-1].indent > n {
			open = open[:len(open)-1]
		}
		if len(open) == 0 || open[len(open)-1].indent < n {
			open = append(open, level{indent: n, line: i})
		}
		for strings.HasPrefix(text[n:], "- ") {
			open[len(open)-1].dash = true
			n += 1 + indent(text[n+1:])
			open = append(open, level{indent: n, line: i})
		}
	}
	return open
}

// before is the line of text before a line; 0 when there is none.
func (f *File) before(line int) int {
	for line--; line > 0 && blank(f.line(line)); line-- {
	}
	return max(line, 0)
}

// hasValue tells whether a line is a key with a value, or a member of a list, so that
// nothing can stand below it.
func hasValue(line string) bool {
	_, value, ok := strings.Cut(line, ": ")
	value = strings.TrimSpace(value)
	return ok && value != "" && !strings.ContainsAny(value[:1], "|>#") || strings.HasPrefix(strings.TrimSpace(line), "- {")
}

// line is a line of the file, from 1; empty behind the last.
func (f *File) line(i int) string {
	if i < 1 || i > len(f.lines) {
		return ""
	}
	return strings.TrimRight(f.lines[i-1], "\r")
}

// here is a character of a line, from 0.
func (f *File) here(line, at int) source.Span {
	col := utf8.RuneCountInString(f.line(line)[:at]) + 1
	return source.Span{File: f.Name, From: source.Pos{Line: line, Col: col}, To: source.Pos{Line: line, Col: col + 1}}
}

func blank(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

func spaces(n int) string {
	switch n {
	case 0:
		return "no space"
	case 1:
		return "1 space"
	}
	return fmt.Sprintf("%d spaces", n)
}

// unglue takes a key apart that YAML has read with its value, as in {rate:5%}, and
// reports it. The value is what was meant.
func (n *Node) unglue(key, value *Node) (name string, _ *Node) {
	text := key.yaml.Value
	before, rest, ok := strings.Cut(text, ":")
	if value.yaml.Kind != yaml.ScalarNode || value.yaml.Value != "" || value.quoted() || key.quoted() || !ok || before == "" || rest == "" {
		return text, value
	}
	width := utf8.RuneCountInString(before)
	n.file.noSpace(source.Pos{Line: key.yaml.Line, Col: key.yaml.Column + width}, before, rest)
	return before, &Node{n.file, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: rest, Line: key.yaml.Line, Column: key.yaml.Column + width + 1}}
}

package doc

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/payproof/payproof/dsl/source"
)

// Text is a scalar as it was written. what says what was expected.
func (n *Node) Text(what string) (string, bool) {
	if !n.is(yaml.ScalarNode, what) {
		return "", false
	}
	if n.yaml.Value == "" {
		n.Fail("wrong-shape", "write "+what+", or remove the key", "nothing stands here, where %s is expected", what)
		return "", false
	}
	return n.yaml.Value, true
}

// Raw is what stands there as a text, empty where a mapping or a list does; it finds nothing.
func (n *Node) Raw() string { return n.yaml.Value }

// Blank is Text, but may be "", written with its quotes.
func (n *Node) Blank(what string) (string, bool) {
	if n.yaml.Kind == yaml.ScalarNode && n.yaml.Value == "" && n.quoted() && n.yaml.Anchor == "" {
		return "", true
	}
	return n.Text(what)
}

// Texts is a list of scalars, or one scalar with commas.
func (n *Node) Texts(what string) (out []string) {
	if n.IsList() {
		for m := range n.List(what) {
			if t, ok := m.Text(what); ok {
				out = append(out, t)
			}
		}
		return out
	}
	t, _ := n.Text(what)
	for part := range strings.SplitSeq(t, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// Bool reads true or false.
func (n *Node) Bool() bool {
	t, ok := n.Text("true or false")
	if ok && t != "true" && t != "false" {
		n.Fail("wrong-shape", "write true or false", "%s stands here, where true or false is expected", quote(t))
	}
	return t == "true"
}

// Formula is a formula's text and where each of its characters stands. A formula
// is plain on one line, in quotes on one line, or a block after |. One that YAML has cut or
// changed is refused.
func (n *Node) Formula() (text string, at source.Map, ok bool) {
	text, ok = n.Text("a formula")
	if !ok {
		return "", at, false
	}
	at = source.Map{File: n.file.Name}
	switch {
	case n.yaml.Style&yaml.LiteralStyle != 0:
		at.Anchors = n.blockAnchors(text)
		return text, at, true
	case n.yaml.Style&yaml.FoldedStyle != 0:
		n.Fail("yaml-cut", "write | instead of >", "a formula in a folded block loses its lines")
		return "", at, false
	case n.quoted():
		at.Anchors, ok = n.quotedAnchors()
	default:
		at.Anchors, ok = n.plainAnchors(text)
	}
	if !ok {
		n.Fail("yaml-cut", "put the formula in quotes on one line, or after | on lines of its own", "YAML does not read all of this formula")
		return "", at, false
	}
	return text, at, true
}

// Part is where text[from:to] of a scalar stands, in bytes; the whole of a scalar
// that goes over several lines.
func (n *Node) Part(from, to int) source.Span {
	text := n.yaml.Value
	at := source.Map{File: n.file.Name}
	ok := false
	switch {
	case n.yaml.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
	case n.quoted():
		at.Anchors, ok = n.quotedAnchors()
	default:
		at.Anchors, ok = n.plainAnchors(text)
	}
	if !ok {
		return n.Span()
	}
	return at.Span(text, from, to)
}

// rest is the line from the node on.
func (n *Node) rest() string {
	if n.yaml.Line < 1 || n.yaml.Line > len(n.file.lines) {
		return ""
	}
	line := []rune(strings.TrimRight(n.file.lines[n.yaml.Line-1], "\r"))
	return string(line[min(max(0, n.yaml.Column-1), len(line)):])
}

// plainAnchors checks that the value is what stands on the line, and that what
// follows it there is a comment or the end of a flow collection.
func (n *Node) plainAnchors(text string) ([]source.Anchor, bool) {
	after, found := strings.CutPrefix(n.rest(), text)
	if after = strings.TrimSpace(after); !found || after != "" && !strings.ContainsRune("#},]", rune(after[0])) {
		return nil, false
	}
	return []source.Anchor{{Pos: source.Pos{Line: n.yaml.Line, Col: n.yaml.Column}}}, true
}

// quotedAnchors follows the escapes of a quoted scalar on one line: each shifts
// the columns behind it.
func (n *Node) quotedAnchors() (out []source.Anchor, ok bool) {
	raw := []rune(n.rest())
	double := n.yaml.Style&yaml.DoubleQuotedStyle != 0
	offset := 0
	out = []source.Anchor{{Pos: source.Pos{Line: n.yaml.Line, Col: n.yaml.Column + 1}}}
	for i := 1; i < len(raw); i++ {
		width := 1
		switch {
		case double && raw[i] == '"':
			return out, offset == len(n.yaml.Value)
		case double && raw[i] == '\\':
			width = escapeWidth(raw[i:])
		case !double && raw[i] == '\'':
			if i+1 >= len(raw) || raw[i+1] != '\'' {
				return out, offset == len(n.yaml.Value)
			}
			width = 2
		}
		_, size := utf8.DecodeRuneInString(n.yaml.Value[min(offset, len(n.yaml.Value)):])
		offset += size
		if width > 1 {
			i += width - 1
			out = append(out, source.Anchor{Offset: offset, Pos: source.Pos{Line: n.yaml.Line, Col: n.yaml.Column + i + 1}})
		}
	}
	return nil, false
}

// escapeWidth is the number of characters of a \ escape.
func escapeWidth(raw []rune) int {
	if len(raw) < 2 {
		return 1
	}
	switch raw[1] {
	case 'x':
		return 4
	case 'u':
		return 6
	case 'U':
		return 10
	}
	return 2
}

// blockAnchors places each line of a literal block.
func (n *Node) blockAnchors(text string) (out []source.Anchor) {
	indent := n.blockIndent()
	offset, line := 0, n.yaml.Line+1
	for l := range strings.SplitSeq(text, "\n") {
		out = append(out, source.Anchor{Offset: offset, Pos: source.Pos{Line: line, Col: indent + 1}})
		offset, line = offset+len(l)+1, line+1
	}
	return out
}

// blockIndent is the indentation of the first line of a block that has text.
func (n *Node) blockIndent() int {
	for i := n.yaml.Line; i < len(n.file.lines); i++ {
		line := n.file.lines[i]
		if t := strings.TrimLeft(line, " "); strings.TrimSpace(t) != "" {
			return len(line) - len(t)
		}
	}
	return 0
}

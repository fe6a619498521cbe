// Package doc reads YAML as plan files use it: mappings with known keys, lists
// and scalars, each with its place in the file.
//
// It works on YAML nodes and never decodes into Go types, so that `0.10` stays
// 0.10, every finding has a line and a column, and an unknown key is found with the one that
// was probably meant. What makes YAML surprising is refused: anchors, tags, keys
// that stand twice, and formulas that YAML has cut.
package doc

import (
	"errors"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/payproof/payproof/dsl/source"
)

// File is a YAML file being read. Findings collect in Found.
type File struct {
	Name  string // the name that findings carry
	Found source.Diagnostics
	lines []string
}

// maxBytes bounds a plan file.
const maxBytes = 4 << 20

// Open parses the text and returns its root, nil when there is none to read.
func Open(name string, text []byte) (*File, *Node) {
	f := &File{Name: name}
	whole := source.Span{File: name}
	switch {
	case len(text) > maxBytes:
		f.Failf("file-too-large", whole, "split it", "the file has %d bytes, at most %d are read", len(text), maxBytes)
		return f, nil
	case !utf8.Valid(text):
		at := notUTF8(text)
		at.File = name
		f.Failf("not-utf8", at, "save the file as UTF-8", "the file is not UTF-8 from here on")
		return f, nil
	}
	f.lines = strings.Split(string(text), "\n")
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		f.broken(err)
		return f, nil
	}
	if len(root.Content) == 0 {
		f.Failf("file-empty", whole, "write it, or delete it", "the file is empty")
		return f, nil
	}
	return f, &Node{file: f, yaml: root.Content[0]}
}

// broken places an error of YAML itself, with the remedy for what plans run into.
func (f *File) broken(err error) {
	at := source.Span{File: f.Name}
	message := err.Error()
	line := ""
	var e *yaml.LoadError
	if errors.As(err, &e) {
		message = e.Message
		at.From = source.Pos{Line: max(1, e.Mark.Line), Col: max(1, e.Mark.Column)}
		at.To = source.Pos{Line: at.From.Line, Col: at.From.Col + 1}
		line = f.lines[min(at.From.Line, len(f.lines))-1]
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	switch {
	case strings.Contains(message, "unknown anchor"):
		f.Failf("yaml-anchor", at, "write it out; a text that begins with * must stand in quotes", "anchors and aliases are not part of plan files")
	case strings.Contains(indent, "\t"), strings.Contains(message, "tab character"):
		f.Failf("yaml", at, "indent with spaces", "the line is indented with a tab")
	case f.layout(max(1, at.From.Line)):
	case strings.Contains(message, "mapping values are not allowed"):
		f.Failf("yaml", at, "a formula with a colon and a space must stand in quotes, or after | on lines of its own", "YAML reads a second key on this line, behind the colon")
	case strings.Contains(message, "did not find expected"), strings.Contains(message, "unexpected end of stream"):
		f.Failf("yaml", at, "close the quote or bracket above; a formula that begins with a quote, or contains , [ { inside { }, must stand in quotes as a whole",
			"YAML cannot go on here: %s", message)
	default:
		f.Failf("yaml", at, "check the indentation, and put a text that begins with a sign in quotes", "YAML cannot read this: %s", message)
	}
}

// notUTF8 is the place of the first byte that is not UTF-8.
func notUTF8(text []byte) source.Span {
	at := source.Pos{Line: 1, Col: 1}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if at.Col++; r == '\n' {
			at = source.Pos{Line: at.Line + 1, Col: 1}
		}
		text = text[size:]
	}
	return source.Span{From: at, To: source.Pos{Line: at.Line, Col: at.Col + 1}}
}

// Failf adds a finding.
func (f *File) Failf(code string, at source.Span, hint, format string, args ...any) {
	d := source.Errorf(code, at, format, args...)
	d.Hint = hint
	f.Found = append(f.Found, d)
}

// Node is a part of the file.
type Node struct {
	file *File
	yaml *yaml.Node
}

// File is the file that the node is of.
func (n *Node) File() *File { return n.file }

// Span is where the node stands: for a scalar on one line, all of it.
func (n *Node) Span() source.Span {
	from := source.Pos{Line: n.yaml.Line, Col: n.yaml.Column}
	width := 1
	if n.yaml.Kind == yaml.ScalarNode && !strings.Contains(n.yaml.Value, "\n") {
		if width = utf8.RuneCountInString(n.yaml.Value); n.quoted() {
			width += 2
		}
	}
	return source.Span{File: n.file.Name, From: from, To: source.Pos{Line: from.Line, Col: from.Col + max(1, width)}}
}

// Fail adds a finding at the node.
func (n *Node) Fail(code, hint, format string, args ...any) {
	n.file.Failf(code, n.Span(), hint, format, args...)
}

func (n *Node) quoted() bool {
	return n.yaml.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
}

// plain refuses what plan files don't use, and reports whether n is of the kind.
func (n *Node) is(kind yaml.Kind, what string) bool { return n.isOr(kind, what, "write "+what) }

// isOr is is, with what to write.
func (n *Node) isOr(kind yaml.Kind, what, hint string) bool {
	switch {
	case n.yaml.Kind == yaml.AliasNode || n.yaml.Anchor != "":
		n.Fail("yaml-anchor", "write it out", "anchors and aliases are not part of plan files")
		return false
	case n.yaml.Style&yaml.TaggedStyle != 0:
		n.Fail("yaml-tag", "if it is a formula that begins with !, put it in quotes", "the tag %s is not part of plan files", n.yaml.Tag)
		return false
	case kind == yaml.MappingNode && n.yaml.Kind == yaml.ScalarNode && n.file.gluedOn(n.yaml.Line):
		return false
	case n.yaml.Kind != kind:
		n.Fail("wrong-shape", hint, "%s stands here, where %s is expected", n.Shape(), what)
		return false
	}
	return true
}

// Shape says what the node is, for findings: a list.
func (n *Node) Shape() string {
	switch n.yaml.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.yaml.Value == "" {
		return "nothing"
	}
	return "the text " + quote(n.yaml.Value)
}

func quote(s string) string { return "\"" + cut(s) + "\"" }

func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:39]) + "…"
	}
	return s
}

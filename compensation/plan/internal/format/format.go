// Package format gives plan files their one layout: keys in the order of the language's
// reference, two spaces of indentation, an empty line between blocks, no quotes where
// a word needs none.
//
// It moves whole lines, and never writes a value anew: a YAML encoder would lose empty
// lines, the alignment of comments, and how numbers are written. What it does not
// understand it refuses, and at the end it reads its own output and compares: a file is
// either laid out with its meaning kept, or left alone.
//
// # Terms
//
//   - A block is a mapping or a list written on lines of its own; a leaf is anything else.
//   - An entry is a key or a member of a list with its lines: the comments above it (its
//     lead), its own lines, and the comments below that are indented deeper (its tail).
//
// # Traps
//
// The order of keys that a company names itself (fields, measures, components) is meant, and
// kept. A comment belongs to the entry below it, however it is indented, unless it is
// indented deeper than that. Comments at the top of a file, above an empty line, stay there.
package format

import (
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/payproof/payproof/dsl/source"
)

// Text lays out a plan file's text, which has to be YAML. The error is
// source.Diagnostics with the places of what cannot be laid out.
func Text(name, text string) (string, error) {
	once, err := lay(name, text)
	if err != nil {
		return "", err
	}
	if twice, err := lay(name, once); err != nil || twice != once {
		return "", unsafe(name)
	}
	return once, nil
}

func lay(name, text string) (string, error) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	text = strings.TrimPrefix(text, "---\n")
	if strings.ContainsAny(text, "\r\u0085\u2028\u2029") { // line breaks for YAML alone
		return "", unsafe(name)
	}
	root, err := parse(name, text)
	if err != nil {
		return "", err
	}
	if err := refuse(name, text, root); err != nil {
		return "", err
	}
	unquoted := unquote(text, root)
	if root, err = parse(name, unquoted); err != nil {
		return "", unsafe(name)
	}
	p := printer{lines: strings.Split(strings.TrimRight(unquoted, "\n"), "\n")}
	header, out := p.file(root)
	laid := strings.Join(append(header, out...), "\n") + "\n"
	after, err := parse(name, laid)
	if err != nil || !same(root, after, orderOf(root)) || !slices.Equal(contents(unquoted), contents(laid)) {
		return "", unsafe(name)
	}
	return laid, nil
}

// unsafe is the refusal of a file whose lines mean something else at another place.
func unsafe(name string) error {
	return source.Diagnostics{source.Errorf("format-unsafe", source.Span{File: name}, "the file cannot be laid out without changing what it says").
		WithHint("indent with two spaces and write each value on the line of its key; the file was left as it is")}
}

// parse reads YAML and returns its root.
func parse(name, text string) (*yaml.Node, error) {
	var root yaml.Node
	err := yaml.Unmarshal([]byte(text), &root)
	if err == nil && len(root.Content) == 0 {
		return nil, source.Diagnostics{source.Errorf("file-empty", source.Span{File: name}, "the file is empty")}
	}
	if err != nil {
		at, message := source.Span{File: name}, err.Error()
		var e *yaml.LoadError
		if errors.As(err, &e) {
			message = e.Message
			at.From = source.Pos{Line: max(1, e.Mark.Line), Col: max(1, e.Mark.Column)}
			at.To = at.From
		}
		return nil, source.Diagnostics{source.Errorf("yaml", at, "%s", message)}
	}
	return root.Content[0], nil
}

// refuse finds what plan files do not have and lines cannot be moved around.
func refuse(name, text string, root *yaml.Node) error {
	var found source.Diagnostics
	lines := strings.Split(text, "\n")
	fail := func(line int, message string) {
		at := source.Pos{Line: line, Col: 1}
		found = append(found, source.Errorf("format-unsafe", source.Span{File: name, From: at, To: at}, "%s", message).
			WithHint("write it out; a plan file is one document of plain mappings, lists and texts"))
	}
	for i, line := range lines {
		if line == "---" || line == "..." || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "%") {
			fail(i+1, "a line "+strings.Fields(line)[0]+" is not part of plan files")
		}
	}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.AliasNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
			fail(n.Line, "anchors, aliases and tags are not part of plan files")
		}
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 && isBlock(n) && !first(lines, n, c) {
				fail(c.Line, "a key does not stand first on its line")
			}
			walk(c)
		}
	}
	walk(root)
	if !isBlock(root) || root.Kind != yaml.MappingNode {
		fail(root.Line, "the file is not a mapping of keys on lines of their own")
	}
	return found.Sorted().Err()
}

// first reports whether a key of a block stands where keys do: below each other, with
// nothing but dashes before them.
func first(lines []string, block, key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && strings.Trim(before(lines, key), " -") == "" && key.Column == block.Column &&
		(key != block.Content[0] || key.Line == block.Line) && named(string([]rune(lines[key.Line-1])[key.Column-1:]), key)
}

// named reports whether a line has a key and its colon.
func named(line string, key *yaml.Node) bool {
	if key.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		end := strings.LastIndex(line, line[:1]+":")
		return end > 0
	}
	rest, ok := strings.CutPrefix(line, key.Value)
	return ok && key.Value != "" && strings.HasPrefix(strings.TrimLeft(rest, " "), ":")
}

// before is what stands before a node on its line.
func before(lines []string, n *yaml.Node) string {
	line := []rune(lines[n.Line-1])
	return string(line[:min(len(line), n.Column-1)])
}

// isBlock reports whether a node is a mapping or list on lines of its own.
func isBlock(n *yaml.Node) bool {
	return (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0
}

// contents are the lines of a text without their layout, sorted: formatting moves
// lines, and loses none, no comment either.
func contents(text string) (out []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		for strings.HasPrefix(line, "- ") || line == "-" {
			line = strings.TrimSpace(line[1:])
		}
		if line != "" {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return out
}

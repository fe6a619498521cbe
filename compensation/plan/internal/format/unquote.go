package format

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// word is a text that means the same without quotes in every place: no indicator of
// YAML, and no digit first that would make a number of it.
var word = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*([ -][A-Za-z0-9_]+)*$`)

// spoken are words that some reader of YAML takes for a truth value or nothing.
var spoken = []string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}

// unquote takes the quotes from words that need none.
func unquote(text string, root *yaml.Node) string {
	lines := strings.Split(text, "\n")
	var quoted []*yaml.Node
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 &&
			word.MatchString(n.Value) && !slices.Contains(spoken, strings.ToLower(n.Value)) {
			quoted = append(quoted, n)
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(root)
	for _, n := range slices.Backward(quoted) { // later places first: they stay where they were
		line := []rune(lines[n.Line-1])
		at := min(n.Column-1, len(line))
		rest := string(line[at:])
		if len(rest) < len(n.Value)+2 || rest[1:len(n.Value)+1] != n.Value || rest[0] != rest[len(n.Value)+1] {
			continue // written over lines, or with escapes
		}
		behind := rest[len(n.Value)+2:]
		if len(behind) > 1 && behind[0] == ':' && behind[1] != ' ' {
			behind = ": " + behind[1:] // JSON has no space there; without quotes there has to be one
		}
		lines[n.Line-1] = string(line[:at]) + n.Value + behind
	}
	return strings.Join(lines, "\n")
}

package format

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// last is the index of a leaf's last line. YAML nodes know only where they begin.
func (p *printer) last(n *yaml.Node, indent int) int {
	first := n.Line - 1
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return p.lastOfLiteral(first, indent)
	case n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0:
		return p.lastOfPlain(n, first, indent)
	}
	return p.lastOfBrackets(first, n.Column-1)
}

// lastOfLiteral: all that is indented deeper than the key, as deep as the first line.
// Empty lines at the end belong to it only when its mark says + .
func (p *printer) lastOfLiteral(first, indent int) int {
	end, depth := first, -1
	for i := first + 1; i < len(p.lines); i++ {
		in, empty := indentOf(p.lines[i])
		if empty {
			continue
		}
		if depth < 0 {
			depth = in
		}
		if in <= indent || in < depth {
			break
		}
		end = i
	}
	return end
}

// lastOfPlain: the lines that are indented deeper than the key, up to a comment.
func (p *printer) lastOfPlain(n *yaml.Node, first, indent int) int {
	if n.Value == "" {
		return first
	}
	end := first
	if strings.Contains(" "+string([]rune(p.lines[first])[n.Column-1:]), " #") {
		return end
	}
	for i := first + 1; i < len(p.lines); i++ {
		in, empty := indentOf(p.lines[i])
		if empty {
			continue
		}
		if in <= indent || strings.HasPrefix(p.lines[i][in:], "#") {
			break
		}
		if end = i; strings.Contains(p.lines[i], " #") {
			break
		}
	}
	return end
}

// lastOfBrackets follows quotes and brackets from a place to where the first of them
// is closed.
func (p *printer) lastOfBrackets(line, col int) int {
	depth, quote := 0, rune(0)
	for i := line; i < len(p.lines); i++ {
		text := []rune(p.lines[i])
		for k := col; k < len(text); k++ {
			c := text[k]
			switch {
			case quote == '"' && c == '\\':
				k++
			case quote != 0:
				if c == quote && quote == '\'' && k+1 < len(text) && text[k+1] == '\'' {
					k++
				} else if c == quote {
					quote = 0
				}
			case c == '#' && (k == 0 || text[k-1] == ' '):
				k = len(text)
			case (c == '"' || c == '\'') && opens(text, k, col, line == i):
				quote = c
			case c == '[' || c == '{':
				depth++
			case c == ']' || c == '}':
				depth--
			}
			if depth == 0 && quote == 0 && k < len(text) {
				return i
			}
		}
		col = 0
	}
	return len(p.lines) - 1
}

// opens reports whether a quote at k begins a quoted text: only behind an
// indicator, for inside a word it is an apostrophe.
func opens(text []rune, k, col int, firstLine bool) bool {
	if firstLine && k == col {
		return true
	}
	for k--; k >= 0 && text[k] == ' '; k-- {
	}
	switch {
	case k < 0 || strings.ContainsRune("[{,", text[k]):
		return true
	case text[k] != ':':
		return false
	}
	return text[k+1] == ' ' || k > 0 && strings.ContainsRune("'\"", text[k-1])
}

// indentOf is the number of spaces that a line begins with, and whether there is
// nothing else.
func indentOf(line string) (indent int, empty bool) {
	rest := strings.TrimLeft(line, " ")
	return len(line) - len(rest), strings.TrimSpace(rest) == ""
}

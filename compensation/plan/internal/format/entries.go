package format

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// entries are the entries of a block in the file's order. lead are the comments above the
// first; below are the lines below the last, of which trailing is what is not its tail.
func (p *printer) entries(n *yaml.Node, lead, below []string) (all []entry, trailing []string) {
	each := 1
	if n.Kind == yaml.MappingNode {
		each = 2
	}
	for i := 0; i < len(n.Content); i += each {
		e := entry{value: n.Content[i+each-1]}
		if each == 2 {
			e.key = n.Content[i]
		}
		e.from, e.to = p.firstLine(e), p.lastLine(e)+1
		if last := len(all) - 1; last >= 0 {
			var above []string
			all[last].tail, above = split(p.lines[all[last].to:e.from], p.column(e))
			e.lead, e.gap = tidy(above)
		} else {
			e.lead = lead
		}
		all = append(all, e)
	}
	end := len(all) - 1
	all[end].tail, trailing = split(below, p.column(all[end]))
	return all, trailing
}

// column is the indentation of an entry in the file: of its key, or of its dash.
func (p *printer) column(e entry) int {
	if e.key != nil {
		return e.key.Column - 1
	}
	return p.dash(e.value)
}

// dash is where the dash of a member stands.
func (p *printer) dash(n *yaml.Node) int {
	line := []rune(p.lines[n.Line-1])
	for i := min(n.Column-2, len(line)-1); i >= 0; i-- {
		if line[i] == '-' {
			return i
		}
	}
	for i := n.Line - 2; i >= 0; i-- { // the dash stands alone above
		if in, _ := indentOf(p.lines[i]); strings.HasPrefix(p.lines[i][in:], "-") {
			return in
		}
	}
	return 0
}

// firstLine is the index of the line on which an entry begins.
func (p *printer) firstLine(e entry) int {
	line := e.start().Line - 1
	if e.key != nil {
		return line
	}
	if strings.Contains(before(p.lines, e.value), "-") {
		return line
	}
	for i := line - 1; i >= 0; i-- {
		if in, _ := indentOf(p.lines[i]); strings.HasPrefix(p.lines[i][in:], "-") {
			return i
		}
	}
	return line
}

// lastLine is the index of the last line of an entry, without the comments below it.
func (p *printer) lastLine(e entry) int {
	n := e.value
	if isBlock(n) {
		each := 1
		inner := entry{value: n.Content[len(n.Content)-each]}
		if n.Kind == yaml.MappingNode {
			inner.key = n.Content[len(n.Content)-2]
		}
		return p.lastLine(inner)
	}
	return max(e.start().Line-1, p.last(n, p.column(e)))
}

// comments are the comments among lines, "" for empty lines between them.
func (p *printer) comments(from, to int) []string {
	out, _ := tidy(p.lines[from:max(from, to)])
	return out
}

// split divides the lines between two entries: comments indented deeper than the
// next entry belong to the one above.
func split(lines []string, column int) (tail, lead []string) {
	i := 0
	for k, line := range lines {
		in, empty := indentOf(line)
		if empty {
			continue
		}
		if in <= column {
			break
		}
		i = k + 1
	}
	return lines[:i], lines[i:]
}

// tidy are comments without their indentation, with single empty lines between them;
// gap is an empty line above them.
func tidy(lines []string) (out []string, gap bool) {
	for _, line := range lines {
		text := strings.TrimSpace(line)
		if text == "" && len(out) == 0 {
			gap = true
			continue
		}
		if text != "" || out[len(out)-1] != "" {
			out = append(out, text)
		}
	}
	return out, gap
}

// closing are comments at the end of a block, indented: an empty line above them is
// kept, those below are not.
func closing(lines []string, to int) []string {
	comments, gap := tidy(lines)
	for len(comments) > 0 && comments[len(comments)-1] == "" {
		comments = comments[:len(comments)-1]
	}
	if gap && len(comments) > 0 {
		comments = append([]string{""}, comments...)
	}
	return indented(comments, to)
}

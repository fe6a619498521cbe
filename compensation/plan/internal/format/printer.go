package format

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// step is how deep a level is indented.
const step = 2

// printer lays out the lines of a file.
type printer struct{ lines []string }

// entry is a key of a mapping (with its value) or a member of a list (value alone).
type entry struct {
	key, value *yaml.Node
	lead       []string // comments and "" for empty lines, above it
	gap        bool     // an empty line stands above the lead
	from, to   int      // its own lines, [from, to)
	tail       []string // lines below it that are indented deeper: comments
}

func (e entry) name() string {
	if e.key == nil {
		return ""
	}
	return e.key.Value
}

func (e entry) start() *yaml.Node {
	if e.key == nil {
		return e.value
	}
	return e.key
}

// file lays out the whole file; header is what stays at its top.
func (p *printer) file(root *yaml.Node) (header, out []string) {
	first, _ := tidy(p.lines[:root.Content[0].Line-1])
	end := p.lastLine(entry{key: root.Content[len(root.Content)-2], value: root.Content[len(root.Content)-1]}) + 1
	all, trailing := p.entries(root, first, p.lines[end:])
	if i := slices.Index(lastFirst(all[0].lead), ""); i >= 0 { // comments above the last empty line
		n := len(all[0].lead) - i
		header, all[0].lead = all[0].lead[:n], all[0].lead[n:]
	}
	s := orderOf(root)
	slices.SortStableFunc(all, func(a, b entry) int { return s.rank(a.name()) - s.rank(b.name()) })
	for i, e := range all {
		lines := p.entry(e, 0, s)
		if i > 0 && (e.gap || len(e.lead) > 0 || grouped(e) || grouped(all[i-1])) {
			out = append(out, "")
		}
		out = append(out, lines...)
	}
	return header, append(out, closing(trailing, 0)...)
}

// grouped reports whether an entry of a file is a block that stands apart.
func grouped(e entry) bool { return isBlock(e.value) || e.to-e.from > 1 }

// lastFirst is a list backwards.
func lastFirst(list []string) []string {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}

// block lays out a mapping or a list at an indentation. lead are the comments between
// the key above and the first entry, tail those below the last.
func (p *printer) block(n *yaml.Node, to int, s order, lead, tail []string) (out []string) {
	all, trailing := p.entries(n, lead, tail)
	if n.Kind == yaml.MappingNode {
		slices.SortStableFunc(all, func(a, b entry) int { return s.rank(a.name()) - s.rank(b.name()) })
	}
	for i, e := range all {
		if i > 0 && e.gap {
			out = append(out, "")
		}
		out = append(out, p.entry(e, to, s)...)
	}
	return append(out, closing(trailing, to)...)
}

// entry lays out one entry: its lead, its lines, its tail.
func (p *printer) entry(e entry, to int, s order) []string {
	out := indented(e.lead, to)
	if e.key == nil {
		return append(out, p.member(e, to, s.of(""))...)
	}
	own := p.lines[e.from]
	head := string([]rune(own)[e.key.Column-1:])
	if !isBlock(e.value) {
		return append(append(out, p.leaf(e, head, e.key.Column-1, to)...), closing(e.tail, to+step)...)
	}
	out = append(out, strings.Repeat(" ", to)+strings.TrimRight(head, " \t"))
	between := p.comments(e.from+1, e.value.Line-1)
	return append(out, p.block(e.value, to+step, s.of(e.name()), between, e.tail)...)
}

// member lays out a member of a list behind its dash.
func (p *printer) member(e entry, to int, s order) []string {
	dash := strings.Repeat(" ", to) + "- "
	if !isBlock(e.value) {
		head := string([]rune(p.lines[e.value.Line-1])[e.value.Column-1:])
		if e.from != e.value.Line-1 { // the value stands below its dash
			head = strings.TrimSpace(head)
		}
		return append(p.leaf(e, "- "+head, e.value.Column-1-step, to), closing(e.tail, to+step)...)
	}
	// Comments above the first key of a member go above its dash.
	lines := p.block(e.value, to+step, s, p.comments(e.from+1, e.value.Line-1), e.tail)
	first := slices.IndexFunc(lines, func(l string) bool {
		t := strings.TrimSpace(l)
		return t != "" && !strings.HasPrefix(t, "#")
	})
	var out []string
	for _, l := range lines[:first] {
		if t := strings.TrimSpace(l); t != "" {
			out = append(out, strings.Repeat(" ", to)+t)
		}
	}
	out = append(out, dash+strings.TrimLeft(lines[first], " "))
	return append(out, lines[first+1:]...)
}

// leaf lays out an entry without a block: its first line, and further ones shifted as
// far as the first.
func (p *printer) leaf(e entry, head string, was, to int) []string {
	out := []string{strings.Repeat(" ", to) + strings.TrimRight(head, " \t")}
	first := e.from
	if e.key == nil {
		first = e.value.Line - 1
	}
	shift := to - was
	literal := e.value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	if literal {
		if in := p.depth(first+1, e.to); in >= 0 && !strings.ContainsAny(markOf(p.lines[e.value.Line-1], e.value.Column), "0123456789") {
			shift = to + step - in
		}
	}
	for _, line := range p.lines[min(first+1, e.to):e.to] {
		in, empty := indentOf(line)
		switch {
		case empty && !literal:
			out = append(out, "")
		case empty:
			out = append(out, strings.Repeat(" ", max(0, in+shift)))
		case literal:
			out = append(out, strings.Repeat(" ", max(0, in+shift))+line[in:])
		default:
			out = append(out, strings.Repeat(" ", max(to, in+shift))+strings.TrimRight(line[in:], " \t"))
		}
	}
	return out
}

// markOf is the mark of a literal, such as |2- .
func markOf(line string, col int) string {
	rest := string([]rune(line)[col-1:])
	mark, _, _ := strings.Cut(rest, " ")
	return mark
}

// depth is the indentation of the first line that has something, -1 without any.
func (p *printer) depth(from, to int) int {
	for _, line := range p.lines[min(from, to):to] {
		if in, empty := indentOf(line); !empty {
			return in
		}
	}
	return -1
}

func indented(comments []string, to int) (out []string) {
	for _, c := range comments {
		if c != "" {
			c = strings.Repeat(" ", to) + c
		}
		out = append(out, c)
	}
	return out
}

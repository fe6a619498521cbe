package trace

import (
	"io"
	"strconv"
	"strings"
)

// MarkdownOptions bound what [Node.WriteMarkdown] writes. The zero value writes the whole tree
// without the roads not taken.
type MarkdownOptions struct {
	Depth    int  // levels below the root; 0 is all
	Siblings int  // children of one node before the rest is counted only; 0 is all
	NotTaken bool // write the roads not taken too
}

// markdownLevels are those of one list: common renderers nest lists no deeper than 100.
const markdownLevels = 90

// WriteMarkdown writes the tree as a nested list in CommonMark: for a ticket, a wiki, a
// pull request. Text from the plan and the data is escaped: it can't become markup, a
// link or HTML. A list that is too deep for renderers goes on below a heading.
func (n *Node) WriteMarkdown(w io.Writer, o MarkdownOptions) error {
	m := markdown{w: w}
	parts := lay(n, bounds{o.Depth, o.Siblings, o.NotTaken, markdownLevels})
	if parts == nil {
		m.line("nothing to explain")
	}
	for i := range parts {
		if i > 0 {
			m.line("")
			m.line("Part " + strconv.Itoa(i+1) + ":")
			m.line("")
		}
		m.node(&parts[i], "")
	}
	return m.err
}

type markdown struct {
	w   io.Writer
	err error
}

func (m *markdown) line(s string) {
	if m.err == nil {
		_, m.err = io.WriteString(m.w, s+"\n")
	}
}

func (m *markdown) node(v *view, indent string) {
	m.line(indent + "- " + markdownHeadline(&v.headline))
	indent += "  "
	if more := v.remainder(); more != "" {
		m.line(indent + "- " + more)
	}
	for i := range v.kids {
		m.node(&v.kids[i], indent)
	}
	if unseen := v.unseen(); unseen != "" {
		m.line(indent + "- " + unseen)
	}
	for i := range v.roads {
		m.node(&v.roads[i], indent)
	}
}

func markdownHeadline(h *headline) string {
	var out []string
	add := func(before, s, after string) {
		if s != "" {
			out = append(out, before+s+after)
		}
	}
	if h.notTaken {
		out = append(out, "*not taken:*")
	}
	add("**", escapeMarkdown(h.quantity()), "**")
	add("", escapeMarkdown(h.op), "")
	add("", escapeMarkdown(h.label), "")
	add("", codeSpan(h.text), "")
	add("(", escapeMarkdown(h.detail), ")")
	for _, f := range h.flags {
		add("**", f, "**")
	}
	add("— ", escapeMarkdown(h.at), "")
	return strings.Join(out, " ")
}

// escapeMarkdown puts a backslash before all that CommonMark, or GitHub's extension of it,
// takes for markup within a line, and breaks what it takes for an address.
func escapeMarkdown(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	var b strings.Builder
	for i, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>|~#&!$^=@", r) || r == ':' && strings.HasPrefix(s[i:], "://") {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.NewReplacer("www.", `www\.`, "WWW.", `WWW\.`).Replace(b.String())
}

// codeSpan fences a text with more backticks than it has in a row.
func codeSpan(s string) string {
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

package trace

import (
	"fmt"
	"io"
	"strings"
)

// TextOptions bound what [Node.WriteText] prints. The zero value prints the whole
// tree without the roads not taken, on lines as long as they are.
type TextOptions struct {
	Depth    int  // levels below the root; 0 is all
	Width    int  // columns that no line exceeds, at least 24; 0 is no bound
	Siblings int  // children of one node before the rest is counted only; 0 is all
	NotTaken bool // print the roads not taken too
}

const (
	minWidth     = 24
	textLevels   = 200 // of one part, where the width is not bounded
	wrappedBy    = 4   // columns by which the second line of a node stands in
	leastExcerpt = 12  // columns of a formula or detail below which a second line is taken
)

// WriteText prints the tree for a person, one node a line, children indented.
//
// Where the width is bounded, formulas and details are cut with an ellipsis. Value,
// op, label, flags and place are whole: they go on over more lines if they must. Levels that would
// take more than half of the width go on in a part of their own, below. A wide character
// counts two columns.
func (n *Node) WriteText(w io.Writer, o TextOptions) error {
	p := printer{w: w, levels: textLevels}
	if o.Width > 0 {
		p.width = max(o.Width, minWidth)
		p.levels = p.width / 4
	}
	parts := lay(n, bounds{o.Depth, o.Siblings, o.NotTaken, p.levels})
	if parts == nil {
		p.line("nothing to explain")
	}
	for i := range parts {
		if i > 0 {
			p.line("")
			p.line(fmt.Sprintf("part %d", i+1))
		}
		p.node(&parts[i], "", "")
	}
	return p.err
}

type printer struct {
	w      io.Writer
	width  int // 0 is no bound
	levels int
	err    error
}

func (p *printer) line(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, s+"\n")
	}
}

// node prints a node and all below it: its own line begins with first, further lines
// with rest.
func (p *printer) node(v *view, first, rest string) {
	more, unseen := v.remainder(), v.unseen()
	next := "  "
	if len(v.kids)+len(v.roads) > 0 || more != "" {
		next = "│ "
	}
	p.headline(&v.headline, first, rest+next)
	if more != "" {
		p.note(rest, "└ ", more)
	}
	for i := range v.kids {
		p.child(&v.kids[i], rest, i == len(v.kids)-1 && unseen == "" && len(v.roads) == 0)
	}
	switch {
	case unseen != "" && len(v.roads) > 0:
		p.note(rest, "├ ", unseen)
	case unseen != "":
		p.note(rest, "└ ", unseen)
	}
	for i := range v.roads {
		p.child(&v.roads[i], rest, i == len(v.roads)-1)
	}
}

func (p *printer) child(v *view, rest string, last bool) {
	if last {
		p.node(v, rest+"└ ", rest+"  ")
		return
	}
	p.node(v, rest+"├ ", rest+"│ ")
}

// note prints how much is not shown here.
func (p *printer) note(rest, mark, words string) {
	if p.width == 0 {
		p.line(rest + mark + words)
		return
	}
	var ps []piece
	for i, word := range strings.Fields(words) {
		ps = append(ps, piece{before: strings.Repeat(" ", min(i, 1)), text: word})
	}
	after := "  "
	if mark == "├ " {
		after = "│ "
	}
	p.wrap(ps, rest+mark, rest+after)
}

// headline prints one node on one line, or where that does not fit, on more.
func (p *printer) headline(h *headline, first, rest string) {
	text, detail, fits := h.text, h.detail, true
	if p.width > 0 {
		text, detail, fits = excerpts(h, p.width-columns(first))
	}
	if fits {
		p.line(first + joined(pieces(h, text, detail)))
		return
	}
	p.wrap(pieces(h, text, detail), first, rest+strings.Repeat(" ", wrappedBy-2))
}

// piece is a part of a headline, with what separates it from the one before. One that
// is not whole may be cut.
type piece struct {
	before, open, text, shut string
}

func (c piece) whole() bool    { return c.shut == "" }
func (c piece) String() string { return c.open + c.text + c.shut }

func pieces(h *headline, text, detail string) []piece {
	var out []piece
	add := func(before, open, s, shut string) {
		if s == "" {
			return
		}
		if len(out) == 0 {
			before = ""
		}
		out = append(out, piece{before, open, s, shut})
	}
	if h.notTaken {
		add("", "", "not taken:", "")
	}
	add(" ", "", h.quantity(), "")
	between := "  "
	if h.quantity() == "" {
		between = " "
	}
	add(between, "", h.op, "")
	add(" ", "", h.label, "")
	add("  ", "`", text, "`")
	add("  ", "(", detail, ")")
	for _, f := range h.flags {
		add(" ", "#", f, "")
	}
	add("  ", "", h.at, "")
	return out
}

func joined(ps []piece) string {
	var b strings.Builder
	for _, c := range ps {
		b.WriteString(c.before + c.String())
	}
	return b.String()
}

// excerpts cuts the formula and the detail so that the headline fits the room, each to
// its fair share. Where too little is left for either, they are whole and nothing fits.
func excerpts(h *headline, room int) (text, detail string, fits bool) {
	whole := columns(joined(pieces(h, h.text, h.detail)))
	if whole <= room {
		return h.text, h.detail, true
	}
	ofText, ofDetail := columns(h.text), columns(h.detail)
	free := room - (whole - ofText - ofDetail)
	if free < min(ofText, leastExcerpt)+min(ofDetail, leastExcerpt) {
		return h.text, h.detail, false
	}
	forText := min(ofText, max(free/2, free-ofDetail))
	return cut(h.text, forText), cut(h.detail, free-forText), true
}

// wrap fills lines with pieces. One that is too long for a line of its own is cut, or
// where it must be whole, goes on.
func (p *printer) wrap(ps []piece, first, rest string) {
	line, used := first, columns(first)
	left := func() int { return p.width - used }
	next := func() {
		p.line(line)
		line, used = rest, columns(rest)
	}
	put := func(s string) {
		line += s
		used += columns(s)
	}
	for i, c := range ps {
		switch {
		case i > 0 && columns(c.before+c.String()) <= left():
			put(c.before)
		case i > 0:
			next()
		}
		if room := left() - columns(c.open+c.shut); !c.whole() {
			c.text = cut(c.text, room)
		}
		for s := c.String(); ; next() {
			head, tail := fitting(s, left())
			put(head)
			if s = tail; s == "" {
				break
			}
		}
	}
	p.line(line)
}

package trace

import (
	"fmt"
	"io"
	"strings"
)

// TextOptions bound what [WriteText] prints. The zero value prints the whole
// tree without the roads not taken, 100 runes wide.
type TextOptions struct {
	Depth    int  // levels below the root; 0 is all
	Width    int  // runes of a formula's text before it is cut; 0 is 100
	Siblings int  // children of one node before the rest is counted only; 0 is all
	NotTaken bool // print the roads not taken too
}

// WriteText prints the tree for a person, one node a line, children indented.
func WriteText(w io.Writer, n *Node, o TextOptions) error {
	if o.Width == 0 {
		o.Width = 100
	}
	p := printer{w: w, o: o}
	p.node(n, "", "", 0)
	return p.err
}

type printer struct {
	w   io.Writer
	o   TextOptions
	err error
}

func (p *printer) line(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, s+"\n")
	}
}

func (p *printer) node(n *Node, first, rest string, depth int) {
	p.line(first + p.headline(n))
	if p.o.Depth > 0 && depth >= p.o.Depth {
		if len(n.Args) > 0 {
			p.line(rest + fmt.Sprintf("└ … %d more below", size(n)-1))
		}
		return
	}
	children := n.Args
	hidden := 0
	if p.o.Siblings > 0 && len(children) > p.o.Siblings {
		hidden = len(children) - p.o.Siblings
		children = children[:p.o.Siblings]
	}
	others := p.others(n)
	for i, c := range children {
		last := i == len(children)-1 && hidden == 0 && len(others) == 0
		p.child(c, rest, last, depth)
	}
	if hidden > 0 {
		p.line(rest + fmt.Sprintf("└ … and %d more", hidden))
	}
	for i, c := range others {
		mark := "├ not taken: "
		if i == len(others)-1 {
			mark = "└ not taken: "
		}
		p.line(rest + mark + p.headline(c))
	}
}

func (p *printer) others(n *Node) []*Node {
	if !p.o.NotTaken {
		return nil
	}
	return n.NotTaken
}

func (p *printer) child(c *Node, rest string, last bool, depth int) {
	if last {
		p.node(c, rest+"└ ", rest+"  ", depth+1)
		return
	}
	p.node(c, rest+"├ ", rest+"│ ", depth+1)
}

func size(n *Node) int {
	total := 0
	for range n.All() {
		total++
	}
	return total
}

func (p *printer) headline(n *Node) string {
	var b strings.Builder
	b.WriteString(quantity(n))
	b.WriteString("  " + string(n.Op))
	if n.Label != "" {
		b.WriteString(" " + n.Label)
	}
	if n.Text != "" && n.Text != n.Label {
		b.WriteString("  `" + cut(n.Text, p.o.Width) + "`")
	}
	if n.Detail != "" {
		b.WriteString("  (" + n.Detail + ")")
	}
	for _, f := range n.Flags.Names() {
		b.WriteString(" #" + f)
	}
	if !n.At.IsZero() {
		b.WriteString("  " + n.At.String())
	}
	return b.String()
}

func quantity(n *Node) string {
	switch n.Unit {
	case "", "ratio", "count", "date", "text", "bool":
		if n.Value == "" {
			return "·"
		}
		return n.Value
	}
	return n.Value + " " + n.Unit
}

func cut(s string, width int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return s
}

package check

import (
	"slices"

	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/internal/syntax"
)

// Slot says what a literal of a shape is for.
type Slot struct {
	Used bool     // something reads it
	Text bool     // a text; else a number
	Enum []string // of a text that is compared with an enum: its members
}

// slot is the slot of the literal that s stands for, when a shape is compiled.
func (c *checker) slot(s *syntax.Node, is Slot) (int, bool) {
	i, ok := c.slots[s.From]
	if !ok {
		return 0, false
	}
	if c.bound[i].Used && (c.bound[i].Text != is.Text || !slices.Equal(c.bound[i].Enum, is.Enum)) {
		c.fixed = true // one literal, read in two ways
	}
	c.bound[i] = is
	return i, true
}

// Shape compiles a formula so that its literals may be exchanged: they are read from slots when
// a row is evaluated. ok is false when the formula has a fault or a warning, or when what it is compiled
// to depends on a literal, such as the places of a round.
func Shape(src string, tree *syntax.Node, scope Scope, literals []syntax.Literal) (f *ir.Formula, slots []Slot, ok bool) {
	c := checker{src: src, env: scope, seen: map[*syntax.Node]*ir.Node{}, slots: make(map[int]int, len(literals)), bound: make([]Slot, len(literals))}
	for i, l := range literals {
		c.slots[l.From] = i
	}
	f, found := c.formula(tree)
	for _, s := range c.bound {
		ok = ok || !s.Used
	}
	return f, c.bound, f != nil && len(found) == 0 && !ok && !c.fixed
}

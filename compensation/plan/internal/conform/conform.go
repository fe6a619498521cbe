// Package conform holds a part of a plan file against the shape that the language
// gives it, and reports every fault inside: unknown and missing keys, words that are not of
// the choice, amounts, days and durations that can't be read, currencies that are not the
// plan's, names of things that nobody declared, and formulas that do not compile.
//
// It checks what this version does not compute yet: the keys that a block has for
// Later. A draw or a clawback is refused as such, and its author learns at once what
// else is wrong with it. Blocks that are computed have loaders of their own, which make
// something of what they read.
//
// Terms. A [World] is what the part can refer to: the currency, the names of each
// [shape.Ref], and a way to compile a formula. A phrase is a text of one of several
// forms, such as "180 days of closed"; see [shape.Slot].
//
// Trap: names are vague where what should declare them has a fault. One mistake is one
// finding: a name that can't be known is not said to be unknown.
package conform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// World is what a part of a plan file can refer to. Names and Formula may not be nil.
type World struct {
	Currency money.Currency                  // of the plan; zero when its own line has a fault
	Names    func(shape.Ref) Names           // what is declared
	Formula  func(n *doc.Node, t shape.Type) // compiles a formula, and reports its faults
}

// Names are those of one kind of thing.
type Names struct {
	Known []string // in the order of the files
	Vague bool     // there may be others
}

// Checker checks parts of one file against one world. It asks for the names of each
// kind once.
type Checker struct {
	checker
}

// New is a checker.
func New(w World) *Checker { return &Checker{checker{w, map[shape.Ref]*lookup{}}} }

// Check reports what of n does not conform to t, in n's file.
func (c *Checker) Check(n *doc.Node, t shape.Type) { c.value(n, t) }

type checker struct {
	World
	lookups map[shape.Ref]*lookup
}

// value checks what stands behind a key, or in a list.
func (c checker) value(n *doc.Node, t shape.Type) {
	switch t.Kind {
	case shape.Text:
		n.Text("a text")
	case shape.Formula:
		c.Formula(n, t)
	case shape.Word:
		c.word(n, t)
	case shape.Flag:
		n.Bool()
	case shape.Whole:
		c.whole(n, t)
	case shape.Number:
		c.phrase(n, []string{"{percent}", "{money}", "{number}"})
	case shape.Rate:
		c.phrase(n, []string{"{percent}", "{number}"})
	case shape.Phrase:
		c.phrase(n, t.Forms)
	case shape.Name:
		c.name(n, t.Ref)
	default:
		c.several(n, t)
	}
}

// several checks what holds other values.
func (c checker) several(n *doc.Node, t shape.Type) {
	before := len(n.File().Found)
	switch t.Kind {
	case shape.Texts:
		c.texts(n, t)
	case shape.List:
		c.list(n, t, t.Of[0])
	case shape.Names:
		for _, p := range n.Pairs(what(t)) {
			c.named(p.Key, p.Name, t.Ref)
			c.value(p.Value, t.Of[0])
		}
	case shape.Nested:
		c.block(n, *t.Block)
	case shape.Either:
		c.either(n, t)
	}
	if t.Part != "" && !n.File().Found[before:].HasErrors() {
		c.parts(n, t)
	}
}

// block checks a mapping with known keys.
func (c checker) block(n *doc.Node, b shape.Block) {
	fields := n.Fields(b.One, b.Names(), b.LaterNames(), b.Instead)
	n.Require(fields, b.The, b.Required()...)
	for _, k := range slices.Concat(b.Keys, b.Later) {
		if fields[k.Name] != nil {
			c.value(fields[k.Name], k.Type)
		}
	}
	if len(b.OneOf) == 0 || !n.IsMapping() {
		return
	}
	var there []string
	for _, name := range b.OneOf {
		if fields[name] != nil {
			there = append(there, name+":")
		}
	}
	switch {
	case len(there) == 0:
		n.Fail("one-of", "write one of them", "%s has neither `%s:`", b.The, strings.Join(b.OneOf, ":` nor `"))
	case len(there) > 1:
		n.Fail("one-of", "keep one of them", "%s has both %s", b.The, "`"+strings.Join(there, "` and `")+"`")
	}
}

// either checks by the first type that a value of this form can be.
func (c checker) either(n *doc.Node, t shape.Type) {
	for _, of := range t.Of {
		if fits(n, of) {
			c.value(n, of)
			return
		}
	}
	n.Fail("wrong-shape", "write "+what(t), "%s stands here, where %s is expected", n.Shape(), what(t))
}

// fits tells by its form alone whether a value can be of a type.
func fits(n *doc.Node, t shape.Type) bool {
	switch t.Kind {
	case shape.List:
		return n.IsList()
	case shape.Names, shape.Nested:
		return n.IsMapping()
	case shape.Texts:
		return !n.IsMapping()
	}
	return n.IsScalar()
}

func (c checker) word(n *doc.Node, t shape.Type) {
	text, ok := n.Text(what(t))
	if !ok {
		return
	}
	c.member(n, n.Span(), text, t)
}

// member reports a word that is not of the choice.
func (c checker) member(n *doc.Node, at source.Span, text string, t shape.Type) {
	for _, w := range t.Words {
		if w == text {
			return
		}
	}
	hint := "write " + what(t)
	if near := source.Nearest(text, t.Words); near != "" {
		hint = "did you mean " + strconv.Quote(near) + "?"
	}
	n.File().Failf("wrong-shape", at, hint, "%q stands here, where %s is expected", text, what(t))
}

func (c checker) whole(n *doc.Node, t shape.Type) {
	text, ok := n.Text("a whole number")
	if !ok {
		return
	}
	if v, err := strconv.Atoi(text); err != nil || v < t.From || v > t.To {
		n.Fail("number", "write a whole number, without signs or separators", "%q is not a whole number from %d to %d", text, t.From, t.To)
	}
}

// maxPlaced is the length of a text, in bytes, up to which a fault is shown at its
// word; in a longer one, at its beginning: each place is counted from there.
const maxPlaced = 10_000

// list checks the members of a list, of which there is one at least: an empty one would count as if nothing, or all,
// had been said.
func (c checker) list(n *doc.Node, t, of shape.Type) {
	some := false
	for m := range n.List(what(t)) {
		some = true
		c.value(m, of)
	}
	if n.IsList() && !some {
		n.Fail("wrong-shape", "write what it should have, or remove the key", "the list is empty: nobody can tell whether nothing or all is meant")
	}
}

// texts checks a list, or the parts of one text with commas.
func (c checker) texts(n *doc.Node, t shape.Type) {
	of := shape.Type{}
	if len(t.Of) > 0 {
		of = t.Of[0]
	}
	if n.IsList() {
		c.list(n, t, of)
		return
	}
	text, ok := n.Text(what(t))
	if !ok {
		return
	}
	from, whole := 0, n.Span()
	for part := range strings.SplitSeq(text, ",") {
		word := strings.TrimSpace(part)
		at := whole
		if len(text) <= maxPlaced {
			start := from + strings.Index(part, word)
			at = n.Part(start, start+len(word))
		}
		from += len(part) + 1
		switch {
		case word == "":
			n.Fail("wrong-shape", "remove a comma", "nothing stands beside a comma")
		case of.Kind == shape.Word:
			c.member(n, at, word, of)
		case of.Kind == shape.Name:
			c.reference(n, at, word, of.Ref)
		}
	}
}

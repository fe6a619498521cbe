// Package holds reads what plan files say about holding credit and pay back: the blocks hold: and
// pay:, in a plan, and hold: in a credit rule. What stands in them is held against its shape by
// package conform; here it becomes a hold, and what cannot be told from the shape is checked: that
// each kind of event that is held can be released.
//
// A text that conform has refused gives no hold, and no second finding.
package holds

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl/source"
)

// What reads the key what: of a block.
func What(block *doc.Node) hold.What {
	if w := block.Get("what"); w != nil && w.Raw() == "credit" {
		return hold.Credit
	}
	return hold.Payment
}

// Until makes a hold of a block's keys until: and by:, of some kinds of event. It is nil where they have
// a fault.
func Until(block *doc.Node, of []string, schemas []*crediting.Schema) *hold.Hold {
	until := block.Get("until")
	if until == nil || !until.IsScalar() {
		return nil
	}
	p := hold.Part{Share: decimal.New(1, 0), At: until.Span()}
	if !moment(&p, until, until.Raw(), of, schemas) {
		return nil
	}
	if by := block.Get("by"); by != nil {
		p.By, p.ByAt = by.Raw(), by.Span()
	}
	return checked(block, &hold.Hold{What: What(block), Of: of, Parts: []hold.Part{p}, At: until.Span()}, schemas)
}

// Schedule makes a hold of the parts of pay:, each "50% on customer paid".
func Schedule(parts *doc.Node, of []string, schemas []*crediting.Schema) *hold.Hold {
	h := &hold.Hold{Of: of, At: parts.Span()}
	if !parts.IsList() {
		return nil
	}
	for n := range parts.List("a list of parts") {
		words := strings.Fields(n.Raw())
		if len(words) < 3 || words[1] != "on" {
			return nil
		}
		percent, found := strings.CutSuffix(words[0], "%")
		share, err := decimal.NewFromString(strings.ReplaceAll(percent, "_", ""))
		if !found || err != nil {
			return nil
		}
		p := hold.Part{Share: share.Shift(-2), At: n.Span()}
		if !moment(&p, n, strings.Join(words[2:], " "), of, schemas) {
			return nil
		}
		h.Parts = append(h.Parts, p)
	}
	return checked(parts, h, schemas)
}

// moment reads what a part waits for. A name that is both a kind of event and a date of the held one is
// refused; one that is neither has been.
func moment(p *hold.Part, n *doc.Node, name string, of []string, schemas []*crediting.Schema) bool {
	isKind := slices.ContainsFunc(schemas, func(s *crediting.Schema) bool { return s.Kind == name })
	if isKind && held(name, of, schemas) {
		n.File().Found = append(n.File().Found, source.Errorf("moment-of-both", n.Span(), "%q is a kind of event, and a date of what is held: either could be meant", name).
			WithHint("give one of them another name"))
		return false
	}
	if isKind {
		p.Kind = name
		return true
	}
	p.Field = name
	return slices.ContainsFunc(schemas, func(s *crediting.Schema) bool {
		i := s.Index(name)
		return i >= 0 && s.Fields[i].Type == crediting.Date
	})
}

// held reports whether one of the kinds of event that are held has a date of a name.
func held(name string, of []string, schemas []*crediting.Schema) bool {
	return slices.ContainsFunc(schemas, func(s *crediting.Schema) bool {
		i := s.Index(name)
		return slices.Contains(of, s.Kind) && i >= 0 && s.Fields[i].Type == crediting.Date
	})
}

// checked is the hold, where nothing is wrong with it.
func checked(n *doc.Node, h *hold.Hold, schemas []*crediting.Schema) *hold.Hold {
	found := h.Check(schemas)
	if n.File().Found = append(n.File().Found, found...); len(found) > 0 || len(h.Parts) == 0 {
		return nil
	}
	return h
}

// Texts are the names behind a key: a list of them, or a text with commas. there is false where there is no
// such key.
func Texts(block *doc.Node, key string) (names []string, there bool) {
	n := block.Get(key)
	switch {
	case n == nil:
		return nil, false
	case n.IsList():
		for m := range n.List("a list") {
			names = append(names, m.Raw())
		}
	case n.IsScalar():
		for name := range strings.SplitSeq(n.Raw(), ",") {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names, true
}

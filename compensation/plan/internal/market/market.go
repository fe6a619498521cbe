// Package market reads how a company divides its market: the dimensions, and what each territory
// has of them.
//
// A dimension is of a field that events declare as a key. Reading it makes the field an enum of the
// dimension's members, so that a misspelt one is found in the data and in formulas, and
// tells formulas what stands below each, so that `region in EMEA` reaches Germany.
//
// Trap: a field is of one dimension at most, but several kinds of event may have it.
package market

import (
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl/source"
)

// Market is what has been read. Schemas are the kinds of event, whose fields Dimensions
// changes; Suggest says which of some names was probably meant.
type Market struct {
	Schemas []*crediting.Schema
	Suggest func(name string, known []string) string
	All     []territory.Dimension // in the order of the file
	faulty  map[string]bool       // dimensions that could not be read
	names   [][]string            // by dimension: its members
	sets    []map[string]bool     // the same, to be found fast
}

// maxPlaced is the length of a text, in bytes, up to which a fault is shown at its word: each place
// is counted from the beginning.
const maxPlaced = 10_000

// maxLevels is how many levels a dimension has at most.
const maxLevels = 32

// Dimensions reads the block `dimensions:`.
func (m *Market) Dimensions(n *doc.Node) {
	m.faulty = map[string]bool{}
	for _, p := range n.Pairs("a mapping of dimensions") {
		before := len(n.File().Found)
		d := territory.Dimension{Name: p.Name, Field: p.Name, At: p.Key.Span()}
		block := shape.Dimension()
		fields := p.Value.Fields(block.One, block.Names(), block.LaterNames(), block.Instead)
		if !p.Value.Require(fields, block.The, block.Required()...) {
			m.faulty[p.Name] = true
			continue
		}
		if of := fields["of"]; of != nil {
			d.Field, _ = of.Text("a field of an event")
		}
		members(&d, fields["members"], -1, 1, map[string]source.Span{})
		m.field(&d, fieldNode(p.Key, fields["of"]))
		if len(n.File().Found) > before {
			m.faulty[p.Name] = true
		}
		m.All, m.names = append(m.All, d), append(m.names, d.Names())
		set := make(map[string]bool, len(d.Members))
		for _, member := range d.Members {
			set[member.Name] = true
		}
		m.sets = append(m.sets, set)
	}
}

func fieldNode(key, of *doc.Node) *doc.Node {
	if of != nil {
		return of
	}
	return key
}

// members reads names in names, each behind the one above it.
func members(d *territory.Dimension, n *doc.Node, above, level int, seen map[string]source.Span) {
	add := func(n *doc.Node, name string) int {
		if first, ok := seen[name]; ok {
			found := source.Errorf("member-twice", n.Span(), "the member %q stands twice in the dimension", name)
			n.File().Found = append(n.File().Found, found.WithNote(first, "the first").WithHint("a member has one place in a hierarchy: give one of them another name"))
		}
		seen[name] = n.Span()
		d.Members = append(d.Members, territory.Member{Name: name, Above: above, At: n.Span()})
		return len(d.Members) - 1
	}
	if level > maxLevels {
		n.Fail("too-deep", "leave levels out", "a dimension has at most %d levels", maxLevels)
		return
	}
	if n.IsList() {
		for m := range n.List("a list of members") {
			if name, ok := m.Text("a member"); ok {
				add(m, name)
			}
		}
		return
	}
	for _, p := range n.Pairs("a list of members, or a mapping of members to those below them") {
		members(d, p.Value, add(p.Key, p.Name), level+1, seen)
	}
}

// field makes the field of a dimension an enum, in each kind of event that has it.
func (m *Market) field(d *territory.Dimension, n *doc.Node) {
	found := false
	var known []string
	for _, s := range m.Schemas {
		known = append(known, s.Names()...)
		i := s.Index(d.Field)
		if i < 0 {
			continue
		}
		f := &s.Fields[i]
		switch {
		case f.Below != nil:
			n.Fail("dimension-twice", "make one hierarchy of both, or give the event another field", "the field %q is of another dimension, too", d.Field)
		case f.Type != crediting.Key:
			n.Fail("field-type", "declare it as `"+d.Field+": key`: the dimension says what it may be", "the field %q of a dimension is not a key", d.Field)
		default:
			f.Type, f.Enum, f.Below = crediting.Enum, d.Names(), d.Below()
		}
		found = true
	}
	if !found && len(m.Schemas) > 0 {
		n.Fail("unknown-field", m.Suggest(d.Field, known), "%q is not a field of an event", d.Field)
	}
}

// Within reads what a territory of a kind of event has of each dimension.
func (m *Market) Within(n *doc.Node, s *crediting.Schema) (out []territory.Within) {
	none := true
	for _, p := range n.Pairs("a mapping of dimensions to members") {
		if none = false; m.faulty[p.Name] {
			continue
		}
		at, names := -1, []string{}
		for i, d := range m.All {
			if names = append(names, d.Name); d.Name == p.Name {
				at = i
			}
		}
		if at < 0 {
			p.Key.Fail("unknown-dimension", m.Suggest(p.Name, names), "%q is not a dimension", p.Name)
			continue
		}
		d := &m.All[at]
		w := territory.Within{Dimension: at, Field: s.Index(d.Field), At: p.Value.Span()}
		if w.Field < 0 {
			p.Key.Fail("unknown-field", "", "the dimension %s is of the field %q, which %s does not have", d.Name, d.Field, s.Kind)
			continue
		}
		if w.Members = m.some(p.Value, at); len(w.Members) > 0 {
			out = append(out, w)
		}
	}
	if none && n.IsMapping() {
		noMembers(n)
	}
	return out
}

// noMembers refuses what would leave a territory out, or widen it, in silence.
func noMembers(n *doc.Node) {
	n.Fail("no-members", "name a member, or remove the key: then the territory has everything of it", "no member is named")
}

// some reads members of a dimension: a list, or one text with commas.
func (m *Market) some(n *doc.Node, dimension int) (out []string) {
	set, none := m.sets[dimension], true
	each := func(at source.Span, name string) {
		if none = false; set[name] {
			out = append(out, name)
			return
		}
		n.File().Failf("unknown-member", at, m.Suggest(name, m.names[dimension]), "%q is not a member of the dimension %s", name, m.All[dimension].Name)
	}
	if n.IsList() {
		for e := range n.List("a list of members") {
			none = false
			if name, ok := e.Text("a member"); ok {
				each(e.Span(), name)
			}
		}
		if none {
			noMembers(n)
		}
		return out
	}
	text, _ := n.Text("a member, or a list of members")
	from := 0
	for part := range strings.SplitSeq(text, ",") {
		if name := strings.TrimSpace(part); name != "" {
			at := n.Span()
			if len(text) <= maxPlaced {
				start := from + strings.Index(part, name)
				at = n.Part(start, start+len(name))
			}
			each(at, name)
		}
		from += len(part) + 1
	}
	return out
}

package format

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/payproof/payproof/compensation/plan/internal/shape"
)

// order is the order of a block's keys, and those of what lies in it. A zero order
// keeps what there is.
type order struct {
	keys  []string         // in this order; others follow as they stand
	below map[string]order // by key
	each  *order           // of every value, or every member of a list
}

// of is the order of the value of a key.
func (o order) of(key string) order {
	if below, ok := o.below[key]; ok || o.each == nil {
		return below
	}
	return *o.each
}

// rank is a key's place in the order.
func (o order) rank(key string) int {
	if i := slices.Index(o.keys, key); i >= 0 {
		return i
	}
	return len(o.keys)
}

// orderOf is the order of a file, by what it is about.
func orderOf(root *yaml.Node) order {
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value == "plan" {
			return ofBlock(shape.Plan())
		}
	}
	return ofBlock(shape.Company())
}

// ofBlock is the order in which the language describes a block's keys; those that are
// still to come are last.
func ofBlock(b shape.Block) order {
	o := order{keys: append(b.Names(), b.LaterNames()...), below: map[string]order{}}
	for _, k := range slices.Concat(b.Keys, b.Later) {
		o.below[k.Name] = ofType(k.Type)
	}
	return o
}

func ofType(t shape.Type) order {
	switch t.Kind {
	case shape.Nested:
		return ofBlock(*t.Block)
	case shape.List, shape.Names:
		each := ofType(t.Of[0])
		return order{each: &each}
	case shape.Either:
		return ofChoice(t.Of)
	}
	return order{}
}

// ofChoice merges the orders of several kinds of block: a key that only a later
// one has stands behind the key that it follows there.
func ofChoice(choice []shape.Type) order {
	all := order{below: map[string]order{}}
	for _, t := range choice {
		o := ofType(t)
		at := 0
		for _, key := range o.keys {
			if i := slices.Index(all.keys, key); i >= 0 {
				at = i + 1
				continue
			}
			all.keys = slices.Insert(all.keys, at, key)
			at++
		}
		for _, key := range o.keys {
			all.below[key] = o.of(key)
		}
	}
	return all
}

// same compares two trees but for the order of the keys that a shape orders.
func same(a, b *yaml.Node, s order) bool {
	if a.Kind != b.Kind || a.Value != b.Value || a.ShortTag() != b.ShortTag() || len(a.Content) != len(b.Content) {
		return false
	}
	if a.Kind != yaml.MappingNode {
		return slices.EqualFunc(a.Content, b.Content, func(x, y *yaml.Node) bool { return same(x, y, s.of("")) })
	}
	p, q := sorted(a, s), sorted(b, s)
	return slices.EqualFunc(p, q, func(x, y pair) bool {
		return same(x.key, y.key, order{}) && same(x.value, y.value, s.of(x.key.Value))
	})
}

type pair struct{ key, value *yaml.Node }

// sorted are the entries of a mapping in the order of its shape.
func sorted(n *yaml.Node, s order) (out []pair) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		out = append(out, pair{n.Content[i], n.Content[i+1]})
	}
	slices.SortStableFunc(out, func(x, y pair) int { return s.rank(x.key.Value) - s.rank(y.key.Value) })
	return out
}

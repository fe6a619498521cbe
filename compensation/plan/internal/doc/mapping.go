package doc

import (
	"iter"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/payproof/payproof/dsl/source"
)

// Pair is a key of a mapping and its value.
type Pair struct {
	Key   *Node
	Name  string // the key's text
	Value *Node
}

// Pairs are the entries of a mapping whose keys are names of its own, in order.
// what says what was expected instead of another shape.
func (n *Node) Pairs(what string) []Pair { return n.pairs(what, "write "+what) }

// pairs are Pairs, with what to write where there is something else.
func (n *Node) pairs(what, hint string) []Pair {
	if !n.isOr(yaml.MappingNode, what, hint) {
		return nil
	}
	seen := map[string]*Node{}
	var out []Pair
	for i := 0; i+1 < len(n.yaml.Content); i += 2 {
		k, v := &Node{n.file, n.yaml.Content[i]}, &Node{n.file, n.yaml.Content[i+1]}
		if !k.is(yaml.ScalarNode, "a name") {
			continue
		}
		name, v := n.unglue(k, v)
		if first, ok := seen[name]; ok {
			d := source.Errorf("key-twice", k.Span(), "the key %q stands twice", name).WithNote(first.Span(), "the first").WithHint("keep one of them")
			n.file.Found = append(n.file.Found, d)
			continue
		}
		seen[name] = k
		out = append(out, Pair{k, name, v})
	}
	return out
}

// Fields are the values of a mapping by key. Keys that are not in known are
// findings; those in later are too, saying that this version does not know them yet.
// instead has, for words in lower case that people write for a key, what to write. A
// misspelt key counts as the one that was probably meant, so that it is not said to be
// missing as well.
func (n *Node) Fields(what string, known, later []string, instead map[string]string) map[string]*Node {
	out := map[string]*Node{}
	for _, p := range n.pairs(what, "write its keys below it: `"+strings.Join(known[:min(3, len(known))], ":`, `")+":` …") {
		switch {
		case slices.Contains(known, p.Name):
			out[p.Name] = p.Value
		case slices.Contains(later, p.Name):
			out[p.Name] = p.Value
			p.Key.Fail("not-yet", "remove it; it is never ignored", "this version does not compute `%s:` yet", p.Name)
		default:
			all := append(slices.Clone(known), later...)
			meant := known
			if source.Nearest(p.Name, known) == "" && source.Nearest(p.Name, later) != "" {
				meant = later
			}
			hint := instead[strings.ToLower(p.Name)]
			if hint == "" {
				hint = source.DidYouMean(p.Name, meant)
			}
			p.Key.Fail("unknown-key", hint, "unknown key %s in %s", quote(p.Name), what)
			if near := source.Nearest(p.Name, all); near != "" && !n.Has(near) && out[near] == nil {
				out[near] = p.Value
			}
		}
	}
	return out
}

// Keys are the keys of a mapping with their texts, in order; none of another shape.
func (n *Node) Keys() iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) {
		if !n.IsMapping() {
			return
		}
		for i := 0; i+1 < len(n.yaml.Content); i += 2 {
			if k := n.yaml.Content[i]; !yield(k.Value, &Node{n.file, k}) {
				return
			}
		}
	}
}

// Has reports whether the node is a mapping with the key.
func (n *Node) Has(key string) bool { return n.Get(key) != nil }

// Get is the value of a key, nil where there is none.
func (n *Node) Get(key string) *Node {
	if !n.IsMapping() {
		return nil
	}
	for i := 0; i+1 < len(n.yaml.Content); i += 2 {
		if n.yaml.Content[i].Value == key {
			return &Node{n.file, n.yaml.Content[i+1]}
		}
	}
	return nil
}

// Require reports, for each key that is not there, what to write.
func (n *Node) Require(fields map[string]*Node, what string, keys ...string) bool {
	if n.yaml.Kind != yaml.MappingNode || n.yaml.Anchor != "" || n.yaml.Style&yaml.TaggedStyle != 0 {
		return false // which has been reported
	}
	var missing []string
	for _, k := range keys {
		if fields[k] == nil {
			missing = append(missing, "`"+k+":`")
		}
	}
	if len(missing) > 0 {
		n.Fail("key-missing", "write "+strings.Join(missing, " and "), "%s has no %s", what, strings.Join(missing, " and no "))
	}
	return len(missing) == 0
}

// List is the members of a list.
func (n *Node) List(what string) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		if !n.is(yaml.SequenceNode, what) {
			return
		}
		for _, c := range n.yaml.Content {
			if !yield(&Node{n.file, c}) {
				return
			}
		}
	}
}

// IsScalar reports whether the node is a text, a number or a truth.
func (n *Node) IsScalar() bool { return n.yaml.Kind == yaml.ScalarNode }

// IsMapping reports whether the node is a mapping.
func (n *Node) IsMapping() bool { return n.yaml.Kind == yaml.MappingNode }

// IsList reports whether the node is a list.
func (n *Node) IsList() bool { return n.yaml.Kind == yaml.SequenceNode }

// Package shape describes the blocks of plan files: which keys may stand in each,
// what stands behind a key, and what it means.
//
// The loader takes the keys that it knows from here, and the JSON Schemas that
// editors complete and check with are written from the same values, so that the two cannot
// drift apart. [Company] and [Plan] are the two kinds of file; every other block
// hangs under one of them.
//
// Terms. A [Block] is a mapping. A [Key] is one line of it. A [Type] is what may stand
// behind a key: a text, one of some words, a formula, a list, a mapping of names that the author
// chooses, or another block. A key that is Later is part of the language but not yet
// computed: it is refused by name, never ignored, and what stands behind it is checked all
// the same, by package conform. When its engine lands it moves from Later to Keys.
//
// Trap: a schema sees one file at a time and no names. It accepts a formula or a name that
// the loader refuses; what it refuses, the loader refuses too.
package shape

import "strings"

// Block is a mapping of a plan file. The zero value has no keys.
type Block struct {
	Name     string            // what it is: "component"
	One      string            // as findings introduce it: "a component"
	The      string            // as findings refer to it: "the component"
	About    string            // one sentence for whoever writes one
	Keys     []Key             // in the order in which they are best written
	OneOf    []string          // exactly one of these keys stands in it; none: no such rule
	Joins    map[string]string // by a key of OneOf: another one beside which it may stand, as a part of that
	Later    []Key             // keys of the language that this version checks and then refuses
	Others   *Type             // what stands behind names that the author chooses; nil: there are none
	Reserved []string          // names that the author cannot choose
	Instead  map[string]string // by a word that people write for a key: what to write in its place
}

// Key is one key of a block.
type Key struct {
	Name     string // as it is written before the colon
	Required bool   // the block means nothing without it
	Type     Type   // what stands behind it
	About    string // one sentence, in the field's terms
	Examples []any  // what may stand behind it: texts, whole numbers, truths and lists of texts
	Beside   string // a key without which this one means nothing; empty: none
}

// Names are the known keys, in order.
func (b Block) Names() []string {
	out := make([]string, 0, len(b.Keys))
	for _, k := range b.Keys {
		out = append(out, k.Name)
	}
	return out
}

// LaterNames are the keys that this version refuses, in order.
func (b Block) LaterNames() []string {
	out := make([]string, 0, len(b.Later))
	for _, k := range b.Later {
		out = append(out, k.Name)
	}
	return out
}

// Required are the keys that the block means nothing without, in order.
func (b Block) Required() (out []string) {
	for _, k := range b.Keys {
		if k.Required {
			out = append(out, k.Name)
		}
	}
	return out
}

// block is a block with the names that findings give it.
func block(name, about string, keys ...Key) Block {
	one := "a " + name
	if strings.ContainsAny(name[:1], "aeio") {
		one = "an " + name
	}
	return Block{Name: name, One: one, The: "the " + name, About: about, Keys: keys}
}

// need is a key that is required.
func need(name string, t Type, about string, examples ...any) Key {
	return Key{Name: name, Required: true, Type: t, About: about, Examples: examples}
}

// may is a key that can be left out.
func may(name string, t Type, about string, examples ...any) Key {
	return Key{Name: name, Type: t, About: about, Examples: examples}
}

// beside is a key that means nothing without another.
func beside(other string, k Key) Key {
	k.Beside = other
	return k
}

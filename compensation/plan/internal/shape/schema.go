package shape

import (
	"bytes"
	"encoding/json"
	"strings"
)

// dialect is the version of JSON Schema that is written.
const dialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is the JSON Schema of a file whose root is the block: the same bytes
// each time, indented by two spaces. An error means that an example in this
// package is not JSON.
func (b Block) Schema(title string) ([]byte, error) {
	w := &writer{seen: map[string]bool{}}
	root := object{{"$schema", dialect}, {"title", title}, {"description", b.About}}
	root = w.body(root, b)
	root = root.put("$defs", append(scalars(), w.defs...))
	var compact, out bytes.Buffer
	if err := write(&compact, root); err != nil {
		return nil, err
	}
	if err := json.Indent(&out, compact.Bytes(), "", "  "); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// scalars are the definitions that many keys share. YAML reads 2026 as a number and
// true as a truth: where a text is wanted, both are texts.
func scalars() object {
	anything := []string{"string", "number", "boolean"}
	return object{
		{"text", object{{"type", anything}, {"minLength", 1}}},
		{"texts", object{{"anyOf", []any{ref("text"), object{{"type", "array"}, {"items", ref("text")}}}}}},
		{"formula", object{{"type", anything}, {"minLength", 1}}},
		{"number", object{{"type", []string{"string", "number"}}, {"pattern", decimalForm + `(%| [A-Z]{3})?$`}}},
		{"rate", object{{"type", []string{"string", "number"}}, {"pattern", decimalForm + `(%| [A-Z]{3} per [a-z][a-z ]*)?$`}}},
		{"value", object{{"type", []string{"string", "number"}}, {"pattern", decimalForm + `(%| [A-Z]{3}( per [a-z][a-z ]*)?)?$`}}},
	}
}

// decimalForm is a decimal with _ between its digits.
const decimalForm = `^-?(0|[1-9][0-9]*(_[0-9]+)*)(\.[0-9]+(_[0-9]+)*)?`

func ref(name string) object { return object{{"$ref", "#/$defs/" + name}} }

// writer collects the definitions of the blocks that it meets.
type writer struct {
	defs object
	seen map[string]bool
}

// body adds what a block says about a mapping.
func (w *writer) body(o object, b Block) object {
	o = o.put("type", "object")
	var keys object
	for _, k := range b.Keys {
		keys = keys.put(k.Name, w.key(k))
	}
	for _, k := range b.Later {
		keys = keys.put(k.Name, later(k))
	}
	if len(keys) > 0 {
		o = o.put("properties", keys)
	}
	if need := b.Required(); len(need) > 0 {
		o = o.put("required", need)
	}
	if len(b.OneOf) > 0 {
		var choice []any
		for _, name := range b.OneOf {
			only := object{{"required", []string{name}}}
			if other := b.Joins[name]; other != "" {
				only = only.put("not", object{{"required", []string{other}}})
			}
			choice = append(choice, only)
		}
		o = o.put("oneOf", choice)
	}
	var alone object
	for _, k := range b.Keys {
		if k.Beside != "" {
			alone = alone.put(k.Name, []string{k.Beside})
		}
	}
	if len(alone) > 0 {
		o = o.put("dependentRequired", alone)
	}
	if len(b.Reserved) > 0 {
		o = o.put("propertyNames", object{{"not", object{{"enum", b.Reserved}}}})
	}
	if b.Others != nil {
		return o.put("additionalProperties", w.of(*b.Others))
	}
	return o.put("additionalProperties", false)
}

// key is the schema of what stands behind a key, with its description first.
func (w *writer) key(k Key) object {
	o := append(object{{"description", k.About}}, w.of(k.Type)...)
	if len(k.Examples) > 0 {
		o = o.put("examples", k.Examples)
	}
	return o
}

// later is the schema of a key that is refused: editors show what it will mean.
func later(k Key) object {
	return object{{"description", k.About + " This version checks it, does not compute it yet, and refuses it."}, {"not", object{}}}
}

// of is the schema of a type. A phrase and a name are texts to a schema, which knows
// no names.
func (w *writer) of(t Type) object {
	switch t.Kind {
	case Text:
		if t.Pattern == "" {
			return ref("text")
		}
		return object{{"type", "string"}, {"pattern", t.Pattern}}
	case Phrase, Name:
		return ref("text")
	case Formula:
		return ref("formula")
	case Word:
		return object{{"enum", t.Words}}
	case Flag:
		return object{{"type", "boolean"}}
	case Whole:
		return object{{"type", "integer"}, {"minimum", t.From}, {"maximum", t.To}}
	case Number:
		return ref("number")
	case Rate:
		return ref("rate")
	case Value:
		return ref("value")
	case Texts:
		return ref("texts")
	case List:
		return object{{"type", "array"}, {"items", w.of(t.Of[0])}}
	case Names:
		return object{{"type", "object"}, {"additionalProperties", w.of(t.Of[0])}}
	case Tree:
		return object{{"type", []string{"object", "array"}}}
	case Nested:
		return w.nested(*t.Block)
	case Either:
		var choice []any
		for _, c := range t.Of {
			choice = append(choice, w.of(c))
		}
		return object{{"anyOf", choice}}
	}
	return object{}
}

// nested defines a block once and refers to it.
func (w *writer) nested(b Block) object {
	name := strings.ReplaceAll(b.Name, " ", "-")
	if !w.seen[name] {
		w.seen[name] = true
		at := len(w.defs)
		w.defs = w.defs.put(name, nil) // its place, before those of the blocks in it
		w.defs[at].value = w.body(object{{"title", b.Name}, {"description", b.About}}, b)
	}
	return ref(name)
}

// object is a JSON object whose members keep their order: editors offer keys in
// the order of the schema.
type object []member

type member struct {
	name  string
	value any
}

// put is o with one more member.
func (o object) put(name string, value any) object { return append(o, member{name, value}) }

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := write(&b, m.name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := write(&b, m.value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// write keeps <, > and & as they are, which formulas are full of.
func write(b *bytes.Buffer, value any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

// example is a value written as JSON.
func example(text string) json.RawMessage { return json.RawMessage(text) }

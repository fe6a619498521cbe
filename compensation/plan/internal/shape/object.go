package shape

import (
	"bytes"
	"encoding/json"
)

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

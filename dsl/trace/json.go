package trace

import (
	"encoding/json"
	"io"

	"github.com/payproof/payproof/dsl/source"
)

// wire is the JSON form: keys in a fixed order, absent where empty.
type wire struct {
	Op       Op      `json:"op"`
	Label    string  `json:"label,omitempty"`
	Text     string  `json:"text,omitempty"`
	File     string  `json:"file,omitempty"`
	Span     *[4]int `json:"span,omitempty"` // line, column, to line, to column
	Value    string  `json:"value"`
	Unit     string  `json:"unit,omitempty"`
	Detail   string  `json:"detail,omitempty"`
	Flags    Flags   `json:"flags,omitzero"`
	Args     []*Node `json:"args,omitempty"`
	NotTaken []*Node `json:"not_taken,omitempty"`
}

// MarshalJSON writes the node with its keys in a fixed order. The span is
// [line, column, to line, to column], from 1; the end is exclusive.
func (n *Node) MarshalJSON() ([]byte, error) {
	w := wire{n.Op, n.Label, n.Text, n.At.File, nil, n.Value, n.Unit, n.Detail, n.Flags, n.Args, n.NotTaken}
	if f, t := n.At.From, n.At.To; f.Line > 0 {
		w.Span = &[4]int{f.Line, f.Col, t.Line, t.Col}
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Node) UnmarshalJSON(b []byte) error {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*n = Node{w.Op, w.Label, w.Text, source.Span{File: w.File}, w.Value, w.Unit, w.Detail, w.Flags, w.Args, w.NotTaken}
	if s := w.Span; s != nil {
		n.At.From, n.At.To = source.Pos{Line: s[0], Col: s[1]}, source.Pos{Line: s[2], Col: s[3]}
	}
	return nil
}

// MarshalJSON writes the names of the flags that are set.
func (f Flags) MarshalJSON() ([]byte, error) { return json.Marshal(f.Names()) }

// UnmarshalJSON reads a list of names; an unknown name is ignored, since the
// set may grow.
func (f *Flags) UnmarshalJSON(b []byte) error {
	var names []string
	if err := json.Unmarshal(b, &names); err != nil {
		return err
	}
	*f = 0
	for _, n := range names {
		for i, known := range flagNames {
			if n == known {
				*f |= 1 << i
			}
		}
	}
	return nil
}

// WriteJSON writes the tree as one indented JSON document that ends in a newline.
func WriteJSON(w io.Writer, n *Node) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(n)
}

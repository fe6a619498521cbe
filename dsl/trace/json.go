package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/payproof/payproof/dsl/source"
)

// format names what [Node.WriteJSON] writes. It changes only when a reader of the old
// one would misread the new one; a new op or key alone does not.
const format = "payproof/trace/1"

// wire is the JSON form: keys in a fixed order, absent where empty.
type wire struct {
	Format   string   `json:"format,omitempty"` // of the document: only its root has one
	Op       Op       `json:"op"`
	Label    string   `json:"label,omitempty"`
	Text     string   `json:"text,omitempty"`
	File     string   `json:"file,omitempty"`
	Span     *[4]int  `json:"span,omitempty"` // line, column, to line, to column
	Value    string   `json:"value"`
	Unit     string   `json:"unit,omitempty"`
	Detail   string   `json:"detail,omitempty"`
	Flags    []string `json:"flags,omitempty"`
	Args     []*wire  `json:"args,omitempty"`
	NotTaken []*wire  `json:"not_taken,omitempty"`
}

// toWire copies a whole tree at once: a Marshaler for each node would read every level
// again for each level above it.
func toWire(n *Node) *wire {
	w := &wire{
		Op: n.Op, Label: n.Label, Text: n.Text, File: n.At.File, Value: n.Value, Unit: n.Unit, Detail: n.Detail,
		Flags: n.Flags.Names(), Args: each(n.Args, toWire), NotTaken: each(n.NotTaken, toWire),
	}
	if f, t := n.At.From, n.At.To; f.Line > 0 {
		w.Span = &[4]int{f.Line, f.Col, t.Line, t.Col}
	}
	return w
}

func fromWire(w *wire) *Node {
	n := &Node{
		Op: w.Op, Label: w.Label, Text: w.Text, At: source.Span{File: w.File}, Value: w.Value, Unit: w.Unit, Detail: w.Detail,
		Flags: flagsOf(w.Flags), Args: each(w.Args, fromWire), NotTaken: each(w.NotTaken, fromWire),
	}
	if s := w.Span; s != nil && s[0] > 0 {
		n.At.From, n.At.To = source.Pos{Line: s[0], Col: s[1]}, source.Pos{Line: s[2], Col: s[3]}
	}
	return n
}

// each converts the children that are there.
func each[From, To any](list []*From, convert func(*From) *To) []*To {
	var out []*To
	for _, x := range list {
		if x != nil {
			out = append(out, convert(x))
		}
	}
	return out
}

// MarshalJSON writes the node with its keys in a fixed order. The span is
// [line, column, to line, to column], from 1; the end is exclusive.
func (n *Node) MarshalJSON() ([]byte, error) {
	if n == nil {
		return []byte("null"), nil
	}
	return json.Marshal(toWire(n))
}

// UnmarshalJSON reads what MarshalJSON and [Node.WriteJSON] write. Unknown keys, ops and
// flags are no error, since the sets may grow; a document of another format is.
func (n *Node) UnmarshalJSON(b []byte) error {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	if w.Format != "" && w.Format != format {
		return fmt.Errorf("an explanation of format %q; this version reads %q", w.Format, format)
	}
	*n = *fromWire(&w)
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
	*f = flagsOf(names)
	return nil
}

func flagsOf(names []string) (f Flags) {
	for _, n := range names {
		for i, known := range flagNames {
			if n == known {
				f |= 1 << i
			}
		}
	}
	return f
}

// WriteJSON writes the tree as one indented JSON document that ends in a newline, as
// [Schema] describes it. A tree of more than about 4,900 levels is an error, and so is
// none at all.
func (n *Node) WriteJSON(w io.Writer) error {
	if n == nil {
		return errors.New("there is no explanation to write")
	}
	root := toWire(n)
	root.Format = format
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(root)
}

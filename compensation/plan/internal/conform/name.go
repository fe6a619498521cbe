package conform

import (
	"slices"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/dsl/source"
)

// thing is how findings call what a name stands for.
type thing struct {
	ref  shape.Ref
	code string // of a name that nobody declared
	one  string // "a component"
	none string // what it is not; empty: "not" and one
}

var things = []thing{
	{ref: shape.ComponentName, code: "unknown-component", one: "a component"},
	{ref: shape.MeasureName, code: "unknown-measure", one: "a measure"},
	{ref: shape.TypeName, code: "unknown-credit-type", one: "a credit type"},
	{ref: shape.RuleName, code: "unknown-rule", one: "a credit rule"},
	{ref: shape.RelationshipName, code: "unknown-relationship", one: "one of `relations:`"},
	{ref: shape.FactsName, code: "unknown-event", one: "a kind of event or facts", none: "neither a kind of event nor people, edges, assignments, quotas or fx"},
	{ref: shape.FieldName, code: "unknown-field", one: "a field of an event"},
	{ref: shape.DateFieldName, code: "unknown-field", one: "a date field of an event"},
	{ref: shape.NumberFieldName, code: "unknown-field", one: "a field of an event that holds a number"},
	{ref: shape.MomentName, code: "unknown-event", one: "a kind of event, or a date field of one", none: "neither a kind of event nor a date field of one"},
	{ref: shape.ReversalName, code: "unknown-event", one: "a kind of event, or a member of an enum", none: "neither a kind of event nor a member of an event's enum"},
	{ref: shape.TerritoryName, code: "unknown-territory", one: "a territory"},
}

// thingOf is the thing of a reference; there is none for names that the author chooses.
func thingOf(ref shape.Ref) thing {
	i := slices.IndexFunc(things, func(t thing) bool { return t.ref == ref })
	if i < 0 {
		return thing{one: "a name"}
	}
	return things[i]
}

// name checks a text that names something.
func (c checker) name(n *doc.Node, ref shape.Ref) {
	if text, ok := n.Text("the name of " + thingOf(ref).one); ok {
		c.reference(n, n.Span(), text, ref)
	}
}

// named checks a key that names something.
func (c checker) named(key *doc.Node, text string, ref shape.Ref) {
	if ref != shape.Chosen {
		c.reference(key, key.Span(), text, ref)
	}
}

// maxCompared is how many names of a kind are looked at for hints, over all mistakes:
// looking among many thousands, thousands of times, would never end.
const maxCompared = 200_000

// lookup is the names of a kind, to be found fast.
type lookup struct {
	Names
	set      map[string]bool
	compared int
}

func (c checker) lookup(ref shape.Ref) *lookup {
	l := c.lookups[ref]
	if l == nil {
		l = &lookup{Names: c.Names(ref), set: map[string]bool{}}
		for _, name := range l.Known {
			l.set[name] = true
		}
		c.lookups[ref] = l
	}
	return l
}

// reference reports a name that nobody declared.
func (c checker) reference(n *doc.Node, at source.Span, text string, ref shape.Ref) {
	if f := c.unknown(text, ref); f != nil {
		n.File().Failf(f.code, at, f.hint, "%s", f.message)
	}
}

// unknown is the fault of a name that nobody declared, or nil.
func (c checker) unknown(text string, ref shape.Ref) *fault {
	if ref == shape.Chosen {
		return nil
	}
	names := c.lookup(ref)
	if names.Vague || names.set[text] {
		return nil
	}
	hint := ""
	if names.compared += len(names.Known); names.compared <= maxCompared {
		hint = source.DidYouMean(text, names.Known)
	}
	t := thingOf(ref)
	none := t.none
	if none == "" {
		none = "not " + t.one
	}
	return &fault{code: t.code, hint: hint, message: quote(text) + " is " + none}
}

// Package leaf explains what every explanation ends in: credits, with what released them or took them back, and the
// events that they are of.
package leaf

import (
	"fmt"
	"strings"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
)

// Credit explains a credit by its rule and its event.
func Credit(c *crediting.Credit, unit string) *trace.Node {
	if r := c.Event.Reversal(); r != nil {
		takes := r.String()
		if c.Release != nil {
			takes += fmt.Sprintf(", what is held first; of the %s that count %s, after %s before", fact.DecimalText(c.Release.Whole), fact.DecimalText(c.Amount.Neg()), fact.DecimalText(c.Release.Before))
		}
		return &trace.Node{
			Op: trace.Credit, Label: string(c.Rule), Value: fact.DecimalText(c.Amount), Unit: unit,
			Detail: c.Origin.String() + " by " + c.Via + ", takes back " + takes, Args: []*trace.Node{Event(c.Event), Event(r.Of)},
		}
	}
	n := &trace.Node{
		Op: trace.Credit, Label: string(c.Rule), Value: fact.DecimalText(c.Amount), Unit: unit,
		Detail: c.Origin.String() + " by " + c.Via, Args: []*trace.Node{Event(c.Event)},
	}
	switch {
	case c.Origin == crediting.RolledUp:
		n.Op = trace.RolledUp
		path := make([]string, len(c.Path))
		for i, p := range c.Path {
			path[i] = string(p)
		}
		n.Detail = "up " + c.Via + " from " + strings.Join(path, " → ")
		if c.Limit != "" {
			n.Detail += ", " + c.Limit
		}
	case c.Release == nil && !c.Amount.Equal(c.Whole) || c.Release != nil && !c.Release.Whole.Equal(c.Whole):
		n.Op = trace.Allocated
		n.Detail += ", share " + fact.DecimalText(c.Share) + " of " + fact.DecimalText(c.Whole)
	}
	if c.Release != nil {
		return releaseNode(n, c, unit)
	}
	return n
}

// releaseNode explains a part of held credit, by what released it and the credit as it was before.
func releaseNode(whole *trace.Node, c *crediting.Credit, unit string) *trace.Node {
	r := c.Release
	whole.Value = fact.DecimalText(r.Whole)
	of := whole.Value
	if !r.Reversed.IsZero() {
		of += ", but no more than the " + fact.DecimalText(r.Whole.Sub(r.Reversed)) + " that reversals left"
	}
	n := &trace.Node{
		Op: trace.Released, Label: "event " + string(c.Event.ID), Value: fact.DecimalText(c.Amount), Unit: unit,
		Detail: r.Fraction + " of " + of + ", less " + fact.DecimalText(r.Before) + " released before; counts from " + r.On.String(),
		Args:   []*trace.Node{whole},
	}
	for _, by := range r.By {
		n.Args = append(n.Args, Event(by))
	}
	return n
}

// Event is the leaf of every explanation: the line of the feed, with its
// fields.
func Event(e *crediting.Event) *trace.Node {
	n := &trace.Node{Op: trace.Event, Label: string(e.ID)}
	var fields []string
	for i, f := range e.Schema().Fields {
		text := e.Show(i)
		switch {
		case f.Name == "amount" && f.Type == crediting.Money:
			n.Value, n.Unit = text, e.Schema().Currency.String()
		case text != "":
			fields = append(fields, f.Name+" "+text)
		}
	}
	n.Detail = strings.Join(fields, ", ")
	return n
}

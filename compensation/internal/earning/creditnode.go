package earning

import (
	"strings"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/trace"
)

// creditNode explains a credit by its rule and its event.
func creditNode(c *crediting.Credit, unit string) *trace.Node {
	if r := c.Event.Reversal(); r != nil {
		return &trace.Node{
			Op: trace.Credit, Label: string(c.Rule), Value: fact.DecimalText(c.Amount), Unit: unit,
			Detail: c.Origin.String() + " by " + c.Via + ", takes back " + r.String(), Args: []*trace.Node{eventNode(c.Event), eventNode(r.Of)},
		}
	}
	n := &trace.Node{
		Op: trace.Credit, Label: string(c.Rule), Value: fact.DecimalText(c.Amount), Unit: unit,
		Detail: c.Origin.String() + " by " + c.Via, Args: []*trace.Node{eventNode(c.Event)},
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
	case !c.Amount.Equal(c.Whole):
		n.Op = trace.Allocated
		n.Detail += ", share " + fact.DecimalText(c.Share) + " of " + fact.DecimalText(c.Whole)
	}
	return n
}

// eventNode is the leaf of every explanation: the line of the feed, with its
// fields.
func eventNode(e *crediting.Event) *trace.Node {
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

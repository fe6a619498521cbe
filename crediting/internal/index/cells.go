package index

import (
	"math"

	"github.com/payproof/payproof/dsl"
)

// Cells are values between which a condition changes: it is the same for all events whose fields lie in
// the same cell, where Exact is true.
type Cells struct {
	Fields  []int            // that the condition asks about, each once
	Numbers map[int][]int64  // by field: coefficients, with those beside them
	Texts   map[int][]string // by field
	Exact   bool             // it compares single fields with constants, and nothing else
}

// CellsOf are those of a condition.
func CellsOf(c Condition) Cells {
	cells := Cells{Numbers: map[int][]int64{}, Texts: map[int][]string{}, Exact: true}
	for _, w := range c.Within {
		cells.ask(w.Field)
		cells.Texts[w.Field] = append(cells.Texts[w.Field], w.Texts...)
	}
	for _, f := range c.When {
		r := reader{parts: f.Parts()}
		cells.read(&r, len(r.parts)-1)
	}
	return cells
}

func (c *Cells) ask(field int) {
	for _, f := range c.Fields {
		if f == field {
			return
		}
	}
	c.Fields = append(c.Fields, field)
}

func (c *Cells) read(r *reader, at int) {
	switch p := r.parts[at]; p.Op {
	case "and", "or", "not", "let":
		for _, a := range p.Args {
			c.read(r, a)
		}
	case "const":
	case "missing":
		c.ask(p.Input)
	case "one of":
		field := r.parts[p.Args[0]].Input
		c.ask(field)
		c.Texts[field] = append(c.Texts[field], p.Texts...)
	case "compare":
		c.compare(r, p)
	default:
		c.vague(r, at)
	}
}

// compare reads an input that is compared with a constant.
func (c *Cells) compare(r *reader, p dsl.Part) {
	if len(p.Args) == 2 {
		input, limit := r.plain(p.Args[0]), r.plain(p.Args[1])
		if input.Op != "input" {
			input, limit = limit, input
		}
		if input.Op == "input" && limit.Op == "const" {
			low, whole := floor(limit.Value.Shift(int32(input.Scale)))
			if low.IsInt64() && low.Int64() > math.MinInt64+2 && low.Int64() < math.MaxInt64-2 {
				c.ask(input.Input)
				down := low.Int64()
				c.Numbers[input.Input] = append(c.Numbers[input.Input], down-1, down, down+1)
				if !whole {
					c.Numbers[input.Input] = append(c.Numbers[input.Input], down+2)
				}
				return
			}
		}
	}
	for _, a := range p.Args {
		c.vague(r, a)
	}
	c.Exact = false
}

// vague notes the fields of what is more than a comparison with a constant.
func (c *Cells) vague(r *reader, at int) {
	c.Exact = false
	p := r.parts[at]
	switch p.Op {
	case "input", "coalesce", "missing":
		c.ask(p.Input)
	}
	for _, a := range p.Args {
		c.vague(r, a)
	}
}

// Asks tells whether something has to hold for a field.
func (r Reach) Asks(field int) bool {
	_, text := r.texts[field]
	_, number := r.ranges[field]
	return text || number
}

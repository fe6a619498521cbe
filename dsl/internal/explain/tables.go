package explain

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/trace"
)

// tableArgs are the amounts and quota a table was read with.
func (e *explainer) tableArgs(n *ir.Node) (x, before, quota *big.Int) {
	x, _ = e.value(n.Args[0])
	rest := n.Args[1:]
	if n.Op == ir.Slices {
		before, _ = e.value(rest[0])
		rest = rest[1:]
	}
	if len(rest) > 0 {
		quota, _ = e.value(rest[0])
	}
	return x, before, quota
}

// table says which part of a table gave the value, so that it can be redone.
func (e *explainer) table(n *ir.Node, t *trace.Node) {
	switch op := opOf(n); op {
	case trace.TierRate, trace.Step:
		e.reached(n, t)
	case trace.Marginal:
		e.slices(n, t)
	case trace.Excess:
		e.excess(n, t)
	case trace.Interpolated:
		e.between(n, t)
	case trace.Cell:
		e.cell(n, t)
	}
}

func (e *explainer) reached(n *ir.Node, t *trace.Node) {
	x, _, quota := e.tableArgs(n)
	tier := n.Curve.Reached(x, quota)
	if tier < 0 {
		t.Detail = "below the first tier"
		return
	}
	reached := n.Curve.Table().Tiers[tier]
	t.Detail = fmt.Sprintf("tier %d from %s", tier+1, fact.DecimalText(reached.From))
	t.At = reached.At
}

// excess names the tier and the base: the value is its rate × what lies above.
func (e *explainer) excess(n *ir.Node, t *trace.Node) {
	x, before, quota := e.tableArgs(n)
	say := func(x *big.Int) string {
		tier, base := n.Curve.Reached(x, quota), fact.DecimalText(n.Curve.Table().Base)
		if tier < 0 {
			return "below the first tier, base " + base
		}
		return fmt.Sprintf("tier %d, %s of what lies above %s", tier+1, fact.DecimalText(n.Curve.Table().Tiers[tier].Rate), base)
	}
	if t.Detail = say(x); before != nil {
		t.Detail = say(x) + "; before: " + say(before)
	}
}

// between names the two points.
func (e *explainer) between(n *ir.Node, t *trace.Node) {
	x, _, quota := e.tableArgs(n)
	points := n.Line.Table().Tiers
	at := n.Line.Between(x, quota)
	point := func(i int) string {
		return fmt.Sprintf("%s at %s", fact.DecimalText(points[i].Rate), fact.DecimalText(points[i].From))
	}
	const how = "; 16 places, half-even"
	tab := n.Line.Table()
	switch last := len(points) - 1; {
	case at == 0 && tab.Below == table.Extend && last > 0:
		t.Detail = "before " + point(0) + ", on the line to " + point(1) + how
	case at == 0:
		t.Detail = "below the first point, " + point(0)
	case at <= last:
		t.Detail = "between " + point(at-1) + " and " + point(at) + how
		t.At = points[at-1].At
	case tab.Beyond == table.Slope && last > 0:
		t.Detail = "past " + point(last) + ", on the line from " + point(last-1) + how
	default:
		t.Detail = "from the last point on, " + point(last)
		t.At = points[last].At
	}
}

// cell names the bands of the keys.
func (e *explainer) cell(n *ir.Node, t *trace.Node) {
	grid, tab := n.Grid, n.Grid.Table()
	bands := grid.Bands(e.steps.GridKeys(n))
	var words []string
	inside := true
	for i, b := range bands {
		word := "from " + grid.Band(i, b)
		switch names := len(tab.Axes[i].Members) > 0; {
		case names && b < 0:
			word = "without a row: the default"
		case names:
			word = grid.Band(i, b)
		case b < 0:
			word = "below " + grid.Band(i, 0)
		}
		words = append(words, tab.Axes[i].By+" "+word)
		inside = inside && b >= 0
	}
	t.Detail = strings.Join(words, ", ")
	if tab.Bilinear && inside {
		t.Detail += e.corners(n, bands) + "; on lines between, 16 places, half-even"
	}
}

// corners are the values at the four corners around the keys.
func (e *explainer) corners(n *ir.Node, bands []int) string {
	var words []string
	for _, step := range [][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		corner := []int{bands[0] + step[0], bands[1] + step[1]}
		for i, a := range n.Grid.Table().Axes {
			corner[i] = min(corner[i], len(a.Edges)-1)
		}
		words = append(words, fmt.Sprintf("%s at %s × %s", fact.DecimalText(n.Grid.Cell(corner)), n.Grid.Band(0, corner[0]), n.Grid.Band(1, corner[1])))
	}
	return ": " + strings.Join(words, ", ")
}

// slices adds a node for each tier in which the amount, or this event's part of
// it, lay: they add up to the value.
func (e *explainer) slices(n *ir.Node, t *trace.Node) {
	x, before, quota := e.tableArgs(n)
	after := n.Curve.Slices(x, quota)
	var base []table.Slice
	if before != nil {
		base = n.Curve.Slices(before, quota)
	}
	for i := range max(len(after), len(base)) {
		amount := new(big.Int)
		var slice table.Slice
		if i < len(base) {
			slice = base[i]
			amount.Sub(amount, slice.Amount)
		}
		if i < len(after) {
			slice = after[i]
			amount.Add(amount, slice.Amount)
		}
		if amount.Sign() == 0 {
			continue
		}
		tier := n.Curve.Table().Tiers[slice.Tier]
		of := decimal.NewFromBigInt(amount, -int32(slice.AmountScale))
		t.Args = append(t.Args, &trace.Node{
			Op: trace.Slice, Label: fmt.Sprintf("tier %d", slice.Tier+1), At: tier.At, Unit: t.Unit,
			Value:  fact.DecimalText(of.Mul(tier.Rate)),
			Detail: fmt.Sprintf("%s at %s from %s", fact.DecimalText(of), fact.DecimalText(tier.Rate), fact.DecimalText(tier.From)),
		})
	}
}

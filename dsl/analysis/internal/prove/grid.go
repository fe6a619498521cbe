package prove

import (
	"math/big"
	"slices"

	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/table"
)

// gridReader looks at the cells of a matrix or lookup that are read.
type gridReader struct {
	t     *table.Table
	bands [][]int
}

// each goes over the combinations of bands.
func (g gridReader) each(do func(bands []int)) {
	at := make([]int, len(g.bands))
	var walk func(axis int)
	walk = func(axis int) {
		if axis == len(g.bands) {
			do(at)
			return
		}
		for _, b := range g.bands[axis] {
			at[axis] = b
			walk(axis + 1)
		}
	}
	walk(0)
}

// Cell is what stands in a table for bands of its axes, −1 outside of one: in the order of the
// axes the first such axis decides. It is nil where there is nothing.
func Cell(t *table.Table, bands []int) *big.Rat {
	cell := 0
	for i, a := range t.Axes {
		b, names := bands[i], len(a.Members) > 0
		switch {
		case b < 0 && names && t.Default == nil:
			return nil
		case b < 0 && names:
			return rat.Of(*t.Default)
		case b < 0 && t.Below == table.First:
			b = 0
		case b < 0:
			return rat.Zero()
		}
		cell = cell*(len(a.Edges)+len(a.Members)) + b
	}
	return rat.Of(t.Cells[cell])
}

// values is the range of what may be read; between lines, also of the cells at their far ends.
func (g gridReader) values() interval.Interval {
	out := interval.Nothing()
	wide := g
	if g.t.Bilinear {
		wide.bands = nil
		for i, all := range g.bands {
			wide.bands = append(wide.bands, withNext(all, len(g.t.Axes[i].Edges)))
		}
	}
	wide.each(func(bands []int) {
		if v := Cell(g.t, bands); v != nil {
			out = out.Hull(interval.Point(v))
		}
	})
	return out
}

// withNext adds to bands those above them.
func withNext(bands []int, n int) []int {
	out := slices.Clone(bands)
	for _, b := range bands {
		if b+1 < n && b >= 0 {
			out = append(out, b+1)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// rise is how the value goes along an axis of numbers.
func (g gridReader) rise(axis int) Direction {
	out := Still
	n := len(g.t.Axes[axis].Edges)
	wide := gridReader{t: g.t, bands: slices.Clone(g.bands)}
	if g.t.Bilinear {
		for i, all := range g.bands {
			wide.bands[i] = withNext(all, len(g.t.Axes[i].Edges))
		}
	}
	along := wide.bands[axis]
	wide.bands[axis] = along[:min(1, len(along))]
	wide.each(func(bands []int) {
		at := slices.Clone(bands)
		var last *big.Rat
		for _, b := range along {
			at[axis] = min(b, n-1)
			v := Cell(g.t, at)
			if v != nil && last != nil {
				out |= sign(interval.Point(rat.Sub(v, last)))
			}
			last = v
		}
	})
	return out
}

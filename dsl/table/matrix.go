package table

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// MaxAxes is the most keys that a matrix or lookup has.
const MaxAxes = 4

// Key is a key of one axis: an amount, with the quota that its edges are shares of; or
// the index of a name among the axis' members, -1 for none of them.
type Key[T any] struct{ X, Quota T }

// KeyScale is the decimal places of a key, and whether the axis' edges are shares of a quota.
type KeyScale struct {
	X, Quota uint8 // places of the amount and of its quota
	OfQuota  bool  // edges are shares of the quota
}

// Grid is a matrix or lookup prepared for keys of fixed decimal places. It is immutable
// and safe for concurrent use. Values come out at Scale.
//
// Int64 and Int128 say with ok whether every step fitted, and whether there was a value.
type Grid struct {
	Scale uint8
	table Table
	axes  []axis
	cells []*big.Int
	mid   []fixed.Int128
	other *big.Int // where a name is none of the members; nil: there is nothing
	fits  bool     // cells and edges fit 128 bits
}

// axis is an axis at fixed places.
type axis struct {
	names, quota bool
	shift        int
	edges        []*big.Int
	mid          []fixed.Int128
	step         int // cells from one band to the next
}

// Grid prepares a matrix or a lookup. The error says that a number needs too many places
// or is out of bounds.
func (t Table) Grid(keys []KeyScale) (*Grid, error) {
	if err := t.bounded(); err != nil {
		return nil, err
	}
	value := 0
	cells := t.Cells
	if t.Default != nil {
		cells = append(cells[:len(cells):len(cells)], *t.Default)
	}
	for _, d := range cells {
		value = max(value, places(d))
	}
	if t.Bilinear {
		value = max(value, DivisionPlaces)
	}
	if value > maxScale || t.Bilinear && value > DivisionPlaces {
		return nil, fmt.Errorf("table %q has a value of too many decimal places: at most %d are held between lines, %d otherwise", t.Name, DivisionPlaces, maxScale)
	}
	g := &Grid{Scale: uint8(value), table: t, fits: true}
	for _, d := range t.Cells {
		g.cells = append(g.cells, coefficient(d, value))
	}
	if t.Default != nil {
		g.other = coefficient(*t.Default, value)
	}
	step := len(t.Cells)
	for i, a := range t.Axes {
		step /= a.size()
		if err := g.axis(a, keys[i], step); err != nil {
			return nil, err
		}
	}
	for _, c := range g.cells {
		v, ok := fixed.FromBig(c)
		g.mid, g.fits = append(g.mid, v), g.fits && ok
	}
	return g, nil
}

func (g *Grid) axis(a Axis, k KeyScale, step int) error {
	made := axis{names: len(a.Members) > 0, quota: k.OfQuota, step: step}
	scale, quotas := 0, 0
	for _, e := range a.Edges {
		scale = max(scale, places(e))
	}
	if k.OfQuota {
		quotas = int(k.Quota)
	}
	common := max(int(k.X), scale+quotas)
	if common > maxScale {
		return fmt.Errorf("table %q would compare with %d decimal places, at most %d are held", g.table.Name, common, maxScale)
	}
	made.shift = common - int(k.X)
	for _, e := range a.Edges {
		c := coefficient(e, common-quotas)
		v, ok := fixed.FromBig(c)
		made.edges, made.mid, g.fits = append(made.edges, c), append(made.mid, v), g.fits && ok
	}
	g.axes = append(g.axes, made)
	return nil
}

// Table is the table as the plan wrote it.
func (g *Grid) Table() Table { return g.table }

// Int64 is the value of a cell for keys that fit 64 bits.
func (g *Grid) Int64(keys []Key[int64]) (value int64, ok bool) {
	var wide [MaxAxes]Key[fixed.Int128]
	for i, k := range keys {
		wide[i] = Key[fixed.Int128]{X: fixed.FromInt64(k.X), Quota: fixed.FromInt64(k.Quota)}
	}
	v, ok := g.Int128(wide[:len(keys)])
	if !ok {
		return 0, false
	}
	return v.Int64()
}

// Int128 is the value of a cell in 128 bits.
func (g *Grid) Int128(keys []Key[fixed.Int128]) (value fixed.Int128, ok bool) {
	if !g.fits {
		return value, false
	}
	cell := 0
	for i := range g.axes {
		band, fits := g.axes[i].band128(keys[i], g.table.Lower)
		switch {
		case !fits:
			return value, false
		case band < 0 && g.axes[i].names:
			return g.otherwise()
		case band < 0 && g.table.below() == First:
			band = 0
		case band < 0:
			return value, true
		}
		cell += band * g.axes[i].step
	}
	if g.table.Bilinear {
		return g.bilinear128(cell, keys)
	}
	return g.mid[cell], true
}

func (g *Grid) otherwise() (fixed.Int128, bool) {
	if g.other == nil {
		return fixed.Int128{}, false
	}
	return fixed.FromBig(g.other)
}

// band128 is the band that a key lies in, -1 for none.
func (a *axis) band128(k Key[fixed.Int128], lower bool) (band int, ok bool) {
	if a.names {
		return int(k.X.Lo), true // -1 wraps to -1
	}
	x, ok := k.X.Mul(fixed.Pow10(a.shift))
	band = -1
	for i, e := range a.mid {
		if a.quota {
			var fits bool
			e, fits = e.Mul(k.Quota)
			ok = ok && fits
		}
		if order := x.Cmp(e); order < 0 || order == 0 && lower && i > 0 {
			break
		}
		band = i
	}
	return band, ok
}

// Big is the value of a cell for keys of any size, a fresh number; nil where a name is
// none of the members and there is no default.
func (g *Grid) Big(keys []Key[*big.Int]) *big.Int {
	cell := 0
	for i := range g.axes {
		band := g.axes[i].band(keys[i], g.table.Lower)
		switch {
		case band < 0 && g.axes[i].names:
			if g.other == nil {
				return nil
			}
			return new(big.Int).Set(g.other)
		case band < 0 && g.table.below() == First:
			band = 0
		case band < 0:
			return new(big.Int)
		}
		cell += band * g.axes[i].step
	}
	if g.table.Bilinear {
		return g.bilinear(cell, keys)
	}
	return new(big.Int).Set(g.cells[cell])
}

func (a *axis) band(k Key[*big.Int], lower bool) int {
	if a.names {
		return int(k.X.Int64())
	}
	x := new(big.Int).Mul(k.X, fixed.Pow10Big(a.shift))
	band := -1
	for i := range a.edges {
		if order := x.Cmp(a.edge(i, k.Quota)); order < 0 || order == 0 && lower && i > 0 {
			break
		}
		band = i
	}
	return band
}

func (a *axis) edge(i int, quota *big.Int) *big.Int {
	if a.quota {
		return new(big.Int).Mul(a.edges[i], quota)
	}
	return a.edges[i]
}

// Bands are the bands of the axes that the keys lie in, -1 where in none: what an
// explanation shows.
func (g *Grid) Bands(keys []Key[*big.Int]) []int {
	out := make([]int, len(g.axes))
	for i := range g.axes {
		out[i] = g.axes[i].band(keys[i], g.table.Lower)
	}
	return out
}

// Band names a band of an axis for a person: a name, or the edge it begins at.
func (g *Grid) Band(a, band int) string {
	switch t := g.table.Axes[a]; {
	case band < 0:
		return "none"
	case len(t.Members) > 0:
		return t.Members[band]
	default:
		return text(t.Edges[band])
	}
}

// Cell is the value that stands in the table for the bands.
func (g *Grid) Cell(bands []int) decimal.Decimal {
	cell := 0
	for i, b := range bands {
		cell += b * g.axes[i].step
	}
	return g.table.Cells[cell]
}

// Between four cells the value is
//
//	v00 + ((v10−v00)·u·dy + (v01−v00)·v·dx + (v11−v10−v01+v00)·u·v) ÷ (dx·dy)
//
// with u and v the distances from the lower edges: one division, rounded once. At and past
// the last edge of an axis the value stays that of the edge.

// bilinear is the value in any size. cell is the one at the lower edges.
func (g *Grid) bilinear(cell int, keys []Key[*big.Int]) *big.Int {
	u, dx := g.axes[0].distance(keys[0], g.table.Lower)
	v, dy := g.axes[1].distance(keys[1], g.table.Lower)
	right, up := 0, 0
	if dx.Sign() != 0 {
		right = g.axes[0].step
	} else {
		dx = big.NewInt(1)
	}
	if dy.Sign() != 0 {
		up = g.axes[1].step
	} else {
		dy = big.NewInt(1)
	}
	v00, v10, v01, v11 := g.cells[cell], g.cells[cell+right], g.cells[cell+up], g.cells[cell+right+up]
	num := product(new(big.Int).Sub(v10, v00), u, dy)
	num.Add(num, product(new(big.Int).Sub(v01, v00), v, dx))
	twist := new(big.Int).Sub(v11, v10)
	twist.Sub(twist, v01).Add(twist, v00)
	num.Add(num, product(twist, u, v))
	part := fixed.DivRound(num, new(big.Int).Mul(dx, dy), fixed.HalfEven)
	return part.Add(part, v00)
}

func product(a, b, c *big.Int) *big.Int {
	p := new(big.Int).Mul(a, b)
	return p.Mul(p, c)
}

// distance is how far a key lies above the lower edge of its band, and how wide the band
// is: 0 and 0 below the first edge, and at and past the last.
func (a *axis) distance(k Key[*big.Int], lower bool) (u, width *big.Int) {
	band := a.band(k, lower)
	if band < 0 || band+1 >= len(a.edges) {
		return new(big.Int), new(big.Int)
	}
	low := a.edge(band, k.Quota)
	u = new(big.Int).Mul(k.X, fixed.Pow10Big(a.shift))
	return u.Sub(u, low), new(big.Int).Sub(a.edge(band+1, k.Quota), low)
}

// bilinear128 is the value in 128 bits.
func (g *Grid) bilinear128(cell int, keys []Key[fixed.Int128]) (value fixed.Int128, ok bool) {
	u, dx, ok1 := g.axes[0].distance128(keys[0], g.table.Lower)
	v, dy, ok2 := g.axes[1].distance128(keys[1], g.table.Lower)
	right, up := cell, cell
	zero := fixed.Int128{}
	if dx != zero {
		right += g.axes[0].step
	} else {
		dx = fixed.FromInt64(1)
	}
	corner := right
	if dy != zero {
		up += g.axes[1].step
		corner += g.axes[1].step
	} else {
		dy = fixed.FromInt64(1)
	}
	c := calculator{ok: ok1 && ok2}
	v00, v10, v01, v11 := g.mid[cell], g.mid[right], g.mid[up], g.mid[corner]
	num := c.mul(c.mul(c.sub(v10, v00), u), dy)
	num = c.add(num, c.mul(c.mul(c.sub(v01, v00), v), dx))
	twist := c.add(c.sub(c.sub(v11, v10), v01), v00)
	num = c.add(num, c.mul(c.mul(twist, u), v))
	part, ok := num.DivRound(c.mul(dx, dy), fixed.HalfEven)
	return c.add(v00, part), c.ok && ok
}

func (a *axis) distance128(k Key[fixed.Int128], lower bool) (u, width fixed.Int128, ok bool) {
	band, ok := a.band128(k, lower)
	if band < 0 || band+1 >= len(a.mid) || !ok {
		return fixed.Int128{}, fixed.Int128{}, ok
	}
	c := calculator{ok: true}
	low, high := a.mid[band], a.mid[band+1]
	if a.quota {
		low, high = c.mul(low, k.Quota), c.mul(high, k.Quota)
	}
	u = c.sub(c.mul(k.X, fixed.Pow10(a.shift)), low)
	return u, c.sub(high, low), c.ok
}

// calculator computes in 128 bits and remembers whether everything fitted.
type calculator struct{ ok bool }

func (c *calculator) add(a, b fixed.Int128) fixed.Int128 {
	v, ok := a.Add(b)
	c.ok = c.ok && ok
	return v
}

func (c *calculator) sub(a, b fixed.Int128) fixed.Int128 {
	v, ok := a.Sub(b)
	c.ok = c.ok && ok
	return v
}

func (c *calculator) mul(a, b fixed.Int128) fixed.Int128 {
	v, ok := a.Mul(b)
	c.ok = c.ok && ok
	return v
}

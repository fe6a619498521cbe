package table

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// Curve is a table of one key prepared for amounts and quotas of fixed decimal places:
// a straight piece for each tier. It is immutable and safe for concurrent use. Amounts and
// quotas go in as coefficients at those places; the value comes out at Scale.
//
// Int64 and Int128 say with ok whether every step fitted; Big always does.
type Curve struct {
	Scale  uint8 // decimal places of the value
	table  Table
	quota  bool // edges are shares of the quota
	shift  int  // places that an amount gains to reach the common places
	common int  // places at which amounts and edges are compared
	quotas int  // places of quotas
	wide   []piece[*big.Int]
	mid    []piece[fixed.Int128]
	narrow []piece[int64]
	fits   struct{ narrow, mid bool }
	factor int64 // 10^shift, for the narrow program
}

// piece is the value from an edge on: x × amount + q × quota + k. The first piece lies below
// all edges.
type piece[T any] struct {
	edge    T
	above   bool // the edge itself is below
	x, q, k T
}

// linear is a piece as decimals: rate × amount + of × (the quota, or 1) + value.
type linear struct {
	from            decimal.Decimal
	above           bool
	rate, of, value decimal.Decimal
}

// maxScale bounds the places of a result: more can't be held exactly.
const maxScale = 38

// Curve prepares the pay of a marginal, excess or step table, or the rate of a whole
// one, for amounts with xScale decimal places and, when its edges are shares of a quota,
// quotas with quotaScale places. The error says that the result would need more than 38
// places, that a number is out of bounds, or that the kind has no curve.
func (t Table) Curve(xScale, quotaScale uint8) (*Curve, error) {
	if err := t.bounded(); err != nil {
		return nil, err
	}
	switch t.Kind {
	case Marginal:
		return t.curve(t.marginal(), xScale, quotaScale)
	case Excess:
		return t.curve(t.excess(), xScale, quotaScale)
	case Whole, Step:
		return t.curve(t.values(), xScale, quotaScale)
	}
	return nil, fmt.Errorf("table %q is %s: it has no tiers", t.Name, t.Kind)
}

// Rates prepares the rate of the tier that is reached, of a table that has tiers.
func (t Table) Rates(xScale, quotaScale uint8) (*Curve, error) {
	if err := t.bounded(); err != nil {
		return nil, err
	}
	return t.curve(t.values(), xScale, quotaScale)
}

// bounded refuses numbers that no plan file can hold: arithmetic with a decimal of a
// huge exponent would not end.
func (t Table) bounded() error {
	all := append([]decimal.Decimal{t.Base}, t.Cells...)
	for _, tier := range t.Tiers {
		all = append(all, tier.From, tier.Rate)
	}
	for _, a := range t.Axes {
		all = append(all, a.Edges...)
	}
	for _, limit := range []*decimal.Decimal{t.Max, t.Default} {
		if limit != nil {
			all = append(all, *limit)
		}
	}
	for _, d := range all {
		if e := d.Exponent(); e < -maxScale || e > maxScale || d.NumDigits() > maxScale {
			return fmt.Errorf("table %q has a number of over %d digits or places", t.Name, maxScale)
		}
	}
	if len(t.Tiers) == 0 && len(t.Axes) == 0 {
		return errors.New("table " + t.Name + " is empty")
	}
	return nil
}

func (t Table) curve(pieces []linear, xScale, quotaScale uint8) (*Curve, error) {
	edgeScale, _ := t.scales()
	c := &Curve{table: t, quota: t.Edges == OfQuota}
	quota := 0
	if c.quota {
		quota = int(quotaScale)
	}
	c.quotas = quota
	c.common = max(int(xScale), edgeScale+quota)
	c.shift = c.common - int(xScale)
	slope, value, moves := 0, 0, false
	for _, p := range pieces {
		slope, value = max(slope, places(p.rate)), max(value, places(p.value))
		moves = moves || !p.rate.IsZero() || !p.of.IsZero()
	}
	scale := value
	if moves {
		scale = max(value, c.common+slope)
	}
	if max(scale, c.common) > maxScale {
		return nil, fmt.Errorf("table %q would pay with %d decimal places, at most %d are held; use fewer places in its edges or rates", t.Name, max(scale, c.common), maxScale)
	}
	c.Scale = uint8(scale)
	for _, p := range pieces {
		made := piece[*big.Int]{above: p.above, edge: coefficient(p.from, c.common-quota), x: new(big.Int), q: new(big.Int), k: coefficient(p.value, scale)}
		if moves {
			made.x, made.q = coefficient(p.rate, scale-c.common), coefficient(p.of, scale-quota)
		}
		if !c.quota {
			made.k.Add(made.k, made.q)
			made.q = new(big.Int)
		}
		c.wide = append(c.wide, made)
	}
	c.narrowDown()
	return c, nil
}

// narrowDown copies the pieces to the smaller forms that hold them.
func (c *Curve) narrowDown() {
	factor := fixed.Pow10Big(c.shift)
	c.fits.narrow, c.fits.mid = factor.IsInt64(), true
	c.factor = factor.Int64()
	for _, p := range c.wide {
		n, m := piece[int64]{above: p.above}, piece[fixed.Int128]{above: p.above}
		for _, part := range []struct {
			from *big.Int
			n    *int64
			m    *fixed.Int128
		}{{p.edge, &n.edge, &m.edge}, {p.x, &n.x, &m.x}, {p.q, &n.q, &m.q}, {p.k, &n.k, &m.k}} {
			*part.n = part.from.Int64()
			c.fits.narrow = c.fits.narrow && part.from.IsInt64()
			v, ok := fixed.FromBig(part.from)
			*part.m, c.fits.mid = v, c.fits.mid && ok
		}
		c.narrow, c.mid = append(c.narrow, n), append(c.mid, m)
	}
}

// NeedsQuota reports whether the edges are shares of a quota.
func (c *Curve) NeedsQuota() bool { return c.quota }

// Table is the table as the plan wrote it.
func (c *Curve) Table() Table { return c.table }

// Int64 is the value of an amount. The quota counts only when the table needs one.
func (c *Curve) Int64(x, quota int64) (value int64, ok bool) {
	if !c.fits.narrow {
		return 0, false
	}
	if x, ok = fixed.MulInt64(x, c.factor); !ok {
		return 0, false
	}
	if !c.quota {
		i := 0
		for n := i + 1; n < len(c.narrow); n++ {
			if e := c.narrow[n].edge; x < e || x == e && c.narrow[n].above {
				break
			}
			i = n
		}
		p := &c.narrow[i]
		product, fits := fixed.MulInt64(p.x, x)
		value, ok = fixed.AddInt64(product, p.k)
		return value, ok && fits
	}
	i := 0
	for n := i + 1; n < len(c.narrow); n++ {
		e, fits := fixed.MulInt64(c.narrow[n].edge, quota)
		if !fits {
			return 0, false
		}
		if x < e || x == e && c.narrow[n].above {
			break
		}
		i = n
	}
	p := &c.narrow[i]
	product, fits := fixed.MulInt64(p.x, x)
	share, fitsToo := fixed.MulInt64(p.q, quota)
	value, ok = fixed.AddInt64(product, share)
	value, last := fixed.AddInt64(value, p.k)
	return value, ok && fits && fitsToo && last
}

// Int128 is the value of an amount in 128 bits.
func (c *Curve) Int128(x, quota fixed.Int128) (value fixed.Int128, ok bool) {
	if !c.fits.mid {
		return value, false
	}
	if x, ok = x.Mul(fixed.Pow10(c.shift)); !ok {
		return value, false
	}
	i := 0
	for n := i + 1; n < len(c.mid); n++ {
		e := c.mid[n].edge
		if c.quota {
			if e, ok = e.Mul(quota); !ok {
				return value, false
			}
		}
		if order := x.Cmp(e); order < 0 || order == 0 && c.mid[n].above {
			break
		}
		i = n
	}
	p := &c.mid[i]
	product, ok1 := p.x.Mul(x)
	share, ok2 := fixed.Int128{}, true
	if c.quota {
		share, ok2 = p.q.Mul(quota)
	}
	value, ok3 := product.Add(share)
	value, ok4 := value.Add(p.k)
	return value, ok1 && ok2 && ok3 && ok4
}

// Big is the value of an amount of any size, a fresh number. quota may be nil when
// the table needs none.
func (c *Curve) Big(x, quota *big.Int) *big.Int {
	x = new(big.Int).Mul(x, fixed.Pow10Big(c.shift))
	p := &c.wide[c.find(x, quota)]
	value := new(big.Int).Mul(p.x, x)
	if c.quota {
		value.Add(value, new(big.Int).Mul(p.q, quota))
	}
	return value.Add(value, p.k)
}

// find is the piece that holds x, at the common places.
func (c *Curve) find(x, quota *big.Int) int {
	i := 0
	for n := 1; n < len(c.wide); n++ {
		order := x.Cmp(c.edge(n, quota))
		if order < 0 || order == 0 && c.wide[n].above {
			break
		}
		i = n
	}
	return i
}

// edge is where a piece begins, at the common places.
func (c *Curve) edge(n int, quota *big.Int) *big.Int {
	if c.quota {
		return new(big.Int).Mul(c.wide[n].edge, quota)
	}
	return c.wide[n].edge
}

// Reached is the index of the tier that an amount reaches, or -1 below the first.
func (c *Curve) Reached(x, quota *big.Int) int {
	x = new(big.Int).Mul(x, fixed.Pow10Big(c.shift))
	tier := -1
	for i, t := range c.table.Tiers {
		if order := x.Cmp(c.scaled(t.From, quota)); order < 0 || order == 0 && c.table.above(i) {
			break
		}
		tier = i
	}
	return tier
}

// scaled is an amount or a share of the quota, at the common places. Its own places,
// with those of a quota, are never more.
func (c *Curve) scaled(d decimal.Decimal, quota *big.Int) *big.Int {
	if !c.quota {
		return coefficient(d, c.common)
	}
	e := coefficient(d, c.common-c.quotas)
	return e.Mul(e, quota)
}

// Piece is a straight part of a curve: X × amount + K, for amounts from From on. All are
// coefficients, of the amount at the places that the curve was prepared for.
type Piece struct{ From, X, K int64 }

// Pieces are the straight parts of a curve without a quota, from low to high; the first has no
// lower end. ok is false when the curve needs a quota, or a part does not fit.
func (c *Curve) Pieces() (pieces []Piece, ok bool) {
	if !c.fits.narrow || c.quota {
		return nil, false
	}
	for i, p := range c.narrow {
		slope, fits := fixed.MulInt64(p.x, c.factor)
		made := Piece{X: slope, K: p.k}
		if i > 0 { // the first whole amount that has passed the edge
			edge := new(big.Int).Set(c.wide[i].edge)
			if p.above {
				edge.Add(edge, big.NewInt(1))
			}
			made.From = ceilDiv(edge, c.factor).Int64()
		}
		if !fits {
			return nil, false
		}
		pieces = append(pieces, made)
	}
	return pieces, true
}

// ceilDiv is a ÷ b, upwards, for a positive b.
func ceilDiv(a *big.Int, b int64) *big.Int {
	up := new(big.Int).Add(a, big.NewInt(b-1))
	return up.Div(up, big.NewInt(b)) // Euclidean, which is downwards for a positive divisor
}

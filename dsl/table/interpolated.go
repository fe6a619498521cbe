package table

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/internal/fixed"
)

// DivisionPlaces is the number of decimal places that a value between two points is
// rounded to, half-even.
const DivisionPlaces = 16

// Line is a table of points prepared for amounts and quotas of fixed decimal places: the
// value on the straight line between two points, at 16 places. It is immutable and safe for
// concurrent use.
//
// Int64 and Int128 say with ok whether every step fitted; Big always does.
type Line struct {
	table  Table
	quota  bool
	shift  int
	common int
	wide   []segment[*big.Int]
	mid    []segment[fixed.Int128]
	narrow []segment[int64]
	fits   struct{ narrow, mid bool }
	factor int64
}

// segment is the value from an edge on: base + (amount − edge × quota) × rise ÷ (run × quota).
// A run of 0 is a flat segment. The first lies below all points.
type segment[T any] struct {
	edge      T
	above     bool
	origin    T // where the amount is measured from: the edge, but for a line that goes on downwards
	base      T // at DivisionPlaces
	rise, run T // rise at DivisionPlaces, run as edges are
}

// Line prepares an interpolated table, or the rate of a proportional one. The error says
// that a number needs too many places or is out of bounds.
func (t Table) Line(xScale, quotaScale uint8) (*Line, error) {
	if err := t.bounded(); err != nil {
		return nil, err
	}
	edgeScale, rateScale := t.scales()
	l := &Line{table: t, quota: t.Edges == OfQuota}
	quotas := 0
	if l.quota {
		quotas = int(quotaScale)
	}
	l.common = max(int(xScale), edgeScale+quotas)
	if rateScale > DivisionPlaces || l.common > maxScale {
		return nil, fmt.Errorf("table %q has a number of too many decimal places: values may have %d, edges and amounts together %d", t.Name, DivisionPlaces, maxScale)
	}
	l.shift = l.common - int(xScale)
	flat := func(at int, value decimal.Decimal) segment[*big.Int] {
		e := coefficient(t.Tiers[at].From, l.common-quotas)
		return segment[*big.Int]{edge: e, above: t.above(at), origin: e, base: coefficient(value, DivisionPlaces), rise: new(big.Int), run: new(big.Int)}
	}
	slope := func(at, first int) segment[*big.Int] {
		from, to := t.Tiers[first], t.Tiers[first+1]
		s := flat(at, from.Rate)
		s.origin = coefficient(from.From, l.common-quotas)
		s.rise = coefficient(to.Rate.Sub(from.Rate), DivisionPlaces)
		s.run = coefficient(to.From.Sub(from.From), l.common-quotas)
		return s
	}
	points, last := t.Tiers, len(t.Tiers)-1
	switch below := t.below(); {
	case below == Extend && last > 0:
		l.wide = append(l.wide, slope(0, 0))
	case below == Zero:
		l.wide = append(l.wide, flat(0, decimal.Zero))
	default:
		l.wide = append(l.wide, flat(0, points[0].Rate))
	}
	for i := range last {
		l.wide = append(l.wide, slope(i, i))
	}
	if t.Beyond == Slope && last > 0 {
		l.wide = append(l.wide, slope(last, last-1))
	} else {
		l.wide = append(l.wide, flat(last, points[last].Rate))
	}
	l.narrowDown()
	return l, nil
}

func (l *Line) narrowDown() {
	factor := fixed.Pow10Big(l.shift)
	l.fits.narrow, l.fits.mid, l.factor = factor.IsInt64(), true, factor.Int64()
	for _, s := range l.wide {
		n, m := segment[int64]{above: s.above}, segment[fixed.Int128]{above: s.above}
		for _, part := range []struct {
			from *big.Int
			n    *int64
			m    *fixed.Int128
		}{{s.edge, &n.edge, &m.edge}, {s.origin, &n.origin, &m.origin}, {s.base, &n.base, &m.base}, {s.rise, &n.rise, &m.rise}, {s.run, &n.run, &m.run}} {
			*part.n = part.from.Int64()
			l.fits.narrow = l.fits.narrow && part.from.IsInt64()
			v, ok := fixed.FromBig(part.from)
			*part.m, l.fits.mid = v, l.fits.mid && ok
		}
		l.narrow, l.mid = append(l.narrow, n), append(l.mid, m)
	}
}

// NeedsQuota reports whether the edges are shares of a quota.
func (l *Line) NeedsQuota() bool { return l.quota }

// Table is the table as the plan wrote it.
func (l *Line) Table() Table { return l.table }

// Int64 is the value of an amount at DivisionPlaces. The quota counts only when the table
// needs one; then it is above zero.
func (l *Line) Int64(x, quota int64) (value int64, ok bool) {
	if !l.fits.narrow {
		return 0, false
	}
	if x, ok = fixed.MulInt64(x, l.factor); !ok {
		return 0, false
	}
	if !l.quota {
		quota = 1
	}
	i := 0
	for n := 1; n < len(l.narrow); n++ {
		e, fits := fixed.MulInt64(l.narrow[n].edge, quota)
		if !fits {
			return 0, false
		}
		if x < e || x == e && l.narrow[n].above {
			break
		}
		i = n
	}
	s := &l.narrow[i]
	if s.run == 0 {
		return s.base, true
	}
	origin, ok1 := fixed.MulInt64(s.origin, quota)
	distance, ok2 := fixed.SubInt64(x, origin)
	run, ok3 := fixed.MulInt64(s.run, quota)
	rise := s.rise
	if rise < 0 {
		rise, run = -rise, -run
	}
	part, ok4 := fixed.DivScaledInt64(distance, run, uint64(rise))
	value, ok5 := fixed.AddInt64(s.base, part)
	return value, ok1 && ok2 && ok3 && ok4 && ok5
}

// Int128 is the value of an amount in 128 bits.
func (l *Line) Int128(x, quota fixed.Int128) (value fixed.Int128, ok bool) {
	if !l.fits.mid {
		return value, false
	}
	if x, ok = x.Mul(fixed.Pow10(l.shift)); !ok {
		return value, false
	}
	if !l.quota {
		quota = fixed.FromInt64(1)
	}
	i := 0
	for n := 1; n < len(l.mid); n++ {
		e, fits := l.mid[n].edge.Mul(quota)
		if !fits {
			return value, false
		}
		if order := x.Cmp(e); order < 0 || order == 0 && l.mid[n].above {
			break
		}
		i = n
	}
	s := &l.mid[i]
	if s.run == (fixed.Int128{}) {
		return s.base, true
	}
	origin, ok1 := s.origin.Mul(quota)
	distance, ok2 := x.Sub(origin)
	run, ok3 := s.run.Mul(quota)
	product, ok4 := distance.Mul(s.rise)
	part, ok5 := product.DivRound(run, fixed.HalfEven)
	value, ok6 := s.base.Add(part)
	return value, ok1 && ok2 && ok3 && ok4 && ok5 && ok6
}

// Big is the value of an amount of any size, a fresh number.
func (l *Line) Big(x, quota *big.Int) *big.Int {
	if !l.quota {
		quota = big.NewInt(1)
	}
	x = new(big.Int).Mul(x, fixed.Pow10Big(l.shift))
	s := &l.wide[l.find(x, quota)]
	if s.run.Sign() == 0 {
		return new(big.Int).Set(s.base)
	}
	distance := new(big.Int).Mul(s.origin, quota)
	distance.Sub(x, distance).Mul(distance, s.rise)
	part := fixed.DivRound(distance, new(big.Int).Mul(s.run, quota), fixed.HalfEven)
	return part.Add(part, s.base)
}

// find is the segment that holds x, at the common places.
func (l *Line) find(x, quota *big.Int) int {
	i := 0
	for n := 1; n < len(l.wide); n++ {
		order := x.Cmp(new(big.Int).Mul(l.wide[n].edge, quota))
		if order < 0 || order == 0 && l.wide[n].above {
			break
		}
		i = n
	}
	return i
}

// Between is the number of points that an amount has reached: 0 is below the first, and
// the number of points is past the last.
func (l *Line) Between(x, quota *big.Int) int {
	if !l.quota {
		quota = big.NewInt(1)
	}
	return l.find(new(big.Int).Mul(x, fixed.Pow10Big(l.shift)), quota)
}

package prove

import (
	"github.com/payproof/payproof/dsl/analysis/internal/interval"
	"github.com/payproof/payproof/dsl/analysis/internal/poly"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/analysis/internal/tiers"
	"github.com/payproof/payproof/dsl/table"
)

// curve is a table as it is read at a place: its pieces, and the quota that edges are shares of.
type curve struct {
	pieces []tiers.Piece
	quota  *value // nil is none
}

// reached is a piece with the keys at which it is read.
type reached struct {
	tiers.Piece
	keys interval.Interval
}

// table is a table's value.
func (w *prover) table(c *context, k int) value {
	p := w.Parts[k]
	if p.Op == "grid" {
		return w.grid(c, k)
	}
	a := w.args(c, k)
	read, ok := curve{}, false
	if p.Op == "line" {
		read.pieces, ok = tiers.Line(p.Table)
	} else {
		read.pieces, ok = tiers.Pieces(p.Table, p.Rates)
	}
	amounts := 1
	if p.Op == "slices" {
		amounts = 2
	}
	if !ok {
		return w.opaque(c, k, interval.Everything(), Either, &Reason{k, "nothing is known about the table"})
	}
	if len(a) > amounts {
		read.quota = &a[amounts]
		w.divides(k, a[amounts].in)
	}
	if p.Op == "slices" {
		return w.slices(c, k, read, a[0], a[1])
	}
	parts := w.reach(c, k, read, a[0])
	if len(parts) == 1 && !parts[0].Divides {
		if s, ok := read.straight(parts[0].Piece, a[0]); ok {
			v := w.arithmetic(c, k, s, a...)
			v.in = v.in.Intersect(read.values(parts, a[0]))
			return v
		}
	}
	return w.opaque(c, k, read.values(parts, a[0]), w.along(read, parts, a[0]), w.whyTable(k, a))
}

func (w *prover) whyTable(k int, args []value) *Reason {
	if why := whyFalls(Falls, args...); why != nil {
		return why
	}
	return &Reason{k, "the table gives less for more"}
}

// key is the range of what is looked up: the amount, or its share of the quota.
func (read curve) key(c *context, x value) interval.Interval {
	if read.quota == nil {
		return x.in
	}
	return c.ratio(x, *read.quota)
}

// reach are the pieces that a table is read in.
func (w *prover) reach(c *context, k int, read curve, x value) []reached {
	out := among(read.pieces, read.key(c, x))
	for _, r := range out {
		w.out.Tiers[k][r.Tier] = true
	}
	return out
}

func among(pieces []tiers.Piece, key interval.Interval) (out []reached) {
	for i, p := range pieces {
		in := key
		if p.From != nil {
			in = in.Intersect(interval.Interval{Low: interval.End{At: p.From, Open: p.Above}})
		}
		if i+1 < len(pieces) {
			next := pieces[i+1]
			in = in.Intersect(interval.Interval{High: interval.End{At: next.From, Open: !next.Above}})
		}
		if !in.None {
			out = append(out, reached{p, in})
		}
	}
	return out
}

// straight is a piece as a sum.
func (read curve) straight(p tiers.Piece, x value) (poly.Sum, bool) {
	s := x.sum.Scale(p.By).Add(poly.Const(p.Plus))
	if read.quota == nil {
		return s.Add(poly.Const(p.Of)), s.Small()
	}
	s = s.Add(read.quota.sum.Scale(p.Of))
	return s, s.Small() && !p.Over
}

// values is the range of what the pieces give.
func (read curve) values(parts []reached, x value) interval.Interval {
	out := interval.Nothing()
	for _, r := range parts {
		inner := r.keys.Scale(r.By).Add(interval.Point(r.Of))
		if read.quota != nil && !r.Over {
			inner = inner.Mul(read.quota.in.Intersect(interval.Above(rat.Zero())))
		}
		v := inner.Add(interval.Point(r.Plus))
		if r.Divides {
			v = v.Round(quotientPlaces)
		}
		out = out.Hull(v)
	}
	return out
}

// along is how the value goes with the amount, and with the quota, which may go itself.
func (w *prover) along(read curve, parts []reached, x value) Direction {
	if read.quota != nil && read.quota.dir != Still {
		return Either
	}
	d := read.rise(parts)
	switch x.dir {
	case Still:
		return Still
	case Rises:
		return d
	case Falls:
		return d.flip()
	}
	if d == Still {
		return Still
	}
	return Either
}

// rise is how the value goes from piece to piece with what is looked up.
func (read curve) rise(parts []reached) Direction {
	out := Still
	for i, r := range parts {
		if !r.keys.IsPoint() {
			out |= sign(interval.Point(r.By))
		}
		if i == 0 {
			continue
		}
		before := parts[i-1]
		inner := rat.Add(rat.Mul(rat.Sub(r.By, before.By), r.From), rat.Sub(r.Of, before.Of))
		plus := rat.Sub(r.Plus, before.Plus)
		if read.quota == nil || r.Over || before.Over { // nothing is multiplied with a quota
			out |= sign(interval.Point(rat.Add(inner, plus)))
			continue
		}
		out |= sign(interval.Point(inner)) | sign(interval.Point(plus))
	}
	return out
}

// slices is what lies between two amounts.
func (w *prover) slices(c *context, k int, read curve, after, before value) value {
	high, low := w.reach(c, k, read, after), w.reach(c, k, read, before)
	up, down := w.along(read, high, after), w.along(read, low, before)
	in := read.values(high, after).Sub(read.values(low, before))
	between := among(read.pieces, read.key(c, after).Hull(read.key(c, before)))
	for _, r := range between {
		w.out.Tiers[k][r.Tier] = true
	}
	step := c.bound(after.sum.Sub(before.sum))
	if continuous(between) {
		slopes := interval.Nothing()
		for _, r := range between {
			slopes = slopes.Hull(interval.Point(r.By))
		}
		in = in.Intersect(slopes.Mul(step))
	}
	switch d := read.rise(between); {
	case d&Falls == 0 && step.NotNegative():
		in = in.Intersect(interval.From(rat.Zero()))
	case d&Falls == 0 && step.NotPositive():
		in = in.Intersect(interval.UpTo(rat.Zero()))
	}
	if len(between) == 1 {
		return w.arithmetic(c, k, after.sum.Sub(before.sum).Scale(between[0].By), after, before)
	}
	why := whyFalls(Falls, after)
	if why == nil && down != Still {
		why = &Reason{k, "its slices begin and end higher"}
	}
	if why == nil {
		why = &Reason{k, "the table pays less for more"}
	}
	return w.opaque(c, k, in, up|down.flip(), why)
}

// continuous reports whether no edge between pieces is a step.
func continuous(parts []reached) bool {
	for i, r := range parts {
		if i == 0 {
			continue
		}
		b := parts[i-1]
		at := func(p tiers.Piece) string {
			return rat.Add(rat.Mul(p.By, r.From), p.Of).RatString() + " " + p.Plus.RatString()
		}
		if at(r.Piece) != at(b.Piece) {
			return false
		}
	}
	return true
}

// grid is the value of a matrix or lookup.
func (w *prover) grid(c *context, k int) value {
	p := w.Parts[k]
	t := p.Table
	var bands [][]int // of each axis, those that are read
	var dirs []Direction
	at := 0
	var all []value
	for i, axis := range t.Axes {
		x := w.eval(c, p.Args[at])
		read := curve{}
		at++
		if p.KeyQuotas[i] {
			q := w.eval(c, p.Args[at])
			read.quota = &q
			w.divides(k, q.in)
			at++
		}
		all = append(all, x)
		if len(axis.Members) > 0 {
			bands, dirs = append(bands, w.members(t, i, w.Parts[p.Args[at-1]].Input)), append(dirs, Still)
			continue
		}
		b, d := bandsOf(t, i, read.key(c, x)), x.dir
		if read.quota != nil && read.quota.dir != Still {
			d = Either
		}
		bands, dirs = append(bands, b), append(dirs, d)
	}
	g := gridReader{t: t, bands: bands}
	out := Still
	for i, d := range dirs {
		if d != Still {
			out |= turnedBy(g.rise(i), d)
		}
	}
	in := g.values()
	if t.Bilinear {
		in = in.Round(quotientPlaces)
	}
	return w.opaque(c, k, in, out, w.whyTable(k, all))
}

func turnedBy(rise, d Direction) Direction {
	switch {
	case rise == Still || d == Rises:
		return rise
	case d == Falls:
		return rise.flip()
	}
	return Either
}

// members are the names of an axis that a text may be, −1 for others.
func (w *prover) members(t *table.Table, axis, input int) (out []int) {
	for i, m := range t.Axes[axis].Members {
		if !w.q.Given[input] || w.q.Text[input] == m {
			out = append(out, i)
		}
	}
	if t.Default != nil || len(out) == 0 {
		out = append(out, -1)
	}
	return out
}

// bandsOf are the bands of an axis of numbers that a key may lie in, −1 below the first edge.
func bandsOf(t *table.Table, axis int, key interval.Interval) (out []int) {
	edges := t.Axes[axis].Edges
	for i := -1; i < len(edges); i++ {
		in := key
		if i >= 0 {
			in = in.Intersect(interval.Interval{Low: interval.End{At: rat.Of(edges[i]), Open: t.Lower && i > 0}})
		}
		if i+1 < len(edges) {
			in = in.Intersect(interval.Interval{High: interval.End{At: rat.Of(edges[i+1]), Open: !t.Lower || i+1 == 0}})
		}
		if !in.None {
			out = append(out, i)
		}
	}
	return out
}

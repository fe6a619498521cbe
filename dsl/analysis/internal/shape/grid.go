package shape

import (
	"math/big"
	"slices"

	"github.com/payproof/payproof/dsl/analysis/internal/piecewise"
	"github.com/payproof/payproof/dsl/analysis/internal/rat"
	"github.com/payproof/payproof/dsl/table"
)

// gridKey is what one axis is looked up with.
type gridKey struct {
	x      piecewise.Func
	quota  *big.Rat // nil is none
	member int      // of an axis of names
	names  bool
	edges  []*big.Rat       // of an axis of numbers, as amounts
	steps  []piecewise.Step // give the number of the band, −1 below the first edge
}

func (key gridKey) prepared(t *table.Table, axis int) gridKey {
	a := t.Axes[axis]
	key.names = len(a.Members) > 0
	band := func(n int64) piecewise.Step {
		return piecewise.Step{By: rat.Zero(), Plus: rat.Int(n), Off: rat.Zero()}
	}
	if key.names {
		key.steps = []piecewise.Step{band(int64(key.member))}
		return key
	}
	key.steps = []piecewise.Step{band(-1)}
	for i, e := range a.Edges {
		at := rat.Of(e)
		if key.quota != nil {
			at = rat.Mul(at, key.quota)
		}
		s := band(int64(i))
		s.From, s.Above = at, t.Lower && i > 0
		key.edges, key.steps = append(key.edges, at), append(key.steps, s)
	}
	return key
}

// cells finds the bands of all keys at each x, and what is read there.
func (m *maker) cells(k int, keys []gridKey) piecewise.Func {
	t, w := m.Parts[k].Table, piecewise.Why(k)
	out := m.constant(rat.Zero()) // the number of the combination of bands, in base wide
	const wide = 1 << 20
	for _, key := range keys {
		band := piecewise.Steps(key.x, key.steps, w)
		out = piecewise.Add(piecewise.Mul(out, m.constant(rat.Int(wide)), w), piecewise.Add(band, m.constant(rat.Int(1))))
	}
	xs := make([]piecewise.Func, len(keys))
	return out.Map(func(c piecewise.Cell) piecewise.Func {
		code, bands := new(big.Int).Set(c.Is.K.Num()), make([]int, len(keys))
		for i := range slices.Backward(keys) {
			rest := new(big.Int)
			code.QuoRem(code, big.NewInt(wide), rest)
			bands[i] = int(rest.Int64()) - 1
		}
		value := cell(t, bands)
		if value == nil {
			c.Bad = &piecewise.Bad{Part: k, Fault: true, Text: "a name that the table has no row for"}
			return piecewise.Func{c}
		}
		c.Is, c.Off = piecewise.Const(value), rat.Zero()
		if !t.Bilinear {
			return piecewise.Func{c}
		}
		for i, key := range keys {
			xs[i] = key.x.Over(c)
		}
		return bilinear(t, keys, xs, bands, c, w)
	})
}

// bilinear is the value between four cells, over a stretch on which the bands stay.
func bilinear(t *table.Table, keys []gridKey, xs []piecewise.Func, bands []int, c piecewise.Cell, w piecewise.Why) piecewise.Func {
	one := func(x *big.Rat) piecewise.Func {
		return piecewise.Func{{From: c.From, To: c.To, Is: piecewise.Const(x), Off: rat.Zero()}}
	}
	first := slices.Clone(bands)
	var share [2]piecewise.Func // how far each key is from its lower edge to the upper one
	next := slices.Clone(bands)
	for i, b := range bands {
		if b < 0 {
			first[i], next[i] = 0, 0
			if t.Below != table.First {
				return one(rat.Zero())
			}
		}
		if b < 0 || b+1 >= len(keys[i].edges) {
			share[i] = one(rat.Zero())
			next[i] = first[i]
			continue
		}
		next[i] = b + 1
		low, width := keys[i].edges[b], rat.Sub(keys[i].edges[b+1], keys[i].edges[b])
		share[i] = piecewise.Mul(piecewise.Add(xs[i], one(rat.Neg(low))), one(rat.Quo(rat.Int(1), width)), w)
	}
	v00, v10 := cell(t, first), cell(t, []int{next[0], first[1]})
	v01, v11 := cell(t, []int{first[0], next[1]}), cell(t, next)
	twist := rat.Add(rat.Sub(v11, rat.Add(v10, v01)), v00)
	out := piecewise.Add(one(v00), piecewise.Mul(share[0], one(rat.Sub(v10, v00)), w))
	out = piecewise.Add(out, piecewise.Mul(share[1], one(rat.Sub(v01, v00)), w))
	out = piecewise.Add(out, piecewise.Mul(piecewise.Mul(share[0], share[1], w), one(twist), w))
	for i := range out {
		if out[i].Bad == nil {
			out[i].Off = rat.Add(out[i].Off, piecewise.Half(table.DivisionPlaces))
		}
	}
	return out
}

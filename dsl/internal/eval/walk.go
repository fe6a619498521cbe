package eval

import (
	"math/big"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/dsl/unit"
	"github.com/payproof/payproof/internal/fixed"
)

// walk evaluates the same nodes over integers of any size: for the rows that leave 128
// bits, to say exactly what is wrong with a row that has no value, and as the simple program
// that tests the fast ones.
type walk struct {
	f     *ir.Formula
	row   *Frame
	done  map[*ir.Node]*big.Int
	fault *Fault
}

func newWalk(f *ir.Formula, r *Frame) *walk {
	return &walk{f: f, row: r, done: make(map[*ir.Node]*big.Int, len(f.Uses))}
}

// maxBits bounds every intermediate value: about 76 digits.
const maxBits = 252

// fail keeps the first fault.
func (w *walk) fail(f Fault) *big.Int {
	if w.fault == nil {
		w.fault = &f
	}
	return new(big.Int)
}

func (w *walk) eval(n *ir.Node) *big.Int {
	if v, ok := w.done[n]; ok {
		return v
	}
	v := w.compute(n)
	if v.BitLen() > maxBits {
		v = w.fail(Fault{Problem: TooLarge, Node: n})
	}
	if w.fault == nil {
		w.done[n] = v
	}
	return v
}

func (w *walk) compute(n *ir.Node) *big.Int {
	if w.fault != nil {
		return new(big.Int)
	}
	switch n.Op {
	case ir.Const:
		if n.Slot > 0 {
			return big.NewInt(w.row.Literals[n.Slot-1])
		}
		return n.Value
	case ir.Text:
		return new(big.Int)
	case ir.Input:
		return w.input(n)
	case ir.Missing:
		return big.NewInt(truth(!w.row.Has[n.Input]))
	case ir.TextIn:
		return w.textIn(n)
	case ir.Let:
		return w.eval(n.Args[0])
	case ir.Curve, ir.Slices, ir.Line:
		return w.table(n)
	case ir.Grid:
		return w.grid(n)
	case ir.And, ir.Or, ir.Not, ir.Cond, ir.Coalesce, ir.Compare:
		return w.choice(n)
	case ir.Neg, ir.Abs, ir.Round, ir.Rescale:
		return w.single(n, w.eval(n.Args[0]))
	case ir.Call:
		return w.call(n)
	}
	v := w.arithmetic(n, w.eval(n.Args[0]), w.eval(n.Args[1]))
	if n.Unit.Kind == unit.Date && w.fault == nil && (v.BitLen() > 31 || calendar.FromOrdinal(int32(v.Int64())).IsZero()) {
		return w.fail(Fault{Problem: NoDate, Node: n})
	}
	return v
}

func (w *walk) input(n *ir.Node) *big.Int {
	switch {
	case !w.row.Has[n.Input]:
		return w.fail(Fault{Problem: NoValue, Node: n})
	case w.row.Wide[n.Input] != nil:
		return w.row.Wide[n.Input]
	}
	return big.NewInt(w.row.Coef[n.Input])
}

func (w *walk) textIn(n *ir.Node) *big.Int {
	in := n.Args[0]
	if !w.row.Has[in.Input] {
		return w.fail(Fault{Problem: NoValue, Node: in})
	}
	w.done[in] = big.NewInt(w.row.Coef[in.Input])
	return big.NewInt(textIn(n)(w.row))
}

func (w *walk) single(n *ir.Node, x *big.Int) *big.Int {
	switch n.Op {
	case ir.Neg:
		return new(big.Int).Neg(x)
	case ir.Abs:
		return new(big.Int).Abs(x)
	case ir.Rescale:
		return new(big.Int).Mul(x, fixed.Pow10Big(int(n.Scale)-int(n.Args[0].Scale)))
	}
	drop := int(n.Args[0].Scale) - int(n.Places)
	if drop <= 0 {
		return x
	}
	v := fixed.DivRound(x, fixed.Pow10Big(drop), fixed.Mode(n.Mode))
	return v.Mul(v, fixed.Pow10Big(int(n.Scale)-int(n.Places)))
}

func (w *walk) arithmetic(n *ir.Node, x, y *big.Int) *big.Int {
	switch n.Op {
	case ir.Add:
		return new(big.Int).Add(x, y)
	case ir.Sub:
		return new(big.Int).Sub(x, y)
	case ir.Mul:
		return new(big.Int).Mul(x, y)
	case ir.Min:
		if x.Cmp(y) <= 0 {
			return x
		}
		return y
	case ir.Max:
		if x.Cmp(y) >= 0 {
			return x
		}
		return y
	}
	if w.fault != nil {
		return new(big.Int)
	}
	if n.Op == ir.AddMonths {
		return w.addMonths(n, x, y)
	}
	if n.Label != "" { // an attainment as a number
		w.quota(n, n.Args[1])
	}
	if y.Sign() == 0 {
		return w.fail(Fault{Problem: ZeroDivision, Node: n})
	}
	if n.Op == ir.Mod {
		return new(big.Int).Mod(x, y)
	}
	shift := ir.QuotientScale + int(n.Args[1].Scale) - int(n.Args[0].Scale)
	num, den := x, y
	if shift >= 0 {
		num = new(big.Int).Mul(x, fixed.Pow10Big(shift))
	} else {
		den = new(big.Int).Mul(y, fixed.Pow10Big(-shift))
	}
	return fixed.DivRound(num, den, fixed.HalfEven)
}

func (w *walk) addMonths(n *ir.Node, date, months *big.Int) *big.Int {
	if months.BitLen() > 31 {
		return w.fail(Fault{Problem: NoDate, Node: n})
	}
	return big.NewInt(int64(calendar.FromOrdinal(int32(date.Int64())).AddMonths(int(months.Int64())).Ordinal()))
}

func (w *walk) choice(n *ir.Node) *big.Int {
	if n.Op == ir.Coalesce {
		if w.row.Has[n.Input] {
			return w.eval(n.Args[0])
		}
		return w.eval(n.Args[1])
	}
	x := w.eval(n.Args[0])
	if w.fault != nil {
		return new(big.Int)
	}
	switch n.Op {
	case ir.Not:
		return big.NewInt(1 - x.Int64())
	case ir.And:
		if x.Sign() == 0 {
			return x
		}
		return w.eval(n.Args[1])
	case ir.Or:
		if x.Sign() != 0 {
			return x
		}
		return w.eval(n.Args[1])
	case ir.Cond:
		if x.Sign() != 0 {
			return w.eval(n.Args[1])
		}
		return w.eval(n.Args[2])
	}
	if len(n.Args) == 3 {
		w.quota(n, n.Args[2])
	}
	return big.NewInt(truth(n.Cmp.Holds(x.Cmp(w.eval(n.Args[1])))))
}

// quota is a quota above zero.
func (w *walk) quota(n, q *ir.Node) *big.Int {
	v := w.eval(q)
	if w.fault == nil && v.Sign() <= 0 {
		return w.fail(Fault{Problem: NoQuota, Node: n, Of: q, Value: v})
	}
	return v
}

func (w *walk) table(n *ir.Node) *big.Int {
	x, before, quota := w.eval(n.Args[0]), (*big.Int)(nil), (*big.Int)(nil)
	rest := n.Args[1:]
	if n.Op == ir.Slices {
		before, rest = w.eval(rest[0]), rest[1:]
	}
	if len(rest) > 0 {
		quota = w.quota(n, rest[0])
	}
	switch {
	case w.fault != nil:
		return new(big.Int)
	case n.Op == ir.Line:
		return n.Line.Big(x, quota)
	}
	v := n.Curve.Big(x, quota)
	if before != nil {
		v.Sub(v, n.Curve.Big(before, quota))
	}
	return v
}

// keys are the keys of a grid, with the name that a text has.
func (w *walk) keys(n *ir.Node) (keys []table.Key[*big.Int], names []string) {
	at := 0
	for i, k := range n.Keys {
		arg := n.Args[at]
		at++
		key, name := table.Key[*big.Int]{}, ""
		if k.Text {
			if w.eval(arg); w.fault == nil {
				key.X, name = big.NewInt(int64(memberOf(n, i, arg)(w.row))), w.row.Text[arg.Input]
			}
		} else {
			key.X = w.eval(arg)
		}
		if k.Quota {
			key.Quota = w.quota(n, n.Args[at])
			at++
		}
		keys, names = append(keys, key), append(names, name)
	}
	return keys, names
}

func (w *walk) grid(n *ir.Node) *big.Int {
	keys, names := w.keys(n)
	if w.fault != nil {
		return new(big.Int)
	}
	if v := n.Grid.Big(keys); v != nil {
		return v
	}
	missing := ""
	for i, k := range keys {
		if n.Keys[i].Text && k.X.Sign() < 0 {
			missing = names[i]
			break
		}
	}
	return w.fail(Fault{Problem: NoRow, Node: n, Text: missing})
}

func (w *walk) call(n *ir.Node) *big.Int {
	with := make([]ir.Number, len(n.Args))
	for i, a := range n.Args {
		with[i] = ir.Number{Coef: new(big.Int).Set(w.eval(a)), Scale: a.Scale}
	}
	if w.fault != nil {
		return new(big.Int)
	}
	v, err := n.Func.Call(with)
	if err != nil {
		return w.fail(Fault{Problem: Failed, Node: n, Err: err})
	}
	return v.Coef
}

// result bounds what leaves the formula.
func (w *walk) result() (Result, *Fault) {
	v := w.eval(w.f.Root)
	if w.fault == nil && v.CmpAbs(fixed.Pow10Big(ir.MaxDigits)) >= 0 {
		w.fail(Fault{Problem: TooLarge, Node: w.f.Root})
	}
	if w.fault != nil {
		return Result{}, w.fault
	}
	out := Result{Coef: v.Int64()}
	if !v.IsInt64() {
		out.Wide = new(big.Int).Set(v)
	}
	return out, nil
}

// GridKeys are the keys that a grid was read with, for an explanation.
func (s Steps) GridKeys(n *ir.Node) []table.Key[*big.Int] {
	w := newWalk(&ir.Formula{Root: n}, s.frame)
	keys, _ := w.keys(n)
	return keys
}

package dsl

import (
	"math/big"

	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
)

// wide evaluates the same nodes over big integers: for the rows that leave
// int64, and to say exactly what is wrong with a row that can't be evaluated.
type wide struct {
	f    *Formula
	row  *Row
	done map[*node]*big.Int
	err  error
}

// maxBits bounds every intermediate value: about 76 digits.
const maxBits = 252

// EvalError says that a row can't be evaluated: a missing input, a division by
// zero, a quota that is not above zero, or a number too large to hold.
type EvalError struct{ Diagnostic source.Diagnostic }

// Error is the finding on one line.
func (e *EvalError) Error() string { return e.Diagnostic.Error() }

func (w *wide) fail(n *node, code, hint, format string, args ...any) *big.Int {
	if w.err == nil {
		d := source.Errorf(code, w.f.span(n), format, args...)
		d.Hint = hint
		w.err = &EvalError{d}
	}
	return new(big.Int)
}

func (w *wide) eval(n *node) *big.Int {
	if v, ok := w.done[n]; ok {
		return v
	}
	v := w.compute(n)
	if v.BitLen() > maxBits {
		v = w.fail(n, "too-large", "round a part, or check the data", "the number has over 76 digits")
	}
	w.done[n] = v
	return v
}

func (w *wide) compute(n *node) *big.Int {
	if w.err != nil {
		return new(big.Int)
	}
	switch n.op {
	case opConst:
		return n.value
	case opText:
		return new(big.Int)
	case opInput:
		return w.input(n)
	case opMissing:
		return big.NewInt(truth(!w.row.has[n.input]))
	case opTextIn:
		return w.textIn(n)
	case opLet:
		return w.eval(n.args[0])
	case opMarginal, opTierRate:
		return w.lookup(n)
	case opAnd, opOr, opNot, opCond, opCoalesce, opCompare:
		return w.choice(n)
	case opNeg, opAbs, opRound, opRescale:
		return w.single(n, w.eval(n.args[0]))
	}
	return w.arithmetic(n, w.eval(n.args[0]), w.eval(n.args[1]))
}

func (w *wide) input(n *node) *big.Int {
	switch {
	case !w.row.has[n.input]:
		return w.fail(n, "missing-value", w.remedy(n), "%s has no value", n.label)
	case w.row.wide[n.input] != nil:
		return w.row.wide[n.input]
	}
	return big.NewInt(w.row.coef[n.input])
}

func (w *wide) textIn(n *node) *big.Int {
	in := n.args[0]
	if !w.row.has[in.input] {
		return w.fail(in, "missing-value", w.remedy(in), "%s has no value", in.label)
	}
	w.done[in] = new(big.Int)
	for i, t := range n.texts {
		if n.codes != nil && w.row.coef[in.input] == n.codes[i] || n.codes == nil && w.row.text[in.input] == t {
			return big.NewInt(1)
		}
	}
	return new(big.Int)
}

// remedy says where an input's value comes from.
func (w *wide) remedy(n *node) string {
	if doc := w.f.env.Inputs[n.input].Doc; doc != "" {
		return "give it one: it is " + doc
	}
	return "give it one in the data"
}

func (w *wide) single(n *node, x *big.Int) *big.Int {
	switch n.op {
	case opNeg:
		return new(big.Int).Neg(x)
	case opAbs:
		return new(big.Int).Abs(x)
	case opRescale:
		return new(big.Int).Mul(x, fixed.Pow10Big(int(n.scale)-int(n.args[0].scale)))
	}
	drop := int(n.args[0].scale) - int(n.places)
	if drop <= 0 {
		return x
	}
	v := fixed.DivRound(x, fixed.Pow10Big(drop), fixed.Mode(n.mode))
	return v.Mul(v, fixed.Pow10Big(int(n.scale)-int(n.places)))
}

func (w *wide) arithmetic(n *node, x, y *big.Int) *big.Int {
	switch n.op {
	case opAdd:
		return new(big.Int).Add(x, y)
	case opSub:
		return new(big.Int).Sub(x, y)
	case opMul:
		return new(big.Int).Mul(x, y)
	case opMin:
		if x.Cmp(y) <= 0 {
			return x
		}
		return y
	case opMax:
		if x.Cmp(y) >= 0 {
			return x
		}
		return y
	}
	if w.err != nil {
		return new(big.Int)
	}
	if n.label != "" { // an attainment as a number
		w.quota(n, n.args[1])
	}
	if y.Sign() == 0 {
		return w.fail(n, "division-by-zero", "use safe_div(a, b, when b is zero)", "%s divides by zero", w.f.text(n))
	}
	shift := quotientScale + int(n.args[1].scale) - int(n.args[0].scale)
	num, den := x, y
	if shift >= 0 {
		num = new(big.Int).Mul(x, fixed.Pow10Big(shift))
	} else {
		den = new(big.Int).Mul(y, fixed.Pow10Big(-shift))
	}
	return fixed.DivRound(num, den, fixed.HalfEven)
}

func (w *wide) choice(n *node) *big.Int {
	if n.op == opCoalesce {
		if w.row.has[n.input] {
			return w.eval(n.args[0])
		}
		return w.eval(n.args[1])
	}
	x := w.eval(n.args[0])
	switch n.op {
	case opNot:
		return big.NewInt(1 - x.Int64())
	case opAnd:
		if x.Sign() == 0 {
			return x
		}
		return w.eval(n.args[1])
	case opOr:
		if x.Sign() != 0 {
			return x
		}
		return w.eval(n.args[1])
	case opCond:
		if x.Sign() != 0 {
			return w.eval(n.args[1])
		}
		return w.eval(n.args[2])
	}
	if len(n.args) == 3 {
		w.quota(n, n.args[2])
	}
	return big.NewInt(truth(n.cmp.holds(x.Cmp(w.eval(n.args[1])))))
}

func (w *wide) quota(n, q *node) *big.Int {
	v := w.eval(q)
	if w.err == nil && v.Sign() <= 0 {
		return w.fail(n, "quota-not-positive", "correct the quota; if there is none, leave it out, and write `without quota: skip` in the plan", "%s is %s: an attainment needs a quota above zero", q.label, show(v, q.scale, q.unit))
	}
	return v
}

// lookupArgs are the amount, the amount before (or nil) and the quota (or nil).
func (w *wide) lookupArgs(n *node) (x, before, quota *big.Int) {
	x, rest := w.eval(n.args[0]), n.args[1:]
	if n.sliced {
		before, rest = w.eval(rest[0]), rest[1:]
	}
	if len(rest) > 0 {
		quota = w.quota(n, rest[0])
	}
	return x, before, quota
}

func (w *wide) lookup(n *node) *big.Int {
	x, before, quota := w.lookupArgs(n)
	if w.err != nil {
		return new(big.Int)
	}
	if n.op == opTierRate {
		return n.walk.RateWide(n.walk.ReachedWide(x, quota))
	}
	pay := n.walk.MarginalWide(x, quota)
	if before != nil {
		pay.Sub(pay, n.walk.MarginalWide(before, quota))
	}
	return pay
}

// result bounds what leaves the formula.
func (w *wide) result(root *node) (Value, error) {
	v := w.eval(root)
	if w.err == nil && v.CmpAbs(fixed.Pow10Big(maxDigits)) >= 0 {
		w.fail(root, "too-large", "round the result", "the result has over %d digits", maxDigits)
	}
	if w.err != nil {
		return Value{}, w.err
	}
	out := Value{coef: v.Int64(), scale: root.scale, unit: root.unit}
	if !v.IsInt64() {
		out.wide = new(big.Int).Set(v)
	}
	return out, nil
}

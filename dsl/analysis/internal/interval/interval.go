// Package interval computes with ranges of numbers: what a value may be when what it is made of
// may be anything of its own range.
//
// The result of an operation holds every value that it can give, and often more: two ranges
// forget how their values hang together (x − x of 0 to 1 is −1 to 1). An end may be closed (the
// end itself belongs), open, or nowhere.
package interval

import (
	"math/big"

	"github.com/payproof/payproof/dsl/analysis/internal/rat"
)

// End is an end of a range. At is nil where the range has no end.
type End struct {
	At   *big.Rat
	Open bool // At itself does not belong
}

// Interval is a range from Low to High. The zero value is every number.
type Interval struct {
	Low, High End
	None      bool // holds nothing
}

// Everything is every number.
func Everything() Interval { return Interval{} }

// Nothing holds nothing.
func Nothing() Interval { return Interval{None: true} }

// Point holds one number.
func Point(x *big.Rat) Interval { return Interval{Low: End{At: x}, High: End{At: x}} }

// Between holds both numbers and all between.
func Between(low, high *big.Rat) Interval { return Interval{Low: End{At: low}, High: End{At: high}} }

// From holds a number and all above; Above all above alone.
func From(low *big.Rat) Interval { return Interval{Low: End{At: low}} }

// Above holds all above a number.
func Above(low *big.Rat) Interval { return Interval{Low: End{At: low, Open: true}} }

// UpTo holds a number and all below.
func UpTo(high *big.Rat) Interval { return Interval{High: End{At: high}} }

// Below holds all below a number.
func Below(high *big.Rat) Interval { return Interval{High: End{At: high, Open: true}} }

// IsPoint reports whether the range holds one number alone.
func (i Interval) IsPoint() bool {
	return !i.None && i.Low.At != nil && i.High.At != nil && i.Low.At.Cmp(i.High.At) == 0
}

// Has reports whether the range holds a number.
func (i Interval) Has(x *big.Rat) bool {
	return !i.Intersect(Point(x)).None
}

// Negative reports whether all numbers of the range are below 0; NotNegative, whether none is.
func (i Interval) Negative() bool {
	return i.None || i.High.At != nil && (i.High.At.Sign() < 0 || i.High.At.Sign() == 0 && i.High.Open)
}

// NotNegative reports whether no number of the range is below 0.
func (i Interval) NotNegative() bool { return i.None || i.Low.At != nil && i.Low.At.Sign() >= 0 }

// Positive reports whether all numbers of the range are above 0.
func (i Interval) Positive() bool { return i.Neg().Negative() }

// NotPositive reports whether no number of the range is above 0.
func (i Interval) NotPositive() bool { return i.Neg().NotNegative() }

// Intersect holds what both hold.
func (i Interval) Intersect(j Interval) Interval {
	if i.None || j.None {
		return Nothing()
	}
	out := Interval{Low: tighter(i.Low, j.Low, 1), High: tighter(i.High, j.High, -1)}
	if out.Low.At != nil && out.High.At != nil {
		if c := out.Low.At.Cmp(out.High.At); c > 0 || c == 0 && (out.Low.Open || out.High.Open) {
			return Nothing()
		}
	}
	return out
}

// tighter is the end that leaves less: the larger where sign is 1.
func tighter(a, b End, sign int) End {
	switch {
	case a.At == nil:
		return b
	case b.At == nil:
		return a
	}
	switch c := a.At.Cmp(b.At) * sign; {
	case c > 0:
		return a
	case c < 0:
		return b
	}
	return End{At: a.At, Open: a.Open || b.Open}
}

// Hull holds what either holds, and all between.
func (i Interval) Hull(j Interval) Interval {
	switch {
	case i.None:
		return j
	case j.None:
		return i
	}
	return Interval{Low: wider(i.Low, j.Low, 1), High: wider(i.High, j.High, -1)}
}

func wider(a, b End, sign int) End {
	if a.At == nil || b.At == nil {
		return End{}
	}
	switch c := a.At.Cmp(b.At) * sign; {
	case c < 0:
		return a
	case c > 0:
		return b
	}
	return End{At: a.At, Open: a.Open && b.Open}
}

// Add holds every sum.
func (i Interval) Add(j Interval) Interval {
	if i.None || j.None {
		return Nothing()
	}
	return Interval{Low: sum(i.Low, j.Low), High: sum(i.High, j.High)}
}

func sum(a, b End) End {
	if a.At == nil || b.At == nil {
		return End{}
	}
	return End{At: rat.Add(a.At, b.At), Open: a.Open || b.Open}
}

// Neg holds the negative of every number.
func (i Interval) Neg() Interval {
	return Interval{Low: minus(i.High), High: minus(i.Low), None: i.None}
}

func minus(e End) End {
	if e.At == nil {
		return e
	}
	return End{At: rat.Neg(e.At), Open: e.Open}
}

// Sub holds every difference.
func (i Interval) Sub(j Interval) Interval { return i.Add(j.Neg()) }

// Scale holds every number times a factor.
func (i Interval) Scale(by *big.Rat) Interval { return i.Mul(Point(by)) }

// Mul holds every product.
func (i Interval) Mul(j Interval) Interval {
	if i.None || j.None {
		return Nothing()
	}
	out, up, down := Nothing(), false, false
	for _, a := range i.corners() {
		for _, b := range j.corners() {
			e, endless := a.times(b)
			switch {
			case endless > 0:
				up = true
			case endless < 0:
				down = true
			default:
				out = out.Hull(Interval{Low: e, High: e})
			}
		}
	}
	out.None = false
	if up {
		out.High = End{}
	}
	if down {
		out.Low = End{}
	}
	return out
}

// corner is an end with its side: a number, or −1 or 1 for no end.
type corner struct {
	End
	endless int
}

func (i Interval) corners() [2]corner {
	out := [2]corner{{End: i.Low}, {End: i.High}}
	if i.Low.At == nil {
		out[0].endless = -1
	}
	if i.High.At == nil {
		out[1].endless = 1
	}
	return out
}

// sign is the side of 0 that a corner lies on.
func (c corner) sign() int {
	if c.endless != 0 {
		return c.endless
	}
	return c.At.Sign()
}

// times is the product of two corners: a number, or the side on which there is no end. 0 times
// no end is 0: the corner itself belongs, or lies arbitrarily near.
func (c corner) times(d corner) (End, int) {
	switch {
	case c.endless == 0 && d.endless == 0:
		open := c.Open || d.Open
		if c.At.Sign() == 0 && !c.Open || d.At.Sign() == 0 && !d.Open {
			open = false // 0 itself is a product
		}
		return End{At: rat.Mul(c.At, d.At), Open: open}, 0
	case c.sign() == 0:
		return End{At: rat.Zero(), Open: c.Open}, 0
	case d.sign() == 0:
		return End{At: rat.Zero(), Open: d.Open}, 0
	}
	return End{}, c.sign() * d.sign()
}

// Abs holds the size of every number.
func (i Interval) Abs() Interval {
	switch {
	case i.None || i.NotNegative():
		return i
	case i.NotPositive():
		return i.Neg()
	}
	return Interval{Low: End{At: rat.Zero()}, High: wider(i.High, minus(i.Low), -1)}
}

// Min holds the smaller of every two.
func (i Interval) Min(j Interval) Interval {
	if i.None || j.None {
		return Nothing()
	}
	return Interval{Low: wider(i.Low, j.Low, 1), High: tighter(i.High, j.High, -1)}
}

// Max holds the larger of every two.
func (i Interval) Max(j Interval) Interval { return i.Neg().Min(j.Neg()).Neg() }

// Quo holds every quotient by a number of j but 0.
func (i Interval) Quo(j Interval) Interval {
	if i.None || j.None || j.IsPoint() && j.Low.At.Sign() == 0 {
		return Nothing()
	}
	if !j.NotNegative() && !j.NotPositive() {
		return i.Quo(j.Intersect(Above(rat.Zero()))).Hull(i.Quo(j.Intersect(Below(rat.Zero()))))
	}
	if j.NotPositive() {
		return i.Neg().Quo(j.Neg())
	}
	inverse := Interval{Low: End{At: rat.Zero(), Open: true}}
	if j.High.At != nil {
		inverse.Low = End{At: rat.Quo(rat.Int(1), j.High.At), Open: j.High.Open}
	}
	if j.Low.At != nil && j.Low.At.Sign() > 0 {
		inverse.High = End{At: rat.Quo(rat.Int(1), j.Low.At), Open: j.Low.Open}
	}
	return i.Mul(inverse)
}

// Round holds every number rounded to places, in any mode: rounding keeps the order, and
// leaves a number of that many places as it is.
func (i Interval) Round(places int) Interval {
	if i.Low.At != nil {
		i.Low = End{At: rat.Floor(i.Low.At, places)}
	}
	if i.High.At != nil {
		i.High = End{At: rat.Ceil(i.High.At, places)}
	}
	return i
}

// Text says the range in words: "from 0", "above 0", "0 to 5".
func (i Interval) Text() string {
	low, high := "", ""
	if i.Low.At != nil {
		if low = "from " + rat.Text(i.Low.At); i.Low.Open {
			low = "above " + rat.Text(i.Low.At)
		}
	}
	if i.High.At != nil {
		if high = "up to " + rat.Text(i.High.At); i.High.Open {
			high = "below " + rat.Text(i.High.At)
		}
	}
	switch {
	case i.None:
		return "nothing"
	case i.IsPoint():
		return rat.Text(i.Low.At)
	case low == "" && high == "":
		return "anything"
	case low == "" || high == "":
		return low + high
	}
	return low + " " + high
}

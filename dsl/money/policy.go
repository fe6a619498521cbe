package money

// Policy says how a whole is divided. The zero value divides at the minor unit and
// gives what is left over by largest remainder, ties to the part listed first, and
// divides a negative whole as the mirror image of the positive one.
type Policy struct {
	// Remainder says who gets what is left over.
	Remainder Remainder
	// Named is the index of the part that gets it, under AllToNamed only.
	Named int
	// Ties decides between parts with equal claims.
	Ties Ties
	// Keys are the names of the parts under ByKey: one for each weight, all different.
	Keys []string
	// Negative says what a negative whole does.
	Negative Negative
	// Places are the places to divide at, −38 … 38; nil is the currency's minor unit.
	// See [At].
	Places *int
}

// At is a value for [Policy].Places.
func At(places int) *int { return &places }

// Remainder says who gets the units left over when each part has been given the whole
// units of its exact share. There are fewer of them than parts with a weight.
type Remainder uint8

// The rules for what is left over. A part with zero weight gets none of it.
const (
	// LargestRemainder gives a unit each to the parts whose exact share was cut most
	// (Hamilton's method). The default.
	LargestRemainder Remainder = iota
	// EachFromFirst gives a unit each, from the first part on.
	EachFromFirst
	// EachFromLast gives a unit each, from the last part backwards.
	EachFromLast
	// AllToFirst gives all to the first part.
	AllToFirst
	// AllToLast gives all to the last part.
	AllToLast
	// AllToLargest gives all to the part with the largest weight.
	AllToLargest
	// AllToNamed gives all to the part at Policy.Named.
	AllToNamed
	// Refuse makes anything left over a *[RemainderError].
	Refuse
)

func remainders() []string {
	return []string{
		"largest remainder", "each from first", "each from last",
		"all to first", "all to last", "all to largest", "all to named", "refuse",
	}
}

// String is the rule's name in plan files: "largest remainder", "each from first" and
// so on. "all to named" is written with the part's name there.
func (r Remainder) String() string { return nameOf(int(r), remainders()) }

// ParseRemainder finds a rule by the name that String gives. The error is a
// *[NameError].
func ParseRemainder(name string) (Remainder, error) {
	n, err := find(name, "remainder rule", remainders())
	return Remainder(n), err
}

// Ties decides between equal remainders, and between equal weights under
// AllToLargest.
type Ties uint8

const (
	// Listed prefers the part listed first. The default.
	Listed Ties = iota
	// ByKey prefers the part with the smaller key by bytes, so that the order of the
	// list does not matter.
	ByKey
)

// String is "listed" or "key".
func (t Ties) String() string { return nameOf(int(t), []string{"listed", "key"}) }

// Negative says how a negative whole is divided.
type Negative uint8

const (
	// Mirror divides −w as w and changes the signs, so that a reversal takes back
	// exactly what was given. The default.
	Mirror Negative = iota
	// FloorShares rounds each share toward −∞ first, as for a positive whole.
	FloorShares
)

// String is "mirror" or "floor".
func (n Negative) String() string { return nameOf(int(n), []string{"mirror", "floor"}) }

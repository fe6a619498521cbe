package index

import (
	"math"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/unit"
)

// predicates is what has to hold for a condition to hold: by field, that a text is one of
// some, or that a number lies in an interval. What is not said here may be anything.
type predicates struct {
	texts  map[int][]string // by field: sorted, each once
	ranges map[int]interval // by field
	never  bool             // it holds for no event
}

// interval is the coefficients from low to high, both included.
type interval struct{ low, high int64 }

var everything = interval{math.MinInt64, math.MaxInt64}

func (i interval) meet(o interval) interval { return interval{max(i.low, o.low), min(i.high, o.high)} }

func (i interval) contains(v int64) bool { return i.low <= v && v <= i.high }

// read finds the predicates of a condition among the parts that `and` joins. A part that may
// have no value, such as a quotient, hides those behind it: an event for which it is at fault must
// still come to it.
func read(c Condition) predicates { return readAll(c).found }

func readAll(c Condition) reader {
	r := reader{found: predicates{texts: map[int][]string{}, ranges: map[int]interval{}}}
	for _, w := range c.Within {
		r.text(w.Field, w.Texts)
	}
	for _, f := range c.When {
		r.parts = f.Parts()
		if !r.and(len(r.parts) - 1) {
			r.loose = true
			break
		}
	}
	for _, all := range r.found.ranges { // order: whether any is empty
		r.found.never = r.found.never || all.low > all.high
	}
	for _, all := range r.found.texts { // order: whether any is empty
		r.found.never = r.found.never || len(all) == 0
	}
	return r
}

type reader struct {
	parts []dsl.Part
	found predicates
	loose bool // the condition says more than was found
}

// and reads a condition, and reports whether it has a value for every event.
func (r *reader) and(at int) (sure bool) {
	p := r.parts[at]
	switch p.Op {
	case "and":
		return r.and(p.Args[0]) && r.and(p.Args[1])
	case "let":
		return r.and(p.Args[0])
	case "one of":
		r.text(r.parts[p.Args[0]].Input, p.Texts)
	case "or":
		field, texts, ok := r.union(at)
		if r.loose = r.loose || !ok; ok {
			r.text(field, texts)
		}
	case "compare":
		r.loose = !r.compare(p) || r.loose
	default:
		r.loose = true
	}
	return r.sure(at)
}

// sure reports whether nothing in a part can fail.
func (r *reader) sure(at int) bool {
	p := r.parts[at]
	switch p.Op {
	case "div", "mod", "call", "months", "grid", "curve", "slices", "line":
		return false
	case "compare":
		if len(p.Args) > 2 {
			return false
		}
	}
	if p.Unit.Kind == unit.Date && p.Op != "input" && p.Op != "const" {
		return false
	}
	for _, a := range p.Args {
		if !r.sure(a) {
			return false
		}
	}
	return true
}

// text says that a field is one of some texts.
func (r *reader) text(field int, texts []string) {
	sorted := slices.Clone(texts)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	if known, ok := r.found.texts[field]; ok {
		sorted = slices.DeleteFunc(sorted, func(t string) bool { return !slices.Contains(known, t) })
	}
	r.found.texts[field] = sorted
}

// union reads a == "x" or a in ["y", "z"]: texts of one field.
func (r *reader) union(at int) (field int, texts []string, ok bool) {
	p := r.parts[at]
	switch p.Op {
	case "one of":
		return r.parts[p.Args[0]].Input, p.Texts, true
	case "or":
		field, texts, ok = r.union(p.Args[0])
		other, more, also := r.union(p.Args[1])
		return field, append(slices.Clone(texts), more...), ok && also && field == other
	}
	return 0, nil, false
}

// compare reads a number or a date that is compared with a constant, and reports whether that is all it is.
func (r *reader) compare(p dsl.Part) bool {
	if len(p.Args) != 2 {
		return false
	}
	sign, input, limit := p.Sign, r.plain(p.Args[0]), r.plain(p.Args[1])
	if input.Op != "input" {
		input, limit, sign = limit, input, mirrored[sign]
	}
	if input.Op != "input" || limit.Op != "const" || input.Unit.Kind == unit.Bool {
		return false
	}
	all, known := r.found.ranges[input.Input]
	if !known {
		all = everything
	}
	part, ok := rangeOf(sign, limit.Value, input.Scale)
	if ok {
		r.found.ranges[input.Input] = all.meet(part)
	}
	return ok
}

var mirrored = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

// plain looks through what changes no value, and reads -5 as a constant.
func (r *reader) plain(at int) dsl.Part {
	p := r.parts[at]
	switch p.Op {
	case "rescale", "let":
		return r.plain(p.Args[0])
	case "neg":
		if inner := r.plain(p.Args[0]); inner.Op == "const" {
			inner.Value = inner.Value.Neg()
			return inner
		}
	}
	return p
}

// rangeOf is the coefficients at a scale that stand to a limit as the sign says.
func rangeOf(sign string, limit decimal.Decimal, scale uint8) (interval, bool) {
	exact := limit.Shift(int32(scale))
	low, whole := floor(exact)
	if !low.IsInt64() || low.Int64() <= math.MinInt64+1 || low.Int64() >= math.MaxInt64-1 {
		return everything, false
	}
	down := low.Int64() // the largest coefficient that is not above the limit
	up := down          // the smallest that is not below
	if !whole {
		up++
	}
	switch sign {
	case "==":
		return interval{up, down}, true // empty where the limit is between two coefficients
	case "<=":
		return interval{math.MinInt64, down}, true
	case "<":
		return interval{math.MinInt64, up - 1}, true
	case ">=":
		return interval{up, math.MaxInt64}, true
	case ">":
		return interval{down + 1, math.MaxInt64}, true
	}
	return everything, false
}

func floor(d decimal.Decimal) (n *big.Int, whole bool) {
	f := d.Floor()
	return f.BigInt(), f.Equal(d)
}

// Reach is what has to hold for each field for a condition to hold, for those who reason about several
// conditions. It may say less than the condition does, never more.
type Reach struct{ predicates }

// ReachOf is the reach of a condition.
func ReachOf(c Condition) Reach { return Reach{read(c)} }

// May tells whether the condition may hold for an event of which a field is known. A missing
// value may satisfy anything.
func (r Reach) May(field int, number int64, text string, has bool) bool {
	if r.never {
		return false
	}
	if !has {
		return true
	}
	if texts, ok := r.texts[field]; ok {
		_, found := slices.BinarySearch(texts, text)
		return found
	}
	i, ok := r.ranges[field]
	return !ok || i.contains(number)
}

package index

import (
	"maps"
	"math"
	"slices"

	"github.com/payproof/payproof/dsl"
)

// Column is the values of one field for all events: numbers, or the codes of texts. Has is nil where no value is
// missing.
type Column struct {
	Ints  []int64  // of numbers and dates
	Codes []uint32 // of texts and members of enums
	Has   []bool
}

// Dictionary gives the code of a text of a field; ok is false for one that no event has.
type Dictionary func(field int, text string) (code uint32, ok bool)

// Coded is an index for events whose texts are codes. It is immutable and safe for concurrent use.
type Coded struct {
	groups []codedGroup
	always []Candidate
	fields []int
}

// Fields are the columns that Candidates looks at, in order.
func (c *Coded) Fields() []int { return c.fields }

// codedGroup is a group whose buckets are found by the places that codes have among the texts that conditions ask
// for, as digits of one number.
type codedGroup struct {
	fields  []int
	places  [][]int32 // by field and code, from 1; 0: no condition asks for the text
	sizes   []uint64  // by field, how many places there are
	buckets map[uint64]*bucket
	dense   []slot // in place of buckets, where there are few numbers
	all     group
}

// slot is a bucket, or the only condition that is in it: then nothing else has to be looked at.
type slot struct {
	only Candidate // one more than it; 0: there is a bucket, or none
	of   *bucket
}

// dense is how many numbers are few.
const dense = 1 << 16

// Coded is the index for texts that are codes of a dictionary, below as many as sizes says.
func (x *Index) Coded(code Dictionary, sizes func(field int) int) *Coded {
	out := &Coded{}
	for _, id := range x.always {
		_, scanned := slices.BinarySearch(x.scanned, id)
		out.always = append(out.always, candidateOf(id, !scanned))
	}
	for _, g := range x.groups {
		c := codedGroup{fields: g.fields, buckets: map[uint64]*bucket{}, all: g}
		for _, f := range g.fields {
			c.places = append(c.places, make([]int32, sizes(f)))
			c.sizes = append(c.sizes, 1)
		}
		fits := true
		for _, key := range slices.Sorted(maps.Keys(g.buckets)) {
			fits = fits && c.file(key, code)
		}
		if !fits { // more fields and texts than a number has digits for
			out.always = g.all(out.always)
			continue
		}
		c.fill(code)
		out.groups = append(out.groups, c)
		out.fields = append(out.fields, g.fields...)
		for _, b := range g.buckets { // order: a set
			if len(b.all) > 0 && !slices.Contains(out.fields, b.field) {
				out.fields = append(out.fields, b.field)
			}
		}
	}
	slices.Sort(out.fields)
	out.fields = slices.Compact(out.fields)
	return out
}

// file gives the texts of a key places, and reports whether all places together still make a number.
func (c *codedGroup) file(key string, code Dictionary) bool {
	for i, text := range split(key) {
		if n, ok := code(c.fields[i], text); ok && c.places[i][n] == 0 {
			c.places[i][n] = int32(c.sizes[i])
			c.sizes[i]++
		}
	}
	all := uint64(1)
	for _, n := range c.sizes {
		if all > math.MaxUint64/n {
			return false
		}
		all *= n
	}
	return true
}

func (c *codedGroup) fill(code Dictionary) {
	for key, b := range c.all.buckets { // order: each goes to its own place
		number, ok := uint64(0), true
		for i, text := range split(key) {
			n, known := code(c.fields[i], text)
			if ok = ok && known; ok {
				number = number*c.sizes[i] + uint64(c.places[i][n])
			}
		}
		if ok {
			c.buckets[number] = b
		}
	}
	all := uint64(1)
	for _, n := range c.sizes {
		all *= n
	}
	if all > dense {
		return
	}
	c.dense = make([]slot, all)
	for number, b := range c.buckets { // order: each goes to its own place
		if len(b.all) == 0 && len(b.open) == 1 {
			c.dense[number].only = b.open[0] + 1
		} else {
			c.dense[number].of = b
		}
	}
}

// split takes a key of a bucket apart.
func split(key string) (texts []string) {
	for start, i := 0, 0; i < len(key); i++ {
		if key[i] == 0 {
			texts, start = append(texts, key[start:i]), i+1
		}
	}
	return texts
}

// Candidates appends the conditions that may hold for a row of columns to out, as those of [Index] do.
func (c *Coded) Candidates(columns []Column, row int, out []Candidate) []Candidate {
	start := len(out)
	out = append(out, c.always...)
	for i := range c.groups {
		g := &c.groups[i]
		number, asked, missing := g.find(columns, row)
		switch {
		case missing:
			out = g.all.all(out)
		case !asked:
		case g.dense == nil:
			if b := g.buckets[number]; b != nil {
				out = b.of(columns, row, out)
			}
		default:
			if s := &g.dense[number]; s.only > 0 {
				out = append(out, s.only-1)
			} else if s.of != nil {
				out = s.of.of(columns, row, out)
			}
		}
	}
	if found := out[start:]; !slices.IsSorted(found) || len(c.groups) > 1 {
		slices.Sort(found)
		out = append(out[:start], slices.Compact(found)...)
	}
	return out
}

// find is the number of a row's texts; asked is false where no condition asks for one of them.
func (g *codedGroup) find(columns []Column, row int) (number uint64, asked, missing bool) {
	asked = true
	for k, f := range g.fields {
		col := &columns[f]
		if col.Has != nil && !col.Has[row] {
			return 0, false, true
		}
		place := g.places[k][col.Codes[row]]
		asked = asked && place > 0
		number = number*g.sizes[k] + uint64(place)
	}
	return number, asked, false
}

func (b *bucket) of(columns []Column, row int, out []Candidate) []Candidate {
	out = append(out, b.open...)
	if len(b.all) == 0 {
		return out
	}
	col := &columns[b.field]
	has := col.Has == nil || col.Has[row]
	v := int64(0)
	if has {
		v = col.Ints[row]
	}
	return b.within(v, has, out)
}

// Test is what a field has to be: one of some texts, where Texts is not nil, or a number from Low to High, both
// included.
type Test struct {
	Field     int
	Texts     []string
	Low, High int64
}

// Exact is a condition taken apart: where it is Sure, it holds for an event that has all the fields exactly where all
// Tests do. A condition that is not says more, or may have no value.
type Exact struct {
	Tests []Test
	Sure  bool
}

// Apart takes a condition apart; nil holds for every event.
func Apart(f *dsl.Formula) Exact {
	if f == nil {
		return Exact{Sure: true}
	}
	r := readAll(Condition{When: []*dsl.Formula{f}})
	return r.exact()
}

// Tested is New, and each condition taken apart.
func Tested(conditions []*dsl.Formula) (*Index, []Exact) {
	all, exact := make([]Condition, len(conditions)), make([]Exact, len(conditions))
	for i, f := range conditions {
		exact[i].Sure = true
		if f != nil {
			all[i].When = []*dsl.Formula{f}
		}
	}
	return of(all, func(id int, r *reader) { exact[id] = r.exact() }), exact
}

func (r *reader) exact() (out Exact) {
	if out.Sure = !r.loose; r.loose {
		return out
	}
	for _, field := range slices.Sorted(maps.Keys(r.found.texts)) {
		out.Tests = append(out.Tests, Test{Field: field, Texts: append([]string{}, r.found.texts[field]...)})
	}
	for _, field := range slices.Sorted(maps.Keys(r.found.ranges)) {
		i := r.found.ranges[field]
		out.Tests = append(out.Tests, Test{Field: field, Low: i.low, High: i.high})
	}
	return out
}

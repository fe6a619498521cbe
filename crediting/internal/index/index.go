// Package index finds the conditions that may hold for an event, without trying all of
// them: what it costs depends on how many hold, not on how many there are.
//
// A condition such as product == "Core" and region in ["North", "South"] and amount >= 500 is
// taken apart into what has to hold for each field. Conditions that ask for the texts of the same
// fields stand in one table, by those texts; among those of one entry, intervals of a number are
// searched by their ends. What comes out are candidates: each is verified by its compiled
// condition, so that the index decides about speed alone, and a property test holds it to
// that.
//
// Terms. A group is the conditions that ask for the same fields. A condition without a text or
// interval to look for is scanned: see [Index.Scanned].
package index

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl"
)

// Index is a set of conditions. It is immutable and safe for concurrent use.
type Index struct {
	groups  []group
	always  []int // conditions that are tried for every event: there is nothing to look for
	scanned []int // those of always that are a condition
}

// group is the conditions that ask for texts of the same fields.
type group struct {
	fields  []int // ascending
	buckets map[string]*bucket
}

// bucket is the conditions of a group for the same texts.
type bucket struct {
	field int         // the number that intervals are of; -1 is none
	all   []candidate // by low end
	lows  []int64     // their low ends
	most  []int64     // the highest end of all up to each: where it is below a value, none before holds it
	open  []Candidate // conditions without an interval of the field, ascending
}

type candidate struct {
	interval
	id Candidate
}

// Candidate is a condition that may hold for an event.
type Candidate int

func candidateOf(id int, sure bool) Candidate {
	if sure {
		return Candidate(id<<1 | 1)
	}
	return Candidate(id << 1)
}

// ID is the place of the condition.
func (c Candidate) ID() int { return int(c >> 1) }

// Sure reports whether the condition is known to hold: it says no more than what it was found by.
func (c Candidate) Sure() bool { return c&1 == 1 }

// unsure is the candidate where it was not looked up by what it says.
func (c Candidate) unsure() Candidate { return c &^ 1 }

// maxKeys bounds the entries that one condition has in a table: lists of texts multiply.
const maxKeys = 64

// Get is the value of a field of the event that is looked up.
type Get func(field int) (number int64, text string, has bool)

// Condition holds for an event where all of its parts do. Without parts it holds for every event.
type Condition struct {
	Within []Within       // looked at first
	When   []*dsl.Formula // evaluated in this order, until one does not hold
}

// Within says that a field, which is a text, has one of some values.
type Within struct {
	Field int      // its place among the inputs
	Texts []string // the values
}

// New indexes conditions by their place in the list. A nil condition holds for every event.
func New(conditions []*dsl.Formula) *Index {
	all := make([]Condition, len(conditions))
	for i, f := range conditions {
		if f != nil {
			all[i].When = []*dsl.Formula{f}
		}
	}
	return Of(all)
}

// Of is New for conditions of several parts.
func Of(conditions []Condition) *Index { return of(conditions, func(int, *reader) {}) }

// Scans reports whether a condition asks for no text and no interval, so that it is tried for every event.
func Scans(f *dsl.Formula) bool {
	p := read(Condition{When: []*dsl.Formula{f}})
	fields, _ := p.keys()
	return !p.never && len(fields) == 0 && len(p.ranges) == 0
}

// of tells what it reads of each condition.
func of(conditions []Condition, tell func(id int, r *reader)) *Index {
	x := &Index{}
	byFields := map[string]int{}
	pending := map[*bucket][]entry{}
	var order []*bucket
	for id, c := range conditions {
		if len(c.Within) == 0 && len(c.When) == 0 {
			x.always = append(x.always, id)
			continue
		}
		r := readAll(c)
		tell(id, &r)
		p := r.found
		if p.never {
			continue
		}
		fields, keys := p.keys()
		if len(fields) == 0 && len(p.ranges) == 0 {
			x.always, x.scanned = append(x.always, id), append(x.scanned, id)
			continue
		}
		name := signature(fields)
		at, ok := byFields[name]
		if !ok {
			at = len(x.groups)
			byFields[name] = at
			x.groups = append(x.groups, group{fields, map[string]*bucket{}})
		}
		for _, key := range keys {
			b := x.groups[at].buckets[key]
			if b == nil {
				b = &bucket{field: -1}
				x.groups[at].buckets[key] = b
				order = append(order, b)
			}
			pending[b] = append(pending[b], entry{id, !r.loose && len(fields) == len(p.texts), p.ranges})
		}
	}
	for _, b := range order {
		b.fill(pending[b])
	}
	return x
}

type entry struct {
	id     int
	exact  bool // beside ranges, it says no more than the key
	ranges map[int]interval
}

func signature(fields []int) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteRune(rune(f))
	}
	return b.String()
}

// keys are the fields whose texts a condition is filed under, and the keys of its entries. The
// field with most texts is left out until the entries are few enough.
func (p *predicates) keys() (fields []int, keys []string) {
	entries := 1
	for f, texts := range p.texts { // order: sorted below
		fields = append(fields, f)
		entries *= min(len(texts), maxKeys+1)
	}
	slices.SortFunc(fields, func(a, b int) int { return cmp.Or(cmp.Compare(len(p.texts[a]), len(p.texts[b])), cmp.Compare(a, b)) })
	for entries > maxKeys {
		fields = fields[:len(fields)-1]
		entries = 1
		for _, f := range fields {
			entries *= min(len(p.texts[f]), maxKeys+1)
		}
	}
	slices.Sort(fields)
	keys = []string{""}
	for _, f := range fields {
		var longer []string
		for _, key := range keys {
			for _, t := range p.texts[f] {
				longer = append(longer, key+t+"\x00")
			}
		}
		keys = longer
	}
	return fields, keys
}

// fill sorts the conditions of a bucket by the ends of the number that most of them ask for.
func (b *bucket) fill(entries []entry) {
	counts := map[int]int{}
	for _, e := range entries {
		for f := range e.ranges { // order: a count is the same in any
			counts[f]++
		}
	}
	for f, n := range counts { // order: the greatest count, then the least field
		if b.field < 0 || n > counts[b.field] || n == counts[b.field] && f < b.field {
			b.field = f
		}
	}
	for _, e := range entries {
		if r, ok := e.ranges[b.field]; ok {
			b.all = append(b.all, candidate{r, candidateOf(e.id, e.exact && len(e.ranges) == 1)})
		} else {
			b.open = append(b.open, candidateOf(e.id, e.exact && len(e.ranges) == 0))
		}
	}
	slices.SortFunc(b.all, func(x, y candidate) int { return cmp.Or(cmp.Compare(x.low, y.low), cmp.Compare(x.id, y.id)) })
	most := int64(math.MinInt64)
	for _, c := range b.all {
		most = max(most, c.high)
		b.lows, b.most = append(b.lows, c.low), append(b.most, most)
	}
}

// Candidates appends the conditions that may hold for an event to out, in ascending order, each
// once: all that hold are among them.
func (x *Index) Candidates(get Get, out []int) []int {
	start := len(out)
	out = append(out, x.always...)
	var buffer [128]byte
	var room [8]Candidate
	for i := range x.groups {
		g := &x.groups[i]
		key, ok := buffer[:0], true
		for _, f := range g.fields {
			_, text, has := get(f)
			if ok = has; !ok {
				break
			}
			key = append(append(key, text...), 0)
		}
		found := room[:0]
		if !ok { // each of them has to say that the field is missing
			found = g.all(found)
		} else if b := g.buckets[string(key)]; b != nil {
			found = b.candidates(get, found)
		}
		for _, c := range found {
			out = append(out, c.ID())
		}
	}
	slices.Sort(out[start:])
	return append(out[:start], slices.Compact(out[start:])...)
}

// all appends the conditions of a group.
func (g *group) all(out []Candidate) []Candidate {
	for _, b := range g.buckets { // order: Candidates sorts
		for _, c := range b.open {
			out = append(out, c.unsure())
		}
		for _, c := range b.all {
			out = append(out, c.id.unsure())
		}
	}
	return out
}

func (b *bucket) candidates(get Get, out []Candidate) []Candidate {
	out = append(out, b.open...)
	if len(b.all) == 0 {
		return out
	}
	v, _, has := get(b.field)
	return b.within(v, has, out)
}

// within appends the conditions whose interval holds a value.
func (b *bucket) within(v int64, has bool, out []Candidate) []Candidate {
	if !has {
		for _, c := range b.all {
			out = append(out, c.id.unsure())
		}
		return out
	}
	// Those up to last begin at v or before; from there down, until none can reach up to it.
	last := len(b.lows)
	if v < math.MaxInt64 {
		last, _ = slices.BinarySearch(b.lows, v+1)
	}
	for i := last - 1; i >= 0 && b.most[i] >= v; i-- {
		if b.all[i].contains(v) {
			out = append(out, b.all[i].id)
		}
	}
	return out
}

// Scanned are the conditions that are tried for every event, since they ask for no text and no
// interval.
func (x *Index) Scanned() []int { return slices.Clone(x.scanned) }

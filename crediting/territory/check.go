package territory

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/unit"
)

// Check looks, before there are events of a kind, for an event that two territories would tie
// for, and for members of dimensions that no territory covers. Inputs are the fields of the kind.
//
// A tie is an error with an example of an event. The search is exact for conditions that compare single
// fields with constants, joined by and, or, not: those change between few values, and every
// combination that matters is tried, with the compiled conditions. For others, what was not found is a
// warning that it could not be decided.
func (m *Map) Check(kind string, inputs []dsl.Input) source.Diagnostics {
	for k := range m.kinds {
		if m.kinds[k].name == kind {
			s := newSearch(m, &m.kinds[k], inputs)
			s.split(s.all(), map[int]bool{})
			return append(s.findings(), s.gaps()...).Sorted()
		}
	}
	return nil
}

// maxSteps bounds a search: territories looked at, over all combinations. That is about a second.
const maxSteps = 100_000_000

type search struct {
	*Map
	kind      *kind
	inputs    []dsl.Input
	row       *dsl.Row
	reach     []index.Reach // by place in the kind
	cells     []index.Cells
	steps     int
	tied      map[[2]int]bool
	undecided map[[2]int]bool // territories of which nothing is known
	found     source.Diagnostics
}

func newSearch(m *Map, k *kind, inputs []dsl.Input) *search {
	s := &search{Map: m, kind: k, inputs: inputs, row: dsl.Env{Inputs: inputs}.NewRow(), tied: map[[2]int]bool{}, undecided: map[[2]int]bool{}}
	for _, i := range k.of {
		s.reach = append(s.reach, index.ReachOf(m.parts[i].condition))
		s.cells = append(s.cells, index.CellsOf(m.parts[i].condition))
	}
	for f := range inputs {
		s.set(f, value{missing: inputs[f].Optional, number: 0, text: "-"})
	}
	return s
}

func (s *search) all() (out []int) {
	for at := range s.kind.of {
		out = append(out, at)
	}
	return out
}

// value is one of a cell.
type value struct {
	missing bool
	number  int64
	text    string
}

func (s *search) set(field int, v value) {
	in := &s.inputs[field]
	switch {
	case v.missing:
		s.row.SetMissing(field)
	case in.Enum != nil:
		s.row.SetMember(field, int(v.number))
	case in.Unit.Kind == unit.Text:
		_ = s.row.SetText(field, v.text) // fails for members of an enum alone
	default:
		s.row.SetInt(field, v.number)
	}
}

// split tries the values of a field, each with the territories that may hold for it, until one
// or none is left. What is dropped holds for no event of the combination.
func (s *search) split(left []int, known map[int]bool) {
	if len(left) < 2 {
		return
	}
	field := s.next(left, known)
	if field < 0 {
		s.decide(left)
		return
	}
	known[field] = true
	for _, v := range s.values(field, left) {
		if s.steps += len(left); s.steps > maxSteps {
			break
		}
		s.set(field, v)
		number, text, has := s.row.Field(field)
		var may []int
		for _, at := range left {
			if s.reach[at].May(field, number, text, has) {
				may = append(may, at)
			}
		}
		s.split(may, known)
	}
	delete(known, field)
	s.set(field, value{missing: s.inputs[field].Optional, text: "-"})
}

// next is the field whose values leave fewest of the territories, of those that are open and asked
// about: the one for which most of them need something. -1 is none.
func (s *search) next(left []int, known map[int]bool) int {
	asked := make([]int, len(s.inputs))
	best := -1
	for _, at := range left {
		for _, f := range s.cells[at].Fields {
			if known[f] {
				continue
			}
			if asked[f]++; s.reach[at].Asks(f) {
				asked[f] += len(left)
			}
		}
	}
	for f, n := range asked {
		if n > 0 && (best < 0 || n > asked[best]) {
			best = f
		}
	}
	return best
}

// values are one of each cell of a field.
func (s *search) values(field int, left []int) (out []value) {
	in := &s.inputs[field]
	var numbers []int64
	texts := []string{"-"}
	for _, at := range left {
		numbers = append(numbers, s.cells[at].Numbers[field]...)
		texts = append(texts, s.cells[at].Texts[field]...)
	}
	switch {
	case in.Enum != nil:
		for i := range in.Enum {
			out = append(out, value{number: int64(i)})
		}
	case in.Unit.Kind == unit.Text:
		slices.Sort(texts)
		for _, t := range slices.Compact(texts) {
			out = append(out, value{text: t})
		}
	default:
		numbers = append(numbers, 0)
		slices.Sort(numbers)
		for _, n := range slices.Compact(numbers) {
			out = append(out, value{number: n})
		}
	}
	if in.Optional {
		out = append(out, value{missing: true})
	}
	return out
}

// decide asks whose the event at hand is.
func (s *search) decide(left []int) {
	s.steps += 10 * len(left) // evaluating takes longer
	_, _, err := s.described(s.kind, s.row)
	var tie *OverlapError
	if errors.As(err, &tie) {
		pair := [2]int{s.places[tie.First.ID], s.places[tie.Second.ID]}
		if !s.tied[pair] {
			s.tied[pair] = true
			s.found = append(s.found, source.Errorf("territory-overlap", tie.Second.At, "territory %s and territory %s both cover an event with %s", tie.First.ID, tie.Second.ID, s.example(pair)).
				WithNote(tie.First.At, "the other").WithHint("make their conditions exclude each other, or make one a part of the other with `parent:`"))
		}
		return
	}
	exact := func(at int) bool { return s.cells[at].Exact }
	if err == nil && !slices.ContainsFunc(left, func(at int) bool { return !exact(at) }) {
		return
	}
	s.steps += len(left) * len(left)
	for n, at := range left {
		for _, other := range left[:n] {
			i, j := s.kind.of[other], s.kind.of[at]
			vague := !exact(at) || !exact(other) || err != nil
			if vague && s.compare(i, j, s.row) == 0 && !s.related(i, j) {
				s.undecided[[2]int{i, j}] = true
			}
		}
	}
}

// example is the event at hand: the fields that a pair of territories asks about.
func (s *search) example(pair [2]int) string {
	asked := make([]bool, len(s.inputs))
	for at, i := range s.kind.of {
		if i == pair[0] || i == pair[1] {
			for _, f := range s.cells[at].Fields {
				asked[f] = true
			}
		}
	}
	var out []string
	for f := range s.inputs {
		if asked[f] {
			out = append(out, s.inputs[f].Name+" "+s.show(f))
		}
	}
	if len(out) == 0 {
		return "anything"
	}
	return strings.Join(out, ", ")
}

func (s *search) show(field int) string {
	in := &s.inputs[field]
	number, text, has := s.row.Field(field)
	switch {
	case !has:
		return "missing"
	case in.Unit.Kind == unit.Text:
		return text
	case in.Unit.Kind == unit.Date:
		return calendar.FromOrdinal(int32(number)).String()
	}
	return fact.DecimalText(decimal.New(number, -int32(in.Scale)))
}

// findings are the ties, and what could not be decided.
func (s *search) findings() source.Diagnostics {
	pairs := slices.SortedFunc(maps.Keys(s.undecided), func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[1], b[1]), cmp.Compare(a[0], b[0])) })
	said := map[int]bool{} // one for each territory
	for _, pair := range pairs {
		if i, j := pair[0], pair[1]; !s.tied[pair] && !said[j] {
			said[j] = true
			s.found = append(s.found, source.Warnf("territory-undecided", s.territories[j].At, "whether %s and %s can cover the same event could not be decided", s.territories[i].ID, s.territories[j].ID).
				WithNote(s.territories[i].At, "the other").WithHint("a condition that compares single fields with constants can be decided; an event that both cover is an error of the run"))
		}
	}
	if s.steps > maxSteps {
		s.found = append(s.found, source.Warnf("territory-undecided", s.territories[s.kind.of[0]].At, "there are too many combinations to look for all events that two territories cover").
			WithHint("an event that two cover is an error of the run"))
	}
	return s.found
}

// gaps are members without others below them that no territory covers, where some ask for the
// dimension.
func (s *search) gaps() (ds source.Diagnostics) {
	for d := range s.dimensions {
		dim := &s.dimensions[d]
		field := slices.IndexFunc(s.inputs, func(in dsl.Input) bool { return in.Name == dim.Field })
		if field < 0 || !slices.ContainsFunc(s.reach, func(r index.Reach) bool { return r.Asks(field) }) {
			continue
		}
		var open []string
		at := dim.At
		for _, leaf := range dim.Leaves() {
			name := dim.Members[leaf].Name
			if slices.ContainsFunc(s.reach, func(r index.Reach) bool { return r.May(field, int64(leaf), name, true) }) {
				continue
			}
			if open = append(open, name); len(open) == 1 {
				at = dim.Members[leaf].At
			}
		}
		if len(open) > 0 {
			ds = append(ds, source.Warnf("territory-gap", at, "no territory covers %s of the dimension %s", some(open), dim.Name).
				WithHint("add a territory of them, or one with `when: true` for the rest of the market"))
		}
	}
	return ds
}

// some are the first few of a list.
func some(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

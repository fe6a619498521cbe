package fact

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
)

// Edges finds edges by where they leave and where they arrive, on a date, as of a
// revision. It is immutable and safe for concurrent use. A nil *Edges has none.
type Edges struct {
	arrows  []arrow            // by name, from, to
	leaving map[ending][]int32 // indexes of arrows by name and from, in order of to
	coming  map[ending][]int32 // indexes of arrows by name and to, in order of from
	names   []string
	late    []arrow // that With has added: their indexes go on from those of arrows
	// In place of leaving and coming, for the endings that With has changed.
	leavingNow, comingNow map[ending][]int32
}

// arrow is the history of one (name, from, to).
type arrow struct{ timeline Timeline[Edge] }

// edge is its name and its ends.
func (a *arrow) edge() Edge {
	e := &a.timeline.versions[0].Value
	return Edge{Name: e.Name, From: e.From, To: e.To}
}

type ending struct{ name, key string }

// NewEdges makes an index of edges given in any order. Edges with the same name,
// from and to are versions of one, and a later one replaces it on the days that it
// covers. The edges that come back state their share: a zero share has become 1.
//
// The error joins, for each edge, what is wrong with its keys, its share or its
// range, and an [*AmbiguityError] for each two of one revision that disagree.
func NewEdges(edges []Edge) (*Edges, error) {
	var found problems
	all := make([]Version[Edge], 0, len(edges))
	for _, e := range edges {
		e, err := e.canonical()
		if err != nil {
			found.add(err)
			continue
		}
		all = append(all, Version[Edge]{Value: e, Stamp: e.Stamp, Void: e.Void})
	}
	order := func(a, b Version[Edge]) int { return compareArrows(a.Value, b.Value) }
	if !slices.IsSortedFunc(all, order) {
		slices.SortStableFunc(all, order)
	}
	index := &Edges{arrows: make([]arrow, 0, len(all)), leaving: make(map[ending][]int32, len(all)), coming: map[ending][]int32{}}
	places := make([]int32, 0, len(all)) // of arrows: those that leave one place stand together
	for len(all) > 0 {
		n := 1
		for n < len(all) && order(all[0], all[n]) == 0 {
			n++
		}
		places = append(places, int32(len(places)))
		if err := index.insert(all[:n:n], places); err != nil {
			found.add(err)
			places = places[:len(places)-1]
		}
		all = all[n:]
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return index, nil
}

// insert takes all versions of one arrow, and keeps them; arrows come in order. Places are those of all arrows up to it.
func (x *Edges) insert(history []Version[Edge], places []int32) error {
	e := Edge{Name: history[0].Value.Name, From: history[0].Value.From, To: history[0].Value.To}
	timeline, err := newTimeline(func() string { return "edge " + e.String() }, history)
	if err != nil {
		return err
	}
	at := len(x.arrows)
	from, to := ending{e.Name, e.From}, ending{e.Name, e.To}
	x.arrows = append(x.arrows, arrow{timeline})
	x.leaving[from] = places[at-len(x.leaving[from]) : at+1 : at+1]
	x.coming[to] = append(x.coming[to], int32(at))
	if len(x.names) == 0 || x.names[len(x.names)-1] != e.Name {
		x.names = append(x.names, e.Name)
	}
	return nil
}

// To are the edges of the name that leave from, in order of the bytes of their To.
func (x *Edges) To(name, from string, date calendar.Date, asOf Revision) []Edge {
	return x.AppendTo(nil, name, from, date, asOf)
}

// AppendTo appends to edges what To gives, for who asks often and has room.
func (x *Edges) AppendTo(edges []Edge, name, from string, date calendar.Date, asOf Revision) []Edge {
	if x == nil {
		return edges
	}
	return x.holding(edges, x.leave(ending{name, from}), date, asOf)
}

// From are the edges of the name that arrive at to, in order of the bytes of their
// From: the reports of a manager, the members of a team.
func (x *Edges) From(name, to string, date calendar.Date, asOf Revision) []Edge {
	if x == nil {
		return nil
	}
	return x.holding(nil, x.come(ending{name, to}), date, asOf)
}

// Segments cut the range where the edges of the name that leave from change, in
// order of date. Runs without an edge are given too, with none, so that the
// segments make up the range.
func (x *Edges) Segments(name, from string, within calendar.Range, asOf Revision) iter.Seq2[calendar.Range, []Edge] {
	return func(yield func(calendar.Range, []Edge) bool) {
		if within.Empty() {
			return
		}
		cuts := x.cuts(name, from, within, asOf)
		for i := range len(cuts) - 1 {
			days := spanRange(cuts[i], cuts[i+1])
			if !yield(days, x.To(name, from, firstDay(days), asOf)) {
				return
			}
		}
	}
}

// Arriving cut the range where edges of the name that arrive at to begin, end or change, in order of date, as Segments
// does for those that leave.
func (x *Edges) Arriving(name, to string, within calendar.Range, asOf Revision) iter.Seq2[calendar.Range, []Edge] {
	return func(yield func(calendar.Range, []Edge) bool) {
		if within.Empty() {
			return
		}
		var arrows []int32
		if x != nil {
			arrows = x.come(ending{name, to})
		}
		cuts := x.cutsOf(arrows, within, asOf)
		for i := range len(cuts) - 1 {
			days := spanRange(cuts[i], cuts[i+1])
			if !yield(days, x.From(name, to, firstDay(days), asOf)) {
				return
			}
		}
	}
}

// cuts are the bounds of the range, and those within it at which an edge begins,
// ends or changes.
func (x *Edges) cuts(name, from string, within calendar.Range, asOf Revision) []int32 {
	if x == nil {
		return x.cutsOf(nil, within, asOf)
	}
	return x.cutsOf(x.leave(ending{name, from}), within, asOf)
}

func (x *Edges) cutsOf(arrows []int32, within calendar.Range, asOf Revision) []int32 {
	first, last := span(within)
	cuts := []int32{first, last}
	for _, i := range arrows {
		for days := range x.arrow(i).timeline.Segments(within, asOf) {
			from, to := span(days)
			cuts = append(cuts, from, to)
		}
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// All are all versions of all edges, in the order of name, from and to.
func (x *Edges) All() iter.Seq[Edge] {
	return func(yield func(Edge) bool) {
		if x == nil {
			return
		}
		var keys []ending
		for e := range x.leaving { // order: they are sorted
			keys = append(keys, e)
		}
		for e := range x.leavingNow { // order: the same
			keys = append(keys, e)
		}
		slices.SortFunc(keys, func(a, b ending) int { return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.key, b.key)) })
		for _, e := range slices.Compact(keys) {
			for _, i := range x.leave(e) {
				for v := range x.arrow(i).timeline.All() {
					if !yield(v.Value) {
						return
					}
				}
			}
		}
	}
}

// Names are the names of relationships that some edge has, in order, each once.
func (x *Edges) Names() []string {
	if x == nil {
		return nil
	}
	return slices.Clone(x.names)
}

func (x *Edges) holding(edges []Edge, arrows []int32, date calendar.Date, asOf Revision) []Edge {
	for _, i := range arrows {
		t := &x.arrow(i).timeline
		if v := t.index(date, asOf); v >= 0 {
			edges = append(edges, t.versions[v].Value)
		}
	}
	return edges
}

func firstDay(r calendar.Range) calendar.Date {
	if r.From.IsZero() {
		return calendar.FromOrdinal(1)
	}
	return r.From
}

// Run is days on which an edge leads somewhere, in the form of day numbers: up to before To.
type Run struct {
	From, To int32 // day numbers
	Edge     *Edge // what holds then
}

// AppendRuns appends to runs the days on which edges of the name leave from, edge by edge and not in order of
// date: for who asks about very many keys.
func (x *Edges) AppendRuns(runs []Run, name, from string, asOf Revision) []Run {
	if x == nil {
		return runs
	}
	for _, i := range x.leave(ending{name, from}) {
		t := &x.arrow(i).timeline
		segments := t.current
		if n := t.known(asOf); n < len(t.versions) {
			segments = t.paint(n)
		}
		for _, s := range segments {
			if v := t.unlessVoid(s.version); v >= 0 {
				runs = append(runs, Run{s.from, s.to, &t.versions[v].Value})
			}
		}
	}
	return runs
}

func (x *Edges) arrow(i int32) *arrow {
	if n := int32(len(x.arrows)); i >= n {
		return &x.late[i-n]
	}
	return &x.arrows[i]
}

func (x *Edges) leave(e ending) []int32 {
	if now, ok := x.leavingNow[e]; ok {
		return now
	}
	return x.leaving[e]
}

func (x *Edges) come(e ending) []int32 {
	if now, ok := x.comingNow[e]; ok {
		return now
	}
	return x.coming[e]
}

// With is the edges with more of them, in any order, as if NewEdges had been given all: what is there is shared, so
// that a few more cost little. The errors are those of NewEdges.
func (x *Edges) With(more []Edge) (*Edges, error) {
	if x == nil {
		return NewEdges(more)
	}
	added, err := NewEdges(more)
	if err != nil {
		return nil, err
	}
	out := &Edges{
		arrows: x.arrows, leaving: x.leaving, coming: x.coming, names: x.names, late: slices.Clone(x.late),
		leavingNow: maps.Clone(x.leavingNow), comingNow: maps.Clone(x.comingNow),
	}
	if out.leavingNow == nil {
		out.leavingNow, out.comingNow = map[ending][]int32{}, map[ending][]int32{}
	}
	var found problems
	for _, a := range added.arrows {
		found.add(out.put(a))
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return out, nil
}

// put joins the history of an arrow to what is known of it.
func (x *Edges) put(a arrow) error {
	e := a.edge()
	from, to := ending{e.Name, e.From}, ending{e.Name, e.To}
	leave, come := x.leave(from), x.come(to)
	at := int32(len(x.arrows) + len(x.late))
	place, there := slices.BinarySearchFunc(leave, e.To, func(i int32, to string) int { return strings.Compare(x.arrow(i).edge().To, to) })
	other, _ := slices.BinarySearchFunc(come, e.From, func(i int32, from string) int { return strings.Compare(x.arrow(i).edge().From, from) })
	if there {
		history := slices.AppendSeq(slices.Collect(x.arrow(leave[place]).timeline.All()), a.timeline.All())
		timeline, err := newTimeline(func() string { return "edge " + e.String() }, history)
		if err != nil {
			return err
		}
		a.timeline = timeline
		leave, come = slices.Clone(leave), slices.Clone(come)
		leave[place], come[other] = at, at
	} else {
		leave, come = slices.Insert(slices.Clone(leave), place, at), slices.Insert(slices.Clone(come), other, at)
	}
	x.late = append(x.late, a)
	x.leavingNow[from], x.comingNow[to] = leave, come
	if i, is := slices.BinarySearch(x.names, e.Name); !is {
		x.names = slices.Insert(slices.Clone(x.names), i, e.Name)
	}
	return nil
}

// Below are keys, and all from which edges of the name lead to them on some day, over any number of others.
func (x *Edges) Below(name string, keys []string) map[string]bool {
	found := map[string]bool{}
	for len(keys) > 0 {
		key := keys[len(keys)-1]
		if keys = keys[:len(keys)-1]; found[key] {
			continue
		}
		found[key] = true
		if x == nil {
			continue
		}
		for _, i := range x.come(ending{name, key}) {
			keys = append(keys, x.arrow(i).edge().From)
		}
	}
	return found
}

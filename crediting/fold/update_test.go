package fold

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/fact"
)

// moreEdges draws edges that come later, and replace some of those that are there.
func moreEdges(rt *rapid.T, known []fact.Edge) (out []fact.Edge) {
	all := arrows(rt)
	for range rapid.IntRange(0, 3).Draw(rt, "late edges") {
		e := rapid.SampledFrom(all).Draw(rt, "new edge")
		if len(known) > 0 && rapid.Bool().Draw(rt, "known") {
			e = rapid.SampledFrom(known).Draw(rt, "known edge")
			e.Void, e.Stamp = rapid.Bool().Draw(rt, "void"), stamp(rt)
		}
		if e.Name == "team" && !oneIn(rt, 4, "a team") {
			continue
		}
		e.Stamp.Known = fact.Revision(len(known) + 1)
		out = append(out, e)
	}
	return unambiguous(out)
}

// credited is the credits of each event, as text.
func credited(made *crediting.Crediting) map[fact.EventID]string {
	out := map[fact.EventID]string{}
	for _, c := range made.Credits {
		out[c.Event.ID] += fmt.Sprintln(c.Payee, c.Type, c.Rule, c.Origin, c.Amount)
	}
	for _, u := range made.Uncredited {
		out[u.Event.ID] += fmt.Sprintln("nobody", u.Rule, u.Amount, u.Reason)
	}
	return out
}

// differ are the rows of events whose lines say something else now.
func differ(old, now *crediting.Events, moved func(int) int) (rows []int) {
	is := map[*crediting.Event]bool{}
	for range 2 { // what takes back follows what it takes
		rows = rows[:0]
		for row := range old.Rows() {
			a, b := old.Event(row), now.Event(moved(row))
			plain, there := old.Plain(row)
			nowPlain, still := now.Plain(moved(row))
			if plain != nowPlain || there != still || !slices.Equal(a.Cells, b.Cells) || is[b.Source()] || is[a.Source()] {
				rows, is[a], is[b] = append(rows, row), true, true
			}
		}
	}
	return rows
}

func TestAnUpdatedFoldIsThatOfTheNewFacts(t *testing.T) {
	formulas, w := compiled{}, tally{}
	updated := func(rt *rapid.T) {
		world := formulas.world(t, rt)
		if world.facts.Measures = append(measures(), formulas.judged(t, rt, world.schemas)...); !oneIn(rt, 4, "with extremes") { // from which nothing can be taken away
			world.facts.Measures = slices.DeleteFunc(world.facts.Measures, func(m measure.Measure) bool { return m.How == measure.Max || m.How == measure.Min })
		}
		f, err := Over(t.Context(), world.facts)
		if err != nil {
			rt.Fatal(err)
		}
		for range rapid.IntRange(1, 2).Draw(rt, "updates") {
			f = world.update(t, rt, f)
			f.compare(rt, &w)
			f.compareLines(rt, f.facts.Days, f.Lines(f.facts.Days), &counted{})
		}
	}
	for range 3 { // so many that the tally is not one of chance
		rapid.Check(t, updated)
	}
	w.check(t)
}

// update draws what changes, and brings a fold up to date.
func (w *world) update(t *testing.T, rt *rapid.T, f *Fold) *Fold {
	now := f.facts
	late := moreEdges(rt, w.edges)
	w.edges = append(w.edges, late...)
	changed := Changed{}
	for _, e := range late {
		if changed[e.Name] == nil {
			changed[e.Name] = map[string]bool{}
		}
		changed[e.Name][e.From] = true
	}
	var err error
	if now.Edges, err = f.facts.Edges.With(late); err != nil {
		rt.Skip("contradicting edges")
	}
	rows, ok, err := f.Affected(t.Context(), changed, now.Edges)
	if err != nil {
		rt.Fatal(err)
	}
	if !ok {
		for row := range f.facts.Events.Rows() {
			rows = append(rows, row)
		}
	}
	w.lines = append(w.lines, history(rt, len(w.lines), rapid.IntRange(0, 6).Draw(rt, "more events"), w.lines)...)
	if now.Events, err = load(t, w.schemas, w.lines); err != nil {
		rt.Fatal(err)
	}
	before, _ := f.facts.listed()
	same := now
	same.Events = f.facts.Events
	then, _ := same.listed()
	was, is := credited(before), credited(then)
	for row := range f.facts.Events.Rows() {
		id := f.facts.Events.Event(row).ID
		if _, found := slices.BinarySearch(rows, row); was[id] != is[id] && !found {
			rt.Fatalf("%s is not affected by %v:\n%s\nthen\n%s", id, late, was[id], is[id])
		}
	}
	gone := append(rows, differ(f.facts.Events, now.Events, func(row int) int { return f.moved(now.Events, row) })...)
	slices.Sort(gone)
	gone = slices.Compact(gone)
	var come []int
	for _, row := range gone {
		come = append(come, f.moved(now.Events, row))
	}
	for k, table := range now.Events.Tables() {
		for i := f.facts.Events.Tables()[k].Len(); i < table.Len(); i++ {
			come = append(come, table.First+i)
		}
	}
	told := map[string]bool{}
	out, err := f.Update(t.Context(), now, changed, gone, come, nil, func(p int, event fact.EventID) { told[fmt.Sprint(staff[p], " ", event)] = true })
	if err != nil {
		rt.Fatal(err)
	}
	after, _ := now.listed()
	was, is = credited(before), credited(after)
	for _, c := range slices.Concat(before.Credits, after.Credits) {
		if id := c.Event.ID; was[id] != is[id] && !told[fmt.Sprint(c.Payee, " ", id)] {
			rt.Fatalf("%s is not told of %s", c.Payee, id)
		}
	}
	return out
}

package fold

import (
	"maps"
	"sync"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/fact"
)

// judge says of an event whether measures count what it credits, and with which weight.
type judge struct {
	where *measure.Filter  // nil: all counts
	by    *measure.Weights // nil: as it is
	of    []measure.Measure
}

// boundJudge is a judge of the events of a table.
type boundJudge struct {
	never   bool // events of the kind do not count
	sure    bool // nothing can be at fault
	where   condition
	by      *dsl.Formula // the weight; nil: there is none, or the field says it
	field   int          // that says it; -1: events of the kind have none
	weights []int64      // by code of the field; nil: they are not said by a field
	wide    bool         // some of these have more decimal places than weights have
	scale   uint8        // of weights
}

func bindJudge(t *crediting.Table, j *judge) boundJudge {
	out, kind := boundJudge{where: condition{exact: true}}, t.Schema.Kind
	if j.where != nil {
		out.where = conditionOf(t, j.where.ByKind[kind], index.Apart(j.where.ByKind[kind]))
		out.never = j.where.ByKind[kind] == nil
	}
	out.sure = out.where.sure(t)
	if j.by == nil {
		return out
	}
	out.scale = j.by.Scale
	if j.by.Of == nil {
		out.by = j.by.ByKind[kind]
		out.sure, out.never = false, out.never || out.by == nil
		return out
	}
	if out.field, out.weights = t.Schema.Index(j.by.Text), []int64{}; out.field < 0 {
		out.sure = false
		return out
	}
	out.sure = out.sure && !t.Misses(out.field)
	for _, text := range t.Dictionary(out.field) {
		weight, ok := coefficient(j.by.Of[text], out.scale)
		out.weights, out.wide = append(out.weights, weight), out.wide || !ok
	}
	return out
}

// verdict is what a judge says of an event.
type verdict struct {
	known, counts bool
	weight        int64
	wide          bool // the weight does not fit
}

// hear judges the event at hand by all that may find it at fault. What takes another one back is judged by that one.
func (w *worker) hear(plain bool) {
	judges := w.table.judges
	if len(judges) == 0 {
		return
	}
	w.verdicts = append(w.verdicts[:0], make([]verdict, len(judges))...)
	if !plain {
		if e := w.book.facts.Events.Event(w.table.First + w.i); e.Reversal() != nil {
			for i := range judges {
				w.fault(i, e)
				w.verdicts[i].known = true
			}
			return
		}
	}
	for i := range judges {
		if !judges[i].sure {
			w.verdict(i)
		}
	}
}

// verdict is what a judge says of the event at hand.
func (w *worker) verdict(i int) *verdict {
	v := &w.verdicts[i]
	if v.known {
		return v
	}
	j := &w.table.judges[i]
	*v = verdict{known: true, weight: 1}
	if j.never {
		return v
	}
	ok := false
	if v.counts, ok = w.holds(&j.where); ok && v.counts {
		ok = w.weigh(j, v)
	}
	if !ok {
		v.counts = false
		w.fault(i, w.book.facts.Events.Event(w.table.First+w.i))
	}
	return v
}

// weigh is false where the event at hand has no weight.
func (w *worker) weigh(j *boundJudge, v *verdict) bool {
	switch {
	case j.by != nil:
		weight, err := j.by.Eval(w.row(j.by))
		if err != nil {
			return false
		}
		var ok bool
		v.weight, ok = coefficient(weight.Decimal(), j.scale)
		v.wide = !ok
	case j.weights != nil:
		if j.field < 0 || !w.view.Has(j.field, w.k) {
			return false
		}
		v.weight, v.wide = j.weights[w.view.Column(j.field).Codes[w.k]], j.wide
	}
	return true
}

// fault says which formulas of measures have no value for an event.
func (w *worker) fault(i int, e *crediting.Event) {
	for _, m := range w.book.layout.judges[i].of {
		_, found := measure.NewReader(m, []*crediting.Event{e})
		for _, d := range found {
			w.findings = append(w.findings, finding{e.ID, d})
		}
	}
}

// names numbers the values of a field of events, whatever their kind. Which number a value has decides nothing.
type names struct {
	lock   sync.Mutex
	of     map[string]uint32
	shared bool // with a fold that is done: to be copied before there are more
}

// again are those of a fold, for another one.
func again(all []*names) (out []*names) {
	for _, n := range all {
		out = append(out, &names{of: n.of, shared: true})
	}
	return out
}

func (n *names) number(value string) uint32 {
	n.lock.Lock()
	defer n.lock.Unlock()
	k, ok := n.of[value]
	if ok {
		return k
	}
	if n.shared {
		n.of, n.shared = maps.Clone(n.of), false
	}
	k = uint32(len(n.of))
	n.of[value] = k
	return k
}

// named is a field whose values are told apart, in a table.
type named struct {
	at      int      // the column; -1: events of the kind have none
	numbers []uint32 // by code; nil: they are asked for one by one
}

// fields prepares to tell values apart.
func (b *book) fields(t *crediting.Table) (out []named) {
	for k, name := range b.layout.fields {
		f := named{at: t.Schema.Index(name)}
		if f.at >= 0 && !b.few && t.Dictionary(f.at) != nil {
			f.numbers = []uint32{}
			for _, value := range t.Dictionary(f.at) {
				f.numbers = append(f.numbers, b.names[k].number(value))
			}
		}
		out = append(out, f)
	}
	return out
}

// value is one of a field that is told apart from others.
type value struct {
	table, field int
	is           int64
}

// number is that of the value of a field of the event at hand; ok is false where it has none.
func (w *worker) number(field int) (number uint32, ok bool) {
	f := &w.table.fields[field]
	if f.at < 0 {
		return 0, false
	}
	col := w.view.Column(f.at)
	if col.Has != nil && !col.Has[w.k] {
		return 0, false
	}
	if f.numbers != nil {
		return f.numbers[col.Codes[w.k]], true
	}
	v := value{table: w.at, field: field}
	if col.Codes != nil {
		v.is = int64(col.Codes[w.k])
	} else {
		v.is = col.Ints[w.k]
	}
	if number, ok = w.numbers[v]; !ok {
		if w.numbers == nil {
			w.numbers = map[value]uint32{}
		}
		number = w.book.names[field].number(w.table.Event(w.i).Show(f.at))
		w.numbers[v] = number
	}
	return number, true
}

// counting is how events of a table are counted for a payee.
type counting struct {
	*ofEvents
	value, owner int     // the columns; -1: there is none
	who          []int32 // by code of the owner
}

func (b *book) counting(t *crediting.Table, e *ofEvents) counting {
	out := counting{ofEvents: e, value: none, owner: t.Schema.Index(e.owner)}
	if e.value != "" {
		out.value = t.Schema.Index(e.value)
	}
	if out.owner >= 0 {
		for _, text := range t.Dictionary(out.owner) {
			out.who = append(out.who, b.payee(text))
		}
	}
	return out
}

// ofEvents counts the event at hand for whom it names, where measures are of events. For whom it takes another one
// back, that has to be looked at.
func (w *worker) ofEvents(plain bool) {
	t := w.table
	if len(w.book.layout.events) == 0 {
		return
	}
	if !plain {
		if r := w.book.facts.Events.Event(t.First + w.i).Reversal(); r != nil {
			w.takenBack(r.Of)
			return
		}
	}
	has := func(column int) bool { return w.view.Has(column, w.k) }
	for i := range t.events {
		c := &t.events[i]
		if c.owner < 0 || !has(c.owner) || c.value >= 0 && !has(c.value) {
			continue
		}
		amount := int64(0)
		if c.value >= 0 {
			amount = w.view.Column(c.value).Ints[w.k]
		}
		if who := c.who[w.view.Column(c.owner).Codes[w.k]]; who >= 0 {
			w.add(who, c.typ, true, amount)
		} else if w.wanted == nil {
			w.stranger(c)
		}
	}
}

// takenBack doubts the sums of whom an event names that is taken back.
func (w *worker) takenBack(of *crediting.Event) {
	for _, e := range w.book.layout.events {
		at := of.Schema().Index(e.owner)
		if e.kind != of.Schema().Kind || at < 0 {
			continue
		}
		if who := w.book.payee(of.Cells[at].Text); who >= 0 {
			w.unclear[who] = w.unclear[who] || w.wanted == nil
			w.add(who, e.typ, true, 0)
		}
	}
}

// stranger says that the event at hand names somebody who is not known.
func (w *worker) stranger(c *counting) {
	e := w.book.facts.Events.Event(w.table.First + w.i)
	known := func(p fact.PayeeID) bool { return w.book.payee(string(p)) >= 0 }
	_, found := measure.NewGroups(measure.Facts{Events: []*crediting.Event{e}, Edges: w.book.facts.Edges, Known: known}, c.of)
	for _, d := range found {
		w.findings = append(w.findings, finding{e.ID, d})
	}
}

package fold

import (
	"maps"
	"sync"

	"github.com/payproof/payproof/crediting"
)

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
		if f.at >= 0 && !b.few && t.Columns[f.at].Codes != nil {
			f.numbers = []uint32{}
			for _, value := range t.Columns[f.at].Dictionary {
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
	col := &w.table.columns[f.at]
	if col.Has != nil && !col.Has[w.i] {
		return 0, false
	}
	if f.numbers != nil {
		return f.numbers[col.Codes[w.i]], true
	}
	v := value{table: w.at, field: field}
	if col.Codes != nil {
		v.is = int64(col.Codes[w.i])
	} else {
		v.is = col.Ints[w.i]
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

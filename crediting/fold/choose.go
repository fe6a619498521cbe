package fold

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/internal/ascent"
	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// matches finds the rules that hold.
func (w *worker) matches() bool {
	t := w.table
	w.held = w.held[:0]
	w.tried = t.index.Candidates(w.view.Columns, w.k, w.tried[:0])
	for _, c := range w.tried {
		id := c.ID()
		r := &t.rules[id]
		if w.day < r.from || w.day >= r.to {
			continue
		}
		holds, ok := c.Sure(), true
		if !holds {
			holds, ok = w.holds(&r.when)
		}
		if !ok {
			return false
		}
		if holds {
			w.held = append(w.held, id)
		}
	}
	return true
}

// choose leaves the rules that give credit: first the excluded go, then all but the first of each group. It is false
// where two of a group tie.
func (w *worker) choose() bool {
	rules := w.table.rules
	if w.gives = w.gives[:0]; !w.table.choosy {
		w.gives = append(w.gives, w.held...)
		return true
	}
	for _, id := range w.held {
		if !slices.ContainsFunc(rules[id].of.excludes, func(by int) bool { return slices.Contains(w.held, by) }) {
			w.gives = append(w.gives, id)
		}
	}
	left := w.gives
	w.gives = w.left[:0]
	for _, id := range left {
		r, wins := rules[id].of.of, true
		for _, other := range left {
			o := rules[other].of.of
			if r.Group == "" || other == id || o.Group != r.Group || o.Priority > r.Priority {
				continue
			}
			if o.Priority == r.Priority && !w.beaten(left, r) {
				return false
			}
			wins = false
		}
		if wins {
			w.gives = append(w.gives, id)
		}
	}
	w.left = left
	return true
}

// beaten reports whether another rule of the group comes before a rule.
func (w *worker) beaten(left []int, r *crediting.Rule) bool {
	return slices.ContainsFunc(left, func(other int) bool {
		o := w.table.rules[other].of.of
		return o.Group == r.Group && o.Priority < r.Priority
	})
}

// condition is one on events of a table.
type condition struct {
	formula *dsl.Formula // nil: it always holds
	checks  []check      // where exact, what it says of events that have all the fields
	exact   bool
	never   bool // no event has a text that it asks for
}

// check is a test on codes, or on numbers.
type check struct {
	field     int
	codes     []uint32 // ascending; nil: numbers from low to high
	low, high int64
}

// conditionOf is a formula, taken apart, for the events of a table.
func conditionOf(t *crediting.Table, f *dsl.Formula, apart index.Exact) condition {
	out := condition{formula: f, exact: apart.Sure}
	for _, test := range apart.Tests {
		c := check{field: test.Field, low: test.Low, high: test.High}
		if test.Texts != nil {
			c.codes = codes(t, test)
			out.never = out.never || len(c.codes) == 0
		}
		out.checks = append(out.checks, c)
	}
	return out
}

// sure reports whether the condition has a value for every event, without its formula.
func (c *condition) sure(t *crediting.Table) bool {
	return c.exact && !slices.ContainsFunc(c.checks, func(k check) bool { return t.Misses(k.field) })
}

// holds tells whether a condition holds; ok is false where it has no value.
func (w *worker) holds(c *condition) (holds, ok bool) {
	holds = c.exact && !c.never
	for i := range c.checks {
		k := &c.checks[i]
		col := w.view.Column(k.field)
		if col.Has != nil && !col.Has[w.k] {
			return w.evaluated(c)
		}
		switch {
		case k.codes == nil:
			v := col.Ints[w.k]
			holds = holds && k.low <= v && v <= k.high
		case len(k.codes) <= few:
			holds = holds && slices.Contains(k.codes, col.Codes[w.k])
		default:
			_, is := slices.BinarySearch(k.codes, col.Codes[w.k])
			holds = holds && is
		}
	}
	if !c.exact {
		return w.evaluated(c)
	}
	return holds, true
}

func (w *worker) evaluated(c *condition) (holds, ok bool) {
	v, err := c.formula.Eval(w.row(c.formula))
	return v.Bool(), err == nil
}

// row is the fields of the event that a formula uses.
func (w *worker) row(f *dsl.Formula) *dsl.Row {
	t := w.table
	if w.filled[w.at] == nil {
		w.filled[w.at] = dsl.Env{Inputs: t.Schema.Inputs("")}.NewRow()
	}
	row := w.filled[w.at]
	for _, i := range f.Used() {
		w.fill(row, i)
	}
	return row
}

func (w *worker) fill(row *dsl.Row, i int) {
	c, f := w.view.Column(i), &w.table.Schema.Fields[i]
	switch {
	case c.Has != nil && !c.Has[w.k]:
		row.SetMissing(i)
	case f.Type == crediting.Enum:
		row.SetMember(i, int(c.Codes[w.k]))
	case c.Codes != nil:
		if row.SetText(i, w.table.Dictionary(i)[c.Codes[w.k]]) != nil {
			row.SetMissing(i)
		}
	default:
		row.SetInt(i, c.Ints[w.k])
	}
}

// fillUp sets an input of a roll-up's formulas; it is false where the value does not fit.
func (w *worker) fillUp(row *dsl.Row, i int, name string, place *ascent.Place, amount decimal.Decimal) bool {
	path := place.Path
	who, value, personal := strings.Cut(name, ".")
	switch {
	case name == "amount":
		return row.SetDecimal(i, amount) == nil
	case name == "level":
		row.SetInt(i, int64(place.Level))
	case personal && who == "from":
		return w.personal(row, i, value, path[len(path)-1:])
	case personal && who == "to":
		return w.personal(row, i, value, []fact.PayeeID{place.Key})
	case personal && who == "best":
		return w.personal(row, i, value, path)
	default:
		return w.fieldUp(row, i, name)
	}
	return true
}

// fieldUp sets an input to a field of the event, if it has it.
func (w *worker) fieldUp(row *dsl.Row, i int, name string) bool {
	t := w.table
	at := t.Schema.Index(name)
	if at < 0 || !w.view.Has(at, w.k) {
		return true
	}
	switch c, f := w.view.Column(at), &t.Schema.Fields[at]; {
	case c.Codes != nil:
		return row.SetText(i, t.Dictionary(at)[c.Codes[w.k]]) == nil
	case f.Type == crediting.Date:
		row.SetInt(i, c.Ints[w.k])
		return true
	default:
		return row.SetDecimal(i, decimal.New(c.Ints[w.k], -int32(f.Scale))) == nil
	}
}

// personal sets an input to the highest value of a name among payees.
func (w *worker) personal(row *dsl.Row, i int, name string, of []fact.PayeeID) bool {
	var best decimal.Decimal
	has, value := false, w.book.facts.Of.Value
	for _, p := range of {
		if value == nil {
			break
		}
		if v, ok := value(p, name, calendar.FromOrdinal(w.day)); ok && (!has || v.GreaterThan(best)) {
			best, has = v, true
		}
	}
	return !has || row.SetDecimal(i, best) == nil
}

// territory is the place of the event's territory, remembered by what decides about it; below 0: nobody, or ask.
func (w *worker) territory() int32 {
	t := w.table
	if len(t.key) == 1 {
		if col := w.view.Column(t.key[0]); col.Codes != nil && (col.Has == nil || col.Has[w.k]) {
			if w.short[w.at] == nil {
				w.short[w.at] = make([]int32, len(t.Dictionary(t.key[0])))
			}
			known := &w.short[w.at][col.Codes[w.k]]
			if *known == 0 {
				*known = w.place() + 3
			}
			return *known - 3
		}
	}
	w.key = w.key[:0]
	for _, f := range t.key {
		col := w.view.Column(f)
		v := uint64(0)
		has := (col.Has == nil || col.Has[w.k])
		switch {
		case !has:
		case col.Codes != nil:
			v = uint64(col.Codes[w.k])
		default:
			v = uint64(col.Ints[w.k])
		}
		w.key = append(w.key, byte(v), byte(v>>8), byte(v>>16), byte(v>>24), byte(v>>32), byte(v>>40), byte(v>>48), byte(v>>56), truth(has))
	}
	known, ok := w.memory[w.at][string(w.key)]
	if !ok {
		known = w.place()
		if w.memory[w.at] == nil || len(w.memory[w.at]) >= remembered {
			w.memory[w.at] = map[string]int32{}
		}
		w.memory[w.at][string(w.key)] = known
	}
	return known
}

// remembered is how many territories of different events are.
const remembered = 1 << 20

func truth(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// place asks for the territory.
func (w *worker) place() int32 {
	rules, t := w.book.facts.Rules.from, w.table
	if w.places == nil {
		w.places = map[fact.TerritoryID]int32{}
		for i, territory := range rules.Territories.All() {
			w.places[territory.ID] = int32(i)
		}
	}
	if w.filled[w.at] == nil {
		w.filled[w.at] = dsl.Env{Inputs: t.Schema.Inputs("")}.NewRow()
	}
	for _, i := range t.key {
		w.fill(w.filled[w.at], i)
	}
	var account fact.AccountID
	if i := t.Schema.Index(rules.Account); i >= 0 {
		if c := w.view.Column(i); c.Has == nil || c.Has[w.k] {
			account = fact.AccountID(t.Dictionary(i)[c.Codes[w.k]])
		}
	}
	id, ok, err := rules.Territories.Of(t.Schema.Kind, account, calendar.FromOrdinal(w.day), w.filled[w.at])
	switch {
	case err != nil:
		return ask
	case !ok:
		return nobody
	}
	return w.places[id]
}

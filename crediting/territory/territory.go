// Package territory decides which territory an event belongs to.
//
// A territory covers named accounts, or what its condition describes, or both. A
// named account wins over every condition. Two territories that both name an
// account, or whose conditions both hold for an event, are an error that shows
// both: never "the first one wins". An event that no territory covers has none.
package territory

import (
	"fmt"
	"slices"

	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Territory is a part of the market. When is nil for one of named accounts only.
type Territory struct {
	ID       fact.TerritoryID // its name in the file
	Kind     string           // the kind of event that When is about
	Accounts []fact.AccountID
	When     *dsl.Formula
	At       source.Span // where it stands
}

// Map is a set of territories, immutable and safe for concurrent use.
type Map struct {
	territories []Territory
	named       map[fact.AccountID]int
	kinds       map[string]*conditions
}

// conditions are those of a kind of event: of gives the territory of each.
type conditions struct {
	of    []int
	index *index.Index
}

// NewMap checks the territories and indexes the named accounts.
func NewMap(territories []Territory) (*Map, source.Diagnostics) {
	m := &Map{territories: slices.Clone(territories), named: map[fact.AccountID]int{}}
	var ds source.Diagnostics
	ids := map[fact.TerritoryID]int{}
	for i, t := range m.territories {
		if first, ok := ids[t.ID]; ok {
			ds = append(ds, source.Errorf("territory-twice", t.At, "territory %s stands twice", t.ID).
				WithNote(m.territories[first].At, "the first").WithHint("give them different names, or join them with `or`"))
		}
		ids[t.ID] = i
		if t.When == nil && len(t.Accounts) == 0 {
			ds = append(ds, source.Errorf("territory-empty", t.At, "territory %s covers nothing", t.ID).WithHint("give it `when:` or `accounts:`"))
		}
		for _, a := range t.Accounts {
			if first, ok := m.named[a]; ok {
				ds = append(ds, source.Errorf("territory-overlap", t.At, "account %s is named by %s and by %s", a, m.territories[first].ID, t.ID).
					WithNote(m.territories[first].At, "the other").WithHint("name it in one of them"))
			}
			m.named[a] = i
		}
	}
	m.indexConditions()
	return m, ds
}

// candidates are the territories whose condition may hold, in their order.
func (c *conditions) candidates(get index.Get) []int {
	if get == nil {
		return c.of
	}
	may := c.index.Candidates(get, nil)
	for i, n := range may {
		may[i] = c.of[n]
	}
	return may
}

func (m *Map) indexConditions() {
	m.kinds = map[string]*conditions{}
	formulas := map[string][]*dsl.Formula{}
	for i, t := range m.territories {
		if t.When == nil {
			continue
		}
		if m.kinds[t.Kind] == nil {
			m.kinds[t.Kind] = &conditions{}
		}
		m.kinds[t.Kind].of = append(m.kinds[t.Kind].of, i)
		formulas[t.Kind] = append(formulas[t.Kind], t.When)
	}
	for kind, c := range m.kinds { // order: each is made on its own
		c.index = index.New(formulas[kind])
	}
}

// OverlapError says that an event belongs to two territories.
type OverlapError struct{ First, Second Territory }

// Error names both.
func (e *OverlapError) Error() string {
	return fmt.Sprintf("both territory %s (%s) and %s (%s) cover it; make their conditions exclude each other", e.First.ID, e.First.At, e.Second.ID, e.Second.At)
}

// Of is the territory of an event of a kind: account is its account key, empty
// where it has none, and row its fields. get gives the fields, too, by their place among
// the inputs of the conditions: a number as the row has it, or a text; with it only those
// conditions are tried that may hold, and when it is nil all are. The error is an *OverlapError, or an evaluation's.
func (m *Map) Of(kind string, account fact.AccountID, row *dsl.Row, get func(field int) (number int64, text string, has bool)) (id fact.TerritoryID, ok bool, err error) {
	if m == nil {
		return "", false, nil
	}
	if i, ok := m.named[account]; ok && account != "" {
		return m.territories[i].ID, true, nil
	}
	c := m.kinds[kind]
	if c == nil {
		return "", false, nil
	}
	found := -1
	for _, i := range c.candidates(get) {
		t := &m.territories[i]
		v, err := t.When.Eval(row)
		if err != nil {
			return "", false, fmt.Errorf("territory %s: %w", t.ID, err)
		}
		if !v.Bool() {
			continue
		}
		if found >= 0 {
			return "", false, &OverlapError{m.territories[found], *t}
		}
		found = i
	}
	if found < 0 {
		return "", false, nil
	}
	return m.territories[found].ID, true, nil
}

// All are the territories, as given.
func (m *Map) All() []Territory {
	if m == nil {
		return nil
	}
	return slices.Clone(m.territories)
}

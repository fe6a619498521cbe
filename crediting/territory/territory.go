// Package territory decides which territory an event belongs to.
//
// A territory covers named accounts, or what its condition describes, or both. A condition
// is one over the fields of the event, members of dimensions, or both; a territory that is a
// part of another narrows what that covers, and inherits its condition. Named accounts are not
// inherited.
//
// Of several that cover an event one wins, in this order:
//
//  1. the territory that names the event's account, whatever conditions say;
//  2. by the dimensions in the order in which they stand, the one whose member is lower: a
//     territory of Germany before one of EMEA, and that before one that says nothing of it;
//  3. of those that are alike in that, a part before the territory that it is a part of.
//
// What is still alike is a tie, and an error that shows both: never "the first one wins". Conditions
// over fields do not count as narrower or wider. [Map.Check] finds ties before there
// are events, with an example of one. An event that no territory covers has none.
//
// Terms. A [Dimension] is a hierarchy of members. The territories above one are its parent, the
// parent of that, and so on.
package territory

import (
	"slices"

	"github.com/payproof/payproof/crediting/internal/index"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Territory is a part of the market. One without When and Within is of named accounts only.
type Territory struct {
	ID       fact.TerritoryID // its name in the file
	Kind     string           // the kind of event that When and Within are about
	Parent   fact.TerritoryID // what it is a part of; empty: nothing
	Accounts []Account
	Within   []Within
	When     *dsl.Formula
	At       source.Span // where it stands
}

// Account is an account that a territory names, on some days: by incentive date, for ever when they are zero.
type Account struct {
	ID   fact.AccountID // its key
	Days calendar.Range
}

// Within says what a territory has of a dimension: members, with all below them.
type Within struct {
	Dimension int // its place in the list
	Field     int // the place of the dimension's field among those of the event
	Members   []string
	At        source.Span // where they stand
}

// Map is a set of territories, immutable and safe for concurrent use.
type Map struct {
	dimensions  []Dimension
	territories []Territory
	places      map[fact.TerritoryID]int
	named       map[fact.AccountID][]naming
	parts       []part // by territory
	kinds       []kind
}

// naming is a territory that names an account, on some days.
type naming struct {
	territory int
	days      calendar.Range
}

// part is what deciding takes of a territory.
type part struct {
	above       []int           // the territories above it, the nearest first
	conditioned bool            // it has a condition
	within      []reach         // in the order of the dimensions
	when        []*dsl.Formula  // those of the territories above it first
	condition   index.Condition // both
}

// reach is what a territory has of a dimension: each member with its level.
type reach struct {
	dimension, field int
	levels           map[string]int
}

// kind is the territories of a kind of event that have a condition.
type kind struct {
	name  string
	of    []int // by place in the index, the territory
	index *index.Index
}

// NewMap checks the territories and indexes them by named account and by condition.
func NewMap(dimensions []Dimension, territories []Territory) (*Map, source.Diagnostics) {
	m := &Map{
		dimensions: slices.Clone(dimensions), territories: slices.Clone(territories),
		places: map[fact.TerritoryID]int{}, named: map[fact.AccountID][]naming{}, parts: make([]part, len(territories)),
	}
	var ds source.Diagnostics
	for i, t := range m.territories {
		if first, ok := m.places[t.ID]; ok {
			ds = append(ds, source.Errorf("territory-twice", t.At, "territory %s stands twice", t.ID).
				WithNote(m.territories[first].At, "the first").WithHint("give them different names, or join them with `or`"))
			continue
		}
		m.places[t.ID] = i
		if t.When == nil && len(t.Within) == 0 && len(t.Accounts) == 0 {
			ds = append(ds, source.Errorf("territory-empty", t.At, "territory %s covers nothing", t.ID).WithHint("give it `when:`, `dimension:` or `accounts:`"))
		}
		for _, a := range t.Accounts {
			for _, n := range m.named[a.ID] {
				if n.days.Overlaps(a.Days) {
					first := m.territories[n.territory]
					ds = append(ds, source.Errorf("territory-overlap", t.At, "account %s is named by %s and by %s", a.ID, first.ID, t.ID).
						WithNote(first.At, "the other").WithHint("name it in one of them, or in each for other days"))
				}
			}
			m.named[a.ID] = append(m.named[a.ID], naming{i, a.Days})
		}
	}
	ds = append(ds, m.link()...)
	for i := range m.territories {
		ds = append(ds, m.prepare(i)...)
	}
	m.file()
	return m, ds
}

// file indexes the conditions of each kind of event.
func (m *Map) file() {
	var conditions [][]index.Condition
	for i, t := range m.territories {
		if !m.parts[i].conditioned {
			continue
		}
		at := slices.IndexFunc(m.kinds, func(k kind) bool { return k.name == t.Kind })
		if at < 0 {
			at = len(m.kinds)
			m.kinds, conditions = append(m.kinds, kind{name: t.Kind}), append(conditions, nil)
		}
		m.kinds[at].of = append(m.kinds[at].of, i)
		conditions[at] = append(conditions[at], m.parts[i].condition)
	}
	for at := range m.kinds {
		m.kinds[at].index = index.Of(conditions[at])
	}
}

// Above is the territory that one is a part of.
func (m *Map) Above(id fact.TerritoryID) (fact.TerritoryID, bool) {
	if m == nil {
		return "", false
	}
	i, ok := m.places[id]
	if !ok || len(m.parts[i].above) == 0 {
		return "", false
	}
	return m.territories[m.parts[i].above[0]].ID, true
}

// Scanned are the territories whose condition asks for no text, no member and no interval of a field: they are
// tried for every event that no named account decides.
func (m *Map) Scanned() (out []Territory) {
	if m == nil {
		return nil
	}
	for _, k := range m.kinds {
		for _, at := range k.index.Scanned() {
			out = append(out, m.territories[k.of[at]])
		}
	}
	return out
}

// All are the territories, as given.
func (m *Map) All() []Territory {
	if m == nil {
		return nil
	}
	return slices.Clone(m.territories)
}

package territory

import (
	"fmt"
	"slices"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// OverlapError says that an event belongs to two territories.
type OverlapError struct{ First, Second Territory }

// Error names both.
func (e *OverlapError) Error() string {
	return fmt.Sprintf("both territory %s (%s) and %s (%s) cover it; make their conditions exclude each other", e.First.ID, e.First.At, e.Second.ID, e.Second.At)
}

// Of is the territory of an event of a kind on a day: account is its account key, empty
// where it has none, and row its fields. The error is an *OverlapError, or an evaluation's.
func (m *Map) Of(kind string, account fact.AccountID, on calendar.Date, row *dsl.Row) (id fact.TerritoryID, ok bool, err error) {
	if m == nil {
		return "", false, nil
	}
	if account != "" {
		for _, n := range m.named[account] {
			if n.days.Contains(on) {
				return m.territories[n.territory].ID, true, nil
			}
		}
	}
	for k := range m.kinds {
		if m.kinds[k].name == kind {
			return m.described(&m.kinds[k], row)
		}
	}
	return "", false, nil
}

// Next is the first day after one on which an account may be named by another territory; zero: none.
func (m *Map) Next(account fact.AccountID, after calendar.Date) (next calendar.Date) {
	if m == nil {
		return next
	}
	for _, n := range m.named[account] {
		for _, d := range []calendar.Date{n.days.From, n.days.To} {
			if after.Before(d) && (next.IsZero() || d.Before(next)) {
				next = d
			}
		}
	}
	return next
}

// described is the territory whose condition describes the event best.
func (m *Map) described(k *kind, row *dsl.Row) (id fact.TerritoryID, ok bool, err error) {
	var room, best [8]int
	tied := best[:0]
	for _, at := range k.index.Candidates(row.Field, room[:0]) {
		i := k.of[at]
		holds, err := m.covers(i, row)
		if err != nil {
			return "", false, fmt.Errorf("territory %s: %w", m.territories[i].ID, err)
		}
		if !holds {
			continue
		}
		closer := 1
		if len(tied) > 0 {
			closer = m.compare(i, tied[0], row)
		}
		switch {
		case closer > 0:
			tied = append(tied[:0], i)
		case closer == 0:
			tied = append(tied, i)
		}
	}
	if len(tied) == 0 {
		return "", false, nil
	}
	winner := tied[0]
	for _, i := range tied[1:] {
		if len(m.parts[i].above) > len(m.parts[winner].above) {
			winner = i
		}
	}
	for _, i := range tied {
		if i != winner && !m.related(i, winner) {
			return "", false, &OverlapError{m.territories[min(i, winner)], m.territories[max(i, winner)]}
		}
	}
	return m.territories[winner].ID, true, nil
}

// covers tells whether the condition of a territory holds.
func (m *Map) covers(i int, row *dsl.Row) (bool, error) {
	p := &m.parts[i]
	for _, w := range p.within {
		if w.level(row) == 0 {
			return false, nil
		}
	}
	for _, f := range p.when {
		if v, err := f.Eval(row); err != nil || !v.Bool() {
			return false, err
		}
	}
	return true, nil
}

// level is that of the territory's member that the event belongs to, 0 for none of them.
func (r *reach) level(row *dsl.Row) int {
	_, member, has := row.Field(r.field)
	if !has {
		return 0
	}
	return r.levels[member]
}

// compare is above 0 where territory i describes the event more closely than j: its member of
// the first dimension in which they differ is lower.
func (m *Map) compare(i, j int, row *dsl.Row) int {
	for d := range m.dimensions {
		if c := m.parts[i].levelIn(d, row) - m.parts[j].levelIn(d, row); c != 0 {
			return c
		}
	}
	return 0
}

func (p *part) levelIn(dimension int, row *dsl.Row) int {
	for k := range p.within {
		if p.within[k].dimension == dimension {
			return p.within[k].level(row)
		}
	}
	return 0
}

// Reads are the fields of a kind of event that decide about its territory, beside its account, in order.
func (m *Map) Reads(kind string) (fields []int) {
	if m == nil {
		return nil
	}
	for k := range m.kinds {
		if m.kinds[k].name != kind {
			continue
		}
		for _, i := range m.kinds[k].of {
			for _, w := range m.parts[i].within {
				fields = append(fields, w.field)
			}
			for _, f := range m.parts[i].when {
				fields = append(fields, f.Used()...)
			}
		}
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}

// NamesAccounts reports whether a territory names accounts, and whether one does on some days only.
func (m *Map) NamesAccounts() (names, dated bool) {
	if m == nil {
		return false, false
	}
	for _, all := range m.named { // order: whether any is dated
		for _, n := range all {
			dated = dated || n.days != calendar.Range{}
		}
	}
	return len(m.named) > 0, dated
}

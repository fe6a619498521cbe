package crediting

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Events are the events of a feed, in declared order, each once.
type Events struct {
	All      []*Event // in declared order
	Repeated int      // lines that said again what was known
	byID     map[fact.EventID]*Event
	// What takes others back, in the order of what it takes.
	reversals []*Event
}

// maxFindings bounds how many findings of one code are kept; the rest is counted.
const maxFindings = 100

// Load reads all events of the kinds that the schemas describe. Repeats are
// dropped and counted; two contents for one id and revision are an error; of
// several revisions the highest counts. All findings are collected: the error is
// source.Diagnostics, at most 100 of each code, the same whatever the order of the
// lines.
func Load(ctx context.Context, feed Feed, schemas []*Schema) (*Events, error) {
	l := loader{events: map[fact.EventID]*Event{}, others: map[version]*Event{}, out: &Events{}}
	for _, s := range schemas {
		for b, err := range feed.Scan(ctx, s) {
			if err != nil {
				var ds source.Diagnostics
				if !errors.As(err, &ds) {
					return nil, err
				}
				l.found = append(l.found, ds...)
				continue
			}
			if err := b.check(s); err != nil {
				return nil, err
			}
			for i := range b.Len() {
				l.add(b.event(s, i))
			}
		}
	}
	l.settle()
	l.withdraw()
	if !l.found.HasErrors() {
		slices.SortFunc(l.arrived, (*Event).compare)
		l.link(l.arrived)
	}
	if l.found.HasErrors() {
		return nil, l.found.Sorted().AtMost(maxFindings)
	}
	l.out.byID, l.out.All = l.events, l.arrived
	return l.out, nil
}

// loader keeps each different thing said about an id until all lines are read: what
// is compared with what must not depend on their order.
type loader struct {
	events  map[fact.EventID]*Event
	arrived []*Event           // the first said about each id; feeds are almost in order
	others  map[version]*Event // what differs from events, which is rare
	out     *Events
	found   source.Diagnostics
}

// version is one content said about an id.
type version struct {
	id       fact.EventID
	revision uint64
	kind     *Schema
	content  string
}

func (l *loader) add(e Event) {
	known, ok := l.events[e.ID]
	if !ok {
		l.events[e.ID] = &e
		l.arrived = append(l.arrived, &e)
		return
	}
	if known.schema != e.schema || known.Revision != e.Revision || !known.same(&e) {
		v := version{e.ID, e.Revision, e.schema, e.content()}
		if known, ok = l.others[v]; !ok {
			l.others[v] = &e
			return
		}
	}
	l.out.Repeated++
	if e.At.Compare(known.At) < 0 {
		known.At = e.At
	}
}

// settle leaves the highest revision of each id, and reports what contradicts.
func (l *loader) settle() {
	histories := map[fact.EventID][]*Event{}
	for v, e := range l.others { // order: each history is sorted below
		histories[v.id] = append(histories[v.id], e)
	}
	for id, history := range histories { // order: findings are sorted by Load
		history = append(history, l.events[id])
		slices.SortFunc(history, func(a, b *Event) int {
			return cmp.Or(cmp.Compare(a.Revision, b.Revision), a.At.Compare(b.At),
				strings.Compare(a.schema.Kind, b.schema.Kind), strings.Compare(a.content(), b.content()))
		})
		first := history[0] // of its revision
		if first.Withdrawn {
			l.fail(first, "withdrawal-revision", fmt.Sprintf("give the withdrawal a number above %d in the column revision", history[len(history)-1].Revision),
				"it is withdrawn by revision %d, and no line has a lower one", first.Revision)
		}
		for _, e := range history[1:] {
			switch {
			case e.schema != history[0].schema:
				l.conflict(history[0], e, "give one of them another id", "id %s is a %s here and a %s there", id, e.schema.Kind, history[0].schema.Kind)
			case e.Revision == first.Revision && e.Withdrawn != first.Withdrawn:
				l.conflict(first, e, "give the withdrawal a higher number in the column revision", "id %s is withdrawn by revision %d, which it has already", id, e.Revision)
				l.found[len(l.found)-1].Code = "withdrawal-revision"
			case e.Revision == first.Revision:
				l.conflict(first, e, "a correction has a higher number in the column revision", "id %s comes twice with different content", id)
			default:
				first = e
			}
		}
		l.events[id] = first
	}
}

func (l *loader) conflict(known, e *Event, hint, format string, args ...any) {
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	l.found = append(l.found, source.Errorf("event-conflict", at, format, args...).
		WithNote(known.At, "the other line").WithHint("%s", hint))
}

// Find is the event of an id. One that was withdrawn is none.
func (e *Events) Find(id fact.EventID) (*Event, bool) {
	found, ok := e.byID[id]
	return found, ok && !found.Withdrawn
}

// Withdrawn is the line that withdrew the event of an id; false: it was not withdrawn.
func (e *Events) Withdrawn(id fact.EventID) (*Event, bool) {
	found, ok := e.byID[id]
	return found, ok && found.Withdrawn
}

// withdraw leaves what was not withdrawn, in the highest revision of each, and reports withdrawals of nothing.
func (l *loader) withdraw() {
	revised := map[fact.EventID]bool{}
	for v := range l.others { // order: a set
		revised[v.id] = true
	}
	left := l.arrived[:0]
	for _, e := range l.arrived {
		if len(l.others) > 0 {
			e = l.events[e.ID]
		}
		switch {
		case !e.Withdrawn:
			e.takes = e.names() != ""
			left = append(left, e)
		case !revised[e.ID]:
			l.fail(e, "withdrawal-unknown", "load the line that is withdrawn as well, with a lower number in the column revision, or leave both out", "it is withdrawn, and nobody entered it")
		}
	}
	l.arrived = left
}

// link finds what reversals take back, and reports those that can't.
func (l *loader) link(events []*Event) {
	of := map[*Event][]*Event{}
	var found []*Event
	for _, e := range events {
		if !e.takes {
			continue
		}
		id := e.names()
		o, ok := l.events[id]
		if !ok || !l.reversible(e, o) {
			if !ok {
				l.fail(e, "reversal-unknown", "correct the id, load the event, or leave the field empty where nothing is reversed", "it reverses the event %s, which nobody entered", clip(string(id)))
			}
			continue
		}
		if of[o] == nil {
			found = append(found, o)
		}
		of[o] = append(of[o], e)
	}
	for _, o := range found {
		l.takeBack(o, of[o])
	}
}

// reversible reports whether one event may take another back.
func (l *loader) reversible(e, o *Event) bool {
	switch {
	case o.Withdrawn:
		l.fail(e, "reversal-withdrawn", "withdraw the reversal as well: what was entered in error needs none", "it reverses the event %s, which was withdrawn", o.ID)
		l.note(o.At, "withdrawn here")
	case o == e:
		l.fail(e, "reversal-chain", "name the event that was reversed", "it reverses itself")
	case o.names() != "":
		l.fail(e, "reversal-chain", "if the reversal was entered in error, withdraw it; what is sold again is an event of its own", "it reverses the event %s, which is a reversal itself", o.ID)
		l.note(o.At, "the reversal")
	case e.Date().Before(o.Date()):
		l.fail(e, "reversal-early", "correct one of the dates: nothing is taken back before it was given", "it is of %s and reverses the event %s, which is of %s", e.Date(), o.ID, o.Date())
		l.note(o.At, "the event")
	default:
		return true
	}
	return false
}

// takeBack works out what each reversal of an event takes of it.
func (l *loader) takeBack(o *Event, reversals []*Event) {
	slices.SortFunc(reversals, (*Event).compare)
	whole, carries := o.amount()
	all := whole.Abs()
	if all.IsZero() {
		all = one
	}
	taken := decimal.Zero
	var stated *Event // the first whose amount is stated
	for i, e := range reversals {
		r := &Reversal{Of: o, All: all, Before: taken, Taken: all, every: reversals, nth: i}
		amount, partly := e.amount()
		partly = partly && !(amount.IsZero() && whole.IsZero())
		switch {
		case taken.Equal(all):
			l.fail(e, "reversal-left", "withdraw one of the reversals", "nothing is left of the event %s that could be reversed", o.ID)
			l.note(reversals[i-1].At, "the last of it is taken here")
			continue
		case partly && amount.IsZero():
			l.fail(e, "reversal-amount", "state what is reversed, or leave the amount empty to reverse all that is left", "it reverses nothing of the event %s: its amount is 0", o.ID)
			continue
		case partly && (!carries || whole.IsZero() || e.measured() != o.measured()):
			l.fail(e, "reversal-amount", "leave the amount empty to reverse all of it", "it states an amount, and the event %s has none of the kind that it could be a part of", o.ID)
			l.note(o.At, "the event")
			continue
		case partly && !l.oneSign(e, amount, stated):
			continue
		}
		if partly {
			if stated == nil {
				stated = e
			}
			if r.Taken = taken.Add(amount.Abs()); r.Taken.GreaterThan(all) {
				l.fail(e, "reversal-left", "correct the amount, or leave it empty to reverse what is left", "it reverses %s of the event %s, of which %s is left",
					fact.DecimalText(amount.Abs()), o.ID, fact.DecimalText(all.Sub(taken)))
				l.note(o.At, "the event")
				continue
			}
		}
		e.reversal, taken, o.reversed = r, r.Taken, true
		l.out.reversals = append(l.out.reversals, e)
	}
}

// oneSign reports whether the amount of a reversal is written with a minus where that of another one of the same
// event is, if there is one.
func (l *loader) oneSign(e *Event, amount decimal.Decimal, other *Event) bool {
	if other == nil {
		return true
	}
	a, _ := other.amount()
	if a.Sign() == amount.Sign() {
		return true
	}
	l.fail(e, "reversal-sign", "write all of them with a minus, or all without: both are taken back", "its amount is %s, and that of the reversal %s of the same event is %s",
		fact.DecimalText(amount), other.ID, fact.DecimalText(a))
	l.note(other.At, "the other reversal")
	return false
}

// fail reports an event that contradicts others.
func (l *loader) fail(e *Event, code, hint, format string, args ...any) {
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	l.found = append(l.found, source.Errorf(code, at, "event %s: %s", e.ID, fmt.Sprintf(format, args...)).WithHint("%s", hint))
}

// note adds a place to the last finding.
func (l *loader) note(at source.Span, what string) {
	last := &l.found[len(l.found)-1]
	*last = last.WithNote(at, "%s", what)
}

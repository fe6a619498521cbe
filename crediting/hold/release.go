package hold

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Step is a day on which what is released changes. Fraction is what is released in all by the end of
// the day. By are the events that released it that day; none: a date of the held event did.
type Step struct {
	On       calendar.Date
	Fraction Fraction
	By       []*crediting.Event
}

// Releases are the events that release others, found by what they name. It is immutable and safe for
// concurrent use.
type Releases struct {
	schemas []*crediting.Schema
	named   map[naming]map[fact.EventID][]*crediting.Event // in declared order
	// What takes an event back, in declared order.
	reversed map[fact.EventID][]*crediting.Event
}

// naming is a field of a kind of event that names others.
type naming struct {
	kind  string
	field int
}

// NewReleases gathers, of events in declared order, those that release what the holds keep.
func NewReleases(holds []*Hold, schemas []*crediting.Schema, events []*crediting.Event) *Releases {
	r := &Releases{schemas: schemas, named: map[naming]map[fact.EventID][]*crediting.Event{}, reversed: map[fact.EventID][]*crediting.Event{}}
	fields := map[string][]int{} // by kind
	for _, h := range holds {
		for p, held := range h.pairs(schemas) {
			of := kind(schemas, p.Kind)
			if of == nil {
				continue
			}
			if n := (naming{p.Kind, Naming(of, held)}); n.field >= 0 && r.named[n] == nil {
				r.named[n] = map[fact.EventID][]*crediting.Event{}
				fields[n.kind] = append(fields[n.kind], n.field)
			}
		}
	}
	for _, e := range events {
		if by := e.Reversal(); by != nil {
			r.reversed[by.Of.ID] = append(r.reversed[by.Of.ID], e)
		}
		of := e.Source() // a payment that is taken back was for what it names itself
		name := of.Schema().Kind
		for _, i := range fields[name] {
			if id := fact.EventID(of.Cells[i].Text); id != "" {
				by := r.named[naming{name, i}]
				by[id] = append(by[id], e)
			}
		}
	}
	return r
}

// Reversals are the events that take back another one, in declared order.
func (r *Releases) Reversals(e *crediting.Event) []*crediting.Event { return r.reversed[e.ID] }

// pairs are the parts of a hold with the kinds of event that are held.
func (h *Hold) pairs(schemas []*crediting.Schema) func(func(*Part, *crediting.Schema) bool) {
	return func(yield func(*Part, *crediting.Schema) bool) {
		for i := range h.Parts {
			for _, name := range h.Of {
				if s := kind(schemas, name); s != nil && !yield(&h.Parts[i], s) {
					return
				}
			}
		}
	}
}

// change is a new fraction of a part.
type change struct {
	on       calendar.Date
	part     int
	fraction Fraction
	by       *crediting.Event // nil: a date of the held event
}

// Steps are the days on which what is released of an event changes, in order. None is before the event's
// own incentive date.
func (r *Releases) Steps(h *Hold, e *crediting.Event) (out []Step) {
	var changes []change
	for i := range h.Parts {
		changes = r.changes(changes, i, &h.Parts[i], e)
	}
	if len(changes) == 0 {
		return nil
	}
	slices.SortStableFunc(changes, func(a, b change) int { return a.on.Compare(b.on) })
	now := make([]Fraction, len(h.Parts))
	for i, c := range changes {
		now[c.part] = c.fraction.times(h.Parts[c.part].Share)
		if i == 0 || out[len(out)-1].On != c.on {
			out = append(out, Step{On: c.on})
		}
		last := &out[len(out)-1]
		if c.by != nil {
			last.By = append(last.By, c.by)
		}
		last.Fraction = Fraction{}
		for _, f := range now {
			last.Fraction = last.Fraction.plus(f)
		}
	}
	return out
}

// changes appends those of one part.
func (r *Releases) changes(out []change, part int, p *Part, e *crediting.Event) []change {
	at := func(d calendar.Date) calendar.Date {
		if d.Before(e.Date()) {
			return e.Date()
		}
		return d
	}
	if p.Kind == "" {
		if on, ok := dateOf(e, p.Field); ok {
			if f, _, ok := p.fraction(e, e, decimal.Zero); ok {
				out = append(out, change{on: at(on), part: part, fraction: f})
			}
		}
		return out
	}
	if p.By != "" && owesNothing(p, kind(r.schemas, p.Kind), e) {
		return append(out, change{on: e.Date(), part: part, fraction: all})
	}
	sum := decimal.Zero
	for _, by := range r.of(p, e) {
		if f, s, ok := p.fraction(by, e, sum); ok {
			sum = s
			out = append(out, change{on: at(by.Date()), part: part, fraction: f, by: by})
		}
	}
	return out
}

// of are the events that release an event by a part, in declared order.
func (r *Releases) of(p *Part, e *crediting.Event) []*crediting.Event {
	of := kind(r.schemas, p.Kind)
	if of == nil {
		return nil
	}
	return r.named[naming{p.Kind, Naming(of, e.Schema())}][e.ID]
}

// fraction is what is released of held once by has happened, and the sum of payments so far. ok is false
// where the field does not say it, which Check reports.
func (p *Part) fraction(by, held *crediting.Event, sum decimal.Decimal) (f Fraction, so decimal.Decimal, ok bool) {
	if p.By == "" {
		return all, sum, by == held || by.Reversal() == nil
	}
	v, f1, ok := number(by, p.By)
	if !ok {
		return f, sum, false
	}
	if f1.Type == crediting.Numeric {
		f, beyond := fractionOf(v, one)
		return f, sum, !beyond
	}
	w := whole(held.Schema())
	if w < 0 {
		return f, sum, false
	}
	sum = sum.Add(v)
	f, _ = fractionOf(sum, value(held, w))
	return f, sum, true
}

// owesNothing reports whether a part goes by payments, and the held event has no amount to pay.
func owesNothing(p *Part, of *crediting.Schema, e *crediting.Event) bool {
	if of == nil {
		return false
	}
	i := of.Index(p.By)
	if i < 0 || of.Fields[i].Type != crediting.Money {
		return false
	}
	w := whole(e.Schema())
	return w >= 0 && value(e, w).IsZero()
}

// number is a field of an event as a number.
func number(e *crediting.Event, field string) (decimal.Decimal, crediting.Field, bool) {
	i := e.Schema().Index(field)
	if r := e.Reversal(); r != nil { // of a payment: less is paid; nothing else can be taken back in part
		if i = r.Of.Schema().Index(field); i < 0 || r.Of.Schema().Fields[i].Type != crediting.Money {
			return decimal.Zero, crediting.Field{}, false
		}
		return r.Field(i).Neg(), r.Of.Schema().Fields[i], true
	}
	if i < 0 || !e.Cells[i].Has {
		return decimal.Zero, crediting.Field{}, false
	}
	return value(e, i), e.Schema().Fields[i], true
}

func value(e *crediting.Event, i int) decimal.Decimal {
	return decimal.New(e.Cells[i].Int, -int32(e.Schema().Fields[i].Scale))
}

// dateOf is a date field of an event.
func dateOf(e *crediting.Event, field string) (calendar.Date, bool) {
	i := e.Schema().Index(field)
	if i < 0 || !e.Cells[i].Has {
		return calendar.Date{}, false
	}
	return calendar.FromOrdinal(int32(e.Cells[i].Int)), true
}

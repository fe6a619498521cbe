package hold

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Check reports what is wrong with the events that release others: a fraction that is none is an error; one
// that names no event, and payments that come to more than the whole or to less than nothing, are
// warnings. find is the event of an id. Warnings are those of the days in within.
func (r *Releases) Check(holds []*Hold, events []*crediting.Event, find func(fact.EventID) (*crediting.Event, bool), within calendar.Range) (ds source.Diagnostics) {
	c := checks{releases: r, find: find, within: within, told: map[fact.EventID]bool{}}
	c.parts(holds)
	for _, e := range events {
		c.event(e)
	}
	return c.found.Sorted()
}

// checks goes over events once.
type checks struct {
	releases *Releases
	find     func(fact.EventID) (*crediting.Event, bool)
	within   calendar.Range
	rules    map[string][]rule     // by the kind of event that is looked at
	told     map[fact.EventID]bool // held events of which payments were reported
	found    source.Diagnostics
}

// rule is a part that events of a kind have a share in: they release events of a kind of, or are held
// themselves, where field is -1.
type rule struct {
	part  *Part
	field int
}

func (c *checks) parts(holds []*Hold) {
	c.rules = map[string][]rule{}
	add := func(name string, r rule) {
		if !slices.Contains(c.rules[name], r) {
			c.rules[name] = append(c.rules[name], r)
		}
	}
	for _, h := range holds {
		for p, held := range h.pairs(c.releases.schemas) {
			if p.Kind == "" {
				add(held.Kind, rule{p, -1})
			} else if of := kind(c.releases.schemas, p.Kind); of != nil {
				add(p.Kind, rule{p, Naming(of, held)})
			}
		}
	}
}

func (c *checks) event(e *crediting.Event) {
	if e.Reversal() != nil { // it is about what it takes back
		return
	}
	var fraction, naming bool // one mistake is one finding, however many parts it is in
	for _, r := range c.rules[e.Schema().Kind] {
		if r.field < 0 {
			if _, there := dateOf(e, r.part.Field); !there {
				continue
			}
		}
		if !fraction {
			fraction = !c.fraction(e, r.part)
		}
		if r.field >= 0 && !naming {
			naming = true
			c.named(e, r)
		}
	}
}

// fraction reports an event that does not say which part is released.
func (c *checks) fraction(e *crediting.Event, p *Part) bool {
	if p.By == "" {
		return true
	}
	v, f, ok := number(e, p.By)
	switch {
	case !ok:
		c.found = append(c.found, source.Errorf("release-fraction", place(e), "event %s: %s is empty, so that nothing says how much is released", e.ID, p.By).
			WithHint("fill it in"))
		return false
	case f.Type == crediting.Numeric && (v.IsNegative() || v.GreaterThan(one)):
		c.found = append(c.found, source.Errorf("release-fraction", place(e), "event %s: %s is %s, and should be from 0 to 1", e.ID, p.By, fact.DecimalText(v)).
			WithHint("write the part that is released in all by then: 0.3 for 30%%; where it is a payment, declare the field as money"))
		return false
	}
	return true
}

// named reports an event that releases nothing, and payments beyond the whole.
func (c *checks) named(e *crediting.Event, r rule) {
	id := fact.EventID(e.Cells[r.field].Text)
	field := e.Schema().Fields[r.field].Name
	if held, ok := c.find(id); ok {
		c.payments(e, held, r.part)
		return
	}
	if !c.within.Contains(e.Date()) {
		return
	}
	d := source.Warnf("release-unknown", place(e), "event %s: %s %s is no event that there is, so that it releases nothing", e.ID, field, id)
	if id == "" {
		d = source.Warnf("release-unknown", place(e), "event %s: %s is empty, so that it releases nothing", e.ID, field)
	}
	c.found = append(c.found, d.WithHint("correct the id, or load the event that it names"))
}

// payments reports, once for a held event, the first payment that goes beyond.
func (c *checks) payments(e, held *crediting.Event, p *Part) {
	_, f, ok := number(e, p.By)
	w := whole(held.Schema())
	if !ok || f.Type != crediting.Money || w < 0 || c.told[held.ID] {
		return
	}
	c.told[held.ID] = true
	sum, owed := decimal.Zero, value(held, w)
	for _, by := range c.releases.of(p, held) {
		v, _, _ := number(by, p.By)
		sum = sum.Add(v)
		if _, beyond := fractionOf(sum, owed); !beyond || owed.IsZero() || !c.within.Contains(by.Date()) {
			continue
		}
		text := "more than all"
		if sum.Sign()*owed.Sign() < 0 {
			text = "less than nothing"
		}
		c.found = append(c.found, source.Warnf("release-beyond", place(by), "event %s: with it, %s of %s are paid of event %s, %s", by.ID, fact.DecimalText(sum), fact.DecimalText(owed), held.ID, text).
			WithHint("look for a payment that was entered twice; no more than all is released, and no less than nothing"))
		return
	}
}

// place is where an event stands.
func place(e *crediting.Event) source.Span {
	if e.At.IsZero() {
		return source.Span{File: "event=" + string(e.ID)}
	}
	return e.At
}

package measure

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Filter is the condition under which an event, or a credit for it, counts.
type Filter struct {
	Text   string                  // as the plan file writes it
	ByKind map[string]*dsl.Formula // compiled for each kind of event that the measure folds
}

// Weights are what a weighted sum multiplies amounts with: a formula over the fields of the
// event, or for each member of an enum a number.
type Weights struct {
	Text   string                     // the field, or the formula
	ByKind map[string]*dsl.Formula    // compiled for each kind of event that the measure folds
	Of     map[string]decimal.Decimal // by member of the field that Text names; nil: the formula is the weight
	Scale  uint8                      // decimal places of weights
}

// Item is what a measure counts: a credit, or an event.
type Item struct {
	Credit *crediting.Credit // nil: the event itself
	Event  *crediting.Event
	Amount decimal.Decimal // times the weight; one place after another for counts
	Weight decimal.Decimal // WeightedSum: what the amount was multiplied with
	Key    string          // CountDistinct: the value of the field
	At     int             // its place among all credits, or all events
}

// Date is the incentive date.
func (i Item) Date() calendar.Date {
	if i.Credit != nil {
		return i.Credit.Date()
	}
	return i.Event.Date()
}

// Counted is the day that says to whom the item belongs: of a reversal that of what it takes back.
func (i Item) Counted() calendar.Date { return i.Event.Source().Date() }

// Owner is whose the item is, where it is a credit.
func (i Item) Owner() fact.PayeeID {
	if i.Credit == nil {
		return ""
	}
	return i.Credit.Payee
}

// verdict is what the formulas of a measure say of an event.
type verdict struct {
	counts bool
	weight decimal.Decimal
}

// Reader makes items of credits and events. It is immutable and safe for concurrent
// use.
type Reader struct {
	m        Measure
	verdicts map[*crediting.Event]verdict // nil: the measure has no formulas
}

// NewReader evaluates the formulas of a measure, once for each event. Events for which they
// have no value are findings, and do not count.
func NewReader(m Measure, events []*crediting.Event) (*Reader, source.Diagnostics) {
	r := &Reader{m: m}
	if m.Where == nil && m.By == nil {
		return r, nil
	}
	var found source.Diagnostics
	r.verdicts = make(map[*crediting.Event]verdict, len(events))
	rows := map[*crediting.Schema]*dsl.Row{}
	for _, e := range events {
		e = e.Source()
		s := e.Schema()
		if rows[s] == nil {
			rows[s] = dsl.Env{Inputs: s.Inputs("")}.NewRow()
		}
		if _, ok := r.verdicts[e]; ok { // what is taken back has been judged for what takes it
			continue
		}
		v, err := m.judge(e, rows[s])
		if err != nil {
			found = append(found, m.evaluation(e, err))
		}
		r.verdicts[e] = v
	}
	return r, found
}

// judge evaluates a measure's formulas over an event; one of a kind that the measure does
// not fold does not count.
func (m Measure) judge(e *crediting.Event, row *dsl.Row) (v verdict, err error) {
	kind := e.Schema().Kind
	if m.Where != nil && m.Where.ByKind[kind] == nil || m.By != nil && m.By.Of == nil && m.By.ByKind[kind] == nil {
		return v, nil
	}
	if err := e.Schema().Fill(row, 0, e); err != nil {
		return v, err
	}
	if m.Where != nil {
		ok, err := m.Where.ByKind[kind].Eval(row)
		if err != nil || !ok.Bool() {
			return v, err
		}
	}
	switch {
	case m.By == nil:
	case m.By.Of != nil:
		at := e.Schema().Index(m.By.Text)
		if at < 0 || !e.Cells[at].Has {
			return v, fmt.Errorf("%s is empty, and there is no weight for that", m.By.Text)
		}
		v.weight = m.By.Of[e.Cells[at].Text]
	default:
		w, err := m.By.ByKind[kind].Eval(row)
		if err != nil {
			return v, err
		}
		v.weight = w.Decimal()
	}
	v.counts = true
	return v, nil
}

// evaluation reports a formula that has no value for an event.
func (m Measure) evaluation(e *crediting.Event, err error) source.Diagnostic {
	at := e.At
	if at.IsZero() {
		at.File = "event=" + string(e.ID)
	}
	var bad *dsl.EvalError
	if !errors.As(err, &bad) {
		return source.Errorf("measure-evaluation", at, "event %s: measure %s: %v", e.ID, m.Name, err)
	}
	return source.Errorf("measure-evaluation", at, "event %s: measure %s: %s", e.ID, m.Name, bad.Diagnostic.Message).
		WithHint("%s", bad.Diagnostic.Hint).WithNote(bad.Diagnostic.Span, "in this formula")
}

// Credit makes an item of a credit, the at-th of all; false: it does not count.
func (r *Reader) Credit(c *crediting.Credit, at int) (Item, bool) {
	if !r.takes(c) {
		return Item{}, false
	}
	return r.item(Item{Credit: c, Event: c.Event, Amount: c.Amount, At: at})
}

// takes reports whether a credit is of the type that the measure folds.
func (r *Reader) takes(c *crediting.Credit) bool {
	return r.m.Kind == "" && c.Type == r.m.Of && (!r.m.Direct || c.Origin == crediting.Direct)
}

// Event makes an item of an event, the at-th of all; false: it does not count.
func (r *Reader) Event(e *crediting.Event, at int) (Item, bool) {
	s := e.Source()
	if r.m.Kind == "" || s.Schema().Kind != r.m.Kind {
		return Item{}, false
	}
	i := Item{Event: e, At: at}
	if r.m.Value != "" {
		field := s.Schema().Index(r.m.Value)
		if !s.Cells[field].Has {
			return i, false // an optional field: there is nothing to add
		}
		i.Amount = decimal.New(s.Cells[field].Int, -int32(s.Schema().Fields[field].Scale))
		if takes := e.Reversal(); takes != nil {
			i.Amount = takes.Field(field).Neg()
		}
	}
	return r.item(i)
}

func (r *Reader) item(i Item) (Item, bool) {
	if r.verdicts != nil {
		v := r.verdicts[i.Event.Source()]
		if !v.counts {
			return i, false
		}
		if r.m.By != nil {
			i.Amount, i.Weight = i.Amount.Mul(v.weight), v.weight
		}
	}
	if r.m.How == CountDistinct {
		e := i.Event.Source()
		at := e.Schema().Index(r.m.Field)
		if at < 0 || !e.Cells[at].Has {
			return i, false // another kind of event, without the field; or an empty one
		}
		i.Key = e.Show(at)
	}
	return i, true
}

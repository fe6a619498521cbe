package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/manual"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

// The kinds of fact, as they stand in the database.
const (
	kindPerson     = "person"
	kindEdge       = "edge"
	kindAssignment = "assignment"
	kindQuota      = "quota"
	kindRate       = "rate"
	kindAdjustment = "adjustment"
	kindEvent      = "event"
)

// row is a fact as the database has it.
type row struct {
	kind, key string
	effective calendar.Range
	content   string // JSON
}

// content is what facts of all kinds are written as: numbers and amounts as text, as they were, and what is empty left out.
type content struct {
	Payee     string            `json:"payee,omitempty"`
	Name      string            `json:"name,omitempty"`
	Role      string            `json:"role,omitempty"`
	Currency  string            `json:"currency,omitempty"`
	From      string            `json:"from,omitempty"`
	To        string            `json:"to,omitempty"`
	Share     string            `json:"share,omitempty"`
	Void      bool              `json:"void,omitempty"`
	Plan      string            `json:"plan,omitempty"`
	Personal  map[string]string `json:"personal,omitempty"`
	Measure   string            `json:"measure,omitempty"`
	Period    *period           `json:"period,omitempty"`
	Amount    string            `json:"amount,omitempty"`
	Set       string            `json:"set,omitempty"`
	On        string            `json:"on,omitempty"`
	ID        string            `json:"id,omitempty"`
	Event     string            `json:"event,omitempty"`
	Author    string            `json:"author,omitempty"`
	Approver  string            `json:"approver,omitempty"`
	Kind      string            `json:"kind,omitempty"`
	Revision  uint64            `json:"revision,omitempty"`
	Withdrawn bool              `json:"withdrawn,omitempty"`
	Fields    map[string]string `json:"fields,omitempty"`
	File      string            `json:"file,omitempty"` // where an event was read, with its line
	Line      int               `json:"line,omitempty"`
	Starts    string            `json:"starts,omitempty"` // the effective range
	Ends      string            `json:"ends,omitempty"`
	Actor     string            `json:"actor,omitempty"`
	Reason    string            `json:"reason,omitempty"`
}

type period struct {
	Calendar string `json:"calendar,omitempty"`
	Unit     string `json:"unit"`
	Index    int32  `json:"index"`
}

func periodOf(p calendar.Period) *period {
	if p.IsZero() {
		return nil
	}
	return &period{p.Calendar, p.Unit.String(), p.Index}
}

// rows are the facts of a batch, checked as far as they can be without others.
func (b *Batch) rows() (rows []row, err error) {
	add := func(kind, key string, s fact.Stamp, c content) {
		if s.Known != 0 {
			err = errors.Join(err, fmt.Errorf("facts: %s %q: it says when it became known, which the store does: leave Known zero", kind, strings.ReplaceAll(key, "\t", " ")))
		}
		c.Starts, c.Ends, c.Actor, c.Reason = text(s.Effective.From), text(s.Effective.To), s.Actor, s.Reason
		data, bad := json.Marshal(&c)
		err = errors.Join(err, bad)
		rows = append(rows, row{kind, key, s.Effective, string(data)})
	}
	key := func(parts ...string) string { return strings.Join(parts, "\t") }
	for _, p := range b.People {
		add(kindPerson, string(p.ID), p.Stamp, content{Payee: string(p.ID), Name: p.Name, Role: p.Role, Currency: p.Currency.String()})
	}
	for _, e := range b.Edges {
		add(kindEdge, key(e.Name, e.From, e.To), e.Stamp, content{Name: e.Name, From: e.From, To: e.To, Share: number(e.Share), Void: e.Void})
	}
	for _, a := range b.Assignments {
		personal := map[string]string{}
		for name, v := range a.Personal { // order: JSON sorts it
			personal[name] = fact.DecimalText(v)
		}
		add(kindAssignment, string(a.Payee), a.Stamp, content{Payee: string(a.Payee), Plan: string(a.Plan), Personal: personal})
	}
	for _, q := range b.Quotas {
		add(kindQuota, key(string(q.Payee), q.Measure, q.Period.String()), fact.Stamp{Known: q.Known}, content{Payee: string(q.Payee), Measure: q.Measure, Period: periodOf(q.Period), Amount: fact.DecimalText(q.Amount)})
	}
	for _, r := range b.Rates {
		add(kindRate, key(r.Set, r.From.String(), r.To.String()), fact.Stamp{Known: r.Known}, content{Set: r.Set, From: r.From.String(), To: r.To.String(), Amount: fact.DecimalText(r.Value), On: text(r.On)})
	}
	for _, a := range b.Adjustments {
		add(kindAdjustment, a.ID, fact.Stamp{Known: a.Known, Reason: a.Reason}, content{
			ID: a.ID, Payee: string(a.Payee), Period: periodOf(a.Period), Event: string(a.Event), Amount: fact.DecimalText(a.Amount.Decimal()), Currency: a.Amount.Currency().String(), Author: a.Author, Approver: a.Approver,
		})
	}
	first := map[string]int{} // place of an event's line by id and revision
	for i, e := range b.Events {
		k := fmt.Sprintf("%d %s", e.Revision, e.ID)
		if j, is := first[k]; is && !same(&b.Events[j], &e) {
			err = errors.Join(err, fmt.Errorf("facts: event=%s comes twice with different content; load the correction in a later batch, or give it a higher revision", e.ID))
		} else if !is {
			first[k] = i
		}
		add(kindEvent, string(e.ID), fact.Stamp{}, content{Kind: e.Kind, ID: string(e.ID), Revision: e.Revision, Withdrawn: e.Withdrawn, Fields: e.Fields, File: e.At.File, Line: e.At.From.Line})
		if bad := fact.CheckKey(string(e.ID)); bad != nil {
			err = errors.Join(err, fmt.Errorf("facts: event: %w", bad))
		}
	}
	return rows, errors.Join(err, b.check())
}

// same reports whether two lines say the same of an event.
func same(a, b *crediting.Line) bool {
	return a.Kind == b.Kind && a.Withdrawn == b.Withdrawn && maps.Equal(a.Fields, b.Fields)
}

// check finds what is wrong with the facts by making of them what Open does: what is in the database stays there.
func (b *Batch) check() error {
	_, err := people.NewDirectory(fact.Of(b.People...))
	_, err2 := fact.NewEdges(slices.Clone(b.Edges))
	_, err3 := fx.Read(fact.Of(b.Rates...))
	_, err4 := manual.NewSet(fact.Of(b.Adjustments...))
	all := errors.Join(err, err2, err3, err4)
	for _, a := range b.Assignments {
		if bad := errors.Join(fact.CheckKey(string(a.Payee)), fact.CheckKey(string(a.Plan))); bad != nil {
			all = errors.Join(all, fmt.Errorf("facts: assignment: %w", bad))
		}
	}
	for _, q := range b.Quotas {
		if bad := fact.CheckKey(string(q.Payee)); bad != nil || q.Measure == "" || q.Period.IsZero() || q.Amount.IsNegative() {
			all = errors.Join(all, fmt.Errorf("facts: quota of payee=%s measure=%s period=%s amount=%s: a quota has a payee, a measure and a period, and is not negative", q.Payee, q.Measure, q.Period, q.Amount))
		}
	}
	if all != nil {
		return fmt.Errorf("facts: %w", all)
	}
	return nil
}

func text(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// number is a decimal; zero, which is what is left out, is none.
func number(d decimal.Decimal) string {
	if d.IsZero() {
		return ""
	}
	return fact.DecimalText(d)
}

// reading is a content being read back: the first error stays.
type reading struct {
	content
	known fact.Revision
	err   error
}

func read(text string, known fact.Revision) *reading {
	r := &reading{known: known}
	r.err = json.Unmarshal([]byte(text), &r.content)
	return r
}

func (r *reading) date(text string) (d calendar.Date) {
	if text != "" && r.err == nil {
		d, r.err = calendar.ParseDate(text)
	}
	return d
}

func (r *reading) decimal(text string) (d decimal.Decimal) {
	if text != "" && r.err == nil {
		d, r.err = decimal.NewFromString(text)
	}
	return d
}

func (r *reading) currency(iso string) (c money.Currency) {
	if iso != "" && r.err == nil {
		c, r.err = money.ParseCurrency(iso)
	}
	return c
}

func (r *reading) periodOf() (p calendar.Period) {
	if r.Period != nil && r.err == nil {
		p.Calendar, p.Index = r.Period.Calendar, r.Period.Index
		p.Unit, r.err = calendar.ParseUnit(r.Period.Unit)
	}
	return p
}

func (r *reading) stamp() fact.Stamp {
	return fact.Stamp{Effective: calendar.Range{From: r.date(r.Starts), To: r.date(r.Ends)}, Known: r.known, Actor: r.Actor, Reason: r.Reason}
}

func person(text string, known fact.Revision) (people.Payee, error) {
	r := read(text, known)
	p := people.Payee{ID: fact.PayeeID(r.Payee), Name: r.Name, Role: r.Role, Currency: r.currency(r.Currency), Stamp: r.stamp()}
	return p, r.err
}

func edge(text string, known fact.Revision) (fact.Edge, error) {
	r := read(text, known)
	e := fact.Edge{Name: r.Name, From: r.From, To: r.To, Share: r.decimal(r.Share), Void: r.Void, Stamp: r.stamp()}
	return e, r.err
}

func assignment(text string, known fact.Revision) (compensation.Assignment, error) {
	r := read(text, known)
	a := compensation.Assignment{Payee: fact.PayeeID(r.Payee), Plan: fact.PlanID(r.Plan), Stamp: r.stamp()}
	for _, name := range slices.Sorted(maps.Keys(r.Personal)) {
		if a.Personal == nil {
			a.Personal = map[string]decimal.Decimal{}
		}
		a.Personal[name] = r.decimal(r.Personal[name])
	}
	return a, r.err
}

func quotaOf(text string, known fact.Revision) (quota.Quota, error) {
	r := read(text, known)
	q := quota.Quota{Payee: fact.PayeeID(r.Payee), Measure: r.Measure, Period: r.periodOf(), Amount: r.decimal(r.Amount), Known: known}
	return q, r.err
}

func rate(text string, known fact.Revision) (fx.Rate, error) {
	r := read(text, known)
	v := fx.Rate{Set: r.Set, From: r.currency(r.From), To: r.currency(r.To), Value: r.decimal(r.Amount), On: r.date(r.On), Known: known}
	return v, r.err
}

func adjustment(text string, known fact.Revision) (manual.Adjustment, error) {
	r := read(text, known)
	a := manual.Adjustment{ID: r.ID, Payee: fact.PayeeID(r.Payee), Period: r.periodOf(), Event: fact.EventID(r.Event), Reason: r.Reason, Author: r.Author, Approver: r.Approver, Known: known}
	amount, currency := r.decimal(r.Amount), r.currency(r.Currency)
	if r.err == nil {
		a.Amount, r.err = money.FromDecimal(amount, currency)
	}
	return a, r.err
}

func event(text string, known fact.Revision) (crediting.Line, error) {
	r := read(text, known)
	l := crediting.Line{Kind: r.Kind, ID: fact.EventID(r.ID), Revision: r.Revision, Fields: r.Fields, Withdrawn: r.Withdrawn}
	if l.Revision == 0 {
		l.Revision = uint64(known)
	}
	if l.At.File = r.File; r.Line > 0 {
		l.At.From = source.Pos{Line: r.Line, Col: 1}
		l.At.To = l.At.From
	}
	return l, r.err
}

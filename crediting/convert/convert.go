// Package convert turns events that are stated in several currencies into events in one: that of the company, in which quotas,
// tables and caps are. Amounts of different currencies never add.
//
// Terms. A kind of event with a field of type currency ([crediting.Field]) is stated in the currency that stands there: all of its money
// fields are. [Extend] makes its schema that of the events in the company's currency, and gives it fields for what was stated and
// for the rate, so that an explanation shows both. A [Feed] reads events as they are stated, and converts them.
//
// Trap. Converted amounts keep six decimal places more than the currency has, rounded half-even: what a published rate of up to
// six places gives for cents is exact.
package convert

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// Rule says with which rate events are converted.
type Rule struct {
	Set    string        // of rates; empty: there is no rule
	Field  string        // the date of the event that is the day of the rate; empty: the incentive date, or On
	On     calendar.Date // the day of the rate, for all events; zero: a date of the event
	Policy fx.Policy     // what stands in for a rate that is missing
	At     source.Span   // where it is written
}

const (
	morePlaces   = 6             // of converted amounts
	statedPlaces = 4             // the most that a currency has
	statedSuffix = " (stated)"   // of the fields that hold what was stated
	ratedBy      = "rate (used)" // the field that says with which rate it was converted
)

// Converts reports whether events of a kind are stated in several currencies.
func Converts(s *crediting.Schema) bool { return currencyOf(s) >= 0 }

// currencyOf is the field with the currency, or −1.
func currencyOf(s *crediting.Schema) int {
	return slices.IndexFunc(s.Fields, func(f crediting.Field) bool { return f.Currency })
}

// Extend makes the schema of a kind that is stated in several currencies that of its events in the company's.
func Extend(s *crediting.Schema) {
	if !Converts(s) {
		return
	}
	var stated []crediting.Field
	for i := range s.Fields {
		if f := &s.Fields[i]; f.Type == crediting.Money {
			f.Scale = uint8(max(0, s.Currency.Digits()) + morePlaces)
			stated = append(stated, crediting.Field{Name: f.Name + statedSuffix, States: f.Name, Type: crediting.Numeric, Scale: statedPlaces, Optional: true})
		}
	}
	s.Fields = append(append(s.Fields, stated...), crediting.Field{Name: ratedBy, Type: crediting.Key, Optional: true})
}

// statedSchema is the schema of the events as they are stated.
func statedSchema(s *crediting.Schema) *crediting.Schema {
	out := *s
	out.Fields = nil
	for _, f := range s.Fields {
		if f.Name == ratedBy || strings.HasSuffix(f.Name, statedSuffix) {
			continue
		}
		if f.Type == crediting.Money {
			f.Scale = statedPlaces
		}
		out.Fields = append(out.Fields, f)
	}
	return &out
}

// Feed converts the events of a feed into a currency. Faults are positioned findings: a rate that is missing, a text that is no currency,
// an amount with more places than its currency has.
func Feed(of crediting.Feed, into money.Currency, rates *fx.Table, by Rule) crediting.Feed {
	return &feed{of, into, rates, by}
}

type feed struct {
	of    crediting.Feed
	into  money.Currency
	rates *fx.Table
	by    Rule
}

// UniqueIDs is what the feed declares.
func (f *feed) UniqueIDs() bool {
	u, ok := f.of.(interface{ UniqueIDs() bool })
	return ok && u.UniqueIDs()
}

// Apart is what the feed declares.
func (f *feed) Apart() bool {
	a, ok := f.of.(interface{ Apart() bool })
	return ok && a.Apart()
}

// Scan is described at [crediting.Feed].
func (f *feed) Scan(ctx context.Context, s *crediting.Schema) iter.Seq2[*crediting.Batch, error] {
	if !Converts(s) {
		return f.of.Scan(ctx, s)
	}
	return f.convert(s, func(stated *crediting.Schema) iter.Seq2[*crediting.Batch, error] { return f.of.Scan(ctx, stated) })
}

// Find is described at [crediting.Feed].
func (f *feed) Find(ctx context.Context, s *crediting.Schema, ids ...fact.EventID) iter.Seq2[*crediting.Batch, error] {
	if !Converts(s) {
		return f.of.Find(ctx, s, ids...)
	}
	return f.convert(s, func(stated *crediting.Schema) iter.Seq2[*crediting.Batch, error] {
		return f.of.Find(ctx, stated, ids...)
	})
}

func (f *feed) convert(s *crediting.Schema, read func(*crediting.Schema) iter.Seq2[*crediting.Batch, error]) iter.Seq2[*crediting.Batch, error] {
	stated := statedSchema(s)
	c := &converter{feed: f, schema: s, stated: stated, currency: currencyOf(stated), day: stated.Incentive, quotes: map[asked]*quoted{}}
	if f.by.Field != "" {
		c.day = stated.Index(f.by.Field)
	}
	return func(yield func(*crediting.Batch, error) bool) {
		for b, err := range read(stated) {
			if err == nil {
				b, err = c.batch(b)
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// converter converts the events of a kind.
type converter struct {
	*feed
	schema, stated *crediting.Schema
	currency, day  int // of the fields
	quotes         map[asked]*quoted
}

// asked is a currency and a day of which a rate was asked for.
type asked struct {
	currency string
	day      calendar.Date
}

// quoted is what was answered.
type quoted struct {
	currency money.Currency
	quote    fx.Quote
	text     string
	err      error
}

// batch is the events of a batch, converted. The error is source.Diagnostics with all that is wrong.
func (c *converter) batch(b *crediting.Batch) (*crediting.Batch, error) {
	if len(b.Columns) != len(c.stated.Fields) {
		return nil, fmt.Errorf("feed of %s: a batch has %d columns; yield one for each of %d fields", c.schema.Kind, len(b.Columns), len(c.stated.Fields))
	}
	n := b.Len()
	out := *b
	out.Columns = append(make([]crediting.Column, 0, len(c.schema.Fields)), b.Columns...)
	rated := crediting.Column{Texts: make([]string, n), Has: make([]bool, n)}
	var moneyFields []int
	for i, f := range c.stated.Fields {
		if f.Type == crediting.Money {
			moneyFields = append(moneyFields, i)
			has := out.Columns[i].Has
			out.Columns = append(out.Columns, crediting.Column{Ints: slices.Clone(b.Columns[i].Ints), Has: has})
			out.Columns[i].Ints = slices.Clone(b.Columns[i].Ints)
		}
	}
	out.Columns = append(out.Columns, rated)
	var found source.Diagnostics
	for k := range n {
		if b.Withdrawn != nil && b.Withdrawn[k] {
			continue
		}
		q := c.quote(b, k)
		if q.err != nil {
			found = append(found, c.fault(b, k, q.err))
			continue
		}
		if q.text != "" {
			rated.Texts[k], rated.Has[k] = q.text, true
		}
		for _, i := range moneyFields {
			if has := b.Columns[i].Has; has != nil && !has[k] {
				continue
			}
			v, err := c.amount(b.Columns[i].Ints[k], i, q)
			if err != nil {
				found = append(found, c.fault(b, k, fmt.Errorf("%s: %w", c.stated.Fields[i].Name, err)))
				continue
			}
			out.Columns[i].Ints[k] = v
		}
	}
	if len(found) > 0 {
		return nil, found
	}
	return &out, nil
}

// fault is what is wrong with an event.
func (c *converter) fault(b *crediting.Batch, k int, err error) source.Diagnostic {
	at := b.Place(k)
	if at.IsZero() {
		at = source.Span{File: "event=" + string(b.IDs[k])}
	}
	var missing *fx.MissingRateError
	if errors.As(err, &missing) {
		return source.Errorf("rate-missing", at, "event %s: %v", b.IDs[k], err).
			WithHint("add the rate to fx.csv, or say with `missing day:` under fx: how old it may be")
	}
	return source.Errorf("event-field", at, "event %s: %v", b.IDs[k], err)
}

// quote is the rate of an event.
func (c *converter) quote(b *crediting.Batch, k int) *quoted {
	column := &b.Columns[c.currency]
	var code string
	switch {
	case column.Has != nil && !column.Has[k]:
		code = c.into.String()
	case column.Codes != nil:
		code = column.Dictionary[column.Codes[k]]
	default:
		code = column.Texts[k]
	}
	day := c.by.On
	if day.IsZero() {
		if has := b.Columns[c.day].Has; has != nil && !has[k] {
			return &quoted{err: fmt.Errorf("it has no %s, the day of its exchange rate; fill it in", c.stated.Fields[c.day].Name)}
		}
		day = calendar.FromOrdinal(int32(b.Columns[c.day].Ints[k]))
	}
	key := asked{code, day}
	q := c.quotes[key]
	if q == nil {
		q = c.ask(key)
		c.quotes[key] = q
	}
	return q
}

func (c *converter) ask(key asked) *quoted {
	q := &quoted{}
	if q.currency, q.err = money.ParseCurrency(key.currency); q.err != nil || q.currency == c.into {
		return q
	}
	if q.quote, q.err = c.rates.Find(c.by.Set, q.currency, c.into, key.day, 0, c.by.Policy); q.err == nil {
		q.text = q.quote.String()
	}
	return q
}

// amount is a stated amount, converted.
func (c *converter) amount(stated int64, field int, q *quoted) (int64, error) {
	a, err := money.New(stated, statedPlaces, q.currency)
	if err != nil {
		return 0, err
	}
	if !a.IsMinor() {
		return 0, fmt.Errorf("%s has more decimal places than %s; round it at the source", a.Text(), q.currency)
	}
	if q.currency != c.into {
		if a, _, err = q.quote.Convert(a); err != nil {
			return 0, err
		}
	}
	places := c.schema.Fields[field].Scale
	if a, err = a.Round(int(places), money.HalfEven); err != nil {
		return 0, err
	}
	v, ok := a.Int64(places)
	if !ok {
		return 0, fmt.Errorf("%s is too large: at most 18 digits are held; check it at the source", a)
	}
	return v, nil
}

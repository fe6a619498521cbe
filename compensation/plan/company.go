package plan

import (
	"slices"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

var (
	companyKeys  = []string{"company", "currency", "calendar", "rounding", "events", "territories", "credit", "measures"}
	companyLater = []string{"late", "fx", "dimensions", "relations", "pay calendar", "order by"}
)

// company reads payproof.yaml.
func (l *loader) company(f *doc.File, root *doc.Node) {
	defer func() { l.take(f) }()
	if root == nil {
		return
	}
	fields := root.Fields("the company", companyKeys, companyLater)
	root.Require(fields, "the company", "company", "currency", "events", "credit", "measures")
	if n := fields["company"]; n != nil {
		l.program.Company, _ = n.Text("a name")
	}
	l.basics(fields)
	if n := fields["events"]; n != nil {
		l.events(n)
	}
	if n := fields["territories"]; n != nil {
		l.territories(n)
	}
	if n := fields["credit"]; n != nil {
		l.credit(n)
	}
	if n := fields["measures"]; n != nil {
		l.measures(n)
	}
}

func (l *loader) basics(fields map[string]*doc.Node) {
	if n := fields["currency"]; n != nil {
		if t, ok := n.Text("a currency code"); ok {
			c, err := money.ParseCurrency(t)
			if err != nil {
				n.Fail("currency", "", "%v", err)
			}
			l.program.Currency = c
		}
	}
	if n := fields["calendar"]; n != nil {
		if t, ok := n.Text("a calendar"); ok {
			c, err := calendar.Parse(t)
			if err != nil {
				n.Fail("calendar", "", "%v", err)
			}
			l.program.Calendar = c
		}
	}
	if n := fields["rounding"]; n != nil {
		if t, ok := n.Text("a rounding mode"); ok {
			r, err := money.ParseRounding(t)
			if err != nil {
				n.Fail("rounding", "", "%v", err)
			}
			l.program.Rounding = r
		}
	}
}

// events reads the kinds of event and their fields.
func (l *loader) events(n *doc.Node) {
	for _, kind := range n.Pairs("a mapping of kinds of event") {
		s := &crediting.Schema{Kind: kind.Name, Currency: l.program.Currency, Incentive: -1, At: kind.Key.Span()}
		if err := fact.CheckKey(kind.Name); err != nil {
			kind.Key.Fail("name", "", "%v", err)
		}
		incentive := ""
		for _, p := range kind.Value.Pairs("a mapping of fields to their types") {
			if p.Name == "incentive date" {
				incentive, _ = p.Value.Text("the name of a date field")
				continue
			}
			l.field(s, p)
		}
		if incentive != "" {
			if s.Incentive = s.Index(incentive); s.Incentive < 0 {
				kind.Key.Fail("unknown-field", "", "the incentive date %q is not a field of %s", incentive, kind.Name)
				continue
			}
		}
		for _, d := range s.Check() {
			n.File().Found = append(n.File().Found, d)
		}
		l.program.Rules.Schemas = append(l.program.Rules.Schemas, s)
	}
}

func (l *loader) field(s *crediting.Schema, p doc.Pair) {
	f := crediting.Field{Name: p.Name}
	if p.Name == "id" || p.Name == "revision" {
		p.Key.Fail("reserved-name", "remove it: every event has one", "%q is not declared", p.Name)
		return
	}
	if p.Value.IsList() {
		f.Type, f.Enum = crediting.Enum, p.Value.Texts("the members of an enum")
		if len(f.Enum) == 0 {
			p.Value.Fail("wrong-shape", "list what the field may be", "the enum %q has no members", p.Name)
		}
	} else {
		t, ok := p.Value.Text("a type of field, or a list of texts")
		if !ok {
			return
		}
		var err error
		if f.Type, f.Optional, err = crediting.ParseFieldType(t); err != nil {
			p.Value.Fail("field-type", "", "%v", err)
			return
		}
	}
	switch f.Type {
	case crediting.Money:
		f.Scale = uint8(max(0, s.Currency.Digits()))
	case crediting.Numeric:
		f.Scale = crediting.NumericScale
	case crediting.Date:
		if s.Incentive < 0 && !f.Optional {
			s.Incentive = len(s.Fields)
		}
	}
	s.Fields = append(s.Fields, f)
}

// measures reads the declared aggregates.
func (l *loader) measures(n *doc.Node) {
	for _, p := range n.Pairs("a mapping of measures") {
		t, ok := p.Value.Text("a measure, such as `sum of bookings, quarter to date`")
		if !ok {
			continue
		}
		m, err := measure.Parse(p.Name, t)
		if err != nil {
			p.Value.Fail("measure", "", "%v", err)
			continue
		}
		m.At = p.Key.Span()
		if _, ok := l.program.Type(m.Of); !ok {
			p.Value.Fail("unknown-credit-type", l.didYouMeanType(m.Of), "no rule gives credit of type %q", m.Of)
			continue
		}
		if m.How == measure.CountDistinct && !slices.ContainsFunc(l.program.Rules.Schemas, func(s *crediting.Schema) bool { return s.Index(m.Field) >= 0 }) {
			p.Value.Fail("unknown-field", "", "no event has a field %q", m.Field)
			continue
		}
		l.program.Measures = append(l.program.Measures, m)
	}
}

package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/market"
	"github.com/payproof/payproof/compensation/plan/internal/measures"
	"github.com/payproof/payproof/compensation/plan/internal/prorating"
	"github.com/payproof/payproof/compensation/plan/internal/settings"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/convert"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// company reads payproof.yaml.
func (l *loader) company(f *doc.File, root *doc.Node) {
	defer func() { l.take(f) }()
	if root == nil {
		l.typesVague, l.measuresVague = true, true
		return
	}
	l.companyRoot = root
	defer func() { l.companyLater, l.later = l.later, nil }()
	fields, _ := l.keys(root, shape.Company())
	if n := fields["company"]; n != nil {
		l.program.Company, _ = n.Text("a name")
	}
	l.basics(fields)
	for _, key := range []string{"weekend", "holidays"} {
		if n := fields[key]; n != nil {
			l.conform(n, shape.Company(), key)
		}
	}
	l.days = prorating.Company(fields["weekend"], fields["holidays"])
	if n := fields["fx"]; n != nil {
		l.conform(n, shape.Company(), "fx")
		l.program.Conversion, l.program.Exchange = settings.Conversion(n)
	}
	if n := fields["late"]; n != nil {
		l.conform(n, shape.Company(), "late")
		l.program.Late = settings.Late(n)
	}
	if n := fields["order by"]; n != nil {
		l.conform(n, shape.Company(), "order by")
		l.order = settings.Order(n)
	}
	if n := fields["events"]; n != nil {
		l.events(n)
		l.converts() // before anything reads how many places an amount has
	}
	l.market = market.Market{Schemas: l.program.Rules.Schemas, Suggest: l.didYouMean}
	if n := fields["dimensions"]; n != nil {
		l.market.Dimensions(n)
	}
	if n := fields["territories"]; n != nil {
		l.territories(n)
	}
	if n := fields["credit"]; n != nil {
		l.credit(n)
	}
	l.typesVague = l.typesVague || fields["credit"] == nil || fields["events"] == nil
	if n := fields["measures"]; n != nil {
		l.measures(n)
	}
	l.measuresVague = l.measuresVague || fields["measures"] == nil
	if n := fields["relations"]; n != nil {
		l.conform(n, shape.Company(), "relations")
		l.program.Relations = relations(n)
	}
	l.filesNode = fields["files"]
}

// converts checks that events which are stated in several currencies can be converted, all of a kind by one field.
func (l *loader) converts() {
	c := &l.program.Conversion
	for _, s := range l.program.Rules.Schemas {
		if !convert.Converts(s) {
			continue
		}
		file := l.companyRoot.File()
		currencies := 0
		for _, f := range s.Fields {
			if f.Currency {
				currencies++
			}
		}
		switch at := s.Index(c.Field); {
		case currencies > 1:
			file.Found = append(file.Found, source.Errorf("two-currencies", s.At, "%q has %d fields with a currency, and an event is stated in one", s.Kind, currencies).
				WithHint("keep one of them as `currency`, and make the others `key`"))
		case c.Set == "":
			file.Found = append(file.Found, source.Errorf("rates-unnamed", s.At, "%q is stated in several currencies, and nothing says by which rates it is converted", s.Kind).
				WithHint("add `fx: {measure: plan rate}`, and the rates of that name to fx.csv"))
		case c.Field != "" && l.dated(c.Field) && (at < 0 || s.Fields[at].Type != crediting.Date): // where no event has it, conform says so
			file.Found = append(file.Found, source.Errorf("unknown-field", c.At, "the day of the rate, %q, is no date of %s", c.Field, s.Kind).
				WithHint("name a date field of every kind that has a currency, or leave `on …` out for the incentive date"))
		}
		convert.Extend(s)
	}
}

func (l *loader) basics(fields map[string]*doc.Node) {
	if n := fields["currency"]; n != nil {
		if t, ok := n.Text("a currency code"); ok {
			c, err := money.ParseCurrency(t)
			if err != nil {
				noName(n, "currency", err)
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
				noName(n, "rounding", err)
			}
			l.program.Rounding = r
		}
	}
}

// noName reports a text that names nothing of its kind.
func noName(n *doc.Node, code string, err error) {
	n.Fail(code, "", "%s", strings.TrimPrefix(err.Error(), "money: "))
}

// events reads the kinds of event and their fields.
func (l *loader) events(n *doc.Node) {
	for _, kind := range n.Pairs("a mapping of kinds of event") {
		s := &crediting.Schema{Kind: dataKey(kind.Key, kind.Name), Currency: l.program.Currency, Incentive: -1, Order: l.order, At: kind.Key.Span()}
		var incentive, reversal *doc.Node
		for _, p := range kind.Value.Pairs("a mapping of fields to their types") {
			if p.Name == shape.IncentiveDate {
				incentive = p.Value
				continue
			}
			if p.Name == "reversal of" {
				reversal = p.Value
				continue
			}
			l.field(s, p)
		}
		if incentive == nil || l.incentive(s, incentive) {
			n.File().Found = append(n.File().Found, s.Check()...)
		}
		if reversal != nil {
			l.reversal(s, reversal)
		}
		l.program.Rules.Schemas = append(l.program.Rules.Schemas, s)
	}
}

// incentive reads which date field selects period, rules and rates.
func (l *loader) incentive(s *crediting.Schema, n *doc.Node) bool {
	name, ok := n.Text("the name of a date field")
	if !ok {
		return false
	}
	if s.Incentive = s.Index(name); s.Incentive < 0 {
		n.Fail("unknown-field", l.didYouMean(name, s.Names()), "the incentive date %q is not a field of %s", name, s.Kind)
	}
	return s.Incentive >= 0
}

// reversal reads which field names the event that is taken back. With a fault it is what was probably meant, so that the
// kind is not taken for one that rules credit.
func (l *loader) reversal(s *crediting.Schema, n *doc.Node) {
	name, ok := n.Text("the name of a field of type key")
	if !ok {
		return
	}
	i := s.Index(name)
	if i < 0 {
		n.Fail("unknown-field", l.didYouMean(name, s.Names()), "what is reversed is named by %q, which is not a field of %s", name, s.Kind)
		s.Reversal = source.Nearest(name, s.Names())
		return
	}
	s.Reversal = name
	if s.Fields[i].Type != crediting.Key {
		n.Fail("reversal-field", "write `"+name+": key`, or `"+name+": key?` where some of the events reverse nothing", "the field %q is no key, and names no event", name)
	}
}

func (l *loader) field(s *crediting.Schema, p doc.Pair) {
	f := crediting.Field{Name: p.Name}
	if slices.Contains(shape.EventKind().Reserved, p.Name) {
		p.Key.Fail("reserved-name", "remove it", "every event has the field %q, which is not declared", p.Name)
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
		if name, optional := strings.CutSuffix(t, "?"); name == "currency" {
			f.Type, f.Optional, f.Currency = crediting.Key, optional, true
		} else if f.Type, f.Optional, err = crediting.ParseFieldType(t); err != nil {
			p.Value.Fail("field-type", "", "%v", err)
			// What was probably meant, so that the field is not said to be unknown as well.
			near := source.Nearest(t, []string{"count", "date", "key", "money", "number", "payee"})
			if f.Type, _, err = crediting.ParseFieldType(near); err != nil {
				return
			}
		}
	}
	if f.Scale = f.Type.Scale(s.Currency); f.Type == crediting.Date && s.Incentive < 0 && !f.Optional {
		s.Incentive = len(s.Fields)
	}
	s.Fields = append(s.Fields, f)
}

// measures reads the declared aggregates.
func (l *loader) measures(n *doc.Node) {
	scope := measures.Scope{
		Schemas:  l.program.Rules.Schemas,
		Kinds:    l.kinds,
		Unknown:  func(n *doc.Node, name string) { l.unknownType(n, name, "no rule gives credit of type %q", name) },
		Where:    l.condition,
		Readable: readable,
		Weight: func(n *doc.Node, s *crediting.Schema) *dsl.Formula {
			return l.formula(n, dsl.Env{Inputs: s.Inputs("")})
		},
	}
	var vague bool
	l.program.Measures, vague = measures.Read(n, scope)
	l.measuresVague = l.measuresVague || vague
}

// kinds are the kinds of event for which credit of a type is given, also of those that it is
// rolled up from, and whether it is passed up to those who have it.
func (l *loader) kinds(credit string) (out []*crediting.Schema, passedUp bool) {
	types, rules := []string{credit}, l.program.Rules
	for _, r := range slices.Backward(rules.RollUps) {
		if slices.Contains(types, r.As) {
			types, passedUp = append(types, r.Of), true
		}
	}
	for _, s := range rules.Schemas {
		if slices.ContainsFunc(rules.Rules, func(r crediting.Rule) bool { return r.Kind == s.Kind && gives(&r, types) }) {
			out = append(out, s)
		}
	}
	return out, passedUp
}

// relations reads the relationships that there are. What has not its shape is found by package conform.
func relations(n *doc.Node) []Relation {
	out := []Relation{}
	if n.IsList() {
		for m := range n.List("a list of relationships") {
			if m.IsScalar() {
				out = append(out, Relation{Name: dataKey(m, m.Raw()), At: m.Span()})
			}
		}
		return out
	}
	for _, p := range mapped(n) {
		r := Relation{Name: dataKey(p.Key, p.Name), At: p.Key.Span()}
		text := func(key string) string {
			if v := p.Value.Get(key); v != nil {
				return v.Raw()
			}
			return ""
		}
		r.From, r.To, r.Whole = text("from"), text("to"), text("shares") == "whole"
		r.AtMost, _ = strconv.Atoi(text("at most"))
		out = append(out, r)
	}
	return out
}

// Seasonal reports whether a plan divides quotas of a year of a measure.
func (p *Program) Seasonal(measure string) bool {
	return slices.ContainsFunc(p.Plans, func(of Plan) bool {
		rule, ok := of.Quota(measure)
		return ok && rule.Season != nil
	})
}

// Causes are those for which plans reduce quotas, as edges named [ReliefEdge] lead to them.
func (p *Program) Causes() (out []string) {
	for i := range p.Plans {
		for _, q := range p.Plans[i].Quotas {
			for _, r := range q.Relief {
				if !slices.Contains(out, r.Cause) {
					out = append(out, r.Cause)
				}
			}
		}
	}
	return out
}

// ReliefEdge is the relationship from a payee to a cause on whose days less of a quota is due.
const ReliefEdge = "relief"

// Cuts reports whether anything but a change of plan may cut a period, or what it cuts may go on.
func (p *Program) Cuts() bool {
	return slices.ContainsFunc(p.Plans, func(of Plan) bool {
		return of.Segments != nil || slices.ContainsFunc(of.Quotas, func(q QuotaRule) bool { return !q.From.IsZero() })
	})
}

// dated reports whether some kind of event has a date of a name.
func (l *loader) dated(name string) bool {
	return slices.ContainsFunc(l.program.Rules.Schemas, func(s *crediting.Schema) bool {
		at := s.Index(name)
		return at >= 0 && s.Fields[at].Type == crediting.Date
	})
}

package plan

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/holds"
	"github.com/payproof/payproof/compensation/plan/internal/payterms"
	"github.com/payproof/payproof/compensation/plan/internal/prorating"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/hold"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
)

// planLoader reads one plan file.
type planLoader struct {
	*loader
	plan   Plan
	tables map[string]table.Table
	names  []string // of the components, also of those with a fault
	fine   map[string]uint8

	// What elsewhere gave, by whether for each credit, once the components' names are known.
	notHere map[bool]map[string]string

	clawback   *doc.Node // checked when the components are known; nil: there is none
	objectives *doc.Node
	pools      *doc.Node
}

func (l *loader) plan(f *doc.File, root *doc.Node) {
	p := planLoader{loader: l, tables: map[string]table.Table{}, notHere: map[bool]map[string]string{}}
	defer func() {
		p.checkLater(l.later)
		l.later = nil
		l.take(f)
	}()
	if root == nil {
		return
	}
	p.plan.At = root.Span()
	fields, ok := l.keys(root, shape.Plan())
	p.clawback, p.objectives, p.pools = fields["clawback"], fields["objectives"], fields["pool"]
	if !ok {
		return
	}
	p.head(fields)
	if n := fields["personal"]; n != nil {
		p.personal(n)
	}
	if n := fields["prorate"]; n != nil {
		p.conform(n, shape.Plan(), "prorate")
		p.plan.Prorate = prorating.Plan(n, p.days)
	}
	if n := fields["segments"]; n != nil {
		p.segments(n)
	}
	if n := fields["quota"]; n != nil {
		p.quota(n)
	}
	p.prorates(fields["prorate"])
	if n := fields["tables"]; n != nil {
		p.allTables(n)
	}
	p.components(fields["components"])
	if n := fields["caps"]; n != nil {
		p.caps(n)
	}
	p.holds(fields)
	p.preciseHeld(fields["components"])
	for _, key := range payterms.Keys() {
		if n := fields[key]; n != nil {
			p.conform(n, shape.Plan(), key)
		}
	}
	p.plan.Terms = payterms.Read(fields, p.program.Currency)
	if p.clawback != nil {
		p.conform(p.clawback, shape.Plan(), "clawback")
		p.plan.Clawback = payterms.Clawback(p.clawback)
		p.clawbacks()
	}
	if n := fields["windfall"]; n != nil {
		p.windfall(n)
	}
	l.program.Plans = append(l.program.Plans, p.plan)
}

func (p *planLoader) head(fields map[string]*doc.Node) {
	if id, ok := fields["plan"].Text("a name"); ok {
		p.plan.ID = fact.PlanID(dataKey(fields["plan"], id))
	}
	p.plan.At = fields["plan"].Span()
	p.plan.Version, _ = fields["version"].Text("a version")
	if n := fields["effective"]; n != nil {
		p.plan.Effective = dateRange(n)
	}
	if n := fields["after expiry"]; n != nil {
		p.conform(n, shape.Plan(), "after expiry")
		p.plan.Stops = n.Raw() == "stop"
	}
	n := fields["for"]
	if n == nil {
		return
	}
	t, _ := n.Text("who the plan is for, such as `role AE`")
	roles, ok := strings.CutPrefix(t, "role ")
	if !ok {
		n.Fail("wrong-shape", "write `for: role AE`, or leave it out and assign payees by name", "%q does not say whom the plan is for", t)
		return
	}
	for r := range strings.SplitSeq(roles, ",") {
		p.plan.Roles = append(p.plan.Roles, dataKey(n, strings.TrimSpace(r)))
	}
}

// personal reads the values that an assignment may set.
func (p *planLoader) personal(n *doc.Node) {
	currency := p.program.Currency
	for _, v := range n.Pairs("a mapping of personal values to their types") {
		t, ok := v.Value.Text("money, ratio or count")
		if !ok {
			continue
		}
		made := Personal{Name: v.Name}
		switch kind, per, _ := strings.Cut(t, " per "); kind {
		case "money":
			made.Per, _ = calendar.ParseUnit(per)
			made.Unit, made.Scale = dsl.Money(currency.String()), uint8(max(0, currency.Digits()))
		case "ratio":
			made.Unit, made.Scale = dsl.Ratio, 6
		case "count":
			made.Unit = dsl.Counted
		default:
			v.Value.Fail("field-type", "write money, ratio or count", "%q is not a type of personal value", t)
			continue
		}
		p.plan.Personal = append(p.plan.Personal, made)
	}
}

// prorates refuses what shrinks, and is not there.
func (p *planLoader) prorates(n *doc.Node) {
	by := p.plan.Prorate
	if by.Quota && len(p.plan.Quotas) == 0 {
		n.Fail("prorate", "write `quota:`, too", "the plan has no quota that could shrink")
	}
	if by.TargetPay && !slices.ContainsFunc(p.plan.Personal, func(v Personal) bool { return v.Per != 0 }) {
		n.Fail("prorate", "write `personal: {target: money per year}`, with the time that the amount is for", "the plan has no target pay: no personal value is an amount for a time")
	}
}

// segments reads what changes inside a period do.
func (p *planLoader) segments(n *doc.Node) {
	p.conform(n, shape.Plan(), "segments")
	if !n.IsMapping() {
		return
	}
	p.plan.Segments = prorating.Segments(n)
	if t := n.Get("target pay"); t != nil && !slices.ContainsFunc(p.plan.Personal, func(v Personal) bool { return v.Per != 0 }) {
		t.Fail("segments", "write `personal: {target: money per year}`, with the time that the amount is for", "the plan has no target pay that could change: no personal value is an amount for a time")
	}
}

func (p *planLoader) quota(n *doc.Node) {
	for _, q := range n.Pairs("a mapping of measures to their quota rules") {
		m, ok := p.program.Measure(q.Name)
		if !ok {
			p.unknownMeasure(q.Key, q.Name, p.measureNames())
			continue
		}
		if !m.Periodic() {
			q.Key.Fail("quota-window", "state quotas of a measure over a month, quarter, half or year", "%s is %s: no period has a quota of it", q.Name, m)
			continue
		}
		rule := QuotaRule{Measure: q.Name, At: q.Key.Span()}
		fields, _ := p.keys(q.Value, shape.QuotaRule())
		if w := fields["window"]; w != nil {
			if t, _ := w.Text("a window"); t != m.Window.String() {
				w.Fail("quota-window", "write `window: "+m.Window.String()+"`, or change the measure", "the measure %s is of a %s, its quota of a %s", q.Name, m.Window, t)
			}
		}
		if w := fields["without quota"]; w != nil {
			rule.Without = without(w)
		}
		for _, key := range []string{"seasonality", "ramp", "relief", "when changed"} {
			if n := fields[key]; n != nil {
				p.conform(n, shape.QuotaRule(), key)
			}
		}
		rule.Quota = p.days.Rule(q.Key, fields, m.Window, p.plan.Prorate)
		p.plan.Quotas = append(p.plan.Quotas, rule)
	}
}

func without(n *doc.Node) Without {
	switch t, _ := n.Text("error, skip, 0% or 100%"); t {
	case "error":
	case "skip":
		return WithoutSkip
	case "0%":
		return WithoutNone
	case "100%":
		return WithoutAll
	default:
		n.Fail("wrong-shape", "write error, skip, 0% or 100%", "%q does not say what happens without a quota", t)
	}
	return WithoutError
}

// unknownMeasure reports a measure that is not declared, when all declared ones are sound.
func (p *planLoader) unknownMeasure(n *doc.Node, name string, known []string) {
	if !p.measuresVague {
		n.Fail("unknown-measure", p.didYouMean(name, known), "unknown measure %q", name)
	}
}

func (p *planLoader) measureNames() (out []string) {
	for _, m := range p.program.Measures {
		out = append(out, m.Name)
	}
	return out
}

// caps reads the limits.
func (p *planLoader) caps(n *doc.Node) {
	for c := range n.List("a list of caps") {
		fields, ok := keys(c, shape.Cap())
		if !ok {
			continue
		}
		made := Cap{At: c.Span()}
		for _, name := range fields["of"].Texts("the names of components") {
			if !slices.Contains(p.names, name) {
				fields["of"].Fail("unknown-component", p.didYouMean(name, p.names), "unknown component %q", name)
			}
			made.Of = append(made.Of, name)
		}
		if s := fields["spread"]; s != nil {
			switch t, _ := s.Text("last first"); t {
			case "last first":
			case "pro rata":
				made.ProRata = true
			default:
				s.Fail("wrong-shape", "write last first or pro rata", "%q is not a way to spread a cap", t)
			}
		}
		if made.Limit, made.Window = p.limit(fields["at"]); made.Window != 0 {
			p.plan.Caps = append(p.plan.Caps, made)
		}
	}
}

// holds reads what is kept back of what the plan pays or credits.
func (p *planLoader) holds(fields map[string]*doc.Node) {
	for _, key := range []string{"hold", "pay"} {
		n := fields[key]
		if n == nil {
			continue
		}
		p.conform(n, shape.Plan(), key)
		made := Hold{}
		if n.IsMapping() && holds.What(n) == hold.Credit {
			p.heldCredit(n, &made)
		} else {
			p.heldPay(n, &made)
		}
		if made.Hold != nil {
			p.plan.Holds = append(p.plan.Holds, made)
		}
	}
}

// heldPay reads a hold of pay: of components that pay for each credit, since events release it.
func (p *planLoader) heldPay(n *doc.Node, made *Hold) {
	named, some := holds.Texts(n, "of")
	if slices.ContainsFunc(named, func(name string) bool { return !slices.Contains(p.names, name) }) || some && len(named) == 0 {
		return // which is found elsewhere
	}
	types, _ := holds.Texts(n, "credit")
	var of []string // kinds of event
	for _, c := range p.plan.Components {
		if some && !slices.Contains(named, c.Name) || types != nil && !slices.Contains(types, c.Credit) {
			continue
		}
		if c.Credit == "" {
			if some {
				n.Get("of").Fail("hold-nothing", "name components that pay `for each` credit", "%s pays by the period: no event releases that", c.Name)
			}
			continue
		}
		for _, h := range p.plan.Holds {
			if slices.Contains(h.Components, c.Name) {
				d := source.Errorf("hold-twice", n.Span(), "%s is held by `hold:` and by `pay:`", c.Name)
				n.File().Found = append(n.File().Found, d.WithNote(h.At, "the other").WithHint("say with `of:` which components each is about"))
			}
		}
		made.Components = append(made.Components, c.Name)
		kinds, _ := p.kinds(c.Credit)
		of = append(of, kindNames(kinds, of)...)
	}
	if len(made.Components) == 0 {
		if !n.File().Found.HasErrors() {
			n.Fail("hold-nothing", "leave it out", "no component that it is about pays `for each` credit, so that it holds nothing")
		}
		return
	}
	if parts := n.Get("parts"); parts != nil {
		n = parts
	}
	if n.IsMapping() {
		made.Hold = holds.Until(n, of, p.program.Rules.Schemas)
	} else {
		made.Hold = holds.Schedule(n, of, p.program.Rules.Schemas)
	}
}

// heldCredit reads a hold of credit.
func (p *planLoader) heldCredit(n *doc.Node, made *Hold) {
	if of := n.Get("of"); of != nil {
		of.Fail("key-alone", "write `credit:` with the types of credit, or `what: payment`", "`of:` is about what components pay, but credit is held")
		return
	}
	types, some := holds.Texts(n, "credit")
	var of []string
	for _, t := range p.program.Types {
		if some && !slices.Contains(types, t.Name) {
			continue
		}
		made.Types = append(made.Types, t.Name)
		kinds, _ := p.kinds(t.Name)
		of = append(of, kindNames(kinds, of)...)
	}
	if len(made.Types) > 0 {
		made.Hold = holds.Until(n, of, p.program.Rules.Schemas)
	}
}

// ruleHold reads the hold of a rule.
func (l *loader) ruleHold(id fact.RuleID, n *doc.Node, of ...*crediting.Schema) {
	l.conform(n, shape.Rule(), "hold")
	if h := holds.Until(n, kindNames(of, nil), l.program.Rules.Schemas); h != nil {
		if l.program.holds == nil {
			l.program.holds = map[fact.RuleID]*hold.Hold{}
		}
		l.program.holds[id] = h
		l.program.ruleHoldsPay = l.program.ruleHoldsPay || h.What == hold.Payment
	}
}

// kindNames are the names of kinds of event that are not among some.
func kindNames(kinds []*crediting.Schema, but []string) (out []string) {
	for _, s := range kinds {
		if !slices.Contains(but, s.Kind) {
			out = append(out, s.Kind)
		}
	}
	return out
}

// limit reads "60_000 USD per year".
func (p *planLoader) limit(n *doc.Node) (money.Amount, calendar.Unit) {
	t, ok := n.Text("an amount per window, such as `60_000 USD per year`")
	if !ok {
		return money.Amount{}, 0
	}
	words := strings.Fields(t)
	if len(words) != 4 || words[2] != "per" {
		n.Fail("wrong-shape", "write 60_000 USD per year", "%q is not an amount per window", t)
		return money.Amount{}, 0
	}
	unit, err := calendar.ParseUnit(words[3])
	if err != nil || unit < calendar.UnitMonth {
		n.Fail("wrong-shape", "write per month, quarter, half or year", "%q is not a window of a cap", words[3])
		return money.Amount{}, 0
	}
	if p.program.Currency.IsZero() {
		return money.Amount{}, 0 // which has been reported
	}
	cur, err := money.ParseCurrency(words[1])
	if err != nil || cur != p.program.Currency {
		n.Fail("currency", "write "+p.program.Currency.String(), "the plan is paid in %s, the cap is in %s", p.program.Currency, words[1])
		return money.Amount{}, 0
	}
	a, err := money.Parse(strings.ReplaceAll(words[0], "_", ""), cur)
	if err != nil || a.Sign() < 0 {
		n.Fail("number", "write 60_000 USD per year", "%q is not an amount of zero or more", words[0])
		return money.Amount{}, 0
	}
	return a, unit
}

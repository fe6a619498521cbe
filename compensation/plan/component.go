package plan

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/paybase"
	"github.com/payproof/payproof/compensation/plan/internal/prorating"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

func (p *planLoader) components(n *doc.Node) {
	pairs := n.Pairs("a mapping of components")
	paybase.Weights(pairs)
	for _, c := range pairs {
		p.names = append(p.names, c.Name)
	}
	p.nameOthers(pairs)
	for _, c := range pairs {
		if made, ok := p.component(c); ok {
			p.plan.Components = append(p.plan.Components, made)
		}
	}
	p.scoredGoals()
	p.pool()
	p.earned()
}

func (p *planLoader) component(n doc.Pair) (Component, bool) {
	c := Component{Name: n.Name, At: n.Key.Span()}
	before := len(p.later)
	fields, ok := p.keys(n.Value, shape.Component())
	if !ok || !p.base(n, fields, &c) {
		return c, false
	}
	for i := range p.later[before:] {
		p.later[before+i].of = &c
	}
	if r := fields["round"]; r != nil {
		switch t, _ := r.Text("cumulative or each line"); t {
		case "cumulative":
		case "each line":
			c.EachLine = true
		default:
			r.Fail("wrong-shape", "write cumulative or each line", "%q is not a way to round", t)
		}
	}
	if n := fields["precision"]; n != nil {
		p.conform(n, shape.Component(), "precision")
		c.Precision = paybase.ReadPrecision(n)
	}
	others := othersIn(fields["gate"], fields["pays"], fields["multiplier"])
	p.scope(&c, others)
	wrong := p.earnings(&c, fields["gate"], fields["pays"], fields["multiplier"])
	p.weighted(fields["weight"], &c)
	env := dsl.Env{Inputs: c.Inputs, Tables: p.tables, Elsewhere: p.elsewhere(c, others, wrong), On: "period.end"}
	if c.Credit != "" {
		env.On = creditDate
	}
	for _, f := range []struct {
		key  string
		want dsl.Unit
		to   **dsl.Formula
	}{{"gate", dsl.BoolUnit, &c.Gate}, {"pays", dsl.Money(p.program.Currency.String()), &c.Pays}, {"multiplier", dsl.Ratio, &c.Multiplier}} {
		n := fields[f.key]
		if n == nil {
			continue
		}
		env.Want = &f.want
		if *f.to = p.formula(n, env); *f.to == nil {
			return c, false
		}
		if f.key == "gate" {
			c.Known = p.known(c)
		}
		p.windows(n, c, *f.to)
		p.carried(n, &c, *f.to)
	}
	if n := fields["until known"]; n != nil {
		p.conform(n, shape.Component(), "until known")
		if c.PayFirst = n.Raw() == "pay and re-derive"; c.Known == 0 && c.Gate != nil {
			n.Fail("until-known", "remove it", "what %s asks for is known whenever it pays: no measure of its gate is over a longer window that is still open", c.Name)
		}
	}
	if n := fields["weight"]; n != nil && !c.Uses(weight) {
		n.Fail("weight-unused", "write what it is a part of, such as `pays: personal.target * weight * attainment(bookings)`, or remove it", "no formula of %s uses `weight`, so that it changes nothing", c.Name)
	}
	p.targets(fields["pays"], &c)
	p.dueSoFar(fields["quota"], &c)
	return c, true
}

// weight names a component's weight in its formulas.
const weight = "weight"

// weighted reads the weight of a component, and declares it.
func (p *planLoader) weighted(n *doc.Node, c *Component) {
	if n == nil {
		return
	}
	p.conform(n, shape.Component(), "weight")
	if _, is := p.tables[weight]; is || hasInput(c.Inputs, weight) {
		n.Fail("weight-name", "give that another name", "formulas of %s can't tell its weight from the measure or the table of that name", c.Name)
		return
	}
	c.Weight, _ = paybase.Share(n)
	c.Inputs = append(c.Inputs, dsl.Input{Name: weight, Unit: dsl.Ratio, Scale: uint8(max(0, -c.Weight.Exponent())), Doc: "the part of the target pay that the component is worth"})
	c.Slots = append(c.Slots, Slot{From: FromWeight})
}

// elsewhere are the names that a component's formulas cannot use, and why. Components that
// pay for each credit share one map, the others another.
func (p *planLoader) elsewhere(c Component, others []string, wrong map[string]string) map[string]string {
	out := p.notHere[c.Credit != ""]
	if out == nil {
		out = p.elsewhereOf(c.Credit != "")
		p.notHere[c.Credit != ""] = out
	}
	maps.Copy(out, wrong)
	for _, slot := range others {
		switch {
		case c.Credit != "":
			out[slot] = "in a formula for each credit, write before(…) or after(…) of a measure that is declared with `of:`"
		case !hasInput(c.Inputs, slot):
			out[slot] = "write team(m), company(m), or of(below, m), of(payee with below, m), of(team along pod, m), of(role NAME, m), where m is a measure of the payee"
		}
	}
	return out
}

// elsewhereOf are those of the names that all such components have in common.
func (p *planLoader) elsewhereOf(eachCredit bool) map[string]string {
	out := make(map[string]string, len(p.names))
	for _, name := range p.names {
		if out[name] = "it is a component: write earned(" + name + ", month to date), or another window, for what it earned"; eachCredit {
			out[name] = "it is a component: what one earned, only those can use that pay by the period; use the measure it is paid on"
		}
	}
	for _, t := range p.program.Types {
		if _, ok := p.program.Measure(t.Name); !ok && t.Name != "amount" {
			out[t.Name] = "it is a credit type: declare a measure of it, such as `sum of " + t.Name + ", quarter to date`"
		}
	}
	if !eachCredit {
		return out
	}
	for _, m := range p.program.Measures {
		switch {
		case m.Kind != "":
			for _, name := range []string{m.Name, "before(" + m.Name + ")", "after(" + m.Name + ")"} {
				out[name] = "it is of events, which have no place among credits: use it in a component that pays every month, or declare a measure of credit"
			}
		case !m.Moves():
			out["before("+m.Name+")"] = "a credit does not change it: write " + m.Name
			out["after("+m.Name+")"] = "a credit does not change it: write " + m.Name
		}
	}
	return out
}

// base reads what the component pays for.
func (p *planLoader) base(n doc.Pair, fields map[string]*doc.Node, c *Component) bool {
	for _, key := range []string{"once", "quota", "never falls", "re-rate"} {
		if v := fields[key]; v != nil {
			p.conform(v, shape.Component(), key)
		}
	}
	base, ok := paybase.Read(n.Value, paybase.World{Calendar: p.program.Calendar, Effective: p.plan.Effective, Fields: fields})
	c.Base = base
	_, known := p.program.Type(c.Credit)
	if ok && c.Credit != "" && (!known || !strings.HasPrefix(fields["for each"].Raw(), "credit of ")) {
		p.unknownType(fields["for each"], c.Credit, "%q is not `credit of` a type that a rule gives", fields["for each"].Raw())
		return false
	}
	return ok
}

// scope declares what the component's formulas may name.
func (p *planLoader) scope(c *Component, others []string) {
	add := func(in dsl.Input, s Slot) { c.Inputs, c.Slots = append(c.Inputs, in), append(c.Slots, s) }
	for _, m := range p.program.Measures {
		p.measureScope(c, m, add)
	}
	for _, slot := range others {
		if m, ok := p.program.Measured(slot); ok && c.Credit == "" && !hasInput(c.Inputs, slot) {
			unit, scale := p.program.MeasureUnit(m)
			add(dsl.Input{Name: slot, Unit: unit, Scale: scale, Doc: m.String()}, Slot{From: FromMeasure, Name: slot})
		}
	}
	for _, v := range p.plan.Personal {
		add(dsl.Input{Name: "personal." + v.Name, Unit: v.Unit, Scale: v.Scale, Doc: "set by the payee's assignment"}, Slot{From: FromPersonal, Name: v.Name})
	}
	add(dsl.Input{Name: "period.start", Unit: dsl.DateUnit, Doc: "the first day of the period"}, Slot{From: FromStart})
	add(dsl.Input{Name: "period.end", Unit: dsl.DateUnit, Doc: "the last day of the period"}, Slot{From: FromEnd})
	if c.Credit == "" {
		return
	}
	t, _ := p.program.Type(c.Credit)
	add(dsl.Input{Name: "amount", Unit: t.Unit, Scale: t.Scale, Doc: "the credit's amount"}, Slot{From: FromAmount})
	add(dsl.Input{Name: "share", Unit: dsl.Ratio, Scale: 16, Doc: "the credit's share of what its rule gave"}, Slot{From: FromShare})
	add(dsl.Input{Name: creditDate, Unit: dsl.DateUnit, Doc: "the credit's incentive date"}, Slot{From: FromDate})
	kinds, _ := p.kinds(c.Credit)
	for _, s := range kinds {
		for _, in := range s.Inputs("event.") {
			in.Optional = slices.ContainsFunc(kinds, func(other *crediting.Schema) bool { return !alwaysHas(other, in) })
			if !hasInput(c.Inputs, in.Name) {
				add(in, Slot{From: FromEvent, Name: strings.TrimPrefix(in.Name, "event.")})
			}
		}
	}
}

// otherPeople are calls that make a measure of other people of a payee's.
var otherPeople = regexp.MustCompile(`\b(?:(team|company)|of)\(([^(),]+)(?:,([^(),]+))?\)`)

// othersIn are the slots of such calls in some formulas: whose they may be is not a closed
// list, since a role or an edge can be named.
func othersIn(formulas ...*doc.Node) (out []string) {
	for _, n := range formulas {
		if n == nil {
			continue
		}
		for _, call := range otherPeople.FindAllStringSubmatch(n.Raw(), -1) {
			one, two := strings.Join(strings.Fields(call[2]), " "), strings.Join(strings.Fields(call[3]), " ")
			if call[1] != "" {
				out = append(out, call[1]+"("+one+")")
			} else {
				out = append(out, "of("+one+", "+two+")")
			}
		}
	}
	return out
}

// gives reports whether a rule gives credit of one of some types.
func gives(r *crediting.Rule, types []string) bool {
	return slices.ContainsFunc(r.Gives(), func(g crediting.Given) bool { return slices.Contains(types, g.As) })
}

// alwaysHas reports whether every event of a kind has a field, alike.
func alwaysHas(kind *crediting.Schema, field dsl.Input) bool {
	return slices.ContainsFunc(kind.Inputs("event."), func(in dsl.Input) bool {
		return in.Name == field.Name && in.Unit == field.Unit && in.Scale == field.Scale && slices.Equal(in.Enum, field.Enum) && !in.Optional
	})
}

// creditDate names the credit's incentive date in formulas.
const creditDate = "credit.date"

func hasInput(inputs []dsl.Input, name string) bool {
	for _, in := range inputs {
		if in.Name == name {
			return true
		}
	}
	return false
}

func (p *planLoader) measureScope(c *Component, m measure.Measure, add func(dsl.Input, Slot)) {
	unit, scale := p.program.MeasureUnit(m)
	value := func(m measure.Measure) {
		add(dsl.Input{Name: m.Name, Unit: unit, Scale: scale, Doc: m.String()}, Slot{From: FromMeasure, Name: m.Name})
	}
	switch {
	case c.Credit == "":
		value(m)
	case m.Kind != "": // events have no place among credits
	case !m.Moves():
		value(m)
	default:
		add(dsl.Input{Name: m.Name, Unit: unit, Scale: scale, Running: true, Doc: m.String()}, Slot{From: FromNothing, Name: m.Name})
		add(dsl.Input{Name: "before(" + m.Name + ")", Unit: unit, Scale: scale, Doc: m.String() + ", before this credit"}, Slot{From: FromBefore, Name: m.Name})
		add(dsl.Input{Name: "after(" + m.Name + ")", Unit: unit, Scale: scale, Doc: m.String() + ", with this credit"}, Slot{From: FromAfter, Name: m.Name})
	}
	rule, ok := p.plan.Quota(m.Name)
	if ok && rule.Without.StandsIn() {
		if len(c.Slots) == 0 || c.Slots[len(c.Slots)-1].Name != m.Name {
			return // of which the component has no attainment
		}
		last := c.Slots[len(c.Slots)-1] // with this credit
		last.Attained = true
		add(dsl.Input{Name: "attained(" + m.Name + ")", Unit: unit, Scale: scale, Doc: m.String() + ", as attainment"}, last)
		add(dsl.Input{Name: "goal(" + m.Name + ")", Unit: unit, Scale: max(scale, QuotaScale), Doc: "the quota of " + m.Name + ", as attainment"}, Slot{From: FromQuota, Name: m.Name})
	} else if ok {
		add(dsl.Input{Name: "quota(" + m.Name + ")", Unit: unit, Scale: max(scale, QuotaScale), Doc: "the quota of " + m.Name}, Slot{From: FromQuota, Name: m.Name})
	}
}

// QuotaScale is the least number of decimal places that quotas are held with.
const QuotaScale = 2

// known is the longest window of a measure that the gate of a component that pays every period looks at, and that is still
// open when it pays; 0: there is none.
func (p *planLoader) known(c Component) (longest calendar.Unit) {
	for i, s := range c.Slots {
		if m, ok := p.program.Measured(s.Name); ok && s.From == FromMeasure && c.Gate.Uses(c.Inputs[i].Name) && Late(c, m) {
			longest = max(longest, m.Window)
		}
	}
	return longest
}

// Late reports whether a measure is known only after a component pays for a period.
func Late(c Component, m measure.Measure) bool {
	return c.Every != 0 && c.ToDate == 0 && m.Periodic() && !m.ToDate && m.Window > c.Every
}

// windows refuses a measure whose window does not fit the period that the
// component pays for.
func (p *planLoader) windows(n *doc.Node, c Component, f *dsl.Formula) {
	if c.Credit != "" {
		return
	}
	for i, s := range c.Slots {
		if s.From != FromMeasure || !f.Uses(c.Inputs[i].Name) {
			continue
		}
		m, _ := p.program.Measured(s.Name)
		length := m.Window
		if m.AsOf != 0 {
			length = m.AsOf
		}
		note := func(d source.Diagnostic) {
			n.File().Found = append(n.File().Found, d.WithNote(m.At, "the measure"))
		}
		switch {
		case c.Every == 0:
			if days, err := p.program.Calendar.Range(p.program.Calendar.PeriodOf(m.Window, c.Once)); m.Periodic() && !m.ToDate && err == nil && days.To != c.Once.AddDays(1) {
				note(source.Errorf("window-longer", n.Span(), "%s is known only at the end of the %s, the component pays on %s", m.Name, m.Window, c.Once).
					WithHint("write `%s to date` in the measure, or pay on %s", m.Window, days.To.AddDays(-1)))
			}
		case f == c.Gate && Late(c, m): // which waits
		case m.Reach == measure.This && m.Window > c.Every && !m.ToDate && m.AsOf == 0:
			note(source.Errorf("window-longer", n.Span(), "%s is known only at the end of the %s, the component pays every %s", m.Name, m.Window, c.Every).
				WithHint("write `%s to date` in the measure, or pay every %s", m.Window, m.Window))
		case m.AsOf == 0 && (m.Reach == measure.Rolling || m.Reach == measure.PlanDate || m.Reach == measure.Ever): // says how far back it looks
		case length < max(c.Every, c.ToDate):
			how := "pay every " + length.String()
			if c.ToDate != 0 {
				how = "pay the " + length.String() + " to date"
			}
			note(source.Errorf("window-shorter", n.Span(), "%s covers only the last %s of each %s that the component pays for", m.Name, length, max(c.Every, c.ToDate)).
				WithHint("declare a measure over the %s, or %s", max(c.Every, c.ToDate), how))
		}
	}
}

// targets finds the window of which target pay is prorated where a component reads it: its own period, or for each credit
// that of the quotas that stand beside it, so that a rate of target to quota stays what it is.
func (p *planLoader) targets(n *doc.Node, c *Component) {
	if !p.plan.Prorate.TargetPay {
		return
	}
	var name string
	var windows []calendar.Unit
	for i, s := range c.Slots {
		if !c.Pays.Uses(c.Inputs[i].Name) && (c.Gate == nil || !c.Gate.Uses(c.Inputs[i].Name)) {
			continue
		}
		switch s.From {
		case FromPersonal:
			if slices.ContainsFunc(p.plan.Personal, func(v Personal) bool { return v.Name == s.Name && v.Per != 0 }) {
				name = c.Inputs[i].Name
			}
		case FromQuota:
			if m, ok := p.program.Measure(s.Name); ok && !slices.Contains(windows, m.Window) {
				windows = append(windows, m.Window)
			}
		}
	}
	if name == "" {
		return
	}
	window := c.Every
	if c.ToDate != 0 {
		window = c.ToDate
	}
	if c.Credit != "" {
		if len(windows) != 1 {
			n.Fail("prorate", "pay it `every` period, or beside one quota, as in amount / quota(sold) * "+name, "%s is prorated, and nothing says of which period: a credit has none", name)
			return
		}
		window, c.Target = windows[0], windows[0]
	}
	if problem, hint := prorating.Fits(p.plan.Prorate.Basis.Method, window); problem != "" {
		d := source.Errorf("prorate", n.Span(), "%s is prorated here, but %s", name, problem)
		n.File().Found = append(n.File().Found, d.WithNote(p.plan.Prorate.At, "the proration").WithHint("%s", hint))
	}
}

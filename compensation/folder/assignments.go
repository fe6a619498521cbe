package folder

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/override"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/mapped"
)

// assignments reads assignments.csv.
func (l *loader) assignments() ([]compensation.Assignment, error) {
	f := layoutOf("assignments")
	f.strict = true
	personal := l.personalNames(f)
	for _, name := range personal {
		f.columns = append(f.columns, mapped.Column{Name: name, As: l.personalAs(name)})
	}
	var versions []version[compensation.Assignment]
	list, _, _, err := rows(l, f, func(r *row) compensation.Assignment {
		a := compensation.Assignment{Payee: l.payee(r, "payee"), Plan: fact.PlanID(r.key("plan")), Stamp: r.stamp()}
		if plans := l.plansOf(r, a.Plan); len(plans) > 0 {
			a.Personal = personalValues(r, plans, personal)
		}
		if !r.bad {
			versions = append(versions, version[compensation.Assignment]{string(a.Payee), a.Stamp, a, r.line()})
		}
		return a
	})
	if err != nil {
		return nil, err
	}
	conflicts(&l.found, "assignment-conflict", "the plan of", versions, sameAssignment)
	return list, nil
}

func sameAssignment(a, b compensation.Assignment) bool {
	return a.Plan == b.Plan && maps.EqualFunc(a.Personal, b.Personal, decimal.Decimal.Equal)
}

// personalNames are the personal values of all plans, in the order of the plan
// files, each once. One that has the name of another column can't be read.
func (l *loader) personalNames(f layout) (names []string) {
	for _, p := range l.program.Plans {
		for _, v := range p.Personal {
			switch {
			case v.Name == known || slices.Contains(f.names(), v.Name):
				l.found.add(source.Errorf("personal-name", p.At, "the personal value %q of the plan %s has the name of a column of %s", v.Name, p.ID, f.file()).
					WithHint("give it another name"))
			case !slices.Contains(names, v.Name):
				names = append(names, v.Name)
			}
		}
	}
	return names
}

// personalAs is what the column of a personal value holds. An amount may have the
// sign of its currency where the mapping names one, whatever other plans do with
// the name.
func (l *loader) personalAs(name string) mapped.As {
	as := mapped.Number
	for _, p := range l.program.Plans {
		for _, v := range p.Personal {
			switch {
			case v.Name != name:
			case v.Unit == dsl.Ratio && as == mapped.Number:
				as = mapped.Ratio
			case v.Unit != dsl.Ratio && v.Unit != dsl.Counted:
				as = mapped.Money
			}
		}
	}
	return as
}

// plansOf are the versions of the plan that a row names.
func (l *loader) plansOf(r *row, id fact.PlanID) (versions []plan.Plan) {
	var known []string
	for _, p := range l.program.Plans {
		known = append(known, string(p.ID))
		if p.ID == id {
			versions = append(versions, p)
		}
	}
	if len(versions) == 0 && id != "" {
		r.fail("plan", "unknown-plan", source.DidYouMean(string(id), known), "there is no plan %q", id)
	}
	return versions
}

// personalValues reads those that the row gives.
func personalValues(r *row, plans []plan.Plan, names []string) map[string]decimal.Decimal {
	values := map[string]decimal.Decimal{}
	for _, name := range names {
		if r.text(name) == "" {
			continue
		}
		declared := false
		for _, p := range plans {
			i := slices.IndexFunc(p.Personal, func(v plan.Personal) bool { return v.Name == name })
			if i >= 0 && !declared { // versions of one plan declare a value alike
				values[name], _ = r.personal(p.Personal[i])
				declared = true
			}
		}
		if !declared {
			r.fail(name, "personal-value", "leave it empty, or declare it under `personal:` of the plan", "the plan %s has no such personal value", plans[0].ID)
		}
	}
	return values
}

// personal reads a value in its unit: an amount, a ratio or a count.
func (r *row) personal(v plan.Personal) (d decimal.Decimal, ok bool) {
	if v.Unit == dsl.Ratio {
		return r.ratio(v.Name, v.Scale)
	}
	return r.number(v.Name, v.Scale)
}

// overrides reads overrides.csv.
func (l *loader) overrides() ([]override.Override, error) {
	var versions []version[override.Override]
	list, _, _, err := rows(l, layoutOf("overrides"), func(r *row) override.Override {
		o := override.Override{
			Payee: l.payee(r, "payee"), Plan: fact.PlanID(r.key("plan")), Value: r.name("value"), Reason: strings.TrimSpace(r.name("reason")), Author: r.key("author"), Stamp: r.stamp(),
		}
		if o.Reason == "" {
			r.fail("reason", "override-reason", "say in words why it is agreed", "there is no reason")
		}
		if plans := l.plansOf(r, o.Plan); len(plans) > 0 {
			l.overridden(r, plans, &o)
		}
		if !r.bad {
			versions = append(versions, version[override.Override]{string(o.Payee) + "\x00" + string(o.Plan) + "\x00" + o.Value, o.Stamp, o, r.line()})
		}
		return o
	})
	if err != nil {
		return nil, err
	}
	found := findings{}
	conflicts(&found, "override-conflict", "", versions, func(a, b override.Override) bool {
		return a.Amount.Equal(b.Amount) && a.Reason == b.Reason && a.Author == b.Author
	})
	for _, d := range found.all {
		d.Message = "the value has another override on some of these days already"
		d.Hint = "give them days of their own; if one replaces the other, give it a higher number in the column known"
		l.found.add(d)
	}
	return list, nil
}

// overridden reads the amount of an override in the unit of its value.
func (l *loader) overridden(r *row, plans []plan.Plan, o *override.Override) {
	var known []string
	for _, p := range plans {
		for _, v := range p.Personal {
			known = append(known, v.Name)
			if v.Name != o.Value {
				continue
			}
			if v.Unit == dsl.Ratio {
				o.Amount, _ = r.ratio("amount", v.Scale)
			} else {
				o.Amount, _ = r.number("amount", v.Scale)
			}
			return
		}
	}
	hint := "declare it under `personal:` of the plan"
	if len(known) > 0 {
		hint = source.DidYouMean(o.Value, known)
	}
	r.fail("value", "override-value", hint, "the plan %s has no personal value %q", o.Plan, o.Value)
}

package folder

import (
	"fmt"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/scores"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

// quotas reads quotas.csv.
func (l *loader) quotas() ([]quota.Quota, error) {
	var versions []version[quota.Quota]
	list, _, _, err := rows(l, layoutOf("quotas"), func(r *row) quota.Quota {
		q := quota.Quota{Payee: l.payee(r, "payee"), Known: r.known()}
		places := uint8(plan.QuotaScale)
		m, ok := l.measure(r)
		if ok {
			_, scale := l.program.MeasureUnit(m)
			q.Measure, places = m.Name, max(places, scale)
		}
		q.Period = l.period(r)
		if ok && !q.Period.IsZero() {
			l.fits(r, m, q.Period)
		}
		if q.Amount, _ = r.number("amount", places); q.Amount.IsNegative() {
			r.fail("amount", "quota-negative", "state an amount above zero, or leave the row out", "the quota %s is negative", r.text("amount"))
		}
		if !r.bad {
			subject := fmt.Sprintf("%s\n%s\n%s", q.Payee, q.Measure, l.program.Calendar.Format(q.Period))
			versions = append(versions, version[quota.Quota]{subject, fact.Stamp{Known: q.Known}, q, r.line()})
		}
		return q
	})
	if err != nil {
		return nil, err
	}
	l.twoQuotas(versions)
	l.wholesAndParts(versions)
	return list, nil
}

// wholesAndParts reports a quota of a period that the quotas of its parts contradict,
// such as a year beside its quarters.
func (l *loader) wholesAndParts(versions []version[quota.Quota]) {
	var sound []quota.Quota
	for _, v := range versions {
		sound = append(sound, v.says)
	}
	set, err := quota.NewSet(l.program.Calendar, fact.Of(sound...))
	if err != nil {
		return // two quotas of one period, which have been reported
	}
	for _, c := range set.Contradictions() {
		format := l.program.Calendar.Format
		parts := fmt.Sprintf("its parts %s to %s come", format(c.Parts[0].Period), format(c.Parts[len(c.Parts)-1].Period))
		if len(c.Parts) == 1 {
			parts = "its part " + format(c.Parts[0].Period) + " alone comes"
		}
		d := source.Errorf("quota-parts", placeOf(versions, c.Whole), "the quota of %s is %s, and %s to %s", format(c.Whole.Period), fact.DecimalText(c.Whole.Amount), parts, fact.DecimalText(c.Sum))
		for _, p := range c.Parts {
			d = d.WithNote(placeOf(versions, p), "%s: %s", format(p.Period), fact.DecimalText(p.Amount))
		}
		l.found.add(d.WithHint("correct one of them, or leave out the whole or its parts: a longer window is the sum of its parts"))
	}
}

// placeOf is the row that states a quota.
func placeOf(versions []version[quota.Quota], q quota.Quota) source.Span {
	for _, v := range versions {
		if v.says.Payee == q.Payee && v.says.Measure == q.Measure && v.says.Period == q.Period && v.says.Known == q.Known {
			return v.at
		}
	}
	return source.Span{}
}

// measure reads the name of a declared measure.
func (l *loader) measure(r *row) (measure.Measure, bool) {
	name := r.key("measure")
	m, ok := l.program.Measure(name)
	if !ok && name != "" {
		var known []string
		for _, m := range l.program.Measures {
			known = append(known, m.Name)
		}
		r.fail("measure", "unknown-measure", source.DidYouMean(name, known), "there is no measure %q", name)
	}
	return m, ok
}

func (l *loader) period(r *row) calendar.Period {
	p, err := l.program.Calendar.ParsePeriod(r.text("period"))
	if err != nil {
		r.fail("period", "period", "", "%v", err)
	}
	return p
}

// fits refuses a quota that nobody would look at: quotas of parts are added up to
// the measure's window, but a quota for a longer period is never cut into parts.
func (l *loader) fits(r *row, m measure.Measure, p calendar.Period) {
	if !m.Periodic() {
		r.fail("measure", "quota-window", "state quotas of a measure over a month, quarter, half or year", "the measure %s is %s: no period has a quota of it", m.Name, m)
		return
	}
	if p.Unit == calendar.UnitYear && l.program.Seasonal(m.Name) {
		return
	}
	if p.Unit == m.Window || p.Unit >= calendar.UnitMonth && p.Unit < m.Window {
		return
	}
	r.fail("period", "quota-window", fmt.Sprintf("state it for each %s", m.Window), "the measure %s is of a %s, and %s is a %s", m.Name, m.Window, r.text("period"), p.Unit)
}

// twoQuotas reports what quota.NewSet refuses, with places.
func (l *loader) twoQuotas(versions []version[quota.Quota]) {
	found := findings{}
	conflicts(&found, "quota-conflict", "", versions, func(a, b quota.Quota) bool { return a.Amount.Equal(b.Amount) })
	for _, d := range found.all {
		d.Message = "this payee, measure and period has another quota already"
		d.Hint = "keep one of them; if one replaces the other, give it a higher number in the column known"
		l.found.add(d)
	}
}

// scores reads scores.csv.
func (l *loader) scores() ([]scores.Score, error) {
	var versions []version[scores.Score]
	list, _, _, err := rows(l, layoutOf("scores"), func(r *row) scores.Score {
		s := scores.Score{Payee: l.payee(r, "payee"), Objective: r.key("objective"), By: l.payee(r, "by"), Known: r.known()}
		if s.Period = l.period(r); !s.Period.IsZero() && s.Objective != "" {
			l.scored(r, s)
		}
		if s.Value, _ = r.ratio("score", scores.Places); s.Value.IsNegative() {
			r.fail("score", "score-negative", "state a score of zero or more, or leave the row out", "the score %s is negative", r.text("score"))
		}
		if !r.bad {
			subject := fmt.Sprintf("%s\n%s\n%s", s.Payee, s.Objective, l.program.Calendar.Format(s.Period))
			versions = append(versions, version[scores.Score]{subject, fact.Stamp{Known: s.Known}, s, r.line()})
		}
		return s
	})
	if err != nil {
		return nil, err
	}
	found := findings{}
	conflicts(&found, "score-conflict", "", versions, func(a, b scores.Score) bool { return a.Value.Equal(b.Value) && a.By == b.By })
	for _, d := range found.all {
		d.Message = "this payee, objective and period has another score already"
		d.Hint = "keep one of them; if one replaces the other, give it a higher number in the column known"
		l.found.add(d)
	}
	return list, nil
}

// scored refuses the score of what no plan scores, or not for such a period.
func (l *loader) scored(r *row, s scores.Score) {
	var known []string
	unit := calendar.Unit(0)
	for o, of := range l.program.Scored() {
		if o == s.Objective && of == s.Period.Unit {
			return
		}
		if known = append(known, o); o == s.Objective {
			unit = of
		}
	}
	if unit == 0 {
		r.fail("objective", "unknown-objective", source.DidYouMean(s.Objective, known), "no plan has an objective %q that somebody scores", s.Objective)
		return
	}
	r.fail("period", "score-period", "state it for the "+unit.String(), "%s is scored by the %s, and %s is a %s", s.Objective, unit, r.text("period"), s.Period.Unit)
}

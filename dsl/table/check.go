package table

import (
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// text is a number as a message writes it.
func text(d decimal.Decimal) string { return fact.DecimalText(d) }

// Check lists what is wrong with the table: no tiers, a start that says nothing about
// what is below, tiers that overlap, repeat or leave gaps, a closed top, what gives no
// sense for the kind; and, as warnings, where more pays less.
func (t Table) Check() source.Diagnostics {
	var ds source.Diagnostics
	switch {
	case len(t.Versions) > 0:
		return t.checkVersions()
	case t.Kind == Matrix || t.Kind == Lookup:
		return t.checkGrid()
	case len(t.Tiers) == 0:
		return append(ds, source.Errorf("table-empty", t.At, "table %q has no tiers", t.Name).
			WithHint("write tiers, the first of them `{from: 0, rate: …}`"))
	}
	ds = append(ds, t.checkEnds()...)
	for i := 1; i < len(t.Tiers); i++ {
		ds = append(ds, t.checkStep(i)...)
	}
	return append(ds, t.checkSense()...)
}

// checkEnds checks the start of the first tier and the end of the last.
func (t Table) checkEnds() (ds source.Diagnostics) {
	first, last := t.Tiers[0], t.Tiers[len(t.Tiers)-1]
	starts := !first.From.IsZero() || first.Above
	if starts && t.Below == Usual && (t.Kind == Marginal || t.Kind == Whole) {
		ds = append(ds, source.Errorf("table-start", first.At, "the first tier of %q starts at %s, and nothing says what is paid below", t.Name, text(first.From)).
			WithHint("start it at 0, or say `below: zero` or `below: extend first rate`"))
	}
	if last.To != nil {
		ds = append(ds, source.Errorf("table-closed", last.At, "the last tier of %q ends at %s, and nothing says what is paid above", t.Name, text(*last.To)).
			WithHint("leave out its `to:`; a limit on pay is a cap"))
	}
	return ds
}

// checkStep checks a tier against the one before it.
func (t Table) checkStep(i int) (ds source.Diagnostics) {
	lower, upper := t.Tiers[i-1], t.Tiers[i]
	switch c := upper.From.Cmp(lower.From); {
	case c < 0:
		ds = append(ds, source.Errorf("table-order", upper.At, "this tier of %q starts at %s, below the tier before it at %s", t.Name, text(upper.From), text(lower.From)).
			WithNote(lower.At, "the tier before it").WithHint("sort the tiers from low to high"))
	case c == 0 && (lower.Above || !upper.Above || t.Kind == Interpolated || t.Kind == Proportional):
		ds = append(ds, source.Errorf("table-overlap", upper.At, "two tiers of %q start at %s", t.Name, text(upper.From)).
			WithNote(lower.At, "the other tier").WithHint("keep one of them"))
	}
	if lower.To != nil {
		switch c := lower.To.Cmp(upper.From); {
		case c < 0:
			ds = append(ds, source.Errorf("table-gap", upper.At, "no tier of %q says what is paid from %s to %s", t.Name, text(*lower.To), text(upper.From)).
				WithNote(lower.At, "the tier below").WithHint("a tier ends where the next one starts: leave out `to:`"))
		case c > 0:
			ds = append(ds, source.Errorf("table-overlap", upper.At, "two tiers of %q say what is paid from %s to %s", t.Name, text(upper.From), text(*lower.To)).
				WithNote(lower.At, "the other tier").WithHint("a tier ends where the next one starts: leave out `to:`"))
		}
	}
	if t.falls(lower, upper) {
		ds = append(ds, source.Warnf("table-falls", upper.At, "pay falls where %q reaches %s: %s", t.Name, text(upper.From), t.howItFalls(lower, upper)).
			WithHint("%s", t.riseHint()))
	}
	return ds
}

// falls reports whether more pays less around the edge of the upper tier.
func (t Table) falls(lower, upper Tier) bool {
	switch t.Kind {
	case Marginal:
		return upper.Rate.IsNegative()
	case Proportional:
		return payFalls(lower, upper)
	case Excess:
		return upper.Rate.LessThan(lower.Rate) && upper.From.GreaterThan(t.Base)
	}
	return upper.Rate.LessThan(lower.Rate)
}

func (t Table) howItFalls(lower, upper Tier) string {
	switch t.Kind {
	case Marginal:
		return "the rate above is " + text(upper.Rate)
	case Whole:
		return "the rate drops from " + text(lower.Rate) + " to " + text(upper.Rate) + " on the whole amount"
	case Excess:
		return "the rate drops from " + text(lower.Rate) + " to " + text(upper.Rate) + " on all above the base"
	}
	return "it drops from " + text(lower.Rate) + " to " + text(upper.Rate)
}

// riseHint says what a table that does not fall would say.
func (t Table) riseHint() string {
	switch t.Kind {
	case Marginal:
		return "selling more pays less; give the tier a rate of 0 or more"
	case Whole, Excess:
		return "selling more pays less around the edge; let rates grow, or use a marginal table, where lower rates further up take nothing away"
	}
	return "more gives less; if that is meant, as in a ramp, leave it"
}

// checkSense refuses what has no meaning for the kind.
func (t Table) checkSense() (ds source.Diagnostics) {
	rates := t.Kind == Marginal || t.Kind == Whole || t.Kind == Excess || t.Kind == Proportional
	line := t.Kind == Interpolated || t.Kind == Proportional
	if rates && t.Gives.IsMoney() {
		ds = append(ds, source.Errorf("table-sense", t.At, "table %q is %s: its tiers have rates, not amounts", t.Name, t.Kind).
			WithHint("write rates such as 5%% or 2 %s per unit; amounts stand in step and interpolated tables", t.Gives.Currency))
	}
	if t.Below == First && (t.Kind == Marginal || t.Kind == Excess) {
		ds = append(ds, source.Errorf("table-sense", t.At, "below their first tier %s tables have no first value", t.Kind).WithHint("say `below: zero` or `below: extend first rate`"))
	}
	if line && len(t.Tiers) == 1 && (t.Below == Extend || t.Beyond == Slope) {
		ds = append(ds, source.Errorf("table-sense", t.At, "table %q has one point, and a line needs two", t.Name).WithHint("write another point, or let the value stay as it is"))
	}
	return append(ds, t.checkMax()...)
}

// checkMax finds a limit below what a point gives: the point is never reached.
func (t Table) checkMax() (ds source.Diagnostics) {
	if t.Max == nil {
		return nil
	}
	for _, p := range t.Tiers {
		if p.Rate.GreaterThan(*t.Max) {
			ds = append(ds, source.Errorf("table-unreachable", p.At, "this point of %q gives %s, above the table's max of %s", t.Name, text(p.Rate), text(*t.Max)).
				WithHint("lower the point, or raise the max"))
		}
	}
	return ds
}

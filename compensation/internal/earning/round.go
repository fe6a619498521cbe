package earning

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// lineage is what cumulative rounding accumulates over in a fiscal year, or in a window to date: a component through the
// versions of its plan.
type lineage struct {
	plan      fact.PlanID
	component *plan.Component
	window    calendar.Period // to date
	so        Rounding        // far
}

// round gives each line its amount. Cumulatively, line k is R(Σ₁..k) − R(Σ₁..k−1)
// over the fiscal year, so that lines sum to what the rounded total is.
func (w *worker) round() {
	program := w.Program
	byMonth(w.out.Lines)
	var few [8]lineage
	lineages := few[:0] // of a year
	var year calendar.Period
	for i := range w.out.Lines {
		l := &w.out.Lines[i]
		if i == 0 || l.PostedIn != w.out.Lines[i-1].PostedIn {
			if y := w.window(l.PostedIn, calendar.UnitYear); y != year {
				year, lineages = y, lineages[:0]
			}
		}
		at := slices.IndexFunc(lineages, func(o lineage) bool {
			return o.component == l.Component || o.plan == l.Plan.ID && o.component.Name == l.Component.Name
		})
		if at < 0 {
			at = len(lineages)
			lineages = append(lineages, lineage{plan: l.Plan.ID, component: l.Component})
		}
		if unit := l.Component.ToDate; unit != 0 { // its lines come to what the window is worth
			if in := w.window(l.PostedIn, unit); in != lineages[at].window {
				lineages[at].window, lineages[at].so = in, Rounding{}
			}
		}
		state := lineages[at].so
		if l.Component.EachLine {
			state = Rounding{}
		}
		l.Before = state
		if err := state.add(l, program); err != nil {
			w.out.Found = append(w.out.Found, fault(w.path(l.EarnedFor, ""), "too-large", "check the data", "%s: %v", l.Component.Name, err))
			return
		}
		lineages[at].so = state
	}
}

// add adds a line, and gives it its amount, as fine as the component pays.
func (r *Rounding) add(l *Line, p *plan.Program) (err error) {
	r.Exact = r.Exact.Plus(l.Exact)
	places, exact := l.Component.Precision.Of(p.Currency)
	if exact {
		if l.Amount, err = l.Exact.amount(p.Currency); err == nil {
			r.Posted, err = r.Exact.amount(p.Currency)
		}
		return err
	}
	digits := uint8(places)
	if now, ok := r.Exact.units(digits, p.Rounding); ok { // as most are
		if before, ok := r.Posted.Int64(digits); ok {
			if more, ok := fixed.SubInt64(now, before); ok {
				if l.Amount, err = money.New(more, digits, p.Currency); err == nil {
					r.Posted, err = money.New(now, digits, p.Currency)
				}
				return err
			}
		}
	}
	total, err := r.Exact.amount(p.Currency)
	if err == nil {
		total, err = total.Round(int(digits), p.Rounding)
	}
	if err == nil {
		l.Amount, err = total.Sub(r.Posted)
	}
	r.Posted = total
	return err
}

// Exact is a number as it is. Most fit 64 bits, and take no memory of their own.
type Exact struct {
	coef  int64
	scale uint8
	wide  *decimal.Decimal // in place of them; nil: they are the number
}

// exactly is a value of a formula.
func exactly(v dsl.Value) Exact {
	if coef, scale, narrow := v.Int64(); narrow {
		return Exact{coef: coef, scale: scale}
	}
	return exactDecimal(v.Decimal())
}

func exactDecimal(d decimal.Decimal) Exact { return Exact{wide: &d} }

// Decimal is the number.
func (e Exact) Decimal() decimal.Decimal {
	if e.wide != nil {
		return *e.wide
	}
	return decimal.New(e.coef, -int32(e.scale))
}

// Times is the product of two numbers, exact.
func (e Exact) Times(o Exact) Exact {
	if e.wide == nil && o.wide == nil && int(e.scale)+int(o.scale) <= mostDigits {
		if product, ok := fixed.MulInt64(e.coef, o.coef); ok {
			return Exact{coef: product, scale: e.scale + o.scale}
		}
	}
	return exactDecimal(e.Decimal().Mul(o.Decimal()))
}

// Neg is the number with its sign turned.
func (e Exact) Neg() Exact {
	if e.wide != nil || e.coef == math.MinInt64 {
		return exactDecimal(e.Decimal().Neg())
	}
	return Exact{coef: -e.coef, scale: e.scale}
}

// IsZero reports whether it is nothing.
func (e Exact) IsZero() bool { return e.wide == nil && e.coef == 0 || e.wide != nil && e.wide.IsZero() }

// Plus is the sum of two numbers.
func (e Exact) Plus(o Exact) Exact {
	switch {
	case e.IsZero():
		return o
	case o.IsZero():
		return e
	}
	if e.wide == nil && o.wide == nil {
		scale := max(e.scale, o.scale)
		x, ok := fixed.RescaleInt64(e.coef, int(e.scale), int(scale), fixed.HalfEven)
		y, also := fixed.RescaleInt64(o.coef, int(o.scale), int(scale), fixed.HalfEven)
		if sum, fits := fixed.AddInt64(x, y); ok && also && fits {
			return Exact{coef: sum, scale: scale}
		}
	}
	return exactDecimal(e.Decimal().Add(o.Decimal()))
}

// units is the number rounded to whole units of so many decimal places; ok is false where they may not fit 64 bits.
func (e Exact) units(digits uint8, m money.Rounding) (n int64, ok bool) {
	if e.wide != nil {
		return 0, false
	}
	return fixed.RescaleInt64(e.coef, int(e.scale), int(digits), fixed.Mode(m))
}

// amount is the number as money.
func (e Exact) amount(of money.Currency) (money.Amount, error) {
	if e.wide != nil {
		return money.FromDecimal(*e.wide, of)
	}
	return money.New(e.coef, e.scale, of)
}

// byMonth puts lines into the order of their pay periods, and leaves those of one as they stand. Lines are large: each
// is moved once.
func byMonth(lines []Line) {
	month := func(a, b int32) int { return lines[a].PostedIn.Compare(lines[b].PostedIn) }
	var few [32]int32
	order := few[:0] // by place, the line that belongs there
	for i := range lines {
		order = append(order, int32(i))
	}
	if slices.IsSortedFunc(order, month) {
		return
	}
	slices.SortStableFunc(order, month)
	for i := range order {
		if order[i] == int32(i) {
			continue
		}
		first := lines[i]
		at := int32(i)
		for order[at] != int32(i) {
			next := order[at]
			lines[at], order[at] = lines[next], at
			at = next
		}
		lines[at], order[at] = first, at
	}
}

// window is the window of the calendar that a pay period begins in.
func (w *worker) window(p calendar.Period, unit calendar.Unit) calendar.Period {
	return w.Clock.in(p, unit)
}

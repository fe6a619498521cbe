package crediting

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// division is who takes which part of what a rule gives. Weights are whole where parts are equal: a third has
// no decimal places.
type division struct {
	takers  []recipient
	weights []decimal.Decimal // of takers, in parts of total
	total   decimal.Decimal   // what the weights make up together with left
	left    decimal.Decimal   // the weight of nobody; below zero where shares come to more than the whole
	any     bool              // where that is meant
	missed  decimal.Decimal   // where any: the weight of entries that found nobody, which is no part of left
	whole   bool              // each has the whole
	reason  string            // why something is left
	waiting fact.TerritoryID  // the territory without an owner for which it is kept; empty: none
}

// division finds the recipients of a rule on the event's date, and their parts.
func (a *Applier) division(e *Event, r *Rule, row *dsl.Row) division {
	s := &a.dividing
	d := division{total: one, any: r.AnyShares, takers: s.takers[:0], weights: s.weights[:0]}
	found, present := s.found[:0], s.present[:0]
	rest, first := false, "" // whether the rest is somebody's, and the reason of the first entry that has one
	for i := range r.To {
		who, there, reason, waiting := a.resolve(e, &r.To[i], row)
		found, present = append(found, who), append(present, there)
		rest = rest || r.To[i].Share == Rest && there
		if first == "" {
			first = reason
		}
		if d.reason == "" && there {
			d.reason = reason
		}
		if waiting != "" {
			d.waiting = waiting
		}
		if len(who) > 0 && who[0].among > 1 {
			d.total = d.total.Mul(decimal.New(who[0].among, 0))
		}
	}
	if !rest { // otherwise it has what empty fields leave, and they are no reason
		d.reason = first
	}
	if d.reason == "" {
		d.reason = "the shares of the owners leave a part over"
	}
	d.left = d.total
	parts := wholly
	if len(r.To) != 1 || r.To[0].Share != All {
		parts = weights(r.To, present)
	}
	for i, part := range parts {
		for k := range found[i] {
			f := &found[i][k]
			w := times(part, f.share)
			switch {
			case f.whole:
				w, d.whole = times(w, d.total), len(r.To) == 1
			case f.among > 1: // among is a factor of total, so that this is exact
				w = times(w, quotient(d.total, f.among))
			default:
				w = times(w, d.total)
			}
			d.takers, d.weights, d.left = append(d.takers, *f), append(d.weights, w), less(d.left, w)
		}
	}
	*s = dividing{found, present, d.takers, d.weights, s.parts}
	if d.whole {
		d.left = decimal.Zero
	}
	if d.any {
		d.missed = missed(r.To, found, present).Mul(d.total)
		d.left = d.left.Sub(d.missed)
	}
	return d
}

// dividing is room that one rule after the other uses.
type dividing struct {
	found   [][]recipient
	present []bool
	takers  []recipient
	weights []decimal.Decimal
	parts   []decimal.Decimal
}

// missed is the part of the entries that found nobody, as each would have it. What an empty field leaves
// goes to whoever has the rest.
func missed(to []Recipient, found [][]recipient, present []bool) decimal.Decimal {
	rest := slices.ContainsFunc(to, func(r Recipient) bool { return r.Share == Rest })
	named := slices.Clone(present)
	for i := range named {
		named[i] = present[i] || !rest
	}
	sum := decimal.Zero
	for i, part := range weights(to, named) {
		if len(found[i]) == 0 {
			sum = sum.Add(part)
		}
	}
	return sum
}

// reported is the weight of what is listed as credited to nobody: of shares that may come to anything, what
// they leave is meant.
func (d *division) reported() decimal.Decimal {
	if d.any {
		return d.missed
	}
	return d.left
}

// quotient divides a whole number by one of its factors.
func quotient(d decimal.Decimal, factor int64) decimal.Decimal {
	return decimal.NewFromBigInt(new(big.Int).Quo(d.BigInt(), big.NewInt(factor)), 0)
}

// share is a taker's part of the whole, for people and formulas: a third is rounded at 16 places.
func (d *division) share(i int) decimal.Decimal {
	if isOne(d.total) {
		return d.weights[i]
	}
	return d.ratio(d.weights[i])
}

// ratio is a weight as a part of the total, which is a whole number: rounded half-even at 16 places.
func (d *division) ratio(weight decimal.Decimal) decimal.Decimal {
	const places = 16
	num := weight.Shift(places)
	den := d.total.Shift(max(0, -num.Exponent()))
	num = num.Shift(max(0, -num.Exponent()))
	rounded := decimal.NewFromBigInt(fixed.DivRound(num.BigInt(), den.BigInt(), fixed.HalfEven), -places)
	if share, err := fact.CanonicalDecimal(rounded); err == nil {
		return share
	}
	return rounded // of too many digits for the canonical form
}

// divide gives each taker its part of the whole, exactly, and what is reported that nobody takes.
// Money is divided at the scale of the schema's amounts, or the whole's own if finer; what is
// counted, where its parts are no decimals, at four places more than it has.
// The parts are appended to room.
func (d *division) divide(room []decimal.Decimal, whole decimal.Decimal, unit dsl.Unit, s *Schema) (parts []decimal.Decimal, rest decimal.Decimal, err error) {
	parts = room
	switch {
	case d.left.IsNegative() && !d.any:
		all := fact.DecimalText(one.Sub(d.ratio(d.left)).Shift(2))
		return parts, rest, fmt.Errorf("the shares come to more than the whole: %s%%", all)
	case len(d.weights) == 0 && !d.any:
		return parts, whole, nil
	case d.whole || len(d.weights) == 1 && d.left.IsZero() && d.missed.IsZero():
		for range d.weights {
			parts = append(parts, whole)
		}
		return parts, rest, nil
	case unit.Money == 0 && d.total.Equal(one):
		for _, w := range d.weights {
			parts = append(parts, whole.Mul(w))
		}
		return parts, whole.Mul(d.reported()), nil
	}
	places := int(max(0, -whole.Exponent())) + countPlaces
	if unit.Money != 0 {
		amount, err := money.FromDecimal(whole, s.Currency)
		if err != nil {
			return parts, rest, err
		}
		places = max(s.Currency.Digits(), int(amount.Scale()))
	}
	return d.allocate(whole, places)
}

// allocate divides at decimal places. Where shares come to more than the whole, as many wholes are divided as
// they begin.
func (d *division) allocate(whole decimal.Decimal, places int) (parts []decimal.Decimal, rest decimal.Decimal, err error) {
	left := d.left
	units := whole.Shift(int32(places)).BigInt()
	wholes := new(big.Int).Set(units)
	if left.IsNegative() {
		more, part := left.Neg().QuoRem(d.total, 0)
		if left = decimal.Zero; part.IsPositive() {
			more, left = more.Add(decimal.New(1, 0)), d.total.Sub(part)
		}
		wholes.Mul(units, more.Add(decimal.New(1, 0)).BigInt())
	}
	all, err := money.AllocateUnits(wholes, append(append([]decimal.Decimal{}, d.weights...), d.missed, left), money.Policy{})
	if err != nil {
		return nil, rest, err
	}
	for _, u := range all {
		parts = append(parts, decimal.NewFromBigInt(u, -int32(places)))
	}
	takers := len(d.takers)
	if rest = parts[takers+1]; d.any {
		rest = parts[takers]
	}
	return parts[:takers], rest, nil
}

// times multiplies. Most shares are the whole, which changes nothing.
func times(x, share decimal.Decimal) decimal.Decimal {
	switch {
	case isOne(share):
		return x
	case isOne(x):
		return share
	}
	return x.Mul(share)
}

var (
	one    = decimal.New(1, 0)
	wholly = []decimal.Decimal{one} // the parts of who is alone
)

// less subtracts: most often the whole from the whole.
func less(x, y decimal.Decimal) decimal.Decimal {
	if isOne(x) && isOne(y) {
		return decimal.Decimal{}
	}
	return x.Sub(y)
}

// isOne reports whether d is 1, written as 1: to multiply with it changes no digit.
func isOne(d decimal.Decimal) bool { return d == one || d.Exponent() == 0 && d.Equal(one) }

// ownerDay is the day whose owner of the territory counts for an event, and how it is shown where that is not the
// incentive date: who has left by then is protected no longer.
func (a *Applier) ownerDay(e *Event, to *Recipient, account fact.AccountID, row *dsl.Row) (day calendar.Date, via string) {
	if to.By != ByTerritory || to.Protect.Since == "" {
		return e.Date(), ""
	}
	since := e.named(to.Protect.Since)
	if !since.Has {
		return e.Date(), ""
	}
	opened := calendar.FromOrdinal(int32(since.Int))
	day, moved := to.Protect.Day(opened, e.Date(), func(on calendar.Date) (who string, next calendar.Date) {
		next = a.rules.Territories.Next(account, on)
		id, ok, err := a.rules.Territories.Of(e.schema.Kind, account, on, row)
		if err != nil || !ok {
			return "", next
		}
		for days, edges := range a.edges.Segments(to.Name, string(id), calendar.Range{From: on, To: e.Date().AddDays(1)}, a.asOf) {
			for _, owner := range edges {
				who += owner.To + "\x00" + fact.DecimalText(owner.Share) + "\x00"
			}
			if next.IsZero() || !days.To.IsZero() && days.To.Before(next) {
				next = days.To
			}
			break
		}
		return who, next
	})
	if moved.IsZero() {
		return day, ""
	}
	if away := a.vacant(e.Date()); away != nil {
		id, _, _ := a.rules.Territories.Of(e.schema.Kind, account, day, row)
		for _, owner := range a.edges.To(to.Name, string(id), day, a.asOf) {
			if away(fact.PayeeID(owner.To)) {
				return e.Date(), ""
			}
		}
	}
	return day, fmt.Sprintf(", protected: it was opened on %s and moved on %s", opened, moved)
}

// outdone is a roll-up that holds for an event and passes nothing up, because of another.
type outdone struct {
	rule *RollUp
	why  string
}

func (a *Applier) isOutdone(r *RollUp) bool {
	return len(a.outdone) > 0 && slices.ContainsFunc(a.outdone, func(o outdone) bool { return o.rule == r })
}

// makeWay finds the roll-ups that make way for an event: first those that a rule or a roll-up excludes, then all but the
// first of each group. A roll-up holds for an event of its dates of which somebody has credit that it
// passes up; its condition is one on each recipient, and does not count.
func (a *Applier) makeWay(e *Event, credits []Credit) {
	a.outdone = a.outdone[:0]
	all := a.rules.RollUps
	if !slices.ContainsFunc(all, func(r RollUp) bool { return r.Group != "" || len(r.Exclude) > 0 }) {
		return
	}
	var held, left []*RollUp
	for i := range all {
		if r := &all[i]; r.Effective.Contains(e.Date()) && slices.ContainsFunc(credits, func(c Credit) bool { return r.passes(&c) }) {
			held = append(held, r)
		}
	}
	for _, r := range held {
		excluded := slices.IndexFunc(r.Exclude, func(id fact.RuleID) bool {
			return slices.ContainsFunc(a.held, func(by *Rule) bool { return by.ID == id }) || slices.ContainsFunc(held, func(by *RollUp) bool { return by.ID == id })
		})
		if excluded >= 0 {
			a.outdone = append(a.outdone, outdone{r, fmt.Sprintf("it is excluded by %s, which holds, too", r.Exclude[excluded])})
			continue
		}
		left = append(left, r)
	}
	for i, r := range left {
		if r.Group != "" {
			a.first(e, r, i, left)
		}
	}
}

// first sees whether a roll-up is the first of its group among those that are left.
func (a *Applier) first(e *Event, r *RollUp, at int, left []*RollUp) {
	for k, other := range left {
		switch {
		case other.Group != r.Group || other == r || other.Priority > r.Priority:
		case other.Priority < r.Priority:
			a.outdone = append(a.outdone, outdone{r, fmt.Sprintf("another roll-up of the group %q won: %s, priority %d before %d", r.Group, other.ID, other.Priority, r.Priority)})
			return
		default:
			a.outdone = append(a.outdone, outdone{r, fmt.Sprintf("the roll-up %s of the group %q has the same priority, %d: neither wins", other.ID, r.Group, r.Priority)})
			if at < k {
				a.fail(e, "group-tie", "give them different priorities, or dates that exclude each other",
					"roll-ups %s and %s of the group %q both hold, with priority %d", r.ID, other.ID, r.Group, r.Priority)
				last := &a.out.Findings[len(a.out.Findings)-1]
				*last = last.WithNote(r.At, "the one").WithNote(other.At, "the other")
			}
			return
		}
	}
}

// stated is the field that holds what an event carries in the currency that it is stated in; -1: it is not converted.
func (e *Event) stated() (field int, currency string) {
	i, c := e.schema.carries(), slices.IndexFunc(e.schema.Fields, func(f Field) bool { return f.Currency })
	if i < 0 || c < 0 || e.schema.Fields[i].Type != Money {
		return -1, ""
	}
	if currency = e.Cells[c].Text; currency == "" {
		currency = e.schema.Currency.String()
	}
	return slices.IndexFunc(e.schema.Fields, func(f Field) bool { return f.States == e.schema.Fields[i].Name }), currency
}

// alike is how to read what an event and its reversals carry: as stated, where that is in one currency, so that what is taken
// back does not depend on how rates have moved in between.
func alike(o *Event, reversals []*Event) func(*Event) (decimal.Decimal, bool) {
	field, currency := o.stated()
	other := func(e *Event) bool {
		_, partly := e.amount()
		i, c := e.stated()
		return partly && (i < 0 || c != currency)
	}
	if field < 0 || slices.ContainsFunc(reversals, other) {
		return (*Event).amount
	}
	return func(e *Event) (decimal.Decimal, bool) {
		i, _ := e.stated()
		if i < 0 || !e.Cells[i].Has {
			return decimal.Zero, false
		}
		return decimal.New(e.Cells[i].Int, -int32(e.schema.Fields[i].Scale)), true
	}
}

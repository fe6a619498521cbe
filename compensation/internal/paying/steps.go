package paying

import (
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
)

// guarantee is step 4: at the end of each window, or of what there is of it, what was earned is topped up.
func (d *desk) guarantee() {
	g := d.p.Terms.Guarantee
	if g == nil || !d.guaranteed(g) {
		d.giveBack(decimal.Zero)
		return
	}
	d.base = d.base.Add(d.p.Base)
	d.State.guaranteed = d.State.guaranteed.Add(d.share(g.Window))
	nth, of := d.place(g.Per)
	next := *d.p
	next.Nth++
	ends := nth == of-1 || d.p.Last || d.p.Final || g.For > 0 && next.Nth >= g.For || !g.Days.To.IsZero() && !d.p.Days.To.Before(g.Days.To)
	if !ends {
		return
	}
	due := d.State.guaranteed.Sub(d.base).Sub(d.toppedUp)
	if up := d.round(positive(due)); up.Sign() > 0 {
		d.post(ledger.GuaranteeTopUp, up, "guarantee", "what is guaranteed, less what was earned and topped up already",
			Term{"guaranteed", d.State.guaranteed}, Term{"earned", d.base}, Term{"topped up", d.toppedUp})
		d.toppedUp, d.payable = d.toppedUp.Add(up), d.payable.Add(up)
		if g.Recoverable {
			d.outstanding = d.outstanding.Add(up)
		}
	} else if g.Recoverable {
		d.giveBack(due.Neg())
	}
	if !g.ToDate {
		d.base, d.State.guaranteed, d.toppedUp = decimal.Zero, decimal.Zero, decimal.Zero
	}
}

// guaranteed reports whether the guarantee is for this pay period.
func (d *desk) guaranteed(g *terms.Guarantee) bool {
	if g.Days != (calendar.Range{}) {
		return g.Days.Overlaps(d.p.Days)
	}
	return g.For == 0 || d.p.Nth < g.For
}

// giveBack takes back what a recoverable guarantee paid: what was earned above what is guaranteed, or all that is
// payable once nothing is guaranteed any more.
func (d *desk) giveBack(above decimal.Decimal) {
	if d.outstanding.Sign() <= 0 {
		return
	}
	if g := d.p.Terms.Guarantee; g == nil || !d.guaranteed(g) {
		above = d.payable
	}
	back := d.round(decimal.Min(d.outstanding, positive(above), positive(d.payable)))
	if back.IsZero() {
		return
	}
	d.post(ledger.GuaranteeTopUp, back.Neg(), "guarantee is given back", "what was topped up, from what was earned above the guarantee",
		Term{"topped up before", d.outstanding}, Term{"earned above", above})
	d.outstanding, d.toppedUp, d.payable = d.outstanding.Sub(back), d.toppedUp.Sub(back), d.payable.Sub(back)
}

// consume lets the reserve pay for what is below zero, before future earnings do.
func (d *desk) consume() {
	kept := d.Kept()
	if r := d.p.Terms.Reserve; d.payable.Sign() >= 0 || kept.IsZero() || r != nil && r.Untouched {
		return
	}
	used := decimal.Min(kept, d.payable.Neg())
	d.useReserve(used, Term{"payable", d.payable})
	d.payable = d.payable.Add(used)
}

// useReserve takes an amount out of the reserve, what is released first at first.
func (d *desk) useReserve(used decimal.Decimal, of Term) {
	d.post(ledger.ReserveConsumed, used, "reserve pays for what is taken back", "what is in reserve, as far as it is needed", Term{"in reserve", d.Kept()}, of)
	for left := used; left.Sign() > 0; {
		part := decimal.Min(left, d.Reserve[0].Amount)
		if left = left.Sub(part); part.Equal(d.Reserve[0].Amount) {
			d.Reserve = d.Reserve[1:]
		} else {
			d.Reserve[0].Amount = d.Reserve[0].Amount.Sub(part)
		}
	}
}

// step is the amount of the draw of this pay period.
func (d *desk) step(draw *terms.Draw) (now terms.Window, ok bool) {
	nth := d.p.Nth
	for _, s := range draw.Steps {
		if s.For == 0 || nth < s.For {
			return s.Window, true
		}
		nth -= s.For
	}
	return now, false
}

// recover is step 8: recovery of the draw that was owed before.
func (d *desk) recover() {
	draw := d.p.Terms.Draw
	if draw == nil {
		draw = &terms.Draw{Share: decimal.New(1, 0)} // of an earlier plan
	}
	if w, ok := d.step(draw); ok && !d.p.Final { // nothing is advanced to who leaves
		d.draw = d.share(w)
	}
	leaves := d.p.Final && draw.OnLeaving == terms.Deduct
	if d.Owed.Sign() <= 0 || d.payable.Sign() <= 0 || !leaves && !d.recovers(draw) || d.p.Final && draw.OnLeaving == terms.Forgive {
		return
	}
	most, rule := d.payable, "what is owed, as far as it is payable"
	switch {
	case leaves:
		most, rule = d.round(d.payable.Mul(draw.AtMost)), "what is owed, up to a share of the last payment"
	case draw.Above:
		most, rule = positive(d.payable.Sub(d.draw)), "what is owed, as far as more is payable than the draw"
	case draw.Share.LessThan(decimal.New(1, 0)):
		most, rule = d.round(d.payable.Mul(draw.Share)), "what is owed, up to a share of what is payable"
	}
	if keep := d.keep(draw); !leaves && keep.Sign() > 0 {
		most = decimal.Min(most, positive(d.payable.Sub(keep)))
	}
	if back := decimal.Min(d.Owed, most); back.Sign() > 0 {
		d.post(ledger.DrawRecovered, back.Neg(), "draw is recovered", rule, Term{"owed", d.Owed}, Term{"payable", d.payable}, Term{"draw", d.draw})
		d.Owed, d.payable = d.Owed.Sub(back), d.payable.Sub(back)
	}
}

// recovers reports whether recovery has begun.
func (d *desk) recovers(draw *terms.Draw) bool {
	return d.p.Nth+1 >= draw.FromPeriod && (draw.FromDay.IsZero() || draw.FromDay.Before(d.p.Days.To))
}

// keep is what a payee is paid at least while a draw is recovered.
func (d *desk) keep(draw *terms.Draw) decimal.Decimal {
	if draw.KeepShare.Sign() > 0 {
		return d.round(d.payable.Mul(draw.KeepShare))
	}
	if draw.Keep.Amount.IsZero() {
		return decimal.Zero
	}
	return d.share(draw.Keep)
}

// advance is step 9.
func (d *desk) advance() {
	draw := d.p.Terms.Draw
	if draw == nil || d.draw.Sign() <= 0 {
		return
	}
	more, rule := d.draw, "the draw, beside what is earned"
	if !draw.OnTop {
		more, rule = positive(d.draw.Sub(d.payable)), "the draw, less what is payable"
	}
	if !draw.Limit.IsZero() {
		more = decimal.Min(more, positive(draw.Limit.Decimal().Sub(d.Owed)))
	}
	if more.IsZero() {
		return
	}
	d.post(ledger.DrawAdvanced, more, "draw", rule, Term{"draw", d.draw}, Term{"payable", d.payable}, Term{"owed", d.Owed})
	d.Owed, d.advanced, d.payable = d.Owed.Add(more), d.advanced.Add(more), d.payable.Add(more)
}

// forgive writes off what of a draw is given up.
func (d *desk) forgive() {
	draw := d.p.Terms.Draw
	if draw == nil || d.Owed.Sign() <= 0 {
		return
	}
	next := *d
	following := *d.p
	following.Nth++
	next.p = &following
	_, goesOn := next.step(draw)
	up, cause := decimal.Zero, "draw is forgiven"
	switch {
	case d.p.Final && draw.OnLeaving == terms.Forgive, draw.ForgiveAtEnd && (d.p.Last || !goesOn):
		up = d.Owed
	case draw.ForgiveShare.Sign() > 0:
		up = decimal.Min(d.Owed, d.round(d.advanced.Mul(draw.ForgiveShare)))
	}
	if up.IsZero() {
		return
	}
	owed := d.Owed
	d.Owed = owed.Sub(up)
	d.post(ledger.DrawRecovered, up.Neg(), cause, "what is given up of what is owed", Term{"owed", owed})
	d.post(ledger.CarriedForward, up, cause, "a debt that is written off", Term{"given up", up})
	d.post(ledger.WrittenOff, up, cause, "what is given up", Term{"given up", up})
}

// release is step 10: what was long enough in reserve is paid, and a share of what is earned is kept.
func (d *desk) release(earned decimal.Decimal) {
	due := decimal.Zero
	for len(d.Reserve) > 0 && (d.Reserve[0].Due.Before(d.p.Days.To) || d.p.Final) {
		due = due.Add(d.Reserve[0].Amount)
		d.Reserve = d.Reserve[1:]
	}
	d.post(ledger.ReserveReleased, due, "reserve is released", "what was kept long enough", Term{"in reserve", due.Add(d.Kept())})
	d.payable = d.payable.Add(due)
	r := d.p.Terms.Reserve
	if r == nil || d.p.Final {
		return
	}
	keep := decimal.Min(d.round(earned.Mul(r.Share)), d.payable)
	if !r.AtMost.IsZero() {
		keep = decimal.Min(keep, positive(r.AtMost.Decimal().Sub(d.Kept())))
	}
	if keep.Sign() <= 0 {
		return
	}
	d.post(ledger.Reserved, keep.Neg(), "reserve", "a share of what is payable", Term{"payable", earned}, Term{"share", r.Share})
	d.payable = d.payable.Sub(keep)
	d.Reserve = append(d.Reserve, Lot{keep, dueOf(r, d.p.Days)})
}

// dueOf is the day on which what is kept of a pay period is released.
func dueOf(r *terms.Reserve, of calendar.Range) calendar.Date {
	end := of.To.AddDays(-1)
	if r.Months > 0 {
		return end.AddMonths(r.Months)
	}
	return end.AddDays(r.Days)
}

// carry is steps 11 to 13: what is below zero, and what is less than the least payment, is carried forward.
func (d *desk) carry(below decimal.Decimal) {
	t := d.p.Terms
	closing, rule := below, "what is below zero"
	if below.IsZero() {
		rule = "what was carried, which is made up for"
	}
	if t.Minimum != nil && d.payable.Sign() > 0 && d.payable.LessThan(t.Minimum.Amount.Decimal()) && (!d.p.Final || t.Minimum.Kept || t.Leaving.Threshold) {
		closing, rule = closing.Add(d.payable), "less than the least payment"
		d.payable = decimal.Zero
	}
	finer := d.payable.Sub(d.round(d.payable)) // which is zero, unless components pay so
	if !finer.IsZero() {
		rule = "what is finer than can be paid"
		closing, d.payable = closing.Add(finer), d.payable.Sub(finer)
	}
	invoiced := decimal.Zero
	if d.p.Final && t.Leaving.Invoice {
		invoiced, closing = decimal.Min(closing, decimal.Zero), positive(closing)
	}
	d.Carried = closing
	d.post(ledger.CarriedForward, d.opening.Sub(closing), carriedCause(d.opening, closing), rule, Term{"carried from before", d.opening}, Term{"carried to the next", closing})
	if d.p.Final && t.Leaving.WriteOff && closing.Sign() < 0 {
		d.post(ledger.WrittenOff, closing.Neg(), "balance is written off", "what who leaves owes", Term{"owed", closing})
		d.Carried = decimal.Zero
	}
	if d.p.Final && !finer.IsZero() {
		d.post(ledger.WrittenOff, finer.Neg(), "finer than can be paid", "what is finer than the last payment", Term{"carried", closing})
		d.Carried = decimal.Zero
	}
	paid := d.payable.Add(invoiced)
	d.post(ledger.Paid, paid, "", "what is payable after balances")
}

func carriedCause(opening, closing decimal.Decimal) string {
	switch {
	case opening.IsZero():
		return "carried to the next pay period"
	case closing.IsZero():
		return "carried from the last pay period"
	}
	return "carried from the last pay period to the next"
}

package paying

import (
	"iter"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/internal/past"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// TopUp is the Amount that a guarantee of a closed pay period comes to now.
type TopUp struct {
	calendar.Period
	Amount decimal.Decimal
}

// Guaranteed derives the guarantees of closed pay periods again, which are in order and without a gap. The state is that of
// guarantees alone.
func (f Facts) Guaranteed(closed []calendar.Period) (out []TopUp, s State, err error) {
	var sums []decimal.Decimal
	if len(closed) > 0 {
		sums = f.payable(closed)
	}
	for i, p := range closed {
		next, err := f.period(p)
		if err != nil {
			return nil, s, err
		}
		next.Payable, next.Final = sums[i], f.Left(next.Days.To.AddDays(-1))
		postings, err := s.Guarantee(f.Rules, next)
		if err != nil {
			return nil, s, err
		}
		for _, posting := range postings {
			out = append(out, TopUp{p, posting.Amount})
		}
	}
	return out, s, nil
}

// Open gives a state the balances that entries of the ledger leave. They are in the order in which they were posted.
func (f Facts) Open(s State, entries iter.Seq[past.Posting]) (State, error) {
	var months []calendar.Period
	kept, gone := map[calendar.Period]decimal.Decimal{}, decimal.Zero
	for e := range entries {
		amount := e.Amount.Decimal()
		switch e.Kind {
		case ledger.DrawAdvanced:
			s.advanced = s.advanced.Add(amount)
			s.Owed = s.Owed.Add(amount)
		case ledger.DrawRecovered:
			s.Owed = s.Owed.Add(amount)
		case ledger.CarriedForward:
			if e.Component == Recovery {
				s.owe(e.Plan, e.EarnedFor, amount)
				continue
			}
			s.Carried = s.Carried.Sub(amount)
		case ledger.WrittenOff:
			s.Carried = s.Carried.Add(amount)
		case ledger.Reserved:
			if _, known := kept[e.PostedIn]; !known {
				months = append(months, e.PostedIn)
			}
			kept[e.PostedIn] = kept[e.PostedIn].Sub(amount)
		case ledger.ReserveReleased, ledger.ReserveConsumed:
			gone = gone.Add(amount)
		}
	}
	s.Owing = slices.DeleteFunc(s.Owing, func(o Owing) bool { return o.Amount.IsZero() })
	for i := range s.Owing {
		s.Owing[i].By = f.recovery(s.Owing[i].Plan, s.Owing[i].Of)
	}
	slices.SortFunc(months, calendar.Period.Compare)
	for _, m := range months {
		left := kept[m].Sub(decimal.Min(kept[m], gone))
		if gone = gone.Sub(kept[m].Sub(left)); left.IsZero() {
			continue
		}
		p, err := f.period(m)
		if err != nil {
			return s, err
		}
		until := p.Days.To.AddDays(-1)
		if p.Terms != nil && p.Terms.Reserve != nil {
			until = dueOf(p.Terms.Reserve, p.Days)
		}
		s.Reserve = append(s.Reserve, Lot{left, until})
	}
	return s, nil
}

// owe changes what is owing of a plan and pay period.
func (s *State) owe(of fact.PlanID, in calendar.Period, amount decimal.Decimal) {
	at := slices.IndexFunc(s.Owing, func(o Owing) bool { return o.Plan == of && o.Of == in })
	if at < 0 {
		at = len(s.Owing)
		s.Owing = append(s.Owing, Owing{Plan: of, Of: in})
	}
	s.Owing[at].Amount = s.Owing[at].Amount.Add(amount)
}

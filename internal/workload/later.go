package workload

import (
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/quota"
)

// apart is a prime: accounts that follow each other in Later lie so far apart.
const apart = 7919

// Later is facts that come after those of the quarter, for the n-th time, counted from 1: so many events, quotas that
// are changed, and accounts that get another rep from a day on.
func (q Quarter) Later(n, events, quotas, owners int) compensation.Facts {
	q = q.orDefault()
	feed := q.empty()
	for i := range events {
		e := q.event(q.below(ofLate, n*events+i, q.Events))
		e.Number = q.Events + n*events + i
		feed.add(e)
	}
	known := fact.Revision(n)
	var changed []quota.Quota
	for i := range quotas {
		rep := q.below(ofLate, -n*quotas-i, q.Reps)
		changed = append(changed, quota.Quota{
			Payee: fact.PayeeID(person(0, rep)), Measure: "bookings", Period: calendar.Quarter(2026, 1), Known: known,
			Amount: decimal.New(q.quota(0, rep)+int64(n)*1_000_00, -2),
		})
	}
	var moved []fact.Edge
	for i := range owners {
		account := (n*owners + i) * apart % q.Accounts // another one each time
		day := calendar.MustDate("2026-01-01").AddDays(q.below(ofMoveDay, n*owners+i, Days))
		stamp := fact.Stamp{Effective: calendar.Range{From: day}, Known: known}
		o, to := q.owner(account), q.below(ofNewOwner, n*owners+i, q.Reps)
		for _, rep := range []int{o.first, o.second} {
			if rep != to && (rep == o.first || o.moves < Days) {
				moved = append(moved, fact.Edge{Name: "AE", From: accountKey(account), To: person(0, rep), Void: true, Stamp: stamp})
			}
		}
		moved = append(moved, fact.Edge{Name: "AE", From: accountKey(account), To: person(0, to), Stamp: stamp})
	}
	return compensation.Facts{Events: feed, Quotas: fact.Of(changed...), Edges: fact.Of(moved...)}
}

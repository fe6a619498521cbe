package workload

import "iter"

// Event is one line of the quarter, typed.
type Event struct {
	Number  int   // its place in order of time; the ID is made of it
	Day     int   // of the quarter, from 0
	Account int   // from 0
	Product int   // from 0
	Region  int   // that of the account, from 0
	Channel int   // from 0
	Kind    Kind  // what happened
	Cents   int64 // the amount, negative of a cancellation
}

// Family is the family of the product.
func (e Event) Family() int { return e.Product * Families / Products }

// Geo is where the region lies.
func (e Event) Geo() int { return e.Region * Geos / Regions }

// magnitudes is how often amounts double: from 100.00 to 51,200.00, each as likely.
const magnitudes = 9

// Of a hundred events in a row, so many are of each kind; the rest are new. And so many
// belong to the one account of a Whale.
const (
	cancelled = 3
	renewed   = 32
	expanded  = 25
	whale     = 30
)

// event is the n-th event in order of time.
func (q Quarter) event(n int) Event {
	e := Event{Number: n, Day: n * Days / q.Events, Kind: q.kind(n), Account: q.below(ofAccount, n, q.Accounts)}
	if q.Whale {
		e.Account = q.whaleOrNot(n, e.Account)
	}
	e.Region = q.region(e.Account)
	e.Product = q.below(ofProduct, n, Products)
	e.Channel = q.below(ofChannel, n, Channels)
	least := 100_00 << q.below(ofAmount, n, magnitudes)
	e.Cents = int64(least + q.below(ofCents, n, least))
	if e.Kind == Cancel {
		e.Cents = -e.Cents / 4
	}
	return e
}

func (q Quarter) kind(n int) Kind {
	switch slot := q.slot(ofKind, n); {
	case slot < cancelled:
		return Cancel
	case slot < cancelled+renewed:
		return Renewal
	case slot < cancelled+renewed+expanded:
		return Expansion
	}
	return New
}

func (q Quarter) whaleOrNot(n, account int) int {
	if q.slot(ofWhale, n) < whale {
		return 0
	}
	return account
}

// All are the events, in the order of the feed.
func (q Quarter) All() iter.Seq[Event] {
	q = q.orDefault()
	return func(yield func(Event) bool) {
		for i := range q.Events {
			n := i
			if q.Late {
				n = q.Events - 1 - i
			}
			if !yield(q.event(n)) {
				return
			}
		}
	}
}

package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// KindSum is the sum of the entries of one kind.
type KindSum struct {
	// Kind is what was summed.
	Kind Kind
	// Amount is the sum, in the currency of the entries.
	Amount money.Amount
}

// Imbalance is one payee, currency and posted-in period whose entries don't add up.
type Imbalance struct {
	// Payee, Currency and PostedIn are the key.
	Payee    fact.PayeeID
	Currency money.Currency
	PostedIn calendar.Period
	// Sums are the sums of the kinds that occur, in the order of kinds.
	Sums []KindSum
	// Income is the left of the identity, Paid the payment, and Moved the change of
	// each balance.
	Income, Paid money.Amount
	Moved        Balances
	// Difference is left − right: positive for money that got lost, negative for
	// money that came from nowhere.
	Difference money.Amount
	// Err is set, and Difference not, when there are no sums: a kind is unknown or
	// amounts are over 38 digits.
	Err error
}

// Error gives the key, both sides and the difference.
func (i Imbalance) Error() string {
	key := fmt.Sprintf("ledger: payee=%q currency=%s period=%s", i.Payee, i.Currency, i.PostedIn)
	if i.Err != nil {
		return key + ": " + i.Err.Error()
	}
	var terms []string
	for _, s := range i.Sums {
		if s.Kind.Effect().Income {
			terms = append(terms, s.Kind.String()+" "+s.Amount.Text())
		}
	}
	if terms == nil {
		terms = []string{"no income"}
	}
	return fmt.Sprintf("%s: %s = %s, but Paid %s + Δheld %s + Δreserve %s − Δdraw owed %s + Δcarried %s differ from that by %s: an entry is missing, doubled or of the wrong sign",
		key, strings.Join(terms, " + "), i.text(i.Income), i.text(i.Paid), i.text(i.Moved.Held), i.text(i.Moved.Reserve),
		i.text(i.Moved.DrawOwed), i.text(i.Moved.Carried), i.Difference)
}

// text shows a sum that never was with the places of the others.
func (i Imbalance) text(a money.Amount) string {
	if a == (money.Amount{}) {
		a = money.FromMinor(0, i.Currency)
	}
	return a.Text()
}

// Conserve checks that money is neither made nor lost, for every payee, currency and
// posted-in period on its own:
//
//	Earned + Capped + GuaranteeTopUp + HoldCancelled + ClawedBack + PriorPeriod
//	  + Adjusted + WrittenOff + Forfeited + FXDifference
//	    = Paid + Δheld + Δreserve − Δdraw owed + Δcarried
//
// where each Δ is the sum of the entries that move the balance, with the sign in the
// table of [Kind.Effect] (semantics, §8). It returns the keys for which this fails,
// sorted by payee, currency and period, and nil when all is well. The order of the
// entries does not matter. Give it whole periods: a period of which entries are
// missing does not add up.
func Conserve(entries iter.Seq[Entry]) []Imbalance {
	groups := map[conserveKey]*Imbalance{}
	for e := range entries {
		key := conserveKey{e.Payee, e.Amount.Currency(), e.PostedIn}
		if groups[key] == nil {
			groups[key] = &Imbalance{Payee: key.payee, Currency: key.currency, PostedIn: key.postedIn}
		}
		groups[key].add(e)
	}
	var out []Imbalance
	for _, key := range slices.SortedFunc(maps.Keys(groups), conserveKey.compare) {
		if g := groups[key]; !g.balances() {
			out = append(out, *g)
		}
	}
	return out
}

type conserveKey struct {
	payee    fact.PayeeID
	currency money.Currency
	postedIn calendar.Period
}

func (k conserveKey) compare(l conserveKey) int {
	return cmp.Or(
		cmp.Compare(k.payee, l.payee),
		cmp.Compare(k.currency.String(), l.currency.String()),
		k.postedIn.Compare(l.postedIn),
	)
}

func (i *Imbalance) add(e Entry) {
	if !e.Kind.known() {
		i.Err = errors.Join(i.Err, fmt.Errorf("%s is unknown: read the ledger with the version that wrote it", e.Kind))
		return
	}
	at, found := slices.BinarySearchFunc(i.Sums, e.Kind, func(s KindSum, k Kind) int { return cmp.Compare(s.Kind, k) })
	if !found {
		i.Sums = slices.Insert(i.Sums, at, KindSum{Kind: e.Kind})
	}
	sum, err := i.Sums[at].Amount.Add(e.Amount)
	if err != nil {
		i.Err = errors.Join(i.Err, fmt.Errorf("the sum of %s: %w", e.Kind, err))
		return
	}
	i.Sums[at].Amount = sum
}

// balances fills in both sides and tells whether they are equal.
func (i *Imbalance) balances() bool {
	for _, s := range i.Sums {
		if err := i.post(s); err != nil {
			i.Err = errors.Join(i.Err, err)
		}
	}
	net, err := i.Moved.net()
	if err == nil {
		net, err = net.Add(i.Paid)
	}
	if err == nil {
		i.Difference, err = i.Income.Sub(net)
	}
	if i.Err = errors.Join(i.Err, err); i.Err != nil {
		i.Difference = money.Amount{}
	}
	return i.Err == nil && i.Difference.IsZero()
}

func (i *Imbalance) post(s KindSum) (err error) {
	if s.Kind == Paid {
		i.Paid = s.Amount
	}
	if s.Kind.Effect().Income {
		if i.Income, err = i.Income.Add(s.Amount); err != nil {
			return err
		}
	}
	i.Moved, err = i.Moved.move(s.Kind, s.Amount)
	return err
}

// Package people holds who is paid: payees with dated roles.
//
// A payee's role selects the plan that the payee is on; it may change, and a payee may
// leave and come back. Relationships between payees (managers, teams) are not
// here: they are edges.
package people

import (
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

// Payee says what somebody is over an effective range. Several facts about
// one payee make up a history; days that none covers are days away.
type Payee struct {
	ID   fact.PayeeID // the key
	Name string       // for people to read
	Role string       // selects the plan
	// Currency is the one in which the payee is paid, the same in all of a payee's facts that state one; zero is that of the company.
	Currency money.Currency
	Stamp    fact.Stamp
}

// Directory is the payees and their histories, immutable and safe for
// concurrent use.
type Directory struct {
	ids        []fact.PayeeID
	timelines  map[fact.PayeeID]fact.Timeline[Payee]
	currencies map[fact.PayeeID]money.Currency // of those who have stated one
}

// NewDirectory orders the facts given in any order. The error joins what is wrong
// with keys, and each pair of facts about one payee that contradict each other.
func NewDirectory(payees iter.Seq2[Payee, error]) (*Directory, error) {
	var wrong []error
	versions := map[fact.PayeeID][]fact.Version[Payee]{}
	d := &Directory{timelines: map[fact.PayeeID]fact.Timeline[Payee]{}, currencies: map[fact.PayeeID]money.Currency{}}
	for p, err := range payees {
		if err != nil {
			return nil, err
		}
		if err := fact.CheckKey(string(p.ID)); err != nil {
			wrong = append(wrong, fmt.Errorf("payee: %w", err)) // which shows the key, shortened
			continue
		}
		if _, ok := versions[p.ID]; !ok {
			d.ids = append(d.ids, p.ID)
		}
		versions[p.ID] = append(versions[p.ID], fact.Version[Payee]{Value: p, Stamp: p.Stamp})
		if p.Currency.IsZero() {
			continue
		}
		if c, ok := d.currencies[p.ID]; ok && c != p.Currency {
			wrong = append(wrong, fmt.Errorf("payee=%s: is paid in %s and in %s; balances are of one currency: make a payee of each", p.ID, c, p.Currency))
		}
		d.currencies[p.ID] = p.Currency
	}
	slices.Sort(d.ids)
	for _, id := range d.ids {
		t, err := fact.NewTimeline(versions[id])
		if err != nil {
			wrong = append(wrong, fmt.Errorf("payee=%s: %w", id, err))
		}
		d.timelines[id] = t
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return d, nil
}

// IDs are the keys of all payees, in order.
func (d *Directory) IDs() []fact.PayeeID { return slices.Clone(d.ids) }

// Has reports whether the payee is known at all.
func (d *Directory) Has(id fact.PayeeID) bool {
	_, ok := d.timelines[id]
	return ok
}

// At is what a payee is on a date, as of a revision.
func (d *Directory) At(id fact.PayeeID, on calendar.Date, asOf fact.Revision) (Payee, bool) {
	v, ok := d.timelines[id].At(on, asOf)
	return v.Value, ok
}

// History is the runs of days on which a payee's facts do not change, in order.
func (d *Directory) History(id fact.PayeeID, within calendar.Range, asOf fact.Revision) iter.Seq2[calendar.Range, Payee] {
	return func(yield func(calendar.Range, Payee) bool) {
		for r, v := range d.timelines[id].Segments(within, asOf) {
			if !yield(r, v.Value) {
				return
			}
		}
	}
}

// Name is the last known name of a payee, or the key.
func (d *Directory) Name(id fact.PayeeID) string {
	name := ""
	for v := range d.timelines[id].All() {
		if !v.Void && v.Value.Name != "" {
			name = v.Value.Name
		}
	}
	if name == "" {
		return string(id)
	}
	return name
}

// Currency is the one in which a payee is paid; zero is that of the company.
func (d *Directory) Currency(id fact.PayeeID) money.Currency { return d.currencies[id] }

// Currencies are those in which somebody is paid, beside that of the company, in order.
func (d *Directory) Currencies() []money.Currency {
	var out []money.Currency
	for _, c := range d.currencies { // order: they are sorted
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b money.Currency) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(out)
}

// Changes are the days within a range on which a payee comes or goes, in order, each once.
func (d *Directory) Changes(within calendar.Range, asOf fact.Revision) []calendar.Date {
	days := map[calendar.Date]bool{}
	for _, id := range d.ids {
		for r := range d.timelines[id].Segments(calendar.Range{}, asOf) {
			for _, day := range []calendar.Date{r.From, r.To} {
				if within.Contains(day) {
					days[day] = true
				}
			}
		}
	}
	return slices.SortedFunc(maps.Keys(days), calendar.Date.Compare)
}

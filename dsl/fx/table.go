package fx

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sort"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Table holds rates of any number of sets and pairs. It is immutable and safe for
// concurrent use. A nil *Table has none.
type Table struct {
	pairs map[pair][]Rate // by day, then by Known
}

// Len is the number of rates, each once.
func (t *Table) Len() (n int) {
	if t == nil {
		return 0
	}
	for _, rates := range t.pairs { // order: a sum
		n += len(rates)
	}
	return n
}

type pair struct {
	set      string
	from, to money.Currency
}

// NewTable makes a table of rates given in any order; a rate given twice counts
// once.
//
// The error joins the first hundred faults: a [*RateError] for a rate that is zero
// or negative or lacks a part, a [*ConflictError] for two values of the same set,
// pair and day that became known at the same revision.
func NewTable(rates []Rate) (*Table, error) { return Read(fact.Of(rates...)) }

// Read is [NewTable] for a sequence, such as rows of a database. An error of the
// sequence itself ends the reading.
func Read(rates iter.Seq2[Rate, error]) (*Table, error) {
	var found []error
	var sorted []Rate
	for r, err := range rates {
		if err != nil {
			return nil, fmt.Errorf("reading exchange rates: %w", err)
		}
		if r, err = r.canonical(); err != nil {
			found = append(found, err)
			continue
		}
		sorted = append(sorted, r)
	}
	slices.SortStableFunc(sorted, func(a, b Rate) int {
		return cmp.Or(compareDays(a, b), cmp.Compare(a.Known, b.Known), a.Value.Cmp(b.Value))
	})
	t := &Table{pairs: map[pair][]Rate{}}
	for _, r := range sorted {
		if err := t.insert(r); err != nil {
			found = append(found, err)
		}
	}
	if len(found) > 0 {
		return nil, joinFirst(found)
	}
	return t, nil
}

// insert takes rates in order.
func (t *Table) insert(r Rate) error {
	key := pair{r.Set, r.From, r.To}
	rates := t.pairs[key]
	if n := len(rates); n > 0 && rates[n-1].On == r.On && rates[n-1].Known == r.Known {
		if !rates[n-1].Value.Equal(r.Value) {
			return &ConflictError{First: rates[n-1], Second: r}
		}
		return nil
	}
	t.pairs[key] = append(rates, r)
	return nil
}

// latest is the rate of the pair on the day or the nearest day before it, as of
// the revision; of one day, the last that is known.
func (t *Table) latest(key pair, on calendar.Date, asOf fact.Revision) (Rate, bool) {
	if t == nil {
		return Rate{}, false
	}
	rates := t.pairs[key]
	i := sort.Search(len(rates), func(i int) bool { return rates[i].On.After(on) }) - 1
	for ; i >= 0; i-- {
		if asOf.Sees(rates[i].Known) {
			return rates[i], true
		}
	}
	return Rate{}, false
}

func joinFirst(found []error) error {
	const most = 100
	if len(found) > most {
		found = append(slices.Clone(found[:most]), fmt.Errorf("and %d more", len(found)-most))
	}
	return errors.Join(found...)
}

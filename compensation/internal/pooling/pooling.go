// Package pooling divides an amount among people, by weights and days.
//
// Terms. A [Stay] is days on which somebody is among them, with the same personal values. [Members] are all of them, over some days: what they
// share does not depend on who is asked for, and a cent that is left over goes by largest remainder, and between equal ones by the key of the
// payee.
package pooling

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Stay is days of somebody, with personal values.
type Stay struct {
	Days   calendar.Range
	Values map[string]decimal.Decimal // by the name that the plan declares
}

// Member is one of those who divide.
type Member struct {
	Payee  fact.PayeeID    // who it is
	Days   int             // on which it is one
	Weight decimal.Decimal // with days, if they count
}

// Members are all of them, by payee. They are safe for concurrent use.
type Members struct {
	List []Member        // by payee
	Sum  decimal.Decimal // of their weights
	lock sync.Mutex
	of   money.Amount // that was divided last
	all  []money.Amount
}

// Gather finds who divides what a component pays for some days. The error names whose weight cannot be told.
func Gather(c *plan.Component, days calendar.Range, ids []fact.PayeeID, stays func(fact.PayeeID) []Stay) (*Members, error) {
	m := &Members{}
	for _, id := range ids {
		one := Member{Payee: id}
		for _, s := range stays(id) {
			part := s.Days.Intersect(days)
			n, ok := part.Days()
			if !ok || n == 0 {
				continue
			}
			weight, err := weigh(c, part, s.Values)
			if err != nil {
				return nil, fmt.Errorf("the weight of payee=%s: %w", id, err)
			}
			if one.Days += n; c.Pool.AllDays { // that of the last days
				one.Weight = weight
			} else {
				one.Weight = one.Weight.Add(weight.Mul(decimal.New(int64(n), 0)))
			}
		}
		if one.Days > 0 {
			m.List, m.Sum = append(m.List, one), m.Sum.Add(one.Weight)
		}
	}
	slices.SortFunc(m.List, func(a, b Member) int { return strings.Compare(string(a.Payee), string(b.Payee)) })
	return m, nil
}

// weigh is the weight on some days.
func weigh(c *plan.Component, days calendar.Range, values map[string]decimal.Decimal) (w decimal.Decimal, err error) {
	by := c.Pool.Weight
	if by == nil {
		return decimal.New(1, 0), nil
	}
	row := dsl.Env{Inputs: by.Inputs}.NewRow()
	for i, s := range by.Slots {
		v, ok := values[s.Name]
		switch {
		case s.From == plan.FromStart:
			row.SetDate(i, days.From)
		case s.From == plan.FromEnd:
			row.SetDate(i, days.To.AddDays(-1))
		case ok:
			err = row.SetDecimal(i, v)
		default:
			row.SetMissing(i)
		}
		if err != nil {
			return w, err
		}
	}
	v, err := by.Pays.Eval(row)
	if err == nil && v.Decimal().IsNegative() {
		err = fmt.Errorf("%s is below zero", fact.DecimalText(v.Decimal()))
	}
	if err != nil {
		return w, err
	}
	return v.Decimal(), nil
}

// Share is what a payee has of an amount; ok is false for who is none of the members.
func (m *Members) Share(whole money.Amount, payee fact.PayeeID) (part money.Amount, one Member, ok bool, err error) {
	at, ok := slices.BinarySearchFunc(m.List, payee, func(o Member, id fact.PayeeID) int { return strings.Compare(string(o.Payee), string(id)) })
	if !ok || m.Sum.IsZero() || whole.IsZero() {
		if ok {
			one = m.List[at]
		}
		return part, one, ok, nil
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.all == nil || m.of != whole {
		weights, keys := make([]decimal.Decimal, len(m.List)), make([]string, len(m.List))
		for i, o := range m.List {
			weights[i], keys[i] = o.Weight, string(o.Payee)
		}
		if m.all, err = money.Allocate(whole, weights, money.Policy{Ties: money.ByKey, Keys: keys}); err != nil {
			return part, one, true, err
		}
		m.of = whole
	}
	return m.all[at], m.List[at], true, nil
}

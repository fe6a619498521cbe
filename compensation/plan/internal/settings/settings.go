// Package settings reads what a company says once about money and time: exchange rates, what late facts do, and the order of events. What
// stands behind the keys is held against its shape elsewhere; here it is only read.
package settings

import (
	"strconv"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting/convert"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
)

// Conversion reads with which rates events are converted, and what people in other currencies earn.
func Conversion(n *doc.Node) (convert.Rule, terms.Exchange) {
	text := func(key string) string {
		if v := n.Get(key); v != nil {
			return v.Raw()
		}
		return ""
	}
	c := convert.Rule{At: n.Span()}
	var on string
	c.Set, on, _ = strings.Cut(text("measure"), " on ")
	if day, err := calendar.ParseDate(on); err == nil {
		c.On = day
	} else if on != "incentive date" {
		c.Field = on
	}
	c.Set = strings.TrimSpace(c.Set)
	for _, word := range strings.Fields(text("missing day")) {
		if days, err := strconv.Atoi(word); err == nil {
			c.Policy.Missing.MaxDays = days
		}
	}
	c.Policy.Inverse = text("inverse") == "true"
	c.Policy.Cross, _ = money.ParseCurrency(text("cross")) // conform says what is wrong with it
	x := exchange(n, text("pay"), c.Policy)
	x.Current = text("recovery") == "current rate"
	return c, x
}

// Late reads what facts do that come late.
func Late(n *doc.Node) (late terms.LateFacts) {
	of := map[string]*terms.Late{"people": &late.People, "edges": &late.Edges, "assignments": &late.Assignments, "quotas": &late.Quotas}
	if !n.IsMapping() { // which is said elsewhere
		return late
	}
	for _, p := range n.Pairs("a mapping") {
		does, ok := map[string]terms.Late{"restate": terms.Restate, "gains only": terms.GainsOnly, "from known": terms.FromKnown}[p.Value.Raw()]
		kind := of[p.Name]
		switch {
		case p.Value.Raw() == "restate":
		case kind == nil:
			p.Value.Fail("late-kind", "leave it out: what they change of closed pay periods is paid in the first one that is open", "this version restates what comes late of %s", p.Name)
		case p.Name == "quotas" && does == terms.FromKnown:
			p.Value.Fail("late-kind", "write `when changed: from DATE` at the quota in the plan", "a quota is of a whole window, and does not count from the day on which it became known")
		case ok:
			*kind = does
		default:
			p.Value.Fail("late-kind", "write restate, gains only or from known", "only events can count in the current period")
		}
	}
	return late
}

// exchange reads with which rates people are paid in other currencies.
func exchange(n *doc.Node, pay string, policy fx.Policy) terms.Exchange {
	x := terms.Exchange{Policy: policy, At: n.Span()}
	var on string
	x.Set, on, _ = strings.Cut(pay, " on ")
	x.Set = strings.TrimSpace(x.Set)
	if day, err := calendar.ParseDate(strings.TrimSpace(on)); err == nil {
		x.Day, x.On = terms.OnDate, day
	} else if strings.TrimSpace(on) == terms.IncentiveDate.String() {
		x.Day = terms.IncentiveDate
	}
	return x
}

// Order reads the fields by which events of one day are ordered.
func Order(n *doc.Node) (fields []string) {
	if n.IsMapping() {
		if late := n.Get("late events"); late != nil && late.Raw() == "last" {
			late.Fail("late-last", "write by incentive date", "this version puts an event that comes late where its date puts it")
		}
		if n = n.Get("fields"); n == nil {
			return nil
		}
	}
	if n.IsList() {
		for m := range n.List("a list of fields") {
			fields = append(fields, strings.TrimSpace(m.Raw()))
		}
		return fields
	}
	for part := range strings.SplitSeq(n.Raw(), ",") {
		fields = append(fields, strings.TrimSpace(part))
	}
	return fields
}

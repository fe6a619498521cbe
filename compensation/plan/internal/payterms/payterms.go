// Package payterms reads what plan files say of how what was earned becomes what is paid: the blocks draw:, guarantee:,
// reserve:, minimum payment: and leaving:. What stands in them is held against its shape by package conform; here it
// becomes terms. A text that conform refuses gives any terms, since the program does not load.
package payterms

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

// Keys are the blocks that this package reads.
func Keys() []string { return []string{"draw", "guarantee", "reserve", "minimum payment", "leaving"} }

// Read makes the terms of a plan of its blocks by their keys; a block that is not there is nil.
func Read(fields map[string]*doc.Node, cur money.Currency) (t terms.Terms) {
	r := reader{cur}
	if n := fields["draw"]; n != nil {
		t.Draw = r.draw(n)
	}
	if n := fields["guarantee"]; n != nil {
		t.Guarantee = r.guarantee(n)
	}
	if n := fields["reserve"]; n != nil {
		t.Reserve = r.reserve(n)
	}
	if n := fields["minimum payment"]; n != nil {
		t.Minimum = r.minimum(n)
	}
	if n := fields["leaving"]; n != nil {
		t.Leaving = r.leaving(n)
	}
	return t
}

// Clawback makes the terms of a block clawback:.
func Clawback(n *doc.Node) *terms.Clawback {
	c := &terms.Clawback{
		By: text(n, "reversed by"), Current: text(n, "rate") == "current", Keep: text(n, "attainment") == "keep", Paid: text(n, "limit") == "paid so far", Reached: text(n, "reached bonuses") == "keep", Share: decimal.New(1, 0), Of: names(n.Get("of")), At: n.Span(),
	}
	if within, since, ok := strings.Cut(text(n, "within"), " of "); ok {
		c.Within, c.Since = span(within), since
	}
	c.Recovery = recovery(text(n, "recovery"))
	s := n.Get("share")
	switch {
	case s == nil:
	case s.IsList():
		c.Steps = []terms.ShareStep{}
		for step := range s.List("a list of shares") {
			c.Steps = append(c.Steps, terms.ShareStep{Within: span(text(step, "up to")), Share: share(text(step, "share"))})
		}
	case strings.HasPrefix(text(n, "share"), "unserved "):
		c.Term = strings.Join(strings.Fields(text(n, "share"))[2:], " ")
	default:
		c.Share = share(text(n, "share"))
	}
	return c
}

// Windfall makes the terms of a block windfall:, but for the size and the condition, which are formulas.
func Windfall(n *doc.Node) terms.Windfall {
	w := terms.Windfall{Of: names(n.Get("of")), Measures: names(n.Get("measures")), At: n.Span()}
	switch text(n, "measure") {
	case "up to limit":
		w.Counts = terms.CountedUpTo
	case "none":
		w.Counts = terms.CountedNone
	}
	if n.Get("rate") != nil {
		rate := share(text(n, "rate"))
		w.Rate = &rate
	}
	return w
}

// recovery reads in 3 instalments, from future earnings, or up to 50% of future earnings.
func recovery(text string) (r terms.Recovery) {
	words := strings.Fields(text)
	switch {
	case len(words) == 3 && words[0] == "in":
		r.Parts, _ = strconv.Atoi(words[1])
	case len(words) == 3 && words[0] == "from":
		r.Earnings, r.Share = true, decimal.New(1, 0)
	case len(words) > 3:
		r.Earnings, r.Share = true, share(words[2])
	}
	return r
}

// span reads 90 days, or 6 months.
func span(text string) (t terms.Time) {
	words := strings.Fields(text)
	if len(words) != 2 {
		return t
	}
	n, _ := strconv.Atoi(words[0])
	if strings.HasPrefix(words[1], "month") {
		t.Months = n
	} else {
		t.Days = n
	}
	return t
}

// names are the members of a list, or of a text with commas; nil where nothing is said.
func names(n *doc.Node) (out []string) {
	switch {
	case n == nil:
		return nil
	case n.IsList():
		for m := range n.List("a list of components") {
			out = append(out, strings.TrimSpace(m.Raw()))
		}
	default:
		for name := range strings.SplitSeq(n.Raw(), ",") {
			out = append(out, strings.TrimSpace(name))
		}
	}
	return append([]string{}, out...)
}

type reader struct{ currency money.Currency }

func (r reader) draw(n *doc.Node) *terms.Draw {
	d := &terms.Draw{OnTop: text(n, "paid") == "on top", Share: decimal.New(1, 0), At: n.Span()}
	length := periods(text(n, "for"))
	if a := n.Get("amount"); a != nil && a.IsList() {
		if alone := n.Get("for"); alone != nil {
			alone.Fail("key-alone", "remove it", "`for:` is about one amount, but here each of a list says how long it is paid")
		}
		for step := range a.List("a list of amounts") {
			d.Steps = append(d.Steps, terms.Step{Window: r.window(text(step, "amount")), For: periods(text(step, "for"))})
		}
	} else {
		d.Steps = []terms.Step{{Window: r.window(text(n, "amount")), For: length}}
	}
	d.Above = !d.OnTop
	switch recover := text(n, "recover"); {
	case recover == "all":
		d.Above = false
	case strings.HasPrefix(recover, "up to "):
		d.Above, d.Share = false, share(strings.TrimPrefix(recover, "up to "))
	case recover != "":
		d.Above = true
	}
	if keep := text(n, "keep"); strings.HasSuffix(keep, "%") {
		d.KeepShare = share(keep)
	} else if keep != "" {
		d.Keep = r.window(keep)
	}
	if from := strings.Fields(text(n, "recovery from")); len(from) == 2 {
		d.FromPeriod, _ = strconv.Atoi(from[1])
	} else if len(from) == 1 {
		d.FromDay, _ = calendar.ParseDate(from[0])
	}
	d.Limit = r.money(text(n, "balance limit"))
	switch forgive := text(n, "forgive"); {
	case forgive == "at end":
		d.ForgiveAtEnd = true
	case strings.Contains(forgive, "%"):
		d.ForgiveShare = share(strings.Fields(forgive)[0])
	}
	switch leaving := text(n, "on leaving"); {
	case leaving == "forgive":
		d.OnLeaving = terms.Forgive
	case strings.HasPrefix(leaving, "deduct up to "):
		d.OnLeaving, d.AtMost = terms.Deduct, share(strings.TrimPrefix(leaving, "deduct up to "))
	}
	return d
}

func (r reader) guarantee(n *doc.Node) *terms.Guarantee {
	g := &terms.Guarantee{
		Window: r.window(text(n, "amount")), ToDate: text(n, "measured") == "to date", Recoverable: text(n, "recoverable") == "true",
		Clawbacks: text(n, "covers") == "clawbacks", At: n.Span(),
	}
	g.Of = names(n.Get("of"))
	if length := text(n, "for"); strings.Contains(length, "..") {
		g.Days, _ = calendar.ParseRange(length)
	} else {
		g.For = periods(length)
	}
	return g
}

func (r reader) reserve(n *doc.Node) *terms.Reserve {
	out := &terms.Reserve{Share: share(text(n, "share")), AtMost: r.money(text(n, "at most")), Untouched: text(n, "consumed") == "never", At: n.Span()}
	after := span(text(n, "released after"))
	out.Months, out.Days = after.Months, after.Days
	return out
}

func (r reader) minimum(n *doc.Node) *terms.Minimum {
	if n.IsMapping() {
		return &terms.Minimum{Amount: r.money(text(n, "amount")), Kept: text(n, "final pay") == "kept", At: n.Span()}
	}
	return &terms.Minimum{Amount: r.money(n.Raw()), At: n.Span()}
}

func (r reader) leaving(n *doc.Node) terms.Leaving {
	balance := text(n, "balance")
	held := map[string]terms.HeldPay{"pay": terms.PayAtOnce, "forfeit": terms.ForfeitAll}[text(n, "held")]
	return terms.Leaving{Held: held, EarnOn: text(n, "earn until") == "last payment", WriteOff: balance == "write off", Invoice: balance == "invoice", Threshold: text(n, "threshold") == "kept"}
}

// text is what stands behind a key; empty where nothing does.
func text(n *doc.Node, key string) string {
	if v := n.Get(key); v != nil && v.IsScalar() {
		return strings.Join(strings.Fields(v.Raw()), " ")
	}
	return ""
}

// window reads 3_000 USD per month.
func (r reader) window(text string) (w terms.Window) {
	amount, per, _ := strings.Cut(text, " per ")
	w.Amount = r.money(amount)
	switch per {
	case "quarter":
		w.Per = calendar.UnitQuarter
	case "half":
		w.Per = calendar.UnitHalf
	case "year":
		w.Per = calendar.UnitYear
	default:
		w.Per = calendar.UnitMonth
	}
	return w
}

// money reads 3_000 USD; zero where nothing is said.
func (r reader) money(text string) money.Amount {
	digits, _, _ := strings.Cut(strings.ReplaceAll(text, "_", ""), " ")
	d, err := decimal.NewFromString(digits)
	if err != nil {
		return money.Amount{}
	}
	a, _ := money.FromDecimal(d, r.currency)
	return a
}

// share reads 50%.
func share(text string) decimal.Decimal {
	d, err := decimal.NewFromString(strings.TrimSuffix(strings.ReplaceAll(text, "_", ""), "%"))
	if err != nil {
		return decimal.Zero
	}
	return d.Shift(-2)
}

// periods reads 6 months as pay periods, which are months; 0 where nothing is said.
func periods(text string) int {
	words := strings.Fields(text)
	if len(words) != 2 {
		return 0
	}
	n, _ := strconv.Atoi(words[0])
	if strings.HasPrefix(words[1], "quarter") {
		n *= 3
	}
	return n
}

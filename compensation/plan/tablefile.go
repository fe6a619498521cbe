package plan

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/internal/fixed"
)

func (p *planLoader) allTables(n *doc.Node) {
	for _, t := range n.Pairs("a mapping of tables") {
		made, ok := p.table(t)
		if ok {
			n.File().Found = append(n.File().Found, made.Check()...)
		}
		p.tables[t.Name] = made // also with a fault, so that formulas know its name
	}
}

func (p *planLoader) table(n doc.Pair) (table.Table, bool) {
	t := table.Table{Name: n.Name, At: n.Key.Span()}
	fields, ok := keys(n.Value, shape.Table())
	if !ok {
		return t, false
	}
	by := fields["marginal by"]
	if whole := fields["whole by"]; whole != nil {
		if by != nil {
			whole.Fail("table-kind", "keep one of them", "a table is marginal or whole, not both")
		}
		by, t.Kind = whole, table.Whole
	}
	if by == nil {
		for _, later := range shape.Table().LaterNames() {
			if fields[later] != nil && strings.HasSuffix(later, " by") {
				return t, false // a kind of table that has been refused
			}
		}
		n.Value.Fail("key-missing", "write one of them, with the name of a measure", "the table has neither `marginal by:` nor `whole by:`")
		return t, false
	}
	t.By, _ = by.Text("the name of a measure")
	if _, ok := p.program.Measure(t.By); !ok && t.By != "amount" && t.By != "attainment" {
		p.unknownMeasure(by, t.By, append(p.measureNames(), "amount", "attainment"))
	}
	if e := fields["edges"]; e != nil {
		switch text, _ := e.Text("what the edges are"); text {
		case "% of quota":
			t.Edges = table.OfQuota
		case "amount":
		default:
			e.Fail("wrong-shape", "write \"% of quota\" in quotes, or amount", "%q does not say what the edges are", text)
		}
	}
	before := len(n.Value.File().Found)
	for tier := range fields["tiers"].List("a list of tiers") {
		t.Tiers = append(t.Tiers, p.tier(tier))
	}
	return t, before == len(n.Value.File().Found) // the order of broken tiers means nothing
}

func (p *planLoader) tier(n *doc.Node) table.Tier {
	t := table.Tier{At: n.Span()}
	fields, _ := keys(n, shape.Tier())
	edge := fields["from"]
	if above := fields["above"]; above != nil {
		if edge != nil {
			above.Fail("tier-edge", "keep one of them", "a tier starts `from:` an edge or `above:` it, not both")
		} else {
			edge, t.Above = above, true
		}
	}
	if edge == nil {
		n.Fail("key-missing", "write `from: 0` in the first tier", "the tier has neither `from:` nor `above:`")
	} else {
		t.From = p.number(edge)
	}
	if r := fields["rate"]; r != nil {
		t.Rate = p.rate(r)
	}
	return t
}

// rate reads 5% or 0.05.
func (p *planLoader) rate(n *doc.Node) decimal.Decimal {
	text, ok := n.Text("a rate, such as 5%")
	if ok && strings.Contains(text, " ") {
		n.Fail("number", "write a ratio, such as 5% or 0.05, without a space", "%q is no rate: this version has no tables of amounts", text)
		return decimal.Zero
	}
	d := p.number(n)
	if one := decimal.New(1, 0); ok && d.GreaterThan(one) && !strings.HasSuffix(text, "%") {
		n.File().Found = append(n.File().Found, source.Warnf("rate-without-percent", n.Span(), "the rate %s is %s%%", text, fact.DecimalText(d.Shift(2))).
			WithHint("write %s%% if that is meant, or %s%%", fact.DecimalText(d.Shift(2)), text))
	}
	return d
}

// number reads 5%, 0.05, 60_000 or 60_000 USD.
func (p *planLoader) number(n *doc.Node) decimal.Decimal {
	text, ok := n.Text("a number, such as 5% or 60_000")
	if !ok {
		return decimal.Zero
	}
	plain, currency := text, ""
	if before, after, found := strings.Cut(text, " "); found {
		plain, currency = before, after
	}
	digits, percent := strings.CutSuffix(plain, "%")
	coef, scale, err := fixed.Parse(strings.ReplaceAll(digits, "_", ""))
	if err != nil || percent && currency != "" || strings.Contains(digits, "__") || strings.HasSuffix(digits, "_") || strings.HasPrefix(digits, "_") {
		n.Fail("number", "write 5%, 0.05, 60_000 or 60_000 USD", "%q is not a number", text)
		return decimal.Zero
	}
	if currency != "" && currency != p.program.Currency.String() && !p.program.Currency.IsZero() {
		n.Fail("number", "write 5%, 0.05, 60_000 or 60_000 "+p.program.Currency.String(), "behind %s stands %q, which is not the plan's currency", plain, currency)
	}
	d := decimal.NewFromBigInt(coef.Big(), -int32(scale))
	if percent {
		return decimal.NewFromBigInt(coef.Big(), -int32(scale)-2)
	}
	return d
}

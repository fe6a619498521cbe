package plan

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/dsl/table"
	"github.com/payproof/payproof/internal/fixed"
)

func (p *planLoader) allTables(n *doc.Node) {
	for _, t := range n.Pairs("a mapping of tables") {
		if made, ok := p.table(t); ok {
			n.File().Found = append(n.File().Found, made.Check()...)
			p.tables[t.Name] = made
		}
	}
}

func (p *planLoader) table(n doc.Pair) (table.Table, bool) {
	t := table.Table{Name: n.Name, At: n.Key.Span()}
	fields := n.Value.Fields("a table", []string{"marginal by", "whole by", "edges", "tiers"},
		[]string{"excess by", "interpolated by", "lookup by", "matrix by", "proportional by", "step by", "edge", "below"})
	if !n.Value.Require(fields, "the table", "tiers") {
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
		n.Value.Fail("key-missing", "", "the table has neither `marginal by:` nor `whole by:`")
		return t, false
	}
	t.By, _ = by.Text("the name of a measure")
	if _, ok := p.program.Measure(t.By); !ok && t.By != "amount" && t.By != "attainment" {
		by.Fail("unknown-measure", source.DidYouMean(t.By, append(p.measureNames(), "amount", "attainment")), "unknown measure %q", t.By)
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
	for tier := range fields["tiers"].List("a list of tiers") {
		t.Tiers = append(t.Tiers, p.tier(tier))
	}
	return t, true
}

func (p *planLoader) tier(n *doc.Node) table.Tier {
	t := table.Tier{At: n.Span()}
	fields := n.Fields("a tier", []string{"from", "above", "rate"}, []string{"amount", "to"})
	n.Require(fields, "the tier", "rate")
	edge := fields["from"]
	if above := fields["above"]; above != nil {
		if edge != nil {
			above.Fail("tier-edge", "keep one of them", "a tier starts `from:` an edge or `above:` it, not both")
		}
		edge, t.Above = above, true
	}
	if edge == nil {
		n.Fail("key-missing", "", "the tier has neither `from:` nor `above:`")
	} else {
		t.From = number(edge)
	}
	if r := fields["rate"]; r != nil {
		t.Rate = number(r)
	}
	return t
}

// number reads 5%, 0.05, 60_000 or 60_000 USD.
func number(n *doc.Node) decimal.Decimal {
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
	d := decimal.NewFromBigInt(coef.Big(), -int32(scale))
	if percent {
		return decimal.NewFromBigInt(coef.Big(), -int32(scale)-2)
	}
	return d
}

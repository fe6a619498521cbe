package fold

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
)

func draw(rt *rapid.T, i int) crediting.Line {
	cents := rapid.Int64Range(-3_000, 20_000).Draw(rt, "cents")
	if oneIn(rt, 20, "much") {
		cents *= 1_000_000_000
	}
	amount := decimal.New(cents, -2).String()
	l := crediting.Line{Kind: "deal", ID: fact.EventID(fmt.Sprint("e", i)), Fields: map[string]string{
		"closed": day(rt, "closed", 0, 20).String(), "amount": amount, "seller": somebody(rt, "seller"),
		"account": pick(rt, "account", "acme", "globex", "other"), "region": pick(rt, "region", "west", "east"), "units": pick(rt, "units", "0", "3", "7", "12"), "product": pick(rt, "product", "p1", "p2", "p3", "p4"),
	}}
	if oneIn(rt, 3, "renewal") {
		l.Kind = "renewal"
		return l
	}
	l.Fields["opened"] = day(rt, "opened", -5, 10).String()
	if oneIn(rt, 2, "with a partner") {
		l.Fields["partner"] = somebody(rt, "partner")
	}
	if oneIn(rt, 2, "with sellers") {
		l.Fields["sellers"] = strings.Join(slices.Compact(slices.Sorted(slices.Values([]string{somebody(rt, "one"), somebody(rt, "two"), somebody(rt, "three")}))), ";")
	}
	for _, optional := range []string{"account", "units"} {
		if oneIn(rt, 6, "without "+optional) {
			delete(l.Fields, optional)
		}
	}
	return l
}

// history draws lines: events, withdrawals, corrections, and reversals of deals.
func history(rt *rapid.T, first, n int, before []crediting.Line) (out []crediting.Line) {
	taken := map[fact.EventID]bool{}
	for _, l := range before {
		taken[fact.EventID(l.Fields["original"])] = true
		taken[l.ID] = taken[l.ID] || l.Revision > 0 || l.Withdrawn
	}
	for i := range n {
		id := first + i
		all := slices.Concat(before, out)
		of := rapid.IntRange(0, max(len(all)-1, 0)).Draw(rt, "of")
		what := rapid.IntRange(0, 24).Draw(rt, "what")
		if len(all) == 0 || what > 3 || taken[all[of].ID] || all[of].Fields["original"] != "" {
			out = append(out, draw(rt, id))
			continue
		}
		old := all[of]
		taken[old.ID] = true
		switch {
		case what == 0:
			out = append(out, crediting.Line{Kind: old.Kind, ID: old.ID, Revision: 1, Withdrawn: true})
		case what == 1:
			l := draw(rt, id)
			for l.Kind != old.Kind {
				l = draw(rt, id)
			}
			l.ID, l.Revision = old.ID, 1
			out = append(out, l)
		case old.Kind == "deal":
			l := draw(rt, id)
			l.Kind, l.Fields["original"], l.Fields["closed"] = "deal", string(old.ID), day(rt, "closed", 20, 24).String()
			if l.Fields["amount"] = ""; what == 2 {
				delete(l.Fields, "amount")
			}
			l.Fields["amount"] = old.Fields["amount"]
			out = append(out, l)
		default:
			out = append(out, draw(rt, id))
		}
	}
	return out
}

func load(t testing.TB, schemas []*crediting.Schema, lines []crediting.Line) (*crediting.Events, error) {
	return crediting.Load(t.Context(), crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return fact.Of(lines...) }), schemas)
}

package paybase

import (
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/shopspring/decimal"
)

// Weights refuses components that together are worth more than the whole target pay.
func Weights(components []doc.Pair) {
	sum, whole := decimal.Zero, decimal.New(1, 0)
	for _, c := range components {
		if !c.Value.IsMapping() || c.Value.Get("weight") == nil {
			continue
		}
		n := c.Value.Get("weight")
		share, ok := Share(n)
		if !ok || share.GreaterThan(whole) {
			continue // which its shape refuses
		}
		if sum = sum.Add(share); sum.GreaterThan(whole) {
			n.Fail("weight-sum", "lower some, so that they come to 100% at the most", "with this, the weights of the plan come to %s%%", fact.DecimalText(sum.Shift(2)))
			return
		}
	}
}

// Share reads a percentage as a part of one.
func Share(n *doc.Node) (share decimal.Decimal, ok bool) {
	text, is := strings.CutSuffix(strings.TrimSpace(n.Raw()), "%")
	if len(text) > maxShare || strings.ContainsAny(text, "eE") {
		return share, false
	}
	share, err := decimal.NewFromString(text)
	return share.Shift(-2), is && err == nil
}

// maxShare is the length of the longest percentage that is read, in bytes; its shape refuses others.
const maxShare = 20

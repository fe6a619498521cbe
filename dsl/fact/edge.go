package fact

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Edge is a dated arrow from one key to another: the manager of a payee, the
// owner of a territory, the SE on an account, the team of a payee. Several edges
// of a name may leave one key at once if they lead to different keys.
type Edge struct {
	Name     string          // the relationship, for example "manager"
	From, To string          // from the report to the manager, from the territory to its owner
	Share    decimal.Decimal // a ratio, 0.6 for 60 %; zero means the whole, 1
	Stamp    Stamp
	// Void withdraws the edge from From to To over the effective range; Share is
	// not read. A move to another manager is two edges: the old one void, the new
	// one from that day.
	Void bool
}

// Equal tells whether two edges say the same. Shares compare by value, and a zero
// share is 1.
func (e Edge) Equal(other Edge) bool {
	return compareArrows(e, other) == 0 && e.Stamp == other.Stamp && e.Void == other.Void && (e.Void || e.share().Equal(other.share()))
}

// String shows the arrow for messages: "manager: ana → bob 60%".
func (e Edge) String() string {
	text := fmt.Sprintf("%s: %s → %s", e.Name, e.From, e.To)
	switch {
	case e.Void:
		return text + " withdrawn"
	case e.Share.IsZero():
		return text
	}
	return text + " " + DecimalText(e.Share.Shift(2)) + "%"
}

// whole is the share of most edges: one for all, which is soon looked at.
var whole = decimal.NewFromInt(1)

func (e Edge) share() decimal.Decimal {
	if e.Share.IsZero() {
		return whole
	}
	return e.Share
}

// canonical checks an edge and gives it a share in its shortest form, so that
// 0.50 and 0.5 leave the same trace.
func (e Edge) canonical() (Edge, error) {
	for _, key := range []struct{ what, text string }{{"name", e.Name}, {"from", e.From}, {"to", e.To}} {
		if err := CheckKey(key.text); err != nil {
			return e, fmt.Errorf("edge %q from %q to %q: %s: %w", e.Name, e.From, e.To, key.what, err)
		}
	}
	if e.Void {
		e.Share = decimal.Decimal{}
		return e, nil
	}
	share, err := CanonicalDecimal(e.share())
	if err != nil {
		return e, fmt.Errorf("edge %s: share: %w", e, err)
	}
	if e.Share = share; share.Exponent() == 0 && share.Equal(whole) {
		e.Share = whole
	}
	if share.IsNegative() {
		return e, fmt.Errorf("edge %s: the share is negative; write a share above 0, or set Void to withdraw the edge", e)
	}
	return e, nil
}

// compareArrows orders by name, then from, then to, each by bytes.
func compareArrows(a, b Edge) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
}

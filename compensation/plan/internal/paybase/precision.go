package paybase

import (
	"strconv"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/terms"
)

// mostPlaces is how fine quotients are: finer amounts come of products alone, and are exact.
const mostPlaces = 16

// ReadPrecision reads `minor unit`, `exact` or `4 places`.
func ReadPrecision(n *doc.Node) (p terms.Precision) {
	switch words := strings.Fields(n.Raw()); {
	case len(words) == 1 && words[0] == "exact":
		p.Exact = true
	case len(words) == 2 && words[0] != "minor":
		places, err := strconv.Atoi(words[0])
		if err != nil {
			return p // which its shape says
		}
		if p.Stated, p.Places = true, places; places > mostPlaces {
			n.Fail("precision", "write 16 places, or exact", "%d places are more than quotients have, which are rounded to %d", places, mostPlaces)
		}
	}
	return p
}

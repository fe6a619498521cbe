package crediting

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl/fact"
)

// By says how a recipient is found.
type By uint8

// The ways to find a recipient.
const (
	ByField     By = iota // the payee that a field of the event names
	ByTerritory           // the owners of the event's territory on its date
	ByRole                // whoever has a role on a key of the event: an edge of that name
)

// Share says which part of the amount a recipient of a split gets.
type Share uint8

// The kinds of share.
const (
	All        Share = iota // the whole amount
	Percent                 // Part of the amount
	PartOfRest              // Part of what the percentages leave
	Rest                    // what all others leave
)

// Recipient is one entry of a rule's `to:`.
type Recipient struct {
	By    By
	Name  string // the field, or the role
	On    string // ByRole: the field that holds the key
	Share Share
	Part  decimal.Decimal // a ratio: 0.6 for 60 %
	// Vacant says, ByTerritory, what happens where nobody owns the territory.
	Vacant territory.Vacant
}

var sharePattern = regexp.MustCompile(`^(.*?)\s+(?:(\d+(?:\.\d+)?)%(\s+of\s+rest)?|(rest))$`)

// ParseRecipients reads a `to:` of a plan file: "owner of territory", "seller",
// "role SE on account", or a split such as "seller 60%, partner 40%",
// "partner 30%, owner of territory rest", "leader 20%, role SE on account 15% of rest, seller rest".
// A split must come to 100 %.
func ParseRecipients(text string) ([]Recipient, error) {
	parts := strings.Split(text, ",")
	out := make([]Recipient, 0, len(parts))
	for _, p := range parts {
		r, err := parseRecipient(strings.TrimSpace(p))
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, checkShares(out)
}

func parseRecipient(text string) (r Recipient, err error) {
	if m := sharePattern.FindStringSubmatch(text); m != nil {
		text = m[1]
		if r.Share = Rest; m[4] == "" {
			if r.Share = Percent; m[3] != "" {
				r.Share = PartOfRest
			}
			if r.Part, err = decimal.NewFromString(m[2]); err != nil {
				return r, err
			}
			r.Part = r.Part.Shift(-2)
		}
	}
	words := strings.Fields(text)
	switch {
	case len(words) == 1:
		r.By, r.Name = ByField, words[0]
	case len(words) == 3 && words[0] == "owner" && words[1] == "of" && words[2] == "territory":
		r.By, r.Name = ByTerritory, "owner"
	case len(words) == 4 && words[0] == "role" && words[2] == "on":
		r.By, r.Name, r.On = ByRole, words[1], words[3]
	default:
		return r, fmt.Errorf("%q names no recipient; write a field (seller), `owner of territory`, or `role SE on account`, and behind it a share such as 60%% or rest", text)
	}
	return r, nil
}

// checkShares refuses a split that does not come to the whole.
func checkShares(rs []Recipient) error {
	if len(rs) == 1 && rs[0].Share == All {
		return nil
	}
	one := decimal.New(1, 0)
	fixedPart, ofRest, rest := decimal.Zero, decimal.Zero, 0
	for _, r := range rs {
		switch r.Share {
		case All:
			return fmt.Errorf("%s has no share; in a list each recipient has one: 60%%, or rest", r.Name)
		case Percent:
			fixedPart = fixedPart.Add(r.Part)
		case PartOfRest:
			ofRest = ofRest.Add(r.Part)
		case Rest:
			rest++
		}
	}
	switch {
	case rest > 1:
		return fmt.Errorf("rest stands %d times; only one recipient can have it", rest)
	case fixedPart.GreaterThan(one) || ofRest.GreaterThan(one):
		return fmt.Errorf("the shares come to %s%%, which is over 100%%; lower them, or use a rule of its own for extra credit", fact.DecimalText(decimal.Max(fixedPart, ofRest).Shift(2)))
	case rest == 0 && !fixedPart.Equal(one) && !ofRest.Equal(one):
		return fmt.Errorf("the shares come to %s%%, not 100%%; give one recipient `rest`, or use a rule of its own for extra credit", fact.DecimalText(fixedPart.Add(one.Sub(fixedPart).Mul(ofRest)).Shift(2)))
	}
	return nil
}

// weights are the shares of the recipients that are there, as parts of 1: `rest`
// is what the others leave, also when one of them is absent.
func weights(rs []Recipient, present []bool) []decimal.Decimal {
	one := decimal.New(1, 0)
	out := make([]decimal.Decimal, len(rs))
	left := one
	for i, r := range rs {
		switch {
		case r.Share == All:
			out[i] = one
		case r.Share == Percent && present[i]:
			out[i] = r.Part
		}
		left = left.Sub(out[i])
	}
	rest := left
	for i, r := range rs {
		if r.Share == PartOfRest && present[i] {
			out[i] = left.Mul(r.Part)
			rest = rest.Sub(out[i])
		}
	}
	for i, r := range rs {
		if r.Share == Rest {
			out[i] = rest
		}
	}
	return out
}

// owners finds the owners of a territory on the event's date, or what the rule says of a vacancy.
func (a *Applier) owners(e *Event, to Recipient, id fact.TerritoryID) (found []recipient, present bool, reason string) {
	if len(a.edges.To(to.Name, string(id), e.Date(), a.asOf)) > 0 {
		return a.byEdge(e, to.Name, string(id), "territory "+string(id))
	}
	reason = fmt.Sprintf("%s has no %s on %s", id, to.Name, e.Date())
	if to.Vacant == territory.Forgone {
		return nil, true, reason + ", and none is awaited"
	}
	if to.Vacant == territory.Up {
		for above, ok := a.rules.Territories.Above(id); ok; above, ok = a.rules.Territories.Above(above) {
			if len(a.edges.To(to.Name, string(above), e.Date(), a.asOf)) > 0 {
				return a.byEdge(e, to.Name, string(above), fmt.Sprintf("territory %s, above %s", above, id))
			}
		}
		reason += ", nor has any above it"
	}
	a.waiting = id
	return nil, true, reason
}

// suspend marks what was just left over as waiting for the owner of a territory.
func (a *Applier) suspend() {
	a.out.Uncredited[len(a.out.Uncredited)-1].Suspense = a.waiting
}

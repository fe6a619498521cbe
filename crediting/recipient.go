package crediting

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/territory"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// By says how a recipient is found.
type By uint8

// The ways to find a recipient.
const (
	ByField     By = iota // the payee that a field of the event names
	ByTerritory           // the owners of the event's territory on its date
	ByRole                // whoever has a role on a key of the event: an edge of that name
	ByTeam                // the members of a team: edges `team` from them to it
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
	Name  string // the field, the role, or the team
	On    string // ByRole: the field that holds the key, or "territory"
	Share Share
	Part  decimal.Decimal // a ratio: 0.6 for 60 %
	// Vacant says, ByTerritory, what happens where nobody owns the territory.
	Vacant territory.Vacant
	// Protect says, ByTerritory, which deals stay with the owner of the day on which they were opened.
	Protect territory.Protection
}

var sharePattern = regexp.MustCompile(`^(.*?)\s+(?:(\d+(?:\.\d+)?)%(\s+of\s+rest)?|(rest))$`)

// ParseRecipients reads a `to:` of a plan file: "owner of territory", "seller",
// "role SE on account", or a split such as "seller 60%, partner 40%",
// "partner 30%, owner of territory rest", "leader 20%, role SE on account 15% of rest, seller rest".
// A split must come to 100 %, unless its shares may come to anything: then one without a share has the whole.
func ParseRecipients(text string, anyShares bool) ([]Recipient, error) {
	if anyShares {
		return parseRecipients(text, checkAnyShares)
	}
	return parseRecipients(text, checkShares)
}

func parseRecipients(text string, check func([]Recipient) error) ([]Recipient, error) {
	parts := strings.Split(text, ",")
	out := make([]Recipient, 0, len(parts))
	for _, p := range parts {
		r, err := parseRecipient(strings.TrimSpace(p))
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, check(out)
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
	case len(words) == 2 && words[0] == "team":
		r.By, r.Name = ByTeam, words[1]
	case len(words) == 3 && words[0] == "owner" && words[1] == "of" && words[2] == "territory":
		r.By, r.Name = ByTerritory, "owner"
	case len(words) == 4 && words[0] == "role" && words[2] == "on":
		r.By, r.Name, r.On = ByRole, words[1], words[3]
	default:
		return r, fmt.Errorf("%q names no recipient; write a field (seller), `owner of territory`, `role SE on account`, or `team West`, and behind it a share such as 60%% or rest", text)
	}
	return r, nil
}

// checkShares refuses a split that does not come to the whole.
func checkShares(rs []Recipient) error {
	if len(rs) == 1 && rs[0].Share == All {
		return nil
	}
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

// checkAnyShares refuses what nothing is left for.
func checkAnyShares(rs []Recipient) error {
	fixedPart, ofRest, rest, some := decimal.Zero, decimal.Zero, 0, false
	for _, r := range rs {
		switch r.Share {
		case All:
			fixedPart = fixedPart.Add(one)
		case Percent:
			fixedPart = fixedPart.Add(r.Part)
		case PartOfRest:
			ofRest, some = ofRest.Add(r.Part), true
		case Rest:
			rest, some = rest+1, true
		}
	}
	switch {
	case rest > 1:
		return fmt.Errorf("rest stands %d times; only one recipient can have it", rest)
	case some && fixedPart.GreaterThanOrEqual(one) || ofRest.GreaterThan(one):
		return fmt.Errorf("the shares leave no rest; write a percentage instead of it")
	}
	return nil
}

// weights are the shares of the recipients that are there, as parts of 1: `rest`
// is what the others leave, also when one of them is absent.
func weights(rs []Recipient, present []bool) []decimal.Decimal {
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

// recipient is a payee found for an entry of a rule.
type recipient struct {
	payee fact.PayeeID
	share decimal.Decimal // of the entry's part, in parts of among
	among int64           // 1; or how many divide the part equally
	via   string
	whole bool // has the whole, whatever others have
}

// resolved is whom an entry of a rule has found for the event at hand.
type resolved struct {
	entry   *Recipient
	found   []recipient
	present bool
	reason  string
	waiting fact.TerritoryID
}

// asksAs reports whether two entries find the same recipients.
func (r *Recipient) asksAs(other *Recipient) bool {
	return r.By == other.By && r.Name == other.Name && r.On == other.On && r.Vacant == other.Vacant && r.Protect == other.Protect && (r.Share == All) == (other.Share == All)
}

// resolve is find, once for all rules that ask the same of an event, and with the territory whose owner is
// waited for. What had a fault is not remembered: each rule reports it.
func (a *Applier) resolve(e *Event, to *Recipient, row *dsl.Row) (found []recipient, present bool, reason string, waiting fact.TerritoryID) {
	for i := range a.resolved {
		if r := &a.resolved[i]; r.entry.asksAs(to) {
			return r.found, r.present, r.reason, r.waiting
		}
	}
	faults := len(a.out.Findings)
	a.waiting = ""
	found, present, reason = a.find(e, to, row)
	if len(a.out.Findings) == faults {
		a.resolved = append(a.resolved, resolved{to, found, present, reason, a.waiting})
	}
	return found, present, reason, a.waiting
}

// find resolves an entry of a rule on the event's date. present is false when an
// optional field is empty, so that `rest` takes its part.
func (a *Applier) find(e *Event, to *Recipient, row *dsl.Row) (found []recipient, present bool, reason string) {
	switch {
	case to.By == ByField:
		return a.byField(e, to)
	case to.By == ByTeam:
		return a.byTeam(e, to)
	case to.By == ByTerritory, to.onTerritory(e.schema):
		return a.byTerritory(e, to, row)
	}
	cell := e.named(to.On)
	if !cell.Has {
		return nil, false, fmt.Sprintf("%s is empty", to.On)
	}
	return a.byEdge(e, to.Name, cell.Text, to.Name+" on "+cell.Text)
}

// onTerritory reports whether a role is one on the event's territory.
func (r *Recipient) onTerritory(s *Schema) bool {
	return r.By == ByRole && r.On == "territory" && s.Index("territory") < 0
}

// byTeam finds the members of a team. Without shares, each has the whole, or, of a part of a split, as much as
// the others.
func (a *Applier) byTeam(e *Event, to *Recipient) (found []recipient, present bool, reason string) {
	edges := a.edges.From("team", to.Name, e.Date(), a.asOf)
	shared := false
	for _, edge := range edges {
		shared = shared || !edge.Share.Equal(one)
	}
	for _, edge := range edges {
		payee := fact.PayeeID(edge.From)
		if !a.known(payee) {
			a.fail(e, "unknown-payee", "add it to people.csv, or correct the edge", "a member of the team %s, %q, is nobody known", to.Name, payee)
			reason = fmt.Sprintf("a member of the team %s, %q, is nobody known", to.Name, payee)
			continue
		}
		r := recipient{payee: payee, share: edge.Share, among: 1, via: "team " + to.Name}
		if !shared {
			r.whole, r.among = to.Share == All, int64(len(edges))
		}
		found = append(found, r)
	}
	if len(edges) == 0 {
		reason = fmt.Sprintf("the team %s has no member on %s", to.Name, e.Date())
	}
	return found, true, reason
}

func (a *Applier) byField(e *Event, to *Recipient) ([]recipient, bool, string) {
	cell := e.named(to.Name)
	if !cell.Has {
		return nil, false, to.Name + " is empty"
	}
	among := int64(1)
	if e.schema.Fields[e.schema.Index(to.Name)].Type == PayeeList {
		among += int64(strings.Count(cell.Text, payeesBetween))
	}
	first, reason := len(a.found), ""
	for rest, n := cell.Text, among; n > 0; n-- {
		key := rest
		if n > 1 {
			key, rest, _ = strings.Cut(rest, payeesBetween)
		}
		payee := fact.PayeeID(key)
		if !a.known(payee) {
			a.fail(e, "unknown-payee", "add it to people.csv, or correct the event", "%s %q is nobody known", to.Name, payee)
			reason = fmt.Sprintf("%s %q is nobody known", to.Name, payee)
			continue
		}
		a.found = append(a.found, recipient{payee: payee, share: one, among: among, via: to.Name})
	}
	return a.foundFrom(first), true, reason
}

func (a *Applier) byTerritory(e *Event, to *Recipient, row *dsl.Row) ([]recipient, bool, string) {
	var account fact.AccountID
	if i := e.schema.Index(a.rules.Account); i >= 0 {
		account = fact.AccountID(e.Cells[i].Text)
	}
	day, via := a.ownerDay(e, to, account, row)
	id, ok, err := a.rules.Territories.Of(e.schema.Kind, account, day, row)
	var overlap *territory.OverlapError
	switch {
	case errors.As(err, &overlap):
		a.fail(e, "territory-overlap", "", "%v", err)
		return nil, true, "two territories claim it"
	case err != nil:
		a.evaluation(e, "its territory", err)
		return nil, true, "its territory cannot be found"
	case !ok:
		return nil, true, "no territory covers it"
	}
	if to.By == ByRole {
		return a.byEdge(e, to.Name, string(id), "territory "+string(id))
	}
	return a.owners(e, to, id, day, via)
}

func (a *Applier) byEdge(e *Event, name, from, via string) (found []recipient, present bool, reason string) {
	a.edgesTo = a.edges.AppendTo(a.edgesTo[:0], name, from, e.Date(), a.asOf)
	return a.byEdges(e, name, from, via)
}

// byEdges finds whom the edges at hand lead to.
func (a *Applier) byEdges(e *Event, name, from, via string) (found []recipient, present bool, reason string) {
	first := len(a.found)
	for i := range a.edgesTo {
		edge := &a.edgesTo[i]
		payee := fact.PayeeID(edge.To)
		if !a.known(payee) {
			a.fail(e, "unknown-payee", "add it to people.csv, or correct the edge", "the %s of %s, %q, is nobody known", name, from, payee)
			reason = fmt.Sprintf("the %s of %s, %q, is nobody known", name, from, payee)
			continue
		}
		a.found = append(a.found, recipient{payee: payee, share: edge.Share, among: 1, via: via})
	}
	if found = a.foundFrom(first); len(found) == 0 && reason == "" {
		return nil, true, fmt.Sprintf("%s has no %s on %s", from, name, e.Date())
	}
	return found, true, reason
}

// foundFrom are those of the event at hand that were found from a place on.
func (a *Applier) foundFrom(first int) []recipient { return a.found[first:len(a.found):len(a.found)] }

// owners finds the owners of a territory on the event's date, or what the rule says of a vacancy.
func (a *Applier) owners(e *Event, to *Recipient, id fact.TerritoryID, day calendar.Date, via string) (found []recipient, present bool, reason string) {
	if a.hasOwner(to, id, day) {
		return a.byEdges(e, to.Name, string(id), "territory "+string(id)+via)
	}
	reason = fmt.Sprintf("%s has no %s on %s", id, to.Name, day)
	if to.Vacant == territory.Forgone {
		return nil, true, reason + ", and none is awaited"
	}
	if to.Vacant == territory.Up {
		for above, ok := a.rules.Territories.Above(id); ok; above, ok = a.rules.Territories.Above(above) {
			if a.hasOwner(to, above, day) {
				return a.byEdges(e, to.Name, string(above), fmt.Sprintf("territory %s, above %s", above, id))
			}
		}
		reason += ", nor has any above it"
	}
	a.waiting = id
	return nil, true, reason
}

// hasOwner reports whether a territory has one: the edges at hand are then those to its owners.
func (a *Applier) hasOwner(to *Recipient, id fact.TerritoryID, day calendar.Date) bool {
	a.edgesTo = a.edges.AppendTo(a.edgesTo[:0], to.Name, string(id), day, a.asOf)
	return len(a.edgesTo) > 0
}

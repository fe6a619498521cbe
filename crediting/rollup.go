package crediting

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/crediting/internal/ascent"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// RollUp passes credit of type Of up a relationship, as credit of type As.
//
// One credit counts once for a recipient, by whichever paths and roll-ups of type As it comes:
// what it is most worth. What is left is limited by DeDuplicate.
type RollUp struct {
	ID          fact.RuleID // its name in the file
	Of, As      string
	Along       string // the name of the edges: "manager"
	Levels      int    // how far up; 0 is to the top
	Skip        int    // the levels that are passed over before credit counts
	Vacant      Vacant
	DeDuplicate DeDuplicate    // the same for all roll-ups of a type
	Overlays    bool           // overlay credit is passed up, too
	Effective   calendar.Range // by incentive date
	When        *dsl.Formula   // nil: always
	Amount      *dsl.Formula   // nil: what was credited below
	Group       string         // of the roll-ups of one that hold for an event the one with the lowest Priority passes credit up; empty: none
	Priority    int            // within the group, the lowest first
	Exclude     []fact.RuleID  // rules and roll-ups that keep this one out
	Inputs      []dsl.Input    // what When and Amount name: amount, level, from.x, to.x, best.x, fields of the event
	At          source.Span    // where it stands
}

// The inputs of a roll-up's formulas, besides the fields of the event: the amount that was
// credited below, the level of the recipient, and personal values of the payee directly below
// ("from.rate"), of the recipient ("to.rate"), and the highest of all on the path below ("best.rate").
const (
	inAmount = "amount"
	inLevel  = "level"
	inFrom   = "from."
	inTo     = "to."
	inBest   = "best."
)

// Vacant says what becomes of credit at a place whose payee is away on the incentive date.
type Vacant uint8

// What becomes of it.
const (
	NextLevel Vacant = iota // whoever is above the place stands in, on its level
	Stop                    // it goes no further
	Fault                   // a finding of severity error
)

// DeDuplicate says how much of an event counts for a recipient of several roll-up credits.
type DeDuplicate uint8

// How much of it.
const (
	UpToTheEvent DeDuplicate = iota // at most the event's amount less the recipient's own direct credit
	Sum                             // all of it
	Largest                         // the largest credit alone
)

// lifted is what reaches one recipient of one credit.
type lifted struct {
	rule   *RollUp
	from   *Credit
	source int // the place of from among the event's credits
	place  *ascent.Place
	amount decimal.Decimal
	limit  string // why it is less than what came up
	next   int    // the place of the next one to the same recipient; 0: none
}

// lifting is room for what is passed up of an event, used for one after the other.
type lifting struct {
	counted []bool // by the place of a credit
	all     []lifted
	heads   []head               // the recipients, in the order in which they were reached
	index   map[fact.PayeeID]int // of heads, once they are many
	mine    []lifted             // of the recipient at hand
}

// head is the first and the last of what reaches a recipient.
type head struct {
	payee       fact.PayeeID
	first, last int
}

// few is how many payees are looked through one by one.
const few = 16

func (x *lifting) reset(credits int) {
	x.all, x.heads, x.index = x.all[:0], x.heads[:0], nil
	x.counted = append(x.counted[:0], make([]bool, credits)...)
}

func (x *lifting) add(l lifted) {
	at := len(x.all)
	x.all = append(x.all, l)
	n := x.find(l.place.Key)
	if n >= 0 {
		x.all[x.heads[n].last].next, x.heads[n].last = at, at
		return
	}
	if x.index != nil {
		x.index[l.place.Key] = len(x.heads)
	}
	x.heads = append(x.heads, head{l.place.Key, at, at})
}

// find is the place of a recipient among those that were reached, or -1.
func (x *lifting) find(payee fact.PayeeID) int {
	if len(x.heads) <= few {
		return slices.IndexFunc(x.heads, func(h head) bool { return h.payee == payee })
	}
	if x.index == nil {
		x.index = make(map[fact.PayeeID]int, 2*few)
		for i, h := range x.heads {
			x.index[h.payee] = i
		}
	}
	if n, ok := x.index[payee]; ok {
		return n
	}
	return -1
}

// of is what reaches a recipient, in the order in which it came.
func (x *lifting) of(h head) []lifted {
	x.mine = x.mine[:0]
	for at := h.first; ; at = x.all[at].next {
		x.mine = append(x.mine, x.all[at])
		if at == h.last {
			return x.mine
		}
	}
}

// rising is the roll-ups that give one type of credit.
type rising struct {
	rules []*RollUp
	rows  map[*RollUp]*dsl.Row // of those with formulas
}

// risings groups roll-ups by the type that they give, in the order of the first of each.
func (r *Rules) risings() (out []rising) {
	at := map[string]int{}
	for i := range r.RollUps {
		u := &r.RollUps[i]
		k, ok := at[u.As]
		if !ok {
			k = len(out)
			at[u.As] = k
			out = append(out, rising{rows: map[*RollUp]*dsl.Row{}})
		}
		out[k].rules = append(out[k].rules, u)
		if u.When != nil || u.Amount != nil {
			out[k].rows[u] = dsl.Env{Inputs: u.Inputs}.NewRow()
		}
	}
	return out
}

// rollUp passes the credits of an event up, by all roll-ups that give one type.
func (a *Applier) rollUp(e *Event, up *rising, credits []Credit) {
	limit := decimal.Zero
	x := &a.lifting
	x.reset(len(credits))
	for _, r := range up.rules {
		if !r.Effective.Contains(e.Date()) || a.isOutdone(r) {
			continue
		}
		for i := range credits {
			c := &credits[i]
			if !r.passes(c) {
				continue
			}
			if !x.counted[i] {
				x.counted[i] = true
				if c.Whole.Abs().GreaterThan(limit.Abs()) {
					limit = c.Whole
				}
			}
			if !a.mayReach(r.Along, c.Payee) {
				continue
			}
			places, ok := a.climb(e, r, c.Payee)
			if !ok {
				return
			}
			for k := range places {
				l := lifted{rule: r, from: c, source: i, place: &places[k], amount: times(c.Amount, places[k].Part)}
				if a.counts(e, up, &l) {
					x.add(l)
				}
			}
		}
	}
	for _, h := range x.heads {
		if a.only != nil && h.payee != a.only.payee {
			continue
		}
		of := room{whole: limit}
		for i := range credits {
			if c := &credits[i]; x.counted[i] && c.Origin == Direct && c.Payee == h.payee {
				of.own = of.own.Add(c.Amount)
			}
		}
		a.give(e, x.of(h), of)
	}
}

// passes reports whether a credit is passed up by the roll-up.
func (r *RollUp) passes(c *Credit) bool {
	return c.Type == r.Of && (c.Origin == Direct || c.Origin == Overlay && r.Overlays)
}

// climbKey is one walk up.
type climbKey struct {
	rule *RollUp
	from fact.PayeeID
}

// climbed is a walk up, and the last day for which it is known to hold.
type climbed struct {
	ascent.Found
	date calendar.Date
}

// climb is whom credit of a payee reaches; ok is false for a fault of the edges. Walks are kept while the edges
// and the vacant places are the same.
func (a *Applier) climb(e *Event, r *RollUp, from fact.PayeeID) (places []ascent.Place, ok bool) {
	key, date := climbKey{r, from}, e.Date()
	kept := a.climbs[key]
	if kept != nil && kept.date == date {
		return kept.Above, true
	}
	vacant := a.vacant(date)
	if kept != nil && kept.Holds(date, vacant) {
		kept.date = date
		return kept.Above, true
	}
	w := ascent.Walk{Along: r.Along, Edges: a.edges, Date: date, AsOf: a.asOf, Levels: r.Levels, Vacant: vacant, Stop: r.Vacant == Stop}
	found, err := w.Find(from)
	var cycle *fact.CycleError
	if errors.As(err, &cycle) {
		a.fail(e, "relationship-cycle", "remove one of the edges", "%v", err)
		return nil, false // not kept: each event says so
	}
	if r.Vacant == Fault && len(found.Vacant) > 0 {
		a.fail(e, "vacant", "fill the place, end the edge, or write vacant: next level", "%s, above %s along %s, is away on %s", found.Vacant[0], from, r.Along, date)
		return nil, false
	}
	found.Above = slices.DeleteFunc(found.Above, func(p ascent.Place) bool { return p.Level <= r.Skip })
	if a.climbs == nil {
		a.climbs = map[climbKey]*climbed{}
	}
	a.climbs[key] = &climbed{found, date}
	return found.Above, true
}

// vacant tells which places nobody holds on a day: those of payees that are known, and away.
func (a *Applier) vacant(on calendar.Date) func(fact.PayeeID) bool {
	if a.payees.There == nil {
		return nil
	}
	return func(p fact.PayeeID) bool { return a.known(p) && !a.payees.There(p, on) }
}

// counts evaluates the formulas of a roll-up for a recipient.
func (a *Applier) counts(e *Event, up *rising, l *lifted) bool {
	row := up.rows[l.rule]
	if row == nil {
		return true
	}
	if err := a.fillRollUp(row, e, l); err != nil {
		a.fail(e, "event-field", "", "%v", err)
		return false
	}
	if l.rule.When != nil {
		v, err := l.rule.When.Eval(row)
		if err != nil {
			a.evaluation(e, "rule "+string(l.rule.ID), err)
			return false
		}
		if !v.Bool() {
			a.passOver(l, func() string {
				tree, _, _ := l.rule.When.Explain(row, nil)
				return "its condition does not hold: " + firstFailed(tree)
			})
			return false
		}
	}
	if l.rule.Amount == nil {
		return true
	}
	v, err := l.rule.Amount.Eval(row)
	if err != nil {
		a.evaluation(e, "rule "+string(l.rule.ID), err)
		return false
	}
	l.amount = v.Decimal()
	return true
}

// give credits a recipient with what came up.
func (a *Applier) give(e *Event, ups []lifted, of room) {
	first := ups[0]
	if !a.known(first.place.Key) {
		below := first.place.Path[len(first.place.Path)-1]
		a.fail(e, "unknown-payee", "add it to people.csv, or correct the edge", "the %s of %s, %q, is nobody known", first.rule.Along, below, first.place.Key)
		return
	}
	ups = a.once(ups)
	switch first.rule.DeDuplicate {
	case Largest:
		ups = a.largest(ups)
	case UpToTheEvent:
		ups = a.upToTheEvent(ups, of)
	}
	if !ascending(ups) {
		slices.SortStableFunc(ups, func(x, y lifted) int { return cmp.Compare(x.source, y.source) })
	}
	for i := range ups {
		up := &ups[i]
		a.out.Credits = append(a.out.Credits, Credit{
			Event: e, Payee: up.place.Key, Type: up.rule.As, Rule: up.rule.ID, Origin: RolledUp, Amount: up.amount, Whole: up.from.Amount,
			Share: up.place.Part, Via: up.rule.Along, Path: up.place.Path, Limit: up.limit, From: int32(up.source),
			Below: up.from.Rule,
		})
	}
}

// fillRollUp sets the inputs of a roll-up's formulas. A field that another kind of event declares is
// missing.
func (a *Applier) fillRollUp(row *dsl.Row, e *Event, l *lifted) error {
	row.Reset()
	path := l.place.Path
	for i, in := range l.rule.Inputs {
		who, name, personal := strings.Cut(in.Name, ".")
		var err error
		switch {
		case in.Name == inAmount:
			err = row.SetDecimal(i, l.amount)
		case in.Name == inLevel:
			row.SetInt(i, int64(l.place.Level))
		case personal && who+"." == inFrom:
			err = a.personal(row, i, name, e.Date(), path[len(path)-1:])
		case personal && who+"." == inTo:
			err = a.personal(row, i, name, e.Date(), []fact.PayeeID{l.place.Key})
		case personal && who+"." == inBest:
			err = a.personal(row, i, name, e.Date(), path)
		default:
			err = e.set(row, i, in.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// personal sets an input to the highest value of a name among payees.
func (a *Applier) personal(row *dsl.Row, i int, name string, on calendar.Date, of []fact.PayeeID) error {
	var best decimal.Decimal
	has := false
	for _, p := range of {
		if a.payees.Value == nil {
			break
		}
		if v, ok := a.payees.Value(p, name, on); ok && (!has || v.GreaterThan(best)) {
			best, has = v, true
		}
	}
	if !has {
		return nil
	}
	return row.SetDecimal(i, best)
}

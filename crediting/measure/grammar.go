package measure

import (
	"fmt"
	"slices"
	"strings"
)

// Parse reads the one-line form: "sum of bookings, quarter to date", "count of deals,
// month", "count distinct product of bookings, quarter", "max of bookings, year",
// "weighted sum of bookings by factor, month", "arr, as of start of quarter". What Of
// names, credit or events, is for the caller to say.
func Parse(name, text string) (Measure, error) {
	what, window, ok := strings.Cut(text, ",")
	m := Measure{Name: name}
	if !ok {
		return m, fmt.Errorf("%q has no window; write `sum of bookings, quarter to date`", text)
	}
	if err := m.ParseWindow(window); err != nil {
		return m, err
	}
	what = oneSpace(what)
	if m.AsOf != 0 && what != "" && !strings.Contains(what, " of ") {
		m.Base = what
		return m, nil
	}
	if err := m.aggregate(what); err != nil {
		return m, err
	}
	return m, m.stock()
}

func (m *Measure) aggregate(text string) error {
	head, of, ok := strings.Cut(text, " of ")
	if m.Of = strings.TrimSpace(of); !ok || m.Of == "" {
		return fmt.Errorf("%q names no credit type; write `sum of bookings`", text)
	}
	field, distinct := strings.CutPrefix(head, CountDistinct.String()+" ")
	how := slices.Index(aggregates[:], head)
	switch {
	case distinct:
		m.How, m.Field = CountDistinct, field
	case head == "average":
		return fmt.Errorf("an average is the quotient of two measures: declare a sum and a count, and divide them in the formula: safe_div(sold, deals, 0 USD per deal)")
	case how < 0 || Aggregate(how) == CountDistinct:
		return fmt.Errorf("%q is not an aggregate; write sum, count, count distinct FIELD, max, min or weighted sum", head)
	default:
		m.How = Aggregate(how)
	}
	if m.How != WeightedSum {
		return nil
	}
	at := strings.LastIndex(m.Of, " by ")
	if at < 0 {
		return fmt.Errorf("%q has no weights; write `weighted sum of %s by FIELD`", text, m.Of)
	}
	m.By = &Weights{Text: strings.TrimSpace(m.Of[at+len(" by "):])}
	m.Of = strings.TrimSpace(m.Of[:at])
	return nil
}

// stock refuses the value at a moment of what has no balance: what came since cannot be
// told from what was there.
func (m *Measure) stock() error {
	if m.AsOf != 0 && (m.How == CountDistinct || m.How == Max || m.How == Min) {
		return &StockError{m.How}
	}
	return nil
}

// StockError refuses the balance of an aggregate that has none: what was there and what
// came since do not add up to what there is.
type StockError struct {
	How Aggregate // that has no balance
}

// Error says why, and what has one.
func (e *StockError) Error() string {
	return fmt.Sprintf("a %s has no balance at the start of a period: what was there and what came since do not add up", e.How)
}

// ValueOf makes m the value of another measure at the moment AsOf.
func (m Measure) ValueOf(base Measure) (Measure, error) {
	name, as, at := m.Name, m.AsOf, m.At
	m = base
	m.Name, m.Base, m.AsOf, m.At = name, base.Name, as, at
	return m, m.stock()
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

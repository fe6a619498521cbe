package plantest

import (
	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// payouts are period, payee, component and amount.
func payouts(run *compensation.Run) []Row {
	program := run.Book().Program()
	type key struct {
		period    calendar.Period
		payee     fact.PayeeID
		component string
	}
	plans := map[key]int{}
	for p := range run.Payouts() {
		plans[key{p.Period, p.Payee, p.Component}]++
	}
	var rows []Row
	for p := range run.Payouts() {
		name := p.Component
		if plans[key{p.Period, p.Payee, p.Component}] > 1 {
			name = string(p.Plan) + "/" + p.Component
		}
		amount := p.Amount
		if amount.IsZero() { // a sum of nothing has no currency, and so no places
			amount = money.FromMinor(0, run.Book().PayCurrency(p.Payee))
		}
		rows = append(rows, Row{program.Calendar.Format(p.Period), string(p.Payee), name, amount.Text()})
	}
	return rows
}

// credits are event, payee, type and amount.
func credits(run *compensation.Run) []Row {
	var rows []Row
	for c := range run.Credits() {
		rows = append(rows, Row{string(c.Event.ID), string(c.Payee), c.Type, fact.DecimalText(c.Amount)})
	}
	return rows
}

// uncredited are event, rule, amount and reason.
func uncredited(run *compensation.Run) []Row {
	var rows []Row
	for u := range run.Uncredited() {
		rule := string(u.Rule)
		if rule == "" {
			rule = "-"
		}
		rows = append(rows, Row{string(u.Event.ID), rule, fact.DecimalText(u.Amount), u.Reason})
	}
	return rows
}

// held are payee, component or type of credit, event, and what is held.
func held(run *compensation.Run) []Row {
	var rows []Row
	for h := range run.Held() {
		rows = append(rows, Row{string(h.Payee), h.Component + h.Type, string(h.Event.ID), fact.DecimalText(h.Amount())})
	}
	return rows
}

// posted are posted-in, payee, component, event, earned-for, kind and amount; what is not there is "-".
func posted(run *compensation.Run) []Row {
	cal := run.Book().Program().Calendar
	orNone := func(text string) string {
		if text == "" {
			return "-"
		}
		return text
	}
	var rows []Row
	for e := range run.Entries() {
		earned := ""
		if !e.EarnedFor.IsZero() {
			earned = cal.Format(e.EarnedFor)
		}
		rows = append(rows, Row{cal.Format(e.PostedIn), string(e.Payee), orNone(e.Component), orNone(string(e.Event)), orNone(earned), e.Kind.String(), e.Amount.Text()})
	}
	return rows
}

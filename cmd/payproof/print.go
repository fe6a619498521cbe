package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// print writes the result in a format.
func (r *result) print(w io.Writer, format string, detail bool, folder string) error {
	switch format {
	case "csv":
		return r.payoutsCSV(w)
	case "json":
		return r.json(w)
	}
	return r.text(w, detail, folder)
}

func (r *result) text(w io.Writer, detail bool, folder string) error {
	program := r.run.Book().Program()
	fmt.Fprintf(w, "%s, %s to %s, in %s\n\n", program.Company, r.format(r.periods[0]), r.format(r.periods[len(r.periods)-1]), program.Currency)
	t := newTable(w)
	currencies := r.currencies()
	row := func(id, name string, c money.Currency, cell func(calendar.Period) string, total string) table.Row {
		out := table.Row{id, name}
		if len(currencies) > 1 {
			out = append(out, c)
		}
		for _, p := range r.periods {
			out = append(out, cell(p))
		}
		return append(out, total)
	}
	header := row("payee", "name", money.Currency{}, r.format, "total")
	if len(currencies) > 1 {
		header[2] = "in"
	}
	t.AppendHeader(header)
	for _, payee := range r.payees {
		t.AppendRow(row(string(payee), r.name(payee), r.run.Book().PayCurrency(payee), func(p calendar.Period) string { return r.cell(payee, p) }, digits(r.all(payee))))
	}
	for _, c := range currencies {
		t.AppendFooter(row("", "total", c, func(p calendar.Period) string { return digits(r.inPeriod(p).of(c)) }, digits(r.paidOut().of(c))))
	}
	rightAlign(t, len(header)-len(r.periods), len(header))
	t.Render()
	if detail {
		r.detail(w)
	}
	return r.reconcile(w, folder)
}

// cell is what a payee is paid for a period, blank where nothing was computed.
func (r *result) cell(payee fact.PayeeID, p calendar.Period) string {
	a, ok := r.paid[payee][p]
	if !ok {
		return ""
	}
	return digits(a)
}

func newTable(w io.Writer) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(w)
	style := table.StyleLight
	style.Format.Header, style.Format.Footer = text.FormatDefault, text.FormatDefault
	style.Options.SeparateColumns, style.Options.DrawBorder = false, false
	t.SetStyle(style)
	return t
}

func rightAlign(t table.Writer, from, to int) {
	var configs []table.ColumnConfig
	for i := from; i <= to; i++ {
		configs = append(configs, table.ColumnConfig{Number: i, Align: text.AlignRight, AlignHeader: text.AlignRight, AlignFooter: text.AlignRight})
	}
	t.SetColumnConfigs(configs)
}

// digits is an amount with thousands set apart, for people.
func digits(a money.Amount) string {
	t := a.Text()
	whole, fraction, dotted := strings.Cut(t, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dotted {
		whole += "." + fraction
	}
	return sign + whole
}

func (r *result) detail(w io.Writer) {
	fmt.Fprintln(w)
	t := newTable(w)
	t.AppendHeader(table.Row{"payout", "amount"})
	for _, p := range r.payouts {
		t.AppendRow(table.Row{p.ID, digits(p.Amount)})
	}
	rightAlign(t, 2, 2)
	t.Render()
	if len(r.held) == 0 {
		return
	}
	fmt.Fprintln(w)
	t = newTable(w)
	t.AppendHeader(table.Row{"payee", "name", "pay held", "credit held"})
	for _, payee := range r.holders() {
		pay, credit := r.heldBy(payee)
		t.AppendRow(table.Row{payee, r.name(payee), pay.words(), digits(credit)})
	}
	rightAlign(t, 3, 4)
	t.Render()
}

// kept says what is held at the end.
func (r *result) kept(w io.Writer) {
	if len(r.held) == 0 {
		return
	}
	pay, credit := r.heldBy("")
	fmt.Fprintf(w, "held at the end of %s: pay of %s and credit of %s, of %s (--detail says of whom, --out lists it in held.csv)\n",
		r.format(r.periods[len(r.periods)-1]), pay.words(), digits(credit), counted(len(r.holders()), "payee"))
}

// told are the kinds of entry that a run tells of beside what is earned and paid.
var told = [...]struct {
	kind ledger.Kind
	word string
}{
	{ledger.PriorPeriod, "restated"},
	{ledger.Adjusted, "by hand"},
	{ledger.Capped, "capped"},
	{ledger.GuaranteeTopUp, "topped up"},
	{ledger.ClawedBack, "taken back"},
	{ledger.FXDifference, "by exchange rates"},
	{ledger.Held, "held"},
	{ledger.Released, "released"},
	{ledger.DrawAdvanced, "advanced"},
	{ledger.DrawRecovered, "recovered"},
	{ledger.Reserved, "reserved"},
	{ledger.ReserveReleased, "from reserve"},
	{ledger.ReserveConsumed, "covered by reserve"},
	{ledger.CarriedForward, "carried"},
	{ledger.WrittenOff, "written off"},
}

// reconcile says what the totals come from, and that they agree.
func (r *result) reconcile(w io.Writer, folder string) error {
	lost, n := decimal.Zero, 0
	for u := range r.run.Uncredited() {
		lost, n = lost.Add(u.Money()), n+1
	}
	fmt.Fprintf(w, "\n%s gave %s", counted(r.events, "event"), counted(r.credits, "credit"))
	if n > 0 {
		fmt.Fprintf(w, "; %s carrying %s credited to nobody (--out lists them in uncredited.csv)", counted(n, "event or part"), fact.DecimalText(lost))
	}
	kept, n := decimal.Zero, 0
	for u := range r.run.Suspense() {
		kept, n = kept.Add(u.Money()), n+1
	}
	if n > 0 {
		fmt.Fprintf(w, "; of these %s carrying %s in suspense, for territories without an owner", counted(n, "event or part"), fact.DecimalText(kept))
	}
	fmt.Fprintln(w)
	currencies := r.currencies()
	for _, c := range currencies {
		in := ""
		if len(currencies) > 1 {
			in = "in " + c.String() + " "
		}
		fmt.Fprintf(w, "%searned %s", in, digits(r.total(c, ledger.Earned)))
		for _, k := range told {
			if a := r.total(c, k.kind); !a.IsZero() {
				fmt.Fprintf(w, ", %s %s", k.word, digits(a))
			}
		}
		fmt.Fprintf(w, ", paid %s: every payee's entries add up\n", digits(r.total(c, ledger.Paid)))
	}
	r.kept(w)
	if len(r.payouts) > 0 {
		p := r.payouts[len(r.payouts)-1]
		for _, q := range r.payouts {
			if c, err := q.Amount.Cmp(p.Amount); err == nil && c > 0 {
				p = q
			}
		}
		flag := ""
		if r.rejects != nil {
			flag = "--keep-going "
		}
		fmt.Fprintf(w, "\nwhy the largest payout: payproof explain %s%s %q\n", flag, folder, shortID(p.ID))
	}
	return nil
}

// shortID drops the plan from an ID, which `explain` does not need.
func shortID(id string) string {
	parts := strings.Split(id, "/")
	if len(parts) != 4 {
		return id
	}
	return parts[0] + "/" + parts[1] + "/" + parts[3]
}

func (r *result) payoutsCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"period", "payee", "name", "plan", "component", "currency", "amount", "payout"}}
	for _, p := range r.payouts {
		rows = append(rows, []string{r.format(p.Period), string(p.Payee), r.name(p.Payee), string(p.Plan), p.Component, r.run.Book().PayCurrency(p.Payee).String(), r.amount(p), p.ID})
	}
	return out.WriteAll(rows)
}

// jsonPayout is a payout in the JSON form.
type jsonPayout struct {
	ID        string `json:"id"`
	Period    string `json:"period"`
	Payee     string `json:"payee"`
	Name      string `json:"name"`
	Plan      string `json:"plan"`
	Component string `json:"component"`
	Currency  string `json:"currency"`
	Amount    string `json:"amount"`
}

// jsonHeld is what is kept back, in the JSON form.
type jsonHeld struct {
	What      string `json:"what"`
	Payee     string `json:"payee"`
	Plan      string `json:"plan,omitempty"`
	Component string `json:"component,omitempty"`
	Type      string `json:"type,omitempty"`
	Event     string `json:"event"`
	Unit      string `json:"unit"`
	Whole     string `json:"whole"`
	Released  string `json:"released"`
	Held      string `json:"held"`
	Until     string `json:"until"`
}

func (r *result) json(w io.Writer) error {
	out := struct {
		Company string            `json:"company"`
		Periods []string          `json:"periods"`
		Payouts []jsonPayout      `json:"payouts"`
		Totals  map[string]string `json:"totals"`
		// Others are the totals in other currencies than that of the company.
		Others map[string]map[string]string `json:"totals_in,omitempty"`
		Held   []jsonHeld                   `json:"held,omitempty"`
	}{Company: r.run.Book().Program().Company, Payouts: []jsonPayout{}, Others: r.totalTexts()}
	out.Totals = out.Others[r.currency().String()]
	delete(out.Others, r.currency().String())
	for _, p := range r.periods {
		out.Periods = append(out.Periods, r.format(p))
	}
	for _, p := range r.payouts {
		currency := r.run.Book().PayCurrency(p.Payee).String()
		out.Payouts = append(out.Payouts, jsonPayout{p.ID, r.format(p.Period), string(p.Payee), r.name(p.Payee), string(p.Plan), p.Component, currency, r.amount(p)})
	}
	for _, h := range r.held {
		out.Held = append(out.Held, jsonHeld{
			h.What.String(), string(h.Payee), string(h.Plan), h.Component, h.Type, string(h.Event.ID), h.Unit.Short(),
			fact.DecimalText(h.Whole), fact.DecimalText(h.Released), fact.DecimalText(h.Amount()), h.Until,
		})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// showPeriods prints a line for each pay period of a ledger: how far it has come, and what is in it.
func (a *app) showPeriods(all []ledger.Entry, standings []closing.Standing, cal calendar.Calendar) error {
	t := newTable(a.out)
	t.AppendHeader(table.Row{"period", "state", "approved by", "closed by", "currency", "earned", "paid", "held", "reserve", "draw owed", "carried"})
	type sums struct {
		earned, paid money.Amount
		left         ledger.Balances
	}
	running := map[money.Currency]*sums{}
	var currencies []money.Currency
	for i := range standings {
		s := &standings[i]
		for _, c := range currencies {
			running[c].earned, running[c].paid = money.FromMinor(0, c), money.FromMinor(0, c)
		}
		for _, e := range all {
			if e.PostedIn != s.Period || e.Kind.Mark() {
				continue
			}
			c := e.Amount.Currency()
			if running[c] == nil {
				zero := money.FromMinor(0, c)
				running[c] = &sums{zero, zero, ledger.Balances{Held: zero, Reserve: zero, DrawOwed: zero, Carried: zero}}
				currencies = append(currencies, c)
			}
			at := running[c]
			var err error
			if e.Kind == ledger.Paid {
				at.paid, err = at.paid.Add(e.Amount)
			} else if e.Kind.Effect().Income {
				at.earned, err = at.earned.Add(e.Amount)
			}
			if err == nil {
				at.left, err = at.left.Post(e)
			}
			if err != nil {
				return err
			}
		}
		approved, closed := whoMarked(s)
		for _, c := range currencies {
			at := running[c]
			t.AppendRow(table.Row{
				cal.Format(s.Period), s.State, approved, closed, c, digits(at.earned), digits(at.paid),
				digits(at.left.Held), digits(at.left.Reserve), digits(at.left.DrawOwed), digits(at.left.Carried),
			})
		}
		if len(currencies) == 0 {
			t.AppendRow(table.Row{cal.Format(s.Period), s.State, approved, closed})
		}
	}
	rightAlign(t, 6, 11)
	t.Render()
	return nil
}

// whoMarked are who approved a pay period, and who closed it.
func whoMarked(s *closing.Standing) (approved, closed string) {
	by := func(k ledger.Kind) string {
		var who []string
		for _, m := range s.Marks {
			if m.Kind == k && !slices.Contains(who, m.Actor) {
				who = append(who, m.Actor)
			}
		}
		return strings.Join(who, ", ")
	}
	return by(ledger.Approved), by(ledger.Closed)
}

// showPayee prints the entries of a payee, and the balances that they leave.
func (a *app) showPayee(all []ledger.Entry, payee fact.PayeeID, cal calendar.Calendar) error {
	t := newTable(a.out)
	t.AppendHeader(table.Row{"posted in", "plan", "component", "event", "earned for", "kind", "amount", "", "cause"})
	left := map[money.Currency]ledger.Balances{}
	var currencies []money.Currency
	for _, e := range all {
		if e.Payee != payee {
			continue
		}
		earned := ""
		if !e.EarnedFor.IsZero() {
			earned = cal.Format(e.EarnedFor)
		}
		c := e.Amount.Currency()
		t.AppendRow(table.Row{cal.Format(e.PostedIn), e.Plan, e.Component, e.Event, earned, e.Kind, digits(e.Amount), c, e.Cause})
		if !slices.Contains(currencies, c) {
			zero := money.FromMinor(0, c)
			currencies, left[c] = append(currencies, c), ledger.Balances{Held: zero, Reserve: zero, DrawOwed: zero, Carried: zero}
		}
		var err error
		if left[c], err = left[c].Post(e); err != nil {
			return err
		}
	}
	if len(currencies) == 0 {
		return usageError{fmt.Errorf("the ledger has no entry of %s", payee)}
	}
	rightAlign(t, 7, 7)
	t.Render()
	for _, c := range currencies {
		b := left[c]
		fmt.Fprintf(a.out, "\n%s: held %s, in reserve %s, owed of draws %s, carried %s\n", c, digits(b.Held), digits(b.Reserve), digits(b.DrawOwed), digits(b.Carried))
	}
	return nil
}

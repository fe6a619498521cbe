package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/dsl/money"
)

// write puts the result into a folder: same facts, same bytes. The manifest is
// written last.
func write(folder string, r *result) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	files := []struct {
		name string
		make func(io.Writer) error
	}{
		{"payouts.csv", r.payoutsCSV},
		{"credits.csv", r.creditsCSV},
		{"uncredited.csv", r.uncreditedCSV},
		{"ledger.tsv", r.ledgerTSV},
	}
	if len(r.run.Book().Program().Holds()) > 0 {
		files = append(files, struct {
			name string
			make func(io.Writer) error
		}{"held.csv", r.heldCSV})
	}
	if r.rejects != nil {
		files = append(files, struct {
			name string
			make func(io.Writer) error
		}{"rejects.csv", r.rejects.WriteCSV})
	}
	sums := map[string]string{}
	for _, f := range files {
		var err error
		if sums[f.name], err = writeFile(filepath.Join(folder, f.name), f.make); err != nil {
			return err
		}
	}
	_, err := writeFile(filepath.Join(folder, "manifest.json"), func(w io.Writer) error { return r.manifest(w, sums) })
	return err
}

// writeFile makes a file as it is written, and gives its hash.
func writeFile(path string, content func(io.Writer) error) (sum string, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, hash), 1<<16)
	err = content(w)
	if err == nil {
		err = w.Flush()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return hex.EncodeToString(hash.Sum(nil)), err
}

// creditsCSV can have many millions of lines: each is made in the same room.
func (r *result) creditsCSV(w io.Writer) error {
	b := []byte("event,date,payee,type,rule,origin,via,share,amount\n")
	var day calendar.Date
	var date string
	for l := range r.run.Lines() {
		if _, err := w.Write(b); err != nil {
			return err
		}
		if day != l.Date {
			day, date = l.Date, l.Date.String()
		}
		b = b[:0]
		for _, field := range [...]string{string(l.Event), date, string(l.Payee), l.Type, string(l.Rule), l.Origin.String(), l.Via} {
			b = append(appendField(b, field), ',')
		}
		b = append(fact.AppendDecimal(b, l.Share), ',')
		b = append(l.AppendAmount(b), '\n')
	}
	_, err := w.Write(b)
	return err
}

// appendField appends a text as a field of CSV, as [csv.Writer] writes it: in quotes where it needs them.
func appendField(dst []byte, text string) []byte {
	first, _ := utf8.DecodeRuneInString(text)
	if !unicode.IsSpace(first) && text != `\.` && !strings.ContainsFunc(text, needsQuotes) {
		return append(dst, text...)
	}
	return append(append(append(dst, '"'), strings.ReplaceAll(text, `"`, `""`)...), '"')
}

func needsQuotes(c rune) bool { return c == ',' || c == '"' || c == '\n' || c == '\r' }

func (r *result) uncreditedCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"event", "date", "rule", "amount", "reason", "suspense"}}
	for u := range r.run.Uncredited() {
		rows = append(rows, []string{string(u.Event.ID), u.Event.Date().String(), string(u.Rule), fact.DecimalText(u.Amount), u.Reason, string(u.Suspense)})
	}
	return out.WriteAll(rows)
}

// heldCSV lists what is kept back at the end of the last period.
func (r *result) heldCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"payee", "name", "what", "plan", "component", "type", "event", "date", "unit", "whole", "released", "held", "until"}}
	for _, h := range r.held {
		rows = append(rows, []string{
			string(h.Payee), r.name(h.Payee), h.What.String(), string(h.Plan), h.Component, h.Type, string(h.Event.ID), h.Event.Date().String(), h.Unit.Short(),
			fact.DecimalText(h.Whole), fact.DecimalText(h.Released), fact.DecimalText(h.Amount()), h.Until,
		})
	}
	return out.WriteAll(rows)
}

// ledgerTSV is the proposed batch: the lines that Commit would write, but for
// the actor.
func (r *result) ledgerTSV(w io.Writer) error {
	if err := r.run.Err(); err != nil {
		return err
	}
	_, err := w.Write(ledger.AppendBatch(nil, ledger.Head{}, slices.Collect(r.run.Entries())))
	return err
}

// manifest says what was computed from what, and the hashes of the files.
func (r *result) manifest(w io.Writer, sums map[string]string) error {
	program := r.run.Book().Program()
	entries, events := 0, map[fact.EventID]bool{}
	for range r.run.Entries() {
		entries++
	}
	credits, lost, nobody := 0, decimal.Zero, 0
	var last fact.EventID
	for l := range r.run.Lines() {
		if credits++; l.Event != last {
			events[l.Event], last = true, l.Event
		}
	}
	for u := range r.run.Uncredited() {
		lost, nobody = lost.Add(u.Money()), nobody+1
		events[u.Event.ID] = true
	}
	kept, waiting := decimal.Zero, 0
	for u := range r.run.Suspense() {
		kept, waiting = kept.Add(u.Money()), waiting+1
	}
	others := r.totalTexts()
	totals := others[r.currency().String()]
	delete(others, r.currency().String())
	var periods []string
	for _, p := range r.periods {
		periods = append(periods, r.format(p))
	}
	m := map[string]any{
		"company": program.Company, "currency": program.Currency.String(), "semantics": plan.Semantics, "plans_sha256": program.Hash,
		"periods": periods, "events": len(events), "credits": credits, "uncredited": nobody, "uncredited_amount": fact.DecimalText(lost),
		"suspense": waiting, "suspense_amount": fact.DecimalText(kept),
		"payouts": len(r.payouts), "entries": entries, "totals": totals,
		"conservation": "Earned + Capped + ClawedBack = Paid for every payee, currency and period", "sha256": sums,
	}
	if len(others) > 0 {
		m["totals_in"] = others
	}
	if err := r.balances(m); err != nil {
		return err
	}
	if proposal, err := r.run.Proposal(); err == nil {
		m["proposal"] = proposal
	}
	if r.rejects != nil {
		m["rejected_lines"] = r.rejects.Len()
	}
	if slices.ContainsFunc(program.Files, func(f mapping.File) bool { return f.Zone.String() != "" }) {
		m["time_zones"] = mapping.ZoneData
	}
	e := json.NewEncoder(w) // keys of a map are written in order
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(m)
}

// conservation is the identity of a program with balances, or of one that has a ledger; empty otherwise.
func (r *result) conservation(closed bool) string {
	plans := r.run.Book().Program().Plans
	full := closed || slices.ContainsFunc(plans, func(p plan.Plan) bool { return p.Terms.Any() || p.Clawback != nil && p.Clawback.Recovery.Later() })
	some := func(kinds ...ledger.Kind) bool {
		return slices.ContainsFunc(r.totals, func(t ledger.KindSum) bool { return slices.Contains(kinds, t.Kind) && !t.Amount.IsZero() })
	}
	if !full && !some(ledger.PriorPeriod, ledger.Adjusted, ledger.CarriedForward, ledger.FXDifference) {
		return ""
	}
	income, held := "WrittenOff", "HoldCancelled"
	if some(ledger.Forfeited) || slices.ContainsFunc(plans, func(p plan.Plan) bool { return p.Terms.Leaving.Held == terms.ForfeitAll }) {
		income, held = "WrittenOff + Forfeited", "HoldCancelled + Forfeited"
	}
	if some(ledger.FXDifference) {
		income += " + FXDifference"
	}
	return "Earned + Capped + GuaranteeTopUp + HoldCancelled + ClawedBack + PriorPeriod + Adjusted + " + income + " = Paid + change of held + change of reserve - change of draws owed + change of carried, for every payee, currency and period; " +
		"a balance changes by its own entries: held by " + held + " - (Held + Released), reserve by -(Reserved + ReserveReleased + ReserveConsumed), draws owed by DrawAdvanced + DrawRecovered, carried by WrittenOff - CarriedForward"
}

// byHand is what of the payouts was entered by hand, and what all payouts come to, both without their signs.
func (r *result) byHand() (byHand, whole purse) {
	byHand, whole = r.newPurse(), r.newPurse()
	for _, p := range r.payouts {
		whole.put(p.Amount.Abs())
		if p.Plan == "" && p.Component == "adjustment" {
			byHand.put(p.Amount.Abs())
		}
	}
	return byHand, whole
}

// balances says in a manifest what is held, what was entered by hand, and which identity holds.
func (r *result) balances(m map[string]any) error {
	program := r.run.Book().Program()
	if len(program.Holds()) > 0 {
		pay, credit := r.heldBy("")
		m["held_pay"], m["held_credit"] = fact.DecimalText(pay.of(r.currency()).Decimal()), fact.DecimalText(credit.Decimal())
		if in := pay.others(); len(in) > 0 {
			m["held_pay_in"] = in
		}
		m["conservation"] = "Earned + Capped + HoldCancelled + ClawedBack = Paid + change of held, which is HoldCancelled - (Held + Released), for every payee, currency and period"
	}
	standings, err := r.run.Book().Standings(context.Background())
	if err != nil {
		return err
	}
	if text := r.conservation(len(standings) > 0); text != "" {
		m["conservation"] = text
	}
	if err := r.overrides(m); err != nil {
		return err
	}
	paths, err := r.run.PathDifferences()
	if err != nil {
		return err
	}
	if of := byComponent(paths); len(of) > 0 {
		m["path_difference"] = of
	}
	if spared := r.run.Spared(); len(spared) > 0 {
		costs := map[string]string{}
		for _, s := range spared {
			costs[s.Currency().String()] = s.Text()
		}
		m["gains_only_cost"] = costs
	}
	if byHand, whole := r.byHand(); byHand.some()[0].Sign() > 0 {
		m["by_hand"], m["by_hand_of"] = fact.DecimalText(byHand[0].Decimal()), fact.DecimalText(whole[0].Decimal())
		if in := byHand.others(); len(in) > 0 {
			m["by_hand_in"], m["by_hand_of_in"] = in, whole.others()
		}
	}
	return nil
}

// overrides notes how many overrides are in force, and what they cost, by currency.
func (r *result) overrides(m map[string]any) error {
	n, costs := 0, map[money.Currency]money.Amount{}
	for o := range r.run.Overridden() {
		if n += len(o.Overrides); o.Unknown {
			continue
		}
		sum, err := costs[o.Cost.Currency()].Add(o.Cost)
		if err != nil {
			return err
		}
		costs[o.Cost.Currency()] = sum
	}
	if n == 0 {
		return nil
	}
	texts := map[string]string{}
	for c, a := range costs { // order: keys of JSON are written in order
		texts[c.String()] = a.Text()
	}
	m["overrides"], m["overrides_cost"] = n, texts
	return nil
}

// byComponent adds path differences up, by plan and component.
func byComponent(all []compensation.PathDifference) map[string]string {
	sums, out := map[string]money.Amount{}, map[string]string{}
	for _, d := range all {
		of := string(d.Plan) + "/" + d.Component
		sums[of] = sum(sums[of], d.Amount)
	}
	for of, a := range sums { // order: JSON sorts it
		if !a.IsZero() {
			out[of] = a.Text()
		}
	}
	return out
}

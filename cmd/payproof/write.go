package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/mapping"
)

// write puts the result into a folder: same facts, same bytes. The manifest is
// written last.
func write(folder string, r *result) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	files := []struct {
		name string
		make func(*bytes.Buffer) error
	}{
		{"payouts.csv", func(b *bytes.Buffer) error { return r.payoutsCSV(b) }},
		{"credits.csv", r.creditsCSV},
		{"uncredited.csv", r.uncreditedCSV},
		{"ledger.tsv", r.ledgerTSV},
	}
	if len(r.run.Book().Program().Holds()) > 0 {
		files = append(files, struct {
			name string
			make func(*bytes.Buffer) error
		}{"held.csv", r.heldCSV})
	}
	if r.rejects != nil {
		files = append(files, struct {
			name string
			make func(*bytes.Buffer) error
		}{"rejects.csv", func(b *bytes.Buffer) error { return r.rejects.WriteCSV(b) }})
	}
	sums := map[string]string{}
	for _, f := range files {
		var b bytes.Buffer
		if err := f.make(&b); err != nil {
			return err
		}
		sum := sha256.Sum256(b.Bytes())
		sums[f.name] = hex.EncodeToString(sum[:])
		if err := os.WriteFile(filepath.Join(folder, f.name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	if err := r.manifest(&b, sums); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "manifest.json"), b.Bytes(), 0o644)
}

func (r *result) creditsCSV(b *bytes.Buffer) error {
	out := csv.NewWriter(b)
	rows := [][]string{{"event", "date", "payee", "type", "rule", "origin", "via", "share", "amount"}}
	for c := range r.run.Credits() {
		rows = append(rows, []string{
			string(c.Event.ID), c.Date().String(), string(c.Payee), c.Type, string(c.Rule), c.Origin.String(), c.Via,
			fact.DecimalText(c.Share), fact.DecimalText(c.Amount),
		})
	}
	return out.WriteAll(rows)
}

func (r *result) uncreditedCSV(b *bytes.Buffer) error {
	out := csv.NewWriter(b)
	rows := [][]string{{"event", "date", "rule", "amount", "reason", "suspense"}}
	for u := range r.run.Uncredited() {
		rows = append(rows, []string{string(u.Event.ID), u.Event.Date().String(), string(u.Rule), fact.DecimalText(u.Amount), u.Reason, string(u.Suspense)})
	}
	return out.WriteAll(rows)
}

// heldCSV lists what is kept back at the end of the last period.
func (r *result) heldCSV(b *bytes.Buffer) error {
	out := csv.NewWriter(b)
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
func (r *result) ledgerTSV(b *bytes.Buffer) error {
	if err := r.run.Err(); err != nil {
		return err
	}
	b.Write(ledger.AppendBatch(nil, ledger.Head{}, slices.Collect(r.run.Entries())))
	return nil
}

// manifest says what was computed from what, and the hashes of the files.
func (r *result) manifest(b *bytes.Buffer, sums map[string]string) error {
	program := r.run.Book().Program()
	entries, events := 0, map[fact.EventID]bool{}
	for range r.run.Entries() {
		entries++
	}
	credits, lost, nobody := 0, decimal.Zero, 0
	for c := range r.run.Credits() {
		credits++
		events[c.Event.ID] = true
	}
	for u := range r.run.Uncredited() {
		lost, nobody = lost.Add(u.Money()), nobody+1
		events[u.Event.ID] = true
	}
	kept, waiting := decimal.Zero, 0
	for u := range r.run.Suspense() {
		kept, waiting = kept.Add(u.Money()), waiting+1
	}
	totals := map[string]string{}
	for k, a := range r.totals {
		totals[k.String()] = r.amount(a)
	}
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
	if len(program.Holds()) > 0 {
		pay, credit := r.heldBy("")
		m["held_pay"], m["held_credit"] = fact.DecimalText(pay), fact.DecimalText(credit)
		m["conservation"] = "Earned + Capped + HoldCancelled + ClawedBack = Paid + change of held, which is HoldCancelled - (Held + Released), for every payee, currency and period"
	}
	if r.rejects != nil {
		m["rejected_lines"] = r.rejects.Len()
	}
	if slices.ContainsFunc(program.Files, func(f mapping.File) bool { return f.Zone.String() != "" }) {
		m["time_zones"] = mapping.ZoneData
	}
	e := json.NewEncoder(b) // keys of a map are written in order
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(m)
}

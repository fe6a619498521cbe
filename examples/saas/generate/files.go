package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"github.com/payproof/payproof/dsl/calendar"
)

// file is a CSV file of the example before it is text; rows[0] is the header.
type file struct {
	name string
	rows [][]string
}

// bytes returns the text of the file: UTF-8, LF, quotes only where needed.
func (f file) bytes() ([]byte, error) {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	if err := w.WriteAll(f.rows); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return buf.Bytes(), nil
}

// files returns all files of the company.
func (c company) files() []file {
	return []file{
		{"people.csv", c.peopleRows()},
		{"edges.csv", c.edgeRows()},
		{"assignments.csv", assignmentRows()},
		{"quotas.csv", c.quotaRows()},
		{"events/deal-2026-q1.csv", c.dealRows(calendar.Quarter(2026, 1))},
		{"events/deal-2026-q2.csv", c.dealRows(calendar.Quarter(2026, 2))},
	}
}

func (c company) peopleRows() [][]string {
	rows := [][]string{{"payee", "name", "role", "start", "end"}}
	for _, j := range c.people {
		rows = append(rows, []string{j.payee, j.name, j.role, j.from, j.until})
	}
	return rows
}

func (c company) edgeRows() [][]string {
	rows := [][]string{{"edge", "from", "to", "share", "start", "end"}}
	for _, r := range c.reports {
		rows = append(rows, []string{"manager", r.payee, r.manager, "", r.from, r.until})
	}
	for _, h := range c.holdings {
		rows = append(rows, []string{"owner", h.territory, h.payee, share(h.share), h.from, h.until})
	}
	for _, a := range c.accounts {
		for _, e := range a.engineers {
			rows = append(rows, []string{"SE", a.id, e.payee, "", e.from, e.until})
		}
	}
	return rows
}

// share writes percent as a fraction; a whole is an empty cell.
func share(percent int) string {
	switch {
	case percent == 100:
		return ""
	case percent%10 == 0:
		return fmt.Sprintf("0.%d", percent/10)
	}
	return fmt.Sprintf("0.%02d", percent)
}

func assignmentRows() [][]string {
	rows := [][]string{{"payee", "plan", "start", "end", "target"}}
	for _, a := range assignments() {
		rows = append(rows, []string{a.payee, a.plan, a.from, a.until, dollars(a.target)})
	}
	return rows
}

func (c company) quotaRows() [][]string {
	rows := [][]string{{"payee", "measure", "period", "amount"}}
	for _, q := range c.quotas() {
		rows = append(rows, []string{q.payee, q.measure, q.period, dollars(q.dollars)})
	}
	return rows
}

func (c company) dealRows(quarter calendar.Period) [][]string {
	rows := [][]string{{
		"id", "closed", "account", "product", "kind", "region", "segment", "industry",
		"amount", "seller", "partner", "term_months",
	}}
	for _, d := range c.deals {
		if quarterOf(d.closed) != quarter {
			continue
		}
		rows = append(rows, []string{
			d.id, d.closed.String(), d.account.id, d.product, d.kind,
			d.account.region, d.account.segment, d.account.industry,
			money(d.cents), d.seller, d.partner, strconv.Itoa(d.termMonths),
		})
	}
	return rows
}

// money writes cents as an amount with two places.
func money(cents int) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d", sign, cents/100, cents%100)
}

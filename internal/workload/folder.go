package workload

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Write writes the quarter as a company's folder: payproof.yaml, plans/, people, edges,
// quotas, assignments, and events/deal.csv. Files that are there are replaced.
func (q Quarter) Write(dir string) error {
	q = q.orDefault()
	for _, sub := range []string{"plans", "events"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "payproof.yaml"), []byte(q.company()), 0o644); err != nil {
		return err
	}
	for _, p := range q.plans() {
		if err := os.WriteFile(filepath.Join(dir, "plans", p[0]), []byte(p[1]), 0o644); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		name string
		rows func(io.Writer)
	}{
		{"people.csv", q.people},
		{"edges.csv", q.edges},
		{"quotas.csv", q.quotas},
		{"assignments.csv", q.assignments},
		{filepath.Join("events", "deal.csv"), q.events},
	} {
		if err := write(filepath.Join(dir, f.name), f.rows); err != nil {
			return err
		}
	}
	return nil
}

// write fills a file. An error of the rows shows when they are flushed.
func write(name string, rows func(io.Writer)) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 1<<20)
	rows(b)
	if err := b.Flush(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func (q Quarter) people(w io.Writer) {
	fmt.Fprintln(w, "payee,name,role,start,end")
	for level := range q.Levels + 1 {
		role := "Manager"
		if level == 0 {
			role = "Rep"
		}
		for n := range q.size(level) {
			fmt.Fprintf(w, "%[1]s,%[1]s,%[2]s,2024-01-01,\n", person(level, n), role)
		}
	}
	for n := range q.Engineers {
		fmt.Fprintf(w, "%[1]s,%[1]s,Engineer,2024-01-01,\n", engineer(n))
	}
}

func (q Quarter) edges(w io.Writer) {
	fmt.Fprintln(w, "edge,from,to,share,start,end")
	for level := range q.Levels {
		for n := range q.size(level) {
			fmt.Fprintf(w, "manager,%s,%s,,,\n", person(level, n), person(level+1, q.above(level, n)))
		}
	}
	for n, t := range q.territories() {
		fmt.Fprintf(w, "owner,%s,%s,,,\n", t.name, engineer(n%q.Engineers))
	}
	days := dates()
	for a := range q.Accounts {
		o := q.owner(a)
		if o.moves == Days {
			fmt.Fprintf(w, "AE,%s,%s,,,\n", accountKey(a), person(0, o.first))
			continue
		}
		fmt.Fprintf(w, "AE,%s,%s,,,%s\n", accountKey(a), person(0, o.first), days[o.moves-1])
		fmt.Fprintf(w, "AE,%s,%s,,%s,\n", accountKey(a), person(0, o.second), days[o.moves])
	}
}

func (q Quarter) quotas(w io.Writer) {
	fmt.Fprintln(w, "payee,measure,period,amount")
	for level := range q.Levels + 1 {
		measure := "team"
		if level == 0 {
			measure = "bookings"
		}
		for n := range q.size(level) {
			fmt.Fprintf(w, "%s,%s,2026-Q1,%s\n", person(level, n), measure, cents(q.quota(level, n)))
		}
	}
}

func (q Quarter) assignments(w io.Writer) {
	fmt.Fprintln(w, "payee,plan,start,end,target")
	for level := 1; level <= q.Levels; level++ {
		for n := range q.size(level) {
			fmt.Fprintf(w, "%s,Manager,2026-01-01,,%s\n", person(level, n), cents(q.target(level, n)))
		}
	}
}

func (q Quarter) events(w io.Writer) {
	line := []byte("id")
	fields := q.fields()
	for _, f := range fields {
		line = append(append(line, ','), f.name...)
	}
	for e := range q.All() {
		_, _ = w.Write(append(line, '\n')) // a bufio.Writer keeps its error
		line = append(line[:0], eventID(e.Number)...)
		for _, f := range fields {
			line = append(append(line, ','), f.text(e)...)
		}
	}
	_, _ = w.Write(append(line, '\n'))
}

package embed_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// memory is a database in memory, as small as the example allows: it answers
// "SELECT a, b FROM t". A service has PostgreSQL here, and nothing else changes.
type memory map[string]table

// table has named columns and their rows.
type table struct {
	columns []string
	rows    [][]driver.Value
}

// open is the database as database/sql gives it to a program.
func (m memory) open() *sql.DB { return sql.OpenDB(m) }

// Connect and Driver make memory a driver.Connector; it needs no registered name.
func (m memory) Connect(context.Context) (driver.Conn, error) { return conn{m}, nil }
func (m memory) Driver() driver.Driver                        { return nil }

type conn struct{ tables memory }

var errReadOnly = errors.New("the example only reads")

func (c conn) Prepare(string) (driver.Stmt, error) { return nil, errReadOnly }
func (c conn) Begin() (driver.Tx, error)           { return nil, errReadOnly }
func (c conn) Close() error                        { return nil }

var selectFrom = regexp.MustCompile(`^SELECT (\w+(?:, \w+)*) FROM (\w+)$`)

// QueryContext makes conn a driver.QueryerContext.
func (c conn) QueryContext(_ context.Context, text string, _ []driver.NamedValue) (driver.Rows, error) {
	m := selectFrom.FindStringSubmatch(text)
	if m == nil {
		return nil, fmt.Errorf("syntax error in %q", text)
	}
	t, ok := c.tables[m[2]]
	if !ok {
		return nil, fmt.Errorf("there is no table %q", m[2])
	}
	r := &result{columns: strings.Split(m[1], ", "), left: t.rows}
	for _, name := range r.columns {
		i := slices.Index(t.columns, name)
		if i < 0 {
			return nil, fmt.Errorf("there is no column %q in %s", name, m[2])
		}
		r.from = append(r.from, i)
	}
	return r, nil
}

// result is the rows of one query.
type result struct {
	columns []string
	from    []int
	left    [][]driver.Value
}

func (r *result) Columns() []string { return r.columns }
func (r *result) Close() error      { return nil }

func (r *result) Next(dest []driver.Value) error {
	if len(r.left) == 0 {
		return io.EOF
	}
	for i, from := range r.from {
		dest[i] = r.left[0][from]
	}
	r.left = r.left[1:]
	return nil
}

// on is a DATE as drivers give it: midnight of the day.
func on(year int, month time.Month, day int) driver.Value {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func tableOf(columns string, rows ...[]driver.Value) table {
	return table{strings.Split(columns, " "), rows}
}

func row(values ...driver.Value) []driver.Value { return values }

// harbor is the company's database.
func harbor() memory {
	start := on(2026, 1, 1)
	return memory{
		"employees": tableOf("login name job hired left_on",
			row("ana", "Ana Silva", "Rep", on(2023, 5, 2), nil),
			row("bo", "Bo Lindgren", "Rep", on(2024, 9, 1), nil),
			row("cy", "Cy Okafor", "Rep", on(2025, 2, 17), nil),
			row("dee", "Dee Martens", "Manager", on(2020, 1, 7), nil)),
		"reporting_lines": tableOf("login boss since until",
			row("ana", "dee", start, nil), row("bo", "dee", start, nil), row("cy", "dee", start, nil)),
		"assignments": tableOf("login plan bonus since until",
			row("dee", "Manager", "2000.00", start, on(2026, 12, 31))),
		"quotas": tableOf("login measure year quarter amount",
			row("ana", "bookings", int64(2026), int64(1), "50000.00"), row("bo", "bookings", int64(2026), int64(1), "45000.00"),
			row("cy", "bookings", int64(2026), int64(1), "40000.00"), row("dee", "team", int64(2026), int64(1), "130000.00")),
		"deals": tableOf("id closed account amount seller partner",
			row("d12", on(2026, 3, 31), "Quay", "11111.11", "cy", nil), // in any order
			row("d01", on(2026, 1, 12), "Anchor", "20000.00", "ana", nil),
			row("d02", on(2026, 1, 20), "Buoy", "15000.00", "bo", nil),
			row("d03", on(2026, 1, 30), "Crane", "8400.00", "cy", nil),
			row("d04", on(2026, 2, 3), "Dock", "18000.00", "ana", nil),
			row("d05", on(2026, 2, 11), "Ebb", "12500.00", "bo", nil),
			row("d06", on(2026, 2, 19), "Ferry", "9600.00", "cy", nil),
			row("d07", on(2026, 2, 25), "Gale", "7500.00", "bo", nil),
			row("d08", on(2026, 3, 4), "Hull", "17000.00", "ana", nil),
			row("d09", on(2026, 3, 10), "Inlet", "6000.00", "cy", nil),
			row("d10", on(2026, 3, 17), "Jetty", "10000.00", "bo", "cy"),
			row("d11", on(2026, 3, 24), "Keel", "5250.50", "ana", nil)),
	}
}

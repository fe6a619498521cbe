package embed

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/payproof/payproof/dsl/calendar"
)

// query is the rows of a query as the sequence of facts that the engine reads. The
// query runs when the sequence is read, and its rows are closed when reading ends.
func query[T any](ctx context.Context, db *sql.DB, text string, scan func(*sql.Rows) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := db.QueryContext(ctx, text)
		if err != nil {
			yield(none, fmt.Errorf("%s: %w", text, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			fact, err := scan(rows)
			if err != nil {
				yield(none, fmt.Errorf("%s: %w", text, err))
				return
			}
			if !yield(fact, nil) {
				return
			}
		}
		// A connection that breaks looks like the last row to Next.
		if err := rows.Err(); err != nil {
			yield(none, fmt.Errorf("%s: %w", text, err))
		}
	}
}

// days is the range of two columns of type DATE, both days included; NULL is open.
func days(first, last sql.NullTime) (calendar.Range, error) {
	from, err := date(first)
	if err != nil {
		return calendar.Range{}, err
	}
	to, err := date(last)
	return calendar.Inclusive(from, to), err
}

// date drops the time and the zone that a driver puts on a DATE.
func date(t sql.NullTime) (calendar.Date, error) {
	if !t.Valid {
		return calendar.Date{}, nil
	}
	year, month, day := t.Time.Date()
	return calendar.NewDate(year, int(month), day)
}

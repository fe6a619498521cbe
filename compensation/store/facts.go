package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/compensation/manual"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/quota"
)

// Facts keeps what is known in a database: when it holds, and when it became known. What is loaded together gets one position, a
// number above all before it, which is when it became known; nothing is ever changed or deleted. It is safe for concurrent use, also by
// several processes.
type Facts struct{ l *Ledger }

// Facts are the facts that stand beside the ledger, in the same database.
func (l *Ledger) Facts() *Facts { return &Facts{l} }

// Batch is facts to be loaded together. They say when they hold, and not when they became known: their positions are zero, and the store gives
// one to all of them.
type Batch struct {
	People      []people.Payee            // payees and their roles
	Edges       []fact.Edge               // managers, owners of territories, roles on accounts
	Assignments []compensation.Assignment // who is on which plan, with personal values
	Quotas      []quota.Quota             // the numbers to reach
	Rates       []fx.Rate                 // exchange rates
	Adjustments []manual.Adjustment       // what is paid by hand
	// Events are what happened. One without a revision gets the position as its revision, so that what is loaded later corrects what was
	// before; and the revisions of one event are given by the caller, or never.
	Events []crediting.Line
}

// Load writes a batch, whole or not at all, and gives its position. The error says what is wrong with a fact, or is that of the
// database; an act has an actor.
func (f *Facts) Load(ctx context.Context, b Batch, act closing.Act) (fact.Revision, error) {
	if act.Actor == "" {
		return 0, errors.New("facts: somebody answers for them: set Actor")
	}
	rows, err := b.rows()
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, errors.New("facts: there is nothing to load")
	}
	tx, err := f.l.db.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("facts: beginning to write: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing, once it is committed
	if err := f.l.wait(ctx, tx, factsLock); err != nil {
		return 0, fmt.Errorf("facts: waiting to write: %w", err)
	}
	last, err := f.position(ctx, tx)
	if err != nil {
		return 0, err
	}
	next := last + 1
	at := ""
	if !act.At.IsZero() {
		at = act.At.UTC().Format(time.RFC3339)
	}
	if _, err = tx.ExecContext(ctx, f.l.query("INSERT INTO fact_batch (position, actor, loaded_at, reason, size) VALUES (?, ?, ?, ?, ?)"), int64(next), act.Actor, at, act.Reason, len(rows)); err == nil {
		err = f.insert(ctx, tx, next, rows)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return 0, fmt.Errorf("facts: writing batch %d: %w", next, err)
	}
	return next, nil
}

func (f *Facts) insert(ctx context.Context, tx *sql.Tx, position fact.Revision, rows []row) error {
	for from := 0; from < len(rows); from += many {
		part := rows[from:min(from+many, len(rows))]
		args := make([]any, 0, 7*len(part))
		for i := range part {
			r := &part[i]
			args = append(args, int64(position), from+i+1, r.kind, legible(r.key), day(r.effective.From), day(r.effective.To), r.content)
		}
		values := strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?), ", len(part)), ", ")
		if _, err := tx.ExecContext(ctx, f.l.query("INSERT INTO fact (position, nth, kind, key, effective_from, effective_to, content) VALUES "+values), args...); err != nil {
			return err
		}
	}
	return nil
}

// day is a date as the database has it: null where a range is open.
func day(d calendar.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}

// Position is that of the last batch; zero: there is none.
func (f *Facts) Position(ctx context.Context) (fact.Revision, error) { return f.position(ctx, f.l.db) }

func (f *Facts) position(ctx context.Context, from reader) (last fact.Revision, err error) {
	var n sql.NullInt64
	if err := from.QueryRowContext(ctx, "SELECT max(position) FROM fact_batch").Scan(&n); err != nil {
		return 0, fmt.Errorf("facts: reading the position: %w", err)
	}
	return fact.Revision(n.Int64), nil
}

// Known is all that was known at a position, for compensation.Open; zero is all that is known now. The ledger is the one beside it. Facts
// are read as they are asked for, in the order in which they were loaded.
func (f *Facts) Known(ctx context.Context, asOf fact.Revision) compensation.Facts {
	if asOf == 0 {
		asOf = 1<<63 - 1
	}
	return compensation.Facts{
		People: known(ctx, f, asOf, kindPerson, person), Edges: known(ctx, f, asOf, kindEdge, edge), Assignments: known(ctx, f, asOf, kindAssignment, assignment),
		Quotas: known(ctx, f, asOf, kindQuota, quotaOf), FX: known(ctx, f, asOf, kindRate, rate), Adjustments: known(ctx, f, asOf, kindAdjustment, adjustment),
		Events: crediting.FromLines(func() iter.Seq2[crediting.Line, error] { return known(ctx, f, asOf, kindEvent, event) }), Ledger: f.l,
	}
}

// known are the facts of a kind that are known at a position.
func known[T any](ctx context.Context, f *Facts, asOf fact.Revision, kind string, read func(string, fact.Revision) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		rows, err := f.l.db.QueryContext(ctx, f.l.query("SELECT position, nth, content FROM fact WHERE kind = ? AND position <= ? ORDER BY position, nth"), kind, int64(asOf))
		if err != nil {
			yield(none, fmt.Errorf("facts: reading the kind %s: %w", kind, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var position, nth int64
			var content string
			if err := rows.Scan(&position, &nth, &content); err != nil {
				yield(none, fmt.Errorf("facts: reading the kind %s: %w", kind, err))
				return
			}
			v, err := read(content, fact.Revision(position))
			if err != nil {
				err = fmt.Errorf("facts: the %s that is line %d of batch %d can't be read; restore a backup: %w", kind, nth, position, err)
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, fmt.Errorf("facts: reading the kind %s: %w", kind, err))
		}
	}
}

package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/payproof/payproof/compensation/ledger"
)

//go:embed migrations
var migrations embed.FS

// Ledger is a ledger in a database. It is safe for concurrent use, also by several processes.
type Ledger struct {
	db      *sql.DB
	dialect dialect
}

// dialect is how databases differ.
type dialect struct {
	name     goose.Dialect
	folder   string // of migrations
	locks    bool   // one writer is let in by a lock of its own; otherwise a transaction does
	numbered bool   // parameters are $1, not ?
}

// SQLite opens a ledger in a file, which is made if it is not there. Every batch is on the disk when Append returns.
func SQLite(ctx context.Context, file string) (*Ledger, error) {
	// _txlock=immediate: a transaction that will write waits for its turn at its beginning, and not in its middle,
	// where it could not wait.
	options := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(60000)", "foreign_keys(ON)"},
	}
	return open(ctx, "sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+options.Encode(), dialect{name: goose.DialectSQLite3, folder: "migrations/sqlite"})
}

// PostgreSQL opens a ledger in a database by its address ("postgres://payproof@localhost/pay"). The first one makes the
// tables, as their owner.
func PostgreSQL(ctx context.Context, address string) (*Ledger, error) {
	return open(ctx, "pgx", address, dialect{
		name: goose.DialectPostgres, folder: "migrations/postgres", locks: true, numbered: true,
	})
}

func open(ctx context.Context, driver, address string, d dialect) (*Ledger, error) {
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, fmt.Errorf("ledger: opening the database: %w", err)
	}
	l := &Ledger{db, d}
	if err := l.migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return l, nil
}

// migrate makes or changes the tables as this version needs them.
func (l *Ledger) migrate(ctx context.Context) error {
	folder, err := fs.Sub(migrations, l.dialect.folder)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(l.dialect.name, l.db, folder)
	if err == nil {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("ledger: preparing the tables: %w", err)
	}
	return nil
}

// Close ends the use of the database.
func (l *Ledger) Close() error { return l.db.Close() }

// query is a statement as the database writes it.
func (l *Ledger) query(text string) string {
	for n := 1; l.dialect.numbered && strings.Contains(text, "?"); n++ {
		text = strings.Replace(text, "?", fmt.Sprintf("$%d", n), 1)
	}
	return text
}

// reader is a database, or a transaction.
type reader interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (l *Ledger) head(ctx context.Context, from reader) (ledger.Head, error) {
	var seq uint64
	var hash []byte
	err := from.QueryRowContext(ctx, "SELECT seq, hash FROM ledger_batch ORDER BY seq DESC LIMIT 1").Scan(&seq, &hash)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ledger.Head{}, nil
	case err != nil:
		return ledger.Head{}, fmt.Errorf("ledger: reading the head: %w", err)
	case len(hash) != sha256.Size:
		return ledger.Head{}, corrupt(seq, 0, "its hash is cut off")
	}
	return ledger.Head{Seq: seq, Hash: [sha256.Size]byte(hash)}, nil
}

// Head is described at [ledger.Store].
func (l *Ledger) Head(ctx context.Context) (ledger.Head, error) { return l.head(ctx, l.db) }

// Append is described at [ledger.Store].
func (l *Ledger) Append(ctx context.Context, prev ledger.Head, entries []ledger.Entry) (ledger.Head, error) {
	next, err := prev.Next(entries)
	if err != nil {
		return ledger.Head{}, err
	}
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return ledger.Head{}, fmt.Errorf("ledger: beginning to write: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing, once it is committed
	if err := l.wait(ctx, tx, ledgerLock); err != nil {
		return ledger.Head{}, fmt.Errorf("ledger: waiting to write: %w", err)
	}
	now, err := l.head(ctx, tx)
	if err != nil {
		return ledger.Head{}, err
	}
	if now != prev {
		return ledger.Head{}, &ledger.HeadMovedError{Expected: prev, Actual: now}
	}
	if _, err = tx.ExecContext(ctx, l.query("INSERT INTO ledger_batch (seq, hash, size) VALUES (?, ?, ?)"), next.Seq, next.Hash[:], len(entries)); err == nil {
		err = l.insert(ctx, tx, next.Seq, entries)
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		return ledger.Head{}, fmt.Errorf("ledger: writing batch %d: %w", next.Seq, err)
	}
	return next, nil
}

// The numbers of locks, one for each kind of batch. They are of the database, and need no privilege: a lock of the table would ask for
// one to change it.
const (
	ledgerLock = 6_180_339_887
	factsLock  = 6_180_339_888
)

// wait lets one writer in, until the transaction ends.
func (l *Ledger) wait(ctx context.Context, tx *sql.Tx, lock int64) (err error) {
	if l.dialect.locks {
		_, err = tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", lock)
	}
	return err
}

// many is how many entries one statement has: fewer than databases allow parameters for.
const many = 500

func (l *Ledger) insert(ctx context.Context, tx *sql.Tx, seq uint64, entries []ledger.Entry) error {
	const row = "(?, ?, ?, ?, ?, ?, ?, ?)"
	for from := 0; from < len(entries); from += many {
		part := entries[from:min(from+many, len(entries))]
		args := make([]any, 0, 8*len(part))
		for i := range part {
			e := &part[i]
			args = append(args, seq, from+i+1, ledger.AppendLine(nil, *e), legible(e.PostedIn.String()), legible(string(e.Payee)), e.Kind.String(), e.Amount.Currency().String(), e.Amount.Text())
		}
		values := strings.TrimSuffix(strings.Repeat(row+", ", len(part)), ", ")
		if _, err := tx.ExecContext(ctx, l.query("INSERT INTO ledger_entry (seq, nth, line, posted_in, payee, kind, currency, amount) VALUES "+values), args...); err != nil {
			return err
		}
	}
	return nil
}

// legible is a text without NUL, which databases have no room for. The line has it.
func legible(text string) string { return strings.ReplaceAll(text, "\x00", "�") }

// Scan is described at [ledger.Store]. Batches are given once their hash is found to be right.
func (l *Ledger) Scan(ctx context.Context, after ledger.Head) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		fail := func(err error) { yield(ledger.Entry{}, err) }
		last, err := l.Head(ctx)
		if err == nil {
			err = l.isOurs(ctx, after, last)
		}
		if err != nil {
			fail(err)
			return
		}
		for at := after; at.Seq < last.Seq; {
			batch, err := l.batch(ctx, &at)
			if err != nil {
				fail(err)
				return
			}
			for _, e := range batch {
				if err := ctx.Err(); err != nil {
					fail(err)
					return
				}
				if !yield(e, nil) {
					return
				}
			}
		}
		if err := ctx.Err(); err != nil {
			fail(err)
		}
	}
}

// isOurs tells of a head that the ledger never had.
func (l *Ledger) isOurs(ctx context.Context, head, last ledger.Head) error {
	if head == (ledger.Head{}) {
		return nil
	}
	var hash []byte
	err := l.db.QueryRowContext(ctx, l.query("SELECT hash FROM ledger_batch WHERE seq = ?"), int64(min(head.Seq, 1<<63-1))).Scan(&hash)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && string(hash) != string(head.Hash[:]):
		return &ledger.UnknownHeadError{Head: head, Actual: last}
	case err != nil:
		return fmt.Errorf("ledger: reading batch %d: %w", head.Seq, err)
	}
	return nil
}

// batch reads the batch after a head, which becomes its own.
func (l *Ledger) batch(ctx context.Context, at *ledger.Head) ([]ledger.Entry, error) {
	seq := at.Seq + 1
	var hash []byte
	var size int
	if err := l.db.QueryRowContext(ctx, l.query("SELECT hash, size FROM ledger_batch WHERE seq = ?"), seq).Scan(&hash, &size); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return nil, corrupt(seq, 0, "it is not there, and later ones are")
		}
		return nil, fmt.Errorf("ledger: reading batch %d: %w", seq, err)
	}
	rows, err := l.db.QueryContext(ctx, l.query("SELECT line FROM ledger_entry WHERE seq = ? ORDER BY nth"), seq)
	if err != nil {
		return nil, fmt.Errorf("ledger: reading batch %d: %w", seq, err)
	}
	defer rows.Close()
	entries := make([]ledger.Entry, 0, size)
	for rows.Next() {
		var line sql.RawBytes
		if err := rows.Scan(&line); err != nil {
			return nil, fmt.Errorf("ledger: reading batch %d: %w", seq, err)
		}
		e, err := ledger.ParseLine(string(line))
		if err != nil {
			return nil, corrupt(seq, len(entries)+1, err.Error())
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("ledger: reading batch %d: %w", seq, err)
	}
	next, err := at.Next(entries)
	if err != nil {
		return nil, corrupt(seq, 0, err.Error())
	}
	if string(next.Hash[:]) != string(hash) {
		return nil, corrupt(seq, 0, "its entries are not those that its hash was made of")
	}
	*at = next
	return entries, nil
}

func corrupt(seq uint64, nth int, problem string) error {
	return &ledger.CorruptError{
		File: fmt.Sprintf("batch %d", seq), Line: nth, Problem: problem,
		Fix: "somebody has changed the tables: restore a backup, and compare its head with one that was published",
	}
}

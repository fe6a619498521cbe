// Package reject goes on where lines of events can't be read: it leaves them out of
// a feed, keeps them, and says how much money they carry, so that what was not
// computed is a number that somebody has to look at.
//
// A [List] is put around a feed. What concerns a whole file, a header without a
// column or a quote that is never closed, still stops the reading: how much such a
// file would carry, nobody can say. So do lines that contradict each other, for
// either of them could be the right one.
//
// Trap: a correction that is left out leaves what it corrects in force.
package reject

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

// List keeps the lines that a feed leaves out, each once, however often the feed is
// read. The zero value is empty. It is not safe for concurrent readings.
type List struct {
	lines map[source.Span]*crediting.LineError
}

// Feed is the feed without the lines that can't be read, which the list keeps.
func (l *List) Feed(f crediting.Feed) crediting.Feed { return feed{f, l} }

type feed struct {
	crediting.Feed
	list *List
}

// Scan implements crediting.Feed.
func (f feed) Scan(ctx context.Context, s *crediting.Schema) iter.Seq2[*crediting.Batch, error] {
	return f.list.without(f.Feed.Scan(ctx, s))
}

// Find implements crediting.Feed.
func (f feed) Find(ctx context.Context, s *crediting.Schema, ids ...fact.EventID) iter.Seq2[*crediting.Batch, error] {
	return f.list.without(f.Feed.Find(ctx, s, ids...))
}

func (l *List) without(batches iter.Seq2[*crediting.Batch, error]) iter.Seq2[*crediting.Batch, error] {
	return func(yield func(*crediting.Batch, error) bool) {
		for b, err := range batches {
			var line *crediting.LineError
			if errors.As(err, &line) {
				l.add(line)
				continue
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

func (l *List) add(line *crediting.LineError) {
	if l.lines == nil {
		l.lines = map[source.Span]*crediting.LineError{}
	}
	at := line.Found[0].Span
	l.lines[source.Span{File: at.File, From: source.Pos{Line: at.From.Line}}] = line
}

// Len is the number of lines.
func (l *List) Len() int { return len(l.lines) }

// Lines are the lines, in the order of their places.
func (l *List) Lines() []*crediting.LineError {
	return slices.SortedFunc(maps.Values(l.lines), func(a, b *crediting.LineError) int {
		return a.Found[0].Span.Compare(b.Found[0].Span)
	})
}

// Carried is how much money the lines carry, for each currency and in the order of
// their codes, and in how many of the lines no amount can be read.
func (l *List) Carried() (amounts []money.Amount, unreadable int, err error) {
	sums := map[string]money.Amount{}
	for _, line := range l.Lines() {
		if !line.Reads {
			unreadable++
			continue
		}
		code := line.Amount.Currency().String()
		if sums[code], err = sums[code].Add(line.Amount); err != nil {
			return nil, 0, err
		}
	}
	for _, code := range slices.SortedFunc(maps.Keys(sums), cmp.Compare[string]) {
		amounts = append(amounts, sums[code])
	}
	return amounts, unreadable, nil
}

// WriteCSV writes a row for each finding: where it is, its code, what is wrong, and the
// whole line as it stands in the file.
func (l *List) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"file", "line", "column", "code", "message", "row"}}
	for _, line := range l.Lines() {
		for _, d := range line.Found {
			from := d.Span.From
			rows = append(rows, []string{d.Span.File, strconv.Itoa(from.Line), strconv.Itoa(from.Col), d.Code, d.Message, line.Raw})
		}
	}
	return out.WriteAll(rows)
}

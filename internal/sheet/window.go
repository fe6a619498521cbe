package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode/utf8"
)

// errLong ends the reading of a row above MaxRow.
var errLong = errors.New("the row is too long")

// window keeps the bytes of the file from the row that is being read on: the CSV
// reader, which is given them, does not tell how the row stood in the file. What was
// read ahead may be more than one row.
type window struct {
	in   io.Reader
	kept []byte
	from int   // of the row in kept
	fed  int   // what the CSV reader was given of kept
	base int64 // the offset in the file of kept[0]
	line int   // of the row, from 1
	err  error // of in, behind what is kept
	long bool  // the row is too long
}

// Read implements io.Reader for the CSV reader.
func (w *window) Read(p []byte) (int, error) {
	if w.fed == len(w.kept) {
		if err := w.more(); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.kept[w.fed:])
	w.fed += n
	return n, nil
}

// more reads a block behind what is kept. Without an error it may have read nothing, as
// any io.Reader may.
func (w *window) more() error {
	switch {
	case len(w.kept)-w.from > MaxRow+2*bufferBytes:
		w.long = true
		return errLong
	case w.err != nil:
		return w.err
	case w.from > 0:
		w.base += int64(w.from)
		w.fed -= w.from
		w.kept = append(w.kept[:0], w.kept[w.from:]...)
		w.from = 0
	}
	w.kept = slices.Grow(w.kept, bufferBytes)
	n, err := w.in.Read(w.kept[len(w.kept):cap(w.kept)])
	w.kept = w.kept[:len(w.kept)+n]
	if w.err = err; n > 0 {
		return nil
	}
	return err
}

// ended tells that nothing comes behind what is kept, and that all is well.
func (w *window) ended() bool { return errors.Is(w.err, io.EOF) }

// ahead is where the line that comes ends, from the row on, and where the next one begins.
// Not ok is one to be left to the CSV reader: empty, too long, or cut off by an error.
func (w *window) ahead() (to, next int, ok bool) {
	for {
		seen := next
		rest := w.kept[w.from:]
		if i := bytes.IndexByte(rest[seen:], '\n'); i >= 0 {
			return w.trimmed(0, seen+i, seen+i+1)
		}
		if next = len(rest); w.ended() {
			return w.trimmed(0, next, next)
		}
		if err := w.more(); !w.ended() && (err != nil || len(w.kept)-w.from == next) {
			return 0, 0, false
		}
	}
}

// within is ahead of a line further on, of what is kept.
func (w *window) within(from int) (to, next int, ok bool) {
	i := bytes.IndexByte(w.kept[w.from+from:], '\n')
	if i < 0 {
		return 0, 0, false
	}
	return w.trimmed(from, from+i, from+i+1)
}

// trimmed leaves out the return before the end of a line, and tells whether the line may be cut.
func (w *window) trimmed(from, to, next int) (int, int, bool) {
	if row := w.kept[w.from+from : w.from+to]; len(row) > 0 && row[len(row)-1] == '\r' {
		to--
	}
	return to, next, from < to && next-from <= MaxRow
}

// offset is where the row begins in the file.
func (w *window) offset() int64 { return w.base + int64(w.from) }

// row is the row that ends at an offset of the file, without the empty lines above it.
func (w *window) row(end int64) []byte {
	for {
		row := w.kept[w.from : end-w.base]
		switch {
		case bytes.HasPrefix(row, []byte("\n")):
			w.from++
		case bytes.HasPrefix(row, []byte("\r\n")):
			w.from += 2
		default:
			return row
		}
		w.line++
	}
}

// pass goes behind the row that ends at an offset.
func (w *window) pass(end int64) {
	to := int(end - w.base)
	w.line += bytes.Count(w.kept[w.from:to], []byte("\n"))
	w.from = to
}

// column turns a column in bytes, of a line of the file that the row covers, into one
// in runes. quoted tells that a quote stands there.
func (w *window) column(row []byte, line, column int) (runes int, quoted bool) {
	for range line - w.line {
		n := bytes.IndexByte(row, '\n')
		if n < 0 {
			break
		}
		row = row[n+1:]
	}
	before := min(max(0, column-1), len(row))
	return 1 + utf8.RuneCount(row[:before]), before < len(row) && row[before] == '"'
}

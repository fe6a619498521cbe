package sheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"
)

// errLong ends the reading of a row above MaxRow.
var errLong = errors.New("the row is too long")

// window keeps the bytes of the row that a CSV reader is reading: it alone knows
// how the row stood in the file. The reader reads ahead, so more may be in it.
type window struct {
	in   io.Reader
	kept []byte
	from int   // of the row in kept
	base int64 // the offset in the file of kept[0]
	line int   // of the row, from 1
	long bool  // the row is too long
}

// Read implements io.Reader.
func (w *window) Read(p []byte) (int, error) {
	if len(w.kept)-w.from > MaxRow+2*bufferBytes {
		w.long = true
		return 0, errLong
	}
	if w.from > bufferBytes {
		w.base += int64(w.from)
		w.kept = append(w.kept[:0], w.kept[w.from:]...)
		w.from = 0
	}
	n, err := w.in.Read(p)
	w.kept = append(w.kept, p[:n]...)
	return n, err
}

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

// Package heading reads what stands in a line of events beside the fields of their kind: the id, the revision, whether the event is
// withdrawn, and when the line became known.
package heading

import (
	"strconv"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/mapped"
)

// Heading is what a line says: the ID and the Revision, and
type Heading struct {
	ID        fact.EventID
	Revision  uint64
	Withdrawn bool          // or it can't be told
	Known     fact.Revision // when it became known; zero: from the outset
}

// The places of the columns: the id is the first, the others stand behind the fields.
const (
	revision = iota + 1
	withdrawn
	known
)

// Columns are those of lines with the given fields.
func Columns(fields []mapped.Column) []mapped.Column {
	out := append([]mapped.Column{{Name: "id"}}, fields...)
	for _, name := range [...]string{"revision", "withdrawn", "known"} {
		out = append(out, mapped.Column{Name: name, Optional: true})
	}
	return out
}

// Ours reports whether the columns hold texts as they are meant, in lines with so many fields.
func Ours(rows *mapped.Reader, fields int) bool {
	return rows.Ours(0) && rows.Ours(fields+revision) && rows.Ours(fields+withdrawn) && rows.Ours(fields+known)
}

// Plain reports whether a row with so many fields, of which at gives the cells, is of an event that is there as of a revision, without trouble in
// the columns behind the fields, and when it became known; about the id and the revision it says nothing.
func Plain(at func(column int) []byte, fields int, asOf fact.Revision) (n fact.Revision, ok bool) {
	if len(at(fields+withdrawn)) > 0 {
		return 0, false
	}
	digits := at(fields + known)
	const most = 18 // digits, of which every number fits
	for _, c := range digits {
		if c < '0' || c > '9' || len(digits) > most {
			return 0, false
		}
		n = 10*n + fact.Revision(c-'0')
	}
	return n, asOf.Sees(n)
}

// Read reads the columns of the line that was read last, with so many fields; clip shortens what a finding shows.
func Read(rows *mapped.Reader, fields int, clip func(string) string) (h Heading, bad source.Diagnostics) {
	text, _ := rows.Text(0)
	key, err := fact.ParseKey(text)
	if err != nil {
		bad = append(bad, source.Errorf("event-id", rows.Place(0), "id: %v", err))
	}
	h.ID = fact.EventID(key)
	switch text, _ = rows.Text(fields + withdrawn); text {
	case "", "false", "FALSE": // spreadsheets write capitals
	case "true", "TRUE":
		h.Withdrawn = true
	default:
		h.Withdrawn = true // what the fields should hold is not known
		bad = append(bad, source.Errorf("event-withdrawn", rows.Place(fields+withdrawn), "withdrawn: %q is neither true nor false", clip(text)).
			WithHint("write true where the event was entered in error, and leave it empty elsewhere; other words of an export go under `values:` of `files:`"))
	}
	if text, _ = rows.Text(fields + revision); text != "" {
		if h.Revision, err = strconv.ParseUint(text, 10, 64); err != nil {
			bad = append(bad, source.Errorf("event-revision", rows.Place(fields+revision), "revision: %q is not a whole number; count corrections 1, 2, 3, and leave the first line empty", clip(text)))
		}
	}
	if text, _ = rows.Text(fields + known); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if h.Known = fact.Revision(n); err != nil {
			bad = append(bad, source.Errorf("event-known", rows.Place(fields+known), "known: %q is not a whole number; count from 1, in the order in which lines became known, and leave it empty from the outset", clip(text)))
		}
	}
	return h, bad
}

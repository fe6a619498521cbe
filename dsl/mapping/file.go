package mapping

import (
	"path"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/source"
)

// File is how some files are written, all of which hold rows of one kind.
type File struct {
	Of        string                       // a kind of event, or people, edges, quotas, assignments, fx
	Read      []string                     // patterns of file names, as path.Match has them
	Columns   map[string]string            // what the files call a column, by our name for it
	Always    map[string]string            // the text of columns that the files don't have
	Values    map[string]map[string]string // by column: what stands there, and our word for it
	Numbers   Numbers
	Sign      string // of the currency, allowed before or after an amount of money
	Negative  Negative
	Dates     Dates            // of columns that DatesOf does not have
	DatesOf   map[string]Dates // by column
	Zone      Zone             // of patterns with a time
	Separator rune             // between the fields of CSV; 0 is a comma, and a tab in .tsv
	At        source.Span      // where it is declared
}

// Column is what the files call a column of ours.
func (f *File) Column(name string) string {
	if theirs, ok := f.Columns[name]; ok {
		return theirs
	}
	return name
}

// Value is our word for what stands in a column: the text itself where none is
// declared.
func (f *File) Value(column, text string) string {
	if ours, ok := f.Values[column][text]; ok {
		return ours
	}
	return text
}

// JSON tells by its name whether a file holds JSON lines.
func JSON(name string) bool { return slices.Contains([]string{".jsonl", ".ndjson"}, path.Ext(name)) }

// Extensions are the ends of the names of files that can be read: CSV, and JSON lines.
func Extensions() []string { return []string{".csv", ".tsv", ".txt", ".jsonl", ".ndjson"} }

// SeparatorOf is what stands between the fields of a file of CSV.
func (f *File) SeparatorOf(name string) rune {
	switch {
	case f.Separator != 0:
		return f.Separator
	case strings.HasSuffix(name, ".tsv"):
		return '\t'
	}
	return ','
}

// FactColumns are the columns that files of people, edges, quotas, assignments, fx, scores, adjustments or overrides have
// to have, in their order, and nil for anything else: a kind of event. A column known
// may be there, and assignments have one for each personal value.
func FactColumns(of string) []string {
	switch of {
	case "people":
		return []string{"payee", "name", "role", "start", "end"}
	case "edges":
		return []string{"edge", "from", "to", "share", "start", "end"}
	case "assignments":
		return []string{"payee", "plan", "start", "end"}
	case "quotas":
		return []string{"payee", "measure", "period", "amount"}
	case "fx":
		return []string{"set", "from", "to", "on", "rate"}
	case "scores":
		return []string{"payee", "objective", "period", "score", "by"}
	case "adjustments":
		return []string{"id", "payee", "period", "event", "amount", "reason", "author", "approved by"}
	case "overrides":
		return []string{"payee", "plan", "value", "amount", "start", "end", "reason", "author"}
	}
	return nil
}

// FormError is a text that is not written as its file is declared to be.
type FormError struct {
	Text   string // cut to 60 bytes
	Form   string // as declared: 1,234.50
	Reason string // what is wrong with it
}

// Error quotes the text, and says how it should look.
func (e *FormError) Error() string {
	return quote(e.Text) + " is not written like " + e.Form + ": " + e.Reason
}

// KindOf is the kind of event that a file is named after, the longest of those that
// fit: of "deal-2026.csv" deal. Empty is none.
func KindOf(file string, kinds []string) (kind string) {
	for _, k := range kinds {
		rest, ok := strings.CutPrefix(file, k)
		if ok && len(k) > len(kind) && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "-")) {
			kind = k
		}
	}
	return kind
}

package plan

import "github.com/payproof/payproof/compensation/plan/internal/format"

// Format lays out the text of payproof.yaml or of a plan as the language's reference
// orders it: keys in order, two spaces of indentation, an empty line between blocks, no quotes
// where a word needs none. Comments stay with what they stand at, and what a file says does
// not change; formatting twice is formatting once. name is used in messages only. The
// error is source.Diagnostics: the text is not YAML, or holds what plan files do not have.
func Format(name string, text []byte) ([]byte, error) {
	laid, err := format.Text(name, string(text))
	return []byte(laid), err
}

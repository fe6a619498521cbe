package plan

import (
	_ "embed" // of the schemas

	"github.com/payproof/payproof/compensation/plan/internal/format"
)

//go:embed schema/payproof.schema.json
var companySchema string

//go:embed schema/plan.schema.json
var planSchema string

// CompanySchema is the JSON Schema (draft 2020-12) of payproof.yaml. It is written
// from the types that [Load] reads with: an unknown key, a missing one or a value of a
// wrong form fails in both. Names, units and formulas are checked by Load alone.
//
// An editor with the YAML language server completes and checks a file that begins with the line
//
//	# yaml-language-server: $schema=payproof.schema.json
//
// where the file is what CompanySchema gave, or `payproof schema company` printed.
func CompanySchema() []byte { return []byte(companySchema) }

// PlanSchema is the JSON Schema (draft 2020-12) of a file in plans/, see
// [CompanySchema]. From there, the file of the schema is one folder up:
//
//	# yaml-language-server: $schema=../plan.schema.json
func PlanSchema() []byte { return []byte(planSchema) }

// Format lays out the text of payproof.yaml or of a plan as the language's reference
// orders it: keys in order, two spaces of indentation, an empty line between blocks, no quotes
// where a word needs none. Comments stay with what they stand at, and what a file says does
// not change; formatting twice is formatting once. name is used in messages only. The
// error is source.Diagnostics: the text is not YAML, or holds what plan files do not have.
func Format(name string, text []byte) ([]byte, error) {
	laid, err := format.Text(name, string(text))
	return []byte(laid), err
}

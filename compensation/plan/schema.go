package plan

import _ "embed" // of the schemas

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

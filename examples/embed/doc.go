// Package embed shows Payproof inside a service: plan files embedded in the program,
// facts from the rows of a database, and a month that is computed, explained and
// committed. The Example is the whole of it; copy [Facts] and change its queries.
//
// Rows need no ORDER BY: results do not depend on the order in which facts come.
// Texts go into an event as the database has them; the schema in payproof.yaml
// decides what they are, and a value that does not fit is a finding.
//
// Trap: the feed of events is read when a book is opened and may be read again
// later, each time with a new query. Its context is the one given to [Facts].
package embed

import (
	"embed"

	"github.com/payproof/payproof/compensation/plan"
)

// The plan files lie beside the code and are versioned with it.
//
//go:embed payproof.yaml plans/*.yaml
var files embed.FS

// Program is the company's plans, checked.
func Program() (*plan.Program, error) { return plan.Load(files) }

package folder

import (
	"io/fs"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/plan"
)

// CarefulFacts is Facts that reads each row as one with trouble is read.
func CarefulFacts(fsys fs.FS, p *plan.Program) (compensation.Facts, error) {
	return (&loader{fsys: fsys, program: p, careful: true}).facts()
}

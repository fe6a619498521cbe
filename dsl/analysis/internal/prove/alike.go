package prove

import (
	"fmt"

	"github.com/payproof/payproof/dsl/analysis/internal/model"
)

// alike gives for each part the first that computes the same from the same: the unknown that
// stands for both.
func alike(p model.Program) []int {
	out, first := make([]int, len(p.Parts)), map[string]int{}
	for k, part := range p.Parts {
		args := make([]int, len(part.Args))
		for i, a := range part.Args {
			args[i] = out[a]
		}
		table := ""
		if part.Table != nil {
			table = fmt.Sprintf("%+v", *part.Table)
		}
		key := fmt.Sprintf("%q %d %d %q %d %q %q %d %d %q %t %v %q", part.Op, part.Scale, args, part.Value, part.Input, part.Texts, part.Sign, part.Places, part.Mode, table, part.Rates, part.KeyQuotas, part.Name)
		at, ok := first[key]
		if !ok {
			at, first[key] = k, k
		}
		out[k] = at
	}
	return out
}

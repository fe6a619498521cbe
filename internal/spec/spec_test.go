// Package spec runs the scenario scripts of testdata/spec: what the plan language
// and the engine mean, told as examples with numbers.
//
// It is a package of tests alone, because the go command does not look into
// folders named testdata. `go test ./internal/spec -update` rewrites the wanted blocks: read the
// difference before you keep it, for it moves money.
package spec

import (
	"flag"
	"testing"

	"github.com/payproof/payproof/compensation/plantest"
)

var update = flag.Bool("update", false, "rewrite the wanted blocks of the scripts")

func TestEveryScenarioHolds(t *testing.T) {
	plantest.Run(t, "../../testdata/spec", *update)
}

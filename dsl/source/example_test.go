package source_test

import (
	"os"

	"github.com/payproof/payproof/dsl/source"
)

// How does a finding look to the person who has to mend the file?
func ExampleRender() {
	text := "rates:\n  core: 6 %\n"
	at := source.Span{File: "plan.yaml", From: source.Pos{Line: 2, Col: 9}, To: source.Pos{Line: 2, Col: 12}}
	found := source.Diagnostics{source.Errorf("not-a-ratio", at, "%q is not a ratio", "6 %").WithHint("write 6%%")}
	_ = source.Render(os.Stdout, found, func(string) (string, bool) { return text, true })
	// Output:
	// error[not-a-ratio]: "6 %" is not a ratio
	//   --> plan.yaml:2:9
	//   2 |   core: 6 %
	//     |         ^^^
	//   fix: write 6%
}

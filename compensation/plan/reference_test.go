package plan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/plan/internal/shape"
)

// Whoever adds a key to the language describes it in the reference.
func TestEveryKeyIsInTheReference(t *testing.T) {
	names, err := filepath.Glob("reference/*.md")
	if err != nil {
		t.Fatal(err)
	}
	var pages strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		pages.Write(text)
	}
	n := 0
	var block func(b shape.Block)
	var kind func(k shape.Type)
	kind = func(k shape.Type) {
		if k.Block != nil {
			block(*k.Block)
		}
		for _, of := range k.Of {
			kind(of)
		}
	}
	block = func(b shape.Block) {
		for _, k := range slices.Concat(b.Keys, b.Later) {
			line := strings.Contains(pages.String(), "\n| `"+k.Name+"` |") || strings.Contains(pages.String(), "\n`"+k.Name+":` stands in ")
			if n++; !line && !strings.HasSuffix(k.About, "still to come.") {
				t.Errorf("%s: the key `%s` has no line in compensation/plan/reference", b.Name, k.Name)
			}
			kind(k.Type)
		}
	}
	block(shape.Company())
	block(shape.Plan())
	if n < 150 {
		t.Errorf("only %d keys", n)
	}
}

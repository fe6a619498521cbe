package spec

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/plantest"
)

const reference = root + "/compensation/plan/reference"

// Every page of the language's reference has an example, and every example holds.
func TestTheExamplesOfTheReferenceHold(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(reference, "*.md"))
	if err != nil || len(pages) < 15 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		name := filepath.Base(page)
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			renewed, n := examples(t, name, string(text))
			if n == 0 && name != "README.md" {
				t.Error("the page has no ```txtar example")
			}
			if *update && renewed != string(text) {
				if err := os.WriteFile(page, []byte(renewed), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// examples runs the scripts in a page, and returns the page with what they give.
func examples(t *testing.T, name, text string) (string, int) {
	t.Helper()
	const fence = "```txtar\n"
	var b strings.Builder
	n := 0
	for {
		before, rest, found := strings.Cut(text, fence)
		b.WriteString(before)
		if !found {
			return b.String(), n
		}
		script, after, closed := strings.Cut(rest, "```\n")
		if !closed {
			t.Fatal("an example is not closed")
		}
		n++
		s, err := plantest.Parse(name, script)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		differ := s.Check(got)
		if *update && len(differ) > 0 {
			script, differ = string(s.Updated(got)), nil
		}
		for _, m := range differ {
			t.Error(m)
		}
		b.WriteString(fence + script + "```\n")
		text = after
	}
}

// A link to a page or a file that is not there leads nowhere.
func TestTheLinksOfTheReferenceLeadSomewhere(t *testing.T) {
	pages, _ := filepath.Glob(filepath.Join(reference, "*.md"))
	for _, page := range append(pages, root+"/examples/tutorial/README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "](")[1:] {
			link, _, _ := strings.Cut(part, ")")
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), link)); err != nil {
				t.Errorf("%s: %s leads nowhere", filepath.Base(page), link)
			}
		}
	}
}

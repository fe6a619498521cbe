package plantest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Run runs every script (*.txtar) in a folder and below it, each as a subtest named
// after its path. A block that differs fails the subtest with its place and the difference; with
// update, the script is rewritten instead. A folder without scripts fails: a test
// that finds nothing would pass for ever.
func Run(t *testing.T, folder string, update bool) {
	t.Helper()
	names := scripts(t, folder)
	if len(names) == 0 {
		t.Fatalf("there is no script (*.txtar) in %s", folder)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.ToSlash(name), ".txtar"), func(t *testing.T) {
			runScript(t, filepath.Join(folder, name), update)
		})
	}
}

func scripts(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".txtar" {
			return err
		}
		name, err := filepath.Rel(folder, path)
		names = append(names, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func runScript(t *testing.T, path string, update bool) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(filepath.ToSlash(path), string(text))
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	differ := s.Check(got)
	if update && len(differ) > 0 {
		if err := os.WriteFile(path, s.Updated(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, m := range differ {
		t.Error(m)
	}
}

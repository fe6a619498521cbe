package plantest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Tester is what Run needs of a *testing.T, whose package is kept out of commands that
// run scripts.
type Tester[T any] interface {
	// The methods are those of testing.TB, and Run that of *testing.T.
	Helper()
	Context() context.Context
	Error(args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Run(name string, f func(T)) bool
}

// Run runs every script (*.txtar) in a folder and below it, each as a subtest of t (a
// *testing.T) named after its path. A block that differs fails the subtest with its place and the difference; with
// update, the script is rewritten instead. A folder without scripts fails: a test
// that finds nothing would pass for ever.
func Run[T Tester[T]](t T, folder string, update bool) {
	t.Helper()
	names, err := Scripts(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("there is no script (*.txtar) in %s", folder)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".txtar"), func(t T) {
			runScript(t, filepath.Join(folder, filepath.FromSlash(name)), update)
		})
	}
}

// Scripts are the slash paths of the scripts (*.txtar) in a folder and below it, in
// order. The error is one of the file system.
func Scripts(folder fs.FS) (names []string, err error) {
	err = fs.WalkDir(folder, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, ".txtar") {
			names = append(names, path)
		}
		return err
	})
	return names, err
}

func runScript[T Tester[T]](t T, path string, update bool) {
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
		if s, err = s.rewrite(path, got); err != nil {
			t.Fatal(err)
		}
		differ = s.Check(got)
	}
	for _, m := range differ {
		t.Error(m)
	}
}

// rewrite updates the script's file. What still differs then are comments "#!",
// which only their author can change.
func (s Script) rewrite(path string, got Got) (Script, error) {
	text := s.Updated(got)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return s, err
	}
	return Parse(s.Name, string(text))
}

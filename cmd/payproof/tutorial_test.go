package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const tutorial = "../../examples/tutorial"

// follow does what a text says: commands of ```console blocks, and changes of
// ```diff blocks, each to the file behind the word diff. It returns the text with what the
// commands print.
func follow(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	block := ""
	var removed, added []string
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			if file, ok := strings.CutPrefix(block, "diff "); ok {
				change(t, file, strings.Join(removed, ""), strings.Join(added, ""))
				removed, added = nil, nil
			}
			if block == "" {
				block = strings.TrimSpace(line[3:])
			} else {
				block = ""
			}
		case strings.HasPrefix(block, "diff "):
			if line[0] != '+' {
				removed = append(removed, line[1:])
			}
			if line[0] != '-' {
				added = append(added, line[1:])
			}
		case block == "console" && strings.HasPrefix(line, "$ "):
			out.WriteString(line + printed(t, line[2:]))
			continue
		case block == "console":
			continue // the old output
		}
		out.WriteString(line)
	}
	return out.String()
}

// printed is what a command prints, with its exit code when that is not 0.
func printed(t *testing.T, command string) string {
	t.Helper()
	args := words(command)
	if args[0] != "payproof" {
		t.Fatalf("%s is not a command of payproof", command)
	}
	code, out, errs := call(args[1:]...)
	var b strings.Builder
	for line := range strings.Lines(out + errs) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	if code != exitFine {
		b.WriteString("(exit code " + string(rune('0'+code)) + ")\n")
	}
	return b.String()
}

// words splits a command line as a shell does, as far as the tutorial needs it.
func words(command string) (out []string) {
	for i, part := range strings.Split(strings.TrimSpace(command), `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

// tree is the files of a folder with their texts.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		text, err := os.ReadFile(path)
		out[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Each command of the tutorial is run, each change made; what it shows and the
// folder it ends with are what comes of that.
func TestTheTutorialShowsWhatHappens(t *testing.T) {
	here, err := filepath.Abs(tutorial)
	if err != nil {
		t.Fatal(err)
	}
	readme := filepath.Join(here, "README.md")
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	got := follow(t, string(text))
	end := tree(t, "acme")
	if *update {
		if err := os.WriteFile(readme, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(here, "acme")); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(here, "acme"), os.DirFS("acme")); err != nil {
			t.Fatal(err)
		}
		text = []byte(got)
	}
	if d := cmp.Diff(string(text), got); d != "" {
		t.Errorf("the tutorial (run with -update to rewrite):\n%s", d)
	}
	if d := cmp.Diff(tree(t, filepath.Join(here, "acme")), end); d != "" {
		t.Errorf("the folder it ends with (run with -update to rewrite):\n%s", d)
	}
}

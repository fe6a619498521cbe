package plantest

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/plantest/internal/memory"
	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/dsl/source"
)

// dataFolder is the only value of the header's key data.
const dataFolder = "folder"

// In is the script with the files that it lacks taken from a company's folder:
// payproof.yaml, and the plans, unless the script brings both payproof.yaml and a plan and so is a
// company of its own. Files of data are taken only when the header says `data: folder`: then
// each that the script does not have, and the events when it has none. The error is one of
// the file system.
func (s Script) In(folder fs.FS) (Script, error) {
	has := map[string]bool{}
	for _, f := range s.Files {
		has[f.Name] = true
		has[path.Dir(f.Name)] = true
	}
	s.base = map[string]string{}
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || !s.takes(name, has):
			return nil
		}
		text, err := fs.ReadFile(folder, name)
		s.base[name] = string(text)
		return err
	})
	return s, err
}

// takes reports whether a file of the folder becomes one of a script that has some of
// its own.
func (s Script) takes(name string, has map[string]bool) bool {
	in := path.Dir(name)
	switch {
	case name == plan.CompanyFile, in == "plans" && path.Ext(name) == ".yaml":
		return !has[plan.CompanyFile] || !has["plans"]
	case !slices.Contains(mapping.Extensions(), path.Ext(name)) || s.Data != dataFolder:
		return false
	}
	return in != "events" || !has["events"]
}

// errNoFolder is a script that counts on a folder and runs without one.
var errNoFolder = errors.New("the script says `data: folder`, but it is run without one; run it by `payproof test`")

// company is the script's files, and what it takes from a folder, as a folder.
func (s Script) company() (memory.FS, error) {
	if s.Data == dataFolder && s.base == nil {
		return nil, errNoFolder
	}
	fsys := memory.FS{"people.csv": "payee,name,role,start,end\n", "events/": ""}
	// order: a map goes into a map
	for name, text := range s.base {
		fsys[name] = text
	}
	for _, f := range s.Files {
		if !strings.HasPrefix(f.Name, closedFolder) {
			fsys[f.Name] = f.Text
		}
	}
	return fsys, nil
}

// Place is where a place of the company, such as "plans/rep.yaml:3:5", stands in the
// script; the place itself when its file is not in the script.
func (s Script) Place(place string) source.Span {
	for _, f := range s.Files {
		rest, ok := strings.CutPrefix(place, f.Name+":")
		if !ok {
			continue
		}
		line, col := lineAndCol(rest)
		at := source.Pos{Line: f.Line + line, Col: col}
		return source.Span{File: s.Name, From: at, To: at}
	}
	return s.at(1)
}

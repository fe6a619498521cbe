package plantest

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/source"
)

// Script is a scenario: a company and what is wanted of it. Parse makes one; it is
// immutable.
type Script struct {
	Name    string // of the file, for messages
	Title   string // what it shows, in a line
	Source  string // where the example was published; may be empty
	Vector  string // its key in a collection of examples; may be empty
	Verdict string // whether the publication's numbers are right; may be empty
	Period  string // as the company's calendar writes it; empty: first event to last
	Prose   string // below the header
	Files   []File // the company
	Wants   []File // the wanted blocks, by their names with "want/"
	text    string
	places  []section // of Wants
}

// File is a file in a script: its Name with its folder, and its Text as it stands. Line
// is that of its marker, from 1: line n of the file is line Line+n of the script.
type File struct {
	Name string
	Text string
	Line int
}

const (
	wantPayouts    = "want/payouts"
	wantCredits    = "want/credits"
	wantUncredited = "want/uncredited"
	wantFindings   = "want/findings"
	wantExplain    = "want/explain/"
)

// Parse reads a script. name is used in messages only. The error is
// source.Diagnostics with everything that is wrong with the script itself; faults of
// the company are for Run to find.
func Parse(name, text string) (Script, error) {
	s := Script{Name: name, text: text}
	prose, files := sections(text)
	found := s.header(prose)
	for i, f := range files {
		if k := slices.IndexFunc(files[:i], func(o section) bool { return o.name == f.name }); k >= 0 {
			found = append(found, source.Errorf("script-twice", s.at(f.line), "%s is there twice", f.name).
				WithNote(s.at(files[k].line), "the first").WithHint("join them"))
			continue
		}
		file := File{Name: f.name, Text: text[f.from:f.to], Line: f.line}
		switch d, wanted := s.kind(f); {
		case d != nil:
			found = append(found, *d)
		case wanted:
			s.Wants, s.places = append(s.Wants, file), append(s.places, f)
		default:
			s.Files = append(s.Files, file)
		}
	}
	if len(s.Wants) == 0 {
		found = append(found, source.Errorf("nothing-wanted", s.at(1), "the script wants nothing, so it could not fail").
			WithHint("add a block such as `-- want/payouts --`; empty, it is filled by an update"))
	}
	if err := found.Sorted().Err(); err != nil {
		return Script{}, err
	}
	return s, nil
}

// kind tells wanted blocks from files of the company, and refuses what is neither:
// nobody would read it.
func (s *Script) kind(f section) (_ *source.Diagnostic, wanted bool) {
	blocks := []string{wantPayouts, wantCredits, wantUncredited, wantFindings}
	if strings.HasPrefix(f.name, "want/") {
		if slices.Contains(blocks, f.name) {
			return nil, true
		}
		if id, ok := strings.CutPrefix(f.name, wantExplain); ok && strings.Count(id, "/") >= 1 {
			return nil, true
		}
		d := source.Errorf("script-want", s.at(f.line), "%s is not a block that can be wanted", f.name).
			WithHint("write %s or want/explain/PERIOD/PAYEE/COMPONENT; %s", strings.Join(blocks, ", "), source.DidYouMean(f.name, blocks))
		return &d, true
	}
	names := []string{plan.CompanyFile, "people.csv", "edges.csv", "quotas.csv", "assignments.csv"}
	in := path.Dir(f.name)
	if slices.Contains(names, f.name) || in == "plans" && path.Ext(f.name) == ".yaml" || in == "events" && path.Ext(f.name) == ".csv" {
		return nil, false
	}
	d := source.Errorf("script-file", s.at(f.line), "no company reads a file %s", f.name).
		WithHint("the files are %s, plans/*.yaml and events/*.csv; %s", strings.Join(names, ", "), source.DidYouMean(f.name, names))
	return &d, false
}

// company is the script's files as a folder.
func (s Script) company() fstest.MapFS {
	fsys := fstest.MapFS{
		"people.csv": {Data: []byte("payee,name,role,start,end\n")},
		"events":     {Mode: fs.ModeDir | 0o755},
	}
	for _, f := range s.Files {
		fsys[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	return fsys
}

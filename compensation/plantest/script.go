package plantest

import (
	"path"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/plantest/internal/archive"
	"github.com/payproof/payproof/dsl/mapping"
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
	Data    string // "folder": files of data that are not here are those of the folder; empty: only these
	Closed  string // what was done before the run: the pay periods that were closed, and reopened, in order; may be empty
	Prose   string // below the header
	Files   []File // the company
	Wants   []File // the wanted blocks, by their names with "want/"
	text    string
	base    map[string]string // files of the folder that the script runs in; nil: it runs alone
	places  []archive.Section // of Wants
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
	wantEntries    = "want/entries"
	wantHeld       = "want/held"
	wantExplain    = "want/explain/"
	wantWhyNot     = "want/whynot/"
)

// textual tells whether a wanted block is a text, and no table.
func textual(name string) bool {
	return strings.HasPrefix(name, wantExplain) || strings.HasPrefix(name, wantWhyNot)
}

// Parse reads a script. name is used in messages only. The error is
// source.Diagnostics with everything that is wrong with the script itself; faults of
// the company are for Run to find.
func Parse(name, text string) (Script, error) {
	s := Script{Name: name, text: text}
	prose, files := archive.Sections(text)
	found := s.header(prose)
	for i, f := range files {
		if k := slices.IndexFunc(files[:i], func(o archive.Section) bool { return o.Name == f.Name }); k >= 0 {
			found = append(found, source.Errorf("script-twice", s.at(f.Line), "%s is there twice", f.Name).
				WithNote(s.at(files[k].Line), "the first").WithHint("join them"))
			continue
		}
		file := File{Name: f.Name, Text: text[f.From:f.To], Line: f.Line}
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
func (s *Script) kind(f archive.Section) (_ *source.Diagnostic, wanted bool) {
	blocks := []string{wantPayouts, wantCredits, wantUncredited, wantHeld, wantEntries, wantFindings}
	if strings.HasPrefix(f.Name, "want/") {
		if slices.Contains(blocks, f.Name) {
			return nil, true
		}
		if id, ok := strings.CutPrefix(f.Name, wantExplain); ok && strings.Count(id, "/") >= 1 {
			return nil, true
		}
		if id, ok := strings.CutPrefix(f.Name, wantWhyNot); ok && strings.Count(id, "/") == 1 {
			return nil, true
		}
		d := source.Errorf("script-want", s.at(f.Line), "%s is not a block that can be wanted", f.Name).
			WithHint("write %s, want/explain/PERIOD/PAYEE/COMPONENT or want/whynot/PAYEE/EVENT; %s", strings.Join(blocks, ", "), source.DidYouMean(f.Name, blocks))
		return &d, true
	}
	if stage, ok := strings.CutPrefix(f.Name, closedFolder); ok {
		if period, rest, deep := strings.Cut(stage, "/"); deep && slices.Contains(s.steps(), period) {
			f.Name = rest
		}
	}
	names := []string{plan.CompanyFile, "people.csv", "edges.csv", "quotas.csv", "assignments.csv", "fx.csv", "scores.csv", "adjustments.csv", "overrides.csv"}
	in := path.Dir(f.Name)
	if slices.Contains(names, f.Name) || in == "plans" && path.Ext(f.Name) == ".yaml" || in == "events" && path.Ext(f.Name) == ".csv" || data(f.Name) {
		return nil, false
	}
	d := source.Errorf("script-file", s.at(f.Line), "no company reads a file %s", f.Name).
		WithHint("the files are %s, plans/*.yaml, events/*.csv and exports/*; %s", strings.Join(names, ", "), source.DidYouMean(f.Name, names))
	return &d, false
}

// data tells whether a file can be one of events or an export of another system.
func data(name string) bool {
	in := path.Dir(name)
	return in == "events" && mapping.JSON(name) || in == exportsFolder && slices.Contains(mapping.Extensions(), path.Ext(name))
}

// exportsFolder is where scripts have what other systems export.
const exportsFolder = "exports"

// header reads the title and the lines below it, up to the first empty one.
func (s *Script) header(prose string) (found source.Diagnostics) {
	keys := []struct {
		name string
		into *string
	}{{"source", &s.Source}, {"vector", &s.Vector}, {"verdict", &s.Verdict}, {"period", &s.Period}, {"data", &s.Data}, {"closed", &s.Closed}}
	names := []string{"source", "vector", "verdict", "period", "data", "closed"}
	lines := strings.Split(prose, "\n")
	var last *string
	for i, line := range lines {
		text := strings.TrimSpace(line)
		if text == "" {
			s.Prose = strings.TrimSpace(strings.Join(lines[i:], "\n"))
			break
		}
		if i == 0 {
			s.Title = text
			continue
		}
		if last != nil && strings.TrimLeft(line, " \t") != line {
			*last += " " + text
			continue
		}
		key, value, _ := strings.Cut(text, ":")
		last = nil
		for _, k := range keys {
			if k.name == key {
				last = k.into
			}
		}
		if last == nil {
			found = append(found, source.Errorf("script-header", s.at(i+1), "%q is not a line of a header", text).
				WithHint("leave an empty line above the prose; a header has the title, and below it source:, vector:, verdict:, period:, closed: and data:; %s", source.DidYouMean(key, names)))
			continue
		}
		*last = strings.TrimSpace(value)
	}
	if s.Data != "" && s.Data != dataFolder {
		found = append(found, source.Errorf("script-header", s.at(1), "data: %s is not known", s.Data).WithHint("write `data: folder`, or leave it out"))
	}
	if s.Title == "" {
		found = append(found, source.Errorf("script-title", s.at(1), "the script has no title").WithHint("say on the first line what it shows"))
	}
	return found
}

// at is the beginning of a line of the script.
func (s *Script) at(line int) source.Span {
	return source.Span{File: s.Name, From: source.Pos{Line: line, Col: 1}, To: source.Pos{Line: line, Col: 1}}
}

package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/dsl/source"
)

const eventsFolder = "events"

// events is the feed over the files of events: those that the program maps, and for
// the other kinds those of the folder events.
func (l *loader) events() (crediting.Feed, error) {
	var files []mapping.File
	var plain []string // kinds that no mapping has
	for _, s := range l.program.Rules.Schemas {
		if given := l.program.FilesOf(s.Kind); len(given) > 0 {
			files = append(files, given...)
			continue
		}
		plain = append(plain, s.Kind)
	}
	mapped := len(files)
	own, err := l.ownEvents(plain, files)
	if err != nil {
		return nil, err
	}
	files = append(files, own...)
	if err := l.claims(files, mapped); err != nil {
		return nil, err
	}
	return crediting.FromFiles(l.fsys, files...), nil
}

// ownEvents are the files of the folder events, named after the kinds. One that
// belongs to no kind, and to no mapping, is a finding: what it holds would be missing
// from every payout.
func (l *loader) ownEvents(kinds []string, others []mapping.File) ([]mapping.File, error) {
	entries, err := fs.ReadDir(l.fsys, eventsFolder)
	if info, statErr := fs.Stat(l.fsys, eventsFolder); errors.Is(err, fs.ErrNotExist) || statErr == nil && !info.IsDir() {
		if len(others) == 0 {
			l.found.add(source.Errorf("no-events", source.Span{File: eventsFolder}, "there is no folder of this name").
				WithHint("put the events into events/*.csv, files named after their kind (%s): events/%s.csv, or several, events/%[2]s-2026-q1.csv", strings.Join(kinds, ", "), first(kinds, "deal")))
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the facts: %w", err)
	}
	of := make([]mapping.File, len(kinds))
	for _, e := range entries {
		name := path.Join(eventsFolder, e.Name())
		if e.IsDir() || !slices.Contains([]string{".csv", ".jsonl", ".ndjson"}, path.Ext(name)) {
			continue
		}
		kind := mapping.KindOf(e.Name(), kinds)
		if i := slices.Index(kinds, kind); i >= 0 {
			of[i].Of, of[i].Read = kind, append(of[i].Read, mapping.Literal(name))
			continue
		}
		if !reads(others, name) {
			l.noKind(name, kinds)
		}
	}
	return slices.DeleteFunc(of, func(f mapping.File) bool { return f.Of == "" }), nil
}

func (l *loader) noKind(name string, kinds []string) {
	stem, _, _ := strings.Cut(strings.TrimSuffix(path.Base(name), path.Ext(name)), "-")
	d := source.Errorf("unknown-events", source.Span{File: name}, "the file belongs to no kind of event and would not be read")
	if len(kinds) == 0 {
		l.found.add(d.WithHint("the events are read from other files, see files: in payproof.yaml; name it there, or take it away"))
		return
	}
	l.found.add(d.WithHint("name it after one, as in events/%s-2026-q1.csv; %s", kinds[0], source.DidYouMean(stem, kinds)))
}

// reads tells whether one of the mappings reads a file.
func reads(files []mapping.File, name string) bool {
	return slices.ContainsFunc(files, func(f mapping.File) bool {
		return slices.ContainsFunc(f.Read, func(pattern string) bool {
			ok, _ := path.Match(pattern, name) // a bad pattern was refused with the plan
			return ok
		})
	})
}

// claims reports patterns that no file fits, and files that are read twice: as events
// of two kinds, or in two ways.
func (l *loader) claims(files []mapping.File, mapped int) error {
	by := map[string]mapping.File{}
	for i, f := range files {
		names, err := f.Names(l.fsys)
		if err != nil {
			return fmt.Errorf("reading the facts: %w", err)
		}
		if len(names) == 0 && i < mapped {
			l.noFiles(&f)
		}
		for _, name := range names {
			other, twice := by[name]
			if !twice {
				by[name] = f
				continue
			}
			at := f.At
			if at.IsZero() {
				at = source.Span{File: name}
			}
			l.found.add(source.Errorf("files-twice", at, "the file %s is read as events twice", name).
				WithNote(other.At, "here, too").WithHint("make the patterns of read: fit different files"))
		}
	}
	return nil
}

func first(names []string, otherwise string) string {
	if len(names) == 0 {
		return otherwise
	}
	return names[0]
}

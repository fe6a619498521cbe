package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

const eventsFolder = "events"

// events is the feed over the folder events. A file in it that belongs to no kind
// of event is a finding: what it holds would be missing from every payout.
func (l *loader) events() (crediting.Feed, error) {
	entries, err := fs.ReadDir(l.fsys, eventsFolder)
	var kinds []string
	for _, s := range l.program.Rules.Schemas {
		kinds = append(kinds, s.Kind)
	}
	if info, statErr := fs.Stat(l.fsys, eventsFolder); errors.Is(err, fs.ErrNotExist) || statErr == nil && !info.IsDir() {
		l.found.add(source.Errorf("no-events", source.Span{File: eventsFolder}, "there is no folder of this name").
			WithHint("put the events into events/*.csv, files named after their kind (%s): events/%s.csv, or several, events/%[2]s-2026-q1.csv", strings.Join(kinds, ", "), first(kinds, "deal")))
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the facts: %w", err)
	}
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && strings.HasSuffix(name, ".csv") && !slices.ContainsFunc(kinds, func(kind string) bool { return belongs(name, kind) }) {
			stem, _, _ := strings.Cut(strings.TrimSuffix(name, ".csv"), "-")
			l.found.add(source.Errorf("unknown-events", source.Span{File: path.Join(eventsFolder, name)}, "the file belongs to no kind of event and would not be read").
				WithHint("name it after one, as in events/%s-2026-q1.csv; %s", first(kinds, "deal"), source.DidYouMean(stem, kinds)))
		}
	}
	sub, err := fs.Sub(l.fsys, eventsFolder)
	if err != nil {
		return nil, fmt.Errorf("reading the facts: %w", err)
	}
	return feed{crediting.FromCSV(sub)}, nil
}

func first(names []string, otherwise string) string {
	if len(names) == 0 {
		return otherwise
	}
	return names[0]
}

// belongs is the rule of crediting.FromCSV.
func belongs(file, kind string) bool {
	rest, ok := strings.CutPrefix(file, kind)
	return ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "-"))
}

// feed gives the places of the files as the company's folder sees them, so that a
// finding can be looked up there: events/deal.csv:3:7.
type feed struct{ files crediting.Feed }

// Scan implements crediting.Feed.
func (f feed) Scan(ctx context.Context, s *crediting.Schema) iter.Seq2[*crediting.Batch, error] {
	return inFolder(f.files.Scan(ctx, s))
}

// Find implements crediting.Feed.
func (f feed) Find(ctx context.Context, s *crediting.Schema, ids ...fact.EventID) iter.Seq2[*crediting.Batch, error] {
	return inFolder(f.files.Find(ctx, s, ids...))
}

func inFolder(batches iter.Seq2[*crediting.Batch, error]) iter.Seq2[*crediting.Batch, error] {
	return func(yield func(*crediting.Batch, error) bool) {
		var p prefixer
		for b, err := range batches {
			if b != nil {
				for i := range b.Places {
					b.Places[i] = p.in(b.Places[i])
				}
			}
			if !yield(b, p.err(err)) {
				return
			}
		}
	}
}

// prefixer puts the folder before the name of a file. It makes one text for a run
// of rows, of which there may be millions.
type prefixer struct{ file, path string }

func (p *prefixer) in(s source.Span) source.Span {
	if s.File == "" {
		return s
	}
	if s.File != p.file {
		p.file, p.path = s.File, path.Join(eventsFolder, s.File)
	}
	s.File = p.path
	return s
}

func (p *prefixer) err(err error) error {
	var found source.Diagnostics
	if !errors.As(err, &found) {
		return err
	}
	found = slices.Clone(found)
	for i := range found {
		found[i].Span = p.in(found[i].Span)
	}
	return found
}

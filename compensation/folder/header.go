package folder

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/source"
)

// header reads the first line and finds the columns; false if one is missing or
// stands twice.
func (s *sheet) header() bool {
	before := len(s.found.all)
	top := source.Span{File: s.name, From: source.Pos{Line: 1, Col: 1}, To: source.Pos{Line: 1, Col: 1}}
	if bytes.HasPrefix(s.text, []byte("\xff\xfe")) || bytes.HasPrefix(s.text, []byte("\xfe\xff")) {
		s.found.add(source.Errorf("csv-form", top, "the file is in UTF-16").WithHint("save it as CSV UTF-8"))
		return false
	}
	record, err := s.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		s.found.add(source.Errorf("csv-empty", source.Span{File: s.name}, "the file is empty").WithHint("write a header line: %s", s.list()))
		return false
	case err != nil:
		s.fault(err)
		return false
	case len(record) == 1 && strings.ContainsAny(record[0], ";\t"):
		s.found.add(source.Errorf("csv-form", top, "the columns are not separated by commas").WithHint("save the file with commas: %s", s.list()))
		return false
	}
	s.width = len(record)
	s.missing(s.unread(record), record, top)
	return len(s.found.all) == before
}

// unread finds the columns that are read, and returns the indexes of the others.
func (s *sheet) unread(record []string) (others []int) {
	for i := range record {
		record[i] = strings.TrimSpace(record[i])
		name := record[i]
		_, twice := s.columns[name]
		switch {
		case !s.reads(name):
			others = append(others, i)
		case twice:
			s.found.add(source.Errorf("csv-header", s.field(i, name), "the column %q stands twice", name).WithHint("keep one of them"))
		default:
			s.columns[name] = i
		}
	}
	return others
}

// missing reports the columns that are not there, each with the unread one that
// was probably meant, and in a strict file the unread ones that are left.
func (s *sheet) missing(unread []int, record []string, top source.Span) {
	names := make([]string, len(unread))
	for i, at := range unread {
		names[i] = record[at]
	}
	var meant []string
	for _, name := range s.layout.columns {
		if _, ok := s.columns[name]; ok {
			continue
		}
		d := source.Errorf("csv-header", top, "there is no column %q", name).WithHint("the columns are %s", s.list())
		if near := source.Nearest(name, names); near != "" {
			d = d.WithHint("rename the column %q", near)
			meant = append(meant, near)
		}
		s.found.add(d)
	}
	for _, at := range unread {
		if s.strict && !slices.Contains(meant, record[at]) {
			s.found.add(source.Errorf("unknown-column", s.field(at, record[at]), "no plan has a personal value %q, and no other column has this name", record[at]).
				WithHint("%s", source.DidYouMean(record[at], append([]string{known}, s.layout.columns...))))
		}
	}
}

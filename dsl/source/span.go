package source

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Pos is a place in a text: a line and a column, both from 1; columns count
// runes. The zero value is no place.
type Pos struct {
	Line, Col int // runes, from 1
}

// Before reports whether p stands before q in one text.
func (p Pos) Before(q Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Col < q.Col
}

// Span is a stretch of one file, from From up to, not including, To. The zero
// value is no place at all. File may also be the name of a data set when a
// finding concerns data that never stood in a file.
type Span struct {
	File     string
	From, To Pos
}

// IsZero reports whether s names no place.
func (s Span) IsZero() bool { return s == Span{} }

// String is file:line:col, or as much of it as is known.
func (s Span) String() string {
	if s.From.Line == 0 {
		return s.File
	}
	at := strconv.Itoa(s.From.Line) + ":" + strconv.Itoa(s.From.Col)
	if s.File == "" {
		return at
	}
	return s.File + ":" + at
}

// Compare orders spans by file, then by place.
func (s Span) Compare(t Span) int {
	if c := strings.Compare(s.File, t.File); c != 0 {
		return c
	}
	switch {
	case s.From.Before(t.From):
		return -1
	case t.From.Before(s.From):
		return 1
	}
	return 0
}

// Anchor fixes one byte offset of an embedded text to a position in its file.
type Anchor struct {
	Offset int
	Pos    Pos
}

// Map places an embedded text, such as a formula in a YAML file, in its file:
// between two anchors the text runs on unchanged, so that a column is the
// anchor's column plus the runes since. Anchors are sorted by Offset. The zero
// value places the text at line 1, column 1 of a file without a name.
type Map struct {
	File    string
	Anchors []Anchor
}

// At is the map of a text that stands unchanged from pos on.
func At(file string, pos Pos) Map {
	return Map{File: file, Anchors: []Anchor{{Pos: pos}}}
}

// Span is the place in the file of text[from:to].
func (m Map) Span(text string, from, to int) Span {
	return Span{File: m.File, From: m.pos(text, from), To: m.pos(text, to)}
}

func (m Map) pos(text string, offset int) Pos {
	offset = max(0, min(offset, len(text)))
	base := Anchor{Pos: Pos{Line: 1, Col: 1}}
	for _, a := range m.Anchors {
		if a.Offset > offset {
			break
		}
		base = a
	}
	base.Offset = min(base.Offset, offset)
	run := text[base.Offset:offset]
	if i := strings.LastIndexByte(run, '\n'); i >= 0 {
		return Pos{Line: base.Pos.Line + strings.Count(run, "\n"), Col: 1 + utf8.RuneCountInString(run[i+1:])}
	}
	return Pos{Line: base.Pos.Line, Col: base.Pos.Col + utf8.RuneCountInString(run)}
}

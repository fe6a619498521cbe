package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/payproof/payproof/dsl/source"
)

// lines reads JSON lines.
type lines struct {
	name   string
	in     *bufio.Reader
	line   int
	bytes  []byte
	object object
	wanted []Column
	seen   []bool // the wanted columns that some line has
	any    bool   // there was a line
	over   bool   // the end was reached
}

func newLines(in *bufio.Reader, name string) *lines { return &lines{name: name, in: in} }

// choose finds nothing: which keys there are is known at the end.
func (l *lines) choose(wanted []Column) ([]Unread, source.Diagnostics) {
	l.wanted, l.seen = wanted, make([]bool, len(wanted))
	return nil, nil
}

func (l *lines) next() error {
	for !l.over {
		err := l.read()
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(l.bytes)) > 0 {
			return l.parse()
		}
	}
	return l.unseen()
}

// read takes in a line. One that is too long is passed over, to its end.
func (l *lines) read() error {
	l.bytes = l.bytes[:0]
	l.line++
	for long := false; ; {
		part, err := l.in.ReadSlice('\n')
		if long = long || len(l.bytes)+len(part) > MaxRow; !long {
			l.bytes = append(l.bytes, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			l.over = true
		case err != nil:
			l.over = true
			return fmt.Errorf("reading %s: %w", l.name, err)
		}
		if long {
			l.any = true
			return tooLong(l.name, l.line, l.bytes)
		}
		l.bytes = bytes.TrimRight(l.bytes, "\r\n")
		return nil
	}
}

// cut leaves all lines to next.
func (l *lines) cut(int) *Cells { return &Cells{} }

func (l *lines) skip(int) {}

// parse reads the object of the line, and refuses a list or an object where a
// value is wanted.
func (l *lines) parse() error {
	l.any = true
	o, problem := parseObject(l.bytes)
	if problem != nil {
		return l.fault(*problem)
	}
	l.object = o
	var found source.Diagnostics
	for i, c := range l.wanted {
		v, ok := o[c.Name]
		l.seen[i] = l.seen[i] || ok
		if ok && v.kind == composite {
			found = append(found, source.Errorf("json-value", l.place(i), "%s is a list or an object, not a value", c.Name).
				WithHint("name a value in it, with a dot: `%s.…`", c.Name))
		}
	}
	if len(found) > 0 {
		return &Fault{Found: found, Raw: l.raw()}
	}
	return nil
}

func (l *lines) fault(p problem) error {
	at := l.span(p.offset, p.offset+1)
	return &Fault{Found: source.Diagnostics{source.Errorf(p.code, at, "%s", p.message).WithHint("%s", p.hint)}, Raw: l.raw()}
}

// unseen reports, once, the mapped columns that no line has: a misspelt path is
// otherwise a value that is always missing.
func (l *lines) unseen() error {
	if !l.any {
		return io.EOF
	}
	l.any = false
	var found source.Diagnostics
	for i, c := range l.wanted {
		if !l.seen[i] && c.mapped() {
			found = append(found, source.Errorf("json-key", spot(l.name, 1, 1), "no line has the key %q, which is the %s", c.Name, c.Means).
				WithHint("correct it under columns: in payproof.yaml"))
		}
	}
	if len(found) == 0 {
		return io.EOF
	}
	return &Fault{Found: found, Lost: true}
}

func (l *lines) field(i int) Field {
	v := l.object[l.wanted[i].Name]
	return Field{Text: v.text, Literal: v.kind == number}
}

func (l *lines) place(i int) source.Span {
	v, ok := l.object[l.wanted[i].Name]
	if !ok {
		return l.whole()
	}
	return l.span(v.from, v.to)
}

func (l *lines) whole() source.Span { return l.span(0, len(l.bytes)) }

// span is where bytes of the line stand, in runes.
func (l *lines) span(from, to int) source.Span {
	from = min(max(0, from), len(l.bytes))
	to = min(max(from, to), len(l.bytes))
	at := spot(l.name, l.line, 1+utf8.RuneCount(l.bytes[:from]))
	at.To.Col += utf8.RuneCount(l.bytes[from:to])
	return at
}

func (l *lines) first() int { return l.line }

func (l *lines) raw() string { return string(l.bytes) }

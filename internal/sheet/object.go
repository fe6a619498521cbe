package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// kind is what a value of a JSON line is.
type kind uint8

const (
	text kind = iota
	number
	composite // a list or an object
)

// value is one of a JSON line, and which bytes of the line it is.
type value struct {
	kind     kind
	text     string // a number as it was written; null is empty
	from, to int
}

// object is the values of a line by their paths.
type object map[string]value

// problem is what is wrong with a line.
type problem struct {
	code, message, hint string
	offset              int
}

func (p *problem) Error() string { return p.message }

// maxDepth is how many objects and lists may lie in each other.
const maxDepth = 32

// parseObject reads a line. encoding/json checks its form; what it lets pass and
// leaves to chance is refused here: bytes that are not UTF-8, halves of surrogate
// pairs, and keys that stand twice.
func parseObject(line []byte) (object, *problem) {
	if at := invalid(line); at >= 0 {
		return nil, &problem{"not-utf8", "the line is not valid UTF-8", "save the file as UTF-8", at}
	}
	var whole json.RawMessage
	if err := json.Unmarshal(line, &whole); err != nil {
		var s *json.SyntaxError
		at := len(line)
		if errors.As(err, &s) {
			at = max(0, int(s.Offset)-1)
		}
		return nil, &problem{"json-form", "this is not JSON: " + strings.TrimPrefix(err.Error(), "json: "), "write one object on each line", at}
	}
	o := &objectReader{line: line, in: json.NewDecoder(bytes.NewReader(line)), into: object{}}
	o.in.UseNumber()
	if line[o.start()] != '{' {
		return nil, &problem{"json-form", "the line is not an object", "write one object on each line: {\"id\": …}", o.start()}
	}
	if err := o.root(); err != nil {
		var p *problem
		if !errors.As(err, &p) {
			p = &problem{"json-form", err.Error(), "write one object on each line", int(o.in.InputOffset())}
		}
		return nil, p
	}
	return o.into, nil
}

// invalid is the first byte that is not UTF-8, or -1.
func invalid(line []byte) int {
	for at := 0; at < len(line); {
		r, size := utf8.DecodeRune(line[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// objectReader walks over a line that is known to be JSON.
type objectReader struct {
	line []byte
	in   *json.Decoder
	into object
}

// start is where the next token begins.
func (o *objectReader) start() int {
	at := int(o.in.InputOffset())
	for at < len(o.line)-1 && strings.IndexByte(" \t\r\n:,", o.line[at]) >= 0 {
		at++
	}
	return at
}

// root reads the object that the line is.
func (o *objectReader) root() error {
	open, err := o.in.Token()
	if err != nil {
		return err
	}
	brace, _ := open.(json.Delim)
	return o.members(brace, path{}, 0)
}

// path leads to a value. What lies in a list has none: no column can name it.
type path struct {
	keys   string
	inList bool
}

func (p path) key(name string) path {
	if p.keys != "" {
		name = p.keys + "." + name
	}
	return path{name, p.inList}
}

// value reads the value at a path.
func (o *objectReader) value(at path, depth int) error {
	from := o.start()
	if depth > maxDepth {
		return &problem{"json-form", fmt.Sprintf("more than %d objects and lists lie in each other", maxDepth), "flatten it at the source", from}
	}
	token, err := o.in.Token()
	if err != nil {
		return err
	}
	v := value{from: from, to: int(o.in.InputOffset())}
	switch t := token.(type) {
	case json.Delim:
		v.kind = composite
		if err := o.note(at, v); err != nil {
			return err
		}
		return o.members(t, at, depth)
	case json.Number:
		v.kind, v.text = number, t.String()
	case string:
		v.text = t
		if err := o.whole(t, v.from, v.to); err != nil {
			return err
		}
	case bool:
		v.text = fmt.Sprint(t)
	}
	return o.note(at, v)
}

// members reads what is in an object or a list, up to its end.
func (o *objectReader) members(open json.Delim, at path, depth int) error {
	for o.in.More() {
		inner := path{inList: true}
		if open == '{' {
			name, err := o.key()
			if err != nil {
				return err
			}
			inner = at.key(name)
		}
		if err := o.value(inner, depth+1); err != nil {
			return err
		}
	}
	_, err := o.in.Token()
	return err
}

func (o *objectReader) key() (string, error) {
	from := o.start()
	token, err := o.in.Token()
	if err != nil {
		return "", err
	}
	name, _ := token.(string)
	return name, o.whole(name, from, int(o.in.InputOffset()))
}

// note keeps a value under its path, which must be the only one.
func (o *objectReader) note(at path, v value) error {
	if at.inList {
		return nil
	}
	if _, twice := o.into[at.keys]; twice {
		return &problem{"json-key-twice", fmt.Sprintf("the key %q stands twice in the line", at.keys), "keep one of them", v.from}
	}
	o.into[at.keys] = v
	return nil
}

// whole refuses a text from which the decoder has dropped half a character.
func (o *objectReader) whole(decoded string, from, to int) error {
	raw := o.line[from:to]
	if !strings.ContainsRune(decoded, utf8.RuneError) || bytes.ContainsRune(raw, utf8.RuneError) || bytes.Contains(bytes.ToLower(raw), []byte(`\ufffd`)) {
		return nil
	}
	return &problem{"json-form", "the text has half of a surrogate pair", "write the character itself", from}
}

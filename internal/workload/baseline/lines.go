package baseline

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/payproof/payproof/internal/workload"
)

// lines are the lines of a file.
type lines struct {
	in     *bufio.Reader
	number int
}

func newLines(r io.Reader) *lines { return &lines{in: bufio.NewReaderSize(r, 1<<18)} }

// next is the next line, valid until the one after it. The error is io.EOF at the end.
func (l *lines) next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	if len(line) == 0 {
		return nil, err
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	l.number++
	line = bytes.TrimSuffix(line, []byte("\n"))
	if bytes.IndexByte(line, '"') >= 0 {
		return nil, errors.New("a quotation mark, which this program does not read")
	}
	return line, nil
}

func (l *lines) at(err error) error { return fmt.Errorf("line %d: %w", l.number, err) }

// cut takes the first field off a line.
func cut(line []byte) (field, rest []byte) {
	if at := bytes.IndexByte(line, ','); at >= 0 {
		return line[:at], line[at+1:]
	}
	return line, nil
}

// number reads a whole number.
func number(text []byte) (n int, err error) {
	if len(text) == 0 || len(text) > 15 {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("%q is not a number", text)
		}
		n = 10*n + int(c-'0')
	}
	return n, nil
}

// member reads the number of an enum's member from its name, such as P07.
func member(text []byte, letter byte, members int) (int, error) {
	if len(text) < 2 || text[0] != letter {
		return 0, fmt.Errorf("%q is not one of %c1 to %c%d", text, letter, letter, members)
	}
	n, err := number(text[1:])
	if err != nil || n < 1 || n > members {
		return 0, fmt.Errorf("%q is not one of %c1 to %c%d", text, letter, letter, members)
	}
	return n - 1, nil
}

// cents reads an amount with two places: -12.34.
func cents(text []byte) (int64, error) {
	digits := bytes.TrimPrefix(text, []byte("-"))
	point := len(digits) - 3
	if point < 1 || digits[point] != '.' {
		return 0, fmt.Errorf("%q is not an amount", text)
	}
	whole, err := number(digits[:point])
	part, err2 := number(digits[point+1:])
	if err = errors.Join(err, err2); err != nil {
		return 0, fmt.Errorf("%q is not an amount", text)
	}
	n := int64(100*whole + part)
	if len(digits) < len(text) {
		n = -n
	}
	return n, nil
}

// firstOf are the first days of the months, counted from the quarter's first, and the
// day after the quarter.
var firstOf = [months + 1]int{0, 31, 59, workload.Days}

// day reads a date of the quarter: 2026-02-01 is 31.
func day(text []byte) (int, error) {
	if len(text) != 10 || string(text[:6]) != "2026-0" || text[7] != '-' {
		return 0, fmt.Errorf("%q is not a date of 2026-Q1", text)
	}
	month, dayOfMonth := int(text[6]-'1'), 10*int(text[8]-'0')+int(text[9]-'0')
	if month < 0 || month >= months || dayOfMonth < 1 || dayOfMonth > firstOf[month+1]-firstOf[month] {
		return 0, fmt.Errorf("%q is not a date of 2026-Q1", text)
	}
	return firstOf[month] + dayOfMonth - 1, nil
}

func monthOf(day int) int {
	switch {
	case day < firstOf[1]:
		return 0
	case day < firstOf[2]:
		return 1
	}
	return 2
}

package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// cutAll is a file as text: "a|b@line" for each row that is cut, "-" for each that
// Next reads, and "!" for each that it refuses. At most so many rows are cut at once.
func cutAll(t testing.TB, in io.Reader, f Format, most int, columns ...string) string {
	t.Helper()
	r, err := Open(in, "f", f)
	if err != nil {
		t.Fatal(err)
	}
	var wanted []Column
	for _, c := range columns {
		name, optional := strings.CutSuffix(c, "?")
		wanted = append(wanted, Column{Name: name, Optional: optional})
	}
	if _, ds := r.Select(wanted); len(ds) > 0 {
		t.Fatal(ds)
	}
	var out []string
	for {
		cells := r.Cut(most)
		if cells.Rows == 0 {
			var fault *Fault
			switch err := r.Next(); {
			case err == nil:
				out = append(out, "-")
			case errors.As(err, &fault) && !fault.Lost:
				out = append(out, "!")
			default:
				return strings.Join(out, " ")
			}
			continue
		}
		take := max(1, cells.Rows-most/3) // who has trouble with a row leaves it, and those behind it
		for row := range take {
			var texts []string
			for i := range wanted {
				texts = append(texts, string(cells.At(row, i)))
			}
			out = append(out, fmt.Sprintf("%s@%d", strings.Join(texts, "|"), r.Line()+row))
		}
		r.Skip(take)
	}
}

func TestARowWithoutTroubleIsCut(t *testing.T) {
	wide := strings.Repeat("x,", 99)
	for name, c := range map[string]struct {
		text    string
		columns string
		want    string
	}{
		"plain":              {"a,b\n1,2\n3,4", "a b", "1|2@2 3|4@3"},
		"another order":      {"a,x,b,y\n1,0,2,0\n", "b a", "2|1@2"},
		"empty fields":       {"a,b\n1,\n,2\n", "a b", "1|@2 |2@3"},
		"ends of Windows":    {"a,b\r\n1,2\r\n3,4\r", "a b", "1|2@2 3|4@3"},
		"more returns":       {"a,b\n1,2\r\r\n", "a b", "1|2\r@2"},
		"one column twice":   {"a,b\n1,2\n", "b b a", "2|2|1@2"},
		"an absent column":   {"a,b\n1,2\n", "c? b", "|2@2"},
		"only one column":    {"a\n1\n", "a", "1@2"},
		"blank lines":        {"a,b\n\n1,2\n\r\n3,4\n,\n5,6\n", "a b", "- - -"},
		"quotes":             {"a,b,x\n\"1\",2,\"\"\n1,\"2,\",\"x\"\"\"\"y\"\n", "a b", "1|2@2 1|2,@3"},
		"quotes within":      {"a,b\n\"1\"\"\",2\n3,4\n", "a b", "- 3|4@3"},
		"two lines":          {"a,b,x\n1,2,\"\n\"\n3,4,5\n", "a b", "- 3|4@4"},
		"a wide file":        {"a," + wide + "b," + wide + "x\n1," + wide + "2," + wide + "\n", "a b", "1|2@2"},
		"a wide file, short": {wide + "b\n" + wide[2:] + "2\n" + wide + "3\n" + wide + ",\n", "b", "! 3@3 !"},
	} {
		text := func() io.Reader { return strings.NewReader(c.text) }
		for how, in := range map[string]func() io.Reader{
			"": text, " by bytes": func() io.Reader { return iotest.OneByteReader(text()) }, " with its end": func() io.Reader { return iotest.DataErrReader(text()) },
		} {
			for _, most := range []int{1, 2, 3, 1 << 10} {
				if got := cutAll(t, in(), Format{}, most, strings.Fields(c.columns)...); got != c.want {
					t.Errorf("%s%s, %d rows at once: %q, want %q", name, how, most, got, c.want)
				}
			}
		}
	}
}

// stuck reads nothing, without an error, once its text is at its end.
type stuck struct{ io.Reader }

func (s stuck) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err == io.EOF {
		err = nil
	}
	return n, err
}

func TestAReaderThatIsStuckEndsTheFile(t *testing.T) {
	r, err := Open(stuck{strings.NewReader("a,b\n1,2\n3,")}, "f", Format{})
	if err != nil {
		t.Fatal(err)
	}
	r.Select([]Column{{Name: "a"}})
	if r.Cut(9).Rows != 1 {
		t.Fatal("the first row is not cut")
	}
	r.Skip(1)
	if r.Cut(9).Rows != 0 {
		t.Error("a row is cut that is not all there")
	}
	if err := r.Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsNotSeparatedByAByteIsLeftToNext(t *testing.T) {
	if got := cutAll(t, strings.NewReader("a¦b\n1¦2\n"), Format{Separator: '¦'}, 9, "a", "b"); got != "-" {
		t.Error(got)
	}
	if got := cutAll(t, strings.NewReader(`{"a":1}`), Format{JSON: true}, 9, "a"); got != "-" {
		t.Error(got)
	}
}

// A line of which many fields are wanted is cut as one of which few are.
func TestManyFieldsAreCutAsFewAre(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		width := rapid.IntRange(1, 40).Draw(r, "fields")
		var index []int
		for column := range width {
			if rapid.Bool().Draw(r, "wanted") {
				index = append(index, column)
			}
		}
		many, few := newCutter(';', width, index), newCutter(';', width, index)
		many.lay(true)
		few.lay(false)
		line := rapid.SliceOfN(rapid.SampledFrom([]byte(";;;:<\xbb\x3b0123é")), 1, 90).Draw(r, "line")
		if n := bytes.Count(line, []byte(";")); n > width-1 || rapid.Bool().Draw(r, "fits") {
			line = append(line, bytes.Repeat([]byte("a;"), max(0, width-1-n))...)
		}
		from := rapid.IntRange(0, len(line)-1).Draw(r, "from")
		if got, want := many.cut(line, from), few.cut(line, from); got != want {
			r.Fatalf("%q: %v, want %v", line, got, want)
		} else if !got {
			return
		}
		many.cells.Text, few.cells.Text = line, line
		for i := range index {
			if got, want := many.cells.At(0, i), few.cells.At(0, i); !bytes.Equal(got, want) {
				r.Fatalf("%q: field %d is %q, want %q", line, i, got, want)
			}
		}
	})
}

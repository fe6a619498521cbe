package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/source"
)

// read is a file as text: "a|b@place" for each row, and what is wrong with it.
func read(t testing.TB, text string, f Format, columns ...string) string {
	t.Helper()
	var out []string
	fault := func(err error) bool {
		var p *Fault
		if !errors.As(err, &p) {
			t.Fatalf("not a fault: %v", err)
		}
		out = append(out, p.Error())
		return p.Lost
	}
	r, err := Open(iotest.OneByteReader(strings.NewReader(text)), "f", f)
	if err != nil {
		fault(err)
		return strings.Join(out, "\n")
	}
	var wanted []Column
	for _, c := range columns {
		name, means, _ := strings.Cut(c, "=")
		wanted = append(wanted, Column{Name: name, Means: means})
	}
	if _, ds := r.Select(wanted); len(ds) > 0 {
		return ds.Error()
	}
	for {
		err := r.Next()
		if err == io.EOF {
			return strings.Join(out, "\n")
		}
		if err != nil {
			if fault(err) {
				return strings.Join(out, "\n")
			}
			continue
		}
		var cells []string
		for i := range wanted {
			p := r.Place(i)
			cells = append(cells, fmt.Sprintf("%s@%d:%d-%d", r.Field(i).Text, p.From.Line, p.From.Col, p.To.Col))
		}
		out = append(out, strings.Join(cells, " "))
	}
}

func TestFieldsAreReadWithTheirPlaces(t *testing.T) {
	json := Format{JSON: true}
	for name, c := range map[string]struct {
		text    string
		format  Format
		columns []string
		want    string
	}{
		"csv":             {"a,b\n1,2\n", Format{}, []string{"b", "a"}, "2@2:3-4 1@2:1-2"},
		"runes":           {"a,b\n\"äö\",ü2\n", Format{}, []string{"a", "b"}, "äö@2:1-5 ü2@2:6-8"},
		"two lines":       {"a,b\n\"ä\nö\",2\n3,4", Format{}, []string{"a", "b"}, "ä\nö@2:1-6 2@3:4-5\n3@4:1-2 4@4:3-4"},
		"blank lines":     {"\n\r\na,b\n\n\n1,2\n,\n\r\n3,4\r\n", Format{}, []string{"a", "b"}, "1@6:1-2 2@6:3-4\n3@9:1-2 4@9:3-4"},
		"semicolons":      {"a;b\n1,5;2\n", Format{Separator: ';'}, []string{"a"}, "1,5@2:1-4"},
		"one for two":     {"a\n1\n", Format{}, []string{"a", "a"}, "1@2:1-2 1@2:1-2"},
		"json":            {"{\"a\": \"ä\", \"b\": {\"c\" : -0.10}}\n\n{\"b\":{\"c\":null},\"a\":true}", json, []string{"a", "b.c"}, "ä@1:7-10 -0.10@1:24-29\ntrue@3:21-25 @3:11-15"},
		"json lists":      {`{"x":[1,{"a":2},[]],"a":3}`, json, []string{"a"}, "3@1:25-26"},
		"json absent":     {`{"b":1}`, json, []string{"a"}, "@1:1-8"},
		"json exponent":   {`{"a":1e5}`, json, []string{"a"}, "1e5@1:6-9"},
		"json mark":       {"\ufeff{\"a\":1}\r\n", json, []string{"a"}, "1@1:6-7"},
		"json of nothing": {"\n\n", json, []string{"x=a"}, ""},
	} {
		if got := read(t, c.text, c.format, c.columns...); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestFaultsOfTheFormHaveAPlace(t *testing.T) {
	json := Format{JSON: true}
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	for name, c := range map[string]struct {
		text   string
		format Format
		want   string
	}{
		"empty":           {"", Format{}, "f: the file is empty; write a header line: a,b [csv-empty]"},
		"utf-16":          {"\xff\xfea\x00", Format{}, "f:1:1: the file is in UTF-16"},
		"separator":       {"a;b\n", Format{}, "f:1:1: the columns are not separated by commas"},
		"missing":         {"a,c\n", Format{}, `f:1:1: there is no column "b"; the columns are a,b`},
		"twice":           {"a,b,b\n", Format{}, `f:1:5: the column "b" stands twice`},
		"fields":          {"a,b\n1\n2,3\n", Format{}, "f:2:1: the line has 1 fields, the header has 2"},
		"bare quote":      {"a,b\nä,x\"\n", Format{}, `f:2:4: a quote stands in a field`},
		"long":            {"a,b\n1,\"" + strings.Repeat("x", MaxRow) + "\"\n2,3\n", Format{}, "f:2:1: the row has more than"},
		"never closed":    {"a,b\n1,\"" + strings.Repeat("x\n", 5*MaxRow), Format{}, "f:2:1: the row has more than"},
		"json":            {"{\"a\":\"ä\",}", json, "f:1:10: this is not JSON"},
		"json cut":        {"{\"a\":1", json, "f:1:6: this is not JSON: unexpected end"},
		"json no object":  {"\n [1]", json, "f:2:2: the line is not an object"},
		"json twice":      {`{"a":1,"a":2}`, json, `f:1:12: the key "a" stands twice`},
		"json two paths":  {`{"a.b":1,"a":{"b":2}}`, json, `f:1:19: the key "a.b" stands twice`},
		"json composite":  {`{"a":{"c":1}}`, json, "f:1:6: a is a list or an object"},
		"json deep":       {deep, json, "more than 32 objects"},
		"json utf-8":      {"{\"ö\":\"\xff\"}", json, "f:1:7: the line is not valid UTF-8"},
		"json surrogates": {`{"a":"\ud83d"}`, json, "f:1:6: the text has half of a surrogate pair"},
		"json long":       {`{"a":"` + strings.Repeat("x", MaxRow) + "\"}\n{\"a\":1}", json, "f:1:1: the row has more than"},
	} {
		if got := read(t, c.text, c.format, "a", "b"); !strings.Contains(got, c.want) {
			t.Errorf("%s: %.300s\nwant %s", name, got, c.want)
		}
	}
}

func TestReadingGoesOnBehindAFaultThatLosesNothing(t *testing.T) {
	for _, c := range []struct {
		text, want string
		format     Format
	}{
		{"a\n1,2\n3\n", "3@3:1-2", Format{}},
		{"{\"a\":}\n{\"a\":3}\n", "3@2:6-7", Format{JSON: true}},
		{`{"a":"` + strings.Repeat("x", 2*MaxRow) + "\"}\n{\"a\":3}\n", "3@2:6-7", Format{JSON: true}},
	} {
		if got := read(t, c.text, c.format, "a"); !strings.HasSuffix(got, "\n"+c.want) {
			t.Errorf("%.50s: %.300s", c.text, got)
		}
	}
}

func TestAMappedColumnThatIsNotThereSaysWhatItMeans(t *testing.T) {
	for _, c := range []struct {
		text, want string
		format     Format
	}{
		{"Close date\n", "it is the closed: write `closed: Close date` under columns:", Format{}},
		{"x\n", "it is the closed; correct its name", Format{}},
		{"{\"x\":1}\n", `f:1:1: no line has the key "Close Date", which is the closed`, Format{JSON: true}},
	} {
		if got := read(t, c.text, c.format, "Close Date=closed"); !strings.Contains(got, c.want) {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestARowOfTheGreatestLengthIsRead(t *testing.T) {
	for _, n := range []int{MaxRow - 1, MaxRow} {
		text := "a\n" + strings.Repeat("x", n-1) + "\n1\n"
		if got := read(t, text, Format{}, "a"); !strings.HasSuffix(got, "1@3:1-2") {
			t.Errorf("%d: %.60s", n, got)
		}
	}
}

func TestEveryFieldStandsWhereItsPlaceSays(t *testing.T) {
	field := rapid.StringOf(rapid.SampledFrom([]rune("aäß,\"\n €😀")))
	rapid.Check(t, func(t *rapid.T) {
		var file strings.Builder
		file.WriteString("a,b\n")
		var want []string
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			for i := range 2 {
				text := field.Draw(t, "field")
				want = append(want, text)
				file.WriteString(`"` + strings.ReplaceAll(text, `"`, `""`) + `"` + []string{",", "\n"}[i])
			}
		}
		r, err := Open(strings.NewReader(file.String()), "f", Format{})
		if err != nil {
			t.Fatal(err)
		}
		r.Select([]Column{{Name: "a"}, {Name: "b"}})
		lines := strings.Split(file.String(), "\n")
		var got []string
		for {
			if err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			for i := range 2 {
				at := r.Place(i).From
				if c := []rune(lines[at.Line-1])[at.Col-1]; c != '"' {
					t.Fatalf("%s: %q stands at %v", file.String(), c, at)
				}
				got = append(got, r.Field(i).Text)
			}
		}
		// Rows of empty fields are skipped.
		full := func(all []string) (out []string) {
			for i := 0; i < len(all); i += 2 {
				if all[i]+all[i+1] != "" {
					out = append(out, all[i], all[i+1])
				}
			}
			return out
		}
		if strings.Join(full(got), "|") != strings.Join(full(want), "|") {
			t.Fatalf("%q, want %q", got, want)
		}
	})
}

// drain reads all of a file, and tells whether a place or a message is missing.
func drain(t *testing.T, data string, f Format) {
	check := func(err error) bool {
		var p *Fault
		if !errors.As(err, &p) {
			t.Fatalf("not a fault: %v", err)
		}
		for _, d := range p.Found {
			if d.Code == "" || d.Message == "" || d.Span.From.Line > 0 && d.Span.From.Col < 1 {
				t.Fatalf("a finding without place or message: %+v", d)
			}
		}
		return p.Lost
	}
	r, err := Open(strings.NewReader(data), "f", f)
	if err != nil {
		check(err)
		return
	}
	columns := []Column{{Name: "a", Means: "x"}, {Name: "b.c", Optional: true}}
	if _, ds := r.Select(columns); len(ds) > 0 {
		check(&Fault{Found: ds})
		return
	}
	lines := strings.Count(data, "\n") + 1
	for {
		err := r.Next()
		if err == io.EOF || err != nil && check(err) {
			return
		}
		if err != nil {
			continue
		}
		for i := range columns {
			if at := r.Place(i); at.From.Line < 1 || at.From.Line > lines || at.From.Col < 1 || source.Span.IsZero(r.Row()) {
				t.Fatalf("a field at %v of %d lines", at, lines)
			}
		}
		if !strings.Contains(data, r.Raw()) {
			t.Fatalf("the row %q does not stand in the file", r.Raw())
		}
	}
}

func FuzzTable(f *testing.F) {
	for _, seed := range []string{"", "a\n1\n", "\ufeffa,b.c\r\n\"ä\n\",2\r\n\n", "a\n\"x", "a;b\n", "\r\n\r\na\n1,2"} {
		f.Add(seed, byte(','))
	}
	f.Fuzz(func(t *testing.T, data string, separator byte) {
		if !strings.ContainsRune(",;\t|", rune(separator)) {
			separator = ','
		}
		drain(t, data, Format{Separator: rune(separator)})
	})
}

func FuzzLines(f *testing.F) {
	for _, seed := range []string{"", `{"a":1}`, "{\"a\":\"ä\",\"b\":{\"c\":null}}\n{}", `{"a":"\ud800"}`, `[{"a":1e5}]`, `{"a":[{"b":{}}],"b.c":1}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) { drain(t, data, Format{JSON: true}) })
}

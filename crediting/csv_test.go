package crediting

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// small is a schema with few columns.
func small() *Schema {
	s := deals()
	s.Fields = s.Fields[:3]
	return s
}

// folderOf is a folder of files given as name, text, name, text.
func folderOf(files ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		out[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return out
}

// scanned is what a feed yields: "id@place" for events, and all findings.
func scanned(t testing.TB, f Feed, s *Schema) (ids []string, ds source.Diagnostics) {
	t.Helper()
	for b, err := range f.Scan(t.Context(), s) {
		var found source.Diagnostics
		switch {
		case errors.As(err, &found):
			ds = append(ds, found...)
		case err != nil:
			t.Fatal(err)
		default:
			for i, id := range b.IDs {
				ids = append(ids, fmt.Sprintf("%s@%s", id, b.Place(i)))
			}
		}
	}
	return ids, ds
}

const header = "id,closed,amount,seller\n"

func TestGoodFilesAreReadInOrderOfTheirNames(t *testing.T) {
	for name, c := range map[string]struct {
		files []string
		want  string
	}{
		"plain":               {[]string{"deal.csv", header + "d1,2026-03-10,5,ana\n"}, "d1@deal.csv:2:1"},
		"no last newline":     {[]string{"deal.csv", header + "d1,2026-03-10,5,ana"}, "d1@deal.csv:2:1"},
		"byte order mark":     {[]string{"deal.csv", "\ufeff" + header + "d1,2026-03-10,5,ana\n"}, "d1@deal.csv:2:1"},
		"CRLF":                {[]string{"deal.csv", strings.ReplaceAll(header+"d1,2026-03-10,5,ana\nd2,2026-03-10,5,ana\n", "\n", "\r\n")}, "d1@deal.csv:2:1 d2@deal.csv:3:1"},
		"other columns":       {[]string{"deal.csv", "note,seller,amount,closed,id\nhi,ana,5,2026-03-10,d1\n"}, "d1@deal.csv:2:1"},
		"spaces in header":    {[]string{"deal.csv", "id, closed , amount,seller\nd1,2026-03-10,5,ana\n"}, "d1@deal.csv:2:1"},
		"blank lines":         {[]string{"deal.csv", header + "\n\nd1,2026-03-10,5,ana\n\n"}, "d1@deal.csv:4:1"},
		"a note of 2 lines":   {[]string{"deal.csv", "id,note,closed,amount,seller\nd1,\"a\nb\",2026-03-10,5,ana\nd2,,2026-03-10,5,ana\n"}, "d1@deal.csv:2:1 d2@deal.csv:4:1"},
		"header only":         {[]string{"deal.csv", header}, ""},
		"none":                {nil, ""},
		"several":             {[]string{"deal-b.csv", header + "d2,2026-03-10,5,ana\n", "deal-a.csv", header + "d3,2026-03-10,5,ana\n", "deal.csv", header + "d1,2026-03-10,5,ana\n"}, "d3@deal-a.csv:2:1 d2@deal-b.csv:2:1 d1@deal.csv:2:1"},
		"files of others":     {[]string{"deals.csv", "x", "deal.txt", "x", "refund.csv", "x", "deal", "x", "Deal.csv", "x", "sub/deal.csv", "x", "deal.csv", header + "d1,2026-03-10,5,ana\n"}, "d1@deal.csv:2:1"},
		"composed on reading": {[]string{"deal.csv", header + "e\u0301,2026-03-10,5,ana\n"}, "é@deal.csv:2:1"},
	} {
		ids, ds := scanned(t, FromCSV(folderOf(c.files...)), small())
		if got := strings.Join(ids, " "); got != c.want || len(ds) > 0 {
			t.Errorf("%s: %s, %v; want %s", name, got, ds, c.want)
		}
	}
}

func TestBadLinesAreSkippedAndSaidAndReadingGoesOn(t *testing.T) {
	const good = "d9,2026-03-10,5,ana\n"
	for name, c := range map[string]struct {
		text string
		ids  string // what is read all the same
		want []string
	}{
		"empty file":       {"", "", []string{"deal.csv: the file is empty; write a header line: id,closed,amount,seller [csv-empty]"}},
		"only a mark":      {"\ufeff", "", []string{"the file is empty"}},
		"header missing":   {good, "", []string{`deal.csv:1:1: there is no column "id"`, `no column "closed"`, `no column "amount"`, `no column "seller"`}},
		"near miss":        {"id,closed,amonut,seller\n" + good, "", []string{`deal.csv:1:1: there is no column "amount"; rename the column "amonut" [csv-header]`}},
		"twice":            {"id,closed,amount,seller,amount\nd1,2026-03-10,5,ana,6\n", "", []string{`deal.csv:1:25: the column "amount" stands twice; keep one of them`}},
		"id twice":         {"id,closed,amount,seller,id\nd1,2026-03-10,5,ana,6\n", "", []string{`deal.csv:1:25: the column "id" stands twice`}},
		"too few":          {header + "d1,2026-03-10,5\n" + good, "d9@deal.csv:3:1", []string{"deal.csv:2:1: the line has 3 fields, the header has 4"}},
		"too many":         {header + "d1,2026-03-10,1,234,ana\n" + good, "d9@deal.csv:3:1", []string{"deal.csv:2:1: the line has 5 fields, the header has 4; every line has as many fields as the header; quote a field"}},
		"two bad fields":   {header + "d1,2026-02-30,1e5,ana\n" + good, "d9@deal.csv:3:1", []string{"deal.csv:2:4: closed: ", "deal.csv:2:15: amount: \"1e5\" is not a decimal"}},
		"no id":            {header + ",2026-03-10,5,ana\n" + good, "d9@deal.csv:3:1", []string{"deal.csv:2:1: id: key \"\": is empty; give a name [event-id]"}},
		"bidi id":          {header + "d\u202e1,2026-03-10,5,ana\n" + good, "d9@deal.csv:3:1", []string{"[event-id]"}},
		"columns in runes": {"id,note,closed,amount,seller\nd1,größe,2026-03-10,x,ana\n", "", []string{"deal.csv:2:21: amount"}},
		"after two lines":  {"id,note,closed,amount,seller\nd1,\"ä\nöü\",2026-03-10,x,ana\n", "", []string{"deal.csv:3:16: amount"}},
		"revision":         {"id,revision,closed,amount,seller\nd1,1.5,2026-03-10,5,ana\n", "", []string{`deal.csv:2:4: revision: "1.5" is not a whole number`}},
		"negative":         {"id,revision,closed,amount,seller\nd1,-1,2026-03-10,5,ana\n", "", []string{"[event-revision]"}},
		"bare quote":       {header + "d1,2026\"-03,5,ana\n" + good, "", []string{"deal.csv:2:8: a quote stands in a field that does not begin with one", "[csv-form]"}},
		"open quote":       {header + "d1,\"2026-03-10,5,ana\n" + good, "", []string{"[csv-form]"}},
		"header quote":     {"id,clo\"sed\n" + good, "", []string{"deal.csv:1:7: a quote stands in a field", "[csv-form]"}},
	} {
		ids, ds := scanned(t, FromCSV(folderOf("deal.csv", c.text)), small())
		if got := strings.Join(ids, " "); got != c.ids {
			t.Errorf("%s: read %q, want %q", name, got, c.ids)
		}
		if !ds.HasErrors() {
			t.Errorf("%s: no findings", name)
		}
		for _, w := range c.want {
			if !strings.Contains(ds.Error(), w) {
				t.Errorf("%s:\n got %v\nwant … %s", name, ds, w)
			}
		}
	}
}

func TestAHugeFieldMakesAShortMessage(t *testing.T) {
	huge := strings.Repeat("x", 200<<10) // five of them are just short of the longest row
	_, ds := scanned(t, FromCSV(folderOf("deal.csv", "id,revision,closed,amount,seller\n"+strings.Join([]string{huge, huge, huge, huge, huge}, ",")+"\n")), small())
	if len(ds) != 5 || len(ds.Error()) > 2000 {
		t.Errorf("%d findings of %d bytes", len(ds), len(ds.Error()))
	}
}

func TestAFileThatCannotBeReadOnDoesNotHideTheOthers(t *testing.T) {
	broken, bad, good := header+"d1,\"x\n", header+"d2,2026-03-10,x,ana\n", header+"d3,2026-03-10,5,ana\n"
	for _, files := range [][]string{
		{"deal-1.csv", broken, "deal-2.csv", bad, "deal-3.csv", good},
		{"deal-1.csv", good, "deal-2.csv", bad, "deal-3.csv", broken},
		{"deal-1.csv", "", "deal-2.csv", broken, "deal-3.csv", bad, "deal-4.csv", good},
	} {
		ids, ds := scanned(t, FromCSV(folderOf(files...)), small())
		if got := codes(ds); len(ids) != 1 || !strings.Contains(got, "csv-form") || !strings.Contains(got, "event-field") {
			t.Errorf("read %q with findings %s", ids, got)
		}
	}
}

func TestARowAboveAMebibyteIsAFindingWithItsPlace(t *testing.T) {
	huge := header + "d1,2026-03-10,5,ana\nd2,2026-03-10,5," + strings.Repeat("x", 1<<20) + "\n"
	ids, ds := scanned(t, FromCSV(folderOf("deal.csv", huge, "deal-2.csv", header+"d3,2026-03-10,5,ana\n")), small())
	if got := strings.Join(ids, " "); got != "d3@deal-2.csv:2:1 d1@deal.csv:2:1" {
		t.Errorf("read %s", got)
	}
	expectFindings(t, ds, "row-too-long", "deal.csv:3:1: the row has more than 1048576 bytes")
}

func TestAFileBelongsToTheLongestKindThatItIsNamedAfter(t *testing.T) {
	folder := folderOf("deal.csv", header+"d1,2026-03-10,5,ana\n", "deal-line.csv", header+"d2,2026-03-10,5,ana\n",
		"deal-line-q1.csv", header+"d3,2026-03-10,5,ana\n", "deal-linen.csv", header+"d4,2026-03-10,5,ana\n")
	for kind, want := range map[string]string{"deal": "d4@deal-linen.csv:2:1 d1@deal.csv:2:1", "deal-line": "d3@deal-line-q1.csv:2:1 d2@deal-line.csv:2:1"} {
		s := small()
		s.Kind = kind
		ids, ds := scanned(t, FromCSV(folder, "deal", "deal-line"), s)
		if got := strings.Join(ids, " "); got != want || len(ds) > 0 {
			t.Errorf("%s: %s, %v; want %s", kind, got, ds, want)
		}
	}
}

type noFolder struct{}

func (noFolder) Open(string) (fs.File, error) { return nil, fs.ErrPermission }

func TestAFolderThatCannotBeReadIsAnErrorOfTheFileSystem(t *testing.T) {
	_, err := Load(t.Context(), FromCSV(noFolder{}), []*Schema{small()})
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v", err)
	}
}

func TestReadingEndsWhenItIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, f := range map[string]Feed{"csv": FromCSV(folderOf("deal.csv", header+"d1,2026-03-10,5,ana\n")), "lines": feed(line("d1", ""))} {
		if _, err := Load(ctx, f, []*Schema{small()}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadingEndsWhenTheReaderHasEnough(t *testing.T) {
	bad := header + "d1,x,5,ana\nd2,x,5,ana\n"
	for name, f := range map[string]Feed{
		"findings": FromCSV(folderOf("deal-1.csv", bad, "deal-2.csv", bad)),
		"events":   FromCSV(folderOf("deal-1.csv", header+"d1,2026-03-10,5,ana\n", "deal-2.csv", bad)),
		"headers":  FromCSV(folderOf("deal-1.csv", "", "deal-2.csv", "")),
		"lines":    feed(line("d1", "closed=x"), line("d2", "closed=x")),
	} {
		n := 0
		for range f.Scan(t.Context(), small()) {
			n++
			break
		}
		if n != 1 {
			t.Errorf("%s: %d", name, n)
		}
	}
}

func TestFindYieldsTheEventsAskedFor(t *testing.T) {
	var text strings.Builder
	text.WriteString(header)
	var lines []Line
	for i := range 3000 {
		fmt.Fprintf(&text, "d%d,2026-03-10,5,ana\n", i)
		l := line(fmt.Sprintf("d%d", i), "")
		delete(l.Fields, "region") // small has none
		lines = append(lines, l)
	}
	for name, f := range map[string]Feed{"csv": FromCSV(folderOf("deal.csv", text.String())), "lines": feed(lines...)} {
		var got []fact.EventID
		for b, err := range f.Find(t.Context(), small(), "d7", "d2999", "nobody") {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, b.IDs...)
		}
		if !slices.Equal(got, []fact.EventID{"d7", "d2999"}) {
			t.Errorf("%s: %q", name, got)
		}
		n := 0
		for b, err := range f.Scan(t.Context(), small()) {
			if err != nil {
				t.Fatal(err)
			}
			n += b.Len()
		}
		if n != 3000 {
			t.Errorf("%s: %d events over batches", name, n)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"", header, header + "d1,2026-03-10,5,ana\n", "\ufeff" + header + "d1,\"a\"\"b\",5,ana\r\n", "id,revision\n1,2", "\"\n\"", header + "ä\nö,,\"ü\n\",x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := deals()
		s.Fields[1].Optional, s.Fields[2].Optional = true, true
		events, err := Load(t.Context(), FromCSV(fstest.MapFS{"deal.csv": {Data: data}}), []*Schema{s})
		var ds source.Diagnostics
		switch {
		case err == nil:
			for _, e := range slices.Collect(events.All()) {
				if e.Date().IsZero() || fact.CheckKey(string(e.ID)) != nil {
					t.Errorf("event %q on %s", e.ID, e.Date())
				}
			}
		case !errors.As(err, &ds):
			var p *fs.PathError
			if !errors.As(err, &p) {
				t.Errorf("neither findings nor an error of the file system: %v", err)
			}
		default:
			for _, d := range ds {
				if d.Code == "" || d.Message == "" || d.Span.From.Line > 0 && d.Span.From.Col < 1 {
					t.Errorf("a finding without code, message or place: %+v", d)
				}
			}
		}
	})
}

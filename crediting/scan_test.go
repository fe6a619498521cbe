package crediting

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/mapping"
)

// every is a schema with fields of all types.
func every() *Schema {
	s := listed()
	s.Fields = append(s.Fields, Field{Name: "score", Type: Numeric, Scale: numericScale, Optional: true}, Field{Name: "reason", Type: Enum, Enum: []string{"lost", "won", "no go"}, Optional: true})
	return s
}

// transcript is all that a feed yields, in order: what each event says and where it
// stands, and what is wrong with which line.
func transcript(t testing.TB, f Feed, s *Schema, ids ...fact.EventID) string {
	t.Helper()
	var b strings.Builder
	scan := f.Scan(t.Context(), s)
	if ids != nil {
		scan = f.Find(t.Context(), s, ids...)
	}
	for batch, err := range scan {
		var bad *LineError
		switch {
		case errors.As(err, &bad):
			fmt.Fprintf(&b, "%s %q %s %t %+v\n", bad.Kind, bad.Raw, bad.Amount, bad.Reads, bad.Found)
			continue
		case err != nil:
			fmt.Fprintf(&b, "%+v\n", err)
			continue
		}
		if err := batch.check(s); err != nil {
			t.Fatal(err)
		}
		for i := range batch.Len() {
			e := batch.event(s, i)
			fmt.Fprintf(&b, "%q %d %v %+v\n", e.ID, e.Revision, e.Cells, e.At)
		}
		b.WriteString("batch\n")
	}
	return b.String()
}

// trickle is a folder whose files are read some bytes at a time, and in the middle of
// which the disk breaks.
type trickle struct {
	fs.FS
	most, broken int // bytes; broken is never where it is 0
}

type trickleFile struct {
	fs.File
	trickle
	read int
}

func (t trickle) Open(name string) (fs.File, error) {
	f, err := t.FS.Open(name)
	return &trickleFile{File: f, trickle: t}, err
}

func (t trickle) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(t.FS, name) }

func (f *trickleFile) Read(p []byte) (int, error) {
	if f.broken > 0 && f.read >= f.broken {
		return 0, errors.New("the disk is broken")
	}
	n, err := f.File.Read(p[:min(len(p), f.most)])
	f.read += n
	return n, err
}

// expectNoDifference reads a folder in both ways.
func expectNoDifference(t testing.TB, f fileFeed, s *Schema, ids ...fact.EventID) {
	t.Helper()
	got := transcript(t, f, s, ids...)
	f.careful = true
	if want := transcript(t, f, s, ids...); got != want {
		t.Fatalf("read at once:\n%s\nread carefully:\n%s", got, want)
	}
}

// exports are ways in which files are written.
func exports(t testing.TB) []mapping.File {
	plain, comma := mapping.File{}, mapping.File{Numbers: mapping.PointComma}
	semicolons, bars := mapping.File{Separator: ';'}, mapping.File{Separator: '¦'}
	renamed := mapping.File{Columns: map[string]string{"id": "Deal ID", "seller": "account", "partner": "account"}}
	words := mapping.File{Values: map[string]map[string]string{
		"region": {"Pacific": "west", "west": "east", "": "west"}, "account": {"acme": "Acme", "Acme": "bolt", "none": ""},
		"partner": {"": "nobody"}, "sellers": {"all": "ana; bob"},
	}, Always: map[string]string{"seller": "ana", "units": "7.0"}}
	ids := mapping.File{Values: map[string]map[string]string{"id": {"d1": "d2"}, "revision": {"first": ""}}}
	always := mapping.File{Always: map[string]string{"id": "d1", "closed": "2026-03-10", "amount": "7", "region": "west", "seller": "ana"}}
	all := []mapping.File{plain, comma, semicolons, bars, renamed, words, ids, always, export(t)}
	for i := range all {
		all[i].Of, all[i].Read = "deal", []string{"*.csv"}
	}
	all[len(all)-1].Columns = nil
	return all
}

// someCells are texts of all kinds of cells, most of them sound in some column.
var someCells = []string{
	"2026-03-10", "2026-02-28", "2026-02-29", "2024-02-29", "0001-01-01", "9999-12-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-1", "0000-01-01",
	"2026-03-10T10:00:00Z", "3/10/2026", "2026-03-1x", "2026-03-:0", "2026-03-0:", "20a6-03-10",
	"5", "0", "-0", "-0.0", "1234.50", "0.5", "00.5", "05", ".5", "5.", "-1.25", "--1", "+5", "1e5", "1,234.50", "$5", "(5)", "12.500", "12.505", "3.0", "0.000001", "1.0000001",
	"999999999999999999", "9999999999999999.99", "99999999999999999.99", "92233720368547758.07", "92233720368547758.08", "-92233720368547758.08", "1.2.3", "-",
	"ana", "bob", "ana; bob", "bob;ana", "bob; bob", "ana;", " ana", "ana ", "acme", "none", "all", "Jose\u0301", "José", "a\u202eb", "a\x00b", "\xff", "~", "\x7f", "seven\x7f up", "Ünïted Wïdgets of America",
	"a key that is longer than sixteen bytes", "west", "east", "Pacific", "wset", "lost", "won", "no go", "first", "d1", "d2", "18446744073709551615", "18446744073709551616", "", "", "", " ", "\r", "a\rb",
}

// aCell is the text of a cell as it stands in a file.
func aCell(t *rapid.T, usual string, separator rune) string {
	text := usual
	switch rapid.IntRange(0, 39).Draw(t, "cell") {
	case 0, 1:
		text = rapid.SampledFrom(someCells).Draw(t, "text")
	case 2:
		text = rapid.StringN(0, 20, 300).Draw(t, "any")
	}
	switch rapid.IntRange(0, 29).Draw(t, "quotes") {
	case 0, 1, 2:
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	case 3:
		return `"` + text + "\n" + `""` + `"`
	case 4:
		return rapid.SampledFrom([]string{text + `"`, `"` + text, `"` + text + `" `}).Draw(t, "wrong")
	}
	if strings.ContainsRune(text, separator) {
		return `"` + text + `"`
	}
	return text
}

// aFile is a file of deals in a form, sound for the greatest part.
func aFile(t *rapid.T, form *mapping.File) string {
	separator := form.SeparatorOf("x.csv")
	usual := map[string]string{"closed": "2026-03-10", "amount": "1234.50", "seller": "ana", "partner": "bob", "account": "acme", "region": "west", "units": "3", "sellers": "ana;bob", "score": "0.25", "reason": "no go"}
	if form.Numbers != mapping.Plain {
		usual["closed"], usual["amount"] = "3/10/2026", "($1,234.50)"
	}
	columns := append([]string{"id", "revision", "note", "more", "last"}, every().Names()...)
	if rapid.Bool().Draw(t, "known") {
		columns, usual["known"] = append(columns, "known"), fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "usually known"))
	}
	columns = rapid.Permutation(columns).Draw(t, "columns")
	switch rapid.IntRange(0, 19).Draw(t, "without") {
	case 0:
		columns = columns[1:]
	case 1, 2, 3, 4, 5, 6, 7:
		columns = slices.DeleteFunc(columns, func(c string) bool { return c == "revision" })
	}
	columns = slices.DeleteFunc(columns, func(c string) bool { // what is read from a column of another name
		return form.Columns[c] != "" && slices.Contains(columns, form.Columns[c])
	})
	var b strings.Builder
	b.WriteString(rapid.SampledFrom([]string{"", "", "\ufeff", "\n"}).Draw(t, "mark"))
	end := rapid.SampledFrom([]string{"\n", "\n", "\r\n"}).Draw(t, "end")
	var names []string
	for _, c := range columns {
		names = append(names, form.Column(c))
	}
	b.WriteString(strings.Join(names, string(separator)) + end)
	for i := range rapid.IntRange(0, 12).Draw(t, "rows") {
		usual["id"] = fmt.Sprintf("d%d", i)
		var cells []string
		sound := rapid.IntRange(0, 2).Draw(t, "sound") > 0
		for _, c := range columns {
			if text := usual[c]; sound && !strings.ContainsRune(text, separator) {
				cells = append(cells, text)
				continue
			}
			cells = append(cells, aCell(t, usual[c], separator))
		}
		switch rapid.IntRange(0, 19).Draw(t, "row") {
		case 0:
			cells = cells[1:]
		case 1:
			cells = append(cells, "x")
		case 2:
			cells = make([]string, len(cells))
		case 3:
			cells = nil
		case 4:
			cells = slices.Repeat([]string{`""`}, len(cells))
		case 5:
			cells = cells[:len(cells)-1]
		}
		b.WriteString(strings.Join(cells, string(separator)))
		if i%5 == 4 {
			b.WriteString("\r")
		}
		b.WriteString(end)
	}
	return strings.TrimSuffix(b.String(), rapid.SampledFrom([]string{"", "\n", "\r\n"}).Draw(t, "cut"))
}

func TestALineReadAtOnceSaysTheSameAsOneReadCarefully(t *testing.T) {
	forms := exports(t)
	rapid.Check(t, func(r *rapid.T) {
		first, second := rapid.SampledFrom(forms).Draw(r, "first form"), rapid.SampledFrom(forms).Draw(r, "second form")
		folder := folderOf("deal-1.csv", aFile(r, &first), "deal-2.csv", aFile(r, &first), "deal-3.csv", aFile(r, &second))
		first.Read, second.Read = []string{"deal-1.csv", "deal-2.csv"}, []string{"deal-3.csv"}
		f := FromFiles(folder, first, second).(fileFeed)
		f.asOf = fact.Revision(rapid.IntRange(0, 9).Draw(r, "as of"))
		expectNoDifference(t, f, every())
		expectNoDifference(t, f, every(), "d1", "d3")
		f.folder = trickle{folder, rapid.IntRange(1, 50).Draw(r, "most"), rapid.IntRange(0, 300).Draw(r, "broken")}
		expectNoDifference(t, f, every())
	})
}

func TestNoCellIsReadAtOnceThatIsReadOtherwiseCarefully(t *testing.T) {
	columns := append([]string{"id", "revision"}, every().Names()...)
	for _, form := range exports(t) {
		form.Columns = nil
		usual := strings.Split("d9,,2026-03-10,1,ana,bob,acme,west,3,ana,1,won", ",")
		if form.Numbers != mapping.Plain && len(form.Always) > 0 {
			usual[2] = "3/10/2026"
		}
		separator := string(form.SeparatorOf("deal.csv"))
		var file strings.Builder
		file.WriteString(strings.Join(columns, separator) + "\n")
		for _, text := range someCells {
			if strings.Contains(text, separator) {
				text = `"` + text + `"`
			}
			for i := range columns {
				row := slices.Clone(usual)
				row[i] = text
				line := strings.Join(row, separator) + "\n"
				file.WriteString(line + line)
			}
		}
		file.WriteString(strings.Repeat(separator, len(columns)-1) + "\n")
		expectNoDifference(t, FromFiles(folderOf("deal.csv", file.String()), form).(fileFeed), every())
	}
}

func TestARowOfAboutTheGreatestLengthIsReadAlikeInBothWays(t *testing.T) {
	const row, most = "d1,2026-03-10,5,ana,", 1 << 20
	for _, n := range []int{most - len(row) - 1, most - len(row), most + 1, most + 1<<17, most + 1<<18} {
		text := "id,closed,amount,seller,note\n" + row + strings.Repeat("x", n) + "\nd2,2026-03-10,5,ana,\n"
		expectNoDifference(t, FromCSV(folderOf("deal.csv", text)).(fileFeed), small())
	}
}

func TestAColumnOfTextsHasOneDictionaryForAllFiles(t *testing.T) {
	more := many(9000, 0, "")
	folder := folderOf("deal-1.csv", many(5000, 0, ""), "deal-2.csv", many(10, 0, `"`), "deal-3.csv", more)
	const account = 4
	var longest []string
	texts, rows := map[string]bool{}, 0
	for b, err := range FromCSV(folder).Scan(t.Context(), deals()) {
		if err != nil {
			t.Fatal(err)
		}
		c := b.Columns[account]
		if n := min(len(longest), len(c.Dictionary)); strings.Join(longest[:n], " ") != strings.Join(c.Dictionary[:n], " ") || n < len(longest) {
			t.Fatal("a text of the dictionary has changed")
		}
		longest = c.Dictionary
		rows += b.Len()
	}
	for _, text := range longest {
		if texts[text] {
			t.Errorf("%s is twice in the dictionary", text)
		}
		texts[text] = true
	}
	if rows != 14_010 || len(texts) != 9000 {
		t.Errorf("%d events with %d accounts", rows, len(texts))
	}
}

func TestABatchWithCodesIsChecked(t *testing.T) {
	s := small()
	batch := func(change func(c *Column)) error {
		b := &Batch{IDs: []fact.EventID{"d1", "d2"}, Columns: []Column{{Ints: []int64{1, 1}}, {Ints: []int64{1, 1}}, {Codes: []uint32{1, 0}, Dictionary: []string{"bob", "ana"}}}}
		change(&b.Columns[2])
		if err := b.check(s); err != nil {
			return err
		}
		if got := b.event(s, 0).Cells[2]; got != (Cell{Text: "ana", Has: true}) {
			t.Errorf("%+v", got)
		}
		return nil
	}
	for _, c := range []struct {
		change func(c *Column)
		want   string
	}{
		{func(*Column) {}, ""},
		{func(c *Column) { c.Codes[1], c.Has = 7, []bool{true, false} }, ""},
		{func(c *Column) { c.Codes[1] = 2 }, "feed of deal: event=d2: seller is text 2 of a dictionary of 2"},
		{func(c *Column) { c.Codes = c.Codes[:1] }, "the column seller has not one value for each of 2 events"},
		{func(c *Column) { c.Codes = nil }, "the column seller has not one value for each of 2 events"},
		{func(c *Column) { c.Texts = []string{"ana", "bob"} }, "the column seller has texts and codes"},
	} {
		if err := batch(c.change); err == nil && c.want != "" || err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

func TestALongReadingEndsSoonAfterItIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows := 0
	for b, err := range FromCSV(folderOf("deal.csv", many(20_000, 0, ""))).Scan(ctx, deals()) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			continue
		}
		rows += b.Len()
		cancel()
	}
	if rows != mostRows {
		t.Errorf("%d events were read", rows)
	}
}

func FuzzScan(f *testing.F) {
	forms := exports(f)
	for i, seed := range []string{
		many(3, 0, ""), many(3, 2, `"`), strings.ReplaceAll(many(2, 1, ""), "\n", "\r\n"), strings.ReplaceAll(many(2, 0, ""), ",", ";"),
		"id,closed,amount,seller,partner,account,region,units,sellers,score,reason\nd1,2026-03-10,5,ana,\"a\"\"b\",,west,3.0,bob;ana,,won\n\n,,\nd2,2026-02-30,5,Jose\u0301,,,east,\"\n\",,,",
	} {
		f.Add([]byte(seed), byte(i), uint16(i))
	}
	f.Fuzz(func(t *testing.T, data []byte, form byte, broken uint16) {
		s := every()
		for i := range s.Fields {
			s.Fields[i].Optional = i > 0 && broken%2 == 0
		}
		feed := FromFiles(fstest.MapFS{"deal.csv": {Data: data}}, forms[int(form)%len(forms)]).(fileFeed)
		expectNoDifference(t, feed, s)
		feed.folder = trickle{feed.folder, 7, int(broken)}
		expectNoDifference(t, feed, s)
	})
}

// What became known later is not there, in files and in lines alike; without a revision everything is.
func TestEventsAsOfARevision(t *testing.T) {
	s := every()
	lines := []Line{}
	var file strings.Builder
	file.WriteString("id,closed,amount,seller,partner,account,region,units,sellers,score,reason,revision,withdrawn,known\n")
	for i, known := range []fact.Revision{0, 3, 1, 2, 9, 3} {
		id := fmt.Sprint("d", i)
		fields := map[string]string{"closed": "2026-03-10", "amount": "5.00", "seller": "ana", "account": "acme", "region": "west", "units": "1", "sellers": "ana"}
		lines = append(lines, Line{ID: fact.EventID(id), Fields: fields, Known: known})
		fmt.Fprintf(&file, "%s,2026-03-10,5.00,ana,,acme,west,1,ana,,,,,%d\n", id, known)
	}
	lines = append(lines, Line{ID: "d0", Revision: 2, Withdrawn: true, Known: 4})
	file.WriteString("d0,,,,,,,,,,,2,true,4\n")
	for _, f := range []Feed{FromLines(func() iter.Seq2[Line, error] { return fact.Of(lines...) }), FromCSV(fstest.MapFS{"deal.csv": {Data: []byte(file.String())}}, "deal")} {
		for asOf, want := range map[fact.Revision]string{0: "d1 d2 d3 d4 d5 9", 1: "d0 d2 1", 3: "d0 d1 d2 d3 d5 3", 4: "d1 d2 d3 d5 4", 9: "d1 d2 d3 d4 d5 9"} {
			e, err := Load(t.Context(), f.(interface{ AsOf(fact.Revision) Feed }).AsOf(asOf), []*Schema{s})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for event := range e.All() {
				got = append(got, string(event.ID))
			}
			if text := fmt.Sprint(strings.Join(got, " "), " ", e.Latest); text != want {
				t.Errorf("%T as of %d: %s, want %s", f, asOf, text, want)
			}
		}
	}
}

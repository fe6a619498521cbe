package columns

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/internal/fixed"
	"github.com/payproof/payproof/internal/sheet"
)

func TestAMemoKnowsWhatItWasTold(t *testing.T) {
	key := rapid.OneOf(rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 1, 5, -1), rapid.StringN(1, 40, 60), rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 15, 40, -1))
	rapid.Check(t, func(t *rapid.T) {
		var m Memo
		want := map[string]uint32{}
		for i, text := range rapid.SliceOfN(key, 0, 300).Draw(t, "keys") {
			got, ok := m.Get([]byte(text))
			known, is := want[text]
			if got != known || ok != is {
				t.Fatalf("%q is %d, %t, want %d, %t", text, got, ok, known, is)
			}
			if !is {
				m.Set([]byte(text), uint32(i))
				want[text] = uint32(i)
			}
		}
		expectKnown(t, &m, want)
	})
}

// expectKnown compares a memo with a map.
func expectKnown(t rapid.TB, m *Memo, want map[string]uint32) {
	t.Helper()
	if m.Len() != len(want) {
		t.Fatalf("%d are known, want %d", m.Len(), len(want))
	}
	for text, n := range want { // order: the first difference is as good as any
		if got, ok := m.Get([]byte(text)); !ok || got != n {
			t.Fatalf("%q is %d, %t, want %d", text, got, ok, n)
		}
	}
}

func TestBytesThatMeetInOnePlaceAreKnownAllTheSame(t *testing.T) {
	// Texts whose search begins at one slot of a thousand.
	var crowd []string
	for n := 0; len(crowd) < 3*nearby; n++ {
		for _, text := range []string{fmt.Sprint(n), fmt.Sprintf("a-longer-%d", n), fmt.Sprintf("longer than a slot %d", n)} {
			s := slot{size: uint32(len(text))}
			if s.low, s.high = words([]byte(text)); s.hash()&1023 == 7 {
				crowd = append(crowd, text)
			}
		}
	}
	var m Memo
	want := map[string]uint32{}
	for i, text := range crowd {
		m.Set([]byte(text), uint32(i))
		want[text] = uint32(i)
		expectKnown(t, &m, want)
	}
	if len(m.more) == 0 {
		t.Error("all have found a slot")
	}
	for n := range 4000 {
		text := fmt.Sprintf("+%d", n)
		m.Set([]byte(text), uint32(n))
		want[text] = uint32(n)
	}
	expectKnown(t, &m, want)
}

func TestASlotWithoutRoomIsMovedWithItsBytes(t *testing.T) {
	for _, text := range []string{"a", "ab", "abc", "abcd", "abcdefg", "abcdefgh", "abcdefghijklmnop", "abcdefghijklmnopq"} {
		s := slot{size: uint32(len(text))}
		s.low, s.high = words([]byte(text))
		m := Memo{long: []string{text}}
		if got := string(m.bytes(&s)); got != text {
			t.Errorf("%q is moved as %q", text, got)
		}
	}
}

func TestADayIsReadAsTheCalendarDoes(t *testing.T) {
	var d days
	for _, stretch := range []struct {
		from, to string
		step     int32
	}{{"0001-01-01", "9999-12-31", 17}, {"1896-01-01", "2104-12-31", 1}} {
		for n := calendar.MustDate(stretch.from).Ordinal(); n <= calendar.MustDate(stretch.to).Ordinal(); n += stretch.step {
			if text := calendar.FromOrdinal(n).String(); !sameDay(&d, text) {
				t.Fatal(text)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if text := rapid.StringMatching(`[0-3]\d[02]\d-[01][\d:]-[0-3][\d:]?|.{10}`).Draw(t, "text"); text != "" && !sameDay(&d, text) {
			t.Fatalf("%q", text)
		}
	})
}

func sameDay(d *days, text string) bool {
	want, err := calendar.ParseDate(text)
	got, ok := d.read([]byte(text))
	return ok == (err == nil) && (!ok || got == int64(want.Ordinal()))
}

func TestADecimalIsReadAsItIsElsewhereOrNotAtAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9]\d{0,4}|\d{1,20})(\.\d{0,8})?|[-.\d,e]{1,12}`).Draw(t, "text")
		scale := rapid.Uint8Range(0, 8).Draw(t, "scale")
		got, ok := decimal([]byte(text), scale)
		if !ok {
			return
		}
		coef, places, err := fixed.Parse(text)
		if err != nil {
			t.Fatalf("%q is %d, which is %v", text, got, err)
		}
		wide, exact := fixed.RescaleInt128(coef, int(places), int(scale), fixed.HalfEven)
		want, fits := wide.Int64()
		if places > scale || !exact || !fits || got != want {
			t.Fatalf("%q is %d at scale %d, want %d", text, got, scale, want)
		}
	})
	for text, want := range map[string]int64{"0": 0, "-0": 0, "-0.05": -5, "7": 700, "1234.5": 123450, "9999999999999999.99": 999999999999999999} {
		if got, ok := decimal([]byte(text), 2); !ok || got != want {
			t.Errorf("%s is %d, %t", text, got, ok)
		}
	}
}

func TestAPlainKeyIsAKeyAsItStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~]{0,20}[\x00-\x{90}]?[ -~]{0,9}`).Draw(t, "text")
		printable := strings.Trim(text, " ") == text && text != "" && strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
		if got := plainKey([]byte(text)); got != printable || got && fact.CheckKey(text) != nil {
			t.Fatalf("%q: %t", text, got)
		}
	})
}

// cellsOf is rows as they are cut.
func cellsOf(rows ...[]string) *sheet.Cells {
	cells := sheet.Cells{Rows: len(rows)}
	var parts []sheet.Part
	for _, row := range rows {
		for _, text := range row {
			parts = append(parts, sheet.Part{From: int32(len(cells.Text)), To: int32(len(cells.Text) + len(text))})
			cells.Text = append(cells.Text, text...)
		}
	}
	for i := range rows[0] {
		cells.Columns = append(cells.Columns, sheet.Strip{Parts: parts[i:], Step: len(rows[0])})
	}
	return &cells
}

func TestARowIsTakenWhollyOrNotAtAll(t *testing.T) {
	keys := &Dictionary{}
	read := func(text string) (Value, bool) {
		key, err := fact.ParseKey(text)
		return Value{Text: key, Has: true}, err == nil
	}
	b := NewBlock(2, 3)
	b.Set(0, Column{Kind: Text, Read: read, Texts: keys})
	b.Set(1, Column{Kind: Number, Scale: 1, Optional: true, Read: func(string) (Value, bool) { return Value{}, false }})
	row := func(line int, texts ...string) string {
		return fmt.Sprint(b.Take(cellsOf(texts), 1, line) == 1)
	}
	got := []string{
		row(2, "d1", "ana", "5", ""), row(3, "d2", "bob", "x", ""), row(4, "", "bob", "5", ""), row(5, "d2", "", "5", ""), row(6, "d2", "bob", "5", "-1"),
		row(7, "e\u0301", "e\u0301", "", "3"),
	}
	b.Put("d3", 0, 8, func(i int) Value { return []Value{{Text: "é", Has: true}, {Int: 12, Has: true}}[i] })
	full := b.Full()
	if b.Last() != "d3" {
		t.Errorf("the last is %s", b.Last())
	}
	b.Drop()
	b.Seal()
	_, codes, hasKey := b.Column(0)
	ints, _, has := b.Column(1)
	show := fmt.Sprint(got, full, b.Len(), b.IDs, b.Revisions, b.Lines, codes, hasKey, keys.Texts, ints, has)
	want := "[true false false false false true] true 2 [d1 é] [0 3] [2 7] [0 2] [] [ana bob é] [50 0] [true false]"
	if show != want {
		t.Errorf("got  %s\nwant %s", show, want)
	}
	if b.Clear(); b.Len() != 0 || b.Full() {
		t.Error("a cleared block is not empty")
	}
}

// Rows that are taken many at a time are what they are one by one, also where some of them need a closer look.
func TestManyRowsAreTakenAsEachIs(t *testing.T) {
	keys := func() *Block {
		b, texts := NewBlock(4, 1000), &Dictionary{}
		key := func(text string) (Value, bool) { return Value{Text: text, Has: text != ""}, text != "!" }
		whole := func(text string) (Value, bool) { return Value{Int: int64(len(text)), Has: text != "1"}, text != "!" }
		b.Set(0, Column{Kind: Text, Read: key, Texts: texts})
		b.Set(1, Column{Kind: Number, Scale: 1, Optional: true, Read: whole})
		b.Set(2, Column{Kind: Member, Foreign: true, Read: whole})
		b.Set(3, Column{Kind: Day, Optional: true, Read: whole})
		return b
	}
	show := func(b *Block) (out string) {
		b.Seal()
		for i := range 4 {
			ints, codes, has := b.Column(i)
			for row := range b.Len() {
				if has != nil && !has[row] {
					out += " -"
				} else if i == 0 {
					out += " " + b.columns[0].Texts.Texts[codes[row]]
				} else {
					out += fmt.Sprint(" ", ints[row])
				}
			}
		}
		return fmt.Sprint(b.IDs, b.Revisions, b.Lines, out)
	}
	cell := func(trouble string, usual ...string) *rapid.Generator[string] {
		return rapid.SampledFrom(append(slices.Repeat(usual, 100), trouble))
	}
	rapid.Check(t, func(r *rapid.T) {
		var rows [][]string
		for i := range rapid.SampledFrom([]int{1, 9, 90, 900}).Draw(r, "rows") {
			rows = append(rows, []string{
				fmt.Sprint("d", i), cell("!", "a", "b", "c", "d").Draw(r, "key"), cell("!", "1", "2.5", "", "x", "-0.3").Draw(r, "number"),
				cell("!", "1", "22", "333", "").Draw(r, "member"), cell("2026-02-30", "2026-01-31", "2026-02-01", "").Draw(r, "day"), cell("-1", "", "3").Draw(r, "revision"),
			})
		}
		each, many := keys(), keys()
		all := cellsOf(rows...)
		n := many.Take(all, len(rows), 2)
		for i := range n {
			if each.Take(cellsOf(rows[i]), 1, 2+i) != 1 {
				r.Fatalf("row %d of %d is not taken alone", i, n)
			}
		}
		if n < len(rows) && keys().Take(cellsOf(rows[n]), 1, 2) != 0 {
			r.Fatalf("row %d is taken only alone", n)
		}
		for _, b := range []*Block{each, many} {
			b.Put("put", 0, 99, func(i int) Value { return Value{Text: "e", Int: 7, Has: i != 1} })
		}
		if got, want := show(many), show(each); got != want {
			r.Fatalf("got  %s\nwant %s", got, want)
		}
		if room := many.Swap(nil); room.Len() != n+1 || many.Len() != 0 {
			r.Fatalf("%d rows are given away, %d stay", room.Len(), many.Len())
		}
	})
}

package crediting

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// placed is a line that stands at a line of a file.
func placed(at int, id string, revision uint64, changes string) Line {
	l := line(id, changes)
	l.Revision, l.At = revision, source.Span{File: "f.csv", From: source.Pos{Line: at, Col: 1}}
	return l
}

// findings loads lines that must not load.
func findings(t testing.TB, f Feed, schemas ...*Schema) source.Diagnostics {
	t.Helper()
	_, err := Load(t.Context(), f, schemas)
	var ds source.Diagnostics
	if !errors.As(err, &ds) {
		t.Fatalf("%v", err)
	}
	return ds
}

func TestLinesAreCheckedLikeAFile(t *testing.T) {
	for _, c := range []struct {
		line Line
		want string
	}{
		{line("d1", "amount=1.234"), "event=d1: event d1: amount: 1.234 has 3 decimal places, the field holds 2; round it at the source [event-field]"},
		{line("d1", "amuont=5"), `event=d1: event d1: unknown field "amuont"; did you mean "amount"? [event-field]`},
		{line("", ""), "id: key \"\": is empty; give a name [event-id]"},
		{line("e\u0301", ""), "is not in NFC"},
		{line("d1", "closed="), "closed is empty"},
		{placed(7, "d1", 0, "closed=x"), "f.csv:7:1: event d1: closed: "},
		{line(strings.Repeat("x", 1<<20), "closed=x"), "is longer than 256 bytes"},
	} {
		ds := findings(t, feed(c.line), deals())
		if !strings.Contains(ds.Error(), c.want) || len(ds.Error()) > 1000 {
			t.Errorf("\n got %.1000s\nwant … %s", ds.Error(), c.want)
		}
	}
}

func TestLinesOfAnotherKindAreLeftToTheirSchema(t *testing.T) {
	other := line("r1", "")
	other.Kind = "refund"
	named := line("d1", "")
	named.Kind = "deal"
	if got := load(t, deals(), other, named); len(got) != 1 || got[0].ID != "d1" {
		t.Errorf("%d events", len(got))
	}
}

func TestAnErrorOfTheSourceIsHandedOn(t *testing.T) {
	down := errors.New("the database is down")
	f := FromLines(func() iter.Seq2[Line, error] {
		return func(yield func(Line, error) bool) { _ = yield(line("d1", ""), nil) && yield(Line{}, down) }
	})
	if _, err := Load(t.Context(), f, []*Schema{deals()}); !errors.Is(err, down) {
		t.Errorf("%v", err)
	}
}

func TestEventsComeInDeclaredOrder(t *testing.T) {
	events, err := Load(t.Context(), feed(line("a", ""), line("10", ""), line("9", ""), line("z", "closed=2026-03-01"), line("b", "closed=2026-04-01")), []*Schema{deals()})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range slices.Collect(events.All()) {
		got = append(got, string(e.ID))
	}
	if want := "z 9 10 a b"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %s", got, want)
	}
	if e, ok := events.Find("9"); !ok || e.ID != "9" || e.Schema().Kind != "deal" {
		t.Errorf("9: %v, %t", e, ok)
	}
	if _, ok := events.Find("nobody"); ok {
		t.Error("nobody is found")
	}
}

func TestRepeatsAreCountedAndCorrectionsReplace(t *testing.T) {
	lines := []Line{
		placed(2, "d1", 0, "amount=1"), placed(3, "d1", 2, "amount=3"), placed(4, "d1", 1, "amount=2"),
		placed(5, "d1", 0, "amount=1.00"), placed(6, "d1", 2, "amount=3"), placed(7, "d2", 0, ""),
	}
	permute(len(lines), func(order []int) {
		var given []Line
		for _, i := range order {
			given = append(given, lines[i])
		}
		events, err := Load(t.Context(), feed(given...), []*Schema{deals()})
		if err != nil {
			t.Fatal(err)
		}
		if events.Len() != 2 || events.Repeated != 2 || slices.Collect(events.All())[0].Show(1) != "3" || slices.Collect(events.All())[0].At.From.Line != 3 {
			t.Fatalf("order %v: %d events, %d repeated, amount %s of line %d", order, events.Len(), events.Repeated, slices.Collect(events.All())[0].Show(1), slices.Collect(events.All())[0].At.From.Line)
		}
	})
}

// permute calls f with every order of n things.
func permute(n int, f func([]int)) {
	order := make([]int, n)
	var place func(k int)
	place = func(k int) {
		if k == n {
			f(order)
			return
		}
		for i := range n {
			if !slices.Contains(order[:k], i) {
				order[k] = i
				place(k + 1)
			}
		}
	}
	place(0)
}

func TestAConflictShowsBothPlacesInAnyOrder(t *testing.T) {
	for name, lines := range map[string][]Line{
		"two":                {placed(2, "d1", 0, "amount=1"), placed(3, "d1", 0, "amount=2")},
		"below a correction": {placed(2, "d1", 0, "amount=1"), placed(3, "d1", 0, "amount=2"), placed(4, "d1", 1, "amount=3")},
		"repeated":           {placed(2, "d1", 0, "amount=1"), placed(3, "d1", 0, "amount=2"), placed(4, "d1", 0, "amount=2"), placed(5, "d1", 0, "amount=1")},
	} {
		permute(len(lines), func(order []int) {
			var given []Line
			for _, i := range order {
				given = append(given, lines[i])
			}
			ds := findings(t, feed(given...), deals())
			want := "f.csv:3:1: id d1 comes twice with different content; a correction has a higher number in the column revision [event-conflict]"
			if len(ds) != 1 || ds[0].Error() != want || len(ds[0].Notes) != 1 || ds[0].Notes[0].Span.From.Line != 2 {
				t.Fatalf("%s in order %v:\n got %+v\nwant %s", name, order, ds, want)
			}
		})
	}
}

func TestThreeContentsAreTwoConflictsWithTheFirst(t *testing.T) {
	lines := []Line{placed(2, "d1", 0, "amount=1"), placed(3, "d1", 0, "amount=2"), placed(4, "d1", 0, "amount=3")}
	permute(3, func(order []int) {
		ds := findings(t, feed(lines[order[0]], lines[order[1]], lines[order[2]]), deals())
		if len(ds) != 2 || ds[0].Span.From.Line != 3 || ds[1].Span.From.Line != 4 || ds[0].Notes[0].Span.From.Line != 2 || ds[1].Notes[0].Span.From.Line != 2 {
			t.Fatalf("order %v: %+v", order, ds)
		}
	})
}

func TestOneIDOfTwoKindsIsAConflict(t *testing.T) {
	refunds := deals()
	refunds.Kind = "refund"
	deal, refund := placed(2, "d1", 0, ""), placed(3, "d1", 0, "")
	deal.Kind, refund.Kind = "deal", "refund"
	for _, schemas := range [][]*Schema{{deals(), refunds}, {refunds, deals()}} {
		ds := findings(t, feed(deal, refund), schemas...)
		if want := "f.csv:3:1: id d1 is a refund here and a deal there"; len(ds) != 1 || !strings.HasPrefix(ds[0].Error(), want) {
			t.Errorf("%v", ds)
		}
	}
}

func TestFindingsAreBoundedAndTheSameInAnyOrderOfFiles(t *testing.T) {
	var texts []string
	for f := range 3 {
		var b strings.Builder
		b.WriteString(header)
		for i := range 80 {
			fmt.Fprintf(&b, "d%d-%d,2026-03-10,x,ana\n", f, i)
		}
		b.WriteString(",2026-03-10,5,ana\n")
		texts = append(texts, b.String())
	}
	ds := findings(t, FromCSV(folderOf("deal-1.csv", texts[0], "deal-2.csv", texts[1], "deal-3.csv", texts[2])), small())
	count := map[string]int{}
	more := ""
	for _, d := range ds {
		if count[d.Code]++; count[d.Code] == 101 {
			more = d.Message
		}
	}
	if count["event-field"] != 101 || count["event-id"] != 3 || more != "and 140 more of this kind" {
		t.Errorf("%v, counted as %q", count, more)
	}
	// The files of two feeds in both orders: places are the same, so must be the findings.
	a, b := FromCSV(folderOf("deal-1.csv", texts[0], "deal-3.csv", texts[2])), FromCSV(folderOf("deal-2.csv", texts[1]))
	if x, y := findings(t, both{a, b}, small()), findings(t, both{b, a}, small()); x.Error() != y.Error() || x.Error() != ds.Error() {
		t.Error("findings depend on the order of the files")
	}
}

// both is two feeds as one.
type both [2]Feed

func (b both) Scan(ctx context.Context, s *Schema) iter.Seq2[*Batch, error] {
	return func(yield func(*Batch, error) bool) {
		for _, f := range b {
			for batch, err := range f.Scan(ctx, s) {
				if !yield(batch, err) {
					return
				}
			}
		}
	}
}

func (b both) Find(ctx context.Context, s *Schema, _ ...fact.EventID) iter.Seq2[*Batch, error] {
	return b.Scan(ctx, s)
}

// batches is a feed of an embedder, who may err.
type batches []*Batch

func (b batches) Scan(context.Context, *Schema) iter.Seq2[*Batch, error] { return fact.Of(b...) }

func (b batches) Find(ctx context.Context, s *Schema, _ ...fact.EventID) iter.Seq2[*Batch, error] {
	return b.Scan(ctx, s)
}

func TestABatchOfTheWrongFormIsAnErrorAndNoPanic(t *testing.T) {
	sound := func() *Batch {
		return &Batch{IDs: []fact.EventID{"d1"}, Columns: []Column{
			{Ints: []int64{9000}},
			{Ints: []int64{500}},
			{Texts: []string{"ana"}},
			{Texts: []string{""}, Has: []bool{false}},
			{Texts: []string{"acme"}},
			{Ints: []int64{1}},
			{Ints: []int64{2}},
		}}
	}
	events, err := Load(t.Context(), batches{sound()}, []*Schema{deals()})
	if err != nil || slices.Collect(events.All())[0].Show(5) != "east" || slices.Collect(events.All())[0].Show(3) != "" {
		t.Fatalf("%v, %v", events, err)
	}
	for name, spoil := range map[string]func(*Batch){
		"no columns":        func(b *Batch) { b.Columns = nil },
		"short ints":        func(b *Batch) { b.Columns[1].Ints = nil },
		"short texts":       func(b *Batch) { b.Columns[2].Texts = nil },
		"short has":         func(b *Batch) { b.Columns[2].Has = []bool{} },
		"short revisions":   func(b *Batch) { b.Revisions = []uint64{} },
		"short places":      func(b *Batch) { b.Places = make([]source.Span, 2) },
		"no such member":    func(b *Batch) { b.Columns[5].Ints[0] = 2 },
		"negative member":   func(b *Batch) { b.Columns[5].Ints[0] = -1 },
		"no incentive date": func(b *Batch) { b.Columns[0].Has = []bool{false} },
	} {
		b := sound()
		spoil(b)
		if _, err := Load(t.Context(), batches{b}, []*Schema{deals()}); err == nil || !strings.HasPrefix(err.Error(), "feed of deal: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load(t.Context(), batches{nil}, []*Schema{deals()}); err == nil {
		t.Error("a nil batch loads")
	}
}

// Constant ids are what a wrongly mapped column makes; they must not take quadratic time.
func TestManyContentsOfOneIDAreFoundQuickly(t *testing.T) {
	var lines []Line
	for i := range 20_000 {
		lines = append(lines, placed(i+2, "same", 0, fmt.Sprintf("amount=%d", i)))
	}
	ds := findings(t, feed(lines...), deals())
	if len(ds) != 101 || ds[100].Message != "and 19899 more of this kind" {
		t.Errorf("%d findings, ending %v", len(ds), ds[len(ds)-1])
	}
}

func TestAnyOrderOfLinesLoadsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []Line
		for i := range rapid.IntRange(0, 7).Draw(t, "lines") {
			lines = append(lines, placed(i+2, rapid.SampledFrom([]string{"a", "b", "1"}).Draw(t, "id"),
				uint64(rapid.IntRange(0, 2).Draw(t, "revision")), rapid.SampledFrom([]string{"amount=1", "amount=2", "seller=bob", "closed=x"}).Draw(t, "content")))
		}
		tell := func(lines []Line) string {
			events, err := Load(context.Background(), feed(lines...), []*Schema{deals()})
			if err != nil {
				return fmt.Sprintf("%+v", err.(source.Diagnostics))
			}
			out := fmt.Sprint(events.Repeated)
			for _, e := range slices.Collect(events.All()) {
				out += fmt.Sprint(" ", e.ID, e.Revision, e.Cells, e.At)
			}
			return out
		}
		if a, b := tell(lines), tell(rapid.Permutation(lines).Draw(t, "order")); a != b {
			t.Fatalf("%s\nin another order\n%s", a, b)
		}
	})
}

// unique is a feed that declares its ids unique.
type unique struct{ Feed }

func (unique) UniqueIDs() bool { return true }

func TestWhatComesAfterUniqueIDsIsAsIfTheyHadNotBeenDeclared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var first, more []Line
		for i, id := range rapid.Permutation([]string{"a", "b", "1", "c2"}).Draw(t, "ids")[rapid.IntRange(0, 4).Draw(t, "left out"):] {
			first = append(first, placed(i+2, id, 1, "amount=1"))
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "lines") {
			more = append(more, placed(i+9, rapid.SampledFrom([]string{"a", "b", "1", "d"}).Draw(t, "id"),
				uint64(rapid.IntRange(1, 2).Draw(t, "revision")), rapid.SampledFrom([]string{"amount=1", "amount=2"}).Draw(t, "content")))
		}
		tell := func(first Feed) string {
			events, err := Load(context.Background(), first, []*Schema{deals()})
			if err == nil {
				events, err = events.With(context.Background(), feed(more...), []*Schema{deals()})
			}
			if err != nil {
				return fmt.Sprintf("%+v", err.(source.Diagnostics))
			}
			out := fmt.Sprint(events.Repeated, events.Corrected())
			for _, e := range slices.Collect(events.All()) {
				row, _ := events.Row(e.ID)
				out += fmt.Sprint(" ", e.ID, e.Revision, e.Cells, e.At, row)
			}
			return out
		}
		if a, b := tell(unique{feed(first...)}), tell(feed(first...)); a != b {
			t.Fatalf("%s\nnot declared unique\n%s", a, b)
		}
	})
}

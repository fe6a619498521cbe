package folder_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// Whatever stands in the files, nothing panics, errors are findings with a place in
// one of the files, and a folder without findings opens: what the engine refuses of
// people, edges, assignments and quotas is found here, where it has a place.
func FuzzFacts(f *testing.F) {
	g := good()
	f.Add(g["people.csv"], g["edges.csv"], g["assignments.csv"], g["quotas.csv"])
	f.Add("\ufeffpayee,name,role,start,end,known\r\na,,,,,1\r\n", "", "payee,plan,start,end,target,weight\na,Lead,,,0,0%\n", "\"")
	p := program(f)
	f.Fuzz(func(t *testing.T, people, edges, assignments, quotas string) {
		fsys := good("people.csv", people, "edges.csv", edges, "assignments.csv", assignments, "quotas.csv", quotas).fs()
		facts, err := folder.Facts(fsys, p)
		if err == nil {
			facts.Events = nil // d1 names a payee that may not be there
			if _, err := compensation.Open(t.Context(), p, facts); err != nil {
				t.Fatalf("no finding, but Open says %v", err)
			}
			return
		}
		var found source.Diagnostics
		if !errors.As(err, &found) {
			t.Fatalf("not findings: %v", err)
		}
		for _, d := range found {
			if _, ok := fsys[d.Span.File]; !ok && !strings.HasPrefix(d.Message, "and ") {
				t.Errorf("no place: %v", d)
			}
		}
	})
}

func TestContradictionsAreFoundHereAndNotByOpen(t *testing.T) {
	p := program(t)
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.SampledFrom([]string{"", "2026-01-01", "2026-01-02", "2026-01-03", "2026-02-01"})
		few := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
		people, edges := "payee,name,role,start,end,known\n", "edge,from,to,share,start,end,known\n"
		assignments, quotas := "payee,plan,start,end,target,weight,known\n", "payee,measure,period,amount,known\n"
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			from, to, known := day.Draw(t, "from"), day.Draw(t, "to"), few("known", "", "1")
			payee := few("payee", "ana", "bo")
			people += payee + ",," + few("role", "Rep", "Lead") + "," + from + "," + to + "," + known + "\n"
			edges += "owner,W,ana," + few("share", "", "1", "100%", "50%") + "," + from + "," + to + "," + known + "\n"
			assignments += "ana,Lead," + from + "," + to + "," + few("target", "", "1", "1.0", "2") + "," + few("weight", "", "60%", "0.6") + "," + known + "\n"
			quotas += "ana,bookings,2026-Q1," + few("amount", "1", "1.00", "2") + "," + known + "\n"
		}
		// Everybody is somebody, on days that are not drawn.
		people += "ana,,,2020-01-01,2020-01-01,9\nbo,,,2020-01-01,2020-01-01,9\n"
		facts, err := folder.Facts(good("people.csv", people, "edges.csv", edges, "assignments.csv", assignments, "quotas.csv", quotas).fs(), p)
		if err != nil {
			return
		}
		if _, err := compensation.Open(t.Context(), p, facts); err != nil {
			t.Fatalf("no finding, but Open says %v\n%s\n%s\n%s\n%s", err, people, edges, assignments, quotas)
		}
	})
}

func TestRowsContradictEachOtherIfAndOnlyIfTheEngineSaysSo(t *testing.T) {
	p := program(t)
	days := []string{"2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", ""}
	rapid.Check(t, func(t *rapid.T) {
		text, refused := "payee,name,role,start,end,known\nbo,,,,,\n", false
		var all []people.Payee
		for range rapid.IntRange(2, 5).Draw(t, "rows") {
			from := rapid.IntRange(0, 3).Draw(t, "from")
			to := rapid.IntRange(from, 4).Draw(t, "to")
			role, known := rapid.SampledFrom([]string{"Rep", "Lead"}).Draw(t, "role"), rapid.IntRange(0, 1).Draw(t, "known")
			text += fmt.Sprintf("ana,,%s,%s,%s,%d\n", role, days[from], days[to], known)
			days, err := calendar.ParseRange(days[from] + ".." + days[to])
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, people.Payee{ID: "ana", Role: role, Stamp: fact.Stamp{Effective: days, Known: fact.Revision(known)}})
		}
		if _, err := people.NewDirectory(fact.Of(all...)); err != nil {
			refused = true
		}
		if _, err := folder.Facts(good("people.csv", text).fs(), p); (err != nil) != refused {
			t.Fatalf("the engine refuses: %v, the folder says %v of\n%s", refused, err, text)
		}
	})
}

// Rows that are cut say what rows that are read say, and what is wrong with them stands where it does.
func TestRowsThatAreCutAreRead(t *testing.T) {
	p := program(t)
	rapid.Check(t, func(r *rapid.T) {
		rows := func(name, header string, columns ...[]string) string {
			out := header + "\n"
			for range rapid.SampledFrom([]int{0, 1, 5, 50}).Draw(r, name) {
				var row []string
				for _, texts := range columns {
					usual := slices.Repeat(texts[:len(texts)-2], 1+rapid.SampledFrom([]int{0, 9, 200}).Draw(r, "trouble"))
					row = append(row, rapid.SampledFrom(append(usual, texts[len(texts)-2:]...)).Draw(r, "cell"))
				}
				out += strings.Join(row, ",") + rapid.SampledFrom([]string{"\n", "\n", "\r\n", "\n\n"}).Draw(r, "end")
			}
			return out
		}
		payee, day := []string{"ana", "bo", "zoë", "cy", `"bo"`}, []string{"", "2026-01-01", "2026-06-30", "2026-02-30", `"2026-02-01"`}
		known := []string{"", "1", "x", `"2"`}
		fsys := good(
			"people.csv", rows("people", "payee,name,role,start,end,known", payee, []string{"", "Ana", "A\tB", `"A ""B"""`}, []string{"Rep", "Lead", "", "e\u0301"}, day, day, known),
			"edges.csv", rows("edges", "edge,from,to,share,start,end", []string{"manager", "owner", "", `"team"`}, payee, payee, []string{"", "0.5", "60%", "1.5", "-1"}, day, day),
			"assignments.csv", rows("assignments", "payee,plan,start,end,target,weight", payee, []string{"Lead", "Rep", "Led", `"Lead"`}, day, day, []string{"", "1000.50", "1.005", `"7"`}, []string{"", "60%", "6%%", `"1"`}),
			"quotas.csv", rows("quotas", "payee,measure,period,amount,known", payee, []string{"bookings", "book", "\u200bx"}, []string{"2026-Q1", "2026-02", "2026", "Q1", ""}, []string{"100.00", "7", "1,5", `"9"`}, known),
		).fs()
		show := func(f compensation.Facts, err error) string {
			if err != nil {
				var found source.Diagnostics
				if !errors.As(err, &found) {
					r.Fatal(err)
				}
				return fmt.Sprintf("%+v", found)
			}
			return fmt.Sprint(list(t, f.People), list(t, f.Edges), list(t, f.Assignments), list(t, f.Quotas))
		}
		if got, want := show(folder.Facts(fsys, p)), show(folder.CarefulFacts(fsys, p)); got != want {
			r.Fatalf("got  %s\nwant %s", got, want)
		}
	})
}

package fold

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// text is all that a line says.
func (l *Line) text() string {
	return fmt.Sprintln(l.Event, l.Date, l.Payee, l.Type, l.Rule, l.Origin, l.Via, fact.DecimalText(l.Share), fact.DecimalText(l.Amount()))
}

func lineOf(c *crediting.Credit) string {
	return fmt.Sprintln(c.Event.ID, c.Date(), c.Payee, c.Type, c.Rule, c.Origin, c.Via, fact.DecimalText(c.Share), fact.DecimalText(c.Amount))
}

// counted are the lines that were compared, and those of them that were made by numbers.
type counted struct{ all, short int }

// compareLines tells where lines are not the credits that an Applier makes event by event.
func (f *Fold) compareLines(rt *rapid.T, days calendar.Range, n *counted) {
	var want []string
	apply := f.facts.Rules.from.NewApplier(f.facts.Edges, known, f.facts.AsOf).Knowing(f.facts.Of)
	for _, row := range f.facts.Events.Declared() {
		if !days.Contains(f.facts.Events.Date(row)) {
			continue
		}
		for _, c := range apply.Each(f.facts.Events.Event(row)).Credits {
			want = append(want, lineOf(&c))
		}
	}
	at := 0
	for l := range f.Lines(days) {
		got := l.text()
		if at == len(want) || got != want[at] {
			rt.Fatalf("line %d is %swant of %d lines %s", at, got, len(want), append(want, "none")[at])
		}
		if text := string(l.AppendAmount([]byte("of "))); text != "of "+fact.DecimalText(l.Amount()) {
			rt.Fatalf("the amount of %sis written %s", got, text)
		}
		if l.short {
			n.short++
		}
		at++
	}
	n.all += at
	if at != len(want) {
		rt.Fatalf("there are %d lines, want %d", at, len(want))
	}
}

func TestLinesAreTheCreditsOfAnApplier(t *testing.T) {
	formulas, n := compiled{}, counted{}
	rapid.Check(t, func(rt *rapid.T) {
		world := formulas.world(t, rt)
		f, err := Over(t.Context(), world.facts)
		if err != nil {
			rt.Fatal(err)
		}
		f.compareLines(rt, f.facts.Days, &n)
		f.compareLines(rt, f.facts.Asking, &n)
		for range f.Lines(f.facts.Days) {
			break // no more are wanted
		}
	})
	t.Logf("%d of %d lines were made by numbers", n.short, n.all)
	if n.short*10 < n.all {
		t.Error("too few lines were made by numbers: others prove nothing")
	}
}

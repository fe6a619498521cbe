package shape

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

var update = flag.Bool("update", false, "rewrite the committed schemas")

func TestTheCommittedSchemasAreWhatTheTypesSay(t *testing.T) {
	for file, c := range map[string]struct {
		root  Block
		title string
	}{
		"payproof.schema.json": {Company(), "payproof.yaml"},
		"plan.schema.json":     {Plan(), "plans/*.yaml"},
	} {
		path := filepath.Join("..", "..", "schema", file)
		got, err := c.root.Schema(c.title)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(got)); d != "" {
			t.Errorf("%s is stale; run `go test ./compensation/plan/internal/shape -update`:\n%s", file, d)
		}
	}
}

func TestTheSameTypesGiveTheSameBytes(t *testing.T) {
	first, _ := Company().Schema("x")
	for range 20 {
		if next, _ := Company().Schema("x"); string(first) != string(next) {
			t.Fatal("two schemas of the same types differ")
		}
	}
}

// blocks are all blocks below a root, the root first.
func blocks(b Block) []Block {
	out := []Block{b}
	var visit func(Type)
	visit = func(t Type) {
		if t.Block != nil {
			out = append(out, blocks(*t.Block)...)
		}
		for _, of := range t.Of {
			visit(of)
		}
	}
	for _, k := range slices.Concat(b.Keys, b.Later) {
		visit(k.Type)
	}
	return out
}

func all() []Block { return append(blocks(Company()), blocks(Plan())...) }

func TestEveryKeyIsDescribedOnceInASentence(t *testing.T) {
	for _, b := range all() {
		names := append(b.Names(), b.LaterNames()...)
		slices.Sort(names)
		if len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Errorf("%s: a key stands twice, or is known and later at once: %q", b.Name, names)
		}
		for _, name := range b.OneOf {
			if !slices.Contains(b.Names(), name) || slices.Contains(b.Required(), name) {
				t.Errorf("%s: one of: %q is not a key that may be left out", b.Name, name)
			}
		}
		for _, k := range slices.Concat(b.Keys, b.Later) {
			if k.Beside != "" && !slices.Contains(names, k.Beside) {
				t.Errorf("%s: %s stands beside %q, which is no key", b.Name, k.Name, k.Beside)
			}
			if !strings.HasSuffix(k.About, ".") || k.About[0] < 'A' || k.About[0] > 'Z' {
				t.Errorf("%s: %s: %q is not a sentence", b.Name, k.Name, k.About)
			}
			if len(k.Examples) == 0 && k.Type.Kind < Texts && !strings.HasSuffix(k.About, "still to come.") {
				t.Errorf("%s: %s has no example", b.Name, k.Name)
			}
		}
	}
}

// What the patterns promise: every example fits, and the parser of the loader
// agrees on both sides.
func TestPatternsAgreeWithTheParsers(t *testing.T) {
	parsers := map[string]struct {
		parse     func(string) error
		good, bad []string
	}{
		"effective": {
			func(s string) error { _, err := calendar.ParseRange(s); return err },
			[]string{"2026-01-01..2026-12-31", "2026-01-01..", "..2026-12-31"},
			[]string{"2026-01-01", "2026-1-1..2026-12-31", "2026-01-01 - 2026-12-31", "2026-01-01...2026-12-31"},
		},
		"to": {
			func(s string) error { _, err := crediting.ParseRecipients(s, false); return err },
			[]string{"seller", "owner of territory", "role SE on account", "seller 60%, partner 40%", "leader 20%, role SE on account 15% of rest, seller rest", "seller 33.5%,partner rest"},
			[]string{"", "owner of the territory", "role SE", "seller 60 %, partner 40 %", "seller, ", "team West and seller"},
		},
		"measures": {
			func(s string) error { _, err := measure.Parse("m", s); return err },
			[]string{
				"sum of bookings, quarter to date", "count of deals, month", "count distinct product of team bookings, half", "max of bookings, year", "sum of bookings,week",
				"min of deal.units, rolling 90 days", "weighted sum of bookings by factor, same half to date last year", "sum of bookings, all time", "count of bookings, plan to date",
				"arr, as of start of quarter", "sum of bookings, as of start of year", "sum of bookings, rolling 2 halves", "sum of bookings, month  to  date",
			},
			[]string{
				"sum of bookings", "sum bookings, quarter", "average of bookings, quarter", "sum of bookings, quarter-to-date", "count distinct of bookings, month",
				"sum of bookings, rolling 0 days", "sum of bookings, rolling days", "sum of bookings, same week last year", "weighted sum of bookings, month", "arr, quarter",
			},
		},
		"currency": {
			func(s string) error { _, err := money.ParseCurrency(s); return err },
			[]string{"USD", "JPY"},
			[]string{"usd", "Dollar", "US", "$"},
		},
	}
	for _, b := range all() {
		for _, k := range b.Keys {
			p, ok := parsers[k.Name]
			if !ok || k.Type.Pattern == "" && k.Type.Kind != Names {
				continue
			}
			pattern := k.Type.Pattern
			if k.Type.Kind == Names {
				pattern = k.Type.Of[0].Of[0].Pattern
			}
			if pattern == "" {
				continue // a key of this name in another block
			}
			fits := regexp.MustCompile(pattern).MatchString
			for _, s := range p.good {
				if err := p.parse(s); err != nil || !fits(s) {
					t.Errorf("%s: %q: the parser says %v, the pattern %v", k.Name, s, err, fits(s))
				}
			}
			for _, s := range p.bad {
				if p.parse(s) == nil || fits(s) {
					t.Errorf("%s: %q: should fit neither the parser nor the pattern", k.Name, s)
				}
			}
		}
	}
}

func TestWordsAreThoseOfTheParsers(t *testing.T) {
	for _, w := range roundings() {
		if _, err := money.ParseRounding(w); err != nil {
			t.Error(err)
		}
	}
	for _, w := range methods() {
		if _, err := calendar.ParseMethod(w); err != nil {
			t.Error(err)
		}
	}
}

// A form with a slot that nobody reads would refuse every text.
func TestFormsHaveOnlySlotsThatThereAre(t *testing.T) {
	known := map[string]bool{}
	for _, s := range Slots() {
		known[s.Name] = true
	}
	n := 0
	var visit func(Type)
	visit = func(k Type) {
		for _, form := range k.Forms {
			for _, part := range strings.Split(form, "{")[1:] {
				slot, _, closed := strings.Cut(part, "}")
				if n++; !closed || !known[slot] {
					t.Errorf("%q: there is no slot {%s}", form, slot)
				}
			}
		}
		for _, of := range k.Of {
			visit(of)
		}
	}
	for _, b := range all() {
		for _, k := range slices.Concat(b.Keys, b.Later) {
			visit(k.Type)
		}
	}
	if n < 30 {
		t.Errorf("only %d slots", n)
	}
}

func TestObjectsKeepTheirOrder(t *testing.T) {
	got, err := json.Marshal(object{{"b", 1}, {"a", object{}}})
	if err != nil || string(got) != `{"b":1,"a":{}}` {
		t.Errorf("%s, %v", got, err)
	}
}

package plan

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/dsl/source"
)

// complete is a company in which the examples of the language have what they name. A
// line of @ and a block's name is where a key of it may be put.
const complete = `company: Complete
currency: USD
events:
  deal: {closed: date, amount: money, seller: payee, region: key, product: [Core, Services], kind: [new, cancel], term_months: count}
  "customer paid": {on: date, deal: key, "paid fraction": number}
dimensions: {geo: {of: region, members: {EMEA: [DE, FR], AMER: [US]}}}
@company
territories:
  - territory: T-ALL
    of: deal
    when: amount > 0 USD
credit:
  - {rule: sellers, of: deal, to: seller, as: bookings}
  - rule: others
    of: deal
    to: seller
    as: overlay
    @rule
  - rule: managers
    roll up: bookings
    along: manager
    as: team bookings
    @roll-up
measures:
  sold: sum of bookings, quarter
  deals: count of bookings, quarter
`

const completePlan = `plan: Rep
version: "1"
for: role Rep
personal: {target: money per year, weight: ratio}
@plan
quota:
  sold:
    window: quarter
    @quota rule
components:
  commission: {for each: credit of bookings, pays: amount * 10%}
  bonus:
    every: quarter
    pays: 100 USD
    @component
`

// codesOf are the codes and places that loading the complete company gives, with lines put
// in the place of a block.
func codesOf(t *testing.T, block string, lines ...string) (codes []string, all source.Diagnostics) {
	t.Helper()
	company, plan := filled(block, lines...)
	_, err := Load(fstest.MapFS{CompanyFile: {Data: company}, "plans/rep.yaml": {Data: plan}})
	if err != nil && !errors.As(err, &all) {
		t.Fatal(err)
	}
	for _, d := range all {
		codes = append(codes, d.Code)
	}
	return codes, all
}

// filled is the complete company with lines in the place of a block.
func filled(block string, lines ...string) (company, plan []byte) {
	put := func(text string) []byte {
		var out []string
		for line := range strings.Lines(text) {
			at, is := strings.CutPrefix(strings.TrimSpace(line), "@")
			if indent := line[:len(line)-len(strings.TrimLeft(line, " "))]; at == block {
				out = append(out, indent+strings.Join(lines, "\n"+indent)+"\n")
			} else if !is {
				out = append(out, line)
			}
		}
		return []byte(strings.Join(out, ""))
	}
	return put(complete), put(completePlan)
}

// blocksWithLater are the blocks that have keys for later, by the mark in the
// complete company.
func blocksWithLater() []shape.Block {
	return []shape.Block{shape.Company(), shape.Rule(), shape.RollUp(), shape.Plan(), shape.QuotaRule(), shape.Component()}
}

func TestWordsThatPeopleWriteForAKeyLeadToIt(t *testing.T) {
	for _, c := range []struct{ block, line, want string }{
		{"component", "minimum: 500 USD", "`pays: max(500 USD, amount * 10%)`"},
		{"component", "Floor: 500 USD", "`minimum payment:`"},
		{"component", "cap: 500 USD", "`caps:`"},
		{"component", "when: sold > 0 USD", "`gate:`"},
		{"component", "gaet: sold > 0 USD", "did you mean \"gate\"?"},
		{"plan", "minimum: 500 USD", "`minimum payment:`"},
		{"plan", "role: Rep", "`for: role AE`"},
	} {
		_, found := codesOf(t, c.block, c.line)
		if !slices.ContainsFunc(found, func(d source.Diagnostic) bool {
			return d.Code == "unknown-key" && strings.Contains(d.Hint, c.want)
		}) {
			t.Errorf("%s: %s: %v", c.block, c.line, found)
		}
	}
}

// Whatever the language promises for later can be written today: it is refused as not
// yet, and nothing else is wrong with it.
func TestExamplesOfKeysForLaterAreRefusedOnlyAsNotYet(t *testing.T) {
	n := 0
	for _, b := range blocksWithLater() {
		for _, k := range b.Later {
			for _, lines := range examplesOf(t, k) {
				if k.Beside != "" {
					lines += "\n" + k.Beside + ": " + map[string]string{"to date": "year", "group": "first"}[k.Beside]
				}
				n++
				codes, found := codesOf(t, b.Name, strings.Split(lines, "\n")...)
				codes = slices.DeleteFunc(codes, func(c string) bool { return c == "not-yet" })
				if len(codes) > 0 {
					t.Errorf("%s: %s: %v", b.Name, lines, found)
				}
			}
		}
	}
	if n < 14 {
		t.Errorf("only %d examples", n)
	}
}

// examplesOf are lines "key: value" for every example of a key; with the keys of the
// block behind it, each in the first example of the whole.
func examplesOf(t testing.TB, k shape.Key) (out []string) {
	t.Helper()
	for _, e := range k.Examples {
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, k.Name+": "+string(text))
	}
	block := blockOf(k.Type)
	if block == nil {
		return out
	}
	base := map[string]any{}
	for _, inner := range block.Keys {
		if inner.Required || len(block.OneOf) > 0 && inner.Name == block.OneOf[0] {
			base[inner.Name] = inner.Examples[0]
		}
	}
	for _, inner := range block.Keys {
		for _, e := range inner.Examples {
			with := map[string]any{}
			for name, v := range base {
				if !slices.Contains(block.OneOf, name) || !slices.Contains(block.OneOf, inner.Name) {
					with[name] = v
				}
			}
			with[inner.Name] = e
			text, err := json.Marshal(wrapped(k.Type, with))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, k.Name+": "+string(text))
		}
	}
	return out
}

// blockOf is the block that stands behind a key, in a list or under names too.
func blockOf(t shape.Type) *shape.Block {
	if t.Block != nil {
		return t.Block
	}
	for _, of := range t.Of {
		if b := blockOf(of); b != nil {
			return b
		}
	}
	return nil
}

// wrapped puts a block where its type has it.
func wrapped(t shape.Type, block any) any {
	switch t.Kind {
	case shape.Names:
		return map[string]any{"manager": wrapped(t.Of[0], block)}
	case shape.List:
		return []any{wrapped(t.Of[0], block)}
	case shape.Either:
		for _, of := range t.Of {
			if blockOf(of) != nil {
				return wrapped(of, block)
			}
		}
	}
	return block
}

// Whatever is still to come is laid out, too, and says the same afterwards.
func TestExamplesOfKeysForLaterAreLaidOut(t *testing.T) {
	for _, b := range blocksWithLater() {
		for _, k := range b.Later {
			for _, lines := range examplesOf(t, k) {
				company, plan := filled(b.Name, lines)
				for name, text := range map[string][]byte{CompanyFile: company, "plans/rep.yaml": plan} {
					once, err := Format(name, text)
					if err != nil {
						t.Errorf("%s: %v", lines, err)
						continue
					}
					if twice, err := Format(name, once); err != nil || string(twice) != string(once) {
						t.Errorf("%s: formatting twice is not formatting once: %v", lines, err)
					}
				}
			}
		}
	}
}

package schematest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/plan"
)

// companies are all companies of the tree: the examples as folders, the scenarios and
// the catalogue of errors as archives.
func companies(t *testing.T) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch {
		case strings.HasPrefix(path, "examples/") && strings.HasSuffix(path, ".yaml"):
			words := strings.SplitN(path, "/", 3)
			name := words[0] + "/" + words[1]
			if out[name] == nil {
				out[name] = map[string]string{}
			}
			out[name][words[2]] = read(t, filepath.Join(root, path))
		case strings.HasPrefix(path, "testdata/") && strings.HasSuffix(path, ".txtar"):
			out[path] = archive(read(t, filepath.Join(root, path)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// shapeCodes are findings that a schema has to make too.
var shapeCodes = []string{"unknown-key", "not-yet", "key-missing", "pay-base", "tier-edge", "reserved-name"}

// The schema refuses nothing that the loader reads, and overlooks nothing that a
// schema can see.
func TestTheSchemaAgreesWithTheLoader(t *testing.T) {
	v := compile(t)
	files, bad := 0, 0
	for company, texts := range companies(t) {
		codes := load(t, texts)
		for name, text := range texts {
			if v.of(name) == nil {
				continue
			}
			files++
			err := v.check(name, text)
			if len(codes[name]) == 0 && err != nil {
				t.Errorf("%s: %s: the loader reads it, the schema says %v", company, name, err)
			}
			if slices.ContainsFunc(codes[name], func(c string) bool { return slices.Contains(shapeCodes, c) }) {
				if bad++; err == nil {
					t.Errorf("%s: %s: the loader finds %q, the schema nothing", company, name, codes[name])
				}
			}
		}
	}
	if files < 80 {
		t.Errorf("only %d plan files were found", files)
	}
	t.Logf("%d plan files, %d of them of a wrong shape", files, bad)
}

// What a plan file gets wrong, one change at a time: the loader and the schema
// both refuse it.
func TestTheSchemaRefusesWhatTheLoaderRefuses(t *testing.T) {
	v := compile(t)
	good := map[string]string{"payproof.yaml": read(t, root+"/examples/saas/payproof.yaml"), "plans/rep.yaml": read(t, root+"/examples/saas/plans/account-executive.yaml")}
	for _, c := range []struct{ file, old, new string }{
		{"plans/rep.yaml", "plan: Account Executive\n", ""},
		{"plans/rep.yaml", "plan: Account Executive", "plan:"},
		{"plans/rep.yaml", "for: role AE", "for: AE"},
		{"plans/rep.yaml", "for: role AE", "for: role AE\ncomponets: {}"},
		{"plans/rep.yaml", "for: role AE", "for: role AE\naccrual: {over: 36 months}"},
		{"plans/rep.yaml", "effective: 2026-01-01..2026-12-31", "effective: 2026-01-01"},
		{"plans/rep.yaml", "window: quarter", "window: quarters"},
		{"plans/rep.yaml", "without quota: error", "without quota: 50%"},
		{"plans/rep.yaml", "prorate: calendar days", "prorate: work days"},
		{"plans/rep.yaml", "    marginal by: bookings\n", ""},
		{"plans/rep.yaml", "    marginal by: bookings\n", "    marginal by: bookings\n    whole by: bookings\n"},
		{"plans/rep.yaml", `edges: "% of quota"`, "edges: percent"},
		{"plans/rep.yaml", "{from: 0%, rate: 6%}", "{from: 0%}"},
		{"plans/rep.yaml", "{from: 0%, rate: 6%}", "{rate: 6%}"},
		{"plans/rep.yaml", "{from: 0%, rate: 6%}", "{from: 0%, above: 0%, rate: 6%}"},
		{"plans/rep.yaml", "{from: 0%, rate: 6%}", "{from: 0%, rate: six}"},
		{"plans/rep.yaml", "{from: 0%, rate: 6%}", "{from: 0%, rate: 6 %}"},
		{"plans/rep.yaml", "{from: 0%, rate: 6%}", "{from: 0%, rate: 6 USD}"},
		{"plans/rep.yaml", "450_000 USD", "450__000 USD"},
		{"plans/rep.yaml", "450_000 USD", "450,000 USD"},
		{"plans/rep.yaml", "    for each: credit of services\n", ""},
		{"plans/rep.yaml", "    for each: credit of services\n", "    for each: credit of services\n    every: month\n"},
		{"plans/rep.yaml", "for each: credit of services", "for each: services"},
		{"plans/rep.yaml", "    pays: amount * 3%\n", ""},
		{"plans/rep.yaml", "every: month", "every: week"},
		{"plans/rep.yaml", "pays: amount * 3%", "pays: amount * 3%\n    round: up"},
		{"plans/rep.yaml", "pays: amount * 3%", "pays: amount * 3%\n    never falls: true"},
		{"plans/rep.yaml", "pays: amount * 3%", "pays: amount * 3%\n    until known: hold"},
		{"plans/rep.yaml", "pays: amount * 3%", "pays: amount * 3%\n    to date: year"},
		{"plans/rep.yaml", "every: month", "every: month\n    once: at end"},
		{"plans/rep.yaml", "every: month", "every: month\n    to date: week"},
		{"plans/rep.yaml", "60_000 USD per year", "60_000 USD"},
		{"plans/rep.yaml", "60_000 USD per year", "60_000 USD per week"},
		{"plans/rep.yaml", "spread: last first", "spread: evenly"},
		{"payproof.yaml", "currency: USD", "currency: dollars"},
		{"payproof.yaml", "rounding: half-even", "rounding: bankers"},
		{"payproof.yaml", "amount: money", "amount: decimal"},
		{"payproof.yaml", "amount: money", "amount: money\n    id: key"},
		{"payproof.yaml", "amount: money", "amount: {type: money}"},
		{"payproof.yaml", "  - territory: T-APAC-ENT\n    when", "  - name: T-APAC-ENT\n    when"},
		{"payproof.yaml", "to: seller 60%, partner 40%", "to: seller 60 and partner 40"},
		{"payproof.yaml", "    as: services\n", ""},
		{"payproof.yaml", "overlay: true", "overlay: yes please"},
		{"payproof.yaml", "levels: 2", "levels: 0"},
		{"payproof.yaml", "levels: 2", "levels: 2\n    to: seller"},
		{"payproof.yaml", "levels: 2", "levels: 2\n    effective: 2026-01-01"},
		{"payproof.yaml", "levels: 2", "levels: 2\n    skip: 0"},
		{"payproof.yaml", "levels: 2", "levels: 2\n    vacant: suspense"},
		{"payproof.yaml", "levels: 2", "levels: 2\n    priority: first"},
		{"payproof.yaml", "levels: 2", "levels: 2\n    hold: credit"},
		{"payproof.yaml", "overlay: true", "hold: {what: credit}"},
		{"payproof.yaml", "overlay: true", "protect: {since: closed}"},
		{"payproof.yaml", "overlay: true", "priority: first"},
		{"payproof.yaml", "overlay: true", "shares: some"},
		{"payproof.yaml", "    along: manager\n", ""},
		{"payproof.yaml", "de-duplicate: up to the event", "de-duplicate: never"},
		{"payproof.yaml", "deals: count of bookings, month", "deals: count of bookings"},
		{"payproof.yaml", "deals: count of bookings, month", "deals: number of bookings, month"},
	} {
		texts := map[string]string{}
		for name, text := range good {
			texts[name] = text
		}
		if texts[c.file] = strings.Replace(good[c.file], c.old, c.new, 1); texts[c.file] == good[c.file] {
			t.Errorf("%q does not stand in %s", c.old, c.file)
			continue
		}
		if err := v.check(c.file, texts[c.file]); err == nil {
			t.Errorf("%q → %q: the schema finds nothing", c.old, c.new)
		}
		if len(load(t, texts)[c.file]) == 0 {
			t.Errorf("%q → %q: the loader finds nothing", c.old, c.new)
		}
	}
}

// Every example in a schema fits the place where it stands.
func TestExamplesFitTheirSchema(t *testing.T) {
	v := compile(t)
	n := 0
	for name, s := range map[string]string{"company.json": string(plan.CompanySchema()), "plan.json": string(plan.PlanSchema())} {
		var whole map[string]any
		if err := json.Unmarshal([]byte(s), &whole); err != nil {
			t.Fatal(err)
		}
		walk(whole, "#", func(at string, part map[string]any) {
			examples, _ := part["examples"].([]any)
			for _, e := range examples {
				n++
				if err := v.at(t, name+at).Validate(e); err != nil {
					t.Errorf("%s%s: the example %v: %v", name, at, e, err)
				}
			}
		})
	}
	if n < 60 {
		t.Errorf("only %d examples", n)
	}
}

// walk visits every object of a JSON document with its pointer.
func walk(v any, at string, visit func(string, map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(at, v)
		for name, part := range v {
			walk(part, at+"/"+strings.ReplaceAll(strings.ReplaceAll(name, "%", "%25"), " ", "%20"), visit)
		}
	case []any:
		for i, part := range v {
			walk(part, fmt.Sprintf("%s/%d", at, i), visit)
		}
	}
}

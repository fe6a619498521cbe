package spec

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/plantest"
)

const errorsFolder = root + "/testdata/errors"

// accepted begins the names of scripts that show what is no error.
const accepted = "accepted-"

// withoutScript are the codes that no script can give, each with the reason and
// where it is tested instead.
var withoutScript = map[string]string{
	"branch-unreachable":  "given by check, not by a run: TestCheckFindsWhatCanNeverBe",
	"cliff":               "given by check, not by a run: TestCheckShowsWherePayFalls",
	"condition-constant":  "given by check, not by a run: TestCheckFindsWhatCanNeverBe",
	"file-too-large":      "a script of 4 MB: TestHostileFilesAreRefusedAtOnce",
	"formula-fault":       "a guard that no formula is known to reach",
	"function-failed":     "no plan can name a function of an embedder: dsl.TestFunctionsOfTheEmbedder",
	"near-duplicate":      "given before a run is paid: prepay.TestEventsThatSayTheSameAreFound",
	"no-events":           "a script always has the folder events: TestAFolderWithoutDataSaysWhatToWrite",
	"no-people":           "a script always has people.csv: TestAFolderWithoutDataSaysWhatToWrite",
	"pay-falls":           "given by check, not by a run: TestCheckShowsWherePayFalls",
	"pay-unusual":         "given before a run is paid: prepay.TestWhoIsPaidFarMoreThanEverIsFound",
	"payee-without-plan":  "given before a run is paid: prepay.TestWhoHasCreditAndNoPlanIsFound",
	"plan-without-payees": "given by check, not by a run: TestCheckFindsPlansAndRolesThatDoNotMeet",
	"table-faulty":        "left out where the table's own finding stands: dsl.TestAFormulaWithAFaultyTableSaysThatOnly",
	"role-without-plan":   "given by check, not by a run: TestCheckFindsPlansAndRolesThatDoNotMeet",
	"territory-scanned":   "a script of 100 territories: plan.TestAmongManyTerritoriesThoseThatNoIndexFindsAreNamed",
	"rule-scanned":        "a script of 100 rules: plan.TestAmongManyRulesThoseThatNoIndexFindsAreNamed",
	"tier-unreachable":    "given by check, not by a run: TestCheckFindsWhatCanNeverBe",
	"territory-vacant":    "given by check, not by a run: TestCheckFindsTerritoriesWithoutAnOwner",
	"account-uncovered":   "given by check, not by a run: TestCheckCountsAccountsThatNoTerritoryCovers",
	"row-too-long":        "a script of 1 MB: TestHostileFilesAreRefusedAtOnce",
}

// What is written wrongly is found, said in words, and placed.
func TestEveryErrorScriptHolds(t *testing.T) {
	plantest.Run(t, errorsFolder, *update)
}

// Each script is named after the code that it gives: CODE.txtar or CODE-what.txtar.
func TestEveryCodeHasAScriptAndEveryScriptACode(t *testing.T) {
	codes, shown := allCodes(t), map[string]bool{}
	if len(codes) < 90 {
		t.Fatalf("only %d codes were found in the source: the search is broken", len(codes))
	}
	for _, name := range scriptsOf(t, errorsFolder) {
		given := wanted(t, name, codes)
		if strings.HasPrefix(name, accepted) {
			if len(given) > 0 {
				t.Errorf("%s is said to be accepted, but gives %q", name, given)
			}
			continue
		}
		code := codeOf(name, codes)
		if code == "" {
			t.Errorf("%s is named after no code: name it CODE.txtar or CODE-what.txtar, or %swhat.txtar", name, accepted)
		} else if !slices.Contains(given, code) {
			t.Errorf("%s does not want the code %s, but %q", name, code, given)
		}
		shown[code] = true
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		reason := withoutScript[code]
		switch {
		case !shown[code] && reason == "":
			t.Errorf("%s: the code %s has no script: write testdata/errors/%s.txtar", codes[code], code, code)
		case shown[code] && reason != "":
			t.Errorf("the code %s has a script: remove it from withoutScript", code)
		}
	}
	for code := range withoutScript { // order: each is an error of its own
		if codes[code] == "" {
			t.Errorf("the code %s is not in the source: remove it from withoutScript", code)
		}
	}
}

// codeOf is the longest code that a script's name begins with.
func codeOf(name string, codes map[string]string) (code string) {
	for c := range codes { // order: the longest
		if (name == c || strings.HasPrefix(name, c+"-")) && len(c) > len(code) {
			code = c
		}
	}
	return code
}

// wanted are the codes of the findings that a script wants.
func wanted(t *testing.T, name string, known map[string]string) (codes []string) {
	t.Helper()
	s := parse(t, name)
	for _, w := range s.Wants {
		if w.Name != "want/findings" {
			continue
		}
		for line := range strings.Lines(w.Text) {
			for _, word := range strings.Fields(line) { // a place may have spaces
				if known[word] != "" {
					codes = append(codes, word)
					break
				}
			}
		}
	}
	return codes
}

func parse(t *testing.T, name string) plantest.Script {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(errorsFolder, name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := plantest.Parse(name, string(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The table of the catalogue names the files that show what it promises.
func TestTheTableOfTheCatalogueNamesFilesThatThereAre(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(errorsFolder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| what is wrong | shown by |")
	n := 0
	for i, name := range strings.Split(table, "`") {
		if i%2 == 0 {
			continue
		}
		n++
		folder := errorsFolder
		if strings.Contains(name, "/") {
			folder = root
		}
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Errorf("%s is not there", name)
		}
	}
	if n < 40 {
		t.Errorf("only %d files are named", n)
	}
}

// A key of the language that this version does not compute is refused by name:
// each has a script that shows it.
func TestEveryKeyForLaterHasAScript(t *testing.T) {
	var refused []string
	for _, name := range scriptsOf(t, errorsFolder) {
		if strings.HasPrefix(name, "not-yet-") {
			for _, w := range parse(t, name).Wants {
				refused = append(refused, w.Text)
			}
		}
	}
	all := strings.Join(refused, "")
	later := laterKeys(t)
	if len(later) < 6 {
		t.Fatalf("only %d keys for later were found in the schemas: the search is broken", len(later))
	}
	for _, key := range later {
		if !strings.Contains(all, "does not compute `"+key+":` yet") {
			t.Errorf("the key %q is refused, but no script shows it: write testdata/errors/not-yet-%s.txtar", key, strings.ReplaceAll(key, " ", "-"))
		}
	}
}

// laterKeys are the keys that the published schemas describe and refuse, which are
// written from the shapes that the loader reads with.
func laterKeys(t *testing.T) (keys []string) {
	t.Helper()
	for _, text := range [][]byte{plan.CompanySchema(), plan.PlanSchema()} {
		var schema any
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, refusedIn(schema)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// refusedIn are the properties below a part of a schema for which nothing is valid.
func refusedIn(part any) (keys []string) {
	switch part := part.(type) {
	case map[string]any:
		properties, _ := part["properties"].(map[string]any)
		for name, p := range properties { // order: sorted by the caller
			if not, ok := p.(map[string]any)["not"].(map[string]any); ok && len(not) == 0 {
				keys = append(keys, name)
			}
		}
		for _, below := range part { // order: sorted by the caller
			keys = append(keys, refusedIn(below)...)
		}
	case []any:
		for _, below := range part {
			keys = append(keys, refusedIn(below)...)
		}
	}
	return keys
}

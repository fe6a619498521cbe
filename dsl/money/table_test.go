package money

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// deviation is a code on which a source and our table are known to differ. Since an
// older source lacks newer codes, the reason says who is right.
type deviation struct{ code, reason string }

// check compares what a source says of each code with what we say, where "" is
// nothing. Differences must be in the list, and the list must be true; for another
// version of the source than the one it was written for, a difference that has gone
// is only logged.
func check(t *testing.T, source string, listed bool, theirs, ours map[string]string, known []deviation) {
	t.Helper()
	reasons := map[string]string{}
	for _, d := range known {
		reasons[d.code] = d.reason
		if theirs[d.code] != ours[d.code] {
			continue
		}
		say := t.Logf
		if listed {
			say = t.Errorf
		}
		say("%s agrees on %s: the listed deviation %q is stale", source, d.code, d.reason)
	}
	codes := map[string]bool{}
	for code := range theirs {
		codes[code] = true
	}
	for code := range ours {
		codes[code] = true
	}
	for code := range codes {
		if theirs[code] != ours[code] && reasons[code] == "" {
			t.Errorf("%s: %s says %q, we say %q", code, source, theirs[code], ours[code])
		}
	}
}

func TestCodesAgreeWithDebian(t *testing.T) {
	raw, err := os.ReadFile("/usr/share/iso-codes/json/iso_4217.json")
	if err != nil {
		t.Skipf("install iso-codes to check the currency codes: %v", err)
	}
	var list map[string][]struct {
		Code string `json:"alpha_3"`
		Name string `json:"name"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	theirs, ours := map[string]string{}, map[string]string{}
	for _, e := range list["4217"] {
		theirs[e.Code] = e.Name
	}
	for _, e := range active {
		ours[e.code] = e.name
	}
	version, _ := os.ReadFile("/usr/share/pkgconfig/iso-codes.pc")
	check(t, "iso-codes", strings.Contains(string(version), "Version: 4.15.0"), theirs, ours, []deviation{
		{"ANG", "withdrawn 2025-03 for XCG, amendment 176; iso-codes 4.15 is older"},
		{"BGN", "withdrawn 2026-01 for EUR, amendment 180; iso-codes 4.15 is older"},
		{"CUC", "withdrawn 2021-06, amendment 178 of 2025; iso-codes 4.15 is older"},
		{"HRK", "withdrawn 2023-01 for EUR, amendment 174; iso-codes 4.15 is older"},
		{"SLL", "withdrawn 2023-12 for SLE; iso-codes 4.15 is older"},
		{"ZWL", "withdrawn 2024-09 for ZWG, amendment 177; iso-codes 4.15 is older"},
		{"XAD", "new 2025-05, amendment 179; iso-codes 4.15 is older"},
		{"XCG", "new 2025-03, amendment 176; iso-codes 4.15 is older"},
		{"ZWG", "new 2024-06, amendment 177; iso-codes 4.15 is older"},
	})
}

func TestDigitsAgreeWithTheJDK(t *testing.T) {
	if testing.Short() {
		t.Skip("starting a JVM takes seconds")
	}
	if _, err := exec.LookPath("java"); err != nil {
		t.Skip("install a JDK to check the digits of the currencies")
	}
	file := filepath.Join(t.TempDir(), "Currencies.java")
	if err := os.WriteFile(file, []byte(currenciesJava), 0o600); err != nil {
		t.Fatal(err)
	}
	raw, err := exec.Command("java", file).Output()
	if err != nil {
		t.Skipf("this java can't run a source file (it needs a JDK of 11 or later): %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	theirs, ours := map[string]string{}, map[string]string{}
	for _, line := range lines[1:] {
		code, digits, _ := strings.Cut(strings.TrimSpace(line), " ")
		theirs[code] = digits
	}
	for _, e := range slices.Concat(active, withdrawn) {
		if theirs[e.code] == "" && e.digits == none {
			continue // neither can hold money in it
		}
		ours[e.code] = strconv.Itoa(e.digits)
	}
	check(t, "the JDK", strings.HasPrefix(lines[0], "17."), theirs, ours, []deviation{
		{"UYW", "4 places, ISO 4217 amendment 169 of 2018; JDK 17 does not have the code"},
		{"XAD", "2 places, ISO 4217 amendment 179 of 2025; JDK 17 does not have the code"},
	})
}

const currenciesJava = `
import java.util.Currency;

public class Currencies {
	public static void main(String[] args) {
		System.out.println(System.getProperty("java.version"));
		for (Currency c : Currency.getAvailableCurrencies())
			System.out.println(c.getCurrencyCode() + " " + c.getDefaultFractionDigits());
	}
}
`

func TestTheTableIsSortedAndWellFormed(t *testing.T) {
	month := regexp.MustCompile(`^(19|20)\d\d(-(0[1-9]|1[0-2]))?$`)
	seen := map[string]bool{}
	for i, table := range [][]entry{active, withdrawn} {
		if !slices.IsSortedFunc(table, func(a, b entry) int { return strings.Compare(a.code, b.code) }) {
			t.Error("a table is not sorted by code")
		}
		for _, e := range table {
			if seen[e.code] || len(e.code) != 3 || e.code != strings.ToUpper(e.code) {
				t.Errorf("%q is there twice or no code", e.code)
			}
			seen[e.code] = true
			if e.digits < none || e.digits > 4 || e.name == "" {
				t.Errorf("%+v is not complete", e)
			}
			if e.introduced != "" && !month.MatchString(e.introduced) || (i == 1) != month.MatchString(e.withdrawn) {
				t.Errorf("%+v has a wrong date", e)
			}
			if e.withdrawn != "" && e.introduced > e.withdrawn {
				t.Errorf("%+v was withdrawn before it came", e)
			}
		}
	}
}

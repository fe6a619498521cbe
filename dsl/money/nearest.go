package money

import (
	"slices"
	"strings"
)

// nearCodes are at most three codes in use that a wrong one may have meant, the best
// guess first.
func nearCodes(code string) []string {
	wanted := strings.ToUpper(strings.TrimSpace(code))
	if known := habitual(wanted); known != "" {
		return []string{known}
	}
	type guess struct {
		code string
		far  int
	}
	var guesses []guess
	for _, e := range active {
		if e.digits == none {
			continue
		}
		far := farness(wanted, e.code)
		if strings.EqualFold(e.name, wanted) {
			far = 0
		}
		if far < 4 {
			guesses = append(guesses, guess{e.code, far})
		}
	}
	slices.SortStableFunc(guesses, func(a, b guess) int { return a.far - b.far })
	var out []string
	for _, g := range guesses[:min(len(guesses), 3)] {
		// A better guess makes the others noise.
		if g.far > guesses[0].far {
			break
		}
		out = append(out, g.code)
	}
	return out
}

// habitual maps what people write to the code of the same money. Pence (GBX) is left
// out on purpose: it is a hundredth of GBP, and silently close is worse than unknown.
func habitual(code string) string {
	switch code {
	case "RMB", "CNH":
		return "CNY"
	case "NTD", "NT$":
		return "TWD"
	case "UKP", "UKL", "STG":
		return "GBP"
	case "SFR":
		return "CHF"
	case "US$", "$US":
		return "USD"
	case "ZIG":
		return "ZWG"
	}
	return ""
}

// farness is 0 for the same letters in the same order, 1 for two letters swapped or
// one letter wrong in the last place, 2 for one wrong elsewhere, 3 for one too many,
// 4 for anything else. Codes begin with the country, which is seldom mistyped.
func farness(wanted, code string) int {
	switch {
	case wanted == code:
		return 0
	case len(wanted) == 4 && isSubsequence(code, wanted):
		return 3
	case len(wanted) != 3:
		return 4
	case wanted[:2] == code[:2], isSwapped(wanted, code):
		return 1
	case wanted[1:] == code[1:], wanted[0] == code[0] && wanted[2] == code[2]:
		return 2
	}
	return 4
}

func isSwapped(a, b string) bool {
	return a[0] == b[1] && a[1] == b[0] && a[2] == b[2] ||
		a[0] == b[0] && a[1] == b[2] && a[2] == b[1]
}

func isSubsequence(short, long string) bool {
	for i := range len(long) {
		if short != "" && long[i] == short[0] {
			short = short[1:]
		}
	}
	return short == ""
}

// nearName is the candidate with the longest common beginning, if it has three
// letters or more in common with the name.
func nearName(name string, candidates []string) string {
	best, most := "", 2
	for _, c := range candidates {
		n := 0
		for n < min(len(c), len(name)) && c[n] == name[n] {
			n++
		}
		if n > most {
			best, most = c, n
		}
	}
	return best
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:57] + "..."
	}
	return s
}

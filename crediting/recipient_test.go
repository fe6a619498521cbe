package crediting

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func (r Recipient) describe() string {
	who := r.Name
	switch r.By {
	case ByTerritory:
		who = "owner of territory"
	case ByRole:
		who = "role " + r.Name + " on " + r.On
	case ByTeam:
		who = "team " + r.Name
	}
	switch r.Share {
	case Percent:
		return fmt.Sprintf("%s %s%%", who, r.Part.Shift(2))
	case PartOfRest:
		return fmt.Sprintf("%s %s%% of rest", who, r.Part.Shift(2))
	case Rest:
		return who + " rest"
	}
	return who
}

func TestRecipientsAreReadAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{
		"seller":                               "seller",
		"  seller ":                            "seller",
		"owner of territory":                   "owner of territory",
		"role SE on account":                   "role SE on account",
		"seller 100%":                          "seller 100%",
		"seller rest":                          "seller rest",
		"seller 60%, partner 40%":              "seller 60%|partner 40%",
		"seller  60% ,partner   40%":           "seller 60%|partner 40%",
		"seller 33.5%, partner 66.5%":          "seller 33.5%|partner 66.5%",
		"partner 30%, owner of territory rest": "partner 30%|owner of territory rest",
		"leader 20%, role SE on account 15% of rest, seller rest": "leader 20%|role SE on account 15% of rest|seller rest",
		"leader 20%, a 25% of rest, b 75%  of  rest":              "leader 20%|a 25% of rest|b 75% of rest",
		"partner 0%, seller 100%":                                 "partner 0%|seller 100%",
		"team West":                                               "team West",
		"team West  40%, seller rest":                             "team West 40%|seller rest",
		"role SE on territory":                                    "role SE on territory",
		"partner 100%, seller rest":                               "partner 100%|seller rest",
	} {
		rs, err := ParseRecipients(text, false)
		var got []string
		for _, r := range rs {
			got = append(got, r.describe())
		}
		if strings.Join(got, "|") != want || err != nil {
			t.Errorf("%q: %v, %v; want %s", text, got, err, want)
		}
	}
}

func TestARefusedRecipientSaysWhatToWrite(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    `"" names no recipient; write a field (seller)`,
		"seller,":                             `"" names no recipient`,
		"seller, partner":                     "seller has no share",
		"seller 60%, partner":                 "partner has no share",
		"the seller":                          `"the seller" names no recipient`,
		"SE on account":                       "names no recipient",
		"role SE account":                     "names no recipient",
		"owner of account":                    "names no recipient",
		"squad West":                          "names no recipient",
		"seller 60 %":                         "names no recipient",
		"seller -5%, partner 105%":            "names no recipient",
		"seller 1e2%":                         "names no recipient",
		"seller .5%":                          "names no recipient",
		"seller 60%, partner 41%":             "over 100%",
		"seller 60%, partner 39%":             "the shares come to 99%, not 100%",
		"seller 50%":                          "the shares come to 50%",
		"a 50%, b 50% of rest":                "the shares come to 75%",
		"a 50%, b 60% of rest, c 50% of rest": "over 100%",
		"a rest, b rest":                      "rest stands 2 times",
		"a 33.3%, b 33.3%, c 33.3%":           "the shares come to 99.9%",
	} {
		if rs, err := ParseRecipients(text, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want … %s", text, rs, err, want)
		}
	}
}

func TestSharesSumToTheWholeWhoeverIsThere(t *testing.T) {
	for _, c := range []struct{ to, present, want string }{
		{"a 60%, b 40%", "11", "0.6 0.4"},
		{"a 60%, b 40%", "10", "0.6 0"},
		{"a 30%, b rest", "11", "0.3 0.7"},
		{"a 30%, b rest", "01", "0 1"},
		{"a 20%, b 15% of rest, c rest", "111", "0.2 0.12 0.68"},
		{"a 20%, b 15% of rest, c rest", "011", "0 0.15 0.85"},
		{"a 20%, b 15% of rest, c rest", "101", "0.2 0 0.8"},
		{"c rest, b 15% of rest, a 20%", "111", "0.68 0.12 0.2"},
	} {
		rs, err := ParseRecipients(c.to, false)
		if err != nil {
			t.Fatal(err)
		}
		var present []bool
		for _, p := range c.present {
			present = append(present, p == '1')
		}
		if got := strings.Trim(fmt.Sprint(weights(rs, present)), "[]"); got != c.want {
			t.Errorf("%s with %s there: %s, want %s", c.to, c.present, got, c.want)
		}
	}
}

func TestWithSomebodyForTheRestTheSharesAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 5).Draw(t, "others")
		parts, present, left := []string{}, []bool{}, 100
		for i := range n {
			p := rapid.IntRange(0, left).Draw(t, "percent")
			left -= p
			parts, present = append(parts, fmt.Sprintf("p%d %d%%", i, p)), append(present, rapid.Bool().Draw(t, "there"))
		}
		at := rapid.IntRange(0, n).Draw(t, "place of the rest")
		parts = append(parts[:at:at], append([]string{"seller rest"}, parts[at:]...)...)
		present = append(present[:at:at], append([]bool{true}, present[at:]...)...)
		rs, err := ParseRecipients(strings.Join(parts, ", "), false)
		if err != nil {
			t.Fatal(err)
		}
		sum := decimal.Zero
		for _, w := range weights(rs, present) {
			if sum = sum.Add(w); w.IsNegative() {
				t.Fatalf("%v: negative share %s", parts, w)
			}
		}
		if !sum.Equal(decimal.New(1, 0)) {
			t.Fatalf("%v, there %v: shares sum to %s", parts, present, sum)
		}
	})
}

func FuzzParseRecipients(f *testing.F) {
	for _, seed := range []string{"seller", "owner of territory", "a 60%, b rest", "role SE on account 15% of rest, b rest", "a 1e9%", ",", "%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rs, err := ParseRecipients(text, false)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error that says nothing")
			}
			return
		}
		present := make([]bool, len(rs))
		for i := range present {
			present[i] = true
		}
		sum := decimal.Zero
		for _, w := range weights(rs, present) {
			sum = sum.Add(w)
		}
		if !sum.Equal(decimal.New(1, 0)) {
			t.Errorf("%q: shares sum to %s", text, sum)
		}
	})
}

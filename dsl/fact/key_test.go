package fact

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAWrongKeySaysWhatIsWrongAndWhere(t *testing.T) {
	for _, c := range []struct {
		text   string
		offset int
		want   string
	}{
		{"", 0, `key "": is empty; give a name`},
		{" ana", 0, `key " ana": has the outer space U+0020 ' ' at byte 0; trim it`},
		{"ana ", 3, `key "ana ": has the outer space U+0020 ' ' at byte 3; trim it`},
		{"ana\u00a0", 3, `key "ana\u00a0": has the outer space U+00A0 at byte 3; trim it`},
		{"a\tb", 1, `key "a\tb": has the control character U+0009 at byte 1; remove it`},
		{"a\u0085b", 1, `key "a\u0085b": has the control character U+0085 at byte 1; remove it`},
		{"ana\u202eX", 3, `key "ana\u202eX": has the bidirectional control U+202E at byte 3; remove it: it changes the order in which the key is read`},
		{"a\u200bna", 1, `key "a\u200bna": has the invisible character U+200B at byte 1; remove it`},
		{"a\ufeff", 1, `key "a\ufeff": has the invisible character U+FEFF at byte 1; remove it`},
		{"a\u2028b", 1, `key "a\u2028b": has the invisible character U+2028 at byte 1; remove it`},
		{"Jos\xe9", 3, `key "Jos\xe9": is not UTF-8, from U+FFFD '�' at byte 3; save the file as UTF-8`},
		{"Jose\u0301", 3, "key \"Jose\u0301\": is not in NFC, from U+0065 'e' at byte 3; read it with ParseKey, which composes it"},
		{strings.Repeat("é", 129), 256, `key "` + strings.Repeat("é", 30) + `"… (258 bytes): is longer than 256 bytes; shorten it`},
	} {
		err := CheckKey(c.text)
		var typed *KeyError
		if !errors.As(err, &typed) || err.Error() != c.want || typed.Offset != c.offset {
			t.Errorf("CheckKey(%q):\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestKeysThatAreFine(t *testing.T) {
	for _, text := range []string{"7", "E-100 / west", "José", "株式会社", "محمد", strings.Repeat("x", MaxKeyBytes)} {
		if got, err := ParseKey(text); err != nil || got != text {
			t.Errorf("ParseKey(%q) = %q, %v", text, got, err)
		}
	}
	if got, err := ParseKey("Jose\u0301"); err != nil || got != "José" {
		t.Errorf("ParseKey does not compose: %q, %v", got, err)
	}
}

func TestAParsedKeyIsAKeyAndStaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		key, err := ParseKey(text)
		if err != nil {
			return
		}
		if err := CheckKey(key); err != nil || !utf8.ValidString(key) {
			t.Fatalf("ParseKey(%q) = %q: %v", text, key, err)
		}
		if again, err := ParseKey(key); err != nil || again != key {
			t.Fatalf("ParseKey(%q) = %q, %v", key, again, err)
		}
	})
}

func TestIDsOfDigitsCompareAsNumbers(t *testing.T) {
	sorted := []string{"0", "007", "07", "7", "9", "10", "99999999999999999998", "99999999999999999999", "100000000000000000000", "", "-1", "1a", "9a", "A10", "A9"}
	for i, a := range sorted {
		for j, b := range sorted {
			want := 0
			if i != j {
				want = map[bool]int{true: -1, false: 1}[i < j]
			}
			if got := CompareIDs(a, b); got != want {
				t.Errorf("CompareIDs(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestCompareIDsIsATotalOrder(t *testing.T) {
	id := rapid.StringMatching(`[019a]{0,3}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := id.Draw(t, "a"), id.Draw(t, "b"), id.Draw(t, "c")
		if CompareIDs(a, b) != -CompareIDs(b, a) || (CompareIDs(a, b) == 0) != (a == b) {
			t.Fatalf("%q and %q do not compare alike both ways", a, b)
		}
		if CompareIDs(a, b) <= 0 && CompareIDs(b, c) <= 0 && CompareIDs(a, c) > 0 {
			t.Fatalf("%q ≤ %q ≤ %q, and yet %q > %q", a, b, c, a, c)
		}
	})
}

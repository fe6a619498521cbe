package fact

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Keys are compared by bytes, after [ParseKey] has brought them to NFC.
type (
	// PayeeID names somebody, or a team, that is paid.
	PayeeID string
	// EventID names one line of something that happened.
	EventID string
	// AccountID names a customer.
	AccountID string
	// TerritoryID names a territory.
	TerritoryID string
	// PlanID names a plan through all its versions.
	PlanID string
	// RuleID names a rule of a plan.
	RuleID string
)

// MaxKeyBytes is the longest a key may be.
const MaxKeyBytes = 256

// KeyError tells why a text is not a key.
type KeyError struct {
	Text    string // what was given
	Offset  int    // byte offset of the fault in Text
	Rune    rune   // the offending rune; 0 if the fault is not in one rune
	Problem string // what is wrong
	Fix     string // what to do
}

// Error names the fault, where it is, and the fix.
func (e *KeyError) Error() string {
	const most = 60
	shown := fmt.Sprintf("%q", e.Text)
	if len(e.Text) > most {
		shown = fmt.Sprintf("%q… (%d bytes)", e.Text[:most], len(e.Text))
	}
	if e.Rune == 0 {
		return fmt.Sprintf("key %s: %s; %s", shown, e.Problem, e.Fix)
	}
	return fmt.Sprintf("key %s: %s %s at byte %d; %s", shown, e.Problem, runeName(e.Rune), e.Offset, e.Fix)
}

// ParseKey brings a text to NFC, so that one name typed on two systems is one
// key, and checks it. The error is a [*KeyError].
func ParseKey(text string) (string, error) {
	if text != "" && len(text) <= MaxKeyBytes && plain(text) {
		return text, nil
	}
	// Only well-formed text of a sane size is worth normalising.
	if utf8.ValidString(text) && len(text) <= 4*MaxKeyBytes {
		text = norm.NFC.String(text)
	}
	if err := CheckKey(text); err != nil {
		return "", err
	}
	return text, nil
}

// CheckKey tells whether a text is a key as it stands: valid UTF-8 in NFC, not
// empty, at most [MaxKeyBytes] long, without outer space and without a character
// that cannot be seen: controls, bidirectional marks, zero-width characters and
// line separators. The error is a [*KeyError].
func CheckKey(text string) error {
	switch {
	case text == "":
		return &KeyError{Problem: "is empty", Fix: "give a name"}
	case len(text) > MaxKeyBytes:
		return &KeyError{Text: text, Offset: MaxKeyBytes, Problem: fmt.Sprintf("is longer than %d bytes", MaxKeyBytes), Fix: "shorten it"}
	}
	if plain(text) {
		return nil
	}
	for i, r := range text {
		if problem, fix := fault(text, i, r); problem != "" {
			return &KeyError{Text: text, Offset: i, Rune: r, Problem: problem, Fix: fix}
		}
	}
	if !norm.NFC.IsNormalString(text) {
		at := norm.NFC.QuickSpanString(text)
		r, _ := utf8.DecodeRuneInString(text[at:])
		return &KeyError{Text: text, Offset: at, Rune: r, Problem: "is not in NFC, from", Fix: "read it with ParseKey, which composes it"}
	}
	return nil
}

// plain is the common case, in which nothing else needs a look: printable ASCII
// without outer space.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return text[0] != ' ' && text[len(text)-1] != ' '
}

// fault is what is wrong with the rune r at byte i, and what to do.
func fault(text string, i int, r rune) (problem, fix string) {
	_, size := utf8.DecodeRuneInString(text[i:])
	switch {
	case r == utf8.RuneError && size == 1:
		return "is not UTF-8, from", "save the file as UTF-8"
	case unicode.Is(unicode.Bidi_Control, r):
		return "has the bidirectional control", "remove it: it changes the order in which the key is read"
	case unicode.IsControl(r):
		return "has the control character", "remove it"
	case unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
		return "has the invisible character", "remove it"
	case unicode.IsSpace(r) && (i == 0 || i+size == len(text)):
		return "has the outer space", "trim it"
	}
	return "", ""
}

func runeName(r rune) string {
	if unicode.IsPrint(r) {
		return fmt.Sprintf("%U %q", r, r)
	}
	return fmt.Sprintf("%U", r)
}

// CompareIDs is the order of ids among events of one day, -1, 0 or +1: ids of
// ASCII digits alone come first and compare as numbers of any length, then by
// bytes ("07" before "7"); all others compare by bytes. It is a total order,
// which it would not be if digits and others were compared by bytes: 9 < 10,
// "10" < "1a" and "1a" < "9".
func CompareIDs(a, b string) int {
	digitsA, digitsB := isDigits(a), isDigits(b)
	switch {
	case digitsA && digitsB:
		valueA, valueB := strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		return cmp.Or(cmp.Compare(len(valueA), len(valueB)), strings.Compare(valueA, valueB), strings.Compare(a, b))
	case digitsA:
		return -1
	case digitsB:
		return 1
	}
	return strings.Compare(a, b)
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

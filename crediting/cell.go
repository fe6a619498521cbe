package crediting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
)

// Cell reads a field from its text: a plain decimal, a day as 2026-03-31, a member
// of the enum, or a key. The error says what was expected; nothing is guessed.
func (f Field) Cell(text string) (Cell, error) {
	if text == "" {
		if f.Optional {
			return Cell{}, nil
		}
		return Cell{}, fmt.Errorf("%s is empty; fill it in, or declare it optional with a question mark", f.Name)
	}
	switch f.Type {
	case Date:
		d, err := calendar.ParseDate(text)
		if err != nil {
			return Cell{}, fmt.Errorf("%s: %w%s", f.Name, err, otherForm(text))
		}
		return Cell{Int: int64(d.Ordinal()), Has: true}, nil
	case Enum:
		i := slices.Index(f.Enum, text)
		if i < 0 {
			return Cell{}, fmt.Errorf("%s: %q is not one of %q; %s", f.Name, clip(text), f.Enum, source.DidYouMean(clip(text), f.Enum))
		}
		return Cell{Int: int64(i), Text: f.Enum[i], Has: true}, nil
	case Key, Payee:
		key, err := fact.ParseKey(text)
		if err != nil {
			return Cell{}, fmt.Errorf("%s: %w", f.Name, err)
		}
		return Cell{Text: key, Has: true}, nil
	}
	return f.number(text)
}

func (f Field) number(text string) (Cell, error) {
	coef, scale, err := fixed.Parse(text)
	if err != nil {
		return Cell{}, fmt.Errorf("%s: %w; write digits and a point, such as 1234.50%s", f.Name, err, otherNumber(text))
	}
	coef, scale = fixed.Strip(coef, scale)
	if scale > f.Scale {
		return Cell{}, fmt.Errorf("%s: %s has %d decimal places, the field holds %d; round it at the source", f.Name, text, scale, f.Scale)
	}
	wide, ok := fixed.RescaleInt128(coef, int(scale), int(f.Scale), fixed.HalfEven)
	n, fits := wide.Int64()
	if !ok || !fits {
		return Cell{}, fmt.Errorf("%s: %s is too large: at most 18 digits are held; check it at the source", f.Name, text)
	}
	return Cell{Int: n, Has: true}, nil
}

// clip keeps a message short, whatever stands in the file.
func clip(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// otherForm points to the mapping of files where a date has the form of another
// system.
func otherForm(text string) string {
	if strings.ContainsAny(text, "/.") {
		return "; or say under `files:` how this export writes them, such as `dates: MM/DD/YYYY`"
	}
	return ""
}

// otherNumber does the same for a number with separators, a sign or a code.
func otherNumber(text string) string {
	if strings.ContainsAny(text, ",$€£'()") || strings.Contains(text, " ") {
		return ", or say under `files:` how this export writes them, such as `numbers: \"1,234.50\"`"
	}
	return ""
}

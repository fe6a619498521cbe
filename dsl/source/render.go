package source

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxExcerpt bounds the width of an excerpt in runes: a 10 MB line must not
// become a 10 MB message.
const maxExcerpt = 120

// Render writes ds for a person: message, place, excerpt with carets, notes and
// hint. text returns the contents of a file, or false where there is none to
// show; it may be nil.
func Render(w io.Writer, ds Diagnostics, text func(file string) (string, bool)) error {
	for i, d := range ds {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(w, render(d, text)); err != nil {
			return err
		}
	}
	return nil
}

func render(d Diagnostic, text func(string) (string, bool)) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s[%s]: %s\n", d.Severity, d.Code, d.Message)
	place(&b, d.Span, text, '^')
	for _, n := range d.Notes {
		fmt.Fprintf(&b, "  note: %s\n", n.Text)
		place(&b, n.Span, text, '-')
	}
	if d.Hint != "" {
		fmt.Fprintf(&b, "  fix: %s\n", d.Hint)
	}
	return b.String()
}

func place(b *strings.Builder, s Span, text func(string) (string, bool), mark rune) {
	if s.IsZero() {
		return
	}
	fmt.Fprintf(b, "  --> %s\n", s)
	if text == nil || s.From.Line == 0 {
		return
	}
	whole, ok := text(s.File)
	if !ok {
		return
	}
	line, ok := lineOf(whole, s.From.Line)
	if !ok {
		return
	}
	excerpt(b, s, line, mark)
}

func excerpt(b *strings.Builder, s Span, line string, mark rune) {
	runes := []rune(strings.ReplaceAll(line, "\t", " "))
	from := min(max(s.From.Col-1, 0), len(runes))
	to := len(runes)
	if s.To.Line == s.From.Line {
		to = min(max(s.To.Col-1, from), len(runes))
	}
	start := 0
	if from > maxExcerpt*2/3 {
		start = from - maxExcerpt/3
	}
	end := min(len(runes), start+maxExcerpt)
	to = max(min(to, end), from)
	number := strconv.Itoa(s.From.Line)
	pad := strings.Repeat(" ", len(number))
	fmt.Fprintf(b, "  %s | %s\n", number, strings.TrimRight(string(runes[start:end]), " \r"))
	fmt.Fprintf(b, "  %s | %s%s\n", pad, strings.Repeat(" ", from-start), strings.Repeat(string(mark), max(1, to-from)))
}

func lineOf(text string, n int) (string, bool) {
	for i := 1; i < n; i++ {
		j := strings.IndexByte(text, '\n')
		if j < 0 {
			return "", false
		}
		text = text[j+1:]
	}
	if j := strings.IndexByte(text, '\n'); j >= 0 {
		text = text[:j]
	}
	if len(text) > 1<<16 {
		text = strings.ToValidUTF8(text[:1<<16], string(utf8.RuneError))
	}
	return text, true
}

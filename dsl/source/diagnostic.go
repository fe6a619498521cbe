package source

import (
	"fmt"
	"slices"
	"strings"
)

// Severity tells whether a finding stops the work.
type Severity uint8

// The severities. The zero value is Error.
const (
	Error   Severity = iota // nothing is computed from a text with an error
	Warning                 // the text means something, but probably not what was wanted
	Info                    // worth to know, and nothing to change
)

// String is "error", "warning" or "info".
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Info:
		return "info"
	}
	return "error"
}

// Note is a second place that a finding needs in order to be understood, such
// as the other of two rules that disagree.
type Note struct {
	Span Span
	Text string // what stands there
}

// Diagnostic is one finding. Code is stable over releases and in kebab case
// ("unit-mismatch"). Message says what is wrong and what was expected; Hint says
// what to write instead and may be empty.
type Diagnostic struct {
	Code     string
	Severity Severity
	Message  string
	Span     Span
	Notes    []Note // further places
	Hint     string
}

// Error is the finding on one line: place, message, hint, code.
func (d Diagnostic) Error() string {
	var b strings.Builder
	if !d.Span.IsZero() {
		b.WriteString(d.Span.String() + ": ")
	}
	if d.Severity != Error {
		b.WriteString(d.Severity.String() + ": ")
	}
	b.WriteString(d.Message)
	if d.Hint != "" {
		b.WriteString("; " + d.Hint)
	}
	b.WriteString(" [" + d.Code + "]")
	return b.String()
}

// Errorf is an error finding at a place.
func Errorf(code string, at Span, format string, args ...any) Diagnostic {
	return Diagnostic{Code: code, Span: at, Message: clip(fmt.Sprintf(format, args...))}
}

// Warnf is a warning at a place.
func Warnf(code string, at Span, format string, args ...any) Diagnostic {
	return Diagnostic{Code: code, Severity: Warning, Span: at, Message: clip(fmt.Sprintf(format, args...))}
}

// Infof is a piece of information at a place.
func Infof(code string, at Span, format string, args ...any) Diagnostic {
	return Diagnostic{Code: code, Severity: Info, Span: at, Message: clip(fmt.Sprintf(format, args...))}
}

// clip keeps a message readable that quotes what stands in a file, which may be
// megabytes.
func clip(message string) string {
	const most = 1000 // bytes
	if len(message) <= most {
		return message
	}
	return strings.ToValidUTF8(message[:most], "") + "…"
}

// WithHint is d with what to write instead.
func (d Diagnostic) WithHint(format string, args ...any) Diagnostic {
	d.Hint = fmt.Sprintf(format, args...)
	return d
}

// WithNote is d with one more place.
func (d Diagnostic) WithNote(at Span, format string, args ...any) Diagnostic {
	d.Notes = append(slices.Clip(d.Notes), Note{Span: at, Text: fmt.Sprintf(format, args...)})
	return d
}

// Diagnostics is a list of findings. It is a value; it implements error so that
// a caller can get it back with errors.As.
type Diagnostics []Diagnostic

// Error is one line for each finding.
func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is ds when one of them is an error, and nil otherwise.
func (ds Diagnostics) Err() error {
	if ds.HasErrors() {
		return ds
	}
	return nil
}

// HasErrors reports whether one of ds is an error.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Only is the findings of one severity, in order.
func (ds Diagnostics) Only(s Severity) Diagnostics {
	var out Diagnostics
	for _, d := range ds {
		if d.Severity == s {
			out = append(out, d)
		}
	}
	return out
}

// Sorted is ds by place, then code, then message, without exact repeats.
func (ds Diagnostics) Sorted() Diagnostics {
	out := slices.Clone(ds)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool {
		return a.Code == b.Code && a.Span == b.Span && a.Message == b.Message
	})
}

func compare(a, b Diagnostic) int {
	if c := a.Span.Compare(b.Span); c != 0 {
		return c
	}
	if c := strings.Compare(a.Code, b.Code); c != 0 {
		return c
	}
	return strings.Compare(a.Message, b.Message)
}

// AtMost keeps the first n findings of each code, and says behind the last of them
// how many more there are. Everything stays in order.
func (ds Diagnostics) AtMost(n int) Diagnostics {
	count := map[string]int{}
	for _, d := range ds {
		count[d.Code]++
	}
	kept := map[string]int{}
	var out Diagnostics
	for _, d := range ds {
		if kept[d.Code]++; kept[d.Code] > n {
			continue
		}
		out = append(out, d)
		if more := count[d.Code] - n; kept[d.Code] == n && more > 0 {
			out = append(out, Diagnostic{Code: d.Code, Severity: d.Severity, Span: d.Span, Message: fmt.Sprintf("and %d more of this kind", more)})
		}
	}
	return out
}

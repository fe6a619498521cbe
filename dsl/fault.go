package dsl

import (
	"fmt"

	"github.com/payproof/payproof/dsl/internal/eval"
	"github.com/payproof/payproof/dsl/internal/ir"
	"github.com/payproof/payproof/dsl/source"
)

// EvalError says that a row can't be evaluated: a missing input, a division by
// zero, a quota that is not above zero, a name that a table has no row for, a date outside of
// time, a number too large to hold, or what a function of the embedder's gave.
type EvalError struct {
	Diagnostic source.Diagnostic
	Cause      error // what a function of the embedder's gave, else nil
}

// Error is the finding on one line.
func (e *EvalError) Error() string { return e.Diagnostic.Error() }

// Unwrap is the error of a function of the embedder's.
func (e *EvalError) Unwrap() error { return e.Cause }

// fault says in words what kept a row from having a value.
func (f *Formula) fault(p *eval.Fault) error {
	n, err := p.Node, &EvalError{Cause: p.Err}
	say := func(code, hint, format string, args ...any) error {
		err.Diagnostic = source.Errorf(code, f.span(n), format, args...)
		err.Diagnostic.Hint = hint
		return err
	}
	switch p.Problem {
	case eval.NoValue:
		return say("missing-value", f.remedy(n), "%s has no value", n.Label)
	case eval.ZeroDivision:
		return say("division-by-zero", "use safe_div(a, b, when b is zero)", "%s divides by zero", f.text(n))
	case eval.NoQuota:
		q := p.Of
		return say("quota-not-positive", "correct the quota; if there is none, leave it out, and write `without quota: skip` in the plan",
			"%s is %s: an attainment needs a quota above zero", q.Label, show(p.Value, q.Scale, q.Unit))
	case eval.NoRow:
		return say("table-rows", "add a row for it, or a `default:`", "table %q says nothing for %q", n.Label, p.Text)
	case eval.NoDate:
		return say("date-bounds", "correct the number of days or months", "%s is no day between 0001-01-01 and 9999-12-31", f.text(n))
	case eval.Failed:
		return say("function-failed", "", "%s: %v", f.text(n), p.Err)
	}
	if n == f.graph.Root {
		return say("too-large", "round the result, or check the data", "the result has over %d digits", ir.MaxDigits)
	}
	return say("too-large", "round a part, or check the data", "the number has over 76 digits")
}

// remedy says where an input's value comes from.
func (f *Formula) remedy(n *ir.Node) string {
	if doc := f.env.Inputs[n.Input].Doc; doc != "" {
		return fmt.Sprintf("give it one: it is %s", doc)
	}
	return "give it one in the data"
}

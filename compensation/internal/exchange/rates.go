package exchange

import (
	"errors"
	"fmt"
	"iter"

	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/source"
)

// Read reads rates; what is wrong with them are findings, each naming the rate.
func Read(rates iter.Seq2[fx.Rate, error]) (*fx.Table, error) {
	t, err := fx.Read(rates)
	if err == nil {
		return t, nil
	}
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil, err // of the sequence itself
	}
	var found source.Diagnostics
	for _, e := range several.Unwrap() {
		var bad *fx.RateError
		var two *fx.ConflictError
		switch {
		case errors.As(e, &bad):
			found = append(found, source.Errorf("rate", rateAt(bad.Rate), "%s", bad.Problem))
		case errors.As(e, &two):
			found = append(found, source.Errorf("rate-conflict", rateAt(two.First), "two rates, known at %d, disagree: %s and %s", two.First.Known, two.First, two.Second).
				WithHint("remove one, or load the correct one at a later revision"))
		default:
			found = append(found, source.Errorf("rate", source.Span{File: "fx"}, "%v", e))
		}
	}
	return nil, found.Sorted()
}

// rateAt is the path of a rate.
func rateAt(r fx.Rate) source.Span {
	return source.Span{File: fmt.Sprintf("fx set=%s from=%s to=%s on=%s", r.Set, r.From, r.To, r.On)}
}

package terms

import (
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// Quota is how what is due of a quota follows from what is stated. The zero value takes it as it is.
type Quota struct {
	Prorate bool           // by Basis, where the payee is on the plan for a part of the window
	Basis   calendar.Basis // how days are counted
}

// Proration is what of a plan shrinks for who is on it during a part of a period. The zero value is nothing.
type Proration struct {
	Quota     bool           // those of which the rule does not say how itself
	TargetPay bool           // the personal values that are an amount for a time
	Basis     calendar.Basis // how days are counted
	At        source.Span    // where it stands
}

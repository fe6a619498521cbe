package terms

import "github.com/payproof/payproof/dsl/money"

// Precision is how fine what a component pays is. The zero value is the minor unit of the currency.
type Precision struct {
	Exact  bool // nothing is rounded
	Stated bool // to Places, instead of the minor unit
	Places int  // decimal places
}

// Of is the number of decimal places in a currency; exact says that there are as many as it takes.
func (p Precision) Of(c money.Currency) (places int, exact bool) {
	if p.Stated {
		return p.Places, false
	}
	return max(0, c.Digits()), p.Exact
}

// Finer reports whether amounts may be finer than can be paid.
func (p Precision) Finer(c money.Currency) bool {
	places, exact := p.Of(c)
	return exact || places > max(0, c.Digits())
}

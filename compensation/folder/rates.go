package folder

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
)

// ratePlaces bound the decimal places of a rate; an exchange publishes fewer.
const ratePlaces = 16

// rates reads fx.csv.
func (l *loader) rates() ([]fx.Rate, error) {
	var versions []version[fx.Rate]
	list, _, _, err := rows(l, layoutOf("fx"), func(r *row) fx.Rate {
		rate := fx.Rate{Set: r.key("set"), From: r.currency("from"), To: r.currency("to"), Known: r.known()}
		before := len(r.page.found.all)
		if rate.On = r.date("on"); rate.On.IsZero() && len(r.page.found.all) == before {
			r.fail("on", "date", "write the day for which the rate is published, as 2026-03-31", "there is no day")
		}
		rate.Value = r.rate()
		if !rate.From.IsZero() && rate.From == rate.To {
			r.fail("to", "rate", "leave the row out", "a currency has no rate to itself: it is 1")
		}
		if !r.bad {
			subject := fmt.Sprintf("%s\n%s\n%s\n%s", rate.Set, rate.From, rate.To, rate.On)
			versions = append(versions, version[fx.Rate]{subject, fact.Stamp{Known: rate.Known}, rate, r.line()})
		}
		return rate
	})
	if err != nil {
		return nil, err
	}
	l.twoRates(versions)
	return list, nil
}

// currency reads an ISO 4217 code.
func (r *row) currency(column string) money.Currency {
	c, err := money.ParseCurrency(r.text(column))
	if err != nil {
		r.fail(column, "currency", "write an ISO 4217 code, such as EUR", "%s", strings.TrimPrefix(err.Error(), "money: "))
	}
	return c
}

// rate reads how many units of one currency are paid for one of the other.
func (r *row) rate() (value decimal.Decimal) {
	value, ok := r.number("rate", ratePlaces)
	if ok && !value.IsPositive() {
		r.fail("rate", "rate", "write units of the second currency for one of the first", "%s is not above zero", r.text("rate"))
	}
	return value
}

// twoRates reports what fx.Read refuses, with places.
func (l *loader) twoRates(versions []version[fx.Rate]) {
	found := findings{}
	conflicts(&found, "rate-conflict", "", versions, func(a, b fx.Rate) bool { return a.Value.Equal(b.Value) })
	for _, d := range found.all {
		d.Message = "this set, pair and day has another rate already"
		d.Hint = "keep one of them; if one replaces the other, give it a higher number in the column known"
		l.found.add(d)
	}
}

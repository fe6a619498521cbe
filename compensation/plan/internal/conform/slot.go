package conform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/internal/fixed"
)

// slot reads what stands for a slot: how many words it takes, 0 when it is nothing of
// the kind, and what is wrong with them.
func (c checker) slot(p part, tokens []token) (used int, f *fault) {
	if len(tokens) == 0 {
		return 0, nil
	}
	first := tokens[0]
	switch p.slot {
	case "money":
		return c.money(tokens)
	case "percent", "share":
		return percent(first, p.slot == "share")
	case "number":
		if _, ok := number(first.text); !ok {
			return 0, nil
		}
		return 1, nil
	case "n":
		return count(first)
	case "date", "dates":
		return dates(first, p.slot == "dates")
	case "currency":
		if _, err := money.ParseCurrency(first.text); err != nil {
			return 1, at(first, "currency", "", strings.TrimPrefix(err.Error(), "money: "))
		}
		return 1, nil
	}
	// A name: all that is left, but for the day behind a set of rates.
	if on := slices.IndexFunc(tokens, func(t token) bool { return t.text == "on" }); p.slot == "set" && on >= 0 {
		tokens = tokens[:on]
	}
	if len(tokens) == 0 {
		return 0, nil
	}
	whole := token{from: first.from, to: tokens[len(tokens)-1].to}
	var words []string
	for _, t := range tokens {
		words = append(words, t.text)
	}
	f = c.unknown(strings.Join(words, " "), p.ref)
	if f != nil {
		f.from, f.to = whole.from, whole.to
	}
	return len(tokens), f
}

// at is a fault of a word.
func at(t token, code, hint, message string) *fault {
	return &fault{code: code, hint: hint, message: message, from: t.from, to: t.to}
}

// digit tells whether a word begins like a number.
func digit(t token) bool {
	text := strings.TrimLeft(t.text, "-+")
	return text != "" && (text[0] >= '0' && text[0] <= '9' || text[0] == '.')
}

// money reads 3_000 USD.
func (c checker) money(tokens []token) (int, *fault) {
	amount := tokens[0]
	sample := "write `" + strings.TrimLeft(amount.text, "$€£¥") + " " + c.code() + "`"
	if !digit(amount) {
		if strings.ContainsAny(amount.text[:1], "$€£¥") {
			return 1, at(amount, "number", sample, quote(amount.text)+" has a sign where the currency's code is expected")
		}
		return 0, nil
	}
	if len(tokens) < 2 || !likeCurrency(tokens[1].text) {
		return 1, at(amount, "number", sample, quote(amount.text)+" is an amount without a currency behind it")
	}
	code := tokens[1]
	if cur, err := money.ParseCurrency(code.text); err != nil || !c.Currency.IsZero() && cur != c.Currency {
		return 2, at(code, "currency", "write "+c.code(), "the plan is paid in "+c.code()+", this is in "+code.text)
	}
	d, ok := number(amount.text)
	switch {
	case !ok:
		return 2, at(amount, "number", "write `3_000 "+c.code()+"`", quote(amount.text)+" is not a number")
	case d.IsNegative():
		return 2, at(amount, "number", "leave the sign out", quote(amount.text)+" is below zero")
	case !c.Currency.IsZero() && -d.Exponent() > int32(max(0, c.Currency.Digits())):
		return 2, at(amount, "number", "round it", quote(amount.text)+" is finer than "+c.code()+" is paid")
	}
	return 2, nil
}

// likeCurrency tells whether a word was meant as the code of a currency.
func likeCurrency(text string) bool {
	if _, err := money.ParseCurrency(strings.ToUpper(text)); err == nil {
		return true
	}
	return text == strings.ToUpper(text) && !digit(token{text: text})
}

// code is the plan's currency, or one that stands for it.
func (c checker) code() string {
	if c.Currency.IsZero() {
		return "USD"
	}
	return c.Currency.String()
}

// percent reads 50%.
func percent(t token, whole bool) (int, *fault) {
	if !digit(t) {
		return 0, nil
	}
	digits, signed := strings.CutSuffix(t.text, "%")
	d, ok := number(digits)
	switch {
	case !ok:
		return 1, at(t, "number", "write 50%", quote(t.text)+" is not a percentage")
	case !signed:
		return 1, at(t, "number", "write "+digits+"%, or what it is in percent", quote(t.text)+" has no percent sign")
	case d.IsNegative():
		return 1, at(t, "number", "leave the sign out", quote(t.text)+" is below zero")
	case whole && d.GreaterThan(hundred):
		return 1, at(t, "number", "write 100% for all of it", quote(t.text)+" is more than the whole")
	}
	return 1, nil
}

var hundred = decimal.New(100, 0)

// count reads a whole number from 1 on.
func count(t token) (int, *fault) {
	if !digit(t) {
		return 0, nil
	}
	if n, err := strconv.Atoi(t.text); err != nil || n < 1 || n > 10_000 {
		return 1, at(t, "number", "write a whole number, such as 6", quote(t.text)+" is not a whole number from 1 to 10000")
	}
	return 1, nil
}

// dates reads 2026-01-31, or 2026-01-01..2026-06-30.
func dates(t token, several bool) (int, *fault) {
	if !digit(t) && !(several && strings.HasPrefix(t.text, "..")) {
		return 0, nil
	}
	if several {
		if _, err := calendar.ParseRange(t.text); err != nil {
			return 1, at(t, "date-range", "write 2026-01-01..2026-12-31", err.Error())
		}
		return 1, nil
	}
	if _, err := calendar.ParseDate(t.text); err != nil {
		return 1, at(t, "date", "write a day as 2026-01-31", err.Error())
	}
	return 1, nil
}

// number reads a decimal with _ between its digits.
func number(text string) (decimal.Decimal, bool) {
	if strings.Contains(text, "__") || strings.HasPrefix(text, "_") || strings.HasSuffix(text, "_") {
		return decimal.Zero, false
	}
	coef, scale, err := fixed.Parse(strings.ReplaceAll(text, "_", ""))
	if err != nil {
		return decimal.Zero, false
	}
	return decimal.NewFromBigInt(coef.Big(), -int32(scale)), true
}

// parts checks that the percentages of a list or a mapping come to 100 %.
func (c checker) parts(n *doc.Node, t shape.Type) {
	sum := decimal.Zero
	for _, m := range members(n) {
		if t.Part != "-" {
			m = m.Get(t.Part)
		}
		if m == nil {
			continue
		}
		text, _ := m.Text("a percentage")
		word, _, _ := strings.Cut(text, " ")
		d, _ := number(strings.TrimSuffix(word, "%"))
		sum = sum.Add(d)
	}
	if !sum.Equal(hundred) {
		n.Fail("parts", "correct one of them", "these parts come to %s%%, and should come to 100%%", sum)
	}
}

func members(n *doc.Node) (out []*doc.Node) {
	if n.IsList() {
		for m := range n.List("a list") {
			out = append(out, m)
		}
		return out
	}
	for _, p := range n.Pairs("a mapping") {
		out = append(out, p.Value)
	}
	return out
}

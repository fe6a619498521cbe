package folder

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/mapped"
)

const peopleFile = "people.csv"

// payees are the keys that people.csv has, for the files that name them.
type payees struct {
	ids  []string
	seen map[string]bool
	paid map[string]money.Currency // in another currency than the company's
}

// people reads people.csv, and notes which payees there are.
func (l *loader) people() ([]people.Payee, error) {
	var versions []version[people.Payee]
	there := &payees{seen: map[string]bool{}, paid: map[string]money.Currency{}}
	before := len(l.found.all)
	layout := layoutOf("people")
	layout.columns = append(layout.columns, mapped.Column{Name: "currency", Optional: true})
	list, some, broken, err := rows(l, layout, func(r *row) people.Payee {
		p := people.Payee{ID: fact.PayeeID(r.key("payee")), Name: r.name("name"), Stamp: r.stamp()}
		if r.text("role") != "" {
			p.Role = r.key("role")
		}
		p.Currency = l.payCurrency(r, there.paid)
		// A payee with a fault is one all the same.
		if id := string(p.ID); id != "" && !there.seen[id] {
			there.seen[id] = true
			there.ids = append(there.ids, id)
		}
		if !r.bad {
			versions = append(versions, version[people.Payee]{string(p.ID), p.Stamp, p, r.line()})
		}
		return p
	})
	if err != nil {
		return nil, err
	}
	if !some && len(l.found.all) == before {
		l.found.add(source.Errorf("no-people", source.Span{File: peopleFile}, "the file is not there").
			WithHint("write one with a line for each payee, under the header payee,name,role,start,end"))
	}
	if !broken {
		l.payees = there
	}
	conflicts(&l.found, "people-conflict", "payee", versions, func(a, b people.Payee) bool { return a == b })
	return list, nil
}

// payCurrency reads the currency in which a payee is paid: one for all of a payee's lines.
func (l *loader) payCurrency(r *row, paid map[string]money.Currency) (c money.Currency) {
	code := r.text("currency")
	if code == "" {
		return c
	}
	c, err := money.ParseCurrency(code)
	id := r.text("payee")
	switch before, ok := paid[id]; {
	case err != nil:
		r.fail("currency", "currency", "write an ISO 4217 code, such as EUR; nothing stands for the company's currency", "%s", strings.TrimPrefix(err.Error(), "money: "))
	case c != l.program.Currency && l.program.Exchange.Set == "":
		r.fail("currency", "pay-currency", "add `fx: {pay: spot}` to payproof.yaml, and the rates of that name to fx.csv", "the payee is paid in %s, and nothing says by which rates", c)
	case ok && before != c:
		r.fail("currency", "pay-currency-changed", "balances are of one currency: give the payee another key from the day of the change on", "the payee is paid in %s on another line", before)
	default:
		paid[id] = c
	}
	return c
}

// paidIn is the currency in which a payee is paid.
func (l *loader) paidIn(payee string) money.Currency {
	if l.payees != nil && !l.payees.paid[payee].IsZero() {
		return l.payees.paid[payee]
	}
	return l.program.Currency
}

// name reads a name for people to read, which is no key.
func (r *row) name(column string) string {
	text := r.text(column)
	if !utf8.ValidString(text) {
		r.fail(column, "name", "save the file as UTF-8", "%q is not UTF-8", text)
	} else if strings.ContainsFunc(text, unicode.IsControl) {
		r.fail(column, "name", "write it on one line, without tabs", "%q has a control character", text)
	}
	return text
}

// payee reads the key of somebody whom people.csv has.
func (l *loader) payee(r *row, column string) fact.PayeeID {
	id := r.key(column)
	l.mustBePayee(r, column, id)
	return fact.PayeeID(id)
}

// mustBePayee reports a key that people.csv does not have. Where people.csv could
// not be read, nobody can tell.
func (l *loader) mustBePayee(r *row, column, id string) {
	if id == "" || l.payees == nil || l.payees.seen[id] {
		return
	}
	hint := "add it to " + peopleFile + ", or correct it"
	if l.found.more("unknown-payee") {
		if near := source.Nearest(id, l.payees.ids); near != "" {
			hint += "; did you mean \"" + near + "\"?"
		}
	}
	r.fail(column, "unknown-payee", hint, "%q is nobody in %s", id, peopleFile)
}

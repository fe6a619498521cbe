package folder

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

const peopleFile = "people.csv"

// payees are the keys that people.csv has, for the files that name them.
type payees struct {
	ids  []string
	seen map[string]bool
}

// people reads people.csv, and notes which payees there are.
func (l *loader) people() ([]people.Payee, error) {
	var versions []version[people.Payee]
	there := &payees{seen: map[string]bool{}}
	before := len(l.found.all)
	list, some, broken, err := rows(l, layoutOf("people"), func(r *row) people.Payee {
		p := people.Payee{ID: fact.PayeeID(r.key("payee")), Name: r.name("name"), Stamp: r.stamp()}
		if r.text("role") != "" {
			p.Role = r.key("role")
		}
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

package embed

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/quota"
)

// Facts are the rows of the service's own tables, read when a book is opened.
func Facts(ctx context.Context, db *sql.DB) compensation.Facts {
	return compensation.Facts{
		People:      query(ctx, db, "SELECT login, name, job, hired, left_on FROM employees", employee),
		Edges:       query(ctx, db, "SELECT login, boss, since, until FROM reporting_lines", manager),
		Assignments: query(ctx, db, "SELECT login, plan, bonus, since, until FROM assignments", assignment),
		Quotas:      query(ctx, db, "SELECT login, measure, year, quarter, amount FROM quotas", quarterQuota),
		Events: crediting.FromLines(func() iter.Seq2[crediting.Line, error] {
			return query(ctx, db, "SELECT id, closed, account, amount, seller, partner FROM deals", deal)
		}),
	}
}

func employee(rows *sql.Rows) (p people.Payee, err error) {
	var first, last sql.NullTime
	if err := rows.Scan(&p.ID, &p.Name, &p.Role, &first, &last); err != nil {
		return p, err
	}
	p.Stamp.Effective, err = days(first, last)
	return p, err
}

func manager(rows *sql.Rows) (fact.Edge, error) {
	e := fact.Edge{Name: "manager"}
	var first, last sql.NullTime
	err := rows.Scan(&e.From, &e.To, &first, &last)
	if err != nil {
		return e, err
	}
	e.Stamp.Effective, err = days(first, last)
	return e, err
}

func assignment(rows *sql.Rows) (a compensation.Assignment, err error) {
	var bonus decimal.Decimal // it is a sql.Scanner, and takes a NUMERIC without loss
	var first, last sql.NullTime
	if err := rows.Scan(&a.Payee, &a.Plan, &bonus, &first, &last); err != nil {
		return a, err
	}
	a.Personal = map[string]decimal.Decimal{"bonus": bonus}
	a.Stamp.Effective, err = days(first, last)
	return a, err
}

func quarterQuota(rows *sql.Rows) (q quota.Quota, err error) {
	var year, quarter int
	err = rows.Scan(&q.Payee, &q.Measure, &year, &quarter, &q.Amount)
	q.Period = calendar.Quarter(year, quarter)
	return q, err
}

// deal gives the fields as texts, which the schema of payproof.yaml reads.
func deal(rows *sql.Rows) (crediting.Line, error) {
	var id, account, amount, seller string
	var closed time.Time
	var partner sql.NullString
	err := rows.Scan(&id, &closed, &account, &amount, &seller, &partner)
	return crediting.Line{
		Kind: "deal", ID: fact.EventID(id), At: source.Span{File: "deals id=" + id},
		Fields: map[string]string{
			"closed": closed.Format(time.DateOnly), "account": account, "amount": amount, "seller": seller, "partner": partner.String,
		},
	}, err
}

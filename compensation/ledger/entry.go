package ledger

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// Entry is one posting. Entries compare with ==, and are never changed once they are
// in a [Store].
type Entry struct {
	// Kind says what is recorded, and with it what Amount means.
	Kind Kind
	// Payee is whose entry it is.
	Payee fact.PayeeID
	// Plan and Component are where it comes from; empty for entries on balances,
	// which belong to payee and currency. Component is the id that survives renaming.
	Plan      fact.PlanID
	Component string
	// Event is the event of a per-credit component, empty for the others.
	Event fact.EventID
	// EarnedFor is the period that the amount belongs to; zero for entries on
	// balances. PostedIn is the period whose payment it is part of.
	EarnedFor, PostedIn calendar.Period
	// Amount is in the currency in which the payee is paid, signed from the payee's
	// side.
	Amount money.Amount
	// PlanAmount is the amount in the plan's currency before conversion. It is zero
	// where plan and payee have one currency, and for entries on balances.
	PlanAmount money.Amount
	// Cause is why: a rule, the name of a cap, the reason of an adjustment.
	Cause string
	// Actor is who wrote it, set at commit.
	Actor string
}

// EntryError tells why an entry can't be in a ledger.
type EntryError struct {
	// Index counts the entries of the batch from 0.
	Index int
	// Entry is the entry itself.
	Entry Entry
	// Column is the column at fault, as in the header of lines.
	Column string
	// Problem says what is wrong and what to do.
	Problem string
}

// Error names the entry by its place in the batch and by its keys.
func (e *EntryError) Error() string {
	return fmt.Sprintf("ledger: entry %d (%s payee=%q event=%q period=%s), %s: %s",
		e.Index, e.Entry.Kind, e.Entry.Payee, e.Entry.Event, e.Entry.PostedIn, e.Column, e.Problem)
}

// Check tells whether an entry can be in a ledger: of a known kind, with payee,
// posted-in period and currency, all texts UTF-8, and payable to the cent if Paid.
// The error is an *[EntryError] with index 0.
func (e Entry) Check() error {
	if column, problem := e.fault(); problem != "" {
		return &EntryError{Entry: e, Column: column.String(), Problem: problem}
	}
	return nil
}

func (e *Entry) fault() (at column, problem string) {
	switch {
	case !e.Kind.known():
		return columnKind, "there is no such kind: use a constant of package ledger"
	case e.Kind.Mark():
		return e.marks()
	case e.Payee == "":
		return columnPayee, "an entry belongs to somebody: set Payee"
	case !e.PostedIn.IsZero() && !readable(e.PostedIn):
		return columnPostedIn, noPeriod
	case e.PostedIn.IsZero():
		return columnPostedIn, "an entry is posted in a period: set PostedIn"
	case !e.EarnedFor.IsZero() && !readable(e.EarnedFor):
		return columnEarnedFor, noPeriod
	case e.Amount.Currency().IsZero():
		return columnCurrency, "an amount has a currency, even zero: set Amount"
	case e.PlanAmount.Currency().IsZero() && !e.PlanAmount.IsZero():
		return columnPlanCurrency, "an amount has a currency: set PlanAmount, or leave it zero"
	case e.Kind == Paid && !e.Amount.IsMinor():
		return columnAmount, e.Amount.String() + " is finer than the minor unit and can't be paid: round before"
	}
	return e.badText()
}

// marks is what is wrong with an entry about a pay period as a whole.
func (e *Entry) marks() (at column, problem string) {
	switch {
	case !readable(e.PostedIn):
		return columnPostedIn, "a mark is of a pay period: set PostedIn"
	case e.Payee != "" || e.Plan != "" || e.Component != "" || e.Event != "":
		return columnPayee, "a mark is of a pay period, and of nobody: leave Payee, Plan, Component and Event empty"
	case e.Amount != (money.Amount{}) || e.PlanAmount != (money.Amount{}):
		return columnAmount, "a mark moves no money: leave the amounts zero, without a currency"
	case e.Actor == "":
		return columnActor, "somebody answers for a mark: set Actor"
	}
	return e.badText()
}

const noPeriod = "it has no unit: make periods with package calendar"

// badText is the first column that is not UTF-8.
func (e *Entry) badText() (at column, problem string) {
	for _, t := range [...]struct {
		column column
		text   string
	}{
		{columnPostedIn, e.PostedIn.Calendar},
		{columnPayee, string(e.Payee)},
		{columnPlan, string(e.Plan)},
		{columnComponent, e.Component},
		{columnEvent, string(e.Event)},
		{columnEarnedFor, e.EarnedFor.Calendar},
		{columnCause, e.Cause},
		{columnActor, e.Actor},
	} {
		if !utf8.ValidString(t.text) {
			return t.column, "is not UTF-8: decode it where it is read"
		}
	}
	return 0, ""
}

// checkAll checks a batch.
func checkAll(entries []Entry) error {
	for i := range entries {
		if column, problem := entries[i].fault(); problem != "" {
			return &EntryError{Index: i, Entry: entries[i], Column: column.String(), Problem: problem}
		}
	}
	return nil
}

// Compare orders entries for listings: -1, 0 or +1, and 0 only for equal entries. It
// is the order of their lines by bytes, that of LC_ALL=C sort: by posted-in period,
// then payee, plan, component, event. Within a ledger entries keep the order in which
// they were appended.
func Compare(a, b Entry) int {
	var x, y [128]byte
	for c := range columnCount {
		// The tab that follows a column takes part, so that columns of which one is
		// the beginning of the other stand as in lines.
		left := append(appendColumn(x[:0], &a, c), '\t')
		right := append(appendColumn(y[:0], &b, c), '\t')
		if order := bytes.Compare(left, right); order != 0 {
			return order
		}
	}
	return 0
}

package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// absent stands in a column that has no value. The text "\N" itself is written `\\N`.
const absent = `\N`

type column int

// The columns in their order. Sorted by bytes, lines stand by period and payee.
const (
	columnPostedIn column = iota
	columnPayee
	columnPlan
	columnComponent
	columnEvent
	columnEarnedFor
	columnKind
	columnCurrency
	columnAmount
	columnPlanCurrency
	columnPlanAmount
	columnCause
	columnActor
	columnCount
)

var columnNames = [columnCount]string{
	"posted_in", "payee", "plan", "component", "event", "earned_for", "kind",
	"currency", "amount", "plan_currency", "plan_amount", "cause", "actor",
}

func (c column) String() string { return columnNames[c] }

// LineError tells why a text is not the line of an entry.
type LineError struct {
	// Column is the name of the column at fault, empty for the line as a whole.
	Column string
	// Text is what stands there.
	Text string
	// Problem says what is wrong and what should stand there.
	Problem string
}

// Error quotes up to 60 bytes of the text and gives the problem.
func (e *LineError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("ledger line %.60q: %s", e.Text, e.Problem)
	}
	return fmt.Sprintf("ledger line, %s %.60q: %s", e.Column, e.Text, e.Problem)
}

// AppendLine appends the canonical line of an entry, without the LF that ends it. Two
// entries have the same line if and only if they are equal.
//
// The columns are posted_in, payee, plan, component, event, earned_for, kind,
// currency, amount, plan_currency, plan_amount, cause and actor, with a tab between
// them. In texts tab, LF, CR and backslash are \t, \n, \r and \\; what is empty or
// zero is \N; amounts have the places of the minor unit and more only where they are
// finer; periods are "2026-03", or "CALENDAR:month:24314" in other calendars than the
// calendar year.
func AppendLine(dst []byte, e Entry) []byte { return appendLine(dst, &e) }

func appendLine(dst []byte, e *Entry) []byte {
	for c := range columnCount {
		if c > 0 {
			dst = append(dst, '\t')
		}
		dst = appendColumn(dst, e, c)
	}
	return dst
}

func appendColumn(dst []byte, e *Entry, c column) []byte {
	switch c {
	case columnPostedIn:
		return appendPeriod(dst, e.PostedIn)
	case columnPayee:
		return appendText(dst, string(e.Payee))
	case columnPlan:
		return appendText(dst, string(e.Plan))
	case columnComponent:
		return appendText(dst, e.Component)
	case columnEvent:
		return appendText(dst, string(e.Event))
	case columnEarnedFor:
		return appendPeriod(dst, e.EarnedFor)
	case columnKind:
		return append(dst, e.Kind.String()...)
	case columnCurrency:
		return appendText(dst, e.Amount.Currency().String())
	case columnAmount:
		return appendAmount(dst, e.Amount)
	case columnPlanCurrency:
		return appendText(dst, e.PlanAmount.Currency().String())
	case columnPlanAmount:
		return appendAmount(dst, e.PlanAmount)
	case columnCause:
		return appendText(dst, e.Cause)
	case columnActor:
		return appendText(dst, e.Actor)
	}
	return dst
}

func appendText(dst []byte, text string) []byte {
	if text == "" {
		return append(dst, absent...)
	}
	return appendEscaped(dst, text)
}

func appendAmount(dst []byte, a money.Amount) []byte {
	if a == (money.Amount{}) {
		return append(dst, absent...)
	}
	return append(dst, a.Text()...)
}

func appendEscaped(dst []byte, text string) []byte {
	for i := range len(text) {
		switch c := text[i]; c {
		case '\t':
			dst = append(dst, `\t`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\\':
			dst = append(dst, `\\`...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// ParseLine reads what [AppendLine] writes, without LF, and nothing else: a line has
// one spelling, or its hash would prove little. The error is a *[LineError].
func ParseLine(line string) (Entry, error) {
	fields := strings.Split(line, "\t")
	if len(fields) != int(columnCount) {
		return Entry{}, &LineError{"", line, fmt.Sprintf("it has %d columns, not %d: tabs inside of texts are written \\t", len(fields), columnCount)}
	}
	var e Entry
	for i, field := range fields {
		if err := e.set(column(i), field); err != nil {
			return Entry{}, &LineError{columnNames[i], field, err.Error()}
		}
	}
	var buf [256]byte
	for i, field := range fields {
		if want := appendColumn(buf[:0], &e, column(i)); string(want) != field {
			return Entry{}, &LineError{columnNames[i], field, fmt.Sprintf("its canonical spelling is %q", want)}
		}
	}
	return e, nil
}

// set reads one column. Currencies come before their amounts.
func (e *Entry) set(c column, field string) (err error) {
	text, err := unescape(field)
	if err != nil {
		return err
	}
	switch c {
	case columnPostedIn:
		e.PostedIn, err = parsePeriod(text)
	case columnPayee:
		e.Payee = fact.PayeeID(text)
	case columnPlan:
		e.Plan = fact.PlanID(text)
	case columnComponent:
		e.Component = text
	case columnEvent:
		e.Event = fact.EventID(text)
	case columnEarnedFor:
		e.EarnedFor, err = parsePeriod(text)
	case columnKind:
		e.Kind, err = ParseKind(text)
	case columnCurrency:
		e.Amount, err = zeroOf(text)
	case columnAmount:
		e.Amount, err = amountOf(text, e.Amount.Currency())
	case columnPlanCurrency:
		e.PlanAmount, err = zeroOf(text)
	case columnPlanAmount:
		e.PlanAmount, err = amountOf(text, e.PlanAmount.Currency())
	case columnCause:
		e.Cause = text
	case columnActor:
		e.Actor = text
	}
	return err
}

func zeroOf(code string) (money.Amount, error) {
	if code == "" {
		return money.Amount{}, nil
	}
	currency, err := money.ParseCurrency(code)
	return money.FromMinor(0, currency), err
}

func amountOf(text string, currency money.Currency) (money.Amount, error) {
	if text == "" {
		return money.Amount{}, nil
	}
	return money.Parse(text, currency)
}

// unescape reads a text column; absent is the empty text.
func unescape(field string) (string, error) {
	if field == absent {
		return "", nil
	}
	if strings.IndexByte(field, '\\') < 0 {
		return field, nil
	}
	var b strings.Builder
	for i := 0; i < len(field); i++ {
		c := field[i]
		if c == '\\' {
			i++
			if i == len(field) {
				return "", errors.New(`it ends within an escape: a backslash is written \\`)
			}
			at := strings.IndexByte(`tnr\`, field[i])
			if at < 0 {
				return "", fmt.Errorf(`\%c is no escape: there are \t, \n, \r and \\`, field[i])
			}
			c = "\t\n\r\\"[at]
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}

// A period of the calendar year stands in lines as it is written everywhere:
// "2026-03". One of another calendar bears the calendar's name and its number, since
// lines are read without the calendar: "months from February:month:24314". The last
// two colons divide, whatever the name has in it. Periods outside of time, which have
// no other text, are written in the second way.

func appendPeriod(dst []byte, p calendar.Period) []byte {
	if p.IsZero() {
		return append(dst, absent...)
	}
	if p.Calendar == "" {
		if _, err := (calendar.Calendar{}).Range(p); err == nil {
			return append(dst, calendar.Calendar{}.Format(p)...)
		}
	}
	dst = appendEscaped(dst, p.Calendar)
	dst = append(dst, ':')
	dst = append(dst, p.Unit.String()...)
	dst = append(dst, ':')
	return strconv.AppendInt(dst, int64(p.Index), 10)
}

func parsePeriod(text string) (calendar.Period, error) {
	if text == "" {
		return calendar.Period{}, nil
	}
	rest, number, found := cutLast(text)
	if !found {
		return calendar.Calendar{}.ParsePeriod(text)
	}
	name, unitText, found := cutLast(rest)
	if !found {
		return calendar.Period{}, errors.New("it is no period: write it like 2026-03 or CALENDAR:month:24314")
	}
	unit, err := calendar.ParseUnit(unitText)
	if err != nil {
		return calendar.Period{}, err
	}
	index, err := strconv.ParseInt(number, 10, 32)
	if err != nil {
		return calendar.Period{}, errors.New("it is no period: after the last colon stands its number")
	}
	return calendar.Period{Calendar: name, Unit: unit, Index: int32(index)}, nil
}

// cutLast cuts at the last colon.
func cutLast(text string) (before, after string, found bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// readable tells that a period has a unit, and so a text that reads back.
func readable(p calendar.Period) bool {
	return p.Unit >= calendar.UnitDay && p.Unit <= calendar.UnitYear
}

// Sort puts entries into the canonical order of listings, that of [Compare]. Each
// line is made once, so that it is much faster than sorting with Compare.
func Sort(entries []Entry) {
	type lined struct {
		line  []byte
		entry int
	}
	const typical = 96 // bytes of a line
	all, text := make([]lined, len(entries)), make([]byte, 0, typical*len(entries))
	for i := range entries {
		start := len(text)
		text = appendLine(text, &entries[i])
		all[i] = lined{text[start:], i}
	}
	slices.SortFunc(all, func(a, b lined) int { return bytes.Compare(a.line, b.line) })
	unsorted := slices.Clone(entries)
	for i, l := range all {
		entries[i] = unsorted[l.entry]
	}
}

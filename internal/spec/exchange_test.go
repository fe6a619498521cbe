package spec

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/manual"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/compensation/plantest"
	"github.com/payproof/payproof/compensation/terms"
	"github.com/payproof/payproof/crediting/people"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/fx"
	"github.com/payproof/payproof/dsl/money"
)

// Who is paid in a currency that is worth as much is paid the same, with every scenario; and where nothing divides what is paid, twice as
// much in one of which two are worth one.
func TestPayInAnotherCurrencyIsTheSame(t *testing.T) {
	same := 0
	everyScenario(t, func(t *testing.T, s plantest.Script) { same += abroad(t, s) })
	if same < 500 {
		t.Errorf("only %d payouts were compared", same)
	}
}

// abroad pays the people of a script in another currency, and says how many payouts that are.
func abroad(t *testing.T, s plantest.Script) int {
	dir := unpack(t, s)
	program, err := plan.Load(os.DirFS(dir))
	if err != nil || program.Currency.Digits() != 2 || program.Exchange.Set != "" || program.Conversion.Set != "" {
		return 0
	}
	facts, err := folder.Facts(os.DirFS(dir), program)
	if err != nil {
		return 0
	}
	book, err := compensation.Open(t.Context(), program, facts)
	if err != nil {
		return 0
	}
	run, err := book.Run(t.Context(), compensation.Request{})
	if err != nil {
		return 0
	}
	want, n := texts(t, run, decimal.New(1, 0)), 0
	for rate := int64(1); rate <= 2; rate++ {
		if rate > 1 && divides(program) {
			continue
		}
		by := decimal.New(rate, 0)
		other := in(t, program, facts, by)
		got := texts(t, other, by)
		if !slices.Equal(got, want) {
			t.Errorf("at the rate %d:\ngot  %s\nwant %s", rate, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
		for p := range other.Payouts() {
			if _, err := other.Explain(t.Context(), p.ID); err != nil {
				t.Error(err)
			}
			n++
		}
	}
	return n
}

// divides reports whether what is paid is rounded once more after it was earned.
func divides(program *plan.Program) bool {
	return len(program.Holds()) > 0 || slices.ContainsFunc(program.Plans, func(p plan.Plan) bool {
		return p.Terms.Any() || p.Clawback != nil || slices.ContainsFunc(p.Components, func(c plan.Component) bool { return c.Precision.Finer(program.Currency) })
	})
}

// in runs a company whose people are paid in another currency.
func in(t *testing.T, program *plan.Program, facts compensation.Facts, rate decimal.Decimal) *compensation.Run {
	other := money.MustCurrency("CHF")
	one := *program
	one.Exchange = terms.Exchange{Set: "one", Policy: fx.Policy{Missing: fx.OnOrBefore{MaxDays: 1_000_000}}}
	facts.FX = fact.Of(fx.Rate{Set: "one", From: program.Currency, To: other, On: calendar.MustDate("1800-01-01"), Value: rate})
	of, by := facts.People, facts.Adjustments
	facts.People = func(yield func(people.Payee, error) bool) {
		for p, err := range of {
			if p.Currency = other; !yield(p, err) {
				return
			}
		}
	}
	facts.Adjustments = func(yield func(manual.Adjustment, error) bool) {
		for a, err := range by {
			if err == nil {
				a.Amount, err = money.FromDecimal(a.Amount.Decimal().Mul(rate), other)
			}
			if !yield(a, err) {
				return
			}
		}
	}
	book, err := compensation.Open(t.Context(), &one, facts)
	if err != nil {
		t.Fatal(err)
	}
	run, err := book.Run(t.Context(), compensation.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// texts are payouts and entries of a run, without their currency, which so many are worth one of the company's.
func texts(t *testing.T, run *compensation.Run, many decimal.Decimal) (out []string) {
	worth := func(a money.Amount) string {
		v, err := a.Div(many, 10, money.HalfEven)
		if err != nil {
			t.Fatal(err)
		}
		return fact.DecimalText(v.Decimal())
	}
	for p := range run.Payouts() {
		out = append(out, p.ID+" "+worth(p.Amount))
	}
	var entries []string
	for e := range run.Entries() {
		entries = append(entries, strings.Join([]string{e.Kind.String(), string(e.Payee), e.Component, string(e.Event), e.EarnedFor.String(), e.PostedIn.String(), worth(e.Amount)}, " "))
	}
	slices.Sort(entries)
	return append(out, entries...)
}

package spec

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
)

const toDateCompany = `company: Random
currency: USD
calendar: months from 2026-01
events:
  sale: {closed: date, amount: money, seller: payee}
credit:
  - {rule: sellers, to: seller, as: sales}
measures:
  sold: sum of sales, WINDOW to date
`

// sale is what was sold on a day.
type sale struct {
	day   calendar.Date
	cents int64
}

// version is a version of the plan, in cents and thousandths.
type version struct {
	from             calendar.Date // its first day
	fixed, rate, top int64         // worth: fixed + sold × rate, with the second rate from top cents on
	topRate          int64
	gate             int64         // in cents; below it the window is worth nothing
	reRate           calendar.Date // zero: no
}

// worth is what a window is worth in thousandths of a cent, when so much is sold.
func (v version) worth(sold int64) int64 {
	switch {
	case sold < v.gate:
		return 0
	case sold >= v.top:
		return v.fixed*1000 + sold*v.topRate
	}
	return v.fixed*1000 + sold*v.rate
}

func (v version) file(n int, to calendar.Date, unit calendar.Unit, falls bool) string {
	usd := func(cents int64) string { return decimal.New(cents, -2).String() + " USD" }
	extra := ""
	if !v.reRate.IsZero() {
		extra += "    re-rate: from " + v.reRate.String() + "\n"
	}
	if !falls {
		extra += "    never falls: true\n"
	}
	return fmt.Sprintf("plan: Rep\nversion: \"%d\"\neffective: %s..%s\nfor: role Rep\ncomponents:\n  so far:\n    to date: %s\n    gate: sold >= %s\n%s    pays: 'if sold >= %s { %s + sold * %s } else { %[8]s + sold * %[10]s }'\n",
		n, v.from, to.AddDays(-1), unit, usd(v.gate), extra, usd(v.top), usd(v.fixed), decimal.New(v.topRate, -3), decimal.New(v.rate, -3))
}

// toDateWorld is a payee on two versions of a plan, and what was sold.
type toDateWorld struct {
	sales      []sale
	join, gone calendar.Date // days on the plan; gone is the first without it
	versions   []version
	unit       calendar.Unit
	falls      bool
	more       map[string]string // files in place of the drawn ones
}

func drawToDate(rt *rapid.T) toDateWorld {
	first := calendar.MustDate("2026-01-01")
	day := func(label string, from, to int) calendar.Date {
		return first.AddDays(rapid.IntRange(from, to).Draw(rt, label))
	}
	w := toDateWorld{
		join: day("join", -10, 60), gone: day("gone", 200, 400), falls: rapid.Bool().Draw(rt, "falls"),
		unit: rapid.SampledFrom([]calendar.Unit{calendar.UnitMonth, calendar.UnitQuarter, calendar.UnitHalf, calendar.UnitYear}).Draw(rt, "window"),
	}
	for range rapid.IntRange(0, 14).Draw(rt, "sales") {
		w.sales = append(w.sales, sale{day("day", 0, 364), rapid.Int64Range(-300_000, 700_000).Draw(rt, "cents")})
	}
	for _, from := range []calendar.Date{first, day("second version", 20, 330)} {
		n := func(label string, most int64) int64 { return rapid.Int64Range(0, most).Draw(rt, label) }
		w.versions = append(w.versions, version{from: from, fixed: n("fixed", 9_999), rate: n("rate", 99), top: n("top", 900_000), topRate: n("top rate", 199), gate: n("gate", 200_000) - 100_000})
	}
	v := &w.versions[1]
	if again := month(v.from).AddMonths(-rapid.IntRange(0, 11).Draw(rt, "re-rated")); again.Before(v.from) && !again.Before(windowOf(w.unit, v.from)) {
		v.reRate = again
	}
	return w
}

func month(d calendar.Date) calendar.Date { return windowOf(calendar.UnitMonth, d) }

// windowOf is the first day of the window of a day.
func windowOf(unit calendar.Unit, d calendar.Date) calendar.Date {
	length := map[calendar.Unit]int{calendar.UnitMonth: 1, calendar.UnitQuarter: 3, calendar.UnitHalf: 6, calendar.UnitYear: 12}[unit]
	for from := calendar.MustDate("2025-01-01"); ; from = from.AddMonths(length) {
		if d.Before(from.AddMonths(length)) {
			return from
		}
	}
}

// sold is what was sold from a day to another, which is not in it.
func (w toDateWorld) sold(from, to calendar.Date) (cents int64) {
	for _, s := range w.sales {
		if !s.day.Before(from) && s.day.Before(to) {
			cents += s.cents
		}
	}
	return cents
}

func latest(days ...calendar.Date) (d calendar.Date) {
	for _, o := range days {
		if d.Before(o) {
			d = o
		}
	}
	return d
}

func earliest(days ...calendar.Date) calendar.Date {
	d := days[0]
	for _, o := range days {
		if o.Before(d) {
			d = o
		}
	}
	return d
}

// wanted is what each month pays, in cents, the slow and obvious way: day by day it is known who is on which version; at
// the end of each month, and of each version, what the window is worth since the version computes it is set against what was
// paid since.
func (w toDateWorld) wanted() (byMonth map[string]decimal.Decimal) {
	type payment struct {
		end   calendar.Date // the first day after what it is for
		exact int64         // thousandths of a cent
	}
	var all []payment
	byMonth = map[string]decimal.Decimal{}
	year := calendar.MustDate("2026-01-01")
	over := earliest(w.gone, year.AddMonths(12))
	for from := year; from.Before(over); from = from.AddMonths(1) {
		for i, v := range w.versions {
			to := over
			if i+1 < len(w.versions) {
				to = earliest(over, w.versions[i+1].from)
			}
			begin, end := latest(v.from, w.join, from), earliest(to, from.AddMonths(1))
			if !begin.Before(end) {
				continue
			}
			window := windowOf(w.unit, begin)
			since := latest(v.from, w.join, window)
			if !v.reRate.IsZero() {
				since = latest(v.reRate, w.join, window)
			}
			worth := v.worth(w.sold(since, end))
			// Somebody was paid by a version before for a part of the window before that day.
			if i > 0 && latest(w.join, window).Before(since) {
				worth -= v.worth(0)
			}
			for _, p := range all {
				if since.Before(p.end) {
					worth -= p.exact
				}
			}
			if !w.falls && worth < 0 {
				worth = 0
			}
			all = append(all, payment{end, worth})
			total := int64(0)
			for _, p := range all {
				if window.Before(p.end) {
					total += p.exact
				}
			}
			before := total - worth
			paid := decimal.New(total, -5).RoundBank(2).Sub(decimal.New(before, -5).RoundBank(2))
			byMonth[from.String()[:7]] = byMonth[from.String()[:7]].Add(paid)
		}
	}
	return byMonth
}

func (w toDateWorld) run(rt *rapid.T, sales []sale) *compensation.Run {
	var events strings.Builder
	for i, s := range sales {
		fmt.Fprintf(&events, "e%d,%s,%s,ann\n", i, s.day, decimal.New(s.cents, -2))
	}
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"payproof.yaml": strings.Replace(toDateCompany, "WINDOW", w.unit.String(), 1), "events/sale.csv": "id,closed,amount,seller\n" + events.String(),
		"people.csv":   fmt.Sprintf("payee,name,role,start,end\nann,Ann,Rep,%s,%s\n", w.join, w.gone.AddDays(-1)),
		"plans/1.yaml": w.versions[0].file(1, w.versions[1].from, w.unit, w.falls),
		"plans/2.yaml": w.versions[1].file(2, calendar.MustDate("2027-01-01"), w.unit, w.falls) + "after expiry: stop\n",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for name, text := range w.more { // order: each is another file
		if fsys[name] = (&fstest.MapFile{Data: []byte(text)}); text == "" {
			delete(fsys, name)
		}
	}
	program, err := plan.Load(fsys)
	if err != nil {
		rt.Fatal(err, string(fsys["plans/2.yaml"].Data))
	}
	facts, err := folder.Facts(fsys, program)
	if err != nil {
		rt.Fatal(err)
	}
	book, err := compensation.Open(rt.Context(), program, facts)
	if err != nil {
		rt.Fatal(err)
	}
	period, err := program.Calendar.ParsePeriod("2026")
	if err != nil {
		rt.Fatal(err)
	}
	run, err := book.Run(rt.Context(), compensation.Request{Period: period})
	if err != nil {
		rt.Fatal(err)
	}
	if err := run.Err(); err != nil {
		rt.Fatal(err)
	}
	return run
}

// A window to date pays what it is worth at the end of each month less what was earned for it, through versions of the plan
// and from the day on which one computes it again; in any order of the events; and each payment is explained by what it is.
func TestAWindowToDateIsWhatAnObviousProgramComputes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawToDate(rt)
		run := w.run(rt, w.sales)
		want := w.wanted()
		got := map[string]decimal.Decimal{}
		for p := range run.Payouts() {
			got[run.Book().Program().Calendar.Format(p.Period)] = p.Amount.Decimal()
			if n, err := run.Explain(rt.Context(), p.ID); err != nil || n.Value != p.Amount.Text() || addsUp(n) != nil {
				rt.Fatal(p.ID, n, err, addsUp(n))
			}
		}
		for m, amount := range want {
			if !amount.Equal(got[m]) {
				rt.Fatalf("%s pays %s, want %s; all %v, want %v", m, got[m], amount, got, want)
			}
		}
		if len(got) != len(want) {
			rt.Fatalf("%v, want %v", got, want)
		}
		other := w.run(rt, rapid.Permutation(w.sales).Draw(rt, "order"))
		for p := range other.Payouts() {
			if m := run.Book().Program().Calendar.Format(p.Period); !p.Amount.Decimal().Equal(got[m]) {
				rt.Fatalf("in another order %s pays %s, and not %s", m, p.Amount, got[m])
			}
		}
	})
}

// What is paid for a window comes to what it is worth at its end, where one version computes all of it.
func TestPaymentsOfAWindowComeToWhatItIsWorth(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawToDate(rt)
		w.falls, w.join, w.gone, w.versions[1].reRate = true, calendar.MustDate("2026-01-01"), calendar.MustDate("2027-01-01"), calendar.Date{}
		w.versions[1].from = calendar.MustDate("2026-12-31") // and one day of its own
		paid := map[calendar.Date]decimal.Decimal{}
		run := w.run(rt, w.sales)
		for p := range run.Payouts() {
			days, err := run.Book().Program().Calendar.Range(p.Period)
			if err != nil {
				rt.Fatal(err)
			}
			paid[windowOf(w.unit, days.From)] = paid[windowOf(w.unit, days.From)].Add(p.Amount.Decimal())
		}
		delete(paid, windowOf(w.unit, w.versions[1].from))
		for from, total := range paid {
			end := from
			for end = end.AddMonths(1); windowOf(w.unit, end) == from; end = end.AddMonths(1) {
			}
			if want := decimal.New(w.versions[0].worth(w.sold(from, end)), -5).RoundBank(2); !want.Equal(total) {
				rt.Fatalf("the window from %s paid %s, and is worth %s", from, total, want)
			}
		}
	})
}

// Of a quota that is due to date each month counts what is stated for the days so far: of the quarter's the days, of months' those
// that are over. A payee of a part of the window has that part of it, and at the end all of that.
func TestAQuotaToDateIsWhatIsStatedForTheDaysSoFar(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawToDate(rt)
		w.unit = calendar.UnitQuarter
		byMonth, prorate := rapid.Bool().Draw(rt, "stated by month"), rapid.Bool().Draw(rt, "prorated")
		cents := func(label string) int64 { return rapid.Int64Range(0, 900_000).Draw(rt, label) }
		stated := map[calendar.Date]int64{} // by the first day of a month, or of a quarter
		quotas, step := "payee,measure,period,amount\n", 3
		if byMonth {
			step = 1
		}
		for from := calendar.MustDate("2026-01-01"); from.Before(calendar.MustDate("2027-01-01")); from = from.AddMonths(step) {
			stated[from] = cents("quota")
			period := from.String()[:7]
			if !byMonth {
				period = fmt.Sprintf("2026-Q%d", stepOf(from))
			}
			quotas += fmt.Sprintf("ann,sold,%s,%s\n", period, decimal.New(stated[from], -2))
		}
		rule := "{window: quarter}"
		if prorate {
			rule = "{window: quarter, prorate: calendar days}"
		}
		w.more = map[string]string{
			"quotas.csv":   quotas,
			"plans/1.yaml": "plan: Rep\nversion: \"1\"\nfor: role Rep\nquota:\n  sold: " + rule + "\ncomponents:\n  so far: {to date: quarter, quota: to date, pays: quota(sold)}\n",
			"plans/2.yaml": "",
		}
		run := w.run(rt, w.sales)
		due := map[calendar.Date]decimal.Decimal{} // by window, so far
		for p := range run.Payouts() {
			days, err := run.Book().Program().Calendar.Range(p.Period)
			if err != nil {
				rt.Fatal(err)
			}
			window := windowOf(w.unit, days.From)
			due[window] = due[window].Add(p.Amount.Decimal())
			begin, end := window, earliest(days.To, w.gone)
			own := calendar.Range{From: latest(window, w.join), To: earliest(window.AddMonths(3), w.gone)}
			if prorate {
				begin = own.From
			}
			so, mine, whole := new(big.Rat), new(big.Rat), new(big.Rat)
			for from, amount := range stated { // order: sums are exact
				if from.Before(window) || !from.Before(window.AddMonths(3)) {
					continue
				}
				part := calendar.Range{From: from, To: from.AddMonths(step)}
				share := func(r calendar.Range) *big.Rat { return new(big.Rat).Mul(big.NewRat(amount, 1), fraction(r, part)) }
				so.Add(so, share(calendar.Range{From: begin, To: end}))
				mine.Add(mine, share(own))
				whole.Add(whole, big.NewRat(amount, 1))
			}
			want := so
			if prorate { // the quarter's part by days, and of that what is stated so far
				want = new(big.Rat).Mul(whole, fraction(own, calendar.Range{From: window, To: window.AddMonths(3)}))
				if mine.Sign() > 0 {
					want.Mul(want, new(big.Rat).Quo(so, mine))
				}
			}
			// Each division is within a cent, and there are two.
			if off := new(big.Rat).Sub(due[window].Shift(2).Rat(), want); off.Abs(off).Cmp(big.NewRat(2, 1)) >= 0 {
				rt.Fatalf("%s: %v due, want %v hundredths", p.ID, due[window], want.FloatString(2))
			}
		}
	})
}

// fraction is the part of a range that lies in another one, of that one.
func fraction(r, of calendar.Range) *big.Rat {
	n, _ := r.Intersect(of).Days()
	all, _ := of.Days()
	return big.NewRat(int64(n), int64(all))
}

// stepOf is the quarter of a day, from 1.
func stepOf(d calendar.Date) int {
	n := 1
	for from := calendar.MustDate("2026-04-01"); !d.Before(from); from = from.AddMonths(3) {
		n++
	}
	return n
}

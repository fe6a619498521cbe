package plan_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

const company = `company: Northwind
currency: USD
calendar: months from 2026-01
events:
  deal: {closed: date, account: key, amount: money, seats: count, seller: payee, partner: payee?}
territories:
  - {territory: T-LARGE, when: amount >= 1_000 USD}
  - {territory: T-SMALL, when: amount < 1_000 USD}
credit:
  - {rule: owners, to: "seller 60%, owner of territory rest", as: bookings}
  - {rule: volume, to: seller, amount: seats, as: seats, overlay: true, effective: 2026-01-01..2026-06-30}
  - {rule: managers, roll up: bookings, along: manager, levels: 2, as: team bookings}
measures:
  booked: sum of bookings, quarter to date
  deals: count of bookings, month
`

const rep = `plan: Rep
version: "2026.1"
effective: 2026-01-01..2026-12-31
for: role Rep, Senior
personal: {rate: ratio, target: money per year}
quota:
  booked: {window: quarter, without quota: skip, prorate: calendar days}
tables:
  bands:
    whole by: booked
    edges: "% of quota"
    tiers: [{from: 0%, rate: 6%}, {above: 100%, rate: 5%}]
components:
  commission:
    for each: credit of bookings
    pays: amount * personal.rate
    round: each line
  bonus:
    every: quarter
    gate: attainment(booked) >= 80%
    pays: booked * tier_rate(booked, bands)
caps:
  - {of: [commission, bonus], at: 60_000 USD per year}
`

func files(at ...string) fs.FS {
	fsys := fstest.MapFS{}
	for i := 0; i+1 < len(at); i += 2 {
		fsys[at[i]] = &fstest.MapFile{Data: []byte(at[i+1])}
	}
	return fsys
}

func load(t *testing.T, fsys fs.FS) *plan.Program {
	t.Helper()
	p, err := plan.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAGoodFolderIsTheProgramThatItSays(t *testing.T) {
	p := load(t, files(plan.CompanyFile, company, "plans/rep.yaml", rep))
	if p.Company != "Northwind" || p.Currency.String() != "USD" || len(p.Plans) != 1 {
		t.Fatalf("company %q in %s with %d plans", p.Company, p.Currency, len(p.Plans))
	}
	deal := p.Rules.Schemas[0]
	if deal.Kind != "deal" || strings.Join(deal.Names(), " ") != "closed account amount seats seller partner" || deal.Incentive != 0 {
		t.Errorf("event %s: %v, the incentive date is %d", deal.Kind, deal.Names(), deal.Incentive)
	}
	if f := deal.Fields[5]; f.Type != crediting.Payee || !f.Optional {
		t.Errorf("partner is %+v, want an optional payee", f)
	}
	if n := len(p.Rules.Territories.All()); n != 2 {
		t.Errorf("%d territories, want 2", n)
	}
	volume, up := p.Rules.Rules[1], p.Rules.RollUps[0]
	if !volume.Overlay || volume.Effective != calendar.Inclusive(calendar.MustDate("2026-01-01"), calendar.MustDate("2026-06-30")) {
		t.Errorf("the rule volume is %+v", volume)
	}
	if up.Of != "bookings" || up.As != "team bookings" || up.Along != "manager" || up.Levels != 2 {
		t.Errorf("the roll-up is %+v", up)
	}
	if m, ok := p.Measure("booked"); !ok || m.How != measure.Sum || m.Window != calendar.UnitQuarter || !m.ToDate {
		t.Errorf("the measure booked is %v", m)
	}
	for name, unit := range map[string]dsl.Unit{"bookings": dsl.Money("USD"), "seats": dsl.Counted, "team bookings": dsl.Money("USD")} {
		if c, ok := p.Type(name); !ok || c.Unit != unit {
			t.Errorf("credit of %s is %v, want %v", name, c.Unit, unit)
		}
	}
}

func TestAPlanIsWhatItsFileSays(t *testing.T) {
	p := load(t, files(plan.CompanyFile, company, "plans/rep.yaml", rep)).Plans[0]
	if p.ID != "Rep" || p.Version != "2026.1" || strings.Join(p.Roles, "|") != "Rep|Senior" || p.Effective.String() != "2026-01-01..2026-12-31" {
		t.Errorf("plan %s %s for %q over %s", p.ID, p.Version, p.Roles, p.Effective)
	}
	if q, ok := p.Quota("booked"); !ok || q.Without != plan.WithoutSkip || !q.Prorate || q.Basis.Method != calendar.CalendarDays {
		t.Errorf("the quota of booked is %+v", q)
	}
	if len(p.Personal) != 2 || p.Personal[0].Unit != dsl.Ratio || p.Personal[1].Unit != dsl.Money("USD") || p.Personal[1].Scale != 2 {
		t.Errorf("the personal values are %+v", p.Personal)
	}
	commission, bonus := p.Components[0], p.Components[1]
	if commission.Credit != "bookings" || !commission.EachLine || commission.Gate != nil || !commission.Pays.Uses("personal.rate") {
		t.Errorf("commission is %+v", commission)
	}
	if bonus.Every != calendar.UnitQuarter || bonus.EachLine || !bonus.Gate.Uses("quota(booked)") || !bonus.Pays.Uses("booked") {
		t.Errorf("bonus is %+v", bonus)
	}
	if len(commission.Inputs) != len(commission.Slots) || len(bonus.Inputs) != len(bonus.Slots) {
		t.Errorf("inputs and slots do not stand beside each other")
	}
	if got, want := p.Caps[0].String(), "cap 60000.00 USD per year on commission, bonus"; got != want {
		t.Errorf("the cap is %q, want %q", got, want)
	}
	if at := commission.At.String(); at != "plans/rep.yaml:14:3" {
		t.Errorf("commission stands at %s", at)
	}
}

// Rates that fall make a warning: the plan is computed as it is written.
func TestWarningsOfAProgramThatLoadsAreItsFindings(t *testing.T) {
	found := load(t, files(plan.CompanyFile, company, "plans/rep.yaml", rep)).Findings()
	if len(found) != 1 || found[0].Code != "table-falls" || found[0].Severity != source.Warning || found[0].Span.String() != "plans/rep.yaml:12:35" {
		t.Errorf("findings %v, want one warning table-falls at plans/rep.yaml:12:35", found)
	}
	sound := load(t, files(plan.CompanyFile, company, "plans/rep.yaml", strings.Replace(rep, "rate: 5%", "rate: 7%", 1)))
	if len(sound.Findings()) > 0 {
		t.Errorf("findings of a sound plan: %v", sound.Findings())
	}
}

// The hash is pinned: it is stored with results, and `sha256sum` gives it by hand.
func TestTheHashIsOfNamesAndContents(t *testing.T) {
	const want = "8a995a263f0b26e1d735db13421f7b3646ff60b0e37e9c2756d87a7ae99e40d1"
	p := load(t, files(plan.CompanyFile, company, "plans/rep.yaml", rep))
	if p.Hash != want {
		t.Errorf("hash %s, want %s", p.Hash, want)
	}
	with := load(t, files(plan.CompanyFile, company, "plans/rep.yaml", rep, "people.csv", "payee\n", "plans/notes.md", "x"))
	if with.Hash != want {
		t.Errorf("a file that is no plan changes the hash to %s", with.Hash)
	}
	renamed := load(t, files(plan.CompanyFile, company, "plans/sales.yaml", rep))
	if renamed.Hash == want {
		t.Errorf("another name of a file leaves the hash")
	}
}

func TestAnyChangeOfAPlanFileChangesTheHash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hash := func(text string) string {
			p, err := plan.Load(files(plan.CompanyFile, company, "plans/rep.yaml", text))
			if err != nil {
				t.Fatal(err)
			}
			return p.Hash
		}
		a := rapid.StringMatching(`[a-z ]{0,8}`).Draw(t, "a")
		b := rapid.StringMatching(`[a-z ]{0,8}`).Draw(t, "b")
		if same := hash(rep+"# "+a+"\n") == hash(rep+"# "+b+"\n"); same != (a == b) {
			t.Fatalf("comments %q and %q: the hashes are the same: %t", a, b, same)
		}
	})
}

func TestAFolderWithoutACompanySaysWhatACompanyIs(t *testing.T) {
	_, err := plan.Load(files("plans/rep.yaml", rep))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "a company is a folder with payproof.yaml and plans/*.yaml") {
		t.Errorf("got %v", err)
	}
}

// What a fault leaves undeclared is not reported again where it is used.
func TestOneMistakeIsOneFinding(t *testing.T) {
	for name, c := range map[string]struct{ was, is, code string }{
		"a rule without a recipient":   {"{rule: owners, to:", "{rule: owners, tu:", "unknown-key"},
		"a rule for a field not there": {"amount: seats, as: seats", "amount: seets, as: seats", "unknown-name"},
		"a measure without a window":   {"sum of bookings, quarter to date", "sum of bookings", "measure"},
		"a measure of unknown credit":  {"sum of bookings", "sum of bokings", "unknown-credit-type"},
		"a type of field":              {"account: key", "account: kye", "field-type"},
		"a currency":                   {"currency: USD", "currency: USX", "currency"},
		"the company cannot be read":   {"company: Northwind", "company: \"Northwind", "yaml"},
	} {
		text := strings.Replace(company, c.was, c.is, 1)
		var found source.Diagnostics
		if _, err := plan.Load(files(plan.CompanyFile, text, "plans/rep.yaml", rep)); !errors.As(err, &found) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found = found.Only(source.Error)
		if len(found) != 1 || found[0].Code != c.code {
			t.Errorf("%s: got\n%v\nwant %s alone", name, found, c.code)
		}
	}
}

func TestAmongManyRulesThoseThatNoIndexFindsAreNamed(t *testing.T) {
	var rules strings.Builder
	for i := range 120 {
		fmt.Fprintf(&rules, "  - {rule: r%d, when: 'account == \"a%d\"', to: seller, as: bookings, overlay: true}\n", i, i)
	}
	rules.WriteString("  - {rule: odd, when: seats / 2 > 3, to: seller, as: bookings, overlay: true}\n")
	many := strings.Replace(company, "credit:\n", "credit:\n"+rules.String(), 1)
	p, err := plan.Load(fstest.MapFS{"payproof.yaml": {Data: []byte(many)}, "plans/rep.yaml": {Data: []byte(rep)}})
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, d := range p.Findings() {
		if d.Code == "rule-scanned" {
			named = append(named, d.Message)
		}
	}
	if len(named) != 1 || !strings.Contains(named[0], `"odd"`) {
		t.Errorf("named: %q", named)
	}
}

func TestAmongManyTerritoriesThoseThatNoIndexFindsAreNamed(t *testing.T) {
	var all strings.Builder
	all.WriteString("territories:\n")
	for i := range 120 {
		fmt.Fprintf(&all, "  - {territory: t%d, when: 'account == \"a%d\"'}\n", i, i)
	}
	all.WriteString("  - {territory: odd, parent: t1, when: seats / 2 > 3}\n  - {territory: rest, when: seats / 2 > 400}\n")
	_, rest, _ := strings.Cut(company, "credit:\n")
	before, _, _ := strings.Cut(company, "territories:\n")
	many := before + all.String() + "credit:\n" + rest
	p, err := plan.Load(fstest.MapFS{"payproof.yaml": {Data: []byte(many)}, "plans/rep.yaml": {Data: []byte(rep)}})
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, d := range p.Findings() {
		if d.Code == "territory-scanned" {
			named = append(named, d.Message)
		}
	}
	if len(named) != 1 || !strings.Contains(named[0], `"rest"`) {
		t.Errorf("named: %q", named)
	}
}

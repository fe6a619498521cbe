package workload

import (
	"fmt"
	"strings"
)

// company is payproof.yaml.
func (q Quarter) company() string {
	var b strings.Builder
	b.WriteString("company: The Quarter\ncurrency: USD\ncalendar: months from 2026-01\n\nevents:\n  deal:\n")
	for _, f := range q.fields() {
		fmt.Fprintf(&b, "    %s: %s\n", f.name, f.declared)
	}
	b.WriteString("\nterritories:\n")
	for _, t := range q.territories() {
		fmt.Fprintf(&b, "  - territory: %s\n    when: %s\n", t.name, t.when)
	}
	b.WriteString(`
credit:
  - rule: new-business
    when: kind in ["new", "expansion", "cancel"]
    to: role AE on account
    as: bookings
  - rule: renewals
    when: kind == "renewal"
    to: role AE on account
    as: renewals
`)
	fmt.Fprintf(&b, "  - rule: engineers\n    when: %s\n    to: owner of territory\n    as: supported\n    overlay: true\n", q.supported())
	for _, u := range q.Uplifts() {
		fmt.Fprintf(&b, "  - rule: %s\n    when: %s\n    to: role AE on account\n    amount: amount * %s\n    as: %s\n",
			u.Name, u.when(), permille(u.Permille), u.As)
	}
	for _, typ := range rolledUp {
		fmt.Fprintf(&b, "  - rule: team-%[1]s\n    roll up: %[1]s\n    as: team %[1]s\n    along: manager\n    levels: %d\n", typ, q.Levels)
	}
	fmt.Fprintf(&b, `
measures:
  bookings: sum of bookings, quarter to date
  families: count distinct %s of bookings, quarter
  campaigns: sum of campaigns, month
  bands: sum of bands, month
  team: sum of team bookings, quarter to date
  team renewals: sum of team renewals, quarter
  team campaigns: sum of team campaigns, month
  team bands: sum of team bands, month
  supported: sum of supported, month
`, q.counted())
	return b.String()
}

// rolledUp are the types of credit that managers see.
var rolledUp = [...]string{"bookings", "renewals", "campaigns", "bands"}

// counted is the field of which a bonus counts the different values.
func (q Quarter) counted() string {
	if q.Wide() {
		return "kind"
	}
	return "family"
}

// supported is when an engineer is credited beside the rep.
func (q Quarter) supported() string {
	if q.Wide() {
		return `kind == "expansion"`
	}
	return `family in ["F1", "F2"]`
}

// territory is a part of the market, which an engineer owns.
type territory struct{ name, when string }

func (q Quarter) territories() (out []territory) {
	if q.Wide() {
		for _, k := range kinds {
			out = append(out, territory{"T-" + k, fmt.Sprintf("kind == %q", k)})
		}
		return out
	}
	for _, r := range names(Regions, regionName) {
		out = append(out, territory{"T-" + r, fmt.Sprintf("region == %q", r)})
	}
	return out
}

// plans are the files of plans/, by name.
func (q Quarter) plans() [][2]string {
	rep := fmt.Sprintf(`plan: Rep
version: "1"
for: role Rep

quota:
  bookings: {window: quarter}

tables:
  accelerator:
    marginal by: bookings
    edges: "%% of quota"
    tiers:
      - {from: 0%%, rate: 5%%}
      - {from: 100%%, rate: 8%%}
      - {from: 150%%, rate: 11%%}

components:
  commission:
    for each: credit of bookings
    pays: marginal(bookings, accelerator)
  renewals:
    for each: credit of renewals
    pays: amount * 3%%
  uplift:
    every: month
    pays: campaigns + bands
  bonus:
    every: quarter
    gate: attainment(bookings) >= 80%%
    pays: if families >= 4 { 2_500 USD } else { 1_000 USD }

caps:
  - {of: [renewals], at: %s USD per quarter}
`, cents(q.RenewalCap()))
	return [][2]string{{"engineer.yaml", engineerPlan}, {"manager.yaml", managerPlan}, {"rep.yaml", rep}}
}

const managerPlan = `plan: Manager
version: "1"
for: role Manager

personal: {target: money}

quota:
  team: {window: quarter}

tables:
  curve:
    whole by: team
    edges: "% of quota"
    tiers:
      - {from: 0%, rate: 0%}
      - {from: 70%, rate: 50%}
      - {from: 90%, rate: 85%}
      - {from: 100%, rate: 100%}
      - {from: 120%, rate: 140%}

components:
  target:
    every: quarter
    pays: personal.target * tier_rate(attainment(team), curve)
  renewals:
    every: quarter
    gate: attainment(team) >= 60%
    pays: team renewals * 0.1%
  override:
    every: month
    pays: (team campaigns + team bands) * 1%
`

const engineerPlan = `plan: Engineer
version: "1"
for: role Engineer

components:
  support:
    every: month
    pays: supported * 0.5%
`

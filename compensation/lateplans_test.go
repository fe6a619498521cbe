package compensation_test

import "strings"

const lateCompany = `company: Late
currency: USD
calendar: months from 2026-01
events:
  deal:
    closed: date
    account: key
    product: [Core, Cloud, Care]
    seller: payee?
    amount: money
territories:
  - {territory: core, when: product == "Core"}
  - {territory: other, when: product != "Core"}
credit:
  - {rule: sold, to: role AE on account, as: bookings}
  - {rule: owned, when: amount > 100, to: owner of territory, as: owned, overlay: true}
  - {rule: shared, when: product == "Care" and seller is not missing, to: seller 70%, amount: amount * 1.5, as: shared, shares: any}
  - {rule: team, roll up: bookings, as: team, along: manager}
measures:
  bookings: sum of bookings, quarter to date
  kinds: count distinct product of bookings, quarter
  largest: max of bookings, month
  owned: sum of owned, month
  team: sum of team, quarter to date
`

const latePlan = `plan: Rep
version: "1"
for: role Rep
quota:
  bookings: {window: quarter}
tables:
  rates:
    marginal by: bookings
    edges: "% of quota"
    tiers:
      - {from: 0%, rate: 5%}
      - {from: 100%, rate: 9%}
components:
  commission:
    for each: credit of bookings
    pays: marginal(bookings, rates)
  shared:
    for each: credit of shared
    pays: amount * 5% * weight
    weight: 40%
    multiplier: 110%
  month:
    every: month
    pays: owned * 1% + largest * 0.5%
  quarter:
    every: quarter
    pays: kinds * 100 USD per kind
  so far: {to date: quarter, never falls: true, gate: bookings > 100 USD, pays: bookings * 3%}
caps:
  - {of: [shared], at: 40 USD per quarter}
`

// finely is the plan with a component that pays more finely than in cents, and one whose gate waits for the end of the quarter.
var finely = strings.NewReplacer("so far: {", "so far: {precision: 4 places, ", "  month:\n", "  month:\n    gate: kinds >= 2\n").Replace(latePlan)

const lateManagers = `plan: Manager
version: "1"
for: role Manager
components:
  team:
    every: month
    pays: team * 1%
`

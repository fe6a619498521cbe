package earning

import (
	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
)

// PayUnit is the pay period.
const PayUnit = calendar.UnitMonth

// Segment is a run of days that a payee spends on one plan with one set of
// personal values. A change of plan or role cuts: each segment has its own quota,
// and its measures begin at zero.
type Segment struct {
	Plan     *plan.Plan
	Personal map[string]decimal.Decimal // by the name that the plan declares
	Days     calendar.Range
}

package workload

import (
	"fmt"
	"strings"
)

// Uplift is a rule that gives extra credit for events that fulfil all it says: nil or
// false does not ask.
type Uplift struct {
	Name     string // in the plan file
	As       string // the type of credit: campaigns or bands
	Products []int  // one of these
	Regions  []int  // one of these
	Channels []int  // one of these
	Kinds    []Kind // one of these
	Permille int64  // of the amount
	From, To int64  // cents: the amount is From or more, and below To
	AtLeast  bool   // From is asked
	Below    bool   // To is asked
}

// grids divide products, regions and channels into groups; each cell is a campaign.
var grids = [...][3]int{{10, 1, 1}, {10, 10, 1}, {Products, 5, Channels}, {Products, Regions, Channels}}

// Uplifts are the rules: half of them campaigns, which exclude each other, and half
// bands, which do, too.
func (q Quarter) Uplifts() []Uplift {
	q = q.orDefault()
	campaigns := q.Rules / 2
	out := make([]Uplift, 0, q.Rules)
	for i := range campaigns {
		u := Uplift{Name: fmt.Sprintf("campaign-%d", i+1), As: "campaigns", Permille: 5 * int64(1+i%9)}
		if q.Wide() {
			u.Kinds = []Kind{Kind(i % len(kinds))}
			u.between(i/len(kinds), (campaigns+len(kinds)-1)/len(kinds))
		} else {
			u.cell(i, campaigns)
		}
		out = append(out, u)
	}
	for i := range q.Rules - campaigns {
		u := Uplift{Name: fmt.Sprintf("band-%d", i+1), As: "bands", Permille: 5 * int64(1+i%7)}
		u.between(i, q.Rules-campaigns)
		out = append(out, u)
	}
	return out
}

// cell asks for the i-th cell of the coarsest grid with enough of them; of the finest
// every cell is there but those of the last rules.
func (u *Uplift) cell(i, of int) {
	g := grids[len(grids)-1]
	for _, coarser := range grids {
		if of <= coarser[0]*coarser[1]*coarser[2] {
			g = coarser
			break
		}
	}
	u.Products = group(i%g[0], g[0], Products)
	u.Regions = group(i/g[0]%g[1], g[1], Regions)
	u.Channels = group(i/g[0]/g[1]%g[2], g[2], Channels)
}

// group is the i-th of n groups of members; of one group, nil: all.
func group(i, n, members int) (out []int) {
	if n == 1 {
		return nil
	}
	for m := i * members / n; m < (i+1)*members/n; m++ {
		out = append(out, m)
	}
	return out
}

// between asks for the i-th of n bands of amounts. The first has no lower bound and
// the last no upper one.
func (u *Uplift) between(i, n int) {
	width := max(1, int64(50_000_00)/int64(n))
	u.From, u.AtLeast = int64(i)*width, i > 0
	u.To, u.Below = int64(i+1)*width, i < n-1
}

// when is the condition as a formula.
func (u *Uplift) when() string {
	var all []string
	all = one(all, "product", u.Products, productName)
	all = one(all, "region", u.Regions, regionName)
	all = one(all, "channel", u.Channels, channelName)
	all = one(all, "kind", u.Kinds, Kind.String)
	if u.AtLeast {
		all = append(all, "amount >= "+cents(u.From)+" USD")
	}
	if u.Below {
		all = append(all, "amount < "+cents(u.To)+" USD")
	}
	if len(all) == 0 {
		return "true"
	}
	return strings.Join(all, " and ")
}

// one adds the condition that a field is one of members.
func one[T any](all []string, field string, members []T, name func(T) string) []string {
	switch len(members) {
	case 0:
		return all
	case 1:
		return append(all, fmt.Sprintf("%s == %q", field, name(members[0])))
	}
	quoted := make([]string, len(members))
	for i, m := range members {
		quoted[i] = fmt.Sprintf("%q", name(m))
	}
	return append(all, field+" in ["+strings.Join(quoted, ", ")+"]")
}

// cents writes an amount: 12 is 0.12.
func cents(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// permille writes a rate: 15 is 1.5%.
func permille(n int64) string { return fmt.Sprintf("%d.%d%%", n/10, n%10) }

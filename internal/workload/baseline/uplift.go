package baseline

import (
	"fmt"
	"slices"

	"github.com/payproof/payproof/internal/workload"
)

// uplifts is the index of the uplift rules, which exclude each other within their
// type: cells of product, region and channel, and ranges of the amount.
type uplifts struct {
	cells  [workload.Products][workload.Regions][workload.Channels]int64 // per mille
	bands  ranges                                                        // of any kind
	byKind [4]ranges
}

// ranges are amounts, from low to high.
type ranges struct {
	from, to []int64 // cents; from to below to
	permille []int64
}

func newUplifts(rules []workload.Uplift) (*uplifts, error) {
	u := &uplifts{}
	for i := range rules {
		r := &rules[i]
		ofCell := r.Products != nil
		switch {
		case ofCell && (r.AtLeast || r.Below || r.Kinds != nil):
			return nil, fmt.Errorf("the rule %s asks for more than a cell", r.Name)
		case ofCell:
			u.cell(r)
		case len(r.Kinds) == 1:
			u.byKind[r.Kinds[0]].add(r)
		default:
			u.bands.add(r)
		}
	}
	return u, nil
}

// cell enters a rule in all cells of its members; nil is all.
func (u *uplifts) cell(r *workload.Uplift) {
	for _, p := range r.Products {
		for region := range workload.Regions {
			for channel := range workload.Channels {
				if has(r.Regions, region) && has(r.Channels, channel) {
					u.cells[p][region][channel] = r.Permille
				}
			}
		}
	}
}

func has(list []int, n int) bool { return list == nil || slices.Contains(list, n) }

// The bounds of a rule that has none are beyond all amounts.
const (
	lowest  = -1 << 62
	highest = 1 << 62
)

// add enters a rule behind those for lower amounts.
func (r *ranges) add(rule *workload.Uplift) {
	from, to := int64(lowest), int64(highest)
	if rule.AtLeast {
		from = rule.From
	}
	if rule.Below {
		to = rule.To
	}
	r.from, r.to, r.permille = append(r.from, from), append(r.to, to), append(r.permille, rule.Permille)
}

// find is the rate of the range that an amount is in, or 0.
func (r *ranges) find(cents int64) int64 {
	at, exact := slices.BinarySearch(r.from, cents)
	if !exact {
		at--
	}
	if at < 0 || cents >= r.to[at] {
		return 0
	}
	return r.permille[at]
}

// permille is what the rules that match an event give together.
func (u *uplifts) permille(e *event) int64 {
	return u.cells[e.product][e.region][e.channel] + u.bands.find(e.cents) + u.byKind[e.kind].find(e.cents)
}

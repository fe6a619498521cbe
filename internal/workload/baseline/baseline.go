// Package baseline pays the quarter by a program written by hand: int64 cents, no
// rules engine, an index of the uplift rules made for them, CSV taken apart byte
// by byte, duplicates rejected. It is what a good engineer would write in a week for this
// one plan, and is used as a yardstick for the product's speed and as an oracle for its
// payouts. It shares no code with the product; of the workload it takes the rules as
// data, everything else it reads from the files.
//
// What it does not do: explain, correct, know another plan, or check that a sum fits in 64
// bits. Amounts of up to 1,000,000,000.00 in the quarter are safe.
//
// Units: an amount is in cents, an uplift in thousandths of a cent, and what is paid is
// rounded half to even where the product rounds: the total so far of a component, so
// that months add up to the quarter.
package baseline

import (
	"cmp"
	"io"
	"io/fs"
	"math/bits"
	"slices"

	"github.com/payproof/payproof/internal/workload"
)

// months of the quarter.
const months = 3

// Payout is the Cents that a Component pays a Payee for a Month, counted from 0.
// There is none where nothing is paid.
type Payout struct {
	Month     int
	Payee     string
	Component string
	Cents     int64
}

// Run pays a quarter from the folder that it wrote.
func Run(q workload.Quarter, folder fs.FS) ([]Payout, error) {
	m, err := readMarket(folder)
	if err != nil {
		return nil, err
	}
	uplifts, err := newUplifts(q.Uplifts())
	if err != nil {
		return nil, err
	}
	c := &crediting{market: m, uplifts: uplifts, wide: q.Wide(), totals: make([]totals, len(m.people.keys))}
	f, err := folder.Open("events/deal.csv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := c.read(f); err != nil {
		return nil, err
	}
	return c.pay(q.RenewalCap()), nil
}

// event is a line of the feed, as far as the plans look at it.
type event struct {
	day, account             int
	product, region, channel int
	kind                     workload.Kind
	cents                    int64
}

func (e *event) family() int { return e.product * workload.Families / workload.Products }

func (e *event) month() int { return monthOf(e.day) }

// totals is what somebody was credited with, by month.
type totals struct {
	bookings, renewals, supported [months]int64 // cents
	uplift                        [months]int64 // thousandths of a cent
	different                     uint64        // families, or kinds, of bookings: a bit each
}

// crediting credits events.
type crediting struct {
	market  *market
	uplifts *uplifts
	wide    bool // events have four fields that matter, and plans look at kinds instead of families
	totals  []totals
}

// credit gives an event to the owner of its account and all above, and its overlay
// to the engineer of its territory.
func (c *crediting) credit(e *event) error {
	rep, err := c.market.owner(e.account, e.day)
	if err != nil {
		return err
	}
	month := e.month()
	uplift := e.cents * c.uplifts.permille(e)
	if e.kind != workload.Renewal {
		c.totals[rep].different |= 1 << c.counted(e)
	}
	for p := rep; p != nobody; p = c.market.manager[p] {
		t := &c.totals[p]
		if e.kind == workload.Renewal {
			t.renewals[month] += e.cents
		} else {
			t.bookings[month] += e.cents
		}
		t.uplift[month] += uplift
	}
	if who := c.engineer(e); who != nobody {
		c.totals[who].supported[month] += e.cents
	}
	return nil
}

func (c *crediting) counted(e *event) int {
	if c.wide {
		return int(e.kind)
	}
	return e.family()
}

func (c *crediting) engineer(e *event) int {
	switch {
	case c.wide && e.kind == workload.Expansion:
		return c.market.byKind[e.kind]
	case !c.wide && e.family() < 2:
		return c.market.byRegion[e.region]
	}
	return nobody
}

// pay is all payouts, by month, payee and component.
func (c *crediting) pay(renewalCap int64) []Payout {
	var out []Payout
	for i := range c.totals {
		p := payee{totals: &c.totals[i], quota: c.market.quota[i], target: c.market.target[i]}
		for name, amounts := range p.components(c.market.role[i], renewalCap) {
			for month, cents := range amounts {
				if cents != 0 {
					out = append(out, Payout{month, c.market.people.keys[i], name, cents})
				}
			}
		}
	}
	slices.SortFunc(out, Payout.Compare)
	return out
}

// Compare orders by month, payee and component.
func (p Payout) Compare(o Payout) int {
	return cmp.Or(cmp.Compare(p.Month, o.Month), cmp.Compare(p.Payee, o.Payee), cmp.Compare(p.Component, o.Component))
}

// differentOnes counts the bits of what is different.
func (t *totals) differentOnes() int { return bits.OnesCount64(t.different) }

// read credits every line of the feed.
func (c *crediting) read(feed io.Reader) error {
	reader := eventReader{lines: newLines(feed), accounts: c.market.accounts, ids: newDictionary()}
	if err := reader.header(c.wide); err != nil {
		return err
	}
	var e event
	for {
		err := reader.next(&e)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = c.credit(&e)
		}
		if err != nil {
			return reader.lines.at(err)
		}
	}
}

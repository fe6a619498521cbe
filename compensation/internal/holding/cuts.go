package holding

import (
	"strings"

	"github.com/payproof/payproof/compensation/internal/earning"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/money"
)

// piece is what a pay period brings for a line: what it earned, or what a cap took of it or gave back.
type piece struct {
	line   *earning.Line
	month  calendar.Period
	amount money.Amount
}

// pieces are the lines less what caps took of each. A cap is over a component, not over events: what it takes
// in a pay period is taken from the period's last line first, since the last deals are those that
// go over the cap. What it gives back goes first to those of which it was taken and that are taken back in the period; then
// it makes up for the period's lines that are below zero, and then for those that it was taken from, the first one first.
func pieces(c calendar.Calendar, lines []earning.Line, cuts []earning.Cut) (out []piece, err error) {
	p := pieced{calendar: c, lines: lines, nets: make([]money.Amount, len(lines)), of: map[place][]int{}, taken: map[capped][]take{}}
	for i := range lines {
		l := &lines[i]
		p.nets[i] = l.Amount
		k := place{l.Plan.ID, l.Component.Name, l.PostedIn}
		p.of[k] = append(p.of[k], i)
		p.out = append(p.out, piece{l, l.PostedIn, l.Amount})
	}
	for i := range cuts {
		if c := &cuts[i]; c.Amount.Sign() < 0 {
			err = p.take(c)
		} else {
			err = p.giveBack(c)
		}
		if err != nil {
			return nil, err
		}
	}
	return p.out, nil
}

type place struct {
	plan      fact.PlanID
	component string
	month     calendar.Period
}

// capped is a component under a cap, through the versions of its plan, in one window: what was taken in one is never
// given back in another.
type capped struct {
	plan           fact.PlanID
	cap, component string
	window         calendar.Period
}

func (p *pieced) capped(c *earning.Cut) (capped, error) {
	days, err := p.calendar.Range(c.PostedIn)
	return capped{c.Plan.ID, strings.Join(c.Cap.Of, "\x00"), c.Component, p.calendar.PeriodOf(c.Cap.Window, days.From)}, err
}

// take is what a cap took of a line.
type take struct {
	line   int
	amount money.Amount
}

type pieced struct {
	calendar calendar.Calendar
	lines    []earning.Line
	nets     []money.Amount // of lines, after the cuts so far
	of       map[place][]int
	taken    map[capped][]take
	out      []piece
}

// cut changes a line by an amount, posted in a pay period.
func (p *pieced) cut(line int, month calendar.Period, amount money.Amount) (err error) {
	p.out = append(p.out, piece{&p.lines[line], month, amount})
	p.nets[line], err = p.nets[line].Add(amount)
	return err
}

func (p *pieced) take(c *earning.Cut) error {
	left := c.Amount.Neg()
	mine := p.of[place{c.Plan.ID, c.Component, c.PostedIn}]
	key, err := p.capped(c)
	if err != nil {
		return err
	}
	for i := len(mine) - 1; i >= 0 && left.Sign() > 0; i-- {
		part := least(left, p.nets[mine[i]])
		if part.Sign() <= 0 {
			continue
		}
		if err := p.cut(mine[i], c.PostedIn, part.Neg()); err != nil {
			return err
		}
		p.taken[key] = append(p.taken[key], take{mine[i], part})
		if left, err = left.Sub(part); err != nil {
			return err
		}
	}
	return nil
}

func (p *pieced) giveBack(c *earning.Cut) error {
	key, err := p.capped(c)
	if err != nil {
		return err
	}
	takes := p.taken[key]
	left, err := p.giveBackTo(c, c.Amount, takes)
	if err != nil {
		return err
	}
	for _, i := range p.of[place{c.Plan.ID, c.Component, c.PostedIn}] {
		part := least(left, p.nets[i].Neg())
		if part.Sign() <= 0 || p.lines[i].Of != nil {
			continue
		}
		if err := p.cut(i, c.PostedIn, part); err != nil {
			return err
		}
		if left, err = left.Sub(part); err != nil {
			return err
		}
	}
	for i := range takes {
		part := least(left, takes[i].amount)
		if part.Sign() <= 0 {
			continue
		}
		if err := p.cut(takes[i].line, c.PostedIn, part); err != nil {
			return err
		}
		if takes[i].amount, err = takes[i].amount.Sub(part); err != nil {
			return err
		}
		if left, err = left.Sub(part); err != nil {
			return err
		}
	}
	return nil
}

// least is the smaller of two amounts of one currency.
func least(a, b money.Amount) money.Amount {
	if c, err := a.Cmp(b); err == nil && c > 0 {
		return b
	}
	return a
}

// giveBackTo returns to lines that are taken back what a cap took of them, at most what is taken.
func (p *pieced) giveBackTo(c *earning.Cut, left money.Amount, takes []take) (money.Amount, error) {
	for _, i := range p.of[place{c.Plan.ID, c.Component, c.PostedIn}] {
		l := &p.lines[i]
		if l.Of == nil {
			continue
		}
		for k := range takes {
			t := &takes[k]
			if p.lines[t.line].Credit != l.Of.Credit || p.lines[t.line].Component.Name != l.Of.Component.Name {
				continue
			}
			part := least(least(left, t.amount), p.nets[i].Neg())
			if part.Sign() <= 0 {
				continue
			}
			err := p.cut(i, c.PostedIn, part)
			if err == nil {
				t.amount, err = t.amount.Sub(part)
			}
			if err == nil {
				left, err = left.Sub(part)
			}
			if err != nil {
				return left, err
			}
		}
	}
	return left, nil
}

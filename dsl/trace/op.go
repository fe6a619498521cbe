package trace

import (
	_ "embed"
	"slices"
)

// Op says how a node's value follows from its children. The set may grow in a
// minor version: switch with a default case.
type Op string

// The operations; [Op.Meaning] says what each does.
const (
	Literal      Op = "literal"
	Input        Op = "input"
	Add          Op = "add"
	Sub          Op = "sub"
	Mul          Op = "mul"
	Div          Op = "div"
	Neg          Op = "neg"
	Min          Op = "min"
	Max          Op = "max"
	Abs          Op = "abs"
	Round        Op = "round"
	Compare      Op = "compare"
	Logic        Op = "logic"
	If           Op = "if"
	Let          Op = "let"
	Missing      Op = "missing"
	Coalesce     Op = "coalesce"
	Marginal     Op = "marginal"
	Slice        Op = "slice"
	TierRate     Op = "tier rate"
	Excess       Op = "excess"
	Step         Op = "step"
	Interpolated Op = "interpolated"
	Cell         Op = "cell"
	Mod          Op = "mod"
	Function     Op = "function"
	Sum          Op = "sum"
	Count        Op = "count"
	Distinct     Op = "distinct"
	Largest      Op = "largest"
	Credit       Op = "credit"
	Event        Op = "event"
	Quota        Op = "quota"
	Prorated     Op = "prorated"
	Allocated    Op = "allocated"
	RolledUp     Op = "rolled up"
	Earning      Op = "earning"
	Gate         Op = "gate"
	Capped       Op = "capped"
	Payout       Op = "payout"
	Cumulative   Op = "cumulative"
	Held         Op = "held"
	Released     Op = "released"
	Balance      Op = "balance"
	Prior        Op = "prior period"
)

// meanings says of every op how its value follows: the one table behind
// [Op.Meaning], the published schema and the legend of a page.
var meanings = [...]struct {
	op   Op
	says string
}{
	{Literal, "A number or text written in the formula. No children."},
	{Input, "A value that went into the formula, named by the label: the value of its child, which says where the input came from. A leaf when nobody knows more, or when it was explained before."},
	{Add, "The first child plus the second, exact."},
	{Sub, "The first child less the second, exact."},
	{Mul, "The first child times the second, exact."},
	{Div, "The first child divided by the second, rounded half-even to 16 decimal places."},
	{Neg, "The child with its sign turned."},
	{Min, "The least of the children. Of a measure, as a leaf, the least of no items, which is zero."},
	{Max, "The greatest of the children."},
	{Abs, "The child without its sign."},
	{Round, "The child rounded; the detail names the decimal places, or the minor unit of the currency, and the mode. Flagged rounded when a digit was lost."},
	{Compare, "Whether the first child stands to the second as the detail says (==, !=, <, <=, >, >=), or is one of the texts that the detail lists. An attainment is compared as a pair: the measure with the quota times the number, nothing is divided."},
	{Logic, "and: true when all children are. or: true when one child is. not: true when the child is false. The detail says which; a child that was not needed stands among the roads not taken."},
	{If, "The first child is the condition; the value is that of the second, the branch taken. The other branch is a road not taken."},
	{Let, "The value of the child, a part of the formula that has a name."},
	{Missing, "Whether the optional input named by the label is missing."},
	{Coalesce, "The value of the optional input, or where it is missing (flagged defaulted) the default: the value of the last child."},
	{Marginal, "The sum of the children that are slices. The others are the amount that walks the table: what lies between before(m) and after(m), or the whole amount, and the quota where edges are parts of it."},
	{Slice, "The part of an amount that lies in one tier, times the tier's rate, exact. The detail gives both and where the tier starts: AMOUNT at RATE from EDGE."},
	{TierRate, "The rate of the tier that the first child reaches, the quota being the second where edges are parts of it. The detail names the tier and where it starts."},
	{Excess, "What the first child has above a base, times the rate of the tier that it reaches, exact; below the base nothing. The detail gives the tier, its rate and the base; where they are parts of the quota, the quota is the last child. With a child for the amount before, the same of it is taken off."},
	{Step, "The value of the tier that the first child reaches, the quota being the second where edges are parts of it. The detail names the tier and where it starts."},
	{Interpolated, "The value on the straight line between the two points in the detail, at the first child: LOW + (child - FROM) x (HIGH - LOW) / (TO - FROM), where the quotient is rounded half-even to 16 decimal places and points are written VALUE at EDGE. Where edges are parts of the quota, the second child, FROM and TO are multiplied with it."},
	{Cell, "The value that a table gives for the children, its keys in order. The detail names the band or name of each; on lines between, the values at the four corners, weighted by nearness, rounded half-even to 16 decimal places."},
	{Mod, "What is left of the first child after whole multiples of the second: from 0 up to the second without its sign."},
	{Function, "What the function that the label names gave for the children. add_months moves the first, a date, by the second, a number of months; to the last day of a month that has no such day. Any other is of the embedding program, and trusted."},
	{Sum, "The sum of the children. As a leaf, the sum of no credits, which is zero."},
	{Count, "The number of children. One that takes an event back, as its detail says, counts -1 when nothing is left of that event, and 0 before."},
	{Distinct, "How many different values of a field the children have; each child's detail begins with that field and its value."},
	{Largest, "The greatest of the children. One of which a part was taken back is the sum of both. As a leaf, of no items, which is zero."},
	{Credit, "What the credit rule named by the label gives for the event that is the child, by the amount of that rule in the plan. With two events, the first takes the second back: what the rule gave for the second, in the proportion in the detail, with the sign turned, so that all reversals of an event together take exactly its credit."},
	{Event, "A line of the feed, named by the label, with its fields in the detail; the value is its amount, or the field that the measure above adds up. No children: look it up in the data. One that takes another back, where the measure adds up a field, has that other as its child: the value is that of its field, in the proportion in the detail, with the sign turned."},
	{Quota, "A quota fact: of the measure in the label, for whom and when the detail says. No children: look it up in the data."},
	{Prorated, "The part of the child that the detail names, or of each child for its days. Of a quota, the first child is what was stated, and the others are days of which only a part is due, with what they count for. A part of money is divided by largest remainder, so that all parts sum to the whole and each is less than a minor unit from its exact share; other parts are rounded half-even. Where the last child is an event that takes another one back: the part of the first child, an earning, that the detail names. What a component earned for one event in several credits is divided by largest remainder, by what is left of each, and rounded cumulatively, so that all reversals of an event together take exactly what it earned."},
	{Allocated, "A part of what the rule named by the label gives for the event that is the child: the detail gives the share and the whole. Divided by largest remainder, so that all parts sum to the whole and each is less than a minor unit from share times whole."},
	{RolledUp, "A credit passed up a relationship, along the path in the detail: by the amount of the rule in the label, from what the payee at the start of the path was credited for the event that is the child. That credit is in credits.csv. Limited as the detail says, so never more than the event."},
	{Earning, "What a component earned, for the credit or the period in the label: the value of its child. It needed no rounding."},
	{Gate, "The first child is the condition of the component. Where it holds, the value is that of the second child; where not, zero."},
	{Capped, "What a cap took away (negative) or gave back when room was freed (positive), so that what was earned in the window stays within the cap. The text is the cap; the detail says how much was earned and by how much that is over."},
	{Payout, "What is paid: the sum of the children."},
	{Cumulative, "Of an earning: the total so far rounded by the mode in the detail, less what was posted before, which is there too; so lines sum to the rounded total. Of a measure: the running total, explained by the lines above it."},
	{Held, "What was earned for the event, or the period, in the label after caps, kept back (negative) until what the detail names; positive where what was earned is negative, or where a reversal takes back what was never paid."},
	{Released, "What became due of what is held for the event in the label: the part in the detail of all that was earned for it, rounded once, less what was released before. Negative where less is released than before, which is held again. The first child is that event, or the credit that was held as a whole; the others are the events that released it now."},
	{Balance, "What moves a balance of the payee in the pay period: a draw, a guarantee, a reserve, or what is carried forward. The label says which, the detail by which rule of the plan; the children are the numbers that the rule looks at, as they stood then."},
	{Prior, "What a pay period that is closed comes to now, the first child, less all that is in the ledger of it, the second, wherever it was posted: of the event and the period in the label. The difference is paid in the first pay period that is open."},
}

// Ops lists every op, in the order of the schema.
func Ops() []Op {
	out := make([]Op, len(meanings))
	for i, m := range meanings {
		out[i] = m.op
	}
	return out
}

// Meaning says in a sentence or two how the value of such a node follows from its
// children, for an auditor who re-derives it; "" for an op that is not known.
func (o Op) Meaning() string {
	for _, m := range meanings {
		if m.op == o {
			return m.says
		}
	}
	return ""
}

//go:embed trace.schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of what [Node.WriteJSON] writes, with the
// meaning of every op.
func Schema() []byte { return slices.Clone(schema) }

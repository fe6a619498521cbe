package shape

import "time"

// Company is payproof.yaml.
func Company() Block {
	b := block("company", "The company, once: what happens in it, whose it is, and what is counted.",
		need("company", text(), "The company's name, as results and statements print it.", "Northwind SaaS"),
		need("currency", form("[A-Z]{3}"), "The currency of the events' money and of all pay, as an ISO 4217 code.", "USD", "EUR"),
		may("calendar", text(), "The fiscal calendar that periods, windows and quotas follow; the calendar year when it is left out.",
			"months from 2026-01", "months from 2026-02, named by start", "4-4-5 weeks from 2026-02-01"),
		may("weekend", someOf(word(weekdays()...)), "The days of the week on which nobody works; Saturday and Sunday when it is left out.", []string{"Friday", "Saturday"}),
		may("holidays", list(phrase("{date}")), "The days on which nobody works, beside weekends; proration by working days leaves them out.", []string{"2026-01-01", "2026-12-25"}),
		may("rounding", word(roundings()...), "How a tie is rounded where an amount becomes pay; half-even when it is left out.", "half-even"),
		need("events", names(nested(EventKind())), "The kinds of event that can earn credit, each with its fields."),
		may("dimensions", names(nested(Dimension())), "Hierarchies by which the market is divided, such as geography.",
			example(`{"geo": {"of": "region", "members": {"EMEA": ["DE", "FR"], "AMER": ["US"]}}}`)),
		may("territories", list(nested(Territory())), "How the market is divided; each event belongs to at most one territory."),
		relations(),
		exchange(),
		late(),
		ordered(),
		need("credit", list(either(nested(Rule()), nested(RollUp()))), "The rules that say who is credited for an event, and who above them."),
		need("measures", names(either(form(measureForm), nested(Measure()))), "The numbers that plans look at: credit or events, folded over a window of time.",
			example(`{"bookings": "sum of bookings, quarter to date", "deals": "count of bookings, month"}`)),
		may("files", files(), "Where the data stands that is no file of ours, and how it is written: by kind of event, or people, edges, quotas, assignments, fx.",
			example(`{"deal": {"read": "exports/opportunities-*.csv", "columns": {"id": "Opportunity ID"}, "dates": "MM/DD/YYYY"}}`)),
	)
	b.One = "the company"
	b.Later = companyLater()
	return b
}

// weekdays are the days of the week by name.
func weekdays() (out []string) {
	for d := time.Monday; d <= time.Saturday; d++ {
		out = append(out, d.String())
	}
	return append(out, time.Sunday.String())
}

const (
	recipientForm = `(owner\s+of\s+territory|role\s+\S+\s+on\s+[^\s,]+|team\s+[^\s,]+|[^\s,]+)(\s+(\d+(\.\d+)?%(\s+of\s+rest)?|rest))?`
	rangeForm     = `(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?`
)

// IncentiveDate is the key that names the date field which selects period, rules
// and rates.
const IncentiveDate = "incentive date"

// EventKind is one kind of event: its fields, the date that counts, and what it takes back.
func EventKind() Block {
	b := block("kind of event", "The fields of one kind of event, each with its type; a list of texts is an enum.",
		may(IncentiveDate, text(), "The date field that selects period, rules and rates; the first date field when it is left out.", "closed"),
		may("reversal of", text(), "The field of type key that names the event which is taken back; with a question mark behind its type, only events that have it filled in take one back.", "original"),
	)
	field := either(form(`(key|payee|payees|date|money|currency|count|number)\??`), list(text()))
	b.Others = &field
	b.Reserved = []string{"id", "revision", "withdrawn"}
	return b
}

// Dimension is a hierarchy of names.
func Dimension() Block {
	return block("dimension", "A hierarchy of members, the broad ones above the narrow.",
		may("of", text(), "The field of an event that says the member, declared as a key; the one of the dimension's name when it is left out.", "region"),
		need("members", tree(), "The members: a list, or a mapping of members to those below them.", example(`{"EMEA": ["DE", "FR"], "AMER": {"US": ["US-East", "US-West"]}}`)),
	)
}

// Territory is one part of the market.
func Territory() Block {
	return block("territory", "One part of the market: the events that a condition holds for, or those of named accounts.",
		need("territory", text(), "The territory's name; edges.csv says who owns it, and when.", "T-EMEA-NORTH"),
		may("when", formula(), "The condition under which an event belongs to it.", `region == "EMEA-North" and segment == "Enterprise"`),
		may("dimension", names(texts()), "The members that the territory has of each dimension, with all below them.", example(`{"geo": "EMEA"}`)),
		may("parent", text(), "The territory that this one is a part of: it narrows what that covers.", "T-ALL"),
		may("accounts", either(texts(), names(form(rangeForm))), "Named accounts, which belong to it whatever the conditions of others say; a mapping says on which days, both ends included.", []string{"a0001", "a0002"},
			example(`{"a0001": "2026-01-01..2026-02-14", "a0002": ".."}`)),
		may("of", text(), "The kind of event, where the company has several.", "deal"),
	)
}

// Rule is a credit rule for events.
func Rule() Block {
	b := block("rule", "Credits events to people.",
		need("rule", text(), "The rule's name, which explanations cite.", "owner-gets-the-deal"),
		may("of", text(), "The kind of event, where the company has several.", "deal"),
		may("when", formula(), "The condition under which an event is credited by this rule; every event when it is left out.", `kind in ["new", "expansion"] and product != "Services"`),
		need("to", form(`\s*`+recipientForm+`(\s*,\s*`+recipientForm+`)*\s*`), "Who is credited: a field that names a payee or several, the owner of the territory, a role on a key, on a payee or on the territory, or a team; with shares, a split.",
			"team West", "owner of territory", "seller 60%, partner 40%", "role SE on account", "partner 30%, owner of territory rest"),
		may("amount", formula(), "What the event counts for; the event's field amount when it is left out.", "amount * 50%"),
		need("as", either(text(), list(text()), names(formula())), "The type of credit that is given, which measures and components name; several of one amount as a list, or each with its own amount.", "bookings", []string{"bookings", "new business"},
			example(`{"bookings": "amount", "seats sold": "seats"}`)),
		may("shares", word("whole", "any"), "Whether the shares come to 100 %, which is the default, or to anything.", "any"),
		may("overlay", truth(), "Whether it is extra credit beside that of other rules, given on purpose.", true),
		may("effective", form(rangeForm), "The incentive dates for which the rule holds, both ends included; always when it is left out.", "2026-01-01..2026-06-30"),
		may("group", text(), "A group of rules of which only the first that holds for an event credits it.", "who sold it"),
		beside("group", may("priority", whole(1, maxPriority), "The rule's place in its group, 1 first; the order of the file when no rule of the group has one.", 1)),
		may("exclude", someOf(name(RuleName)), "Rules that keep this one out: where one of them holds for an event, this one credits nobody.", "strategic accounts"),
		may("vacant", word("suspense", "up", "none"), "What happens where nobody owns the event's territory: the credit is kept until somebody does, which is the default, goes to the owner of the territory above, or to nobody.", "up"),
		may("protect", nested(protection()), "Which deals stay with the owner of the territory on the day on which they were opened, when the account or the territory moves before they close.",
			example(`{"since": "opened", "for": "90 days"}`)),
		held(),
	)
	return b
}

// protection leaves open deals with whoever owned them before a move.
func protection() Block {
	b := block("protection", "Leaves deals that were open when their account or territory moved with the owner of before.",
		need("since", name(DateFieldName), "The date field that says when the deal was opened.", "opened"),
		may("for", phrase(days), "How long after the move a deal has to close to be protected.", "90 days"),
		may("until", phrase("{date}"), "The last day on which a protected deal may close.", "2026-06-30"),
	)
	b.OneOf = []string{"for", "until"}
	return b
}

// RollUp is a credit rule that passes credit up a relationship.
func RollUp() Block {
	b := block("roll-up", "Passes credit up a relationship: what is credited below counts above.",
		need("rule", text(), "The rule's name, which explanations cite.", "managers"),
		need("roll up", text(), "The type of credit that is passed up; a rule above gives it.", "bookings"),
		need("as", text(), "The type of credit that those above have; a name of its own.", "team bookings"),
		need("along", text(), "The relationship in edges.csv that credit climbs.", "manager"),
		may("levels", whole(1, maxLevels), "How many levels credit climbs; to the top when it is left out.", 2),
		may("skip", whole(1, maxLevels), "How many levels credit passes over before it counts; fewer than levels.", 1),
		may("vacant", word("next level", "stop", "error"), "What happens at a place whose payee is away: who is above stands in, which is the default, credit goes no further, or the run fails.", "stop"),
		may("when", computes(Truth, OfRollUp), "The condition under which credit counts for a recipient.", `level <= 2`),
		may("amount", computes(anything, OfRollUp), "What counts above; what was credited below when it is left out. from, to and best are the payee directly below, the recipient, and the highest on the path below.", "amount * 50%"),
		may("overlays", truth(), "Whether overlay credit is passed up, too.", true),
		may("de-duplicate", word("up to the event", "sum", "largest"), "How much of an event counts for a recipient, of all roll-ups of the type: at most the event's amount, own credit included, which is the default; all of it; or the largest credit alone.", "up to the event"),
		may("effective", form(rangeForm), "The incentive dates for which the rule holds, both ends included; always when it is left out.", "2026-01-01..2026-06-30"),
		may("group", text(), "A group of roll-ups of which only the first that holds for an event passes its credit up.", "who leads"),
		beside("group", may("priority", whole(1, maxPriority), "The roll-up's place in its group, 1 first; the order of the file when no roll-up of the group has one.", 1)),
		may("exclude", someOf(name(RuleName)), "Rules and roll-ups that keep this one out: where one of them holds for an event, this one passes nothing up.", "strategic accounts"),
		held(),
	)
	b.One, b.The = "a rule that rolls up", "the rule"
	return b
}

const maxLevels = 100

// maxPriority is the last place that a rule may have in its group.
const maxPriority = 10_000

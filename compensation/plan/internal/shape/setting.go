package shape

import "github.com/payproof/payproof/dsl/calendar"

// companyLater are the blocks of the company that are checked and not computed yet.
func companyLater() []Key {
	return []Key{
		may("pay calendar", either(phrase(payPeriods()...), nested(payCalendar())), "How often people are paid, and on which day.",
			"semi-monthly", "every 2 weeks from 2026-01-02"),
	}
}

// late is the key for what facts do that come after their period was closed.
func late() Key {
	return may("late", keyed(FactsName, word("restate", "gains only", "from known", "current period")),
		"What a fact does that comes after its period was closed, by kind of event or facts: restate what it changes, which is the default, only what raises pay, or only from the first pay period that was open when it became known.",
		example(`{"edges": "gains only", "people": "from known"}`))
}

// ordered is the key for the order of events.
func ordered() Key {
	return may("order by", either(someOf(name(FieldName)), nested(orderOfEvents())), "The fields by which events of one incentive date are ordered, before their id.", "amount")
}

// exchange is the key for exchange rates.
func exchange() Key {
	return may("fx", nested(conversion()), "How amounts of other currencies are converted, and with whose rates.",
		example(`{"measure": "plan rate", "missing day": "on or before 3 days"}`))
}

// conversion says which exchange rates convert what.
func conversion() Block {
	b := block("conversion", "The two conversions: of events into the currency of measures, and of what is earned into that of pay.",
		may("measure", phrase("{set} on incentive date", "{set} on {date}", "{set} on {date field}", "{set}"), "The set of rates for events, and the day of the rate; the incentive date when no day stands there.", "plan rate", "spot on closed"),
		may("missing day", phrase("on or before {n} days|day", "on or before, at most {n} days|day", "refuse"), "Whether the rate of an earlier day stands in for a day without one; refused when it is left out.", "on or before 3 days"),
		may("inverse", truth(), "Whether a rate of the opposite direction may divide.", true),
		may("cross", phrase("{currency}"), "The currency through which two rates may be chained.", "EUR"),
		may("pay", phrase("{set} on posting|pay|incentive date", "{set} on {date}", "{set}"), "The set of rates for what is earned by who is paid in another currency, and the day of the rate; the posting date, which is the last day of the pay period and its pay date, when no day stands there.", "spot on posting date"),
		beside("pay", may("recovery", word("as recorded", "current rate"), "By which rate money that was earned is taken back: the recorded one, which is the default, or that of the day on which it is.", "as recorded")),
	)
	b.The = "fx"
	return b
}

// relations is the key for the relationships that there are.
func relations() Key {
	return may("relations", either(list(text()), names(nested(relation()))), "The relationships that edges.csv may have, so that a misspelt one is found.",
		[]string{"manager", "mentor"}, example(`{"manager": {"from": "payee", "to": "payee", "at most": 1}}`))
}

// relation is a dated, named edge between two things.
func relation() Block {
	ends := func() Type { return word("payee", "account", "territory", "team") }
	return block("relation", "What a relationship leads from and to.",
		need("from", ends(), "What it leads from.", "payee"),
		need("to", ends(), "What it leads to.", "payee"),
		may("at most", whole(1, 1000), "To how many it may lead on one day; any number when it is left out.", 1),
		may("shares", word("whole", "any"), "Whether the shares of one day must come to 100 %, or to anything, which is the default.", "whole"),
	)
}

func payPeriods() []string {
	return []string{"weekly", "monthly", "semi-monthly", "weekly from {date}", "every {n} weeks from {date}"}
}

// payCalendar says when people are paid.
func payCalendar() Block {
	return block("pay calendar", "How often people are paid, and on which day.",
		need("every", phrase(payPeriods()...), "How often.", "semi-monthly"),
		may("pay date", phrase("{n} days|day after", "day {n} of next month", "last day of next month", "last day"), "The day of payment, seen from the end of the period; its last day when it is left out.", "5 days after", "day 15 of next month"),
	)
}

// orderOfEvents is how events of one day are ordered.
func orderOfEvents() Block {
	b := block("order", "How events of one incentive date are ordered, and where late ones stand.",
		may("fields", someOf(name(FieldName)), "The fields, the first counting most; then the id.", []string{"amount"}),
		may("late events", word("last", "by incentive date"), "Where an event stands that comes after its period was closed: where its date puts it, which is the default; after all of it is not computed yet.", "by incentive date"),
	)
	b.One, b.The = "an order", "the order"
	return b
}

// held is the key of a rule that holds what it gives.
func held() Key {
	return may("hold", nested(ruleHold()), "What is kept back of the credit, or of its pay, until something happens; it stands in the place of the plan's hold.",
		example(`{"what": "credit", "until": "customer paid"}`))
}

// methods are all ways to prorate.
func methods() (out []string) {
	for m := calendar.CalendarDays; m <= calendar.WholeMonths; m++ {
		out = append(out, m.String())
	}
	return append(out, "calendar days of actual year")
}

package shape

// planLater are the blocks of a plan that are checked and not computed yet.
func planLater() []Key {
	return []Key{
		may("accrual", nested(accrual()), "How the cost of what is paid is spread over time in the books.", example(`{"of": "commission", "over": "36 months", "from": "closed"}`)),
	}
}

// accrual spreads the cost of obtaining a contract, as ASC 340-40 asks.
func accrual() Block {
	b := block("accrual", "How the cost of obtaining a contract is spread, as ASC 340-40 and IFRS 15 ask.",
		components(),
		need("over", phrase("{n} months|month|years|year", "term of {number field}"), "How long the contract's cost is spread.", "36 months", "term of term_months"),
		may("from", name(DateFieldName), "The day on which it begins; the incentive date when it is left out.", "closed"),
		may("method", word("straight line", "by revenue"), "How it is spread: evenly, which is the default, or as the revenue comes.", "straight line"),
		may("expense at once", phrase("up to "+months), "The term up to which it is no asset.", "up to 12 months"),
		may("on reversal", word("impair", "continue"), "What is left when the contract ends early: written off, which is the default, or spread on.", "impair"),
	)
	b.One = "an accrual"
	return b
}

// objectives are goals that are scored.
func objectives() Block {
	b := block("objectives", "Goals that are scored.",
		need("every", word("month", "quarter", "half", "year"), "The period that is scored.", "quarter"),
		need("at target", computes(Money, OfPeriod), "What a score of 100% in all of them pays.", "personal.target * 20%"),
		need("goals", parts(names(nested(objective())), "weight"), "The goals; their weights come to 100 %.", example(`{"pipeline": {"weight": "100%", "scored by": "manager"}}`)),
	)
	b.One, b.The = "objectives", "objectives"
	return b
}

// objective is one goal.
func objective() Block {
	b := block("objective", "A goal, with its weight, and what scores it.",
		need("weight", phrase("{share}"), "The part of the whole that the goal is worth.", "60%"),
		may("scored by", name(RelationshipName), "The relationship to whom scores it.", "manager"),
		may("score", computes(Ratio, OfPeriod), "The formula that scores it.", "if deals >= 5 { 100% } else { 0% }"),
		may("least", phrase("{percent}"), "The score below which it pays nothing.", "50%"),
		may("most", phrase("{percent}"), "The highest score; 100% when it is left out.", "120%"),
	)
	b.One, b.The = "an objective", "the objective"
	b.OneOf = []string{"scored by", "score"}
	return b
}

// pool is an amount that people divide.
func pool() Block {
	return block("pool", "An amount that people divide by weights and days.",
		need("every", word("month", "quarter", "half", "year"), "The period that it is for.", "quarter"),
		need("amount", computes(Money, OfPeriod), "The amount, which is the same whoever is asked for.", "company(sold) * 2%"),
		may("among", texts(), "The roles whose people divide it, of those that the plan is for; all who are on the plan when it is left out.", "AE, SE"),
		may("weight", computes(anything, OfPeriod), "What each is weighted with; alike when it is left out.", "personal.weight"),
		may("days", word("on the plan", "all"), "Whether days count, which is the default, or who was there for a part has a whole share.", "on the plan"),
	)
}

func prorated() []string { return []string{"quota", "target pay"} }

// prorates is the key for what shrinks with a part of a period.
func prorates() Key {
	return may("prorate", either(someOf(word(prorated()...)), nested(proration())), "What shrinks for who is on the plan during a part of a period.", []string{"quota", "target pay"})
}

// segmented is the key for what a change inside a period does.
func segmented() Key {
	return may("segments", nested(segments()), "What a change inside a period does, by what changes.", example(`{"plan": "separate", "quota": "blended"}`))
}

// proration says what shrinks with a part of a period, and how.
func proration() Block {
	b := block("proration", "What shrinks for who is on the plan during a part of a period, and how the part is measured.",
		need("what", someOf(word(prorated()...)), "What shrinks.", []string{"quota", "target pay"}),
		may("by", word(methods()...), "How a part is measured; by calendar days when it is left out.", "working days"),
		may("start day", word("counted", "not counted"), "Whether the first day counts; it does when it is left out.", "not counted"),
	)
	return b
}

// segments says what a change inside a period does.
func segments() Block {
	each := func(what string) Key {
		return may(what, word("separate", "blended", "carry"), "What a change of "+what+" inside a period does: each part on its own, one attainment for all, or the position in the table goes on.", "blended")
	}
	b := block("segments", "What a change inside a period does, by what changes.",
		each("plan"), each("role"), each("quota"), each("territory"), each("manager"), each("target pay"))
	b.One, b.The = "segments", "segments"
	return b
}

// windfall says what a single deal above a size does.
func windfall() Block {
	b := block("windfall", "What a single deal above a size pays and counts.",
		components(),
		need("above", phrase("{money}", "{percent} of quota"), "The size from which a deal is a windfall.", "500_000 USD", "200% of quota"),
		may("when", computes(Truth, OfCredit), "A further condition.", "share >= 50%"),
		may("measure", word("full", "up to limit", "none"), "How much of it counts for attainment: all, which is the default, as much as the size above, or nothing.", "up to limit"),
		may("measures", someOf(name(MeasureName)), "The measures that this is about; all when it is left out.", "sold"),
		may("rate", phrase("{percent}"), "The rate for what lies above; the component's own when it is left out.", "2%"),
	)
	b.Later = componentLater()
	return b
}

// quotaTerms are the keys of a quota rule for what is due of a quota.
func quotaTerms() []Key {
	return []Key{
		may("seasonality", parts(list(phrase("{share}")), "-"), "The part of the year's quota that each period has; they come to 100 %.", []string{"20%", "20%", "25%", "35%"}),
		may("ramp", list(phrase("{share}")), "The part of the quota in the first, second … month of who is new; all of it afterwards.", []string{"25%", "50%", "75%"}),
		may("relief", names(phrase("by days", "{share}")), "Causes for which facts reduce a quota: on days of the cause nothing of it is due, or a part of it less.", example(`{"parental leave": "by days", "sabbatical": "50%"}`)),
		may("when changed", phrase("re-derive", "from {date}"), "What a change of the quota inside a window does: the window is computed again, which is the default, or the new one counts from a day on.", "re-derive", "from 2026-02-15"),
	}
}

// componentLater are those of a component.
func componentLater() []Key {
	return []Key{
		may("approval", phrase("required", "{relationship}"), "Who has to approve its pay.", "manager"),
	}
}

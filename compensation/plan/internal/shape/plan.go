package shape

// Plan is one file of plans/.
func Plan() Block {
	b := block("plan", "A compensation plan, for one kind of people: what it pays for, and how much.",
		need("plan", text(), "The plan's name through all its versions.", "Account Executive"),
		need("version", text(), "The version, a text in quotes.", "2026.1"),
		may("effective", form(rangeForm), "The days on which the plan pays, both ends included; always when it is left out.", "2026-01-01..2026-12-31", "2026-07-01.."),
		may("for", form(`role \s*\S.*`), "The role or roles whose people are on the plan unless assignments.csv says otherwise.", "role AE", "role AE, Senior AE"),
		may("personal", names(form(`(money|ratio|count)( per .+)?`)), "Values that assignments.csv sets for each payee; formulas write personal.target.",
			example(`{"target": "money per year"}`)),
		may("quota", names(nested(QuotaRule())), "The measures that have a quota, and how quotas are used.",
			example(`{"bookings": {"window": "quarter", "without quota": "skip", "prorate": "calendar days"}}`)),
		prorates(),
		segmented(),
		may("tables", names(anyTable()), "Rate tables, which formulas name."),
		need("components", names(nested(Component())), "What the plan pays for; each is a line of the payout.",
			example(`{"commission": {"for each": "credit of bookings", "pays": "amount * 6%"}}`)),
		may("caps", list(nested(Cap())), "Limits of what components pay together, applied in this order.",
			example(`[{"of": ["commission", "mix bonus"], "at": "60_000 USD per year", "spread": "last first"}]`)),
		may("objectives", nested(objectives()), "Goals that are scored.", example(`{"every": "quarter", "at target": "personal.target * 20%", "goals": {"pipeline": {"weight": "60%", "scored by": "manager"}, "hiring": {"weight": "40%", "scored by": "manager"}}}`)),
		may("pool", names(nested(pool())), "An amount that people divide.", example(`{"team pool": {"every": "quarter", "amount": "company(sold) * 2%", "among": "AE, SE", "days": "on the plan"}}`)),
		may("windfall", nested(windfall()), "What a single deal above a size pays and counts.", example(`{"above": "500_000 USD", "measure": "up to limit", "rate": "2%"}`)),
	)
	b.Keys = append(b.Keys, payments()...)
	b.Later = planLater()
	b.Instead = map[string]string{
		"minimum": leastPay, "min": leastPay, "floor": leastPay, "least": leastPay,
		"maximum": "write `caps:`, such as `caps: [{of: commission, at: 60_000 USD per year}]`",
		"role":    "write `for: role AE`", "roles": "write `for: role AE`",
	}
	return b
}

// leastPay is what to write for the least that is paid: of a component a formula, of a
// payment a block that is still to come.
const leastPay = "for the least that a component pays write `pays: max(500 USD, amount * 10%)`; for the least that is worth a payment there is `minimum payment:` in the plan"

// QuotaRule says how a plan uses the quota of a measure.
func QuotaRule() Block {
	b := block("quota rule", "How the quota of a measure is used.",
		may("window", word("week", "month", "quarter", "half", "year"), "The window that one quota is for; it is the measure's.", "quarter"),
		may("without quota", word("error", "0%", "100%", "skip"), "What happens to a payee without one: the run fails, which is the default, the attainment is 0% or 100%, or what needs the quota pays nothing.", "skip", "100%"),
		may("prorate", word(methods()...), "How much of the quota counts for who is on the plan during a part of the window; all of it when it is left out.", "calendar days"),
		may("start day", word("counted", "not counted"), "Whether the first day of who begins inside of the window is part of it; it is when this is left out.", "not counted"),
	)
	b.Keys = append(b.Keys, quotaTerms()...)
	return b
}

// Component is one thing that a plan pays for.
func Component() Block {
	b := block("component", "One thing that the plan pays for: each credit, every period, a window to date, or a day.",
		may("for each", form(`credit of .+`), "Pays each credit of a type on its own.", "credit of bookings"),
		may("to date", word("month", "quarter", "half", "year"), "Pays what the window is worth so far, less what it has paid already, every pay period.", "year"),
		may("every", word("month", "quarter", "half", "year"), "Pays once for every period, at its end.", "quarter"),
		may("once", phrase("{date}", "at end|start"), "Pays a single time: on a day, or on the last or the first day of the plan.", "2026-06-30", "at end"),
		may("gate", formula(), "The condition without which it pays nothing.", "attainment(bookings) >= 80%"),
		beside("gate", may("until known", word("hold", "pay and re-derive"), "What happens while the gate is over a window that is still open: nothing is paid, which is the default, or it is paid, and taken back where the gate does not hold in the end.", "hold", "pay and re-derive")),
		need("pays", formula(), "The formula of what is paid, in the company's currency.",
			"marginal(bookings, accelerator)", "if families >= 3 { 2_500 USD } else { 0 USD }"),
		may("multiplier", formula(), "A ratio that what it pays is multiplied with.", "if deals >= 5 { 1.2 } else { 1 }", "120%"),
		may("weight", phrase("{share}"), "The part of the target pay that the component is worth; formulas write weight. Those of a plan come to 100 % at the most.", "40%"),
		beside("to date", may("quota", word("to date", "whole window"), "Attainment against the part of the quota that is due so far, or against that of the whole window, which is the default.", "to date")),
		beside("to date", may("never falls", truth(), "Whether a fall of what the window is worth takes nothing back: only what it is worth more than ever before is paid.", true)),
		beside("to date", may("re-rate", phrase("from {date}"), "The day from which a new version of the plan computes the window again; its own first day when it is left out.", "from 2026-07-01")),
		may("round", word("cumulative", "each line"), "How lines are rounded: so that they sum to the period, which is the default, or each on its own.", "each line"),
		may("precision", phrase("minor unit", "exact", "{n} places|place", "0 places"), "How fine what it pays is; to the currency's minor unit when it is left out.", "exact", "4 places"),
	)
	b.OneOf = []string{"for each", "every", "to date", "once"}
	b.Joins = map[string]string{"every": "to date"}
	b.Later = componentLater()
	b.Instead = map[string]string{
		"minimum": leastPay, "min": leastPay, "floor": leastPay, "least": leastPay,
		"maximum": "write `caps:` in the plan, or `pays: min(10_000 USD, amount * 10%)`", "cap": "write `caps:` in the plan, or `pays: min(10_000 USD, amount * 10%)`",
		"rate": "write it in the formula: `pays: amount * 6%`", "when": "write `gate:`, the condition without which it pays nothing",
	}
	return b
}

// Cap is a limit of what components pay.
func Cap() Block {
	return block("cap", "A limit of what components pay together.",
		need("of", texts(), "The components, by name.", []string{"commission", "mix bonus"}),
		need("at", form(`\s*\d[\d_]*(\.\d+)?\s+[A-Z]{3}\s+per\s+(month|quarter|half|year)\s*`), "The most that they pay together over a window.", "60_000 USD per year"),
		may("spread", word("last first", "pro rata"), "Who gives way: the component that is named last first, which is the default, or each by what it earned.", "last first", "pro rata"),
	)
}

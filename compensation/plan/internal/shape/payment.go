package shape

const (
	amountPerWindow = "{money} per month|quarter|half|year"
	months          = "{n} months|month"
	periods         = "{n} months|month|quarters|quarter|periods|period"
	days            = "{n} days|day|months|month"
)

// components is the key for a block that is not about the whole plan.
func components() Key {
	return may("of", someOf(name(ComponentName)), "The components that it is about; all of the plan when it is left out.", "commission")
}

// hold says what is kept back, and until when.
func hold() Block {
	return block("hold", "What is kept back until something happens: money, which has been earned, or credit, which then does not count yet.",
		components(),
		may("what", word("payment", "credit"), "Payment is earned on the incentive date and paid later; credit counts only when it is released.", "payment"),
		may("credit", someOf(name(TypeName)), "The types of credit that are held; all when it is left out.", "bookings"),
		until(), releasedBy(),
	)
}

// ruleHold is the hold of a rule: of all credit that the rule gives.
func ruleHold() Block {
	return block("hold of a rule", "What is kept back of the credit that the rule gives: its pay, or the credit, which then does not count yet.",
		may("what", word("payment", "credit"), "Payment is earned on the incentive date and paid later; credit counts only when it is released.", "credit"),
		until(), releasedBy(),
	)
}

func until() Key {
	return need("until", name(MomentName), "What releases it: a kind of event that names what is held, or a date field of that.", "customer paid")
}

func releasedBy() Key {
	return may("by", name(NumberFieldName), "The field with how much is released by then: a number from 0 to 1, which is the part, or money, which is a payment of the held event's amount; all of it when left out.", "paid fraction")
}

// clawback says what a reversal takes back.
func clawback() Block {
	return block("clawback", "What is taken back when what was paid for is undone.",
		components(),
		need("reversed by", name(ReversalName), "What undoes: a kind of event, or a member of an event's enum.", "cancel"),
		may("within", phrase(days+" of {moment}"), "How long after which day a reversal still counts; for ever when it is left out.", "180 days of closed"),
		may("rate", word("original", "current"), "The rate at which was paid, which is the default for each credit, or the one that is reached now.", "original"),
		may("attainment", word("return", "keep"), "Whether the measure falls by what is reversed, which is the default.", "return"),
		may("share", either(phrase("{share}", "unserved ÷|/ {number field}"), list(nested(shareStep()))), "How much is taken back: a part, a part by days, or what is left of a term; all of it when it is left out.", "100%", "unserved / term_months"),
		may("limit", word("earned", "paid so far"), "The most that is taken: what was earned, which is the default, or what was paid of it so far.", "paid so far"),
		may("recovery", phrase("at once", "in {n} instalments", "from future earnings", "up to {share} of future earnings"), "How it comes back: at once, which is the default, in equal parts, or only from what is payable. What is below zero is carried forward where plans keep balances.", "in 3 instalments", "up to 50% of future earnings"),
		may("reached bonuses", word("re-derive", "keep"), "Bonuses that the event helped to reach: they are computed again, which is the default, or what was reached before is kept.", "keep"),
	)
}

// shareStep is a part that is taken back up to a number of days.
func shareStep() Block {
	return block("step of a clawback", "How much is taken back up to a time.",
		need("up to", phrase(days), "The time since the deal, this day included.", "90 days"),
		need("share", phrase("{share}"), "The part that is taken back.", "50%"),
	)
}

// draw is an advance against what will be earned.
func draw() Block {
	return block("draw", "An advance against what will be earned.",
		need("amount", either(phrase(amountPerWindow), list(nested(drawStep()))), "How much for every window, or a list of amounts with how long each is paid.", "3_000 USD per month"),
		may("for", phrase(periods), "How long it is paid; as long as the plan when it is left out.", "6 months"),
		may("paid", word("as a floor", "on top"), "Whether it tops up what is earned, which is the default, or is paid beside it.", "as a floor"),
		may("recover", phrase("above the draw", "all", "up to {share}"), "How much of later pay goes to what is owed.", "up to 50%"),
		may("keep", phrase(amountPerWindow, "{share}"), "What a payee is paid at least while it is recovered.", "1_000 USD per month"),
		may("recovery from", phrase("{date}", "month|period {n}"), "When recovery begins; at once when it is left out.", "month 4"),
		may("balance limit", phrase("{money}"), "The most that may be owed; no more draw is paid then.", "10_000 USD"),
		may("forgive", phrase("never", "at end", "{share} per|by month"), "What of the debt is given up; never when it is left out.", "never"),
		may("on leaving", phrase("owe", "forgive", "deduct up to {share}"), "What happens to the debt of who leaves; it is owed when it is left out.", "deduct up to 50%"),
	)
}

// drawStep is an amount for a time.
func drawStep() Block {
	return block("step of a draw", "An amount, and how long it is paid.",
		need("amount", phrase(amountPerWindow), "How much for every window.", "3_000 USD per month"),
		need("for", phrase(periods), "How long.", "3 months"),
	)
}

// guarantee is a top-up to a minimum.
func guarantee() Block {
	return block("guarantee", "A top-up to a minimum, which is not owed.",
		components(),
		need("amount", phrase(amountPerWindow), "What is paid at least for every window.", "4_000 USD per month"),
		may("for", phrase(periods, "{dates}"), "How long; as long as the plan when it is left out.", "3 months"),
		may("measured", word("per period", "to date"), "Whether each period is topped up on its own, which is the default, or all so far together.", "per period"),
		may("recoverable", truth(), "Whether later pay gives it back.", false),
		may("covers", word("clawbacks"), "Clawbacks come before it, so that it covers them; otherwise they come after it.", "clawbacks"),
	)
}

// leaving says what happens to the money of who leaves.
func leaving() Block {
	b := block("leaving", "What happens to the money of who leaves.",
		may("held", word("pay when due", "pay", "forfeit"), "What was held back: it is paid when it is due, which is the default, or with the last payment, or it is lost.", "pay when due"),
		may("balance", word("write off", "invoice"), "What is owed.", "write off"),
		may("earn until", word("termination", "last payment"), "Which events still earn: those up to the last day at work, which is the default, or up to the end of its pay period.", "termination"),
		may("threshold", word("kept", "waived"), "Whether the minimum payment still holds; waived when it is left out.", "waived"),
	)
	b.One, b.The = "leaving", "leaving"
	return b
}

// minimumPayment is the least that is worth a payment.
func minimumPayment() Block {
	return block("minimum payment", "The least that is worth a payment; less is carried to the next.",
		need("amount", phrase("{money}"), "The least payment.", "50 USD"),
		may("final pay", word("waived", "kept"), "Whether it holds for the last payment of who leaves; waived when it is left out.", "waived"),
	)
}

// reserve is a share of each payment that is kept back.
func reserve() Block {
	return block("reserve", "A share of each payment that is kept for what may be taken back.",
		need("share", phrase("{share}"), "The share of each payment.", "10%"),
		need("released after", phrase(days), "How long it is kept.", "12 months"),
		may("at most", phrase("{money}"), "The most that is kept for a payee.", "5_000 USD"),
		may("consumed", word("before future earnings", "never"), "Whether what is taken back comes from it first, which is the default.", "before future earnings"),
	)
}

// schedule pays what is earned in parts.
func schedule() Block {
	return block("schedule", "Pays what is earned in parts.",
		components(),
		need("parts", scheduleParts(), "The parts, and when each is paid.", []string{"50% on closed", "50% on customer paid"}),
	)
}

// payments are the keys of a plan that hold its pay back.
func payments() []Key {
	return []Key{
		may("after expiry", word("continue", "stop"), "What happens after the plan's last day where no other plan follows: it goes on, flagged, which is the default, or pays nothing.", "stop"),
		may("clawback", nested(clawback()), "What is taken back when what was paid for is undone.", example(`{"reversed by": "cancel", "within": "180 days of closed", "rate": "original", "attainment": "return", "share": "100%"}`)),
		may("draw", nested(draw()), "An advance against what will be earned.", example(`{"amount": "3_000 USD per month", "for": "6 months", "paid": "as a floor", "recover": "above the draw", "forgive": "never", "on leaving": "owe"}`)),
		may("guarantee", nested(guarantee()), "A top-up to a minimum, which is not owed.", example(`{"amount": "4_000 USD per month", "for": "3 months"}`)),
		may("leaving", nested(leaving()), "What happens to the money of who leaves.", example(`{"held": "pay when due", "balance": "write off", "earn until": "termination"}`)),
		may("minimum payment", either(phrase("{money}"), nested(minimumPayment())), "The least that is worth a payment; less is carried to the next.", "50 USD"),
		may("reserve", nested(reserve()), "A share of each payment that is kept for what may be taken back.", example(`{"share": "10%", "released after": "12 months"}`)),
		may("hold", nested(hold()), "What is kept back until something happens.", example(`{"what": "payment", "until": "customer paid", "by": "paid fraction"}`)),
		may("pay", either(scheduleParts(), nested(schedule())), "Pays what is earned in parts, each when something happens.", []string{"50% on closed", "50% on customer paid"}),
	}
}

func scheduleParts() Type { return parts(list(phrase("{share} on {moment}")), "-") }

package shape

// How a measure's definition is written on one line, and its window alone.
const (
	unitForm    = `(month|quarter|half|year)`
	periodForm  = `(week|month|quarter|half|year)(\s+to\s+date)?`
	stockForm   = `as\s+of\s+start\s+of\s+(week|month|quarter|half|year)`
	windowForm  = periodForm + `|rolling\s+[1-9]\d{0,3}\s+(days?|weeks?|months?|quarters?|half|halves|years?)|same\s+` + unitForm + `(\s+to\s+date)?\s+last\s+year|plan\s+to\s+date|all\s+time|` + stockForm
	whatForm    = `(sum|count|max|min|count\s+distinct\s+\S+)\s+of\s+[^,]+|weighted\s+sum\s+of\s+[^,]+\s+by\s+[^,]+`
	measureForm = `\s*((` + whatForm + `),\s*(` + windowForm + `)|[^,]+,\s*` + stockForm + `)\s*`
	whoseForm   = `payee|(team|below|payee\s+with\s+below)(\s+along\s+\S.*)?|company|role\s+\S.*`
)

// measureHeads are the keys of which each measure has exactly one: its aggregate, or the
// measure that it is the value of.
var measureHeads = []string{"sum of", "count of", "count distinct of", "max of", "min of", "weighted sum of", "value of"}

// Measure is a measure written as a block.
func Measure() Block {
	b := block("measure", "A number that plans look at: credit or events, folded over a window of time for a payee or for several people.",
		may("sum of", text(), "The credit type whose amounts are added up; of events, KIND.FIELD.", "bookings", "renewal.value"),
		may("count of", text(), "The credit type, or the kind of event, that is counted.", "bookings"),
		may("count distinct of", text(), "The credit type, or the kind of event, of which the different values of a field are counted.", "bookings"),
		may("max of", text(), "The credit type of which the largest amount counts; of events, KIND.FIELD.", "bookings"),
		may("min of", text(), "The credit type of which the least amount counts; of events, KIND.FIELD.", "bookings"),
		may("weighted sum of", text(), "The credit type whose amounts are added up, each times its weight; of events, KIND.FIELD.", "bookings"),
		may("value of", text(), "The measure whose value at a moment this is; the window says at which.", "recurring revenue"),
		may("field", text(), "Of a distinct count: the field of the event whose values are told apart.", "product"),
		may("by", formula(), "Of a weighted sum: the weight, a formula over the fields of the event; with weights, the field.", "factor", `if term_months >= 24 { 120% } else { 100% }`),
		may("weights", names(number()), "Of a weighted sum: the weight of each member of the field.", example(`{"Core": "100%", "Security": "150%"}`)),
		may("where", formula(), "The condition over the fields of the event under which it counts; everything when it is left out.", `product == "Security"`),
		may("credits", word("all", "direct"), "Whether overlays and credit that was passed up count, or only direct credit; all when it is left out.", "direct"),
		need("window", form(`\s*(`+windowForm+`)\s*`), "The days that count when the measure is read.",
			"quarter to date", "rolling 3 months", "same quarter last year", "plan to date", "as of start of quarter"),
		may("of", form(`\s*(`+whoseForm+`)\s*`), "The people whose credit or events count; the payee when it is left out.",
			"team", "below along manager", "payee with below", "company", "role AE"),
		may("payee", text(), "Of events: the field that names whose an event is; the only one when it is left out.", "seller"),
	)
	b.OneOf = measureHeads
	return b
}

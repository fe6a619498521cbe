// Package folder reads the facts of a company from a folder of CSV files, so that a
// company can be run before anybody connects a database, and so that a test or a
// reviewer can read what went in.
//
//	people.csv       payee,name,role,start,end
//	edges.csv        edge,from,to,share,start,end
//	assignments.csv  payee,plan,start,end, and a column for each personal value of a plan
//	quotas.csv       payee,measure,period,amount
//	fx.csv           set,from,to,on,rate
//	events/*.csv     named after the kind of event: deal.csv, deal-2026-q1.csv; of
//	                 deal-line.csv, the longer of the kinds deal and deal-line
//	scores.csv       payee,objective,period,score,by
//	overrides.csv    payee, plan, value, amount, start, end, reason, author
//	adjustments.csv  id, payee, period, event, amount, reason, author, approved by
//
// people.csv and the folder events have to be there; another file that is not
// there holds nothing. Columns come in any order. Each file but those of events may
// have a column known: a whole number, the revision at which the row became known;
// empty is 0, known from the outset.
//
// # Terms
//
//   - Dates are written 2026-03-31. Start and end are both included; empty is open.
//   - A share is a ratio or a percentage, 0.6 or 60%; empty is the whole.
//   - An amount is a plain decimal in the unit of its measure or personal value,
//     without a currency and without separators of thousands.
//   - A rate is units of the currency "to" for one of the currency "from", in a named
//     set such as "plan rate" or "spot", published for the day "on". Events that are stated in
//     other currencies are converted; a run says so where there are rates that nothing uses.
//   - A period is one of the company's calendar, as it writes them: 2026-03,
//     2026-Q1, FY2026-P03.
//   - A finding is a source.Diagnostic with file, line and column, both from 1.
//
// # Traps
//
// Columns that no rule above names are not read, so a folder may carry notes. In
// assignments.csv they are errors instead: a misspelt personal value would be missing
// without a word. For the same reason a file of events that belongs to no kind of
// event is an error, and so is a personal value for a plan that has none of that name.
//
// A row given twice counts once. Two rows that say different things of the same
// days, known at the same revision, contradict each other: both places are shown
// and neither wins.
//
// # Exports
//
// Where payproof.yaml has an entry under files:, the rows are read from the files that
// it names instead, as it says they are written: see dsl/mapping. Events may be JSON
// lines without an entry, too: events/deal.jsonl. An entry whose patterns no file fits is an
// error. A row of an export of edges that has nothing in the column to is no
// edge: lists of people have the topmost, too.
//
// Events are not read here: the feed reads them when a book is opened, and their
// findings come then.
package folder

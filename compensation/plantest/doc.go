// Package plantest runs scenario scripts: one file that holds prose, a whole company
// with its plans and facts, and what is wanted of it. A script is the specification,
// the test and the documentation of a mechanism at once, and a published example can be
// kept beside the words it was published in.
//
// A script is a txtar archive: text, and then files, each under a line "-- name --".
//
//	Tiered or not on the same table
//	source: https://example.com/tiers
//	vector: A03
//	verdict: agrees
//
//	Prose, as much as the reader needs.
//
//	-- payproof.yaml --
//	company: …
//	-- plans/rep.yaml --
//	plan: Rep
//	-- people.csv --
//	payee,name,role,start,end
//	-- events/deal.csv --
//	id,closed,…
//	-- want/payouts --
//	# period  payee  component  amount
//	2026-01   ann    tiered      44.00
//
// # Terms
//
//   - The header is the title and the lines "key: value" below it, up to the first
//     empty line. The keys are source, vector, verdict, period, closed and data; a value goes on in
//     lines that are indented. period is what is run, such as 2026-Q1; without it, every
//     pay period from the first event to the last.
//   - closed in the header says what was done before the run, in order: the pay periods that were closed, and
//     "reopened 2026-03" one that was reopened. A file closed/2026-02/events/deal.csv is events/deal.csv as it stood up to
//     when 2026-02 was closed.
//   - The company is payproof.yaml, plans/*.yaml, people.csv, edges.csv, quotas.csv,
//     assignments.csv, fx.csv, events/*.csv and exports/*, as compensation/folder reads them. A script without
//     people.csv has nobody, one without events has none.
//   - A script may run in a company's folder ([Script.In]): what it lacks of payproof.yaml and
//     plans is then the folder's. Data are not, so that a script means the same when they
//     change; with `data: folder` in the header they are.
//   - A wanted block is one of want/payouts (period, payee, component, amount),
//     want/credits (event, payee, type, amount), want/uncredited (event, rule, amount,
//     reason), want/held (payee, component or type of credit, event, what is held), want/entries (posted in, payee, component, event,
//     earned for, kind, amount: what the run would post), want/findings (place, code, message),
//     want/explain/PERIOD/PAYEE/COMPONENT, a payout explained as text, and
//     want/whynot/PAYEE/EVENT, what each rule made of an event for a payee.
//   - A comment "#! code: part of the message" in a YAML file wants one finding on its
//     own line. A line may have several. Findings that comments want are not listed in
//     want/findings.
//
// Blocks but want/explain and want/whynot are tables: one row a line, in the order in which the
// engine lists them. How many spaces separate columns does not count. A comment is a line that begins
// with "# ", or what follows "  # ", with two spaces before it; an update keeps it. Amounts of payouts have the
// currency's places; those of credits are as in credits.csv, without zeros at the end. An event that no rule
// matched has the rule "-". A component stands as Plan/component where two plans pay one of that name in the same
// period. A finding that is no diagnostic has the place "-" and the code error.
//
// # Traps
//
// A script has to want something: without any block it is refused. A block that is
// not there is not compared, but for want/findings: without it none are wanted, so that
// neither an error nor a warning passes in silence. When the company does not load or run, its
// errors are the findings, and everything else is empty.
//
// A payout of zero is a payout: a component that was computed is listed.
package plantest

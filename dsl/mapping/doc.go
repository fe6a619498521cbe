// Package mapping says how the files of another system are written, so that an
// export is read as it comes: which column is which of ours, how its numbers and
// dates look, and what it calls the members of an enum.
//
// A [File] is the entry of a plan designer under files: in payproof.yaml:
//
//	files:
//	  deal:                                   # a kind of event, or people, edges, quotas, assignments, fx
//	    read: exports/opportunities-*.csv     # one pattern of names, or a list of them
//	    columns: {id: Opportunity ID, closed: Close Date, amount: Amount, seller: Owner Email}
//	    always: {product: Core}               # a text for a column that the files don't have
//	    values: {kind: {New Business: new, Upsell: expansion}}
//	    numbers: "1,234.50"
//	    currency sign: $
//	    negative: (12.00)
//	    dates: MM/DD/YYYY                     # or {closed: MM/DD/YYYY, created: YYYY-MM-DDThh:mm:ssZ}
//	    zone: America/New_York
//	    separator: ;
//	    encoding: utf-8
//
// Its methods turn the text of such a file into the one that is read everywhere else:
// 1234.50, and 2026-03-31. The zero File changes nothing.
//
// # Terms
//
//   - [Numbers] is the way in which 1234.5 is written: 1,234.50, or 1.234,50, or
//     1 234,50, or 1'234.50, or plain, which is 1234.50. Separators of thousands stand in
//     all of their places or in none.
//   - [Negative] is how a number below zero is written: -12.00, or (12.00), or 12.00-.
//   - [Dates] is a pattern: YYYY, MM or M, DD or D, MMM for Jan to Dec; hh or h, mm,
//     ss, sss for thousandths, AM for AM or PM, Z for Z or an offset such as +02:00.
//     Single letters take one digit or two. Between them stands / . - : , a space or T.
//   - The zone is where the civil day is taken of a pattern with a time.
//
// # Traps
//
// Nothing is guessed. 1,234 is no plain number, 1,23 is none under 1,234.50, and
// 31/03/2026 is no day under MM/DD/YYYY. A year of two digits can't be declared.
//
// A time with Z is an instant, and its day is that of the zone. A time without one
// is what the clocks of the zone showed: its day is the day that is written. One that
// the clocks have skipped is refused; one that they showed twice is read, for both are
// on the same day.
//
// A number of JSON is written as JSON has it, whatever the numbers of the file; a
// number within quotes is a text and follows them.
package mapping

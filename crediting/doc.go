// Package crediting turns sales events into credits: the part of an event's value
// that counts for a payee, of a credit type, by a rule.
//
// The way of the data: a [Feed] yields the lines of a [Schema] in batches of
// columns; [Load] checks them and drops repeats; [Applier.Apply] matches each event
// with the rules, finds the recipients on the incentive date, divides the amount,
// and passes it up relationships. What nobody was credited with is kept, with the
// money it carries, in [Uncredited].
//
// The result depends on neither the order of the lines, nor on how they are
// spread over files and batches, nor on lines given twice: events are put in their
// declared order, the incentive date and then the id, before anything is computed.
//
// Traps. An id may come again: the same content is ignored and counted, another
// content under the same revision is an error, a higher revision is a correction. A
// split divides an amount exactly: its parts always sum to the whole.
package crediting

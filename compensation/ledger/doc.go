// Package ledger keeps what was earned, held back, recovered and paid, for ever and
// in order, so that every payment can be added up again by anybody with the files and
// two commands of a shell.
//
// # Terms
//
//   - An [Entry] is one posting: a [Kind], a payee, where it comes from, the period it
//     was earned for, the period it was posted in, an amount, a cause and an actor.
//   - A [Kind] has an [Effect]: it changes the payee's income, or one [Balance] (held,
//     reserve, draw owed, carried), or both, or it is the payment.
//   - A batch is what one Append writes: all of it or nothing. A [Head] names the last
//     batch by its number and its hash, and through the hash all before it.
//   - A [Store] holds batches: [Dir] in files, [Memory] in memory, others elsewhere.
//     Package ledgertest checks that a store keeps its promises.
//
// # Signs
//
// An amount is signed from the payee's side. Earned 100, Held −40 and Paid 60 belong
// together, and so do DrawAdvanced +1000 and a Paid that is larger by it. The table of
// [Kind.Effect] says which kind moves which balance, and [Conserve] checks that
// nothing was made or lost:
//
//	income = Paid + Δheld + Δreserve − Δdraw owed + Δcarried
//
// # Lines and hashes
//
// An entry has one canonical line ([AppendLine]) and a batch is a few lines of text:
//
//	payproof-ledger  1  000000000002  <hash of batch 1, or 64 zeros before the first>
//	posted_in  payee  plan  component  event  earned_for  kind  currency  amount  …
//	2026-03    ana    ae    commission D-17 2026-03     Earned USD       4800.00 …
//	sha256  <hash of all lines above>
//
// with one tab between columns, LF at the end of every line, the escapes \t \n \r \\
// inside of a text, and \N for what is absent. The hash of a batch is the SHA-256 of
// its lines without the last; the first line keeps it apart from any other use of the
// hash and binds it to the batch before. By hand, in the directory of a [Dir]:
//
//	sed '$d' 000000000002.tsv | sha256sum   # is the last line of the file
//	head -n 1 000000000003.tsv              # names it again
//
// # Traps
//
//   - The chain shows a changed, missing or swapped batch. That the last batches were
//     dropped, or all of them written anew, shows only against a head that was
//     published elsewhere: keep what Append returns.
//   - An Append that fails after it gave the batch its place (a full disk, a dead
//     machine) may have happened. Ask for the head: if it is [Head.Next] of the
//     entries, it has.
//   - Amounts in a line have the places of the minor unit. A component whose precision
//     is finer writes more; a Paid entry can't.
//   - [Kind] may grow in a minor version: a switch over it needs a default case.
package ledger

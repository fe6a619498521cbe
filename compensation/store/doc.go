// Package store keeps a ledger and the facts beside it in a database: SQLite, in a file without a server, or PostgreSQL. Both keep the
// promises of [ledger.Store], which ledgertest.Run tells; it is a module of its own so that who keeps files pays for no driver.
//
// # Terms
//
//   - A batch is a row of ledger_batch: its number, and its head's hash, which comprises every batch before it.
//   - An entry is a row of ledger_entry with its canonical line, which is the truth, and some of its columns to be read by
//     queries and reports.
//   - A position is a row of fact_batch: the number that all facts have which were loaded together. A fact is a row of fact: when it
//     holds, its content as JSON, and the position at which it became known. [Facts.Known] is all that was known at a position, so
//     that what was closed at noon can be asked for again although a file came at three.
//
// # Traps
//
// Rows are only added: triggers refuse to change or delete them, and so do privileges where the account of the
// program is not the owner of the tables (see the comment in migrations/postgres). Scan computes every hash anew, so that a row
// which somebody has changed all the same is found when it is read, not when somebody asks.
package store

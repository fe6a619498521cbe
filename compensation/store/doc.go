// Package store keeps a ledger in a database: SQLite, in a file without a server, or PostgreSQL. Both keep the promises of
// [ledger.Store], which ledgertest.Run tells; it is a module of its own so that who keeps files pays for no driver.
//
// # Terms
//
//   - A batch is a row of ledger_batch: its number, and its head's hash, which comprises every batch before it.
//   - An entry is a row of ledger_entry with its canonical line, which is the truth, and some of its columns to be read by
//     queries and reports.
//
// # Traps
//
// Rows are only added: triggers refuse to change or delete them, and so do privileges where the account of the
// program is not the owner of the tables (see the comment in migrations/postgres). Scan computes every hash anew, so that a row
// which somebody has changed all the same is found when it is read, not when somebody asks.
package store

// Package packed keeps very many rows in columns, in little memory and without a pointer for each: what is kept does
// not grow by copying, and costs the collector of garbage nothing.
//
// # Terms
//
//   - [Rows] are ids and columns of numbers. Rows are appended, and read by their places.
//   - A block is a run of rows. The last one is open: numbers as they come. When it is full it is packed: each column
//     keeps the least number and, in as few bytes as the block needs, how much more each is.
//
// # Traps
//
// Rows belong to one goroutine while rows are added. Once [Rows.Close] was called, they may be read by many.
package packed

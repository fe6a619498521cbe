// Package columns turns the cells of rows, as bytes of a file, into columns of numbers
// and codes. It exists to be fast: a cell that is written in the usual way costs some
// nanoseconds and no memory.
//
// # Terms
//
//   - A [Block] is some rows in columns. Take adds a row of cells, Put one whose values
//     were found otherwise.
//   - A [Dictionary] numbers the texts of a column, in the order in which they come.
//   - A [Memo] holds what was found for the bytes of a cell, so that it is found once.
//
// # Traps
//
// Nothing here says what is wrong with a cell. What is not plainly sound is passed to
// Read of the column, and a row with a cell that Read refuses is not taken: whoever reads it
// once more, slowly, finds the words. So the ways to write a value here must be some
// of those which Read knows, and mean the same.
package columns

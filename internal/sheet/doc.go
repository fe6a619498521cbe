// Package sheet reads the rows of CSV files and of JSON lines one after the other,
// and knows where each of their fields stands, so that whatever is found wrong with
// one has a line and a column.
//
// # Terms
//
//   - A [Reader] is opened on a file and told by Select which columns are wanted.
//     Fields are then asked for by their number among those.
//   - A JSON line is one object on a line. A column is a key of it, or a path of keys
//     with dots: owner.email.
//   - To cut a row is to find where its fields stand without reading it: see [Reader.Cut]. It
//     is many times as fast, and works on lines of CSV without trouble.
//   - A [Fault] is what is wrong with the form of a row. Lost says that nothing
//     behind it can be read.
//
// # Traps
//
// Columns count runes from 1, as everywhere. A row has at most [MaxRow] bytes, so
// that a quote which is never closed, or a file that is none, does not fill the
// memory. Rows of nothing but separators, which spreadsheets leave behind, and empty
// lines are skipped.
//
// A number in a JSON line is its text, as it was written: 0.10 stays 0.10, and 1e5
// stays 1e5. A key that stands twice, or that can be read as two paths, is a fault.
package sheet

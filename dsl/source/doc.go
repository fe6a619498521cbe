// Package source says where something stands in a file and what is wrong with it.
//
// Plan files move money, so every complaint about one must point at the place and
// say what to write instead. A [Span] is a place; a [Diagnostic] is one finding with a
// stable code, its places and a hint; [Diagnostics] is a list of them and the only
// shape in which this library reports problems with plans and data.
//
// Traps: columns count runes, not bytes, and start at 1; a formula inside a YAML
// file has positions of its own, which a [Map] turns into positions of the file.
package source

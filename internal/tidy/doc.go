// Package tidy is the house style as a test.
//
// A rule that only stands in a document is kept for a month. Run
//
//	go test ./internal/tidy
//
// and every place that breaks a rule is listed as file:line: what is wrong and
// what to do instead. The package reads the tree with the standard library
// alone; it needs no network and no tool.
//
// # The rules, and how to satisfy them
//
// arrows: a non-test import points to a strictly lower layer, or to the same
// layer within one top-level folder. The layers are the table in layers.go. A
// new package is added to that table; a package dir/internal/x has the layer
// of dir. When an import fails, move the shared noun down, or let the caller
// pass the value in. crediting, quota and forecast meet in compensation only.
//
// size: a file has at most 400 lines (a test file 800), a function 70, a
// package 12 non-test files and 60 exported names, methods not counted. Past
// that a concept wants a file or a package of its own.
//
// banned: a call that reads the clock, the environment or chance, that divides
// at a precision set by somebody else, that prints, or that ends the process,
// is named together with its replacement. The table is in banned.go.
//
// floats: no float64, float32 or complex value outside the packages listed in
// layers.go, written out or implied (x := 1.5 is one). Use the number types of
// dsl/money, or decimal strings.
//
// maprange: a range over a map, or over maps.Keys and its kin, says why its
// order does not reach output, on its line or the line before:
//
//	// order: a sum of exact amounts is the same in any order
//	for _, a := range amounts {
//
// or it goes over slices.Sorted(maps.Keys(m)) instead, which needs no comment.
//
// mutable: no init function, and no package variable that is changed after its
// declaration, by assignment or by a pointer method of a foreign type such as
// sync.Once. Make it a value that the caller holds, or a table built once in
// its declaration.
//
// docs: every package has a comment that begins "Package name" (a command:
// "Command name"), and every exported name, method and field one of its own.
// Top-level names and methods begin the comment with the name. In a group of
// constants, variables, fields or interface methods, the comment before the
// group, the comment on the name and the comment behind it all count; a blank
// line ends a group of fields. The comment of a struct covers the fields that
// it mentions, and a field named after its type needs none.
//
// # Terms
//
// A dir is the slash path of a folder from the root of the tree; it names a
// package here, because nested modules (internal/bench, compensation/store)
// belong to the tree as well. A Finding is one broken rule at one line. An
// exemption is a rule that one file may break, with its reason, in finding.go;
// one that is no longer needed is itself a finding.
//
// # Traps
//
// Tests are read for their length only. The rules that need types check the
// files that build on the machine at hand; a file for another system is read
// by the other rules only. A type that comes from a module which is not in the
// module cache is unknown, and what is done with its values goes unseen: Load
// lists such modules in Tree.Missing, and the test fails on them. A package
// variable that is changed through a pointer to it goes unseen too.
package tidy

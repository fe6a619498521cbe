// Package schematest holds the published JSON Schemas against what they describe, with a
// validator that others wrote: those of plan files against the loader, over every plan file
// of the examples, the scenarios and the catalogue of errors; that of explanations against
// explanations. It is a module of its own, so that the validator is no dependency of the
// library.
package schematest

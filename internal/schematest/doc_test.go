// Package schematest holds the published JSON Schemas against the loader: with a
// validator that others wrote, over every plan file of the examples, the scenarios and the
// catalogue of errors. It is a module of its own, so that the validator is no
// dependency of the library.
package schematest

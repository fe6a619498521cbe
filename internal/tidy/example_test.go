package tidy_test

import (
	"fmt"
	"testing/fstest"

	"github.com/payproof/payproof/internal/tidy"
)

// What does a broken rule look like, and what do I do about it?
func Example() {
	tree, err := tidy.Load(fstest.MapFS{
		"go.mod": {Data: []byte("module example.com/m\n")},
		"dsl/money/age.go": {Data: []byte(`// Package money is a bad example.
package money

import "time"

// Age is the age of a debt.
func Age(due time.Time) time.Duration { return time.Since(due) }
`)},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range tidy.Check(tree) {
		fmt.Println(finding)
	}
	// Output:
	// dsl/money/age.go:7: time.Since is banned here: take the date as an argument (banned)
}

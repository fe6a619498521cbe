// Command bench measures what the project promises, when it runs, and prints a
// row for each promise:
//
//	go -C internal/bench run . [-only compensation]
//
//	area/name    measured    bar    HELD|MISSED
//
// It never prints a stored figure. It is a module of its own, so that the peers it
// measures against are nobody else's dependencies. The exit code is 1 when a bar
// is missed.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// row is one promise: what was measured, the bar, and whether it holds.
type row struct {
	name, measured, bar string
	held                bool
}

// area is a group of rows that is measured together.
type area struct {
	name    string
	measure func() ([]row, error)
}

var areas = []area{
	{"dsl", dslRows},
	{"compensation", compensationRows},
	{"crediting", creditingRows},
}

func main() {
	only := flag.String("only", "", "the area to measure: "+names())
	flag.Parse()
	if !run(*only) {
		os.Exit(1)
	}
}

func names() string {
	var out []string
	for _, a := range areas {
		out = append(out, a.name)
	}
	return strings.Join(out, ", ")
}

// run measures the areas, and reports whether every bar holds.
func run(only string) bool {
	if only != "" && !slices.ContainsFunc(areas, func(a area) bool { return a.name == only }) {
		fmt.Fprintf(os.Stderr, "there is no area %q; areas: %s\n", only, names())
		return false
	}
	held := true
	for _, a := range areas {
		if only != "" && a.name != only {
			continue
		}
		rows, err := a.measure()
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", a.name, err)
			return false
		}
		for _, r := range rows {
			verdict := "HELD"
			if !r.held {
				verdict, held = "MISSED", false
			}
			fmt.Printf("%-70s %-28s %-14s %s\n", a.name+"/"+r.name, r.measured, r.bar, verdict)
		}
	}
	return held
}

package plantest

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// expectation is a finding that a comment wants on its own line: "#! code: part of
// the message" in a YAML file of the script.
type expectation struct {
	place      string // "plans/rep.yaml:3:", what the finding's place begins with
	line       int    // of the script
	code, part string
}

// expectations are those of all YAML files, in order.
func (s Script) expectations() (out []expectation) {
	for _, f := range s.Files {
		if path.Ext(f.Name) != ".yaml" {
			continue
		}
		n := 0
		for line := range strings.Lines(f.Text) {
			n++
			comments := strings.Split(line, "#! ")
			for i, text := range comments[1:] {
				if before := comments[i]; i == 0 && before != "" && !strings.HasSuffix(before, " ") {
					break // not a comment: YAML wants a space before one
				}
				code, part, _ := strings.Cut(text, ":")
				out = append(out, expectation{fmt.Sprintf("%s:%d:", f.Name, n), f.Line + n, strings.TrimSpace(code), strings.TrimSpace(part)})
			}
		}
	}
	return out
}

// meets reports whether a row of findings is the expected one.
func (e expectation) meets(r Row) bool {
	return strings.HasPrefix(r[0], e.place) && r[1] == e.code && strings.Contains(r[2], e.part)
}

// expected takes the findings that comments want out of what was got, each at
// most once, and returns the expectations that nothing met.
func (s Script) expected(got Got) (rest Got, unmet []expectation) {
	got.Findings = slices.Clone(got.Findings)
	for _, e := range s.expectations() {
		i := slices.IndexFunc(got.Findings, e.meets)
		if i < 0 {
			unmet = append(unmet, e)
			continue
		}
		got.Findings = slices.Delete(got.Findings, i, i+1)
	}
	return got, unmet
}

// mismatch tells what was found on the line instead.
func (e expectation) mismatch(s Script, got Got) Mismatch {
	edits := []edit{{dropped, oneSpace(e.code + " " + e.part)}}
	for _, r := range got.Findings {
		if strings.HasPrefix(r[0], e.place) {
			edits = append(edits, edit{added, oneSpace(r[1] + " " + r[2])})
		}
	}
	return Mismatch{"#! " + e.code, s.at(e.line), unified(edits)}
}

// lineAndCol reads "3:5"; 1 stands for what is not there.
func lineAndCol(text string) (line, col int) {
	parts := append(strings.Split(text, ":"), "", "")
	line, _ = strconv.Atoi(parts[0])
	col, _ = strconv.Atoi(parts[1])
	return max(1, line), max(1, col)
}

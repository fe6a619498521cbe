package folder

import "github.com/payproof/payproof/dsl/source"

// maxFindings is how many findings of one code are shown.
const maxFindings = 100

// findings collects what is wrong, with a count for each code.
type findings struct {
	all   source.Diagnostics
	count map[string]int
}

func (f *findings) add(d source.Diagnostic) {
	if f.count == nil {
		f.count = map[string]int{}
	}
	f.count[d.Code]++
	f.all = append(f.all, d)
}

// more tells whether a further finding of the code will be shown, so that its hint
// is worth looking for.
func (f *findings) more(code string) bool { return f.count[code] < maxFindings }

// err is all findings, sorted and cut to maxFindings of each code, or nil.
func (f *findings) err() error { return f.all.Sorted().AtMost(maxFindings).Err() }

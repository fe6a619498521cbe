package plan

import (
	"errors"
	"os"
	"testing"
	"testing/fstest"

	"github.com/payproof/payproof/dsl/source"
)

// Whatever stands in the files: a program or findings with their places, never a
// panic, and never both.
func FuzzLoad(f *testing.F) {
	for _, folder := range []string{"first", "saas"} {
		company, err := os.ReadFile("../../examples/" + folder + "/" + CompanyFile)
		if err != nil {
			f.Fatal(err)
		}
		names, err := os.ReadDir("../../examples/" + folder + "/plans")
		if err != nil {
			f.Fatal(err)
		}
		for _, n := range names {
			text, err := os.ReadFile("../../examples/" + folder + "/plans/" + n.Name())
			if err != nil {
				f.Fatal(err)
			}
			f.Add(company, text)
		}
	}
	f.Add([]byte("company: x\nevents: {deal: {closed: date, amount: money}}\n"), []byte("plan: y\ncomponents: {c: {every: month, pays: 'if a { 1 } else { 2 }'}}\n"))
	for _, b := range blocksWithLater() {
		for _, k := range b.Later {
			for _, lines := range examplesOf(f, k) {
				company, plan := filled(b.Name, lines)
				f.Add(company, plan)
			}
		}
	}
	f.Fuzz(func(t *testing.T, company, plan []byte) {
		p, err := Load(fstest.MapFS{CompanyFile: {Data: company}, "plans/p.yaml": {Data: plan}})
		var found source.Diagnostics
		switch {
		case (p == nil) == (err == nil):
			t.Fatalf("program %v, error %v", p, err)
		case err != nil && !errors.As(err, &found):
			t.Fatalf("an error without a place: %v", err)
		}
		for _, d := range found {
			if d.Code == "" || d.Message == "" || d.Span.File == "" {
				t.Fatalf("a finding without code, message or place: %+v", d)
			}
		}
	})
}

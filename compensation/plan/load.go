package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/market"
	"github.com/payproof/payproof/compensation/plan/internal/prorating"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

// CompanyFile is the name of the file that describes the company.
const CompanyFile = "payproof.yaml"

// Load reads payproof.yaml and plans/*.yaml of a folder. The error is
// source.Diagnostics with every finding, sorted by place, or an error of the file system.
func Load(fsys fs.FS) (*Program, error) {
	names, err := fs.Glob(fsys, "plans/*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	texts := map[string][]byte{}
	for _, name := range append([]string{CompanyFile}, names...) {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading the plan files: %w (a company is a folder with %s and plans/*.yaml)", err, CompanyFile)
		}
		texts[name] = text
	}
	l := &loader{program: &Program{Hash: hash(names, texts)}, names: names, shapes: map[*crediting.Schema]shapes{}}
	l.company(doc.Open(CompanyFile, texts[CompanyFile]))
	for _, name := range names {
		l.plan(doc.Open(name, texts[name]))
		sum := sha256.Sum256(texts[name])
		for i := range l.program.Plans {
			if p := &l.program.Plans[i]; p.Hash == "" {
				p.Hash = hex.EncodeToString(sum[:])
			}
		}
	}
	l.plansTogether()
	l.files()
	l.laterOfCompany()
	l.scanned()
	found := l.found.Sorted()
	if found.HasErrors() {
		return nil, found
	}
	l.program.findings = found
	return l.program, nil
}

// dataKey is a name that data say, too: brought to NFC, and without characters
// that cannot be seen.
func dataKey(n *doc.Node, text string) string {
	key, err := fact.ParseKey(text)
	if err != nil {
		n.Fail("name", "", "%v", err)
		return text
	}
	return key
}

// readable reports whether formulas can read a name that only they use. A table "over and
// under" could be declared, but never named.
func readable(p doc.Pair) bool {
	_, found := dsl.Compile(p.Name, dsl.Env{Inputs: []dsl.Input{{Name: p.Name, Unit: dsl.Ratio}}})
	if found.HasErrors() {
		p.Key.Fail("name", "use letters, digits and _, and no word that formulas have another use for, such as and, or, not, in, if, else, let", "formulas can't read the name %q", p.Name)
		return false
	}
	return true
}

// hash is the SHA-256, in hex, of a line "name TAB sha256-of-content" for each
// file: what sha256sum gives, file by file, and then over the list.
func hash(names []string, texts map[string][]byte) string {
	var b strings.Builder
	for _, name := range append([]string{CompanyFile}, names...) {
		sum := sha256.Sum256(texts[name])
		b.WriteString(name + "\t" + hex.EncodeToString(sum[:]) + "\n")
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// loader builds a program, collecting findings.
type loader struct {
	program *Program
	names   []string
	found   source.Diagnostics
	// Where a rule or a measure has a fault, what it would have declared is not
	// reported as unknown: one mistake is one finding.
	typesVague, measuresVague bool
	filesNode                 *doc.Node                    // of payproof.yaml; read when the plans are known
	later                     []later                      // of payproof.yaml, or of the plan that is being read
	companyLater              []later                      // of payproof.yaml, checked when the plans are known
	rising                    []rising                     // roll-ups with formulas, compiled when the plans are known
	compared                  int                          // names that were looked at for hints
	market                    market.Market                // how the market is divided
	order                     []string                     // of events of one day: by these fields
	companyRoot               *doc.Node                    // nil where payproof.yaml can't be read
	days                      prorating.Days               // on which nobody works
	shapes                    map[*crediting.Schema]shapes // of formulas over the events of each kind
}

// didYouMean is source.DidYouMean while there are few names and few mistakes: looking
// for like names among many thousands, thousands of times, would never end.
func (l *loader) didYouMean(name string, known []string) string {
	const most = 200_000 // names that are looked at, over all mistakes
	if l.compared += len(known); l.compared > most {
		return ""
	}
	return source.DidYouMean(name, known)
}

// take moves what a file found into the loader.
func (l *loader) take(f *doc.File) {
	l.found = append(l.found, f.Found...)
	f.Found = nil
}

// keys are the values of a block by key. What the block does not know, or lacks,
// is a finding; ok is false when it lacks something.
func keys(n *doc.Node, b shape.Block) (fields map[string]*doc.Node, ok bool) {
	fields = n.Fields(b.One, b.Names(), b.LaterNames(), b.Instead)
	return fields, n.Require(fields, b.The, b.Required()...)
}

// manyRules is how many rules a company has before it matters that one is tried for every event.
const manyRules = 100

// scanned points out, among many rules and among many territories, those that no index can find.
func (l *loader) scanned() {
	rules := &l.program.Rules
	if all := rules.Territories.All(); len(all) >= manyRules {
		for _, t := range rules.Territories.Scanned() {
			l.found = append(l.found, source.Warnf("territory-scanned", t.At, "territory %q is tried for every event: its condition asks for no text, no member and no range of a field", t.ID).
				WithHint("join such a part to it with `and`, or give it members of a `dimension:`"))
		}
	}
	if len(rules.Rules) < manyRules {
		return
	}
	for _, r := range rules.Scanned() {
		l.found = append(l.found, source.Warnf("rule-scanned", r.At, "rule %q is tried for every event: its condition asks for no text and no range of a field", r.ID).
			WithHint("join such a part to it with `and`, such as kind == \"new\" or amount >= 500 USD"))
	}
}

// plansTogether checks what concerns several plans.
func (l *loader) plansTogether() {
	plans := l.program.Plans
	if len(l.names) == 0 {
		l.found = append(l.found, source.Errorf("no-plans", source.Span{File: path.Join("plans", "*.yaml")}, "there is no plan").
			WithHint("write one file for each plan in the folder plans"))
	}
	for i := range plans {
		for _, p := range plans[:i] {
			l.twoPlans(p, plans[i])
		}
	}
}

func (l *loader) twoPlans(p, q Plan) {
	if p.ID == q.ID && p.Effective.Overlaps(q.Effective) {
		l.found = append(l.found, source.Errorf("plan-twice", q.At, "two files are the plan %q for overlapping dates", q.ID).
			WithNote(p.At, "the other").WithHint("give them different names, or dates that do not overlap"))
		return
	}
	if p.ID == q.ID {
		l.reRated(p, q)
		l.reRated(q, p)
	}
	for _, role := range q.Roles {
		if slices.Contains(p.Roles, role) && p.Effective.Overlaps(q.Effective) {
			l.found = append(l.found, source.Errorf("plan-overlap", q.At, "the plans %q and %q are both for the role %s on overlapping dates", p.ID, q.ID, role).
				WithNote(p.At, "the other").WithHint("a payee is paid by one plan at a time: give them different roles or dates"))
		}
	}
}

// reRated refuses that a version computes a window again which another one has paid credit by credit: reversals of that
// go on to take back what was earned for it.
func (l *loader) reRated(before, p Plan) {
	for _, c := range p.Components {
		for _, o := range before.Components {
			if !c.ReRate.IsZero() && o.Name == c.Name && o.Credit != "" && before.Effective.Overlaps(calendar.Range{From: c.ReRate, To: p.Effective.From}) {
				l.found = append(l.found, source.Errorf("re-rate", c.At, "%s computes its window again from %s, but version %s of the plan pays it for each credit", c.Name, c.ReRate, before.Version).
					WithNote(o.At, "for each credit").WithHint("leave `re-rate:` out, or give the component another name"))
			}
		}
	}
}

// formula compiles a formula of the file; nil when it has a fault.
func (l *loader) formula(n *doc.Node, env dsl.Env) *dsl.Formula {
	text, at, ok := n.Formula()
	if !ok {
		return nil
	}
	env.Origin = at
	return l.compiled(n, func() (*dsl.Formula, source.Diagnostics) { return dsl.Compile(text, env) })
}

// shapes are those of the formulas over the fields of a kind of event.
type shapes struct{ conditions, amounts *dsl.Shapes }

// shapesOf are shared by all rules: companies have thousands of formulas that differ in their names and numbers alone.
func (l *loader) shapesOf(s *crediting.Schema) shapes {
	known, ok := l.shapes[s]
	if !ok {
		inputs, want := s.Inputs(""), dsl.BoolUnit
		known = shapes{dsl.NewShapes(dsl.Env{Inputs: inputs, Want: &want}), dsl.NewShapes(dsl.Env{Inputs: inputs})}
		l.shapes[s] = known
	}
	return known
}

// condition compiles a condition over the fields of an event.
func (l *loader) condition(n *doc.Node, s *crediting.Schema) *dsl.Formula {
	return l.shared(n, l.shapesOf(s).conditions)
}

// shared compiles a formula that may have the shape of others; nil when it has a fault.
func (l *loader) shared(n *doc.Node, of *dsl.Shapes) *dsl.Formula {
	text, at, ok := n.Formula()
	if !ok {
		return nil
	}
	return l.compiled(n, func() (*dsl.Formula, source.Diagnostics) { return of.Compile(text, at) })
}

// compiled keeps what was found in a formula. One mistake is one finding: a name is not known, and a
// currency is another, where what declares them has a fault itself.
func (l *loader) compiled(n *doc.Node, compile func() (*dsl.Formula, source.Diagnostics)) *dsl.Formula {
	f, found := compile()
	for _, d := range found {
		unnamed := l.measuresVague && d.Code == "unknown-name" || d.Code == "table-faulty"
		if foreign := l.program.Currency.IsZero() && d.Code == "unit-mismatch"; !unnamed && !foreign {
			n.File().Found = append(n.File().Found, d)
		}
	}
	return f
}

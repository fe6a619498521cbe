// Package measures reads the block measures: of payproof.yaml.
//
// A measure stands on one line, "bookings: sum of bookings, quarter to date", or in a
// block that can say more. What it folds is a credit type, or events: a kind of event, or
// KIND.FIELD. A name that is both is refused, never guessed.
package measures

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// Scope is what measures may name.
type Scope struct {
	Schemas []*crediting.Schema // the kinds of event
	// Kinds are the kinds of event for which credit of a type is given, none for a type that no
	// rule gives, and whether the type is one that is passed up.
	Kinds   func(credit string) (kinds []*crediting.Schema, passedUp bool)
	Unknown func(n *doc.Node, credit string) // reports a credit type that no rule gives
	// Where and Weight compile a formula over the fields of a kind of event; nil: it has a
	// fault, which is reported.
	Where, Weight func(n *doc.Node, s *crediting.Schema) *dsl.Formula
	Readable      func(doc.Pair) bool // whether formulas can read the name; if not, it is reported
}

// declared is a measure being read.
type declared struct {
	measure.Measure
	scope   Scope
	node    *doc.Node            // what stands behind its name
	fields  map[string]*doc.Node // of a block
	schemas []*crediting.Schema  // the kinds of event that it folds
}

// Read gives the measures in the order of the file. vague says that some had a fault, so
// that names which are not declared may have been meant to be.
func Read(n *doc.Node, s Scope) (out []measure.Measure, vague bool) {
	var all []*declared
	for _, p := range n.Pairs("a mapping of measures") {
		d := &declared{scope: s, node: p.Value}
		d.Name, d.At = p.Name, p.Key.Span()
		if !s.Readable(p) || !d.read() || d.Base == "" && !d.folds() {
			vague = true
			continue
		}
		all = append(all, d)
	}
	for _, d := range all {
		if d.Base != "" && !d.valueOf(all, vague) {
			vague = true
			continue
		}
		out = append(out, d.Measure)
	}
	return out, vague
}

// read reads the definition; what it names is not looked up yet.
func (d *declared) read() bool {
	if d.node.IsMapping() {
		return d.block()
	}
	t, ok := d.node.Text("a measure, such as `sum of bookings, quarter to date`")
	if !ok {
		return false
	}
	m, err := measure.Parse(d.Name, t)
	if err != nil {
		return d.refuse(d.node, err)
	}
	m.At = d.At
	d.Measure = m
	return true
}

// refuse reports what the grammar of measures does not allow.
func (d *declared) refuse(n *doc.Node, err error) bool {
	if _, ok := err.(*measure.StockError); ok {
		n.Fail("measure-stock", "count or sum it, or read it at the end of a period", "%v", err)
		return false
	}
	n.Fail("measure", "", "%v", err)
	return false
}

// folds finds what the measure folds, and compiles its formulas.
func (d *declared) folds() bool {
	if !d.operand() {
		return false
	}
	if d.How == measure.CountDistinct && !d.distinct() {
		return false
	}
	return d.whose() && d.where() && d.weights()
}

// named is where the name of what is folded stands.
func (d *declared) named() *doc.Node {
	for _, key := range shape.Measure().OneOf {
		if n := d.fields[key]; n != nil {
			return n
		}
	}
	return d.node
}

// operand says whether Of is a credit type or events.
func (d *declared) operand() bool {
	schemas, passedUp := d.scope.Kinds(d.Of)
	kind, field, dotted := strings.Cut(d.Of, ".")
	at := slices.IndexFunc(d.scope.Schemas, func(s *crediting.Schema) bool { return s.Kind == kind })
	counts := d.Measure.Counts()
	if at >= 0 && counts && dotted {
		d.named().Fail("measure-events", "write `"+d.How.String()+" of "+kind+"`", "events are counted, not their field %q", field)
		return false
	}
	events := at >= 0 && counts != dotted
	switch {
	case len(schemas) > 0 && events:
		d.named().Fail("measure-events", "give one of them another name", "%q is a credit type, and events as well", d.Of)
		return false
	case len(schemas) > 0:
		d.schemas = schemas
		return d.levels(passedUp)
	case events:
		return d.events(d.scope.Schemas[at], field)
	case at >= 0:
		d.named().Fail("measure-events", "write `"+d.How.String()+" of "+kind+".FIELD`, or credit the event and name the credit type", "%q is a kind of event, and not an amount", d.Of)
		return false
	}
	d.scope.Unknown(d.named(), d.Of)
	return false
}

// events makes it a measure of events of a kind.
func (d *declared) events(s *crediting.Schema, field string) bool {
	if s.Reverses() {
		d.named().Fail("only-reversals", "name the kind of event that they reverse, from which they are taken", "every %s is a reversal, and counts in the measures of what it reverses", s.Kind)
		return false
	}
	d.Kind, d.Value, d.schemas = s.Kind, field, []*crediting.Schema{s}
	if field == "" {
		return true
	}
	i := s.Index(field)
	if i < 0 {
		d.named().Fail("unknown-field", source.DidYouMean(field, s.Names()), "%s has no field %q", s.Kind, field)
		return false
	}
	switch s.Fields[i].Type {
	case crediting.Money, crediting.Count, crediting.Numeric:
		return true
	}
	d.named().Fail("measure-events", "name a field that is money, a count or a number, or write `count distinct "+field+" of "+s.Kind+"`", "%s.%s is no amount", s.Kind, field)
	return false
}

// levels refuses the direct part of credit that is passed up, and warns of a measure of
// several levels of people, of credit that each level has.
func (d *declared) levels(passedUp bool) bool {
	if passedUp && d.Direct {
		d.fields["credits"].Fail("measure", "name the credit type that is passed up", "credit of type %q is passed up, and none of it is direct", d.Of)
		return false
	}
	switch d.Whose.Who {
	case measure.Below, measure.WithBelow, measure.Company:
		if passedUp {
			d.node.File().Found = append(d.node.File().Found, source.Warnf("counted-at-each-level", d.named().Span(),
				"credit of type %q is passed up, so that one event counts at each level of those that %s is of", d.Of, d.Name).
				WithHint("name the credit type that is passed up, or write a measure of the payee: the credit is there already"))
		}
	}
	return true
}

// distinct checks the field whose values are told apart.
func (d *declared) distinct() bool {
	var known []string
	for _, s := range d.schemas {
		known = append(known, s.Names()...)
	}
	if slices.Contains(known, d.Field) {
		return true
	}
	at := d.node
	if n := d.fields["field"]; n != nil {
		at = n
	}
	at.Fail("unknown-field", source.DidYouMean(d.Field, known), "no event that %s folds has a field %q", d.Name, d.Field)
	return false
}

// whose finds the field that says whose an event is.
func (d *declared) whose() bool {
	if d.Kind == "" || d.Whose.Who == measure.Company {
		return true
	}
	var fields []string
	for _, f := range d.schemas[0].Fields {
		if f.Type == crediting.Payee {
			fields = append(fields, f.Name)
		}
	}
	if n := d.fields["payee"]; n != nil {
		if d.Whose.Field, _ = n.Text("the field that names a payee"); slices.Contains(fields, d.Whose.Field) {
			return true
		}
		n.Fail("unknown-field", source.DidYouMean(d.Whose.Field, fields), "%s has no field %q that names a payee", d.Kind, d.Whose.Field)
		return false
	}
	if len(fields) == 1 {
		d.Whose.Field = fields[0]
		return true
	}
	hint := "write `of: company` in a block, or give the event a field that names a payee"
	if len(fields) > 1 {
		hint = "write `payee: " + fields[0] + "` in a block, or `of: company`"
	}
	d.node.Fail("measure-events", hint, "%d fields of %s name a payee: nothing says whose an event is", len(fields), d.Kind)
	return false
}

// where compiles the filter, for each kind of event that is folded.
func (d *declared) where() bool {
	n := d.fields["where"]
	if n == nil {
		return true
	}
	text, _, ok := n.Formula()
	if !ok {
		return false
	}
	d.Where = &measure.Filter{Text: text, ByKind: map[string]*dsl.Formula{}}
	for _, s := range d.schemas {
		f := d.scope.Where(n, s)
		if f == nil {
			d.another(s)
			return false
		}
		d.Where.ByKind[s.Kind] = f
	}
	return true
}

// another adds to what was found in a formula for which of several kinds of event it was
// compiled.
func (d *declared) another(s *crediting.Schema) {
	found := d.node.File().Found
	if n := len(found); n > 0 && len(d.schemas) > 1 {
		found[n-1] = found[n-1].WithNote(s.At, "events of the kind %s are credited as %s, too", s.Kind, d.Of)
	}
}

// valueOf makes it the value of another measure at a moment.
func (d *declared) valueOf(all []*declared, vague bool) bool {
	var names []string
	for _, o := range all {
		names = append(names, o.Name)
	}
	at := slices.Index(names, d.Base)
	if at < 0 {
		if !vague {
			d.named().Fail("unknown-measure", source.DidYouMean(d.Base, names), "unknown measure %q", d.Base)
		}
		return false
	}
	base := all[at].Measure
	if base.AsOf != 0 {
		d.named().Fail("measure-stock", "name the measure that it is the value of", "%s is the value at a moment already", base.Name)
		return false
	}
	if whole := base.Reach == measure.This && !base.ToDate; whole && !ends(base.Window, d.AsOf) {
		d.named().Fail("measure-stock", "write `"+base.Window.String()+" to date` in the measure, or as of start of "+base.Window.String(),
			"%s is known only at the end of each %s, and not at the start of each %s", base.Name, base.Window, d.AsOf)
		return false
	}
	m, err := d.Measure.ValueOf(base)
	if err != nil {
		return d.refuse(d.named(), err)
	}
	d.Measure = m
	return true
}

// ends reports whether a period of one unit always ends where one of the other begins.
func ends(unit, begins calendar.Unit) bool {
	return unit == begins || unit != calendar.UnitWeek && unit < begins
}

package measures

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/measure"
	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/source"
	"github.com/payproof/payproof/internal/fixed"
)

// block reads a measure that is written as a block.
func (d *declared) block() bool {
	b := shape.Measure()
	d.fields = d.node.Fields(b.One, b.Names(), b.LaterNames(), b.Instead)
	if !d.node.Require(d.fields, b.The, b.Required()...) || !d.head() {
		return false
	}
	text, ok := d.fields["window"].Text("a window, such as quarter to date")
	if !ok {
		return false
	}
	if err := d.ParseWindow(text); err != nil {
		return d.refuse(d.fields["window"], err)
	}
	if d.Base != "" {
		return d.stock()
	}
	if n := d.fields["credits"]; n != nil {
		switch t, _ := n.Text("all or direct"); t {
		case "all":
		case "direct":
			d.Direct = true
		default:
			n.Fail("wrong-shape", "write all or direct", "%q does not say which credits count", t)
			return false
		}
	}
	if n := d.fields["of"]; n != nil {
		text, ok := n.Text("whose credits count, such as team")
		if !ok {
			return false
		}
		who, err := measure.ParseWhose(text)
		if err != nil {
			return d.refuse(n, err)
		}
		d.Whose = who
	}
	return d.fits() && d.moment()
}

// head reads the one key that says what the measure is.
func (d *declared) head() bool {
	var heads []string
	for _, key := range shape.Measure().OneOf {
		if d.fields[key] != nil {
			heads = append(heads, key)
		}
	}
	if len(heads) != 1 {
		d.node.Fail("wrong-shape", "write one of "+strings.Join(shape.Measure().OneOf, ", "), "the measure has %d keys that say what it is, and must have one", len(heads))
		return false
	}
	of, ok := d.fields[heads[0]].Text("a credit type, or KIND.FIELD of events")
	if !ok {
		return false
	}
	word := strings.TrimSuffix(heads[0], " of")
	if word == "value" {
		d.Base = of
		return true
	}
	for how := measure.Sum; how <= measure.WeightedSum; how++ {
		if how.String() == word {
			d.How, d.Of = how, of
		}
	}
	return true
}

// stock checks a measure that is the value of another one: it has a moment, and everything
// else is the other one's.
func (d *declared) stock() bool {
	if d.AsOf == 0 {
		d.fields["window"].Fail("measure-stock", "write `window: as of start of quarter`", "the value of a measure has a moment, and not a window")
		return false
	}
	for _, key := range []string{"field", "by", "weights", "where", "credits", "of", "payee"} {
		if n := d.fields[key]; n != nil {
			n.Fail("measure-stock", "say so in a measure of its own, and take the value of that", "`%s:` is the business of the measure %s", key, d.Base)
			return false
		}
	}
	return true
}

// moment refuses a balance of what has none.
func (d *declared) moment() bool {
	if d.AsOf == 0 {
		return true
	}
	if d.How == measure.CountDistinct || d.How == measure.Max || d.How == measure.Min {
		return d.refuse(d.fields["window"], &measure.StockError{How: d.How})
	}
	return true
}

// fits checks that keys go together.
func (d *declared) fits() bool {
	for _, c := range []struct {
		key, with string
		how       measure.Aggregate
	}{{"field", "count distinct of", measure.CountDistinct}, {"by", "weighted sum of", measure.WeightedSum}, {"weights", "weighted sum of", measure.WeightedSum}} {
		n, wanted := d.fields[c.key], d.How == c.how
		switch {
		case n != nil && !wanted:
			n.Fail("wrong-shape", "remove it, or write `"+c.with+":`", "`%s:` goes with `%s:`", c.key, c.with)
			return false
		case n == nil && wanted && c.key != "weights":
			d.node.Fail("measure", "write `"+c.key+":`", "the measure has no `%s:`, which goes with `%s:`", c.key, c.with)
			return false
		}
	}
	if n := d.fields["field"]; n != nil {
		var ok bool
		if d.Field, ok = n.Text("a field of the event"); !ok {
			return false
		}
	}
	return true
}

// weights compiles the weights of a weighted sum, for each kind of event that is folded.
func (d *declared) weights() bool {
	if d.How != measure.WeightedSum {
		return true
	}
	if d.fields["weights"] != nil {
		return d.table()
	}
	n := d.fields["by"]
	w := &measure.Weights{ByKind: map[string]*dsl.Formula{}}
	if n == nil { // on one line
		n, w.Text = d.node, d.By.Text
	} else if text, _, ok := n.Formula(); ok {
		w.Text = text
	}
	d.By = w
	for _, s := range d.schemas {
		f := d.weight(s)
		if f == nil {
			d.another(s)
			return false
		}
		if f.Unit() != dsl.Ratio && f.Unit() != dsl.Counted {
			n.Fail("unit-mismatch", "give a number without a unit, such as 150% or 1.5", "a weight is a ratio or a count, this is %s", f.Unit())
			return false
		}
		w.ByKind[s.Kind], w.Scale = f, max(w.Scale, f.Scale())
	}
	return true
}

// weight compiles the weight of one kind of event. On one line it is the name of a field.
func (d *declared) weight(s *crediting.Schema) *dsl.Formula {
	if n := d.fields["by"]; n != nil {
		return d.scope.Weight(n, s)
	}
	if s.Index(d.By.Text) < 0 {
		d.node.Fail("unknown-field", source.DidYouMean(d.By.Text, s.Names()), "%s has no field %q", s.Kind, d.By.Text)
		return nil
	}
	f, found := dsl.Compile(d.By.Text, dsl.Env{Inputs: s.Inputs("")})
	if found.HasErrors() {
		d.node.Fail("optional", "write a block, with `by: "+d.By.Text+" ?? 1`", "%s", found[0].Message)
		return nil
	}
	return f
}

// table reads the weight of each member of an enum: of all of them.
func (d *declared) table() bool {
	name, ok := d.fields["by"].Text("the field whose members have weights")
	if !ok {
		return false
	}
	d.By = &measure.Weights{Text: name, Of: map[string]decimal.Decimal{}}
	at := d.fields["weights"]
	given := at.Pairs("a mapping of members to their weights")
	var members []string
	for _, s := range d.schemas {
		i := s.Index(name)
		if i < 0 || s.Fields[i].Type != crediting.Enum {
			d.fields["by"].Fail("unknown-field", source.DidYouMean(name, s.Names()), "%s has no field %q with a list of members", s.Kind, name)
			return false
		}
		members = append(members, s.Fields[i].Enum...)
	}
	sound := true
	for _, p := range given {
		if !slices.Contains(members, p.Name) {
			p.Key.Fail("unknown-member", source.DidYouMean(p.Name, members), "%s has no member %q", name, p.Name)
			sound = false
		}
		text, _ := p.Value.Text("a weight, such as 150%")
		digits, percent := strings.CutSuffix(strings.ReplaceAll(text, "_", ""), "%")
		coef, scale, err := fixed.Parse(digits)
		if err != nil {
			p.Value.Fail("number", "write 150% or 1.5", "%q is not a weight", text)
			sound = false
			continue
		}
		if percent {
			scale += 2
		}
		d.By.Of[p.Name] = decimal.NewFromBigInt(coef.Big(), -int32(scale))
		d.By.Scale = max(d.By.Scale, scale)
	}
	for _, m := range members {
		if _, ok := d.By.Of[m]; !ok && sound {
			at.Fail("measure-weights", "write `"+m+": 100%`", "%s has no weight", m)
			sound = false
		}
	}
	return sound
}

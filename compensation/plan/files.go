package plan

import (
	"slices"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/mapping"
)

// factKinds are the kinds of rows that are no events.
var factKinds = []string{"people", "edges", "quotas", "assignments", "fx", "scores", "adjustments", "overrides"}

// FilesOf are the mappings of a kind of event, or of people, edges, quotas,
// assignments or fx; none when they are read from the library's own files.
func (p *Program) FilesOf(kind string) (files []mapping.File) {
	for _, f := range p.Files {
		if f.Of == kind {
			files = append(files, f)
		}
	}
	return files
}

// files reads how exports are written. The personal values of the plans have to be
// known, for they are columns of assignments.
func (l *loader) files() {
	n := l.filesNode
	if n == nil {
		return
	}
	defer func() { l.take(n.File()) }()
	for _, p := range n.Pairs("a mapping of kinds of event, or people, edges, quotas, assignments and fx") {
		s, ok := l.schemaOf(p)
		if !ok {
			continue
		}
		entries := []*doc.Node{p.Value}
		if p.Value.IsList() {
			entries = slices.Collect(p.Value.List("a list of file mappings"))
		}
		for _, entry := range entries {
			f := fileLoader{loader: l, schema: s, file: mapping.File{Of: p.Name, At: p.Key.Span()}}
			if p.Value.IsList() {
				f.file.At = entry.Span()
			}
			f.read(entry)
			l.program.Files = append(l.program.Files, f.file)
		}
	}
}

// schemaOf is the kind of event that an entry is of; nil for rows that are none.
func (l *loader) schemaOf(p doc.Pair) (*crediting.Schema, bool) {
	known := slices.Clone(factKinds)
	for _, s := range l.program.Rules.Schemas {
		if known = append(known, s.Kind); s.Kind != p.Name {
			continue
		}
		if slices.Contains(factKinds, p.Name) {
			p.Key.Fail("files-kind", "give the kind of event another name", "%q is a kind of event, and also the facts of this name", p.Name)
			return nil, false
		}
		return s, true
	}
	if !slices.Contains(factKinds, p.Name) {
		p.Key.Fail("files-kind", l.didYouMean(p.Name, known), "%q is no kind of event, nor people, edges, quotas, assignments or fx", p.Name)
		return nil, false
	}
	return nil, true
}

// fileLoader reads one mapping.
type fileLoader struct {
	*loader
	schema *crediting.Schema // nil: rows that are no events
	file   mapping.File
}

func (f *fileLoader) read(n *doc.Node) {
	fields, _ := keys(n, shape.File())
	f.patterns(fields["read"])
	f.names(fields["columns"], fields["always"])
	f.values(fields["values"])
	f.forms(fields)
	timed := f.dates(fields["dates"])
	f.zone(fields["zone"], fields["dates"], timed)
}

func (f *fileLoader) patterns(n *doc.Node) {
	if n == nil {
		return
	}
	f.file.Read = n.Texts("a pattern of file names, such as exports/deals-*.csv")
	for _, pattern := range f.file.Read {
		if err := mapping.CheckPattern(pattern); err != nil {
			n.Fail("files-read", "", "%v", err)
		}
	}
}

// names reads what the columns are called, and the texts of those that are not there.
func (f *fileLoader) names(columns, always *doc.Node) {
	f.file.Columns, f.file.Always = map[string]string{}, map[string]string{}
	for _, p := range pairs(columns, "a mapping of our columns to theirs") {
		if f.column(p) {
			f.file.Columns[p.Name], _ = p.Value.Text("the name of a column in the files")
		}
	}
	for _, p := range pairs(always, "a mapping of columns to their text") {
		if !f.column(p) {
			continue
		}
		if _, twice := f.file.Columns[p.Name]; twice {
			p.Key.Fail("files-column", "keep one of them", "the files have the column %q, and always: gives it a text", p.Name)
		}
		f.file.Always[p.Name], _ = p.Value.Blank("a text, or \"\"")
	}
}

// pairs are those of a mapping that may be left out.
func pairs(n *doc.Node, what string) []doc.Pair {
	if n == nil {
		return nil
	}
	return n.Pairs(what)
}

// column tells whether a key is a column of ours.
func (f *fileLoader) column(p doc.Pair) bool {
	known := f.known()
	if slices.Contains(known, p.Name) {
		return true
	}
	if f.file.Of == "assignments" && f.found.HasErrors() {
		return true // it may be of a plan that was not read
	}
	p.Key.Fail("files-column", f.didYouMean(p.Name, known), "%s has no column %q", f.file.Of, p.Name)
	return false
}

// known are the columns of ours that there may be.
func (f *fileLoader) known() []string {
	if f.schema != nil {
		return append([]string{"id", "revision", "withdrawn", "known"}, f.schema.Names()...)
	}
	known := append(mapping.FactColumns(f.file.Of), "known")
	switch f.file.Of {
	case "people":
		known = append(known, "currency")
	case "edges":
		known = append(known, "withdrawn")
	}
	if f.file.Of == "assignments" {
		for _, p := range f.program.Plans {
			for _, v := range p.Personal {
				known = append(known, v.Name)
			}
		}
	}
	return known
}

// values reads the words of others for ours.
func (f *fileLoader) values(n *doc.Node) {
	f.file.Values = map[string]map[string]string{}
	for _, p := range pairs(n, "a mapping of columns to words and ours for them") {
		if !f.column(p) {
			continue
		}
		words := map[string]string{}
		for _, w := range p.Value.Pairs("a mapping of their words to ours") {
			if words[w.Name], _ = w.Value.Text("our word for it"); words[w.Name] != "" {
				f.value(p, w, words[w.Name])
			}
		}
		f.file.Values[p.Name] = words
	}
}

// value checks that a word of ours is one that the column may have.
func (f *fileLoader) value(column, w doc.Pair, word string) {
	if f.schema == nil || f.schema.Index(column.Name) < 0 {
		return
	}
	switch field := f.schema.Fields[f.schema.Index(column.Name)]; {
	case field.Type == crediting.Enum && !slices.Contains(field.Enum, word):
		w.Value.Fail("files-value", f.didYouMean(word, field.Enum), "%q is not one of %q", word, field.Enum)
	case field.Type != crediting.Enum && field.Type != crediting.Key && field.Type != crediting.Payee && field.Type != crediting.PayeeList:
		w.Value.Fail("files-value", "words are renamed where a column holds words; say how numbers and dates are written by numbers: and dates:", "the column %q holds no words", column.Name)
	}
}

// forms reads how numbers and fields are written.
func (f *fileLoader) forms(fields map[string]*doc.Node) {
	each := func(key, what string, read func(text string) error) {
		n := fields[key]
		if n == nil {
			return
		}
		if text, ok := n.Text(what); ok {
			if err := read(text); err != nil {
				n.Fail("files-form", "", "%v", err)
			}
		}
	}
	each("numbers", "1234.5 as the files write it", func(t string) (err error) { f.file.Numbers, err = mapping.ParseNumbers(t); return err })
	each("negative", "-12 as the files write it", func(t string) (err error) { f.file.Negative, err = mapping.ParseNegative(t); return err })
	each("currency sign", "the sign of the currency", func(t string) error { f.file.Sign = t; return mapping.CheckSign(t) })
	each("separator", "a separator", func(t string) (err error) { f.file.Separator, err = mapping.ParseSeparator(t); return err })
	each("encoding", "utf-8", mapping.CheckEncoding)
}

// dates reads the patterns, and tells whether one of them has a time.
func (f *fileLoader) dates(n *doc.Node) (timed bool) {
	if n == nil {
		return false
	}
	one := func(n *doc.Node) (d mapping.Dates) {
		if text, ok := n.Text("a pattern of dates, such as MM/DD/YYYY"); ok {
			var err error
			if d, err = mapping.ParseDates(text); err != nil {
				n.Fail("files-form", "", "%v", err)
			}
		}
		timed = timed || d.Timed()
		return d
	}
	if !n.IsMapping() {
		f.file.Dates = one(n)
		return timed
	}
	f.file.DatesOf = map[string]mapping.Dates{}
	for _, p := range n.Pairs("a mapping of columns to patterns of dates") {
		if !f.column(p) {
			continue
		}
		f.file.DatesOf[p.Name] = one(p.Value)
		if !f.isDate(p.Name) {
			p.Key.Fail("files-column", "", "the column %q holds no dates", p.Name)
		}
	}
	return timed
}

func (f *fileLoader) isDate(column string) bool {
	if f.schema == nil {
		return column == "start" || column == "end" || column == "on"
	}
	i := f.schema.Index(column)
	return i < 0 || f.schema.Fields[i].Type == crediting.Date
}

// zone reads the zone, which a pattern with a time needs, and no other.
func (f *fileLoader) zone(n, dates *doc.Node, timed bool) {
	switch {
	case n == nil && timed:
		dates.Fail("files-zone", "write, for example, `zone: America/New_York`", "these dates have a time, and its day depends on the time zone")
	case n == nil:
	default:
		text, ok := n.Text("a time zone, such as America/New_York")
		if !ok {
			return
		}
		var err error
		if f.file.Zone, err = mapping.ParseZone(text); err != nil {
			n.Fail("files-zone", "", "%v", err)
		} else if !timed {
			n.Fail("files-zone", "leave it out, or give dates: a pattern with a time", "no dates of these files have a time, so that no zone counts")
		}
	}
}

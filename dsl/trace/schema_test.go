package trace

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// part is a schema or a part of one, its keys in the order of print.
type part struct {
	Schema      string     `json:"$schema,omitempty"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Ref         string     `json:"$ref,omitempty"`
	Const       string     `json:"const,omitempty"`
	Type        string     `json:"type,omitempty"`
	Enum        []string   `json:"enum,omitempty"`
	OneOf       []part     `json:"oneOf,omitempty"`
	Prefix      []part     `json:"prefixItems,omitempty"`
	Items       any        `json:"items,omitempty"`
	MinItems    int        `json:"minItems,omitempty"`
	Unique      bool       `json:"uniqueItems,omitempty"`
	Minimum     int        `json:"minimum,omitempty"`
	Properties  properties `json:"properties,omitempty"`
	Required    []string   `json:"required,omitempty"`
	NoOthers    *bool      `json:"unevaluatedProperties,omitempty"`
	Defs        properties `json:"$defs,omitempty"`
}

type property struct {
	name string
	part
}

// properties keep their order.
type properties []property

func (ps properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, p := range ps {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + strconv.Quote(p.name) + ":")
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(p.part); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

const schemaText = "Why a number is what it is: a tree of nodes. The value of a node follows from the values of its args, in their order, as its op says, from " +
	"nothing else but its detail: take the meaning of every op from the list under $defs/node/properties/op. Nothing is rounded where no op says so. " +
	"Numbers are texts of plain decimal digits, without exponent; money that is paid has all places of its currency, other numbers no zeros at the end, " +
	"so compare them as numbers. What stands in not_taken never counts. A node whose detail is \"explained above\" has no args: " +
	"they stand below the earlier node of the same text and place, which is the same part of the formula. " +
	"New keys, ops and flags may come without a new format: a reader ignores what it does not know, and says so."

// wantSchema is the schema that the tables of this package say.
func wantSchema(t *testing.T) string {
	t.Helper()
	no, text := false, "string"
	var ops []part
	for _, o := range Ops() {
		ops = append(ops, part{Const: string(o), Description: o.Meaning()})
	}
	children := part{Type: "array", MinItems: 1, Items: part{Ref: "#/$defs/below"}}
	args, roads := children, children
	args.Description = "What the value follows from, in the order that the op names."
	roads.Description = "Branches and rules that were looked at or skipped. They don't count, and have a value only if one was computed."
	position := part{Type: "integer", Minimum: 1}
	node := part{
		Description: "One step.", Type: "object", Required: []string{"op", "value"},
		Properties: properties{
			{"op", part{Description: "How the value follows.", OneOf: ops}},
			{"label", part{Description: "The name of what is evaluated: a component, measure, input, tier, rule, event.", Type: text}},
			{"text", part{Description: "The words of the plan file, where the node stands for a formula or a part of one.", Type: text}},
			{"file", part{Description: "The file with those words, from the folder of the plan.", Type: text}},
			{"span", part{
				Description: "Where they stand: line, column, end line, end column, counted from 1; the end is exclusive. A column is a character.",
				Type:        "array", Prefix: []part{position, position, {Type: "integer"}, {Type: "integer"}}, Items: false, MinItems: 4,
			}},
			{"value", part{Description: "A decimal number, true, false, a date or a text. Empty for a road not taken, and for an event that has no amount.", Type: text}},
			{"unit", part{Description: "A currency such as USD, ratio, count, USD per count, date, days, text or bool.", Type: text}},
			{"detail", part{Description: "What else is needed to redo the step, as the op says.", Type: text}},
			{"flags", part{Description: "What an auditor looks for first.", Type: "array", MinItems: 1, Unique: true, Items: part{Enum: flagNames[:]}}},
			{"args", args},
			{"not_taken", roads},
		},
	}
	root := part{
		Schema: "https://json-schema.org/draft/2020-12/schema", Title: "An explanation by Payproof", Description: schemaText,
		Ref: "#/$defs/node", Properties: properties{{"format", part{Description: "The format, which changes only when a reader of the old one would misread the new one.", Const: format}}},
		Required: []string{"format"}, NoOthers: &no,
		Defs: properties{{"node", node}, {"below", part{Description: "A node below the root.", Ref: "#/$defs/node", NoOthers: &no}}},
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheCommittedSchemaIsWhatTheTablesSay(t *testing.T) {
	want := wantSchema(t)
	if *update {
		if err := os.WriteFile("trace.schema.json", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(want, string(Schema())); d != "" {
		t.Errorf("trace.schema.json is stale; run `go test ./dsl/trace -update`:\n%s", d)
	}
}

func TestTheSchemaIsTheCallersOwn(t *testing.T) {
	Schema()[0] = 'x'
	if Schema()[0] != '{' {
		t.Error("a caller changed the schema for all")
	}
}

// declaredOps are the constants of type Op in the source.
func declaredOps(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "op.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "Op" {
				t.Fatalf("%s is a constant of another type, or of none", v.Names[0])
			}
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, text)
		}
	}
	return out
}

func TestEveryOpSaysWhatItMeans(t *testing.T) {
	var listed []string
	for _, o := range Ops() {
		listed = append(listed, string(o))
		if m := o.Meaning(); len(m) < 20 || !strings.HasSuffix(m, ".") {
			t.Errorf("%s means %q: that is no sentence", o, m)
		}
	}
	if d := cmp.Diff(declaredOps(t), listed); d != "" {
		t.Errorf("the constants and the table of meanings differ: %s", d)
	}
	if m := Op("no such").Meaning(); m != "" {
		t.Errorf("an unknown op means %q", m)
	}
}

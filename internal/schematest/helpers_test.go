package schematest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/source"
)

// root is the checkout as seen from this folder.
const root = "../.."

// validators are the compiled schemas, with where they can be asked for a part.
type validators struct {
	compiler      *jsonschema.Compiler
	company, plan *jsonschema.Schema
}

func compile(t *testing.T) validators {
	t.Helper()
	v := validators{compiler: jsonschema.NewCompiler()}
	for name, text := range map[string][]byte{"company": plan.CompanySchema(), "plan": plan.PlanSchema()} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := v.compiler.AddResource(name+".json", doc); err != nil {
			t.Fatal(err)
		}
	}
	v.company, v.plan = v.at(t, "company.json"), v.at(t, "plan.json")
	return v
}

func (v validators) at(t *testing.T, location string) *jsonschema.Schema {
	t.Helper()
	s, err := v.compiler.Compile(location)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// of is the schema for a file of a company's folder, nil for data.
func (v validators) of(name string) *jsonschema.Schema {
	dir, file := filepath.Split(name)
	switch {
	case name == plan.CompanyFile:
		return v.company
	case dir == "plans/" && strings.HasSuffix(file, ".yaml"):
		return v.plan
	}
	return nil
}

// check holds a plan file against its schema, as an editor does.
func (v validators) check(name, text string) error {
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		return err
	}
	value, err := jsonOf(&node)
	if err != nil {
		return err
	}
	return v.of(name).Validate(value)
}

// jsonOf is the YAML of a node as JSON by the core schema of YAML 1.2, which has no
// dates: they are texts.
func jsonOf(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		return jsonOf(n.Content[0])
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			var err error
			if out[n.Content[i].Value], err = jsonOf(n.Content[i+1]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			v, err := jsonOf(c)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case yaml.ScalarNode:
		if tag := n.ShortTag(); tag == "!!timestamp" || tag == "!!str" {
			return n.Value, nil
		}
		var v any
		err := n.Decode(&v)
		return v, err
	}
	return nil, errors.New("anchors are not part of plan files")
}

// load is what the loader finds in each plan file: its codes.
func load(t *testing.T, files map[string]string) map[string][]string {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	_, err := plan.Load(fsys)
	var found source.Diagnostics
	if err != nil && !errors.As(err, &found) && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, d := range found {
		out[d.Span.File] = append(out[d.Span.File], d.Code)
	}
	return out
}

// archive splits a txtar file.
func archive(text string) map[string]string {
	files := map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		rest, starts := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "-- ")
		if next, ends := strings.CutSuffix(rest, " --"); starts && ends {
			name = strings.TrimSpace(next)
			files[name] = ""
		} else if name != "" {
			files[name] += line
		}
	}
	return files
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

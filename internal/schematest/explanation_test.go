package schematest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/payproof/payproof/dsl/trace"
)

func explanationSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(trace.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("explanation.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("explanation.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func TestEveryExplanationIsAsItsSchemaSays(t *testing.T) {
	s := explanationSchema(t)
	golden, _ := filepath.Glob(root + "/dsl/trace/testdata/*.json")
	command, _ := filepath.Glob(root + "/cmd/payproof/testdata/p*.json")
	if len(golden) < 5 || len(command) == 0 {
		t.Fatalf("only %d and %d files", len(golden), len(command))
	}
	for _, file := range append(golden, command...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		err = validate(t, s, string(text))
		switch name := filepath.Base(file); name {
		case "empty.json", "hostile.json": // nodes whose op there is not
			if err == nil {
				t.Errorf("%s has an op that the schema does not know, and passes", name)
			}
		default:
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestTheSchemaOfAnExplanationRefusesWhatIsNotOne(t *testing.T) {
	const head = `{"format": "payproof/trace/1", `
	s := explanationSchema(t)
	for text, good := range map[string]bool{
		head + `"op": "sum", "value": "1"}`: true,
		head + `"op": "sum", "value": "1", "flags": ["rounded"], "file": "a", "span": [1, 2, 1, 3]}`: true,
		head + `"op": "sum", "value": "1", "args": [{"op": "neg", "value": "1"}]}`:                   true,
		`{"op": "sum", "value": "1"}`:                                                                            false,
		`{"format": "payproof/trace/2", "op": "sum", "value": "1"}`:                                              false,
		head + `"op": "summ", "value": "1"}`:                                                                     false,
		head + `"op": "sum"}`:                                                                                    false,
		head + `"op": "sum", "value": 1}`:                                                                        false,
		head + `"op": "sum", "value": "1", "extra": 1}`:                                                          false,
		head + `"op": "sum", "value": "1", "span": [0, 2, 1, 3]}`:                                                false,
		head + `"op": "sum", "value": "1", "span": [1, 2, 1, 3, 4]}`:                                             false,
		head + `"op": "sum", "value": "1", "span": [1, 2, 1]}`:                                                   false,
		head + `"op": "sum", "value": "1", "flags": ["odd"]}`:                                                    false,
		head + `"op": "sum", "value": "1", "args": [{"op": "neg", "value": "1", "extra": 1}]}`:                   false,
		head + `"op": "sum", "value": "1", "args": [{"format": "payproof/trace/1", "op": "neg", "value": "1"}]}`: false,
		head + `"op": "sum", "value": "1", "not_taken": [{"op": "no", "value": "1"}]}`:                           false,
	} {
		if err := validate(t, s, text); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

package index

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// columns are those of events, with their dictionaries.
func columns(events []event) ([]Column, []map[string]uint32) {
	out, codes := make([]Column, 6), make([]map[string]uint32, 6)
	for f := range out {
		codes[f] = map[string]uint32{}
	}
	for _, e := range events {
		for f := range out {
			number, text, has := e.get(f)
			code, ok := codes[f][text]
			if !ok {
				code = uint32(len(codes[f]))
				codes[f][text] = code
			}
			c := &out[f]
			c.Ints, c.Codes, c.Has = append(c.Ints, number), append(c.Codes, code), append(c.Has, has)
		}
	}
	return out, codes
}

// passes tells whether a row has all the fields that tests ask for, and passes them.
func passes(tests []Test, e event) (ok, missing bool) {
	ok = true
	for _, t := range tests {
		number, text, has := e.get(t.Field)
		missing = missing || !has
		if t.Texts != nil {
			ok = ok && slices.Contains(t.Texts, text)
		} else {
			ok = ok && t.Low <= number && number <= t.High
		}
	}
	return ok, missing
}

// Codes find what texts find; and a condition that is taken apart into tests holds exactly where they pass.
func TestCodesFindWhatTextsFind(t *testing.T) {
	exact, sure := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		var sources []string
		for range rapid.IntRange(1, 12).Draw(r, "conditions") {
			sources = append(sources, anyCondition(r))
		}
		events := make([]event, rapid.IntRange(1, 20).Draw(r, "events"))
		for i := range events {
			events[i] = anyEvent(r)
		}
		conditions := compile(r, sources...)
		x, taken := Tested(conditions)
		row := env().NewRow()
		cols, codes := columns(events)
		coded := x.Coded(
			func(f int, text string) (uint32, bool) { code, ok := codes[f][text]; return code, ok },
			func(f int) int { return len(codes[f]) },
		)
		for i, e := range events {
			e.fill(row)
			var got []int
			for _, c := range coded.Candidates(cols, i, nil) {
				if got = append(got, c.ID()); !c.Sure() {
					continue
				}
				sure++
				if f := conditions[c.ID()]; f != nil {
					if v, err := f.Eval(row); err != nil || !v.Bool() {
						r.Fatalf("%s is sure to hold for %+v, and gives %v, %v", sources[c.ID()], e, v, err)
					}
				}
			}
			if want := x.Candidates(e.get, nil); !slices.Equal(got, want) {
				r.Fatalf("%+v: candidates %v by codes, %v by texts, of %q", e, got, want, sources)
			}
			for id, f := range conditions {
				tests := taken[id].Tests
				if !taken[id].Sure || f == nil {
					continue
				}
				exact++
				got, missing := passes(tests, e)
				if v, err := f.Eval(row); !missing && (err != nil || v.Bool() != got) {
					r.Fatalf("%s: tests %+v say %v for %+v, the condition %v, %v", sources[id], tests, got, e, v, err)
				}
			}
		}
	})
	if sure == 0 {
		t.Error("no condition was sure to hold")
	}
	if exact == 0 {
		t.Error("no condition was taken apart")
	}
}

package plantest

import (
	"strings"

	"github.com/payproof/payproof/dsl/source"
)

// header reads the title and the lines below it, up to the first empty one.
func (s *Script) header(prose string) (found source.Diagnostics) {
	keys := []struct {
		name string
		into *string
	}{{"source", &s.Source}, {"vector", &s.Vector}, {"verdict", &s.Verdict}, {"period", &s.Period}, {"data", &s.Data}}
	names := []string{"source", "vector", "verdict", "period", "data"}
	lines := strings.Split(prose, "\n")
	var last *string
	for i, line := range lines {
		text := strings.TrimSpace(line)
		if text == "" {
			s.Prose = strings.TrimSpace(strings.Join(lines[i:], "\n"))
			break
		}
		if i == 0 {
			s.Title = text
			continue
		}
		if last != nil && strings.TrimLeft(line, " \t") != line {
			*last += " " + text
			continue
		}
		key, value, _ := strings.Cut(text, ":")
		last = nil
		for _, k := range keys {
			if k.name == key {
				last = k.into
			}
		}
		if last == nil {
			found = append(found, source.Errorf("script-header", s.at(i+1), "%q is not a line of a header", text).
				WithHint("leave an empty line above the prose; a header has the title, and below it source:, vector:, verdict:, period: and data:; %s", source.DidYouMean(key, names)))
			continue
		}
		*last = strings.TrimSpace(value)
	}
	if s.Data != "" && s.Data != dataFolder {
		found = append(found, source.Errorf("script-header", s.at(1), "data: %s is not known", s.Data).WithHint("write `data: folder`, or leave it out"))
	}
	if s.Title == "" {
		found = append(found, source.Errorf("script-title", s.at(1), "the script has no title").WithHint("say on the first line what it shows"))
	}
	return found
}

// at is the beginning of a line of the script.
func (s *Script) at(line int) source.Span {
	return source.Span{File: s.Name, From: source.Pos{Line: line, Col: 1}, To: source.Pos{Line: line, Col: 1}}
}

package conform

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/plan/internal/doc"
	"github.com/payproof/payproof/compensation/plan/internal/shape"
	"github.com/payproof/payproof/dsl/source"
)

// fault is what is wrong with a part of a phrase.
type fault struct {
	code, hint, message string
	from, to            int // bytes of the text
}

// token is a word of a text, with its place in bytes.
type token struct {
	text     string
	from, to int
}

// reading is a text held against a form.
type reading struct {
	fits   bool    // every word has its place
	at     int     // how many words have; the next is the one that has none
	wanted string  // what was expected instead of it
	faults []fault // of words that have their place
}

// phrase checks a text of one of some forms.
func (c checker) phrase(n *doc.Node, forms []string) {
	text, ok := n.Text(samples(forms))
	if !ok {
		return
	}
	tokens := split(text)
	var best reading
	for _, f := range forms {
		r := c.read(tokens, parse(f))
		switch {
		case r.fits && len(r.faults) == 0:
			return
		case r.fits && !best.fits, r.fits == best.fits && r.at > best.at:
			best = r
		}
	}
	if !best.fits {
		c.unfit(n, text, tokens, forms, best)
		return
	}
	for _, f := range best.faults {
		n.File().Failf(f.code, n.Part(f.from, f.to), f.hint, "%s", f.message)
	}
}

// unfit reports a text that has none of the forms, at the word up to which it had one.
func (c checker) unfit(n *doc.Node, text string, tokens []token, forms []string, best reading) {
	hint := "write " + samples(forms)
	if near := source.Nearest(text, forms); near != "" && !strings.ContainsAny(near, "{|") {
		hint = "did you mean " + quote(near) + "?"
	}
	switch {
	case best.at == 0 || best.wanted == "":
		n.Fail("phrase", hint, "%s is none of what may stand here", quote(text))
	case best.at >= len(tokens):
		n.Fail("phrase", hint, "behind %s something is missing: %s", quote(text), best.wanted)
	case best.wanted == end:
		t := tokens[best.at]
		n.File().Failf("phrase", n.Part(t.from, len(text)), hint, "%s is too much here", quote(text[t.from:]))
	default:
		t := tokens[best.at]
		n.File().Failf("phrase", n.Part(t.from, t.to), hint, "%s stands where %s is expected", quote(t.text), best.wanted)
	}
}

// end is what is expected behind the last part of a form.
const end = "the end"

// read holds words against the parts of a form.
func (c checker) read(tokens []token, form []part) (r reading) {
	for i, p := range form {
		rest := tokens[r.at:]
		if p.slot == "" {
			if len(rest) == 0 {
				r.wanted = sample(form[i:])
				return r
			}
			if !slices.Contains(p.words, rest[0].text) {
				r.wanted = choice(p.words)
				return r
			}
			r.at++
			continue
		}
		if p.ref != shape.Chosen || p.slot == "set" {
			rest = rest[:nameLength(rest, form[i+1:])]
		}
		used, f := c.slot(p, rest)
		if used == 0 {
			r.wanted = sample(form[i:])
			return r
		}
		r.at += used
		if f != nil {
			r.faults = append(r.faults, *f)
		}
	}
	if r.fits = r.at == len(tokens); !r.fits {
		r.wanted = end
	}
	return r
}

// nameLength is how many words a name has: up to the next word of the form.
func nameLength(tokens []token, next []part) int {
	if len(next) == 0 {
		return len(tokens)
	}
	return max(0, slices.IndexFunc(tokens, func(t token) bool { return slices.Contains(next[0].words, t.text) }))
}

// part is a word of a form, or one of some words, or a slot.
type part struct {
	words  []string
	slot   string // the name of a slot; empty for words
	sample string // a text that fits
	ref    shape.Ref
}

// parse takes a form apart.
func parse(form string) (parts []part) {
	for form = strings.TrimSpace(form); form != ""; form = strings.TrimSpace(form) {
		if slot, rest, ok := strings.Cut(strings.TrimPrefix(form, "{"), "}"); ok && form[0] == '{' {
			p := part{slot: slot}
			for _, s := range shape.Slots() {
				if s.Name == slot {
					p.sample, p.ref = s.Sample, s.Ref
				}
			}
			parts, form = append(parts, p), rest
			continue
		}
		word, rest, _ := strings.Cut(form, " ")
		words := strings.Split(word, "|")
		parts, form = append(parts, part{words: words, sample: words[0]}), rest
	}
	return parts
}

// samples are texts that the forms fit, for hints: `6 months` or `50%`.
func samples(forms []string) string {
	var all []string
	for _, f := range forms {
		if s := sample(parse(f)); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return listed(all)
}

// sample is a text that some parts of a form fit.
func sample(form []part) string {
	var words []string
	for _, p := range form {
		words = append(words, p.sample)
	}
	return "`" + strings.Join(words, " ") + "`"
}

// choice are words of which one is meant.
func choice(words []string) string {
	var all []string
	for _, w := range words {
		all = append(all, "`"+w+"`")
	}
	return listed(all)
}

// listed joins alternatives.
func listed(all []string) string {
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " or " + all[n-1]
	}
	return strings.Join(all, "")
}

// split are the words of a text with their places.
func split(text string) (tokens []token) {
	for i := 0; i < len(text); {
		if text[i] == ' ' || text[i] == '\t' || text[i] == '\n' {
			i++
			continue
		}
		end := i
		for end < len(text) && text[end] != ' ' && text[end] != '\t' && text[end] != '\n' {
			end++
		}
		tokens = append(tokens, token{text[i:end], i, end})
		i = end
	}
	return tokens
}

// quote shows a text, cut.
func quote(text string) string {
	if r := []rune(text); len(r) > 40 {
		text = string(r[:39]) + "…"
	}
	return "\"" + text + "\""
}

// what says what may stand for a type, as hints and findings write it.
func what(t shape.Type) string {
	switch t.Kind {
	case shape.Word:
		return choice(t.Words)
	case shape.Phrase:
		return samples(t.Forms)
	case shape.Name:
		return "the name of " + thingOf(t.Ref).one
	case shape.Texts:
		if len(t.Of) > 0 {
			return "a list: of each, " + what(t.Of[0])
		}
		return "a list of texts"
	case shape.List:
		return "a list"
	case shape.Names:
		return "a mapping of names to " + what(t.Of[0])
	case shape.Nested:
		return t.Block.One
	case shape.Either:
		var all []string
		for _, of := range t.Of {
			all = append(all, what(of))
		}
		return strings.Join(all, ", or ")
	}
	return "a text"
}

package plantest

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/source"
)

// Mismatch is a wanted block that was not got. At is where its marker stands in the
// script; for findings that no block wants, where the first of them is, or the script's first line. Diff has a line
// for each row: "-" is wanted, "+" was got.
type Mismatch struct {
	Block string
	At    source.Span
	Diff  string
}

// String is the place, the block, and the difference.
func (m Mismatch) String() string {
	return m.At.String() + ": " + m.Block + " differs (- wanted, + got)\n" + m.Diff
}

// Check compares what was got with every comment "#!" and every wanted block, in the
// script's order, and with no findings where the script has no block for them. Where
// nothing was computed only the findings that say why are shown. Empty is a script that holds.
func (s Script) Check(all Got) (out []Mismatch) {
	got, unmet := s.expected(all)
	for _, e := range unmet {
		out = append(out, e.mismatch(s, got))
	}
	wantsFindings := false
	for _, w := range s.Wants {
		wantsFindings = wantsFindings || w.Name == wantFindings
		if edits := compare(w, got); slices.ContainsFunc(edits, changed) {
			out = append(out, Mismatch{w.Name, s.at(w.Line), unified(edits)})
		}
	}
	if !wantsFindings && len(got.Findings) > 0 {
		out = append(out, Mismatch{wantFindings, s.Place(got.Findings[0][0]), unified(diff(nil, texts(got.Findings)))})
	}
	if all.Run == nil {
		return causes(out)
	}
	return out
}

// causes are the mismatches to show where nothing was computed: the findings that
// say why, and not that there are no payouts.
func causes(all []Mismatch) []Mismatch {
	results := []string{wantPayouts, wantCredits, wantUncredited, wantHeld, wantEntries}
	why := slices.DeleteFunc(slices.Clone(all), func(m Mismatch) bool {
		return slices.Contains(results, m.Block) || textual(m.Block)
	})
	if len(why) > 0 {
		return why
	}
	return all
}

func changed(e edit) bool { return e.op != kept }

func compare(w File, got Got) []edit {
	if textual(w.Name) {
		return diff(explained(w.Text), explained(got.Explained[w.Name]))
	}
	return diff(rowsOf(entries(w.Text)), texts(got.table(w.Name)))
}

// explained are the lines of an explanation, but for spaces at their ends and
// empty lines at its own.
func explained(text string) []string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\r")
	}
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}

// table is what was got for the block of a name.
func (g Got) table(name string) []Row {
	switch name {
	case wantPayouts:
		return g.Payouts
	case wantCredits:
		return g.Credits
	case wantUncredited:
		return g.Uncredited
	case wantHeld:
		return g.Held
	case wantEntries:
		return g.Entries
	}
	return g.Findings
}

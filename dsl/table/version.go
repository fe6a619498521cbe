package table

import (
	"slices"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/source"
)

// checkVersions lists what is wrong with each version, with dates that two of them hold for, and
// with days between two for which none does.
func (t Table) checkVersions() (ds source.Diagnostics) {
	sorted := slices.Clone(t.Versions)
	slices.SortStableFunc(sorted, func(a, b Version) int { return a.Effective.From.Compare(b.Effective.From) })
	for i, v := range sorted {
		ds = append(ds, v.Table.Check()...)
		if i == 0 {
			continue
		}
		before := sorted[i-1]
		switch end := before.Effective.To; {
		case before.Effective.Overlaps(v.Effective):
			ds = append(ds, source.Errorf("table-versions", v.Table.At, "two versions of %q hold on the same days", t.Name).
				WithNote(before.Table.At, "the other").WithHint("end one where the other begins"))
		case end != v.Effective.From:
			ds = append(ds, source.Errorf("table-versions", v.Table.At, "no version of %q holds from %s to %s", t.Name, end, v.Effective.From.AddDays(-1)).
				WithNote(before.Table.At, "the version before").WithHint("let one begin where the other ends"))
		}
	}
	return ds
}

// On is the version that holds on a date, the table itself when it has none.
func (t Table) On(d calendar.Date) (Table, bool) {
	if len(t.Versions) == 0 {
		return t, true
	}
	for _, v := range t.Versions {
		if v.Effective.Contains(d) {
			return v.Table, true
		}
	}
	return Table{}, false
}

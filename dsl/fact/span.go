package fact

import (
	"math"

	"github.com/payproof/payproof/dsl/calendar"
)

// A span is a range as two ordinals that sort: an open beginning is 0 and an
// open end is the greatest number, so that neither needs a case of its own.
const openEnd = math.MaxInt32

func span(r calendar.Range) (from, to int32) {
	from, to = r.From.Ordinal(), r.To.Ordinal()
	if from == 1 {
		from = 0 // nothing comes before the first day
	}
	if to == 0 {
		to = openEnd
	}
	return from, to
}

func spanRange(from, to int32) calendar.Range {
	// FromOrdinal makes no date, the open end, of both marks.
	return calendar.Range{From: calendar.FromOrdinal(from), To: calendar.FromOrdinal(to)}
}

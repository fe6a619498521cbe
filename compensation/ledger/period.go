package ledger

import (
	"errors"
	"strconv"
	"strings"

	"github.com/payproof/payproof/dsl/calendar"
)

// A period of the calendar year stands in lines as it is written everywhere:
// "2026-03". One of another calendar bears the calendar's name and its number, since
// lines are read without the calendar: "months from February:month:24314". The last
// two colons divide, whatever the name has in it. Periods outside of time, which have
// no other text, are written in the second way.

func appendPeriod(dst []byte, p calendar.Period) []byte {
	if p.IsZero() {
		return append(dst, absent...)
	}
	if p.Calendar == "" {
		if _, err := (calendar.Calendar{}).Range(p); err == nil {
			return append(dst, calendar.Calendar{}.Format(p)...)
		}
	}
	dst = appendEscaped(dst, p.Calendar)
	dst = append(dst, ':')
	dst = append(dst, p.Unit.String()...)
	dst = append(dst, ':')
	return strconv.AppendInt(dst, int64(p.Index), 10)
}

func parsePeriod(text string) (calendar.Period, error) {
	if text == "" {
		return calendar.Period{}, nil
	}
	rest, number, found := cutLast(text)
	if !found {
		return calendar.Calendar{}.ParsePeriod(text)
	}
	name, unitText, found := cutLast(rest)
	if !found {
		return calendar.Period{}, errors.New("it is no period: write it like 2026-03 or CALENDAR:month:24314")
	}
	unit, err := calendar.ParseUnit(unitText)
	if err != nil {
		return calendar.Period{}, err
	}
	index, err := strconv.ParseInt(number, 10, 32)
	if err != nil {
		return calendar.Period{}, errors.New("it is no period: after the last colon stands its number")
	}
	return calendar.Period{Calendar: name, Unit: unit, Index: int32(index)}, nil
}

// cutLast cuts at the last colon.
func cutLast(text string) (before, after string, found bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// readable tells that a period has a unit, and so a text that reads back.
func readable(p calendar.Period) bool {
	return p.Unit >= calendar.UnitDay && p.Unit <= calendar.UnitYear
}

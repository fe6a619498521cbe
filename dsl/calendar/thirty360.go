package calendar

// Days360US is the number of days from one date up to another in months of 30
// days, by the US rule ("30/360", Bond Basis, NASD):
//
//   - a first day of 31 becomes 30;
//   - a last day of 31 becomes 30 if the first day is 30 or 31; otherwise it
//     stays 31, which is the 1st of the next month.
//
// The ends of February are days like others. Source: ISDA 2006 Definitions,
// section 4.16(f); the same as MSRB Rule G-33(e). Some systems (SIA, "US EOM")
// further move the last day of February to 30: that is not this rule.
//
// The rule does not add up: from the 1st to the 31st is 30 days and from the
// 31st to the 1st is one more. Both dates must be given.
func Days360US(from, to Date) int {
	last := to.Day()
	if from.Day() >= 30 {
		last = min(last, 30)
	}
	return months30(from, to) + last - min(from.Day(), 30)
}

// Days360EU is the number of days from one date up to another in months of 30
// days, by the European rule ("30E/360", Eurobond Basis): a day of 31 becomes 30
// at either end. Source: ISDA 2006 Definitions, section 4.16(g); ICMA Rule 251.
// It adds up: the days of two parts are the days of both together. Both dates
// must be given.
func Days360EU(from, to Date) int {
	return months30(from, to) + min(to.Day(), 30) - min(from.Day(), 30)
}

func months30(from, to Date) int {
	return 30 * (monthsOfYear*(to.Year()-from.Year()) + to.Month() - from.Month())
}

// days360 uses the half-open range as the conventions do: from and including the
// first date to but excluding the second.
func days360(r Range, count func(from, to Date) int) int64 {
	if r.Empty() {
		return 0
	}
	return int64(count(r.From, r.To))
}

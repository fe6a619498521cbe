package main

import "github.com/payproof/payproof/dsl/calendar"

// report is a manager edge: a payee reports to a manager for a time.
type report struct {
	payee, manager string
	span
}

// reports says who leads whom: four regional teams and the strategic accounts under
// p064 (Americas and APAC), the rest under p065 (EMEA).
func reports() []report {
	var out []report
	team := func(manager string, s span, members ...int) {
		for _, m := range members {
			out = append(out, report{payee(m), manager, s})
		}
	}
	always := span{from: firstDay}
	before, after := span{firstDay, dayBefore(promotedOn)}, span{from: promotedOn}

	team("p057", always, 1, 2, 3, 4, 5, 49)      // AMER-East enterprise and strategic
	team("p058", always, 6, 7, 8, 9, 10, 11)     // AMER-East commercial and SMB
	team("p058", always, 12, 13, 50)             //
	team("p059", always, 14, 15, 16, 17, 51, 52) // AMER-West
	team("p059", before, 18, 19, 20, 21, 22, 23) // its commercial and SMB half becomes
	team(promoted, after, 18, 20, 21, 22, 23)    // the team of the new manager
	team("p060", always, 24, 25, 26, 27, 32, 53) // EMEA-North enterprise and SMB
	team("p061", always, 28, 29, 30, 31, 43)     // EMEA-North commercial, EMEA-South SMB
	team("p062", always, 34, 35, 36, 38, 39)     // EMEA-South enterprise and commercial
	team("p062", always, 40, 41, 54, 55)         //
	team("p062", span{firstDay, lastDayOfLeaver}, 37)
	team("p063", always, 44, 45, 46, 48, 56) // APAC
	team("p063", span{from: "2026-02-16"}, 47)
	out = append(out, swap("p033", "p042", "p060", "p061", "2026-02-09")...)

	team("p064", always, 57, 58, 59, 63)
	team("p064", after, 19)
	team("p065", always, 60, 61, 62)
	return out
}

// swap exchanges two payees between their managers on a day.
func swap(a, b, managerOfA, managerOfB, day string) []report {
	before, after := span{firstDay, dayBefore(day)}, span{from: day}
	return []report{{a, managerOfA, before}, {a, managerOfB, after}, {b, managerOfB, before}, {b, managerOfA, after}}
}

func dayBefore(day string) string { return calendar.MustDate(day).AddDays(-1).String() }

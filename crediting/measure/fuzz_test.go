package measure

import "testing"

// Whatever is read is written so that it reads the same.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"sum of bookings, quarter to date", "count distinct product of bookings, rolling 3 months", "weighted sum of a by b by c, all time",
		"arr, as of start of week", "min of deal.units, same half to date last year", "max of x, plan to date", "sum of of of , month", ", as of start of year",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse("m", text)
		if err != nil {
			return
		}
		again, err := Parse("m", m.String())
		if err != nil || again.String() != m.String() {
			t.Errorf("%q is written as %q, which reads as %q, %v", text, m, again, err)
		}
	})
}

func FuzzParseWhose(f *testing.F) {
	for _, text := range []string{"payee", "team along pod", "payee with below", "role Account Executive", "below along along x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := ParseWhose(text)
		if err != nil {
			return
		}
		if again, err := ParseWhose(w.String()); err != nil || again != w {
			t.Errorf("%q is written as %q, which reads as %+v, %v", text, w, again, err)
		}
	})
}

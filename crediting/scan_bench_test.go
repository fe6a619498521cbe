package crediting

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// many is a file of deals, with so many more columns that are not declared, each
// field between quotes or not.
func many(lines, more int, quote string) string {
	var b strings.Builder
	row := func(fields ...string) {
		for i := range more {
			fields = append(fields, []string{"note", "a longer note, of no use", "", "17.25"}[i%4])
			if quote == "" {
				fields[len(fields)-1] = strings.ReplaceAll(fields[len(fields)-1], ",", "")
			}
		}
		b.WriteString(quote + strings.Join(fields, quote+","+quote) + quote + "\n")
	}
	row("id", "closed", "amount", "seller", "partner", "account", "region", "units")
	for i := range lines {
		partner := ""
		if i%3 == 0 {
			partner = fmt.Sprintf("rep-%03d", i*7%1000)
		}
		row(fmt.Sprintf("d-%07d", i), fmt.Sprintf("2026-%02d-%02d", 1+i*31%3, 1+i*17%28), fmt.Sprintf("%d.%02d", i*7919%100_000, i%100),
			fmt.Sprintf("rep-%03d", i*13%1000), partner, fmt.Sprintf("account-%05d", i*104_729%50_000), []string{"west", "east"}[i%2], fmt.Sprint(i%9))
	}
	return b.String()
}

func BenchmarkScan(b *testing.B) {
	for _, c := range []struct {
		name  string
		lines int
		more  int
		quote string
	}{{"narrow", 100_000, 0, ""}, {"wide", 10_000, 192, ""}, {"quoted", 100_000, 0, `"`}} {
		folder := fstest.MapFS{"deal.csv": {Data: []byte(many(c.lines, c.more, c.quote))}}
		for _, how := range []struct {
			name    string
			careful bool
		}{{"at-once", false}, {"carefully", true}} { // carefully is how all lines were read before
			b.Run(c.name+"/"+how.name, func(b *testing.B) {
				feed := FromCSV(folder).(fileFeed)
				feed.careful = how.careful
				b.ReportAllocs()
				for b.Loop() {
					n := 0
					for batch, err := range feed.Scan(b.Context(), deals()) {
						if err != nil {
							b.Fatal(err)
						}
						n += batch.Len()
					}
					if n != c.lines {
						b.Fatal(n)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.lines), "ns/line")
			})
		}
	}
}

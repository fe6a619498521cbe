package workload

import (
	"fmt"
	"strings"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/dsl/calendar"
)

// field is a column of the events: its name and type as plan files have them, its
// text in a CSV file, and its value in a column.
type field struct {
	name, declared string
	text           func(Event) string
	value          func(Event) crediting.Cell
}

func enum(name string, members []string, of func(Event) int) field {
	return field{
		name, "[" + strings.Join(members, ", ") + "]",
		func(e Event) string { return members[of(e)] },
		func(e Event) crediting.Cell {
			return crediting.Cell{Int: int64(of(e)), Text: members[of(e)], Has: true}
		},
	}
}

// firstDay is the first day of the quarter.
func firstDay() calendar.Date { return calendar.MustDate("2026-01-01") }

// dates are the days of the quarter, as files write them.
func dates() []string {
	out := make([]string, Days)
	for i := range out {
		out[i] = firstDay().AddDays(i).String()
	}
	return out
}

// fields are the columns of the events, in order.
func (q Quarter) fields() []field {
	days, first, accounts := dates(), int64(firstDay().Ordinal()), names(q.Accounts, accountKey)
	key := func(name string, of func(Event) string) field {
		return field{name, "key", of, func(e Event) crediting.Cell { return crediting.Cell{Text: of(e), Has: true} }}
	}
	whole := func(name, declared string, of func(Event) int64, text func(int64) string) field {
		return field{
			name, declared,
			func(e Event) string { return text(of(e)) },
			func(e Event) crediting.Cell { return crediting.Cell{Int: of(e), Has: true} },
		}
	}
	out := []field{
		whole("closed", "date", func(e Event) int64 { return first + int64(e.Day) }, func(n int64) string { return days[n-first] }),
		key("account", func(e Event) string { return accounts[e.Account] }),
		enum("product", names(Products, productName), func(e Event) int { return e.Product }),
		enum("family", names(Families, familyName), Event.Family),
		enum("region", names(Regions, regionName), func(e Event) int { return e.Region }),
		enum("geo", names(Geos, geoName), Event.Geo),
		enum("channel", names(Channels, channelName), func(e Event) int { return e.Channel }),
		enum("kind", kinds[:], func(e Event) int { return int(e.Kind) }),
		whole("term_months", "count", func(e Event) int64 { return int64(12 * (1 + e.Number%3)) }, func(n int64) string { return fmt.Sprint(n) }),
		whole("amount", "money", func(e Event) int64 { return e.Cents }, cents),
	}
	texts := names(97, func(n int) string { return fmt.Sprintf("note-%02d", n) })
	for i := len(out); i < q.Fields; i++ {
		name := fmt.Sprintf("extra_%d", i+1)
		switch i % 4 {
		case 0:
			out = append(out, key(name, func(e Event) string { return texts[(e.Number+i)%len(texts)] }))
		case 1:
			out = append(out, whole(name, "count", func(e Event) int64 { return int64((e.Number + i) % 1000) }, func(n int64) string { return fmt.Sprint(n) }))
		case 2:
			out = append(out, enum(name, names(4, geoName), func(e Event) int { return (e.Number + i) % 4 }))
		case 3:
			out = append(out, whole(name, "money", func(e Event) int64 { return int64((e.Number + i) % 1000 * 25) }, cents))
		}
	}
	return out
}

package crediting

import (
	"strings"
	"testing"

	"github.com/payproof/payproof/dsl/calendar"
)

func TestACellHoldsWhatItsTextSays(t *testing.T) {
	day := func(text string) int64 { return int64(calendar.MustDate(text).Ordinal()) }
	for _, c := range []struct {
		field Field
		text  string
		want  Cell
	}{
		{Field{Type: Money, Scale: 2}, "1234.5", Cell{Int: 123450, Has: true}},
		{Field{Type: Money, Scale: 2}, "1234.500", Cell{Int: 123450, Has: true}},
		{Field{Type: Money, Scale: 2}, "-0.01", Cell{Int: -1, Has: true}},
		{Field{Type: Money, Scale: 2}, "-0", Cell{Has: true}},
		{Field{Type: Money}, "500", Cell{Int: 500, Has: true}},
		{Field{Type: Money, Scale: 2}, "92233720368547758.07", Cell{Int: 1<<63 - 1, Has: true}},
		{Field{Type: Money, Scale: 2}, "-92233720368547758.08", Cell{Int: -1 << 63, Has: true}},
		{Field{Type: Count}, "3", Cell{Int: 3, Has: true}},
		{Field{Type: Count}, "3.0", Cell{Int: 3, Has: true}},
		{Field{Type: Numeric, Scale: numericScale}, "0.000001", Cell{Int: 1, Has: true}},
		{Field{Type: Date}, "2024-02-29", Cell{Int: day("2024-02-29"), Has: true}},
		{Field{Type: Enum, Enum: []string{"west", "east"}}, "east", Cell{Int: 1, Text: "east", Has: true}},
		{Field{Type: Key}, "Acme / West", Cell{Text: "Acme / West", Has: true}},
		{Field{Type: Payee}, "Jose\u0301", Cell{Text: "José", Has: true}},
		{Field{Type: Money, Optional: true}, "", Cell{}},
		{Field{Type: Payee, Optional: true}, "", Cell{}},
	} {
		if got, err := c.field.Cell(c.text); got != c.want || err != nil {
			t.Errorf("%q: %+v, %v; want %+v", c.text, got, err, c.want)
		}
	}
}

func TestARefusedCellSaysWhy(t *testing.T) {
	huge := strings.Repeat("9", 10<<20)
	amount := Field{Name: "amount", Type: Money, Scale: 2}
	for _, c := range []struct {
		field      Field
		text, want string
	}{
		{amount, "", "amount is empty; fill it in, or declare it optional"},
		{amount, "10.555", "10.555 has 3 decimal places, the field holds 2"},
		{amount, "NaN", `amount: "NaN" is not a decimal`},
		{amount, "Infinity", "is not a decimal"},
		{amount, "1e5", "exponents are not read"},
		{amount, "1,234.50", "separators of thousands are not read"},
		{amount, "1.234,50", "separators of thousands"},
		{amount, "$5", "unexpected '$'"},
		{amount, " 5", "there is a space in it"},
		{amount, "+5", "a plus sign is not read"},
		{amount, "--5", "a minus sign stands only at the front"},
		{amount, "(5)", "unexpected '('"},
		{amount, ".5", "write 0.5"},
		{amount, "5.", "a digit must stand after the point"},
		{amount, "007", "drop the leading zeros"},
		{amount, "0x10", "unexpected 'x'"},
		{amount, "٣", "unexpected '٣'"},
		{amount, "92233720368547758.08", "is too large"},
		{amount, "-92233720368547758.09", "is too large"},
		{amount, "99999999999999999999999999999999999999", "is too large"},
		{amount, huge, "more than 38 digits"},
		{Field{Name: "amount", Type: Money}, "0.5", "the field holds 0"},
		{Field{Name: "units", Type: Count}, "1.5", "the field holds 0"},
		{Field{Name: "rate", Type: Numeric, Scale: numericScale}, "0.0000001", "the field holds 6"},
		{Field{Name: "closed", Type: Date}, "2026-02-30", "closed: "},
		{Field{Name: "closed", Type: Date}, "2026-2-3", "YYYY-MM-DD"},
		{Field{Name: "closed", Type: Date}, "31.03.2026", "YYYY-MM-DD"},
		{Field{Name: "closed", Type: Date}, "2026-03-31T00:00:00Z", "YYYY-MM-DD"},
		{Field{Name: "closed", Type: Date}, huge, "YYYY-MM-DD"},
		{Field{Name: "region", Type: Enum, Enum: []string{"west", "east"}}, "wset", `region: "wset" is not one of ["west" "east"]; did you mean "west"?`},
		{Field{Name: "region", Type: Enum, Enum: []string{"west", "east"}}, "West", "is not one of"},
		{Field{Name: "region", Type: Enum, Enum: []string{"west", "east"}}, huge, "is not one of"},
		{Field{Name: "account", Type: Key}, "a\u202eb", "bidirectional control U+202E"},
		{Field{Name: "account", Type: Key}, "a\x00b", "control character"},
		{Field{Name: "account", Type: Key}, "a\u200bb", "invisible character"},
		{Field{Name: "account", Type: Key}, "acme ", "outer space"},
		{Field{Name: "account", Type: Key}, "Jos\xe9", "is not UTF-8"},
		{Field{Name: "account", Type: Key}, huge, "longer than 256 bytes"},
		{Field{Name: "seller", Type: Payee}, "ana\n", "control character"},
	} {
		got, err := c.field.Cell(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || got != (Cell{}) {
			t.Errorf("%.40q: %+v, %v; want … %s", c.text, got, err, c.want)
			continue
		}
		if len(err.Error()) > 400 {
			t.Errorf("%.40q: the message has %d bytes", c.text, len(err.Error()))
		}
	}
}

func TestTheTypesOfFields(t *testing.T) {
	for text, want := range map[string]FieldType{"key": Key, "payee": Payee, " date ": Date, "money": Money, "count": Count, "number": Numeric} {
		for _, mark := range []string{"", "?"} {
			got, optional, err := ParseFieldType(strings.TrimSpace(text) + mark)
			if got != want || optional != (mark == "?") || err != nil {
				t.Errorf("%s%s: %v, %t, %v", text, mark, got, optional, err)
			}
		}
	}
	for _, text := range []string{"", "?", "monney", "money??", "enum"} {
		if _, _, err := ParseFieldType(text); err == nil {
			t.Errorf("%q is a type of field", text)
		}
	}
}

func TestASchemaWithoutAnIncentiveDateIsRefused(t *testing.T) {
	s := deals()
	expectFindings(t, s.Check(), "")
	for _, incentive := range []int{-1, 1, 99} {
		s.Incentive = incentive
		expectFindings(t, s.Check(), "no-incentive-date", "nothing says which period")
	}
	s.Incentive, s.Fields[0].Optional = 0, true
	expectFindings(t, s.Check(), "no-incentive-date", "may be empty")
}

func TestACellIsShownInCanonicalForm(t *testing.T) {
	e := load(t, deals(), line("d1", "amount=1234.50 region=east units=3 account=acme"))[0]
	want := []string{"2026-03-10", "1234.5", "ana", "", "acme", "east", "3"}
	for i, w := range want {
		if got := e.Show(i); got != w {
			t.Errorf("%s: %q, want %q", deals().Fields[i].Name, got, w)
		}
	}
}

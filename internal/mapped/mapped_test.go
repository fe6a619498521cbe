package mapped

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/payproof/payproof/dsl/mapping"
	"github.com/payproof/payproof/internal/sheet"
)

func TestColumnsAreReadAsWhatTheyHold(t *testing.T) {
	swiss := mapping.File{Numbers: mapping.PointApostrophe, Sign: "CHF", Values: map[string]map[string]string{"c": {"x": "y"}}}
	for _, c := range []struct {
		file mapping.File
		as   As
		text string
		want string
	}{
		{swiss, Text, "x", "y"},
		{swiss, Text, "X", "X"},
		{swiss, Money, "CHF 1'234.50", "1234.50"},
		{swiss, Number, "CHF 1'234.50", "error"},
		{swiss, Ratio, "1'060.5 %", "1060.5%"},
		{swiss, Ratio, "60%", "60%"},
		{swiss, Ratio, "60  %", "error"},
		{swiss, Ratio, "0.6", "0.6"},
		{mapping.File{}, Ratio, "60 %", "60 %"}, // refused by the reader of plain decimals
		{mapping.File{}, Date, "2026-03-31", "2026-03-31"},
		{mapping.File{Always: map[string]string{"c": "z"}}, Text, "x", "z"},
	} {
		r, err := Open(strings.NewReader("c,d\n\""+c.text+"\",1\n"), "f.csv", &c.file, []Column{{Name: "c", As: c.as}})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Next(); err != nil {
			t.Fatal(err)
		}
		got, err := r.Text(0)
		var form *mapping.FormError
		if errors.As(err, &form) {
			got = "error"
		}
		if got != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
		if err := r.Next(); err != io.EOF {
			t.Errorf("%v", err)
		}
	}
}

func TestAHeaderWithoutTheColumnIsAFault(t *testing.T) {
	_, err := Open(strings.NewReader("x;d\n"), "f.csv", &mapping.File{Separator: ';'}, []Column{{Name: "c"}, {Name: "d", Optional: true}})
	var f *sheet.Fault
	if !errors.As(err, &f) || !f.Lost || f.Found[0].Code != "csv-header" {
		t.Errorf("%v", err)
	}
}

func TestARowThatIsCutHasTheBytesOfTheFileAndTheTextsOfTheMapping(t *testing.T) {
	file := mapping.File{Columns: map[string]string{"a": "A"}, Always: map[string]string{"b": "always", "d": ""}, Values: map[string]map[string]string{"a": {"1": "one"}}}
	for _, most := range []int{1, 2} {
		r, err := Open(strings.NewReader("c,A\n3,1\n4,2\n"), "f.csv", &file, []Column{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}, {Name: "e", Optional: true}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for {
			cells := r.Cut(most)
			if cells.Rows == 0 {
				break
			}
			for row := range cells.Rows {
				for i := range r.columns {
					text, err := r.TextOf(i, string(cells.At(row, i)))
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, string(cells.At(row, i))+"="+text)
				}
			}
			r.Skip(cells.Rows)
		}
		if want := "1=one always=always 3=3 = = 2=2 always=always 4=4 = ="; strings.Join(got, " ") != want {
			t.Errorf("%s, want %s", strings.Join(got, " "), want)
		}
	}
}

func TestAColumnIsOursIfItsTextsAreLeftAsTheyStand(t *testing.T) {
	dates, err := mapping.ParseDates("M/D/YYYY")
	if err != nil {
		t.Fatal(err)
	}
	columns := []Column{{"text", Text, false}, {"number", Number, false}, {"money", Money, false}, {"date", Date, false}}
	for _, c := range []struct {
		file mapping.File
		want string
	}{
		{mapping.File{}, "text number money date"},
		{mapping.File{Columns: map[string]string{"x": "y"}, Separator: ','}, "text number money date"},
		{mapping.File{Sign: "$"}, "text number date"},
		{mapping.File{Numbers: mapping.PointComma}, "text date"},
		{mapping.File{Negative: mapping.Parentheses}, "text date"},
		{mapping.File{Dates: dates}, "text number money"},
		{mapping.File{Dates: dates, DatesOf: map[string]mapping.Dates{"date": {}}}, "text number money date"},
		{mapping.File{DatesOf: map[string]mapping.Dates{"date": dates}}, "text number money"},
		{mapping.File{Values: map[string]map[string]string{"text": {"a": "b"}}}, "number money date"},
		{mapping.File{Dates: dates, Always: map[string]string{"date": "2026-03-31"}}, "text number money date"},
	} {
		r, err := Open(strings.NewReader("text,number,money,date\n"), "f.csv", &c.file, columns)
		if err != nil {
			t.Fatal(err)
		}
		var ours []string
		for i := range columns {
			if r.Ours(i) {
				ours = append(ours, columns[i].Name)
			}
		}
		if got := strings.Join(ours, " "); got != c.want {
			t.Errorf("%+v: %s, want %s", c.file, got, c.want)
		}
	}
}

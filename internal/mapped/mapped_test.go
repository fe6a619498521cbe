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

package reject_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/reject"
	"github.com/payproof/payproof/dsl/money"
	"github.com/payproof/payproof/dsl/source"
)

func deals() []*crediting.Schema {
	return []*crediting.Schema{{Kind: "deal", Currency: money.MustCurrency("USD"), Fields: []crediting.Field{
		{Name: "closed", Type: crediting.Date},
		{Name: "list", Type: crediting.Money, Scale: 2, Optional: true},
		{Name: "amount", Type: crediting.Money, Scale: 2},
	}}}
}

func load(t interface{ Context() context.Context }, text string) (*reject.List, *crediting.Events, error) {
	list := &reject.List{}
	feed := list.Feed(crediting.FromCSV(fstest.MapFS{"deal.csv": {Data: []byte(text)}}))
	events, err := crediting.Load(t.Context(), feed, deals())
	if err == nil { // a second reading tells nothing new
		_, err = crediting.Load(t.Context(), feed, deals())
	}
	return list, events, err
}

const header = "id,closed,list,amount\n"

func TestLinesAreKeptWithTheirMoney(t *testing.T) {
	list, events, err := load(t, header+"d1,2026-01-01,,5\nd2,2026-02-30,9,10.50\nd3,soon,,x\n,2026-01-01,,1\nd4,2026-01-01\n")
	if err != nil || events.Len() != 1 {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := list.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := `file,line,column,code,message,row
deal.csv,3,4,event-field,closed: 2026-02-30: February 2026 has 28 days,"d2,2026-02-30,9,10.50"
deal.csv,4,4,event-field,`
	if !strings.HasPrefix(b.String(), want) || !strings.Contains(b.String(), "deal.csv,4,10,event-field,") || !strings.Contains(b.String(), "deal.csv,6,1,csv-form,") {
		t.Errorf("%s", b.String())
	}
	amounts, unreadable, err := list.Carried()
	if got := fmt.Sprint(amounts, unreadable, err); got != "[11.50 USD] 2 <nil>" || list.Len() != 4 {
		t.Errorf("%s of %d lines", got, list.Len())
	}
}

func TestWhatConcernsAFileStops(t *testing.T) {
	for _, text := range []string{"id,closed\nd1,2026-01-01\n", header + "d1,\"x\n", "", header + "d1,2026-01-01,,5\nd1,2026-01-01,,6\n"} {
		list, _, err := load(t, text)
		var ds source.Diagnostics
		if !errors.As(err, &ds) || list.Len() > 0 {
			t.Errorf("%q: %v, and %d lines", text, err, list.Len())
		}
	}
}

func TestEveryLineIsAnEventOrARejectAndNoMoneyIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, n, total := header, rapid.IntRange(0, 20).Draw(t, "lines"), int64(0)
		for i := range n {
			day := rapid.SampledFrom([]string{"2026-01-01", "2026-02-30", "", "soon"}).Draw(t, "day")
			amount := rapid.Int64Range(0, 1000).Draw(t, "amount")
			total += amount
			text += fmt.Sprintf("d%d,%s,,%d\n", i, day, amount)
		}
		list, events, err := load(t, text)
		if err != nil {
			t.Fatal(err)
		}
		sum := money.FromMinor(0, money.MustCurrency("USD"))
		for _, e := range slices.Collect(events.All()) {
			sum, _ = sum.Add(money.FromMinor(e.Cells[2].Int, money.MustCurrency("USD")))
		}
		amounts, unreadable, _ := list.Carried()
		for _, a := range amounts {
			sum, _ = sum.Add(a)
		}
		if events.Len()+list.Len() != n || unreadable != 0 || !sum.Equal(money.FromMinor(total*100, money.MustCurrency("USD"))) {
			t.Fatalf("%d events, %d rejects, %s of %d", events.Len(), list.Len(), sum, total)
		}
	})
}

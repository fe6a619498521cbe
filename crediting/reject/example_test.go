package reject_test

import (
	"context"
	"fmt"
	"os"
	"testing/fstest"

	"github.com/payproof/payproof/crediting"
	"github.com/payproof/payproof/crediting/reject"
)

// Two of three deals can be read. What about the third?
func Example() {
	folder := fstest.MapFS{"deal.csv": {Data: []byte("id,closed,list,amount\nd1,2026-01-01,,5\nd2,2026-01-32,,7.25\nd3,2026-01-31,,6\n")}}
	var rejects reject.List
	events, err := crediting.Load(context.Background(), rejects.Feed(crediting.FromCSV(folder)), deals())
	if err != nil {
		fmt.Println(err)
		return
	}
	carried, _, _ := rejects.Carried()
	fmt.Println(events.Len(), "events;", rejects.Len(), "line left out, carrying", carried[0])
	if err := rejects.WriteCSV(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 2 events; 1 line left out, carrying 7.25 USD
	// file,line,column,code,message,row
	// deal.csv,3,4,event-field,closed: 2026-01-32: January 2026 has 31 days,"d2,2026-01-32,,7.25"
}

package baseline

import (
	"fmt"

	"github.com/payproof/payproof/internal/workload"
)

// column is what a column of the events holds, of what the program looks at.
type column uint8

const (
	other column = iota
	ofID
	ofClosed
	ofAccount
	ofProduct
	ofRegion
	ofChannel
	ofKind
	ofAmount
)

// eventReader reads events/deal.csv.
type eventReader struct {
	lines    *lines
	columns  []column
	accounts *dictionary
	ids      *dictionary // of all lines before
}

// header finds the columns; of wide events only four matter beside the id.
func (r *eventReader) header(wide bool) error {
	line, err := r.lines.next()
	if err != nil {
		return r.lines.at(err)
	}
	known := map[string]column{"id": ofID, "closed": ofClosed, "account": ofAccount, "kind": ofKind, "amount": ofAmount}
	if !wide {
		known["product"], known["region"], known["channel"] = ofProduct, ofRegion, ofChannel
	}
	for line != nil {
		var name []byte
		name, line = cut(line)
		r.columns = append(r.columns, known[string(name)])
	}
	return nil
}

func (r *eventReader) next(e *event) error {
	line, err := r.lines.next()
	if err != nil {
		return err
	}
	for _, c := range r.columns {
		if line == nil {
			return fmt.Errorf("there are %d columns, and not all of them are here", len(r.columns))
		}
		var text []byte
		if text, line = cut(line); c == other {
			continue
		}
		if err := r.field(e, c, text); err != nil {
			return err
		}
	}
	return nil
}

func (r *eventReader) field(e *event, c column, text []byte) (err error) {
	switch c {
	case ofID:
		if _, isNew := r.ids.add(text); !isNew {
			err = fmt.Errorf("the id %q stands twice", text)
		}
	case ofClosed:
		e.day, err = day(text)
	case ofAccount:
		var ok bool
		if e.account, ok = r.accounts.find(text); !ok {
			err = fmt.Errorf("nobody owns the account %q", text)
		}
	case ofProduct:
		e.product, err = member(text, 'P', workload.Products)
	case ofRegion:
		e.region, err = member(text, 'R', workload.Regions)
	case ofChannel:
		e.channel, err = member(text, 'C', workload.Channels)
	case ofKind:
		e.kind, err = kind(text)
	case ofAmount:
		e.cents, err = cents(text)
	}
	return err
}

func kind(text []byte) (workload.Kind, error) {
	switch string(text) {
	case "new":
		return workload.New, nil
	case "renewal":
		return workload.Renewal, nil
	case "expansion":
		return workload.Expansion, nil
	case "cancel":
		return workload.Cancel, nil
	}
	return 0, fmt.Errorf("%q is not a kind", text)
}

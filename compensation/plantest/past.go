package plantest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/closing"
	"github.com/payproof/payproof/compensation/plantest/internal/memory"
)

// closedFolder has files of the company as they stood when a pay period was closed.
const closedFolder = "closed/"

// reopened begins what the header says of a pay period that is not closed, but reopened.
const reopened = "reopened "

// actor is who does what the header says.
const actor = "the script"

// steps are what the header says was done before the run, in order.
func (s *Script) steps() (out []string) {
	for step := range strings.SplitSeq(s.Closed, ",") {
		if step = oneSpace(step); step != "" {
			out = append(out, step)
		}
	}
	return out
}

// close does what the header says was done before, each with the files as they stood then. There is no ledger where it says
// nothing.
func (s Script) close(ctx context.Context, now memory.FS) (ledger.Store, error) {
	steps := s.steps()
	if len(steps) == 0 {
		return nil, nil
	}
	store := ledger.Memory()
	for i, step := range steps {
		book, err := open(ctx, s.then(now, steps[i:]), store)
		if err != nil {
			return nil, fmt.Errorf("when %s was closed: %w", step, err)
		}
		if period, is := strings.CutPrefix(step, reopened); is {
			p, err := book.Program().Calendar.ParsePeriod(period)
			if err == nil {
				_, err = book.Reopen(ctx, p, closing.Act{Actor: actor, Reason: step})
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		proposal, err := runPeriod(ctx, book, step)
		if err != nil {
			return nil, fmt.Errorf("when %s was closed: %w", step, err)
		}
		if _, err := book.Commit(ctx, proposal, actor); err != nil {
			return nil, err
		}
	}
	return store, nil
}

// then is the company as it stood when the first of some pay periods was closed: a file of a later one stood already, and so did
// one that has not changed since.
func (s Script) then(now memory.FS, from []string) memory.FS {
	out := maps.Clone(now)
	for _, step := range slices.Backward(from) {
		for _, f := range s.Files {
			if name, is := strings.CutPrefix(f.Name, closedFolder+step+"/"); is {
				out[name] = f.Text
			}
		}
	}
	return out
}

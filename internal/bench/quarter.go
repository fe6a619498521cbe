package main

import (
	"context"
	"io/fs"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"time"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/internal/workload"
	"github.com/payproof/payproof/internal/workload/baseline"
)

// onDisk is a quarter that has been written to a folder of its own.
type onDisk struct {
	q    workload.Quarter
	dir  string
	fsys fs.FS
}

func written(q workload.Quarter) (*onDisk, error) {
	dir, err := os.MkdirTemp("", "payproof-quarter")
	if err != nil {
		return nil, err
	}
	return &onDisk{q, dir, os.DirFS(dir)}, q.Write(dir)
}

func (d *onDisk) remove() { _ = os.RemoveAll(d.dir) }

// byHand pays by the baseline.
func (d *onDisk) byHand() error {
	_, err := baseline.Run(d.q, d.fsys)
	return err
}

// facts are the program and the facts of the folder.
func (d *onDisk) facts() (*plan.Program, compensation.Facts, error) {
	program, err := plan.Load(d.fsys)
	if err != nil {
		return nil, compensation.Facts{}, err
	}
	facts, err := folder.Facts(d.fsys, program)
	return program, facts, err
}

// book is the folder opened.
func (d *onDisk) book() (*compensation.Book, error) {
	program, facts, err := d.facts()
	if err != nil {
		return nil, err
	}
	return compensation.Open(context.Background(), program, facts)
}

// toPayouts is all that the product does, from the files to the payouts.
func (d *onDisk) toPayouts() error {
	_, err := d.run()
	return err
}

// run is that, and what it computes.
func (d *onDisk) run() (*compensation.Run, error) {
	book, err := d.book()
	if err != nil {
		return nil, err
	}
	return payQuarter(book, 0)
}

func payQuarter(book *compensation.Book, workers int) (*compensation.Run, error) {
	return book.Run(context.Background(), compensation.Request{Period: calendar.Quarter(2026, 1), Workers: workers})
}

// inTurn does all in turn, some rounds, and gives each one's median of CPU time. It is
// [race] for what takes seconds.
func inTurn(rounds int, do ...func() error) ([]time.Duration, error) {
	times := make([][]time.Duration, len(do))
	for range rounds {
		for i := range do {
			runtime.GC()
			start := cpu()
			if err := do[i](); err != nil {
				return nil, err
			}
			times[i] = append(times[i], cpu()-start)
		}
	}
	medians := make([]time.Duration, len(do))
	for i, all := range times {
		slices.Sort(all)
		medians[i] = all[len(all)/2]
	}
	return medians, nil
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// heap is the bytes of objects in the heap, garbage included.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// peak is by how much the heap grows at most while do runs, looked at every
// millisecond.
func peak(do func() error) (uint64, error) {
	runtime.GC()
	before, most := heap(), uint64(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				most = max(most, heap())
			}
		}
	}()
	err := do()
	close(stop)
	<-stopped
	return max(most, before) - before, err
}

// retained is the bytes that what do returns keeps alive.
func retained[T any](do func() (T, error)) (uint64, error) {
	settled := func() uint64 { // what pools keep goes with the second collection
		runtime.GC()
		runtime.GC()
		return heap()
	}
	before := settled()
	kept, err := do()
	after := settled()
	runtime.KeepAlive(kept)
	return max(after, before) - before, err
}

package main

import (
	"os"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// patience is how long work takes before somebody wonders.
const patience = time.Second

// bar shows progress on a terminal, when the work takes longer than patience.
type bar struct {
	tracker *progress.Tracker
	start   *time.Timer
	mu      sync.Mutex
	writer  progress.Writer // nil until shown
	over    bool
}

// progress is a bar on the terminal of standard error, and nothing elsewhere.
func (a *app) progress(message string) *bar {
	file, ok := a.errs.(*os.File)
	if !ok {
		return &bar{}
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &bar{}
	}
	b := &bar{tracker: &progress.Tracker{Message: message, DeferStart: true}}
	b.start = time.AfterFunc(patience, func() { b.show(file) })
	return b
}

func (b *bar) show(file *os.File) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return
	}
	b.writer = progress.NewWriter()
	b.writer.SetOutputWriter(file)
	b.writer.SetAutoStop(false)
	b.writer.SetUpdateFrequency(100 * time.Millisecond)
	b.writer.SetTrackerLength(25)
	b.writer.AppendTracker(b.tracker)
	go b.writer.Render()
}

// tell notes how far the work is. It is safe for concurrent use.
func (b *bar) tell(done, of int) {
	if b.tracker == nil {
		return
	}
	b.tracker.UpdateTotal(int64(of))
	b.tracker.SetValue(int64(done))
}

// stop ends the bar, and returns when nothing of it is still being written.
func (b *bar) stop() {
	if b.tracker == nil {
		return
	}
	b.start.Stop()
	b.mu.Lock()
	b.over = true
	writer := b.writer
	b.mu.Unlock()
	if writer == nil {
		return
	}
	b.tracker.MarkAsDone()
	writer.Stop()
	for writer.IsRenderInProgress() {
		time.Sleep(time.Millisecond)
	}
}

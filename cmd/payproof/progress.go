package main

import (
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// bar shows progress on a terminal, when the work takes long enough to wonder.
type bar struct {
	writer  progress.Writer
	tracker *progress.Tracker
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
	b := &bar{writer: progress.NewWriter(), tracker: &progress.Tracker{Message: message, DeferStart: true}}
	b.writer.SetOutputWriter(file)
	b.writer.SetAutoStop(false)
	b.writer.SetUpdateFrequency(100 * time.Millisecond)
	b.writer.SetTrackerLength(25)
	b.writer.AppendTracker(b.tracker)
	go b.writer.Render()
	return b
}

// tell notes how far the work is. It is safe for concurrent use.
func (b *bar) tell(done, of int) {
	if b.tracker == nil {
		return
	}
	b.tracker.UpdateTotal(int64(of))
	b.tracker.SetValue(int64(done))
}

func (b *bar) stop() {
	if b.writer == nil {
		return
	}
	b.tracker.MarkAsDone()
	b.writer.Stop()
	for b.writer.IsRenderInProgress() {
		time.Sleep(time.Millisecond)
	}
}

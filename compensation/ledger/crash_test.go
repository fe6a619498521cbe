package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/payproof/payproof/compensation/ledger/internal/durable"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/money"
)

// story is a ledger with two batches to which a third is appended.
type story struct {
	start    *disk
	old, new Head
	oldText  []Entry
	batch    []Entry
}

func newStory(t *testing.T, d *disk) story {
	t.Helper()
	entries := make([]Entry, 6)
	for i := range entries {
		entries[i] = Entry{Kind: Earned, Payee: "ana", PostedIn: calendar.Month(2026, i+1), Amount: money.MustParse("1 USD")}
	}
	s := story{start: d, oldText: entries[:4], batch: entries[4:]}
	for _, batch := range [][]Entry{entries[:2], entries[2:4]} {
		if err := s.append(d, 1, &s.old, batch); err != nil {
			t.Fatal(err)
		}
	}
	s.new, _ = s.old.Next(s.batch)
	return s
}

// append opens the ledger as a new process, the only one that lives, and writes.
func (s story) append(d *disk, pid int, head *Head, batch []Entry) error {
	store, err := reopen(d, pid)
	if err == nil {
		*head, err = store.Append(context.Background(), *head, batch)
	}
	return err
}

func reopen(d *disk, pid int) (Store, error) {
	return openDir("ledger", d, durable.Process{PID: pid, Host: "h", Alive: func(other int) bool { return other == pid }})
}

// check opens the ledger after a crash and tries again, as a new process. If depth is
// not 0 it is stopped, too, at every operation.
func (s story) check(d *disk, acknowledged bool, pid, depth int) error {
	head, err := s.look(d, pid)
	switch {
	case err != nil:
		return err
	case acknowledged && head != s.new:
		return errors.New("a batch that was acknowledged is lost")
	}
	// Whatever was seen once must stay, also if the power fails again.
	for again := range d.clone().powerLosses() {
		if later, err := s.look(again, pid+1); err != nil || later != head {
			return fmt.Errorf("a head that was seen is lost: %s, then %s, %w", head, later, err)
		}
	}
	if depth > 0 {
		if err := s.crashes(d, pid+1, depth-1, (*disk).someCrashes); err != nil {
			return fmt.Errorf("crashed again: %w", err)
		}
	}
	return s.retry(d, head, pid+1)
}

// look is the head, old or new, with just its entries.
func (s story) look(d *disk, pid int) (Head, error) {
	store, err := reopen(d, pid)
	if err != nil {
		return Head{}, err
	}
	head, err := store.Head(context.Background())
	if err != nil {
		return Head{}, err
	}
	want := s.oldText
	if head == s.new {
		want = slices.Concat(s.oldText, s.batch)
	} else if head != s.old {
		return Head{}, fmt.Errorf("the head is neither old nor new: %s", head)
	}
	var got []Entry
	for e, err := range store.Scan(context.Background(), Head{}) {
		if err != nil {
			return Head{}, err
		}
		got = append(got, e)
	}
	if !slices.Equal(got, want) {
		return Head{}, fmt.Errorf("at head %d there are %d entries, want %d", head.Seq, len(got), len(want))
	}
	return head, nil
}

// retry appends the batch once more and wants it there once.
func (s story) retry(d *disk, head Head, pid int) error {
	d = d.clone()
	got := s.old
	err := s.append(d, pid, &got, s.batch)
	var moved *HeadMovedError
	switch {
	case head == s.old && (err != nil || got != s.new):
		return fmt.Errorf("retry at the old head: %s, %w", got, err)
	case head == s.new && (!errors.As(err, &moved) || moved.Actual != s.new):
		return fmt.Errorf("retry at the new head gives %w, want a HeadMovedError", err)
	}
	for found := range d.powerLosses() {
		if head, err := s.look(found, pid+1); err != nil || head != s.new {
			return fmt.Errorf("after the retry: %s, %w", head, err)
		}
	}
	return nil
}

// crashes stops the third Append after each of its operations.
func (s story) crashes(start *disk, pid, depth int, found func(*disk) []*disk) error {
	for stop := 1; ; stop++ {
		d := start.clone()
		d.stopAt = stop
		head := s.old
		err := s.append(d, pid, &head, s.batch)
		for i, after := range found(d) {
			if err := s.check(after, err == nil, pid+1, depth); err != nil {
				return fmt.Errorf("after operation %d, disk %d: %w", stop, i, err)
			}
		}
		if d.ops < stop { // it came to its end
			return nil
		}
	}
}

func (d *disk) allCrashes() []*disk {
	return append(slices.Collect(d.powerLosses()), d.killed())
}

// someCrashes are the kill, and a power failure that tore what it could.
func (d *disk) someCrashes() []*disk {
	return []*disk{d.killed(), d.powerLoss(d.pending, 1)}
}

func TestACrashAtAnyOperationLeavesTheOldOrTheNewHead(t *testing.T) {
	s := newStory(t, newDisk())
	if err := s.crashes(s.start, 2, 0, (*disk).allCrashes); err != nil {
		t.Error(err)
	}
}

func TestACrashWhileRecoveringFromACrashLosesNothing(t *testing.T) {
	s := newStory(t, newDisk())
	if err := s.crashes(s.start, 2, 1, (*disk).someCrashes); err != nil {
		t.Error(err)
	}
}

func TestTheCrashTestSeesAMissingSync(t *testing.T) {
	for name, d := range map[string]*disk{
		"of files":         {forgetsSync: true},
		"of the directory": {forgetsSyncDir: true},
	} {
		d.names, d.safe = map[string]*inode{}, map[string]*inode{}
		s := newStory(t, d)
		for _, node := range d.names {
			node.safe = len(node.data)
		}
		d.safe, d.pending = d.names, nil // the beginning is sound
		if err := s.crashes(d, 2, 0, (*disk).allCrashes); err == nil {
			t.Errorf("the sync %s can be left out and no test fails", name)
		}
	}
}

func TestAnOperationThatFailsLosesNothing(t *testing.T) {
	s := newStory(t, newDisk())
	for fail := 1; ; fail++ {
		d := s.start.clone()
		store, err := reopen(d, 2)
		if err != nil {
			t.Fatal(err)
		}
		d.ops, d.failAt = 0, fail
		head, err := store.Append(t.Context(), s.old, s.batch)
		switch {
		case err == nil && head != s.new:
			t.Errorf("operation %d fails: Append gives %s", fail, head)
		case err != nil && (!errors.Is(err, errBroken) || head != Head{}):
			t.Errorf("operation %d fails: Append gives %s, %v", fail, head, err)
		}
		if d.ops < fail {
			return
		}
		// The same store goes on.
		_, again := store.Append(t.Context(), s.old, s.batch)
		if err == nil && !errors.Is(again, ErrHeadMoved) || again != nil && !errors.Is(again, ErrHeadMoved) {
			t.Errorf("operation %d fails: the retry gives %v after %v", fail, again, err)
		}
		if head, err := s.look(d, 3); err != nil || head != s.new {
			t.Errorf("operation %d fails: after the retry the head is %s, %v", fail, head, err)
		}
	}
}

// overtaken lets another writer in just before a batch gets its name.
type overtaken struct {
	*disk
	by func()
}

func (o *overtaken) Link(from, to string) error {
	if by := o.by; isPage(to) && by != nil {
		o.by = nil
		by()
	}
	return o.disk.Link(from, to)
}

func TestAWriterWhoseLockWasBrokenLosesAndWritesNothing(t *testing.T) {
	s := newStory(t, newDisk())
	files := &overtaken{disk: s.start}
	slow, err := openDir("ledger", files, durable.Process{PID: 2, Host: "h"})
	if err != nil {
		t.Fatal(err)
	}
	// The other takes us for dead.
	files.by = func() {
		head := s.old
		if err := s.append(s.start, 3, &head, s.batch); err != nil {
			t.Error(err)
		}
	}
	_, err = slow.Append(t.Context(), s.old, s.batch[:1])
	var moved *HeadMovedError
	if !errors.As(err, &moved) || moved.Expected != s.old || moved.Actual != s.new {
		t.Errorf("got %v, want a HeadMovedError", err)
	}
	if head, err := s.look(s.start, 4); err != nil || head != s.new {
		t.Errorf("the head is %s, %v", head, err)
	}
}

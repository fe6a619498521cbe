package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func opened(t *testing.T) (Files, string) {
	t.Helper()
	path := t.TempDir()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f, path
}

func TestPlaceNeverReplaces(t *testing.T) {
	f, path := opened(t)
	if err := Place(f, "a", []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := Place(f, "a", []byte("two")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want ErrExist", err)
	}
	if text, err := os.ReadFile(filepath.Join(path, "a")); err != nil || string(text) != "one" {
		t.Errorf("the file has %q, %v", text, err)
	}
	if names, err := f.List(); err != nil || !slices.Equal(names, []string{"a"}) {
		t.Errorf("left are %q, %v", names, err)
	}
}

func TestOfManyWritersOnePlaces(t *testing.T) {
	f, _ := opened(t)
	var placed atomic.Int32
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if err := Place(f, "a", fmt.Append(nil, i)); err == nil {
				placed.Add(1)
			} else if !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := placed.Load(); n != 1 {
		t.Errorf("%d writers placed the file", n)
	}
}

func TestLeftoversAreLetAloneUntilThereAreTooMany(t *testing.T) {
	f, path := opened(t)
	for i := range maxLeftovers {
		if err := os.WriteFile(filepath.Join(path, fmt.Sprintf("a.%d.tmp", i+1)), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := Place(f, "a", nil); err == nil || errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want an error about leftovers", err)
	}
	os.Remove(filepath.Join(path, "a.1000.tmp"))
	if err := Place(f, "a", nil); err != nil {
		t.Error(err)
	}
}

func TestRenamingWithoutHardLinksNeverReplaces(t *testing.T) {
	f, path := opened(t)
	d := f.(directory)
	for _, name := range []string{"from", "taken"} {
		if err := os.WriteFile(filepath.Join(path, name), []byte(name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.renameIfFree("from", "taken"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want ErrExist", err)
	}
	if err := d.renameIfFree("from", "to"); err != nil {
		t.Error(err)
	}
	if names, _ := f.List(); !slices.Equal(names, []string{"taken", "to"}) {
		t.Errorf("left are %q", names)
	}
}

func TestLockIsHeldByOneAtATime(t *testing.T) {
	f, _ := opened(t)
	everybody := func(int) bool { return true }
	a, b := Process{1, "h", everybody}, Process{2, "h", everybody}
	unlock, err := Lock(f, a)
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := Lock(f, b); !errors.As(err, &held) || held.Holder != "process 1 on host h" {
		t.Errorf("got %v, want a HeldError", err)
	}
	unlock()
	unlock, err = Lock(f, b)
	if err != nil {
		t.Errorf("after the lock was given back: %v", err)
	}
	unlock()
	if names, _ := f.List(); len(names) != 0 {
		t.Errorf("left are %q", names)
	}
}

func TestThisProcessIsAliveAndNoneIsNot(t *testing.T) {
	me, err := Self()
	if err != nil {
		t.Fatal(err)
	}
	if !me.Alive(me.PID) || !me.Alive(os.Getppid()) {
		t.Error("a process that runs counts as dead")
	}
	if me.Alive(1 << 30) {
		t.Error("a process that can't be counts as alive")
	}
}

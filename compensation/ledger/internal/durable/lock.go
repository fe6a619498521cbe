package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// LockName is the name of the lock within its directory.
const LockName = "lock"

// lockType begins the one line of a lock: type, version, process number, host.
const lockType = "payproof-lock\t1\t"

// Process is who locks.
type Process struct {
	// PID and Host are what is written into the lock.
	PID  int
	Host string
	// Alive tells whether a process of this host exists.
	Alive func(pid int) bool
}

// Self is this process.
func Self() (Process, error) {
	host, err := os.Hostname()
	return Process{PID: os.Getpid(), Host: host, Alive: alive}, err
}

// HeldError is returned by [Lock] while somebody else holds the lock.
type HeldError struct {
	// Holder is in words.
	Holder string
}

// Error names the holder.
func (e *HeldError) Error() string { return "the lock is held by " + e.Holder }

// lockAttempts is how often a lock is tried that is given back, or broken, just then.
const lockAttempts = 3

// Lock takes the lock of a directory or returns a *[HeldError]; it does not wait. A
// lock is stale, and is broken, when its process is of this host and does not exist
// any more, or has our own number: after a restart in a container that is the rule,
// and within one process a lock protects nothing that [Place] does not. There is no
// clock in it: a writer may be slow.
func Lock(f Files, me Process) (unlock func(), err error) {
	holder := "others, in turn"
	for range lockAttempts {
		err = Place(f, LockName, []byte(me.line()))
		if err == nil {
			// If it stays it is stale.
			return func() { _ = f.Remove(LockName) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		stale := false
		if holder, stale, err = me.inspect(f); err != nil {
			return nil, err
		}
		if !stale {
			return nil, &HeldError{holder}
		}
	}
	return nil, &HeldError{holder}
}

func (p Process) line() string { return fmt.Sprintf("%s%d\t%s\n", lockType, p.PID, p.Host) }

// inspect reads the lock, and removes it if it is stale. One that is gone was stale.
func (p Process) inspect(f Files) (holder string, stale bool, err error) {
	text, err := readAll(f, LockName)
	if errors.Is(err, fs.ErrNotExist) {
		return "others, in turn", true, nil
	}
	if err != nil {
		return "", false, err
	}
	pid, host, ok := parseLock(text)
	if !ok {
		return fmt.Sprintf("whoever wrote %.60q into it", text), false, nil
	}
	holder = fmt.Sprintf("process %d on host %s", pid, host)
	if host != p.Host || pid != p.PID && p.Alive(pid) {
		return holder, false, nil
	}
	if err := f.Remove(LockName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", false, fmt.Errorf("the lock of %s, which is dead: %w", holder, err)
	}
	return holder, true, nil
}

func parseLock(text string) (pid int, host string, ok bool) {
	rest, isLock := strings.CutPrefix(text, lockType)
	number, host, found := strings.Cut(rest, "\t")
	host, ended := strings.CutSuffix(host, "\n")
	pid, err := strconv.Atoi(number)
	return pid, host, isLock && found && ended && err == nil && pid > 0
}

func readAll(f Files, name string) (string, error) {
	file, err := f.Open(name)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(file, 1<<12))
	return string(data), errors.Join(err, file.Close())
}

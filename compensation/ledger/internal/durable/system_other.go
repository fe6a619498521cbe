//go:build !unix

package durable

import "os"

// alive finds a process on Windows; elsewhere every process counts as alive, and a
// stale lock is deleted by hand.
func alive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	_ = process.Release()
	return true
}

// syncDir has nothing to do: a directory can't be synced here, the file system keeps
// its names in a journal.
func syncDir(string) error { return nil }

//go:build unix

package durable

import (
	"errors"
	"os"
	"syscall"
)

// alive sends the signal 0, which only asks. A process that we may not signal is
// alive.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || !errors.Is(err, syscall.ESRCH)
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// directory is a [Files] of the operating system.
type directory string

// Open is the directory at a path. It is made if it is not there, but not its parent,
// so that a wrong path is seen.
func Open(path string) (Files, error) {
	err := os.Mkdir(path, 0o777)
	switch {
	case err == nil:
		// Sync its name too, or the first batch could vanish with the directory.
		return directory(path), directory(filepath.Dir(path)).SyncDir()
	case !errors.Is(err, fs.ErrExist):
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory: name the directory of the ledger", path)
	}
	return directory(path), nil
}

// Create is described at [Files], as are the others.
func (d directory) Create(name string) (File, error) {
	file, err := os.OpenFile(d.at(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err // not a nil *os.File in an interface
	}
	return file, nil
}

func (d directory) Open(name string) (io.ReadCloser, error) { return os.Open(d.at(name)) }

func (d directory) List() ([]string, error) {
	entries, err := os.ReadDir(string(d))
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

func (d directory) Link(from, to string) error {
	err := os.Link(d.at(from), d.at(to))
	if err == nil || errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return d.renameIfFree(from, to)
}

// renameIfFree is for file systems without hard links. Between the look and the
// renaming another writer could come; only the lock keeps it away.
func (d directory) renameIfFree(from, to string) error {
	_, err := os.Lstat(d.at(to))
	switch {
	case err == nil:
		return &fs.PathError{Op: "rename to", Path: d.at(to), Err: fs.ErrExist}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return os.Rename(d.at(from), d.at(to))
}

func (d directory) Remove(name string) error { return os.Remove(d.at(name)) }

func (d directory) SyncDir() error { return syncDir(string(d)) }

func (d directory) at(name string) string { return filepath.Join(string(d), name) }

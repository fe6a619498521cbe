// Package durable writes whole files into one directory so that they survive a crash:
// after it a file is there with all of its bytes or it is not there.
//
// A [Files] is a directory, reduced to the operations whose order matters; tests stop
// it after each of them. [Place] makes a file, [Lock] keeps other writers away.
//
// # Traps
//
// A file that [Place] made is sure to be there after a power failure only when
// [Files.SyncDir] came after it. The order in which names reach the disk before that
// is anybody's guess.
package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Files is one directory. Names are names within it. Errors are to be understood by
// errors.Is with fs.ErrExist and fs.ErrNotExist.
type Files interface {
	// Create makes a new file, or says that the name is taken (fs.ErrExist).
	Create(name string) (File, error)
	// Open reads a file.
	Open(name string) (io.ReadCloser, error)
	// List is the names of all files, sorted.
	List() ([]string, error)
	// Link gives a file a further name, or says that it is taken (fs.ErrExist). Where
	// there are no hard links, the file loses its old name.
	Link(from, to string) error
	// Remove takes a name away.
	Remove(name string) error
	// SyncDir returns when all names are on the disk as they are.
	SyncDir() error
}

// File is a file that is being written. Sync returns when its bytes are on the disk.
type File interface {
	io.WriteCloser
	// Sync is os.File.Sync.
	Sync() error
}

// maxLeftovers is how many temporary files for one name may lie about.
const maxLeftovers = 1000

// Place makes a file of that name with these bytes, or says that the name is taken
// (fs.ErrExist); it never replaces one. When it fails the file is not there, except
// when what failed was the machine.
func Place(f Files, name string, data []byte) error {
	temp, file, err := createTemp(f, name)
	if err != nil {
		return err
	}
	err = fill(file, data)
	if err == nil {
		err = f.Link(temp, name)
	}
	// A temporary file that stays does no harm, and where Link has renamed there is
	// none.
	_ = f.Remove(temp)
	return err
}

// createTemp takes a name that nobody has, so that two writers never write one file.
// Leftovers are passed over, not removed: their writer may be alive.
func createTemp(f Files, name string) (temp string, file File, err error) {
	for i := range maxLeftovers {
		temp = fmt.Sprintf("%s.%d.tmp", name, i+1)
		file, err = f.Create(temp)
		if !errors.Is(err, fs.ErrExist) {
			return temp, file, err
		}
	}
	return "", nil, fmt.Errorf("there are %d leftover files %s.*.tmp: delete them while nobody writes", maxLeftovers, name)
}

func fill(file File, data []byte) error {
	_, err := file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

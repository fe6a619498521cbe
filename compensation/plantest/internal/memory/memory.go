// Package memory is a folder that exists only in memory, so that a script's files can
// be read as a company's folder.
//
// The standard library has one, testing/fstest.MapFS; using it would link the testing
// package into every command that runs scripts. Trap: a file and a folder of the same
// name are not told apart; scripts cannot have both.
package memory

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// FS is the files by their slash paths. A name that ends with a slash is an empty
// folder.
type FS map[string]string

// Open opens a file or a folder; the error is an *fs.PathError.
func (f FS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if text, ok := f[name]; ok {
		return &file{entry{path.Base(name), int64(len(text)), false}, *bytes.NewReader([]byte(text))}, nil
	}
	members, ok := f.members(name)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &folder{entry{path.Base(name), 0, true}, members}, nil
}

// members are what lies directly in a folder, in order of name.
func (f FS) members(dir string) (out []fs.DirEntry, ok bool) {
	seen := map[string]entry{}
	// order: sorted below
	for name, text := range f {
		rest := name
		if dir != "." {
			var below bool
			if rest, below = strings.CutPrefix(name, dir+"/"); !below {
				continue
			}
		}
		ok = true
		if first, _, deeper := strings.Cut(rest, "/"); deeper {
			seen[first] = entry{first, 0, true}
		} else if rest != "" {
			seen[rest] = entry{rest, int64(len(text)), false}
		}
	}
	// order: sorted below
	for _, e := range seen {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, ok || dir == "."
}

// entry is the name and size of a file or a folder, as every interface of io/fs
// wants it.
type entry struct {
	name string
	size int64
	dir  bool
}

func (e entry) Name() string               { return e.name }
func (e entry) Size() int64                { return e.size }
func (e entry) IsDir() bool                { return e.dir }
func (e entry) ModTime() time.Time         { return time.Time{} }
func (e entry) Sys() any                   { return nil }
func (e entry) Info() (fs.FileInfo, error) { return e, nil }
func (e entry) Type() fs.FileMode          { return e.Mode().Type() }

func (e entry) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

type file struct {
	entry
	bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *file) Close() error               { return nil }
func (f *file) Size() int64                { return f.size }

type folder struct {
	entry
	rest []fs.DirEntry
}

func (f *folder) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *folder) Close() error               { return nil }

func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: fs.ErrInvalid}
}

// ReadDir is as fs.ReadDirFile wants it: n > 0 reads in portions.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(f.rest) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.rest) {
		n = len(f.rest)
	}
	out := f.rest[:n]
	f.rest = f.rest[n:]
	return out, nil
}

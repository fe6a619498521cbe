package ledger

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"

	"github.com/payproof/payproof/compensation/ledger/internal/durable"
)

var (
	errCrashed = errors.New("the machine has stopped")
	errBroken  = errors.New("this operation fails")
)

// disk is a directory on a machine that loses power. What processes see is kept apart
// from what is on the disk, in the way that POSIX allows at worst: bytes of a file are
// safe after Sync, names are safe after SyncDir, and before that any of the changes
// may have reached the disk and any may not.
type disk struct {
	names   map[string]*inode // as processes see them
	safe    map[string]*inode // as of the last SyncDir
	pending []change          // since then
	ops     int
	stopAt  int // operations after this many fail and do nothing; 0 is never
	failAt  int // this operation fails and does nothing, the next does not; 0 is never

	forgetsSync, forgetsSyncDir bool // broken on purpose
}

type inode struct {
	data []byte
	safe int // bytes of data on the disk
}

// change gives a name to an inode, or takes it away if that is nil.
type change struct {
	name string
	to   *inode
}

func newDisk() *disk {
	return &disk{names: map[string]*inode{}, safe: map[string]*inode{}}
}

func (d *disk) step() error {
	if d.stopAt > 0 && d.ops >= d.stopAt {
		return errCrashed
	}
	if d.ops++; d.ops == d.failAt {
		return errBroken
	}
	return nil
}

func (d *disk) rename(name string, to *inode) {
	d.pending = append(d.pending, change{name, to})
	d.names = applied(d.names, change{name, to})
}

func applied(names map[string]*inode, changes ...change) map[string]*inode {
	names = maps.Clone(names)
	for _, c := range changes {
		if names[c.name] = c.to; c.to == nil {
			delete(names, c.name)
		}
	}
	return names
}

func (d *disk) Create(name string) (durable.File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	if d.names[name] != nil {
		return nil, fs.ErrExist
	}
	node := &inode{}
	d.rename(name, node)
	return &openFile{d, node}, nil
}

func (d *disk) Open(name string) (io.ReadCloser, error) {
	if node := d.names[name]; node != nil {
		return io.NopCloser(bytes.NewReader(node.data)), nil
	}
	return nil, fs.ErrNotExist
}

func (d *disk) List() ([]string, error) { return slices.Sorted(maps.Keys(d.names)), nil }

func (d *disk) Link(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	switch {
	case d.names[from] == nil:
		return fs.ErrNotExist
	case d.names[to] != nil:
		return fs.ErrExist
	}
	d.rename(to, d.names[from])
	return nil
}

func (d *disk) Remove(name string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.names[name] == nil {
		return fs.ErrNotExist
	}
	d.rename(name, nil)
	return nil
}

func (d *disk) SyncDir() error {
	if err := d.step(); err != nil || d.forgetsSyncDir {
		return err
	}
	d.safe, d.pending = d.names, nil
	return nil
}

type openFile struct {
	disk *disk
	node *inode
}

// Write writes half of it when it fails.
func (f *openFile) Write(data []byte) (int, error) {
	if err := f.disk.step(); err != nil {
		f.node.data = append(f.node.data, data[:len(data)/2]...)
		return len(data) / 2, err
	}
	f.node.data = append(f.node.data, data...)
	return len(data), nil
}

func (f *openFile) Sync() error {
	if err := f.disk.step(); err != nil || f.disk.forgetsSync {
		return err
	}
	f.node.safe = len(f.node.data)
	return nil
}

func (f *openFile) Close() error { return nil }

// clone is the same state, for another future.
func (d *disk) clone() *disk {
	return d.after(slices.Values(d.pending), func(n *inode) *inode { c := *n; return &c })
}

// after is the disk with some of the pending changes and with inodes made anew; all
// of it is safe, unless it is the state that processes saw.
func (d *disk) after(changes iter.Seq[change], renew func(*inode) *inode) *disk {
	renewed := map[*inode]*inode{nil: nil}
	again := func(n *inode) *inode {
		if _, known := renewed[n]; !known {
			renewed[n] = renew(n)
		}
		return renewed[n]
	}
	out := newDisk()
	for name, node := range d.safe {
		out.safe[name] = again(node)
	}
	out.names = out.safe
	for c := range changes {
		out.rename(c.name, again(c.to))
	}
	out.forgetsSync, out.forgetsSyncDir = d.forgetsSync, d.forgetsSyncDir
	return out
}

// killed is the disk after the process has died, and nothing else.
func (d *disk) killed() *disk { return d.clone() }

// powerLosses are the disks that may be found after a power failure: each subset of
// the changes of names, with what was written but not synced lost, torn, or there.
func (d *disk) powerLosses() iter.Seq[*disk] {
	return func(yield func(*disk) bool) {
		for _, changes := range d.survivors() {
			for parts := range 3 {
				if !yield(d.powerLoss(changes, parts)) {
					return
				}
				if d.synced() {
					break // the others are the same
				}
			}
		}
	}
}

// synced tells that every file that was written is on the disk as far as its bytes go.
func (d *disk) synced() bool {
	for _, c := range d.pending {
		if c.to != nil && c.to.safe < len(c.to.data) {
			return false
		}
	}
	return true
}

// powerLoss is the disk with these changes and no (0), half (1) or all (2) of the
// bytes that were not synced.
func (d *disk) powerLoss(changes []change, parts int) *disk {
	found := d.after(slices.Values(changes), func(n *inode) *inode {
		length := n.safe + (len(n.data)-n.safe)*parts/2
		return &inode{slices.Clone(n.data[:length]), length}
	})
	found.safe, found.pending = found.names, nil
	return found
}

// survivors are the subsets of the pending changes, the empty one first and the whole
// last. Where there are too many, they are those that come first and all but one.
func (d *disk) survivors() [][]change {
	var out [][]change
	n := len(d.pending)
	if n > 7 {
		for i := range n {
			out = append(out, d.pending[:i], slices.Delete(slices.Clone(d.pending), i, i+1))
		}
		return append(out, d.pending)
	}
	for subset := range 1 << n {
		var changes []change
		for i, c := range d.pending {
			if subset>>i&1 == 1 {
				changes = append(changes, c)
			}
		}
		out = append(out, changes)
	}
	return out
}

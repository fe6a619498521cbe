package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"
	"sync"

	"github.com/payproof/payproof/compensation/ledger/internal/durable"
)

const pageSuffix = ".tsv"

// Dir opens a ledger that lies in a directory, one file per batch: 000000000001.tsv
// and so on. It makes the directory if there is none; its parent must be there.
//
// Opening reads every file and checks the chain of hashes; a torn, altered, missing
// or swapped file is a *[CorruptError]. Files with other names are not looked at.
//
// Append writes a temporary file, syncs it, gives it its name only if nobody else has
// taken that, and syncs the directory. After a crash or a power failure at any moment
// the ledger opens with the batch or without it, never with a part or twice; a file
// *.tmp may be left over and can be deleted. An error of the last sync leaves the
// batch in its place: see the traps of the package.
//
// A file named lock, with process number and host of the writer, exists while a batch
// is written. If it is there the error is a *[LockedError], unless its writer is dead:
// a process of this host that does not exist any more, or one with our own number,
// since a store never waits for itself. A lock of another host is never broken; the
// error says how to do that by hand. Two stores on one directory are safe, in one
// process, in two, or on two hosts, because a name can be taken once only. A file
// system without hard links (FAT, some network shares) can't promise that: there,
// open a directory once.
func Dir(path string) (Store, error) {
	files, err := durable.Open(path)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	me, err := durable.Self()
	if err != nil {
		return nil, fmt.Errorf("ledger: who writes here is written into the lock: %w", err)
	}
	return openDir(path, files, me)
}

// LockedError is returned by Append while another process writes.
type LockedError struct {
	// File is the lock, Holder what stands in it: process number and host.
	File, Holder string
}

// Error names file and holder and the way out.
func (e *LockedError) Error() string {
	return fmt.Sprintf("ledger: %s is held by %s: try again when that has finished; if no such process is running, delete the file", e.File, e.Holder)
}

type dir struct {
	path  string
	files durable.Files
	me    durable.Process

	mu    sync.Mutex
	heads chain
}

func openDir(path string, files durable.Files, me durable.Process) (Store, error) {
	d := &dir{path: path, files: files, me: me}
	if err := d.refresh(context.Background()); err != nil {
		return nil, err
	}
	return d, d.checkGap()
}

// checkGap finds batches after the last that could be reached.
func (d *dir) checkGap() error {
	names, err := d.files.List()
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	missing := pageName(uint64(len(d.heads)) + 1)
	for _, name := range names {
		if isPage(name) && name > missing {
			return &CorruptError{File: missing, Problem: "it is missing, but there is " + name, Fix: "restore it from a backup"}
		}
	}
	return nil
}

// Head is described at [Store].
func (d *dir) Head(ctx context.Context) (Head, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refresh(ctx); err != nil {
		return Head{}, err
	}
	return d.heads.head(), nil
}

// Append is described at [Store].
func (d *dir) Append(ctx context.Context, prev Head, entries []Entry) (Head, error) {
	if err := checkAll(entries); err != nil {
		return Head{}, err
	}
	batch := AppendBatch(nil, prev, entries)
	next := prev.seal(batch)
	d.mu.Lock()
	defer d.mu.Unlock()
	unlock, err := d.lock(ctx)
	if err != nil {
		return Head{}, err
	}
	defer unlock()
	if err := d.expect(ctx, prev); err != nil {
		return Head{}, err
	}
	if err := d.write(next, sealed(batch, next)); err != nil {
		return Head{}, d.lost(ctx, prev, err)
	}
	return next, nil
}

func (d *dir) lock(ctx context.Context) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	unlock, err = durable.Lock(d.files, d.me)
	var held *durable.HeldError
	switch {
	case errors.As(err, &held):
		return nil, &LockedError{filepath.Join(d.path, durable.LockName), held.Holder}
	case err != nil:
		return nil, fmt.Errorf("ledger: can't lock: %w", err)
	}
	return unlock, nil
}

// expect tells whether prev is still the head, and its file still there: a batch
// after a gap could not be read again.
func (d *dir) expect(ctx context.Context, prev Head) error {
	if err := d.refresh(ctx); err != nil {
		return err
	}
	if head := d.heads.head(); head != prev {
		return &HeadMovedError{prev, head}
	}
	if prev.Seq == 0 {
		return nil
	}
	file, err := d.files.Open(pageName(prev.Seq))
	if errors.Is(err, fs.ErrNotExist) {
		return &CorruptError{File: pageName(prev.Seq), Problem: "it has gone since the ledger was opened", Fix: "restore it from a backup"}
	} else if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return file.Close()
}

func (d *dir) write(next Head, data []byte) error {
	err := durable.Place(d.files, pageName(next.Seq), data)
	if err == nil {
		err = d.files.SyncDir()
	}
	if err != nil {
		return fmt.Errorf("ledger: batch %d: %w", next.Seq, err)
	}
	d.heads = append(d.heads, next)
	return nil
}

// lost turns a name that is taken into a head that has moved: another writer, whose
// lock was broken while it was alive, has come first after all.
func (d *dir) lost(ctx context.Context, prev Head, err error) error {
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := d.refresh(ctx); err != nil {
		return err
	}
	return &HeadMovedError{prev, d.heads.head()}
}

// refresh reads the batches that it has not seen, and syncs their names: their writer
// may have died before it could, and no head that we speak of may vanish.
func (d *dir) refresh(ctx context.Context) error {
	known := len(d.heads)
	if err := d.readNew(ctx); err != nil || len(d.heads) == known {
		return err
	}
	if err := d.files.SyncDir(); err != nil {
		d.heads = d.heads[:known]
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

func (d *dir) readNew(ctx context.Context) error {
	for {
		prev := d.heads.head()
		ended := error(nil)
		head, err := d.read(prev, func(Entry) bool {
			ended = ctx.Err()
			return ended == nil
		})
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return ctx.Err()
		case err != nil:
			return err
		case ended != nil:
			return ended
		}
		d.heads = append(d.heads, head)
	}
}

// read gives the entries of the batch after prev to yield, as readPage does.
func (d *dir) read(prev Head, yield func(Entry) bool) (Head, error) {
	name := pageName(prev.Seq + 1)
	file, err := d.files.Open(name)
	if err != nil {
		return Head{}, fmt.Errorf("ledger: %w", err)
	}
	head, err := readPage(file, name, prev, yield)
	return head, errors.Join(err, file.Close())
}

// Scan is described at [Store]. It checks each batch again while it reads it.
func (d *dir) Scan(ctx context.Context, after Head) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		heads, from, err := d.since(ctx, after)
		more := true
		for i := from; i < len(heads) && err == nil && more; i++ {
			more, err = d.scan(ctx, heads[:i].head(), heads[i], yield)
		}
		if err != nil {
			yield(Entry{}, err)
		}
	}
}

// scan yields the entries of one batch; more is false when the reader has enough.
func (d *dir) scan(ctx context.Context, prev, want Head, yield func(Entry, error) bool) (more bool, err error) {
	more = true
	ended := error(nil)
	head, err := d.read(prev, func(e Entry) bool {
		if ended = ctx.Err(); ended != nil {
			return false
		}
		more = yield(e, nil)
		return more
	})
	switch {
	case !more:
		return false, nil
	case err != nil || ended != nil:
		return true, errors.Join(err, ended)
	case head != want:
		return true, &CorruptError{File: pageName(want.Seq), Problem: "it was replaced since the ledger was opened", Fix: restore}
	}
	return true, ctx.Err()
}

func (d *dir) since(ctx context.Context, after Head) (chain, int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.refresh(ctx); err != nil {
		return nil, 0, err
	}
	from, err := d.heads.since(after)
	return d.heads[:len(d.heads):len(d.heads)], from, err
}

func pageName(seq uint64) string { return fmt.Sprintf("%012d%s", seq, pageSuffix) }

func isPage(name string) bool {
	digits, found := strings.CutSuffix(name, pageSuffix)
	return found && len(digits) == 12 && strings.Trim(digits, "0123456789") == ""
}

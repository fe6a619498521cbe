package ledger_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/ledgertest"
)

// written is a directory with three batches of two entries.
func written(t *testing.T) (path string, last ledger.Head) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "ledger")
	s := mustDir(t, path)
	entries := ledgertest.Entries(6)
	for i := range 3 {
		var err error
		if last, err = s.Append(t.Context(), last, entries[2*i:2*i+2]); err != nil {
			t.Fatal(err)
		}
	}
	return path, last
}

func page(path string, seq int) string { return filepath.Join(path, fmt.Sprintf("%012d.tsv", seq)) }

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestADirOpensAsItWasLeft(t *testing.T) {
	path, last := written(t)
	write(t, filepath.Join(path, "000000000004.tsv.1.tmp"), "half of a ba")
	write(t, filepath.Join(path, "README"), "what is this")
	s := mustDir(t, path)
	if head, err := s.Head(t.Context()); err != nil || head != last {
		t.Errorf("the head is %s, %v; want %s", head, err, last)
	}
	if _, err := s.Append(t.Context(), last, ledgertest.Entries(1)); err != nil {
		t.Errorf("a leftover is in the way: %v", err)
	}
}

func TestOnlyBatchesAreLeftInADir(t *testing.T) {
	path, _ := written(t)
	files, err := os.ReadDir(path)
	if err != nil || len(files) != 3 {
		t.Errorf("there are %v, %v; want three batches", files, err)
	}
}

func TestTheHashesInADirCanBeMadeByHand(t *testing.T) {
	path, last := written(t)
	hash := strings.Repeat("0", 64)
	for seq := 1; seq <= 3; seq++ {
		text := read(t, page(path, seq))
		if first, _, _ := strings.Cut(text, "\n"); !strings.HasSuffix(first, "\t"+hash) {
			t.Errorf("batch %d does not name the hash of the one before: %s", seq, first)
		}
		end := strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n") + 1 // sed '$d'
		hash = fmt.Sprintf("%x", sha256.Sum256([]byte(text[:end])))
		if text[end:] != "sha256\t"+hash+"\n" {
			t.Errorf("batch %d ends with %q, by hand it is %s", seq, text[end:], hash)
		}
	}
	if want := "3:" + hash; last.String() != want {
		t.Errorf("the head is %s, by hand it is %s", last, want)
	}
}

func TestEveryByteOfADirIsGuarded(t *testing.T) {
	path, _ := written(t)
	for seq := 1; seq <= 3; seq++ {
		good := read(t, page(path, seq))
		for i := range good {
			write(t, page(path, seq), good[:i]+string(good[i]^1)+good[i+1:])
			wantCorrupt(t, path, fmt.Sprintf("bit flipped in byte %d of batch %d", i, seq))
			write(t, page(path, seq), good[:i])
			wantCorrupt(t, path, fmt.Sprintf("batch %d torn after %d bytes", seq, i))
		}
		write(t, page(path, seq), good)
	}
	mustDir(t, path)
}

func wantCorrupt(t *testing.T, path, what string) {
	t.Helper()
	_, err := ledger.Dir(path)
	var corrupt *ledger.CorruptError
	if !errors.As(err, &corrupt) || corrupt.Line == 0 || corrupt.Fix == "" {
		t.Fatalf("%s: got %v, want a CorruptError with line and fix", what, err)
	}
}

func TestDamageIsNamedWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(path string)
		want  string
	}{
		"amount altered": {
			func(path string) { replace(t, page(path, 2), "-49.26", "-49.62") },
			"000000000002.tsv:5: the file was altered",
		},
		"cause altered in the last batch": {
			func(path string) { replace(t, page(path, 3), "accelerator", "accelerated") },
			"000000000003.tsv:5: the file was altered",
		},
		"amount not a number": {
			func(path string) { replace(t, page(path, 2), "-49.26", "-49,26") },
			"000000000002.tsv:3: ledger line, amount",
		},
		"torn": {
			func(path string) { write(t, page(path, 3), read(t, page(path, 3))[:400]) },
			"000000000003.tsv:4: the file ends here, before its sha256 line: it is torn",
		},
		"something after the end": {
			func(path string) { write(t, page(path, 1), read(t, page(path, 1))+"\n") },
			"000000000001.tsv:6: there is something after the end",
		},
		"batch missing": {
			func(path string) { os.Remove(page(path, 2)) },
			"000000000002.tsv: it is missing, but there is 000000000003.tsv",
		},
		"batch rewritten, hash and all": {
			func(path string) {
				text := strings.Replace(read(t, page(path, 1)), "-50.00", "-5.00", 1)
				body := text[:strings.Index(text, "sha256\t")]
				write(t, page(path, 1), fmt.Sprintf("%ssha256\t%x\n", body, sha256.Sum256([]byte(body))))
			},
			"000000000002.tsv:1: it follows a batch with the hash",
		},
		"batch under another's name": {
			func(path string) { os.Rename(page(path, 3), page(path, 2)) },
			"000000000002.tsv:1: it says that it is batch \"000000000003\"",
		},
		"newer version": {
			func(path string) { replace(t, page(path, 1), "payproof-ledger\t1", "payproof-ledger\t2") },
			"000000000001.tsv:1: the batch has version \"2\", this program reads 1: use the program that wrote it, or a newer one",
		},
		"another kind of file": {
			func(path string) { write(t, page(path, 1), "id,amount\n") },
			"000000000001.tsv:1: \"id,amount\" is not the first line of a batch",
		},
		"other columns": {
			func(path string) { replace(t, page(path, 1), "\tactor", "\tauthor") },
			"000000000001.tsv:2:",
		},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := written(t)
			c.spoil(path)
			_, err := ledger.Dir(path)
			var corrupt *ledger.CorruptError
			if !errors.As(err, &corrupt) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant a CorruptError with %s", err, c.want)
			}
		})
	}
}

func replace(t *testing.T, path, old, new string) {
	t.Helper()
	text := read(t, path)
	if !strings.Contains(text, old) {
		t.Fatalf("%s has no %q:\n%s", path, old, text)
	}
	write(t, path, strings.Replace(text, old, new, 1))
}

func TestDamageAfterOpeningIsSeen(t *testing.T) {
	path, last := written(t)
	s := mustDir(t, path)
	good := read(t, page(path, 3))
	replace(t, page(path, 2), "-49.26", "-49.62")
	n, err := 0, error(nil)
	for _, err = range s.Scan(t.Context(), ledger.Head{}) {
		n++
	}
	var corrupt *ledger.CorruptError
	if !errors.As(err, &corrupt) || corrupt.File != "000000000002.tsv" {
		t.Errorf("Scan ended after %d with %v", n, err)
	}
	os.Remove(page(path, 3))
	if _, err := s.Append(t.Context(), last, nil); !errors.As(err, &corrupt) || corrupt.File != "000000000003.tsv" {
		t.Errorf("Append after a file that has gone: %v", err)
	}
	write(t, page(path, 3), good)
	if _, err := s.Append(t.Context(), last, nil); err != nil {
		t.Errorf("Append after the file has come back: %v", err)
	}
}

func TestTwoStoresOnOneDirSeeEachOther(t *testing.T) {
	path := t.TempDir()
	a, b := mustDir(t, path), mustDir(t, path)
	entries := ledgertest.Entries(2)
	first, err := a.Append(t.Context(), ledger.Head{}, entries[:1])
	if err != nil {
		t.Fatal(err)
	}
	var moved *ledger.HeadMovedError
	if _, err := b.Append(t.Context(), ledger.Head{}, entries[1:]); !errors.As(err, &moved) || moved.Actual != first {
		t.Errorf("got %v, want a HeadMovedError", err)
	}
	second, err := b.Append(t.Context(), first, entries[1:])
	if err != nil {
		t.Fatal(err)
	}
	if head, err := a.Head(t.Context()); err != nil || head != second {
		t.Errorf("the first store sees %s, %v; want %s", head, err, second)
	}
}

func TestALiveLockIsRespectedAndADeadOneIsNot(t *testing.T) {
	path := t.TempDir()
	s := mustDir(t, path)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	const nobody = 1 << 30 // above what any system numbers
	lock := filepath.Join(path, "lock")
	for _, c := range []struct {
		text  string
		holds string // empty: stale
	}{
		{fmt.Sprintf("payproof-lock\t1\t%d\t%s\n", os.Getppid(), host), fmt.Sprintf("process %d on host %s", os.Getppid(), host)},
		{fmt.Sprintf("payproof-lock\t1\t%d\tx-%s\n", nobody, host), fmt.Sprintf("process %d on host x-%s", nobody, host)},
		{"", `whoever wrote "" into it`},
		{"payproof-lock\t2\t1\th\n", "whoever wrote"},
		{fmt.Sprintf("payproof-lock\t1\t%d\t%s\n", nobody, host), ""},
		{fmt.Sprintf("payproof-lock\t1\t%d\t%s\n", os.Getpid(), host), ""},
	} {
		write(t, lock, c.text)
		head, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Append(t.Context(), head, nil)
		var held *ledger.LockedError
		switch {
		case c.holds == "" && err != nil:
			t.Errorf("lock %q: got %v, want it broken", c.text, err)
		case c.holds != "" && (!errors.As(err, &held) || held.File != lock || !strings.Contains(held.Holder, c.holds)):
			t.Errorf("lock %q: got %v, want it held by %s", c.text, err, c.holds)
		}
		os.Remove(lock)
	}
}

func TestAWrongPathIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	for _, path := range []string{file, filepath.Join(file, "x"), filepath.Join(t.TempDir(), "no", "such")} {
		if _, err := ledger.Dir(path); err == nil {
			t.Errorf("%s opens as a ledger", path)
		}
	}
}

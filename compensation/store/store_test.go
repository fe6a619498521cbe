package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/compensation/ledger/ledgertest"
)

// databases opens an empty ledger in each.
var databases = map[string]func(t testing.TB) (l *Ledger, address string){
	"SQLite": func(t testing.TB) (*Ledger, string) {
		file := filepath.Join(t.TempDir(), "the ledger #1?.db")
		return opened(t, "sqlite "+file), "sqlite " + file
	},
	"PostgreSQL": func(t testing.TB) (*Ledger, string) {
		if server == "" {
			t.Skip("there is no PostgreSQL here; apt-get install postgresql")
		}
		address := "postgres " + database(t)
		return opened(t, address), address
	},
}

var made atomic.Int64

// database makes one of its own on the server.
func database(t testing.TB) string {
	admin, err := PostgreSQL(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	name := fmt.Sprintf("t%d", made.Add(1))
	if _, err := admin.db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(server, "/postgres?", "/"+name+"?", 1)
}

func openAt(ctx context.Context, address string) (*Ledger, error) {
	kind, where, _ := strings.Cut(address, " ")
	if kind == "sqlite" {
		return SQLite(ctx, where)
	}
	return PostgreSQL(ctx, where)
}

func opened(t testing.TB, address string) *Ledger {
	t.Helper()
	l, err := openAt(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func TestDatabasesKeepThePromisesOfAStore(t *testing.T) {
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			ledgertest.Run(t, func(t *testing.T) ledger.Store {
				l, _ := open(t)
				return l
			})
		})
	}
}

func TestRowsAreOnlyAdded(t *testing.T) {
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			l, _ := open(t)
			if _, err := l.Append(t.Context(), ledger.Head{}, ledgertest.Entries(3)); err != nil {
				t.Fatal(err)
			}
			for _, change := range []string{
				"UPDATE ledger_entry SET amount = '0'", "DELETE FROM ledger_entry", "UPDATE ledger_batch SET size = 0", "DELETE FROM ledger_batch",
			} {
				if _, err := l.db.ExecContext(t.Context(), change); err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("%s: %v", change, err)
				}
			}
		})
	}
}

// What somebody changes all the same is found when it is read.
func TestChangedRowsAreFound(t *testing.T) {
	for name, change := range map[string]string{
		"a line":          "UPDATE ledger_entry SET line = (SELECT line FROM ledger_entry WHERE seq = 1 AND nth = 2) WHERE seq = 2 AND nth = 1",
		"no line":         "UPDATE ledger_entry SET line = CAST('x' AS BLOB) WHERE seq = 2 AND nth = 1",
		"an entry less":   "DELETE FROM ledger_entry WHERE seq = 2 AND nth = 2",
		"another order":   "UPDATE ledger_entry SET nth = 9 WHERE seq = 2 AND nth = 1",
		"another hash":    "UPDATE ledger_batch SET hash = zeroblob(32) WHERE seq = 2",
		"a batch less":    "DELETE FROM ledger_batch WHERE seq = 2",
		"entries of none": "DELETE FROM ledger_entry WHERE seq = 2",
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := databases["SQLite"](t)
			head := ledger.Head{}
			for batch := range slices.Chunk(ledgertest.Entries(6), 2) {
				var err error
				if head, err = l.Append(t.Context(), head, batch); err != nil {
					t.Fatal(err)
				}
			}
			for _, free := range []string{
				"DROP TRIGGER ledger_batch_stays", "DROP TRIGGER ledger_batch_is_kept", "DROP TRIGGER ledger_entry_stays", "DROP TRIGGER ledger_entry_is_kept",
			} {
				if _, err := l.db.ExecContext(t.Context(), free); err != nil {
					t.Fatal(err)
				}
			}
			l.db.SetMaxOpenConns(1)
			for _, do := range []string{"PRAGMA foreign_keys = OFF", change} {
				if _, err := l.db.ExecContext(t.Context(), do); err != nil {
					t.Fatal(err)
				}
			}
			var bad *ledger.CorruptError
			var last error
			for _, err := range l.Scan(t.Context(), ledger.Head{}) {
				last = err
			}
			if !errors.As(last, &bad) || !strings.Contains(bad.Error(), "batch 2") {
				t.Errorf("got %v", last)
			}
		})
	}
}

// writeUntilKilled is another process: it appends to the ledger, and tells each head once it is written.
func writeUntilKilled(address string) {
	l, err := openAt(context.Background(), address)
	for n := 1; err == nil; n++ {
		var head ledger.Head
		if head, err = l.Head(context.Background()); err != nil {
			break
		}
		if head, err = l.Append(context.Background(), head, ledgertest.Entries(1+n%700)); err == nil {
			fmt.Println(head)
		} else if errors.Is(err, ledger.ErrHeadMoved) {
			err = nil
		}
	}
	fmt.Println("failed:", err)
	os.Exit(1)
}

// A process that is killed in the middle of its work loses nothing that it was told is written, and writes nothing in part.
func TestWhatIsWrittenStaysWhenAProcessIsKilled(t *testing.T) {
	kills := 12
	if testing.Short() {
		kills = 3
	}
	for name, open := range databases {
		t.Run(name, func(t *testing.T) {
			l, address := open(t)
			told := 0
			for n := range kills {
				told += killed(t, l, address, time.Duration(60+37*n)*time.Millisecond)
			}
			if told == 0 {
				t.Error("nothing was written: nothing is proved")
			}
			t.Logf("%d batches were told to be written by %d processes that were killed", told, kills)
		})
	}
}

// killed kills two processes that write after some time, and looks whether the ledger has all that they told.
func killed(t *testing.T, l *Ledger, address string, after time.Duration) (told int) {
	t.Helper()
	var heads []string
	var writers []*exec.Cmd
	var outs []*bufio.Scanner
	for range 2 {
		w := exec.Command(os.Args[0])
		w.Env = append(os.Environ(), "STORE_TEST_WRITES="+address)
		out, err := w.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		writers, outs = append(writers, w), append(outs, bufio.NewScanner(out))
	}
	time.Sleep(after)
	for _, w := range writers {
		_ = w.Process.Kill()
	}
	for i, out := range outs {
		for out.Scan() {
			if strings.HasPrefix(out.Text(), "failed") {
				t.Fatal(out.Text())
			}
			heads = append(heads, out.Text())
		}
		_ = writers[i].Wait()
	}
	for _, text := range heads {
		head, err := ledger.ParseHead(text)
		if err != nil {
			continue // its line was cut off
		}
		if err := l.isOurs(t.Context(), head, ledger.Head{}); err != nil {
			t.Errorf("%s was told to be written: %v", text, err)
		}
	}
	for _, err := range l.Scan(t.Context(), ledger.Head{}) { // every hash is computed anew
		if err != nil {
			t.Fatal(err)
		}
	}
	return len(heads)
}

// BenchmarkClose is a month of 1,000 payees, written in one batch.
func BenchmarkClose(b *testing.B) {
	for name, open := range databases {
		b.Run(name, func(b *testing.B) {
			entries := ledgertest.Entries(12_000)
			for b.Loop() {
				b.StopTimer()
				l, _ := open(b)
				b.StartTimer()
				if _, err := l.Append(b.Context(), ledger.Head{}, entries); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

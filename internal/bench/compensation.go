package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/folder"
	"github.com/payproof/payproof/compensation/plan"
)

// root is the project's folder, as seen from this module's.
const root = "../.."

// median is the middle of n timings of do.
func median(n int, do func() error) (time.Duration, error) {
	var all []time.Duration
	for range n {
		runtime.GC()
		start := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(start))
	}
	slices.Sort(all)
	return all[n/2], nil
}

func atMost(name string, measured, bar time.Duration) row {
	return row{name, measured.Round(100 * time.Microsecond).String(), "<= " + bar.String(), measured <= bar}
}

// compensationRows time the example company: the command as a whole process, and
// the run and an explanation in memory.
func compensationRows() ([]row, error) {
	dir, err := os.MkdirTemp("", "payproof-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	command := filepath.Join(dir, "payproof")
	build := exec.Command("go", "build", "-o", command, "./cmd/payproof")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the command: %w\n%s", err, out)
	}
	whole, err := median(5, func() error {
		c := exec.Command(command, "run", "examples/saas")
		c.Dir = root
		return c.Run()
	})
	if err != nil {
		return nil, err
	}
	rows := []row{atMost("saas, six months, whole process", whole, 5*time.Second)}
	inMemory, err := inMemoryRows()
	if err != nil {
		return nil, err
	}
	inLedger, err := ledgerRows()
	return slices.Concat(rows, inMemory, inLedger), err
}

func inMemoryRows() ([]row, error) {
	ctx := context.Background()
	fsys := os.DirFS(filepath.Join(root, "examples", "saas"))
	program, err := plan.Load(fsys)
	if err != nil {
		return nil, err
	}
	facts, err := folder.Facts(fsys, program)
	if err != nil {
		return nil, err
	}
	book, err := compensation.Open(ctx, program, facts)
	if err != nil {
		return nil, err
	}
	var run *compensation.Run
	took, err := median(10, func() (err error) {
		run, err = book.Run(ctx, compensation.Request{})
		return err
	})
	if err != nil {
		return nil, err
	}
	n := 0
	explained, err := median(10, func() error {
		_, err := run.Explain(ctx, "2026-03/p007/commission")
		n++
		return err
	})
	if n == 0 {
		err = errors.New("nothing was explained")
	}
	return []row{
		{"saas, six months, book in memory", took.Round(100 * time.Microsecond).String(), "(no bar yet)", true},
		{"saas, explain one payout", explained.Round(10 * time.Microsecond).String(), "(no bar yet)", true},
	}, err
}

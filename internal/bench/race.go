package main

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// contestant does a number of operations.
type contestant struct {
	name string
	do   func(n int)
	n    int // operations in a round; 0 until it is known
}

// roundLength is how long each contestant runs in a round.
const roundLength = 20 * time.Millisecond

// race runs all contestants in turn, ten rounds, and gives each one's median of CPU time per
// operation in nanoseconds. In turn, since a machine's speed changes while one measures: ratios are
// of what ran side by side.
func race(contestants ...contestant) map[string]float64 {
	const rounds = 10
	for i := range contestants {
		contestants[i].n = calibrate(contestants[i].do)
	}
	times := map[string][]float64{}
	for range rounds {
		for _, c := range contestants {
			runtime.GC()
			start := cpu()
			c.do(c.n)
			times[c.name] = append(times[c.name], float64(cpu()-start)/float64(c.n))
		}
	}
	medians := map[string]float64{}
	for name, all := range times {
		slices.Sort(all)
		medians[name] = (all[(len(all)-1)/2] + all[len(all)/2]) / 2
	}
	return medians
}

// calibrate finds how many operations take a round.
func calibrate(do func(n int)) int {
	for n := 1; ; n *= 2 {
		start := cpu()
		do(n)
		if took := cpu() - start; took > roundLength/4 {
			return max(1, int(float64(n)*float64(roundLength)/float64(took)))
		}
	}
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it fails for unknown arguments only
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// allocations is the number of allocations of one operation.
func allocations(do func(n int)) float64 {
	const n = 1000
	do(n)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do(n)
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / n
}

func atLeast(name string, ratio, bar float64) row {
	return row{name, fmt.Sprintf("%.1fx", ratio), fmt.Sprintf(">= %.0fx", bar), ratio >= bar}
}

func atMostTimes(name string, ratio, bar float64) row {
	return row{name, fmt.Sprintf("%.2fx", ratio), fmt.Sprintf("<= %.0fx", bar), ratio <= bar}
}

func forReading(name, measured string) row { return row{name, measured, "(for reading)", true} }

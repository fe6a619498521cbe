package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation"
)

// mostBytesToComplete bounds the events that pressing TAB computes: about a tenth of
// a second of work.
const mostBytesToComplete = 2 << 20

// completeFolder completes a company's folder.
func completeFolder(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completePayout completes a folder, and behind it a payout: first its period, then
// payees, then what they are paid.
func (a *app) completePayout(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return completeFolder(cmd, args, typed)
	}
	run := a.quick(cmd.Context(), args[0])
	if run == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	depth := strings.Count(typed, "/") + 1
	var out []string
	for p := range run.Payouts() {
		parts := strings.Split(shortID(p.ID), "/")
		id := strings.Join(parts[:min(depth, len(parts))], "/")
		if depth < len(parts) {
			id += "/"
		}
		if strings.HasPrefix(id, typed) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	directive := cobra.ShellCompDirectiveNoFileComp
	if depth < 3 {
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return slices.Compact(out), directive
}

// completePeriod completes the value of --period.
func (a *app) completePeriod(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if len(args) == 1 {
		if run := a.quick(cmd.Context(), args[0]); run != nil {
			for _, p := range run.Periods() {
				out = append(out, run.Book().Program().Calendar.Format(p))
			}
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// quick is the run of a small company; nil when it is a large one, or has faults: a
// completion has no place to tell them.
func (a *app) quick(ctx context.Context, path string) *compensation.Run {
	names, err := filepath.Glob(filepath.Join(path, "events", "*.csv"))
	if err != nil {
		return nil
	}
	var size int64
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			size += info.Size()
		}
	}
	if size > mostBytesToComplete {
		return nil
	}
	book, err := a.open(ctx, path, nil)
	if err != nil {
		return nil
	}
	run, err := book.Run(ctx, compensation.Request{})
	if err != nil {
		return nil
	}
	return run
}

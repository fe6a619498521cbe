// Command generate writes the facts of the Northwind SaaS example: people, edges,
// assignments, quotas and two quarters of deals, as CSV files.
//
//	go run ./examples/saas/generate
//
// It exists so that the example can be as large as a real company and still be
// reviewed: the company is a few tables in this package (who works there, who owns
// which territory when, who reports to whom), and the deals are drawn from them with
// a fixed seed. The same program writes the same bytes on every machine; a test
// proves that the files in the tree are those.
//
// Terms. A territory is a patch of the market: one region, one segment, some
// industries, or a list of named accounts. Its heat is the demand in it, as a percentage of
// what its quota assumes. A holding says who owns a territory, with what share and
// when. A seller is the owner who closed a deal; a partner is a colleague of another
// territory who helped.
//
// Traps. Dates in the tables and in the files are inclusive on both sides. Amounts
// are whole cents in memory. Whatever draws from the dice changes every later draw:
// people, territories and quotas therefore draw nothing, accounts and deals have dice
// of their own.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// seed makes the company; another seed is another half year with the same people.
const seed = 20260101

func main() {
	out := flag.String("out", filepath.Join("examples", "saas"), "the folder to write to")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// write puts every file of the company under a folder.
func write(folder string) error {
	if _, err := os.Stat(filepath.Join(folder, "payproof.yaml")); err != nil {
		return fmt.Errorf("%s is not the example's folder; run from the module's root or say -out: %w", folder, err)
	}
	for _, f := range newCompany(seed).files() {
		path := filepath.Join(folder, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		text, err := f.bytes()
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

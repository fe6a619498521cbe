// Package starter is the company that `payproof init` writes: small, complete and
// commented, so that a first plan is a change to one that works.
//
// Trap: its amounts are whole numbers on purpose. They are written with the places of
// the currency that is asked for, so that the tests in it hold in every currency.
package starter

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl/money"
)

//go:embed company
var company embed.FS

// ErrNotEmpty is a folder that has something in it already.
var ErrNotEmpty = errors.New("the folder is not empty")

// Files are the company's files in a currency, by their slash paths.
func Files(currency money.Currency) (map[string]string, error) {
	places := ""
	if n := currency.Digits(); n > 0 {
		places = "." + strings.Repeat("0", n)
	}
	local := strings.NewReplacer("USD", currency.String(), ".00", places)
	out := map[string]string{}
	err := fs.WalkDir(company, "company", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := company.ReadFile(path)
		out[strings.TrimPrefix(path, "company/")] = local.Replace(string(text))
		return err
	})
	return out, err
}

// Write writes the company into a folder, which is made when it is not there. The
// error is ErrNotEmpty, with nothing written, when there is something in it, or one of the file
// system. The names of the files are returned in order.
func Write(folder string, currency money.Currency) (names []string, err error) {
	files, err := Files(currency)
	if err != nil {
		return nil, err
	}
	// order: sorted below
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	switch there, err := os.ReadDir(folder); {
	case err == nil && len(there) > 0:
		return nil, fmt.Errorf("%w: %s has %s in it; name a new folder", ErrNotEmpty, folder, there[0].Name())
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o644); err != nil {
			return nil, err
		}
	}
	return names, nil
}

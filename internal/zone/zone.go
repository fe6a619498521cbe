// Package zone knows the time zones of the world, so that a timestamp of an export
// becomes the same civil day on every machine.
//
// The data is the IANA database as Go packs it, kept in this folder: neither the
// files of the system, nor its environment, nor the version of Go change what a
// zone means. [Version] names the data, and a newer one is taken on purpose.
//
// A zone is one of the database, such as America/New_York or UTC. An abbreviation
// such as PST is no zone: several places use it for different times.
package zone

import (
	"archive/zip"
	_ "embed" // zoneinfo.zip
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/payproof/payproof/dsl/source"
)

// Version is the release of the IANA database that is embedded.
const Version = "2025c"

// packed is lib/time/zoneinfo.zip of the Go distribution, data in the public domain.
//
//go:embed zoneinfo.zip
var packed string

// Load is the zone of a name. The error says which name was probably meant.
func Load(name string) (*time.Location, error) {
	files, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("the embedded time zones: %w", err)
	}
	for _, f := range files.File {
		if f.Name == name && usable(name) {
			return read(f)
		}
	}
	return nil, unknown(name, files.File)
}

func read(f *zip.File) (*time.Location, error) {
	in, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("the embedded time zones: %w", err)
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("the embedded time zones: %w", err)
	}
	return time.LoadLocationFromTZData(f.Name, data)
}

// usable refuses folders, and the abbreviations that the database keeps for old
// programs: EST there is a zone without summer time, which nobody means.
func usable(name string) bool {
	return name == "UTC" || strings.Contains(name, "/") && !strings.HasSuffix(name, "/") && !strings.HasPrefix(name, "Etc/GMT")
}

func unknown(name string, files []*zip.File) error {
	var names []string
	for _, f := range files {
		if usable(f.Name) {
			names = append(names, f.Name)
		}
	}
	if near := source.Nearest(name, names); near != "" {
		return fmt.Errorf("%q is not a time zone; did you mean %q?", name, near)
	}
	return fmt.Errorf("%q is not a time zone; write a place of the IANA database, such as America/New_York or Europe/Berlin, or UTC", name)
}

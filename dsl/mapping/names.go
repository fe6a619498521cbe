package mapping

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// CheckPattern tells whether a text can stand behind read: a pattern of names within
// the folder, of files that can be read.
func CheckPattern(pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("%s is not a pattern of file names; close the bracket in it", quote(pattern))
	}
	if !fs.ValidPath(pattern) || pattern == "." {
		return fmt.Errorf("%s does not stay in the folder; name files in it, with / between folders", quote(pattern))
	}
	if !slices.Contains(Extensions(), path.Ext(pattern)) {
		return fmt.Errorf("%s names no files that can be read; their names end in %s", quote(pattern), strings.Join(Extensions(), ", "))
	}
	return nil
}

// Literal is the pattern of one name, whatever characters are in it.
func Literal(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(name)
}

// Names are the files of a folder that the patterns fit, in the order of their names,
// each once. The error is one of the file system, or of a pattern.
func (f *File) Names(folder fs.FS) ([]string, error) {
	var names []string
	for _, pattern := range f.Read {
		found, err := fs.Glob(folder, pattern)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pattern, err)
		}
		for _, name := range found {
			if info, err := fs.Stat(folder, name); err == nil && info.IsDir() {
				continue
			}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

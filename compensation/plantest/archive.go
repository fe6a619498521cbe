package plantest

import "strings"

// section is a file of a txtar archive, and where it lies in the archive's text.
type section struct {
	name     string
	line     int // of the marker, from 1
	from, to int // of the content, in bytes
}

// sections splits a txtar archive into its prose and its files. There is no fault
// that an archive could have: what is not a marker line is content.
func sections(text string) (prose string, files []section) {
	end := len(text) // of the prose
	line := 0
	for at := 0; at < len(text); {
		next := len(text)
		if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
			next = at + n + 1
		}
		line++
		if name, ok := marker(text[at:next]); ok {
			if len(files) == 0 {
				end = at
			} else {
				files[len(files)-1].to = at
			}
			files = append(files, section{name: name, line: line, from: next, to: len(text)})
		}
		at = next
	}
	return text[:end], files
}

// marker reads the name on a line "-- name --".
func marker(line string) (name string, ok bool) {
	line = strings.TrimRight(line, "\r\n")
	rest, starts := strings.CutPrefix(line, "-- ")
	name, ends := strings.CutSuffix(rest, " --")
	name = strings.TrimSpace(name)
	return name, starts && ends && name != ""
}

// Package archive splits a txtar archive and keeps where its files lie, so that a
// script can be rewritten in place and a finding can name the line of the script. The txtar
// package of golang.org/x/tools forgets both.
package archive

import "strings"

// Section is a file of a txtar archive, and where it lies in the archive's text.
type Section struct {
	Name     string // as its marker has it
	Line     int    // of the marker, from 1
	From, To int    // of the content, in bytes
}

// Sections splits a txtar archive into its prose and its files. There is no fault
// that an archive could have: what is not a marker line is content.
func Sections(text string) (prose string, files []Section) {
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
				files[len(files)-1].To = at
			}
			files = append(files, Section{Name: name, Line: line, From: next, To: len(text)})
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

package territory

import (
	"fmt"
	"strings"
)

// Vacant says what a rule does with credit of a territory that nobody owns on the event's date.
type Vacant uint8

// The choices. The zero value is the default.
const (
	// Suspense keeps it: it is credited once an owner is entered for that date.
	Suspense Vacant = iota
	// Up credits the owner of the nearest territory above that has one; without one, it is kept.
	Up
	// Forgone credits nobody, and waits for nobody: a house account.
	Forgone
)

var vacantNames = []string{"suspense", "up", "none"}

// String is the word of plan files.
func (v Vacant) String() string {
	if int(v) < len(vacantNames) {
		return vacantNames[v]
	}
	return fmt.Sprintf("Vacant(%d)", v)
}

// ParseVacant reads a word of plan files: suspense, up or none.
func ParseVacant(text string) (Vacant, error) {
	for v, name := range vacantNames {
		if name == text {
			return Vacant(v), nil
		}
	}
	return 0, fmt.Errorf("%q stands here, where %s is expected", text, strings.Join(vacantNames, " or "))
}

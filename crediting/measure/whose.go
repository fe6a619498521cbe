package measure

import (
	"fmt"
	"strings"
)

// People says whose credits or events count, seen from the payee that a measure is read
// for.
type People uint8

// The people.
const (
	Payee     People = iota // the payee's own
	Team                    // of everyone who shares a team with the payee, the payee included
	Below                   // of everyone below the payee
	WithBelow               // of the payee and everyone below
	Company                 // of everyone
	Role                    // of everyone who has a role
)

// Whose is the people of a measure.
type Whose struct {
	Who   People // which of them
	Along string // Team, Below, WithBelow: the name of the edges
	Role  string // Role: the role
	Field string // of events: the field that names whose an event is
}

// The relationships that are meant where none is named.
const (
	teamEdge  = "team"
	belowEdge = "manager"
)

// ParseWhose reads the people of a measure: "payee", "team", "team along pod", "below",
// "below along manager", "payee with below", "company", "role AE".
func ParseWhose(text string) (Whose, error) {
	text = oneSpace(text)
	if role, ok := strings.CutPrefix(text, "role "); ok {
		return Whose{Who: Role, Role: role}, nil
	}
	who, along, ok := strings.Cut(text, " along ")
	if or := map[string]string{"team": teamEdge, "below": belowEdge, "payee with below": belowEdge}[who]; !ok {
		along = or
	} else if or == "" || along == "" {
		who = ""
	}
	switch who {
	case "payee":
		return Whose{}, nil
	case "team":
		return Whose{Who: Team, Along: along}, nil
	case "below":
		return Whose{Who: Below, Along: along}, nil
	case "payee with below":
		return Whose{Who: WithBelow, Along: along}, nil
	case "company":
		return Whose{Who: Company}, nil
	}
	return Whose{}, fmt.Errorf("%q is nobody; write payee, team, below, payee with below, company or role NAME; `team along pod` and `below along mentor` follow other edges", text)
}

// String is the form that [ParseWhose] reads, in its shortest form.
func (w Whose) String() string {
	along := func(who, usual string) string {
		if w.Along == usual {
			return who
		}
		return who + " along " + w.Along
	}
	switch w.Who {
	case Team:
		return along("team", teamEdge)
	case Below:
		return along("below", belowEdge)
	case WithBelow:
		return along("payee with below", belowEdge)
	case Company:
		return "company"
	case Role:
		return "role " + w.Role
	}
	return "payee"
}

func (w Whose) alone() bool { return w.Who == Payee }

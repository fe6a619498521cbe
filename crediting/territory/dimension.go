package territory

import "github.com/payproof/payproof/dsl/source"

// Dimension is a hierarchy by which the market is divided, such as geography: EMEA above Germany
// and France. A member stands for itself and for all below it.
type Dimension struct {
	Name    string      // as territories name it
	Field   string      // the field of an event that says the member
	Members []Member    // each behind the one above it
	At      source.Span // where it stands
}

// Member is a part of a dimension.
type Member struct {
	Name  string      // as events say it
	Above int         // the place of the member above it in Dimension.Members; -1 at the top
	At    source.Span // where it stands
}

// Names are the members, each behind the one above it.
func (d *Dimension) Names() []string {
	out := make([]string, len(d.Members))
	for i, m := range d.Members {
		out[i] = m.Name
	}
	return out
}

// Below are, for each member that others stand below, all of those, of every level.
func (d *Dimension) Below() map[string][]string {
	out := map[string][]string{}
	for i := range d.Members {
		for at := d.Members[i].Above; at >= 0; at = d.Members[at].Above {
			out[d.Members[at].Name] = append(out[d.Members[at].Name], d.Members[i].Name)
		}
	}
	return out
}

// Leaves are the members that none stands below, by their places.
func (d *Dimension) Leaves() (out []int) {
	above := make([]bool, len(d.Members))
	for _, m := range d.Members {
		if m.Above >= 0 {
			above[m.Above] = true
		}
	}
	for i := range d.Members {
		if !above[i] {
			out = append(out, i)
		}
	}
	return out
}

// reached are the members of a list with all below them, each with the level of the
// lowest that it is at or below: 1 is the top. A name that is no member reaches nothing.
func (d *Dimension) reached(names []string) map[string]int {
	listed := map[string]bool{}
	for _, n := range names {
		listed[n] = true
	}
	out := map[string]int{}
	levels := make([]int, len(d.Members))
	for i, m := range d.Members {
		levels[i] = 1
		if m.Above >= 0 {
			levels[i] = levels[m.Above] + 1
			if level, ok := out[d.Members[m.Above].Name]; ok {
				out[m.Name] = level
			}
		}
		if listed[m.Name] {
			out[m.Name] = levels[i]
		}
	}
	return out
}

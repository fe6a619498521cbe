package analysis

import (
	"slices"
	"strings"

	"github.com/payproof/payproof/dsl"
)

// Reads is what a formula depends on.
type Reads struct {
	Inputs []string // in the order of the formula's inputs
	Tables []string // in alphabetical order
}

// ReadsOf lists the inputs and tables that a formula reads.
func ReadsOf(f *dsl.Formula) Reads {
	var out Reads
	all := f.Inputs()
	for _, i := range f.Used() {
		out.Inputs = append(out.Inputs, all[i].Name)
	}
	for _, p := range f.Parts() {
		if p.Table != nil {
			out.Tables = append(out.Tables, p.Table.Name)
		}
	}
	slices.Sort(out.Tables)
	out.Tables = slices.Compact(out.Tables)
	return out
}

// Node is a named formula in a graph, and the names that it reads.
type Node struct {
	Name  string   // as others read it
	Reads []string // names that are no node are inputs from outside
}

// Graph is a set of named formulas, in any order. Each name stands once.
type Graph []Node

// Order lists the nodes so that each stands behind what it reads; among those that could come
// next, the first of the graph. ok is false where formulas read each other in a circle.
func (g Graph) Order() (names []string, ok bool) {
	done := map[string]bool{}
	for len(names) < len(g) {
		next := slices.IndexFunc(g, func(n Node) bool {
			return !done[n.Name] && !slices.ContainsFunc(n.Reads, func(r string) bool { return g.find(r) >= 0 && !done[r] })
		})
		if next < 0 {
			return nil, false
		}
		done[g[next].Name] = true
		names = append(names, g[next].Name)
	}
	return names, true
}

// Cycle is a circle of names that read each other: the first, what it reads, and so on, up to the
// first again. It is nil when there is none. Of several it is one of the shortest, and of those
// the one that the graph's order meets first.
func (g Graph) Cycle() []string {
	var best []string
	for i := range g {
		if c := g.circle(i); c != nil && (best == nil || len(c) < len(best)) {
			best = c
		}
	}
	return best
}

// CycleText is the circle in one line, "cap → payout → cap"; "" when there is none.
func (g Graph) CycleText() string { return strings.Join(g.Cycle(), " → ") }

// circle is a shortest way from a node back to itself.
func (g Graph) circle(start int) []string {
	from := map[int]int{}
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		n := queue[0]
		for _, name := range g[n].Reads {
			next := g.find(name)
			if next == start {
				way := []string{g[start].Name}
				for at := n; at != start; at = from[at] {
					way = append(way, g[at].Name)
				}
				slices.Reverse(way[1:])
				return append(way, g[start].Name)
			}
			if _, seen := from[next]; next >= 0 && !seen {
				from[next] = n
				queue = append(queue, next)
			}
		}
	}
	return nil
}

func (g Graph) find(name string) int {
	return slices.IndexFunc(g, func(n Node) bool { return n.Name == name })
}

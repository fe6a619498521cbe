package trace

import "fmt"

// bounds are how much of a tree is shown.
type bounds struct {
	depth    int // levels below the root; 0 is all
	siblings int // children of one node; 0 is all
	notTaken bool
	levels   int // levels of one part; what is deeper goes on in a part of its own
}

// view is a node as all printed forms lay it out.
type view struct {
	headline
	kids    []view
	leftOut int    // children that are not shown
	roads   []view // not taken
	below   int    // nodes below this one that are not shown here
	part    int    // the part that has them, from 2; 0 where the bounds leave them out
}

// layout cuts a tree to its bounds.
type layout struct {
	bounds
	jobs []job
}

// job is a part to lay out: a node, and its depth in the whole tree.
type job struct {
	n        *Node
	depth    int
	notTaken bool
}

// lay gives the parts of a tree, of which there are several only where it is too deep
// to be read as one. None is given for no tree.
func lay(n *Node, b bounds) []view {
	if n == nil {
		return nil
	}
	l := layout{bounds: b, jobs: []job{{n: n}}}
	var out []view
	for len(out) < len(l.jobs) { // laying out a part may add more
		out = append(out, l.node(l.jobs[len(out)], 0))
	}
	return out
}

func (l *layout) node(j job, level int) view {
	v := view{headline: headlineOf(j.n, j.notTaken)}
	args, roads := l.children(j.n)
	if len(args)+len(roads) == 0 {
		return v
	}
	if l.depth > 0 && j.depth >= l.depth {
		v.below = l.size(j.n) - 1
		return v
	}
	if l.levels > 0 && level >= l.levels {
		v.below = l.size(j.n) - 1
		l.jobs = append(l.jobs, j)
		v.part = len(l.jobs)
		return v
	}
	if l.siblings > 0 && len(args) > l.siblings {
		v.leftOut = len(args) - l.siblings
		args = args[:l.siblings]
	}
	for _, a := range args {
		v.kids = append(v.kids, l.node(job{n: a, depth: j.depth + 1}, level+1))
	}
	for _, a := range roads {
		v.roads = append(v.roads, l.node(job{a, j.depth + 1, true}, level+1))
	}
	return v
}

// children are those that are there and asked for.
func (l *layout) children(n *Node) (args, roads []*Node) {
	same := func(n *Node) *Node { return n }
	if args = each(n.Args, same); l.notTaken {
		roads = each(n.NotTaken, same)
	}
	return args, roads
}

// size counts a node and all below it.
func (l *layout) size(n *Node) int {
	args, roads := l.children(n)
	total := 1
	for _, a := range append(args, roads...) {
		total += l.size(a)
	}
	return total
}

// remainder says what is not shown below a node, "" when all is.
func (v *view) remainder() string {
	switch {
	case v.part > 0:
		return fmt.Sprintf("… %d more in part %d", v.below, v.part)
	case v.below > 0:
		return fmt.Sprintf("… %d more below", v.below)
	}
	return ""
}

// unseen says how many children are left out, "" when none is.
func (v *view) unseen() string {
	if v.leftOut == 0 {
		return ""
	}
	return fmt.Sprintf("… and %d more", v.leftOut)
}

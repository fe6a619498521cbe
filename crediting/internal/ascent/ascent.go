// Package ascent finds who is above somebody along a relationship on a day: how many levels, by which
// path, and for which part of what sets out below.
//
// Terms. A place is a key that edges lead to. A place that is vacant is passed over: it is no
// level, and whoever is above it stands in. The part of a place is the sum over the edges that lead there of
// part × share of the edge, at most the whole: two halves by two managers make the whole for
// their director, and two whole edges make it once.
//
// Paths may be many more than people: in a matrix with two managers each there are 2^n of them. Each
// place is therefore looked at once, with its lowest level, in an order in which all that is below it
// comes first.
package ascent

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
)

// Walk says along what, on which day, and how far.
type Walk struct {
	Along  string // the name of the edges
	Edges  *fact.Edges
	Date   calendar.Date
	AsOf   fact.Revision               // what is known
	Levels int                         // 0 is to the top
	Vacant func(key fact.PayeeID) bool // nil: no place is
	Stop   bool                        // nothing passes a vacant place
}

// Place is one that is above, and not vacant.
type Place struct {
	Key   fact.PayeeID    // whose place it is
	Level int             // the lowest; 1 is directly above
	Part  decimal.Decimal // of what set out, a ratio up to 1
	Path  []fact.PayeeID  // from where it set out up to below the place, without vacant places
}

// place is one that the walk came to.
type place struct {
	key    fact.PayeeID
	level  int
	vacant bool
	below  int // the place from which it was reached with the lowest level
	edges  []fact.Edge
	state  uint8 // of the search for cycles
	part   decimal.Decimal
}

// The states of the search.
const (
	fresh uint8 = iota
	open
	done
)

type walk struct {
	Walk
	places []place
	edges  []fact.Edge          // of all places
	index  map[fact.PayeeID]int // of places, once they are many
	order  []int                // all that is above a place comes before it
	open   []int                // the path of the search
	asked  []asked
}

// Found is what a walk finds.
type Found struct {
	Above  []Place        // by level, and then in the order of the keys of those below and of their edges
	Vacant []fact.PayeeID // the vacant places on the way
	days   calendar.Range // on which the edges are those of the walk
	asked  []asked        // what the walk asked about
}

// asked is whether a place was vacant: also one that was out of reach since it was not.
type asked struct {
	key    fact.PayeeID
	vacant bool
}

// From is who is above a payee: by level, and then in the order of the keys of those below and of
// their edges. vacant are the vacant places on the way. The error is a *fact.CycleError.
func (w Walk) From(start fact.PayeeID) (above []Place, vacant []fact.PayeeID, err error) {
	f, err := w.Find(start)
	return f.Above, f.Vacant, err
}

// Find is From, with what tells whether another day has the same.
func (w Walk) Find(start fact.PayeeID) (f Found, err error) {
	s := walk{Walk: w, places: make([]place, 0, few/2), edges: make([]fact.Edge, 0, few/2)}
	s.add(place{key: start, below: -1, part: decimal.New(1, 0)})
	s.levels()
	if err := s.sort(0); err != nil {
		return f, err
	}
	s.flow()
	for i, p := range s.places[1:] {
		if p.vacant {
			f.Vacant = append(f.Vacant, p.key)
			continue
		}
		f.Above = append(f.Above, Place{p.key, p.level, p.part, s.path(i + 1)})
	}
	slices.SortStableFunc(f.Above, func(a, b Place) int { return a.Level - b.Level })
	f.asked, f.days = s.asked, s.steady()
	return f, nil
}

// steady is the days from that of the walk up to the first on which an edge on the way changes.
func (s *walk) steady() calendar.Range {
	from, to := s.Date.Ordinal(), int32(math.MaxInt32) // which is no date
	var some [few]fact.Run
	runs := some[:0]
	for i := range s.places {
		runs = s.Edges.AppendRuns(runs[:0], s.Along, string(s.places[i].key), s.AsOf)
		for _, r := range runs {
			for _, change := range [...]int32{r.From, r.To} {
				if change > from {
					to = min(to, change)
				}
			}
		}
	}
	return calendar.Range{From: s.Date, To: calendar.FromOrdinal(to)}
}

// Until is the first day from that of the walk on which an edge on the way changes; zero: none does.
func (f *Found) Until() calendar.Date { return f.days.To }

// Holds reports whether a walk on another day is sure to find the same: the edges are those of the walk, and
// the same places are vacant.
func (f *Found) Holds(on calendar.Date, vacant func(key fact.PayeeID) bool) bool {
	if !f.days.Contains(on) {
		return false
	}
	return !slices.ContainsFunc(f.asked, func(p asked) bool { return p.vacant != (vacant != nil && vacant(p.key)) })
}

func (s *walk) add(p place) int {
	at := len(s.places)
	if s.index != nil {
		s.index[p.key] = at
	}
	if at == 0 || !p.vacant || !s.Stop {
		first := len(s.edges)
		s.edges = s.Edges.AppendTo(s.edges, s.Along, string(p.key), s.Date, s.AsOf)
		p.edges = s.edges[first:]
	}
	s.places = append(s.places, p)
	return at
}

// few is how many places are looked through one by one: most walks are a chain of some managers.
const few = 8

// find is the place of a key, or -1.
func (s *walk) find(key fact.PayeeID) int {
	if len(s.places) <= few {
		return slices.IndexFunc(s.places, func(p place) bool { return p.key == key })
	}
	if s.index == nil {
		s.index = map[fact.PayeeID]int{}
		for i := range s.places {
			s.index[s.places[i].key] = i
		}
	}
	if at, ok := s.index[key]; ok {
		return at
	}
	return -1
}

// levels finds every place within reach, level by level, so that the first way to a place has the fewest. A
// vacant place is no level of its own: it comes before what is already waiting.
func (s *walk) levels() {
	for queue := []int{0}; len(queue) > 0; {
		from := queue[0]
		queue = queue[1:]
		for _, e := range s.places[from].edges {
			key := fact.PayeeID(e.To)
			vacant := s.Vacant != nil && s.Vacant(key)
			s.asked = append(s.asked, asked{key, vacant})
			level := s.places[from].level + step(vacant)
			if s.beyond(level) || s.find(key) >= 0 {
				continue
			}
			at := s.add(place{key: key, level: level, vacant: vacant, below: from})
			if vacant {
				queue = slices.Insert(queue, 0, at)
			} else {
				queue = append(queue, at)
			}
		}
	}
}

func step(vacant bool) int {
	if vacant {
		return 0
	}
	return 1
}

func (s *walk) beyond(level int) bool { return s.Levels > 0 && level > s.Levels }

// walked is the place that an edge leads to, or -1 where it is out of reach.
func (s *walk) walked(from int, e *fact.Edge) int {
	at := s.find(fact.PayeeID(e.To))
	if at >= 0 && s.beyond(s.places[from].level+step(s.places[at].vacant)) {
		return -1
	}
	return at
}

// sort puts places behind all that is above them, and finds cycles.
func (s *walk) sort(at int) error {
	s.places[at].state = open
	s.open = append(s.open, at)
	edges := s.places[at].edges
	for i := range edges {
		to := s.walked(at, &edges[i])
		if to < 0 {
			continue
		}
		switch s.places[to].state {
		case open:
			return s.cycle(to)
		case fresh:
			if err := s.sort(to); err != nil {
				return err
			}
		}
	}
	s.open = s.open[:len(s.open)-1]
	s.places[at].state = done
	s.order = append(s.order, at)
	return nil
}

func (s *walk) cycle(first int) error {
	var loop []string
	for _, at := range s.open[slices.Index(s.open, first):] {
		loop = append(loop, string(s.places[at].key))
	}
	return &fact.CycleError{Name: s.Along, Date: s.Date, Path: append(loop, loop[0])}
}

// flow passes what sets out up, place by place.
func (s *walk) flow() {
	one := decimal.New(1, 0)
	for _, at := range slices.Backward(s.order) {
		from := &s.places[at]
		for i := range from.edges {
			to := s.walked(at, &from.edges[i])
			if to < 0 {
				continue
			}
			part, share := &s.places[to].part, from.edges[i].Share
			*part = decimal.Min(one, part.Add(from.part.Mul(share)))
		}
	}
}

func (s *walk) path(at int) (path []fact.PayeeID) {
	for at = s.places[at].below; at >= 0; at = s.places[at].below {
		if !s.places[at].vacant {
			path = append(path, s.places[at].key)
		}
	}
	slices.Reverse(path)
	return path
}

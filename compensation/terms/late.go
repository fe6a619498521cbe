package terms

// Late is what facts change of pay periods that were closed before they became known (semantics, §8). The zero value restates
// what they change.
type Late uint8

// The choices.
const (
	Restate   Late = iota // up and down
	GainsOnly             // only what raises pay; the rest stays as it was known
	FromKnown             // nothing: they count from the first pay period that was open when they became known
)

// LateFacts is what late facts do, by kind.
type LateFacts struct {
	// People, Edges, Assignments and Quotas are the kinds.
	People, Edges, Assignments, Quotas Late
}

// All are the kinds with what they do, by the names that plan files give them.
func (l LateFacts) All() map[string]Late {
	return map[string]Late{"people": l.People, "edges": l.Edges, "assignments": l.Assignments, "quotas": l.Quotas}
}

// Any reports whether facts of some kind do something.
func (l LateFacts) Any(what Late) bool {
	return l.People == what || l.Edges == what || l.Assignments == what || l.Quotas == what
}

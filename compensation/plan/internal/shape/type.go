package shape

// Kind is the form of what stands behind a key.
type Kind uint8

// The kinds.
const (
	Text    Kind = iota // a scalar, as it was written; with a pattern, of that form
	Formula             // a formula of the plan language
	Word                // one of some words
	Flag                // true or false
	Whole               // a whole number between two bounds
	Number              // 5%, 0.05, 60_000 or 60_000 USD
	Rate                // 5%, 0.05, or 40 USD per unit
	Value               // what a rate may be, or 60_000 USD
	Texts               // a list of texts, or one text with commas
	List                // a list
	Names               // a mapping of names that the author chooses
	Nested              // a block
	Either              // one of several types
)

// Type is what may stand behind a key. The zero value is any text.
type Type struct {
	Kind    Kind     // says which of the other fields count
	Pattern string   // Text: a regular expression that the whole text fits
	Words   []string // Word: the choice
	From    int      // Whole: the least
	To      int      // Whole: the most
	Of      []Type   // List, Names: what stands in it, one; Either: the choice
	Block   *Block   // Nested: the block
}

func text() Type                 { return Type{} }
func form(pattern string) Type   { return Type{Pattern: "^" + pattern + "$"} }
func formula() Type              { return Type{Kind: Formula} }
func word(words ...string) Type  { return Type{Kind: Word, Words: words} }
func truth() Type                { return Type{Kind: Flag} }
func whole(from, to int) Type    { return Type{Kind: Whole, From: from, To: to} }
func number() Type               { return Type{Kind: Number} }
func texts() Type                { return Type{Kind: Texts} }
func list(of Type) Type          { return Type{Kind: List, Of: []Type{of}} }
func names(of Type) Type         { return Type{Kind: Names, Of: []Type{of}} }
func nested(b Block) Type        { return Type{Kind: Nested, Block: &b} }
func either(choice ...Type) Type { return Type{Kind: Either, Of: choice} }
func rate() Type                 { return Type{Kind: Rate} }
func value() Type                { return Type{Kind: Value} }

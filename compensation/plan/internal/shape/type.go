package shape

import "github.com/payproof/payproof/dsl/money"

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
	Phrase              // a text of one of some forms, such as 180 days of closed
	Name                // the name of something that is declared elsewhere
	Texts               // a list of texts, or one text with commas
	List                // a list
	Names               // a mapping of names that the author chooses, or that are declared elsewhere
	Nested              // a block
	Either              // one of several types
	Tree                // names in names, as members of a dimension are
)

// Type is what may stand behind a key. The zero value is any text.
type Type struct {
	Kind    Kind     // says which of the other fields count
	Pattern string   // Text: a regular expression that the whole text fits
	Words   []string // Word: the choice
	From    int      // Whole: the least
	To      int      // Whole: the most
	Of      []Type   // List, Names: what stands in it, one; Texts: the same, or any text; Either: the choice
	Block   *Block   // Nested: the block
	Forms   []string // Phrase: the forms; see [Slot] for what stands in braces
	Ref     Ref      // Name: of what; Names: of what the names are, if they are declared elsewhere
	Scope   Scope    // Formula of a later key: what it may name
	Want    Want     // Formula of a later key: what it gives
	Part    string   // List, Names: the parts come to 100 %; the key with the part, or "-" for the text itself
}

func text() Type                     { return Type{} }
func form(pattern string) Type       { return Type{Pattern: "^" + pattern + "$"} }
func formula() Type                  { return Type{Kind: Formula} }
func word(words ...string) Type      { return Type{Kind: Word, Words: words} }
func truth() Type                    { return Type{Kind: Flag} }
func whole(from, to int) Type        { return Type{Kind: Whole, From: from, To: to} }
func number() Type                   { return Type{Kind: Number} }
func texts() Type                    { return Type{Kind: Texts} }
func list(of Type) Type              { return Type{Kind: List, Of: []Type{of}} }
func names(of Type) Type             { return Type{Kind: Names, Of: []Type{of}} }
func nested(b Block) Type            { return Type{Kind: Nested, Block: &b} }
func either(choice ...Type) Type     { return Type{Kind: Either, Of: choice} }
func rate() Type                     { return Type{Kind: Rate} }
func value() Type                    { return Type{Kind: Value} }
func phrase(forms ...string) Type    { return Type{Kind: Phrase, Forms: forms} }
func name(of Ref) Type               { return Type{Kind: Name, Ref: of} }
func someOf(of Type) Type            { return Type{Kind: Texts, Of: []Type{of}} }
func keyed(of Ref, t Type) Type      { return Type{Kind: Names, Ref: of, Of: []Type{t}} }
func computes(w Want, in Scope) Type { return Type{Kind: Formula, Want: w, Scope: in} }
func parts(t Type, key string) Type  { t.Part = key; return t }
func tree() Type                     { return Type{Kind: Tree} }

// roundings are the names of all modes, half-even first.
func roundings() (out []string) {
	for m := money.HalfEven; m <= money.Floor; m++ {
		out = append(out, m.String())
	}
	return out
}

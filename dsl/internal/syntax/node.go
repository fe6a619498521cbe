// Package syntax turns the text of a formula into a tree of our own.
//
// It is the only package that knows expr-lang/expr: its lexer and parser are the
// front end, nothing else of it is used. expr's parser is recursive and can overflow the
// stack of the whole process, its positions count runes and are partly missing, its
// number literals are floats, and it knows neither percentages nor money; so
// a guard walks the tokens first, rewrites what expr can't read into a copy of equal
// length, and the tree is built from that copy with spans in bytes of the original.
package syntax

// Kind tells what a node is.
type Kind uint8

// The kinds of node.
const (
	Number  Kind = iota // Text is the literal as plain digits; Percent, Currency and Per its marks
	Text                // Text is the unescaped string
	Bool                // Text is "true" or "false"
	Name                // Text is the name: words separated by one space, parts by a dot
	Unary               // Text is "-", "+" or "not"
	Binary              // Text is the operator: + - * / == != < <= > >= and or in ??
	Cond                // condition, then, else
	Let                 // Text is the name; Args are value and body
	Call                // Text is the function's name
	List                // Args are the members
	Missing             // Args[0] is the name asked about: x is missing
)

// Node is a part of a formula. The tree is a DAG: the middle of a < b < c is
// shared by both comparisons.
type Node struct {
	Kind     Kind
	Text     string  // see Kind
	Percent  bool    // 12.5%
	Currency string  // 250 USD
	Per      string  // 40 USD per meeting
	Args     []*Node // see Kind
	From, To int     // bytes of the source
}

// Limits bound a formula's text. A zero field means the default.
type Limits struct {
	Bytes  int // 8192
	Tokens int // 2000
	Depth  int // nesting of brackets, 64
	Signs  int // unary operators in a row, 8
}

// MaxBytes is the default of Limits.Bytes.
const MaxBytes = 8 << 10

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set(&l.Bytes, MaxBytes)
	set(&l.Tokens, 2000)
	set(&l.Depth, 64)
	set(&l.Signs, 8)
	return l
}

// Problem is a fault in the text, in bytes of the source.
type Problem struct {
	Code     string // stable, in kebab case
	Message  string // what is wrong
	Hint     string // what to write instead; may be empty
	From, To int    // first byte
}

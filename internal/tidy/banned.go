package tidy

import (
	"go/ast"
	"go/types"
	"strings"
)

// ban names what must not be used and what to use instead.
type ban struct {
	// Name is a types.Func full name ("time.Now", "(pkg.Type).Method"), a
	// variable "pkg.Name", or a whole package "pkg.*".
	Name string
	// Instead says what to write.
	Instead string
	// Programs may use it: commands, examples and benchmarks.
	Programs bool
}

const (
	shopspring  = "github.com/shopspring/decimal"
	takeDate    = "take the date as an argument"
	takeSeed    = "use internal/detmath's random numbers with a seed from the caller"
	takeSetting = "take the setting as an argument"
	divide      = "it rounds at a precision set elsewhere: divide with internal/fixed, which names scale and mode"
	noFloat     = "it goes through float64: parse a decimal string, or format one"
	sortTotal   = "use slices.SortFunc with a total order"
	writeTo     = "write to an io.Writer from the caller"
	returnErr   = "return an error"
	sortedKeys  = "its order is random: go over sorted keys"
)

var bans = []ban{
	{"time.Now", takeDate, true},
	{"time.Since", takeDate, true},
	{"time.Until", takeDate, true},
	{"time.Local", "use dsl/calendar: a civil date has no zone", true},
	{"time.LoadLocation", "use dsl/calendar: a civil date has no zone", true},
	{"math/rand.*", takeSeed, true},
	{"math/rand/v2.*", takeSeed, true},
	{"crypto/rand.*", takeSeed, true},
	{"hash/maphash.*", "its seed is random: use crypto/sha256", true},
	{"os.Getenv", takeSetting, true},
	{"os.LookupEnv", takeSetting, true},
	{"os.Environ", takeSetting, true},

	{"(" + shopspring + ".Decimal).Div", divide, false},
	{"(" + shopspring + ".Decimal).DivRound", divide, false},
	{"(" + shopspring + ".Decimal).Pow", divide, false},
	{"(" + shopspring + ".Decimal).PowInt32", divide, false},
	{"(" + shopspring + ".Decimal).PowBigInt", divide, false},
	{"(" + shopspring + ".Decimal).PowWithPrecision", divide, false},
	{"(" + shopspring + ".Decimal).Ln", divide, false},
	{"(" + shopspring + ".Decimal).ExpHullAbrham", divide, false},
	{"(" + shopspring + ".Decimal).ExpTaylor", divide, false},
	{"(" + shopspring + ".Decimal).Sin", divide, false},
	{"(" + shopspring + ".Decimal).Cos", divide, false},
	{"(" + shopspring + ".Decimal).Tan", divide, false},
	{"(" + shopspring + ".Decimal).Atan", divide, false},
	{"(" + shopspring + ".Decimal).Float64", noFloat, false},
	{"(" + shopspring + ".Decimal).InexactFloat64", noFloat, false},
	{shopspring + ".Avg", divide, false},
	{shopspring + ".NewFromFloat", noFloat, false},
	{shopspring + ".NewFromFloat32", noFloat, false},
	{shopspring + ".NewFromFloatWithExponent", noFloat, false},
	{shopspring + ".DivisionPrecision", divide, false},
	{shopspring + ".PowPrecisionNegativeExponent", divide, false},
	{shopspring + ".ExpMaxIterations", divide, false},
	{shopspring + ".MarshalJSONWithoutQuotes", "it is global: write the JSON form on our own type", false},
	{shopspring + ".TrimTrailingZeros", "it is global: write the text form on our own type", false},

	{"sort.Slice", sortTotal, false},
	{"sort.SliceStable", sortTotal, false},
	{"sort.Sort", sortTotal, false},
	{"sort.Stable", sortTotal, false},
	{"(*sync.Map).Range", sortedKeys, false},
	{"(reflect.Value).MapKeys", sortedKeys, false},
	{"(reflect.Value).MapRange", sortedKeys, false},

	{"fmt.Print", writeTo, true},
	{"fmt.Printf", writeTo, true},
	{"fmt.Println", writeTo, true},
	{"log.*", returnErr, true},
	{"os.Exit", returnErr, true},
	{"builtin.print", writeTo, false},
	{"builtin.println", writeTo, false},
}

// banned finds uses of the names in the table, and panics outside Must… helpers.
func banned(t *Tree) []Finding {
	var out []Finding
	for _, p := range t.Packages {
		for _, f := range p.Sources() {
			ast.PreorderStack(f.Syntax, nil, func(n ast.Node, stack []ast.Node) bool {
				id, ok := n.(*ast.Ident)
				if !ok {
					return true
				}
				name := p.fullName(id)
				if name == "builtin.panic" && !inMust(stack) {
					out = append(out, t.at(id.Pos(), "panic outside a Must… helper: return an error"))
				}
				if b, ok := bannedName(p.Dir, name); ok {
					out = append(out, t.at(id.Pos(), "%s is banned here: %s", name, b.Instead))
				}
				return true
			})
		}
	}
	return out
}

// bannedName looks a full name up for a package.
func bannedName(dir, name string) (ban, bool) {
	for _, b := range bans {
		whole, all := strings.CutSuffix(b.Name, ".*")
		hit := name == b.Name || all && packageOf(name) == whole
		if hit && !(b.Programs && within(dir, programs)) {
			return b, true
		}
	}
	return ban{}, false
}

// packageOf returns the package of "path/pkg.Name" and "(*path/pkg.Type).Name".
func packageOf(name string) string {
	name = strings.TrimLeft(name, "(*")
	folder := name[:strings.LastIndex(name, "/")+1]
	pkg, _, _ := strings.Cut(name[len(folder):], ".")
	return folder + pkg
}

// fullName returns the name of what an identifier uses, as in ban.Name, or ""
// for what belongs to no package.
func (p *Package) fullName(id *ast.Ident) string {
	switch obj := p.types.info.Uses[id].(type) {
	case *types.Func:
		return obj.Origin().FullName()
	case *types.Builtin:
		return "builtin." + obj.Name()
	case *types.Var:
		if obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() {
			return obj.Pkg().Path() + "." + obj.Name()
		}
	case *types.TypeName, *types.Const:
		if obj.Pkg() != nil {
			return obj.Pkg().Path() + "." + obj.Name()
		}
	}
	return ""
}

// inMust reports whether the enclosing function is a Must… or must… helper.
func inMust(stack []ast.Node) bool {
	for _, n := range stack {
		if fn, ok := n.(*ast.FuncDecl); ok {
			return strings.HasPrefix(fn.Name.Name, "Must") || strings.HasPrefix(fn.Name.Name, "must")
		}
	}
	return false
}

package ir

var opNames = [...]string{
	Const: "const", Input: "input", Text: "text", Neg: "neg", Add: "add", Sub: "sub", Mul: "mul", Div: "div", Mod: "mod",
	Min: "min", Max: "max", Abs: "abs", Round: "round", Rescale: "rescale", Compare: "compare", TextIn: "one of", And: "and",
	Or: "or", Not: "not", Cond: "if", Let: "let", Missing: "missing", Coalesce: "coalesce", Attain: "attainment",
	Curve: "curve", Slices: "slices", Line: "line", Grid: "grid", AddMonths: "months", Call: "call",
}

// String is the name of the operation, as dsl.Part has it.
func (o Op) String() string { return opNames[o] }

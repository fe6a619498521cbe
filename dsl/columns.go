package dsl

import (
	"fmt"

	"github.com/payproof/payproof/dsl/internal/eval"
	"github.com/payproof/payproof/dsl/unit"
)

// Columns hold the inputs of many rows, one column for each input that a formula reads. They
// are made by [Env.NewColumns], and the slices given to them are read, never written or kept
// beyond the next call. A column that was not set is missing in every row.
type Columns struct {
	inputs []Input
	cols   eval.Columns
}

// NewColumns are columns of that many rows for the inputs of e.
func (e Env) NewColumns(rows int) *Columns {
	n := len(e.Inputs)
	return &Columns{inputs: e.Inputs, cols: eval.Columns{Rows: rows, Coef: make([][]int64, n), Has: make([][]bool, n), Text: make([][]string, n)}}
}

// Reset makes every column missing, and sets the number of rows.
func (c *Columns) Reset(rows int) {
	c.cols.Rows = rows
	clear(c.cols.Coef)
	clear(c.cols.Has)
	clear(c.cols.Text)
}

// SetInt gives an input its coefficients, at the input's own number of decimal places: of a
// count 3, of an amount of 12.34 USD 1234; of a date its ordinal, of an enum the index of the
// member. has says which rows have a value; nil is all. The error says that the lengths do not
// fit, or that the input is a text without an enum, or a member is none.
func (c *Columns) SetInt(i int, coefficients []int64, has []bool) error {
	in := c.inputs[i]
	switch {
	case len(coefficients) != c.cols.Rows || has != nil && len(has) != c.cols.Rows:
		return fmt.Errorf("%s: a column of %d rows was given %d values", in.Name, c.cols.Rows, len(coefficients))
	case in.Unit.Kind == unit.Text && in.Enum == nil:
		return fmt.Errorf("%s is a text without an enum: use SetText", in.Name)
	case in.Enum != nil:
		for row, m := range coefficients {
			if (has == nil || has[row]) && (m < 0 || m >= int64(len(in.Enum))) {
				return fmt.Errorf("%s has no member %d in row %d: it is one of %q", in.Name, m, row, in.Enum)
			}
		}
	}
	c.cols.Coef[i], c.cols.Has[i] = coefficients, has
	return nil
}

// SetText gives a text without an enum its values. has is as for SetInt.
func (c *Columns) SetText(i int, texts []string, has []bool) error {
	in := c.inputs[i]
	switch {
	case len(texts) != c.cols.Rows || has != nil && len(has) != c.cols.Rows:
		return fmt.Errorf("%s: a column of %d rows was given %d values", in.Name, c.cols.Rows, len(texts))
	case in.Unit.Kind != unit.Text || in.Enum != nil:
		return fmt.Errorf("%s is no text without an enum: use SetInt", in.Name)
	}
	c.cols.Text[i], c.cols.Has[i] = texts, has
	return nil
}

// Results are the values of a formula over columns: Coef by row, at the formula's decimal
// places, and in order of rows those that fit no int64 or have no value. The zero value is ready,
// and keeps its storage from one call to the next; it belongs to one goroutine.
type Results struct {
	Coef   []int64 // by row; 0 for the others
	Others []Other // in order of rows
	work   eval.Scratch
}

// Other is a row whose value fits no int64, or that has none: then Err is an *EvalError.
type Other struct {
	Row   int
	Value Value
	Err   error
}

// EvalColumns computes the formula over all rows, with the values that Eval gives row by row.
// The columns must be those of an Env with the formula's inputs.
func (f *Formula) EvalColumns(c *Columns, out *Results) {
	if cap(out.Coef) < c.cols.Rows {
		out.Coef = make([]int64, c.cols.Rows)
	}
	out.Coef, out.Others = out.Coef[:c.cols.Rows], out.Others[:0]
	c.cols.Literals, c.cols.Texts = f.literals, f.texts
	foreign := false // a fault of a shared program, in the words of another formula
	f.program.Columns(&c.cols, &out.work, out.Coef, func(row int, v eval.Result, fault *eval.Fault) {
		o := Other{Row: row}
		if fault != nil {
			foreign = foreign || f.literals != nil
			o.Err = f.fault(fault)
		} else {
			o.Value = f.value(nil, v)
		}
		out.Others = append(out.Others, o)
	})
	if foreign {
		f.own().EvalColumns(c, out)
	}
}

package spec

import (
	"fmt"
	"regexp"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/dsl/trace"
)

var roundedTogether = regexp.MustCompile(`so far, (\S+), less (\S+) posted before`)

// addsUp re-derives the arithmetic of an explanation from its leaves, as Op.Meaning says, and from nothing of the engine.
func addsUp(n *trace.Node) error {
	var args []decimal.Decimal
	for _, a := range n.Args {
		if err := addsUp(a); err != nil {
			return err
		}
		d, err := decimal.NewFromString(a.Value)
		if err != nil { // a condition, or an event of which only the fields are shown
			d = decimal.Zero
		}
		args = append(args, d)
	}
	want, known := redone(n, args)
	if !known {
		return nil
	}
	if got, err := decimal.NewFromString(n.Value); err != nil || !got.Equal(want) {
		return fmt.Errorf("%s %s is %s, by its children %s", n.Op, n.Label, n.Value, want)
	}
	return nil
}

// redone is what a node is by its children, of a company that rounds half-even to cents.
func redone(n *trace.Node, args []decimal.Decimal) (want decimal.Decimal, known bool) {
	switch n.Op {
	case trace.Payout, trace.Sum:
		for _, a := range args {
			want = want.Add(a)
		}
		return want, len(args) > 0
	case trace.Sub:
		return args[0].Sub(args[1]), true
	case trace.Add:
		return args[0].Add(args[1]), true
	case trace.Mul:
		return args[0].Mul(args[1]), true
	case trace.Max:
		return decimal.Max(args[0], args[1:]...), true
	case trace.If:
		return args[1], true
	case trace.Gate:
		if len(args) == 1 {
			return decimal.Zero, true
		}
		return args[1], true
	case trace.Earning:
		return args[0], true
	case trace.Round:
		return args[0].RoundBank(2), true
	case trace.Cumulative:
		if m := roundedTogether.FindStringSubmatch(n.Detail); m != nil {
			return decimal.RequireFromString(m[1]).RoundBank(2).Sub(decimal.RequireFromString(m[2])), true
		}
	}
	return want, false
}

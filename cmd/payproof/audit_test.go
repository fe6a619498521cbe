package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/payproof/payproof/compensation"
)

// node is an explanation as an auditor reads it: the JSON, and nothing of the
// engine.
type node struct {
	Op, Label, Value, Detail string
	Args                     []node
}

func (n node) num() decimal.Decimal { return decimal.RequireFromString(n.Value) }

var (
	sliceText   = regexp.MustCompile(`^(\S+) at (\S+) from`)
	carriedText = regexp.MustCompile(`so far, (\S+), less (\S+) posted before`)
	shareText   = regexp.MustCompile(`share (\S+) of (\S+)$`)
)

// audit re-derives a node from its children, and looks its leaves up in the CSVs.
func audit(n node, events map[string]map[string]string) error {
	for _, a := range n.Args {
		if err := audit(a, events); err != nil {
			return err
		}
	}
	want, known, err := redo(n, events)
	if err != nil || known && n.num().Cmp(want) != 0 {
		return fmt.Errorf("%s %s is %s, re-derived %s (%v)", n.Op, n.Label, n.Value, want, err)
	}
	return nil
}

func total(ns []node, ops ...string) (sum decimal.Decimal) {
	for _, a := range ns {
		if len(ops) == 0 || slices.Contains(ops, a.Op) {
			sum = sum.Add(a.num())
		}
	}
	return sum
}

// redo is what a node must be, by its children.
func redo(n node, events map[string]map[string]string) (want decimal.Decimal, known bool, err error) {
	switch n.Op {
	case "payout", "sum":
		return total(n.Args), true, nil
	case "marginal":
		return total(n.Args, "slice"), true, slicesMakeUp(n)
	case "max":
		return decimal.Max(n.Args[0].num(), n.Args[1].num()), true, nil
	case "distinct":
		seen := map[string]bool{}
		for _, a := range n.Args {
			value, _, _ := strings.Cut(a.Detail, ", ")
			seen[value] = true
		}
		return decimal.NewFromInt(int64(len(seen))), true, nil
	case "compare":
		return want, false, compares(n)
	case "credit":
		return credited(n), true, nil
	case "rolled up":
		if whole := n.Args[0].num(); n.num().Abs().GreaterThan(whole.Abs()) || n.num().Sign()*whole.Sign() < 0 {
			return whole, true, fmt.Errorf("more than the event")
		}
	case "slice":
		m := sliceText.FindStringSubmatch(n.Detail)
		return decimal.RequireFromString(m[1]).Mul(decimal.RequireFromString(m[2])), true, nil
	case "earning", "let", "input":
		if len(n.Args) == 1 && n.Args[0].Op != "event" {
			return n.Args[0].num(), true, nil
		}
	case "round":
		return n.Args[0].num().RoundBank(2), true, nil
	case "cumulative":
		if m := carriedText.FindStringSubmatch(n.Detail); m != nil {
			return decimal.RequireFromString(m[1]).RoundBank(2).Sub(decimal.RequireFromString(m[2])), true, nil
		}
	case "gate":
		if len(n.Args) == 1 {
			return decimal.Zero, true, nil
		}
		return n.Args[1].num(), true, nil
	case "mul":
		return n.Args[0].num().Mul(n.Args[1].num()), true, nil
	case "add":
		return n.Args[0].num().Add(n.Args[1].num()), true, nil
	case "sub":
		return n.Args[0].num().Sub(n.Args[1].num()), true, nil
	case "if":
		return n.Args[1].num(), true, nil
	case "count":
		return decimal.NewFromInt(int64(len(n.Args))), true, nil
	case "allocated":
		m := shareText.FindStringSubmatch(n.Detail)
		ideal := decimal.RequireFromString(m[1]).Mul(decimal.RequireFromString(m[2]))
		if off := ideal.Sub(n.num()).Abs(); off.GreaterThanOrEqual(decimal.New(1, -2)) {
			return ideal, true, fmt.Errorf("a cent or more off its share")
		}
		if whole := decimal.RequireFromString(m[2]); !whole.Equal(credited(n)) {
			return whole, true, fmt.Errorf("not what the rule gives for the event")
		}
	case "event":
		return decimal.RequireFromString(events[n.Label]["amount"]), true, matchesRow(n, events[n.Label])
	}
	return want, false, nil
}

// credited is what a rule of payproof.yaml gives for the event of a credit.
func credited(n node) decimal.Decimal {
	amount := n.Args[0].num()
	if n.Label == "renewals-count-half" {
		return amount.Mul(decimal.New(5, -1))
	}
	return amount
}

// slicesMakeUp checks that the slices of a deal are what lies between the measure
// before it and after it.
func slicesMakeUp(n node) error {
	whole, sliced := decimal.Zero, decimal.Zero
	for _, a := range n.Args {
		switch {
		case a.Op == "slice":
			sliced = sliced.Add(decimal.RequireFromString(sliceText.FindStringSubmatch(a.Detail)[1]))
		case strings.HasPrefix(a.Label, "after("):
			whole = whole.Add(a.num())
		case strings.HasPrefix(a.Label, "before("):
			whole = whole.Sub(a.num())
		}
	}
	if !whole.Equal(sliced) {
		return fmt.Errorf("the slices come to %s of %s", sliced, whole)
	}
	return nil
}

// compares redoes a comparison of numbers.
func compares(n node) error {
	if strings.HasPrefix(n.Detail, "one of") {
		return nil
	}
	c := n.Args[0].num().Cmp(n.Args[1].num())
	holds := map[string]bool{"==": c == 0, "!=": c != 0, "<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[n.Detail]
	if fmt.Sprint(holds) != n.Value {
		return fmt.Errorf("%s %s %s is not %s", n.Args[0].Value, n.Detail, n.Args[1].Value, n.Value)
	}
	return nil
}

// matchesRow compares every field that a leaf shows with the line of the CSV.
func matchesRow(n node, row map[string]string) error {
	if row == nil {
		return fmt.Errorf("no line of the CSVs has this id")
	}
	for field := range strings.SplitSeq(n.Detail, ", ") {
		name, value, _ := strings.Cut(field, " ")
		if row[name] != value {
			return fmt.Errorf("%s is %q in the CSV", name, row[name])
		}
	}
	return nil
}

// dealsByID are the lines of the events' CSVs.
func dealsByID(t *testing.T) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	for _, r := range list(t, "events/deal-2026-q1.csv", "events/deal-2026-q2.csv") {
		out[r["id"]] = r
	}
	return out
}

// Every payout of every payee, re-derived without the engine: sums, slices,
// products and roundings, down to lines of the CSVs.
func TestEveryExplanationAddsUpDownToTheRows(t *testing.T) {
	events := dealsByID(t)
	book, err := (&app{}).open(t.Context(), saas, nil)
	if err != nil {
		t.Fatal(err)
	}
	run, err := book.Run(t.Context(), compensation.Request{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for p := range run.Payouts() {
		if n++; testing.Short() && n%10 != 0 {
			continue
		}
		why, err := run.Explain(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		var tree node
		if err := errors.Join(why.WriteJSON(&b), json.Unmarshal(b.Bytes(), &tree)); err != nil {
			t.Fatal(err)
		}
		if err := audit(tree, events); err != nil || tree.num().Cmp(p.Amount.Decimal()) != 0 {
			t.Errorf("%s: explained %s, paid %s: %v", p.ID, tree.Value, p.Amount, err)
		}
	}
	if n < 1000 {
		t.Errorf("only %d payouts", n)
	}
}

// The audit itself must be able to fail.
func TestAnAlteredExplanationIsCaught(t *testing.T) {
	events := dealsByID(t)
	_, text, _ := call("explain", saas, "2026-03/p007/commission", "--format", "json")
	for _, change := range [][2]string{
		{`"value": "15533.39"`, `"value": "15533.38"`},
		{`"value": "6200"`, `"value": "6201"`},
		{"account a0161", "account a0162"},
		{"at 0.12 from", "at 0.11 from"},
	} {
		altered := strings.Replace(text, change[0], change[1], 1)
		var n node
		if err := json.Unmarshal([]byte(altered), &n); err != nil || altered == text {
			t.Fatalf("%v changes nothing: %v", change, err)
		}
		if audit(n, events) == nil {
			t.Errorf("%v went unseen", change)
		}
	}
}

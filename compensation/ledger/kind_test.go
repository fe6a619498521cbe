package ledger

import (
	"slices"
	"testing"
)

func TestKindsReadBack(t *testing.T) {
	for k := range Kinds() {
		if got, err := ParseKind(k.String()); err != nil || got != k {
			t.Errorf("%s reads back as %s, %v", k, got, err)
		}
	}
	for _, text := range []string{"", "earned", "Earned ", "kind 0", "kind 99"} {
		if got, err := ParseKind(text); err == nil {
			t.Errorf("%q reads as %s", text, got)
		}
	}
	marks := 0
	for k := range Kinds() {
		if k.Mark() {
			marks++
		}
	}
	if n := len(slices.Collect(Kinds())); n-marks != 19 || marks != 4 {
		t.Errorf("there are %d kinds, of which %d are marks; the semantics name 19, and a pay period has 4 marks", n, marks)
	}
}

func TestEveryKindOfMoneyButPaidHasAnEffect(t *testing.T) {
	for k := range Kinds() {
		effect := k.Effect()
		if (effect == Effect{}) != (k == Paid || k.Mark()) {
			t.Errorf("%s has the effect %+v", k, effect)
		}
		if (effect.Balance == 0) != (effect.Sign == 0) {
			t.Errorf("%s: balance and sign belong together: %+v", k, effect)
		}
	}
	if effect := Kind(200).Effect(); effect != (Effect{}) {
		t.Errorf("an unknown kind has the effect %+v", effect)
	}
}

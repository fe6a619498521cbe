package ledger

import (
	"strings"
	"testing"
)

// The hash was made by hand, with printf and sha256sum.
const (
	firstBatch = "payproof-ledger\t1\t000000000001\t0000000000000000000000000000000000000000000000000000000000000000\n" +
		"posted_in\tpayee\tplan\tcomponent\tevent\tearned_for\tkind\tcurrency\tamount\tplan_currency\tplan_amount\tcause\tactor\n" +
		"2026-03\tana\tae\tcommission\tD-17\t2026-02\tEarned\tUSD\t4800.00\tEUR\t4400.50\ttier 2\tbo\n"
	firstHead = "1:ec41668e7a2d3097b5f6ee62a4a2df49f1e6201dec87f4763f41c54a8a56c175"
)

func TestTheHashOfABatchCanBeMadeByHand(t *testing.T) {
	entries := []Entry{lineCases[0].entry}
	if got := string(AppendBatch(nil, Head{}, entries)); got != firstBatch {
		t.Errorf("got\n%s\nwant\n%s", got, firstBatch)
	}
	if head, err := (Head{}).Next(entries); err != nil || head.String() != firstHead {
		t.Errorf("head is %s, %v; want %s", head, err, firstHead)
	}
}

func TestHeadsReadBack(t *testing.T) {
	for _, text := range []string{firstHead, Head{}.String()} {
		if h, err := ParseHead(text); err != nil || h.String() != text {
			t.Errorf("%s reads as %s, %v", text, h, err)
		}
	}
	for _, text := range []string{"", "1", "1:", "0" + firstHead, "-" + firstHead, firstHead + "00", strings.ToUpper(firstHead), "x" + firstHead[1:]} {
		if h, err := ParseHead(text); err == nil {
			t.Errorf("%q reads as %s", text, h)
		}
	}
}

func TestABatchBindsTheOneBefore(t *testing.T) {
	entries := []Entry{lineCases[0].entry}
	first, _ := Head{}.Next(entries)
	other, _ := Head{}.Next(nil)
	afterFirst, _ := first.Next(entries)
	afterOther, _ := other.Next(entries)
	if afterFirst.Hash == afterOther.Hash || afterFirst.Hash == first.Hash {
		t.Error("the same entries after another batch have the same hash")
	}
}

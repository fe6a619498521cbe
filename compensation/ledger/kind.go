package ledger

import (
	"fmt"
	"iter"
)

// Kind says what an entry records. Its zero value is no kind. The set may grow in a
// minor version, so a switch over it needs a default case.
type Kind uint8

// The kinds, with the sign that their amount usually has. [Kind.Effect] says which
// balance each of them moves.
const (
	Earned          Kind = iota + 1 // Earned is what a component earned: any sign.
	Capped                          // Capped is what a cap takes (−), or gives back (+) when room is freed.
	GuaranteeTopUp                  // GuaranteeTopUp raises earnings to a guaranteed minimum (+).
	Held                            // Held keeps back what is earned but not yet due (−).
	Released                        // Released makes held money due (+), or holds it again after a refund (−).
	HoldCancelled                   // HoldCancelled takes back an earning while it is still held (−).
	ClawedBack                      // ClawedBack takes back what was earned (−).
	PriorPeriod                     // PriorPeriod is the difference of a closed period re-derived: any sign.
	Adjusted                        // Adjusted is a manual entry: any sign.
	DrawAdvanced                    // DrawAdvanced is paid ahead of earnings, and owed (+).
	DrawRecovered                   // DrawRecovered is taken from earnings against the draw owed (−).
	Reserved                        // Reserved is a share of a payment that is kept (−).
	ReserveReleased                 // ReserveReleased pays a reserve out after its time (+).
	ReserveConsumed                 // ReserveConsumed covers a negative payable from the reserve (+).
	CarriedForward                  // CarriedForward closes a period with a balance (negative payable +, too little to pay −) and opens the next with its reverse.
	WrittenOff                      // WrittenOff forgives a negative carried balance (+).
	Forfeited                       // Forfeited is held money that a leaver loses (−).
	FXDifference                    // FXDifference is the gain (+) or loss (−) of recovering at another rate than recorded.
	Paid                            // Paid leaves for payroll (+), or comes back from the payee (−).
	Approved                        // Approved is a mark: somebody agrees with what a pay period is to post.
	Closed                          // Closed is a mark: the pay period is in the ledger.
	Reopened                        // Reopened is a mark: differences may be posted to the pay period again.
	Disbursed                       // Disbursed is a mark: the pay period's payments are with payroll, and it stays closed.
)

// kindNames are the names in lines; what stands here is never renamed.
var kindNames = [...]string{
	Earned: "Earned", Capped: "Capped", GuaranteeTopUp: "GuaranteeTopUp",
	Held: "Held", Released: "Released", HoldCancelled: "HoldCancelled",
	ClawedBack: "ClawedBack", PriorPeriod: "PriorPeriod", Adjusted: "Adjusted",
	DrawAdvanced: "DrawAdvanced", DrawRecovered: "DrawRecovered",
	Reserved: "Reserved", ReserveReleased: "ReserveReleased", ReserveConsumed: "ReserveConsumed",
	CarriedForward: "CarriedForward", WrittenOff: "WrittenOff", Forfeited: "Forfeited",
	FXDifference: "FXDifference", Paid: "Paid",
	Approved: "Approved", Closed: "Closed", Reopened: "Reopened", Disbursed: "Disbursed",
}

// Kinds are all kinds that this version knows, in the order of the constants.
func Kinds() iter.Seq[Kind] {
	return func(yield func(Kind) bool) {
		for k := Earned; k.known(); k++ {
			if !yield(k) {
				return
			}
		}
	}
}

// String is the name of the constant, as it stands in lines: "DrawAdvanced".
func (k Kind) String() string {
	if !k.known() {
		return fmt.Sprintf("kind %d", uint8(k))
	}
	return kindNames[k]
}

// ParseKind reads the names that [Kind.String] writes.
func ParseKind(text string) (Kind, error) {
	for k := range Kinds() {
		if kindNames[k] == text {
			return k, nil
		}
	}
	return 0, fmt.Errorf("%.60q is no kind of entry: write %s … %s as the constants of package ledger are spelled, or read it with a newer version", text, Earned, Disbursed)
}

// Mark reports whether entries of the kind are about a pay period as a whole: they have no payee, and move no money.
func (k Kind) Mark() bool { return k >= Approved && k.known() }

func (k Kind) known() bool { return k >= Earned && int(k) < len(kindNames) }

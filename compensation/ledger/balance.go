package ledger

import (
	"fmt"

	"github.com/payproof/payproof/dsl/money"
)

// Balance is something that stays with a payee, per currency, from one period to the
// next. The zero value is no balance.
type Balance uint8

// The balances, each with what a positive one means.
const (
	BalanceHeld    Balance = iota + 1 // BalanceHeld is earned and not yet due.
	BalanceReserve                    // BalanceReserve is due and kept as a security.
	BalanceDraw                       // BalanceDraw is what the payee owes from draws.
	BalanceCarried                    // BalanceCarried is due later; when negative, the payee owes it.
)

// String is "held", "reserve", "draw owed", "carried" or "no balance".
func (b Balance) String() string {
	switch b {
	case BalanceHeld:
		return "held"
	case BalanceReserve:
		return "reserve"
	case BalanceDraw:
		return "draw owed"
	case BalanceCarried:
		return "carried"
	}
	return "no balance"
}

// Effect is what an entry of a kind does, besides the payment itself.
type Effect struct {
	// Income says that the amount changes what the payee has earned in all.
	Income bool
	// Balance is the balance that moves, zero for none.
	Balance Balance
	// Sign is +1 when the balance moves by the amount, −1 by its negative, and 0
	// when there is no balance.
	Sign int
}

// Effect is this table:
//
//	kind                                               income  balance moves by
//	Earned Capped GuaranteeTopUp ClawedBack
//	PriorPeriod Adjusted FXDifference                  yes
//	HoldCancelled Forfeited                            yes     held       + amount
//	WrittenOff                                         yes     carried    + amount
//	Held Released                                      no      held       − amount
//	DrawAdvanced DrawRecovered                         no      draw owed  + amount
//	Reserved ReserveReleased ReserveConsumed           no      reserve    − amount
//	CarriedForward                                     no      carried    − amount
//	Paid                                               no
//
// A kind moves one balance at most. What would take another goes through carried: a
// draw that is forgiven is DrawRecovered −X, CarriedForward +X, WrittenOff +X; one
// that is invoiced stops before WrittenOff and later is CarriedForward −X, Paid −X; a
// reserve that is lost is ReserveConsumed +X against Adjusted −X.
//
// The source is the conservation identity of the semantics, §8. An unknown kind has
// no effect.
func (k Kind) Effect() Effect {
	switch k {
	case Earned, Capped, GuaranteeTopUp, ClawedBack, PriorPeriod, Adjusted, FXDifference:
		return Effect{Income: true}
	case HoldCancelled, Forfeited:
		return Effect{Income: true, Balance: BalanceHeld, Sign: 1}
	case WrittenOff:
		return Effect{Income: true, Balance: BalanceCarried, Sign: 1}
	case Held, Released:
		return Effect{Balance: BalanceHeld, Sign: -1}
	case DrawAdvanced, DrawRecovered:
		return Effect{Balance: BalanceDraw, Sign: 1}
	case Reserved, ReserveReleased, ReserveConsumed:
		return Effect{Balance: BalanceReserve, Sign: -1}
	case CarriedForward:
		return Effect{Balance: BalanceCarried, Sign: -1}
	default:
		return Effect{}
	}
}

// Side is the side of the identity of [Conserve] on which amounts of the kind stand: 1 for the left, what is earned, −1
// for the right, what is paid or kept, and 0 for both or none.
func (k Kind) Side() int {
	effect, side := k.Effect(), 0
	switch {
	case effect.Income:
		side = 1
	case k == Paid:
		side = -1
	}
	if effect.Balance == BalanceDraw {
		return side + effect.Sign
	}
	return side - effect.Sign
}

// Balances are the balances of one payee in one currency. The zero value is the
// beginning: nothing of any currency.
type Balances struct {
	// Held, Reserve, DrawOwed and Carried are signed as [Balance] says.
	Held, Reserve, DrawOwed, Carried money.Amount
}

// Post gives the balances after an entry. They are unchanged by one that moves none.
// The error is that of [money.Amount.Add]: balances of two currencies don't mix.
func (b Balances) Post(e Entry) (Balances, error) {
	return b.move(e.Kind, e.Amount)
}

func (b Balances) move(k Kind, amount money.Amount) (Balances, error) {
	effect := k.Effect()
	at := b.at(effect.Balance)
	if at == nil {
		return b, nil
	}
	if effect.Sign < 0 {
		amount = amount.Neg()
	}
	sum, err := at.Add(amount)
	if err != nil {
		return b, fmt.Errorf("ledger: balance %s: %w", effect.Balance, err)
	}
	*at = sum
	return b, nil
}

func (b *Balances) at(which Balance) *money.Amount {
	switch which {
	case BalanceHeld:
		return &b.Held
	case BalanceReserve:
		return &b.Reserve
	case BalanceDraw:
		return &b.DrawOwed
	case BalanceCarried:
		return &b.Carried
	}
	return nil
}

// net is the balances as they stand on the right of the identity.
func (b Balances) net() (money.Amount, error) {
	return money.Sum(b.Held, b.Reserve, b.DrawOwed.Neg(), b.Carried)
}

package workload

import "fmt"

// who owns an account: First until the day before Moves, then Second. Moves is a day
// of the quarter, or Days when the account stays.
type ownership struct{ first, second, moves int }

// movers is one account in how many that moves.
const movers = 20

// owner is the ownership of an account.
func (q Quarter) owner(account int) ownership {
	if q.Whale && account == 0 {
		return ownership{moves: Days}
	}
	o := ownership{first: q.below(ofOwner, account, q.Reps), moves: Days}
	mover := q.below(ofMover, account/movers, movers)
	if q.Whale && account < movers {
		mover = max(1, mover)
	}
	if account%movers == mover && q.Reps > 1 {
		o.moves = 31 + q.below(ofMoveDay, account, 28) // in February
		o.second = (o.first + 1 + q.below(ofNewOwner, account, q.Reps-1)) % q.Reps
	}
	return o
}

// on is the rep who owns the account on a day.
func (o ownership) on(day int) int {
	if day >= o.moves {
		return o.second
	}
	return o.first
}

// region is where an account is.
func (q Quarter) region(account int) int { return q.below(ofRegion, account, Regions) }

// size is the number of people on a level: reps are 0, managers 1, directors 2.
func (q Quarter) size(level int) int {
	switch level {
	case 0:
		return q.Reps
	case 1:
		return q.Managers
	}
	return max(1, q.Directors>>(level-2))
}

// above is who a person's manager is, one level up.
func (q Quarter) above(level, n int) int { return n % q.size(level+1) }

// person is the key of somebody on a level.
func person(level, n int) string {
	if level == 0 {
		return fmt.Sprintf("r%05d", n)
	}
	return fmt.Sprintf("m%d-%04d", level, n)
}

func engineer(n int) string    { return fmt.Sprintf("s%04d", n) }
func accountKey(n int) string  { return fmt.Sprintf("a%06d", n) }
func eventID(n int) string     { return fmt.Sprintf("e%08d", n) }
func productName(n int) string { return fmt.Sprintf("P%02d", n+1) }
func familyName(n int) string  { return fmt.Sprintf("F%d", n+1) }
func regionName(n int) string  { return fmt.Sprintf("R%02d", n+1) }
func geoName(n int) string     { return fmt.Sprintf("G%d", n+1) }
func channelName(n int) string { return fmt.Sprintf("C%d", n+1) }

// names are the members of an enum.
func names(n int, name func(int) string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = name(i)
	}
	return out
}

// meanCents is the mean of an amount that is not negative.
const meanCents = 150_00 * (1<<magnitudes - 1) / magnitudes

// expected is what a rep can expect to sell in the quarter, in cents.
func (q Quarter) expected() int64 {
	return max(1, int64(q.Events)*meanCents/int64(q.Reps))
}

// thousands rounds cents down to thousands of dollars, at least one.
func thousands(cents int64) int64 { return max(1, cents/100_000) * 100_000 }

// quota is what somebody on a level has to reach, in cents: 65 % of what can be expected
// is bookings, and quotas lie at 60 % to 160 % of that.
func (q Quarter) quota(level, n int) int64 {
	percent := 60 + int64(q.below(ofQuota, level<<32+n, 101))
	return thousands(q.expected() * int64(q.Reps) / int64(q.size(level)) * 65 / 100 * percent / 100)
}

// target is a manager's target pay of the quarter, in cents.
func (q Quarter) target(level, n int) int64 {
	return int64(8_000+500*q.below(ofTarget, level<<32+n, 20)) * 100
}

// RenewalCap is the most that a rep is paid for renewals in the quarter, in cents:
// about half of the reps reach it.
func (q Quarter) RenewalCap() int64 {
	q = q.orDefault()
	return max(1, q.expected()*32/100*3/100/100_00) * 100_00
}

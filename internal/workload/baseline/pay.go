package baseline

import "iter"

// payee is somebody to pay.
type payee struct {
	*totals
	quota, target int64 // cents
}

// components are the components of a role and what each pays, by month.
func (p payee) components(role string, renewalCap int64) iter.Seq2[string, [months]int64] {
	return func(yield func(string, [months]int64) bool) {
		switch role {
		case "Rep":
			_ = yield("commission", p.commission()) &&
				yield("renewals", capped(cumulative(p.renewals, 3, 100), renewalCap)) &&
				yield("uplift", cumulative(p.uplift, 1, 1000)) &&
				yield("bonus", p.bonus())
		case "Manager":
			_ = yield("target", p.bonusOfTarget()) &&
				yield("renewals", p.teamRenewals()) &&
				yield("override", cumulative(p.uplift, 1, 1000*100))
		case "Engineer":
			_ = yield("support", cumulative(p.supported, 5, 1000))
		}
	}
}

// cumulative pays num/den of what is counted: the rounded total so far, less what
// was paid before.
func cumulative(counted [months]int64, num, den int64) (out [months]int64) {
	total, paid := int64(0), int64(0)
	for m, n := range counted {
		total += n * num
		out[m] = halfEven(total, den) - paid
		paid += out[m]
	}
	return out
}

// commission is 5 % of bookings up to the quota, 8 % up to one and a half, and 11 %
// above.
func (p payee) commission() (out [months]int64) {
	sold, paid := int64(0), int64(0)
	for m, n := range p.bookings {
		sold += n
		hundredths := sold * 100 // of a cent, so that the edges are whole numbers
		slices := 5*hundredths + 3*max(0, hundredths-100*p.quota) + 3*max(0, hundredths-150*p.quota)
		out[m] = halfEven(slices, 100*100) - paid
		paid += out[m]
	}
	return out
}

// capped pays no more than the cap in the quarter, and gives back what a
// cancellation frees.
func capped(amounts [months]int64, most int64) [months]int64 {
	gross, paid := int64(0), int64(0)
	for m := range amounts {
		gross += amounts[m]
		amounts[m] = min(gross, most) - paid
		paid += amounts[m]
	}
	return amounts
}

// sum is that of the quarter.
func sum(amounts [months]int64) (total int64) {
	for _, n := range amounts {
		total += n
	}
	return total
}

func (p payee) bonus() (out [months]int64) {
	if sum(p.bookings)*100 < p.quota*80 {
		return out
	}
	if out[months-1] = 1_000_00; p.differentOnes() >= 4 {
		out[months-1] = 2_500_00
	}
	return out
}

// bonusOfTarget is a share of the target by attainment.
func (p payee) bonusOfTarget() (out [months]int64) {
	share, team := int64(0), sum(p.bookings)
	for _, tier := range [...][2]int64{{70, 50}, {90, 85}, {100, 100}, {120, 140}} {
		if team*100 >= p.quota*tier[0] {
			share = tier[1]
		}
	}
	out[months-1] = halfEven(p.target*share, 100)
	return out
}

func (p payee) teamRenewals() (out [months]int64) {
	if sum(p.bookings)*100 >= p.quota*60 {
		out[months-1] = halfEven(sum(p.renewals), 1000)
	}
	return out
}

// halfEven divides, half to even.
func halfEven(n, d int64) int64 {
	q, r := n/d, n%d
	if n < 0 {
		return -halfEven(-n, d)
	}
	if 2*r > d || 2*r == d && q%2 == 1 {
		q++
	}
	return q
}

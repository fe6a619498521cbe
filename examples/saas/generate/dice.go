package main

// dice are reproducible random numbers: SplitMix64 (Steele, Lea and Flood, 2014).
// The standard library's generators keep their algorithms but not the order in which
// their helpers draw, and the example's bytes must survive a new Go release.
type dice struct{ state uint64 }

// newDice returns the dice of one stream of a seed: streams don't disturb each other.
func newDice(seed, stream uint64) *dice {
	d := &dice{state: seed ^ stream<<56}
	d.next()
	return d
}

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number in [0, n). The bias of the modulus is far below what
// thousands of draws could show.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// between returns a number in [low, high].
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// chance is true in so many of a hundred draws.
func (d *dice) chance(percent int) bool { return d.below(100) < percent }

// pick returns an index with the probability of its weight.
func (d *dice) pick(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := d.below(total)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// shuffle puts a list into a random order (Fisher and Yates).
func shuffle[T any](d *dice, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := d.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}

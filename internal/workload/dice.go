package workload

// A stream keeps what is drawn for one purpose apart from all others.
type stream uint64

const (
	ofOwner stream = iota + 1
	ofMover
	ofMoveDay
	ofNewOwner
	ofRegion
	ofKind
	ofWhale
	ofAccount
	ofProduct
	ofChannel
	ofAmount
	ofCents
	ofQuota
	ofTarget
	ofLate
)

// draw is a number that depends on the seed, the purpose and a counter only, so that
// any event can be made without those before it: SplitMix64 (Steele, Lea and Flood,
// 2014), of a counter instead of a state.
func (q Quarter) draw(s stream, n int) uint64 {
	z := q.Seed + uint64(s)<<56 + uint64(n)*0x9e3779b97f4a7c15 + 0x9e3779b97f4a7c15
	for range 2 {
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
	}
	return z
}

// below draws from [0, bound). The bias of the modulus is far below what millions of
// draws could show.
func (q Quarter) below(s stream, n, bound int) int { return int(q.draw(s, n) % uint64(bound)) }

// slot deals [0, 100) to each hundred counters, every number once, so that shares
// are exact and not merely likely.
func (q Quarter) slot(s stream, n int) int {
	const coprime = 37
	return (n%100*coprime + q.below(s, n/100, 100)) % 100
}

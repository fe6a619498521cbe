package workload

import (
	"os"
	"path/filepath"
	"testing"
)

// tally counts what the events of a quarter are.
type tally struct {
	kinds                       [4]int
	products, regions, channels map[int]bool
	families, geos              map[int]bool
	negative, ofWhale           int
	accounts                    map[int]bool
}

func count(q Quarter) tally {
	q = q.orDefault()
	t := tally{products: map[int]bool{}, regions: map[int]bool{}, channels: map[int]bool{}, families: map[int]bool{}, geos: map[int]bool{}, accounts: map[int]bool{}}
	for e := range q.All() {
		t.kinds[e.Kind]++
		t.products[e.Product], t.regions[e.Region], t.channels[e.Channel] = true, true, true
		t.families[e.Family()], t.geos[e.Geo()], t.accounts[e.Account] = true, true, true
		if e.Cents < 0 {
			t.negative++
		}
		if q.owner(e.Account).on(e.Day) == 0 {
			t.ofWhale++
		}
	}
	return t
}

func TestSharesAreAsPromised(t *testing.T) {
	got := count(Quarter{Events: 100_000})
	if want := [4]int{40_000, 32_000, 25_000, 3_000}; got.kinds != want {
		t.Errorf("kinds: %v, want %v", got.kinds, want)
	}
	if got.negative != 3_000 {
		t.Errorf("%d are negative", got.negative)
	}
	for name, c := range map[string][2]int{
		"products": {len(got.products), Products}, "families": {len(got.families), Families}, "regions": {len(got.regions), Regions},
		"geos": {len(got.geos), Geos}, "channels": {len(got.channels), Channels},
	} {
		if c[0] != c[1] {
			t.Errorf("%d %s, want %d", c[0], name, c[1])
		}
	}
	if n := len(got.accounts); n < 42_500 || n > 43_900 { // 50,000 × (1 − e⁻²) are 43,233
		t.Errorf("%d accounts have events", n)
	}
}

func TestOneInTwentyAccountsMoves(t *testing.T) {
	for _, seed := range []uint64{0, 1, 99} {
		q := Quarter{Seed: seed}.orDefault()
		moved := 0
		for a := range q.Accounts {
			o := q.owner(a)
			if o.moves == Days {
				continue
			}
			moved++
			if o.first == o.second || o.moves < 31 || o.moves > 58 {
				t.Fatalf("account %d: %+v", a, o)
			}
		}
		if moved != q.Accounts/20 {
			t.Errorf("seed %d: %d of %d accounts move", seed, moved, q.Accounts)
		}
	}
}

func TestAWhaleHasThirtyPercent(t *testing.T) {
	if n := count(Quarter{Events: 100_000, Whale: true}).ofWhale; n < 30_000 || n > 30_300 {
		t.Errorf("%d of 100,000", n)
	}
	if n := count(Quarter{Events: 100_000}).ofWhale; n > 300 {
		t.Errorf("without a whale: %d of 100,000", n)
	}
}

func TestLateIsTheOtherWayRound(t *testing.T) {
	last := Days - 1
	for e := range (Quarter{Events: 1_000, Late: true}).All() {
		if e.Day > last {
			t.Fatalf("day %d after day %d", e.Day, last)
		}
		last = e.Day
	}
	if last != 0 {
		t.Errorf("the last is of day %d", last)
	}
}

// matches tells how many uplifts of a type match an event.
func matches(rules []Uplift, as string, e Event) (n int) {
	in := func(list []int, m int) bool {
		if list == nil {
			return true
		}
		for _, x := range list {
			if x == m {
				return true
			}
		}
		return false
	}
	for _, u := range rules {
		kind := len(u.Kinds) == 0
		for _, k := range u.Kinds {
			kind = kind || k == e.Kind
		}
		if u.As == as && kind && in(u.Products, e.Product) && in(u.Regions, e.Region) && in(u.Channels, e.Channel) &&
			(!u.AtLeast || e.Cents >= u.From) && (!u.Below || e.Cents < u.To) {
			n++
		}
	}
	return n
}

func TestAboutTwoUpliftsMatchAnEvent(t *testing.T) {
	for _, c := range []struct {
		q     Quarter
		least int // campaigns in a thousand events
	}{
		{Quarter{Rules: 20}, 1_000},
		{Quarter{Rules: 200}, 1_000},
		{Quarter{Rules: 2_000}, 1_000},
		{Quarter{Rules: 20_000}, 780},
		{Quarter{Rules: 20, Fields: 200}, 900},
	} {
		c.q.Events = 1_000
		rules, campaigns := c.q.Uplifts(), 0
		if len(rules) != c.q.Rules {
			t.Errorf("%d rules, want %d", len(rules), c.q.Rules)
		}
		for e := range c.q.All() {
			n := matches(rules, "campaigns", e)
			if bands := matches(rules, "bands", e); n > 1 || bands != 1 {
				t.Fatalf("%+v: event %d fits %d campaigns and %d bands", c.q, e.Number, n, bands)
			}
			campaigns += n
		}
		if campaigns < c.least {
			t.Errorf("%+v: %d of 1,000 events fit a campaign", c.q, campaigns)
		}
	}
}

func TestADeepHierarchyHasEightLevels(t *testing.T) {
	q := Quarter{Levels: 8}.orDefault()
	n, level := 999, 0
	for ; level < q.Levels; level++ {
		n = q.above(level, n)
	}
	if n != 0 || q.size(2) != 10 || q.size(3) != 5 || q.size(8) != 1 {
		t.Errorf("the top is %d; levels have %d, %d and %d", n, q.size(2), q.size(3), q.size(8))
	}
}

func TestAFolderThatCannotBeWrittenIsAnError(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plans"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := small(nil).Write(dir); err == nil {
		t.Error("no error")
	}
}

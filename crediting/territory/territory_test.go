package territory

import (
	"errors"
	"strings"
	"testing"

	"github.com/payproof/payproof/dsl"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/fact"
	"github.com/payproof/payproof/dsl/source"
)

func env() dsl.Env {
	want := dsl.BoolUnit
	return dsl.Env{Inputs: []dsl.Input{{Name: "region", Unit: dsl.TextUnit}, {Name: "seats", Unit: dsl.Counted}}, Want: &want}
}

func when(t *testing.T, text string) *dsl.Formula {
	t.Helper()
	f, ds := dsl.Compile(text, env())
	if f == nil {
		t.Fatal(ds)
	}
	return f
}

func row(t *testing.T, region string, seats int64) *dsl.Row {
	t.Helper()
	r := env().NewRow()
	if err := r.SetText(0, region); err != nil {
		t.Fatal(err)
	}
	r.SetInt(1, seats)
	return r
}

func at(line int) source.Span {
	return source.Span{File: "payproof.yaml", From: source.Pos{Line: line, Col: 3}}
}

func TestAnEventBelongsToOneTerritory(t *testing.T) {
	m, ds := NewMap(nil, []Territory{
		{ID: "west", Kind: "deal", When: when(t, `region == "west"`), At: at(1)},
		{ID: "large", Kind: "deal", When: when(t, "seats >= 1000"), At: at(2)},
		{ID: "named", Accounts: []Account{{ID: "acme"}, {ID: "globex"}}},
		{ID: "mixed", Kind: "deal", When: when(t, `region == "north"`), Accounts: []Account{{ID: "initech"}}},
		{ID: "refunds", Kind: "refund", When: when(t, "seats >= 0")},
	})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	for _, c := range []struct {
		kind, account, region string
		seats                 int64
		want                  fact.TerritoryID
	}{
		{"deal", "", "west", 1, "west"},
		{"deal", "other", "west", 1, "west"},
		{"deal", "acme", "west", 1, "named"},
		{"deal", "acme", "west", 5000, "named"}, // also where two conditions hold
		{"deal", "initech", "west", 1, "mixed"},
		{"deal", "", "north", 1, "mixed"},
		{"deal", "", "east", 1000, "large"},
		{"deal", "", "east", 999, ""},
		{"refund", "", "west", 5000, "refunds"},
		{"renewal", "", "west", 1, ""},
	} {
		got, ok, err := m.Of(c.kind, fact.AccountID(c.account), calendar.MustDate("2026-01-01"), row(t, c.region, c.seats))
		if got != c.want || ok != (c.want != "") || err != nil {
			t.Errorf("%+v: %q, %t, %v", c, got, ok, err)
		}
	}
	_, _, err := m.Of("deal", "", calendar.MustDate("2026-01-01"), row(t, "west", 1000))
	var overlap *OverlapError
	if !errors.As(err, &overlap) || overlap.First.ID != "west" || overlap.Second.ID != "large" {
		t.Errorf("%v", err)
	}
	if want := "both territory west (payproof.yaml:1:3) and large (payproof.yaml:2:3) cover it; make their conditions exclude each other"; err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestAMapSaysWhatIsWrongWithIt(t *testing.T) {
	for name, c := range map[string]struct {
		territories []Territory
		want        string
	}{
		"twice":       {[]Territory{{ID: "a", Accounts: []Account{{ID: "x"}}, At: at(1)}, {ID: "a", Accounts: []Account{{ID: "y"}}, At: at(9)}}, "payproof.yaml:9:3: territory a stands twice; give them different names, or join them with `or` [territory-twice]"},
		"empty":       {[]Territory{{ID: "a", At: at(1)}}, "payproof.yaml:1:3: territory a covers nothing; give it `when:`, `dimension:` or `accounts:` [territory-empty]"},
		"one account": {[]Territory{{ID: "a", Accounts: []Account{{ID: "x"}}, At: at(1)}, {ID: "b", Accounts: []Account{{ID: "x"}}, At: at(9)}}, "payproof.yaml:9:3: account x is named by a and by b; name it in one of them, or in each for other days [territory-overlap]"},
	} {
		_, ds := NewMap(nil, c.territories)
		if len(ds) != 1 || ds[0].Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", name, ds, c.want)
		}
		if name != "empty" && ds[0].Notes[0].Span != at(1) {
			t.Errorf("%s: the note is at %s", name, ds[0].Notes[0].Span)
		}
	}
}

func TestNoMapHasNoTerritories(t *testing.T) {
	var m *Map
	if _, ok, err := m.Of("deal", "acme", calendar.MustDate("2026-01-01"), nil); ok || err != nil || m.All() != nil {
		t.Errorf("%t, %v", ok, err)
	}
	given := []Territory{{ID: "a", Accounts: []Account{{ID: "x"}}}}
	m, _ = NewMap(nil, given)
	given[0].ID = "changed"
	m.All()[0].ID = "changed"
	if m.All()[0].ID != "a" {
		t.Error("the map can be changed from outside")
	}
}

func TestAnEmptyAccountIsNoNamedAccount(t *testing.T) {
	m, _ := NewMap(nil, []Territory{{ID: "a", Accounts: []Account{{ID: ""}}}})
	if got, ok, _ := m.Of("deal", "", calendar.MustDate("2026-01-01"), row(t, "west", 1)); ok {
		t.Errorf("an event without an account is in %s", got)
	}
}

func TestAConditionThatFailsNamesItsTerritory(t *testing.T) {
	m, _ := NewMap(nil, []Territory{{ID: "west", Kind: "deal", When: when(t, "seats / seats > 1")}})
	if _, _, err := m.Of("deal", "", calendar.MustDate("2026-01-01"), row(t, "west", 0)); err == nil || !strings.HasPrefix(err.Error(), "territory west: ") {
		t.Errorf("%v", err)
	}
}

func TestANamedAccountBelongsToATerritoryOnItsDays(t *testing.T) {
	days := func(text string) calendar.Range {
		r, err := calendar.ParseRange(text)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	m, found := NewMap(nil, []Territory{
		{ID: "a", Accounts: []Account{{"acme", days("..2026-02-14")}, {"birch", days("2026-01-01..")}}},
		{ID: "b", Accounts: []Account{{"acme", days("2026-02-15..2026-03-31")}}},
		{ID: "c", Accounts: []Account{{"acme", days("2026-05-01..")}}},
	})
	if len(found) > 0 {
		t.Fatal(found)
	}
	for day, want := range map[string]string{
		"2026-01-01": "a 2026-02-15", "2026-02-14": "a 2026-02-15", "2026-02-15": "b 2026-04-01", "2026-03-31": "b 2026-04-01", "2026-04-01": " 2026-05-01", "2026-05-01": "c ",
	} {
		on := calendar.MustDate(day)
		id, _, err := m.Of("deal", "acme", on, nil)
		got := string(id) + " "
		if next := m.Next("acme", on); !next.IsZero() {
			got += next.String()
		}
		if err != nil || got != want {
			t.Errorf("%s: %q (%v), want %q", day, got, err, want)
		}
	}
	if _, found = NewMap(nil, []Territory{{ID: "a", Accounts: []Account{{"acme", days("..2026-02-14")}}}, {ID: "b", Accounts: []Account{{"acme", days("2026-02-14..")}}}}); len(found) != 1 || found[0].Code != "territory-overlap" {
		t.Errorf("one day in two: %v", found)
	}
}

func TestADealThatWasOpenStaysWithTheOwnerOfBefore(t *testing.T) {
	at := calendar.MustDate
	// ann up to February 14, bob up to March 31, ann again; nobody before 2026.
	moves := []struct {
		from calendar.Date
		who  string
	}{{at("2026-01-01"), "ann"}, {at("2026-02-15"), "bob"}, {at("2026-04-01"), "ann"}}
	owners := func(on calendar.Date) (who string, next calendar.Date) {
		for _, m := range moves {
			if on.Before(m.from) {
				return who, m.from
			}
			who = m.who
		}
		return who, next
	}
	for _, c := range []struct {
		name, opened, closed, day, moved string
		how                              Protection
	}{
		{"before the move", "2026-01-10", "2026-02-14", "2026-02-14", "", Protection{Days: 30}},
		{"soon after it", "2026-01-10", "2026-02-15", "2026-01-10", "2026-02-15", Protection{Days: 30}},
		{"on the last day", "2026-01-10", "2026-03-16", "2026-01-10", "2026-02-15", Protection{Days: 30}},
		{"a day too late", "2026-01-10", "2026-03-17", "2026-03-17", "", Protection{Days: 30}},
		{"by months", "2026-01-10", "2026-04-14", "2026-01-10", "2026-02-15", Protection{Months: 2}},
		{"by months, too late", "2026-01-10", "2026-04-15", "2026-04-15", "", Protection{Months: 2}},
		{"until a day", "2026-01-10", "2026-06-30", "2026-01-10", "2026-02-15", Protection{Until: at("2026-06-30")}},
		{"until a day that is over", "2026-01-10", "2026-07-01", "2026-07-01", "", Protection{Until: at("2026-06-30")}},
		{"opened after the move", "2026-02-15", "2026-03-01", "2026-03-01", "", Protection{Days: 30}},
		{"opened when nobody owned it", "2025-12-31", "2026-03-01", "2026-03-01", "", Protection{Days: 300}},
		{"opened when it closed", "2026-03-01", "2026-03-01", "2026-03-01", "", Protection{Days: 30}},
		{"opened after it closed", "2026-03-02", "2026-03-01", "2026-03-01", "", Protection{Days: 30}},
	} {
		c.how.Since = "opened"
		day, moved := c.how.Day(at(c.opened), at(c.closed), owners)
		if day != at(c.day) || moved.IsZero() != (c.moved == "") || c.moved != "" && moved != at(c.moved) {
			t.Errorf("%s: %s, moved %s", c.name, day, moved)
		}
	}
	if day, _ := (Protection{}).Day(at("2026-01-10"), at("2026-02-15"), owners); day != at("2026-02-15") {
		t.Error("nothing protects")
	}
}

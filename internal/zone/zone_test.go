package zone

import (
	"strings"
	"testing"
	"time"
)

func TestZonesAreReadFromTheEmbeddedData(t *testing.T) {
	at := time.Date(2026, 7, 1, 2, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"UTC": "2026-07-01 02:00", "America/New_York": "2026-06-30 22:00", "Europe/Berlin": "2026-07-01 04:00", "Asia/Kolkata": "2026-07-01 07:30",
	} {
		loc, err := Load(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := at.In(loc).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestTheSystemDoesNotCount(t *testing.T) {
	t.Setenv("ZONEINFO", t.TempDir())
	t.Setenv("TZ", "Asia/Tokyo")
	if _, err := Load("Europe/Paris"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoZoneIsRefused(t *testing.T) {
	for name, says := range map[string]string{
		"": "America/New_York", "Local": "not a time zone", "PST": "not a time zone", "EST": "not a time zone",
		"america/new_york": "America/New_York", "Europe/Berln": `did you mean "Europe/Berlin"?`, "Europe/": "not a time zone", "../etc": "not a time zone", "Etc/GMT+5": "not a time zone",
	} {
		_, err := Load(name)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", name, err, says)
		}
	}
}

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// spoilt is the example company with two lines of events that can't be read.
func spoilt(t *testing.T) string {
	return company(t, func(name, text string) string {
		if name != "events/deal-2026-q1.csv" {
			return text
		}
		lines := strings.SplitAfter(text, "\n")
		header := strings.Split(strings.TrimSpace(lines[0]), ",")
		for i, field := range header {
			cells := strings.Split(lines[2], ",")
			if field == "closed" {
				lines[1] = strings.Replace(lines[1], "2026-01-", "2026-13-", 1)
			}
			if field == "amount" {
				cells[i] = "much"
				lines[2] = strings.Join(cells, ",")
			}
		}
		return strings.Join(lines, "")
	}, 1)
}

func TestKeepGoingLeavesOutLinesAndSaysWhatTheyCarry(t *testing.T) {
	bad, out := spoilt(t), filepath.Join(t.TempDir(), "out")
	if code, _, errs := call("run", bad, "--out", out); code != exitInput || !strings.Contains(errs, "nothing was computed") {
		t.Errorf("without the flag: %d, %s", code, errs)
	}
	code, text, errs := call("run", bad, "--keep-going", "--out", out, "--period", "2026-03")
	if code != exitFindings || !strings.Contains(errs, "2 lines of events left out, carrying ") || !strings.Contains(errs, "and 1 line without an amount that can be read") {
		t.Errorf("%d, %s", code, errs)
	}
	if !strings.Contains(text, "payproof explain --keep-going ") {
		t.Errorf("the way to explain does not go on:\n%s", text)
	}
	rejects, err := os.ReadFile(filepath.Join(out, "rejects.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(rejects)), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "events/deal-2026-q1.csv,2,") || !strings.HasPrefix(lines[2], "events/deal-2026-q1.csv,3,") || !strings.Contains(lines[2], ",event-field,") {
		t.Errorf("%s", rejects)
	}
	var manifest struct {
		Rejected int               `json:"rejected_lines"`
		SHA256   map[string]string `json:"sha256"`
	}
	data, err := os.ReadFile(filepath.Join(out, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &manifest); err != nil || manifest.Rejected != 2 || manifest.SHA256["rejects.csv"] == "" {
		t.Errorf("%s: %v", data, err)
	}
}

func TestKeepGoingWithoutFaultsIsFine(t *testing.T) {
	out := t.TempDir()
	code, _, errs := call("run", saas, "--keep-going", "--out", out, "--period", "2026-03")
	if code != exitFine || errs != "" {
		t.Errorf("%d, %s", code, errs)
	}
	if text, err := os.ReadFile(filepath.Join(out, "rejects.csv")); err != nil || string(text) != "file,line,column,code,message,row\n" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestKeepGoingStopsAtWhatIsNoLineOfEvents(t *testing.T) {
	for name, change := range map[string]func(file, text string) string{
		"people": func(file, text string) string {
			if file == "people.csv" {
				return strings.Replace(text, ",2026-", ",2026-13-", 1)
			}
			return text
		},
		"header": func(file, text string) string {
			if file == "events/deal-2026-q1.csv" {
				return strings.Replace(text, "amount", "sum", 1)
			}
			return text
		},
	} {
		if code, _, errs := call("run", company(t, change, 1), "--keep-going", "--out", t.TempDir()); code != exitInput {
			t.Errorf("%s: %d, %s", name, code, errs)
		}
	}
	if code, _, errs := call("run", saas, "--keep-going"); code != exitInput || !strings.Contains(errs, "--out") {
		t.Errorf("%d, %s", code, errs)
	}
}

package main

import (
	"strings"
	"testing"
)

func TestPayoutsAndPeriodsAreCompleted(t *testing.T) {
	const first = "../../examples/first"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"explain", first, ""}, "2026-01/ 2026-02/ 2026-03/"},
		{[]string{"explain", first, "2026-03/"}, "2026-03/ana/ 2026-03/bo/"},
		{[]string{"explain", first, "2026-03/a"}, "2026-03/ana/"},
		{[]string{"explain", first, "2026-03/ana/"}, "2026-03/ana/commission"},
		{[]string{"explain", "no such folder", "2026"}, ""},
		{[]string{"run", first, "--period", ""}, "2026-01 2026-02 2026-03"},
		{[]string{"explain", ""}, ""},
	} {
		_, out, _ := call(append([]string{"__complete"}, c.args...)...)
		var got []string
		for line := range strings.Lines(out) {
			if !strings.HasPrefix(line, ":") {
				got = append(got, strings.TrimSpace(line))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%v: %v, want %s", c.args, got, c.want)
		}
	}
}

func TestEveryShellHasItsCompletion(t *testing.T) {
	for shell, sign := range map[string]string{"bash": "complete -o", "zsh": "#compdef payproof", "fish": "complete -c payproof"} {
		if code, out, errs := call("completion", shell); code != exitFine || !strings.Contains(out, sign) {
			t.Errorf("%s: exit code %d, %s", shell, code, errs)
		}
	}
}

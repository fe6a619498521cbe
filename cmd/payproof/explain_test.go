package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/payproof/payproof/dsl/trace"
)

// Every format tells the same: the payout, and the event at the bottom.
func TestExplainWritesEveryFormat(t *testing.T) {
	for format, says := range map[string][]string{
		"text":     {"15533.39 USD  payout 2026-03/p007", "event d001490"},
		"markdown": {"- **15533.39 USD** payout 2026-03/p007", "event d001490"},
		"html":     {"<!DOCTYPE html>", "<bdi>15533.39 USD</bdi>", "event d001490", "What the words mean"},
		"json":     {`"format": "payproof/trace/1"`, `"value": "15533.39"`, `"label": "event d001490"`},
	} {
		code, out, errs := call("explain", saas, "2026-03/p007/commission", "--format", format)
		if code != exitFine || errs != "" {
			t.Errorf("%s: exit code %d, %s", format, code, errs)
		}
		for _, want := range says {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %s", format, want)
			}
		}
	}
	if code, _, errs := call("explain", saas, "2026-03/p007/commission", "--format", "pdf"); code != exitInput || !strings.Contains(errs, "text, markdown, html or json") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

func TestExplainKeepsToItsBounds(t *testing.T) {
	for _, c := range []struct {
		args       []string
		has, lacks string
	}{
		{[]string{"--depth", "1"}, "more below", "marginal"},
		{[]string{"--width", "1"}, "… and ", "event d001520"},
		{[]string{"--format", "markdown", "--depth", "1"}, "more below", "marginal"},
		{[]string{"--format", "html", "--depth", "1"}, "more below", "<bdi class=\"label\">accelerator"},
		{[]string{"--format", "html", "--open", "1"}, "slice", `<details open=""><summary><strong class="value"><bdi>178.01 `},
		{[]string{"--format", "html", "--open", "-1"}, "slice", "<details>"},
		{[]string{"--columns", "60"}, "…", "less 16857.79 posted before)"},
	} {
		_, out, errs := call(append([]string{"explain", saas, "2026-03/p007/commission"}, c.args...)...)
		if !strings.Contains(out, c.has) || strings.Contains(out, c.lacks) {
			t.Errorf("%v: want %q, not %q (%s)", c.args, c.has, c.lacks, errs)
		}
	}
	_, out, _ := call("explain", saas, "2026-03/p007/commission", "--columns", "60")
	for line := range strings.Lines(out) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 60 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestTheSchemaOfAnExplanationIsPrinted(t *testing.T) {
	code, out, _ := call("schema", "explanation")
	if code != exitFine || !bytes.Equal([]byte(out), trace.Schema()) {
		t.Errorf("exit code %d, %d bytes", code, len(out))
	}
}

// The reference has a word for every op that an explanation can show.
func TestTheReferenceNamesEveryOp(t *testing.T) {
	page, err := os.ReadFile("../../compensation/plan/reference/explanations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range trace.Ops() {
		if !strings.Contains(string(page), "`"+string(o)+"`") {
			t.Errorf("explanations.md does not name `%s`", o)
		}
	}
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A refund is paid back, listed, and explained, and a withdrawn deal is nowhere.
func TestRefundsAreToldInWords(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"payproof.yaml": "company: Refunds\ncurrency: USD\nevents:\n  deal: {closed: date, amount: money, seller: payee}\n" +
			"  refund: {refunded: date, deal: key, amount: money?, reversal of: deal}\n" +
			"credit:\n  - {rule: sellers, to: seller, as: sales}\nmeasures: {sold: \"sum of sales, month\"}\n",
		"plans/rep.yaml":    "plan: Rep\nversion: \"1\"\nfor: role Rep\ncomponents:\n  commission: {for each: credit of sales, pays: amount * 10%}\n",
		"people.csv":        "payee,name,role,start,end\nann,Ann,Rep,,\n",
		"events/deal.csv":   "id,revision,withdrawn,closed,amount,seller\nd1,,,2026-01-05,1000.00,ann\nd2,0,,2026-01-06,500.00,ann\nd2,1,true,,,\n",
		"events/refund.csv": "id,refunded,deal,amount\nr1,2026-01-07,d1,300.00\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ args, says []string }{
		{[]string{"run", dir, "--out", filepath.Join(out, "a")}, []string{"earned 100.00, taken back -30.00, paid 70.00"}},
		{[]string{"whynot", dir, "ann", "r1"}, []string{"-300 USD", "mirrors 300 of 1000 of event d1: direct by seller"}},
		{[]string{"explain", dir, "2026-01/ann/commission"}, []string{"-30.00 USD  neg event r1", "300 of 1000 of event d1, which earned 100.00 in 2026-01"}},
	} {
		code, text, errs := call(c.args...)
		if code != exitFine {
			t.Fatal(c.args, code, errs)
		}
		for _, want := range c.says {
			if !strings.Contains(text, want) {
				t.Errorf("%v does not say %q:\n%s", c.args, want, text)
			}
		}
	}
	if code, _, errs := call("whynot", dir, "ann", "d2"); code == exitFine || !strings.Contains(errs, "its revision 1 says that it was entered in error") {
		t.Error(code, errs)
	}
	for name, want := range map[string]string{"credits.csv": "r1,2026-01-07,ann,sales,sellers,direct,seller,1,-300\n", "ledger.tsv": "ClawedBack\tUSD\t-30.00"} {
		text, err := os.ReadFile(filepath.Join(out, "a", name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %q: %v\n%s", name, want, err, text)
		}
	}
}

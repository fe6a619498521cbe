package money_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/payproof/payproof/dsl/money"
)

var (
	usd = money.MustCurrency("USD")
	eur = money.MustCurrency("EUR")
)

func TestCurrenciesKnowTheirMinorUnitAndDates(t *testing.T) {
	cases := []struct {
		code       string
		digits     int
		name       string
		introduced string
		withdrawn  string
	}{
		{"USD", 2, "US Dollar", "", ""},
		{"JPY", 0, "Yen", "", ""},
		{"KWD", 3, "Kuwaiti Dinar", "", ""},
		{"CLF", 4, "Unidad de Fomento", "", ""},
		{"UYW", 4, "Unidad Previsional", "2018-08", ""},
		// CLDR shows these three without places; ISO and the banks do not.
		{"PKR", 2, "Pakistan Rupee", "", ""},
		{"COP", 2, "Colombian Peso", "", ""},
		{"IDR", 2, "Rupiah", "", ""},
		{"ZWG", 2, "Zimbabwe Gold", "2024-06", ""},
		{"XCG", 2, "Caribbean Guilder", "2025-03", ""},
		{"SLE", 2, "Leone", "2022", ""},
		{"VED", 2, "Bolívar Soberano", "2021-10", ""},
		{"BGN", 2, "Bulgarian Lev", "1999-07", "2026-01"},
		{"HRK", 2, "Kuna", "1994-05", "2023-01"},
		{"CUC", 2, "Peso Convertible", "", "2021-06"},
		{"ZWL", 2, "Zimbabwe Dollar", "", "2024-09"},
		{"ANG", 2, "Netherlands Antillean Guilder", "", "2025-03"},
		{"ITL", 0, "Italian Lira", "", "2002-03"},
	}
	for _, c := range cases {
		cur := money.MustCurrency(c.code)
		introduced, known := cur.Introduced()
		withdrawn, gone := cur.Withdrawn()
		if cur.String() != c.code || cur.Digits() != c.digits || cur.Name() != c.name ||
			introduced != c.introduced || withdrawn != c.withdrawn || known != (c.introduced != "") || gone != (c.withdrawn != "") {
			t.Errorf("%v: %d, %q, %q, %q, want %+v", cur, cur.Digits(), cur.Name(), introduced, withdrawn, c)
		}
	}
	if !usd.Equal(money.MustCurrency("USD")) || usd.Equal(eur) || usd.Equal(money.Currency{}) {
		t.Error("equal is not ==")
	}
	none := money.Currency{}
	if none.String() != "" || none.Digits() != 0 || !none.IsZero() || usd.IsZero() {
		t.Error("no currency is not empty")
	}
}

func TestAWrongCurrencySaysWhatMayBeMeant(t *testing.T) {
	cases := []struct{ code, reason, near string }{
		{"usd", "no ISO 4217 code", "USD"},
		{" EUR", "no ISO 4217 code", "EUR"},
		{"Euro", "no ISO 4217 code", "EUR"},
		{"yen", "no ISO 4217 code", "JPY"},
		{"UDS", "no ISO 4217 code", "USD"},
		{"GPB", "no ISO 4217 code", "GBP"},
		{"SUD", "no ISO 4217 code", "USD"},
		{"USDD", "no ISO 4217 code", "USD"},
		{"UUSD", "no ISO 4217 code", "USD"},
		{"QUSDQ", "no ISO 4217 code", ""},
		{"UQSX", "no ISO 4217 code", ""},
		{"zar", "no ISO 4217 code", "ZAR"},
		{"RMB", "no ISO 4217 code", "CNY"},
		{"US$", "no ISO 4217 code", "USD"},
		{"EURO", "no ISO 4217 code", "EUR"},
		{"CHG", "no ISO 4217 code", "CHE CHF CHW"},
		{"QQQ", "no ISO 4217 code", ""},
		{"", "no ISO 4217 code", ""},
		{"€", "no ISO 4217 code", ""},
		{strings.Repeat("x", 1<<16), "no ISO 4217 code", ""},
		{"XAU", "Gold, which has no minor unit", ""},
		{"XXX", "no minor unit", ""},
		{"XTS", "no minor unit", ""},
		{"DDM", "Mark der DDR, withdrawn in 1990-09", ""},
	}
	for _, c := range cases {
		got, err := money.ParseCurrency(c.code)
		var e *money.CurrencyError
		if !errors.As(err, &e) || !got.IsZero() || !strings.Contains(e.Reason, c.reason) || strings.Join(e.Near, " ") != c.near {
			t.Errorf("%.20q: %v, want %q and near %q", c.code, err, c.reason, c.near)
		}
		if err != nil && len(err.Error()) > 250 {
			t.Errorf("%.20q: the error is %d bytes long", c.code, len(err.Error()))
		}
	}
	if _, err := money.ParseCurrency("UDS"); err.Error() != `money: currency "UDS" is no ISO 4217 code: did you mean USD?` {
		t.Error(err)
	}
}

func TestCurrencyTextRoundTrips(t *testing.T) {
	in := []money.Currency{usd, {}, money.MustCurrency("HRK")}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `["USD","","HRK"]` {
		t.Fatalf("%s, %v", text, err)
	}
	var out []money.Currency
	if err := json.Unmarshal(text, &out); err != nil || !slices.Equal(in, out) {
		t.Fatalf("%v, %v, want %v", out, err, in)
	}
	if err := json.Unmarshal([]byte(`["QQQ"]`), &out); err == nil {
		t.Error("QQQ is read")
	}
}

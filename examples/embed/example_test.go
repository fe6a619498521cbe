package embed_test

import (
	"context"
	"fmt"
	"os"

	"github.com/payproof/payproof/compensation"
	"github.com/payproof/payproof/compensation/ledger"
	"github.com/payproof/payproof/dsl/calendar"
	"github.com/payproof/payproof/dsl/trace"
	"github.com/payproof/payproof/examples/embed"
)

// How do I pay a month from my own database, explain a payout, and commit?
//
// By hand, for March 2026, which ends a quarter:
//
//   - Ana stands at 38,000 of 50,000. d08 takes 12,000 to quota at 5 % and 5,000
//     beyond it at 8 %: 600 + 400. d11: 5,250.50 × 8 % = 420.04. Together 1,420.04.
//   - Bo stands at 35,000 of 45,000, and has 60 % of d10: 6,000 × 5 % = 300.
//   - Cy stands at 18,000 of 40,000, and ends at 39,111.11. d09 is 300, 40 % of d10 is
//     200, and d12 is 11,111.11 × 5 % = 555.5555. The year so far was 900, so
//     March is R(1,955.5555) − 900 = 1,055.56.
//   - Dee's team booked 43,400 + 47,600 + 49,361.61 = 140,361.61 of 130,000: the bonus of 2,000.
//     The override of March is R(1,403.6161) − (434 + 476) = 493.62.
func Example() {
	if err := pay(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ana commission 1420.04 USD
	// bo commission 300.00 USD
	// cy commission 1055.56 USD
	// dee override 493.62 USD
	// dee team bonus 2000.00 USD
	// 1420.04 USD  payout 2026-03/ana/Rep/commission
	// ├ 1000.00 USD  earning event d08  plans/rep.yaml:19:3
	// │ └ 1000 USD  marginal accelerator  `marginal(bookings, accelerator)`  plans/rep.yaml:21:11
	// │   ├ 55000 USD  input after(bookings)  plans/rep.yaml:21:20
	// │   │ └ … 1 more below
	// │   ├ 38000 USD  input before(bookings)  plans/rep.yaml:21:20
	// │   │ └ … 5 more below
	// │   ├ 50000 USD  input quota(bookings)  plans/rep.yaml:21:20
	// │   │ └ … 1 more below
	// │   ├ 600 USD  slice tier 1  (12000 at 0.05 from 0)  plans/rep.yaml:15:9
	// │   └ 400 USD  slice tier 2  (5000 at 0.08 from 1)  plans/rep.yaml:16:9
	// └ 420.04 USD  earning event d11  plans/rep.yaml:19:3
	//   └ 420.04 USD  marginal accelerator  `marginal(bookings, accelerator)`  plans/rep.yaml:21:11
	//     ├ 60250.5 USD  input after(bookings)  plans/rep.yaml:21:20
	//     │ └ … 1 more below
	//     ├ 55000 USD  input before(bookings)  plans/rep.yaml:21:20
	//     │ └ … 1 more below
	//     ├ 50000 USD  input quota(bookings)  plans/rep.yaml:21:20
	//     │ └ … 1 more below
	//     └ 420.04 USD  slice tier 2  (5250.5 at 0.08 from 1)  plans/rep.yaml:16:9
	// committed batch 1
}

func pay(ctx context.Context) error {
	program, err := embed.Program()
	if err != nil {
		return err
	}
	db := harbor().open()
	defer db.Close()
	facts := embed.Facts(ctx, db)
	facts.Ledger = ledger.Memory() // or ledger.Dir("/var/lib/payproof")

	book, err := compensation.Open(ctx, program, facts)
	if err != nil {
		return err
	}
	run, err := book.Run(ctx, compensation.Request{Period: calendar.Month(2026, 3)})
	if err != nil {
		return err
	}
	for p := range run.Payouts() {
		fmt.Println(p.Payee, p.Component, p.Amount)
	}

	why, err := run.Explain(ctx, "2026-03/ana/Rep/commission")
	if err != nil {
		return err
	}
	if err := why.WriteText(os.Stdout, trace.TextOptions{Depth: 3}); err != nil {
		return err
	}

	head, err := book.Commit(ctx, run, "payroll@harbor.example")
	if err != nil {
		return err
	}
	fmt.Println("committed batch", head.Seq)
	return nil
}

package main

import (
	"github.com/spf13/cobra"

	"github.com/payproof/payproof/compensation/plan"
	"github.com/payproof/payproof/dsl/trace"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema company|plan|explanation",
		Short: "Print the JSON Schema of plan files or of explanations",
		Long: `Print the JSON Schema (draft 2020-12) of payproof.yaml or of a file in plans/. Editors with the YAML
language server then complete keys, show what they mean and mark what is wrong, in files that begin with

  # yaml-language-server: $schema=payproof.schema.json      payproof.yaml
  # yaml-language-server: $schema=../plan.schema.json       plans/*.yaml

A schema sees the keys and the form of their values. Names, units and formulas are checked by
` + "`payproof check`" + `.

The schema of an explanation is that of ` + "`payproof explain --format json`" + `. It says how every value
follows from those below it.`,
		Example:   "  payproof schema company > payproof.schema.json\n  payproof schema plan > plan.schema.json",
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"company", "plan", "explanation"},
		RunE: func(_ *cobra.Command, args []string) error {
			text := plan.CompanySchema()
			switch args[0] {
			case "plan":
				text = plan.PlanSchema()
			case "explanation":
				text = trace.Schema()
			}
			_, err := a.out.Write(text)
			return err
		},
	}
}

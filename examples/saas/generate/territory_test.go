package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/payproof/payproof/dsl"
)

// policy is what payproof.yaml says about territories.
type policy struct {
	Events struct {
		Deal struct{ Region, Segment, Industry, Product, Kind []string }
	}
	Territories []struct {
		Territory, When string
		Accounts        []string
	}
}

func readPolicy(t *testing.T) policy {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "payproof.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var p policy
	if err := yaml.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// matcher returns which predicates of the policy an account matches.
func matcher(t *testing.T, p policy) func(account) []string {
	t.Helper()
	env := dsl.Env{Want: &dsl.BoolUnit, Inputs: []dsl.Input{
		{Name: "region", Unit: dsl.TextUnit, Enum: p.Events.Deal.Region},
		{Name: "segment", Unit: dsl.TextUnit, Enum: p.Events.Deal.Segment},
		{Name: "industry", Unit: dsl.TextUnit, Enum: p.Events.Deal.Industry},
	}}
	formulas := make([]*dsl.Formula, len(p.Territories))
	for i, x := range p.Territories {
		if x.When == "" {
			continue
		}
		f, problems := dsl.Compile(x.When, env)
		if err := problems.Err(); err != nil {
			t.Fatalf("%s: %v", x.Territory, err)
		}
		formulas[i] = f
	}
	row := env.NewRow()
	return func(a account) (out []string) {
		for i, value := range []string{a.region, a.segment, a.industry} {
			if err := row.SetText(i, value); err != nil {
				t.Fatal(err)
			}
		}
		for i, f := range formulas {
			if f == nil {
				continue
			}
			v, err := f.Eval(row)
			if err != nil {
				t.Fatal(err)
			}
			if v.String() == "true" {
				out = append(out, p.Territories[i].Territory)
			}
		}
		return out
	}
}

func TestEveryRegionSegmentAndIndustryMatchesOneTerritory(t *testing.T) {
	p := readPolicy(t)
	matches := matcher(t, p)
	for _, region := range p.Events.Deal.Region {
		for _, segment := range p.Events.Deal.Segment {
			for _, industry := range p.Events.Deal.Industry {
				got := matches(account{region: region, segment: segment, industry: industry})
				if len(got) != 1 {
					t.Errorf("%s %s %s matches %q", region, segment, industry, got)
				}
			}
		}
	}
}

func TestThePolicyPutsEveryDealWhereTheGeneratorDoes(t *testing.T) {
	p := readPolicy(t)
	matches := matcher(t, p)
	named := map[string]string{}
	for _, x := range p.Territories {
		for _, a := range x.Accounts {
			named[a] = x.Territory
		}
	}
	eachCompany(t, func(t *testing.T, c company) {
		for _, d := range c.deals {
			got := matches(d.account)
			if x, ok := named[d.account.id]; ok {
				got = []string{x}
			}
			if !slices.Equal(got, []string{d.account.territory}) {
				t.Errorf("%s of %s: policy %q, generator %s", d.id, d.account.id, got, d.account.territory)
			}
		}
	})
}

func TestThePolicyKnowsEveryProductAndKind(t *testing.T) {
	p := readPolicy(t)
	for _, d := range newCompany(seed).deals {
		if !slices.Contains(p.Events.Deal.Product, d.product) || !slices.Contains(p.Events.Deal.Kind, d.kind) {
			t.Errorf("%s: %s %s is not declared", d.id, d.kind, d.product)
		}
	}
}

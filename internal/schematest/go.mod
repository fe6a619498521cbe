module github.com/payproof/payproof/internal/schematest

go 1.25

require (
	github.com/payproof/payproof v0.0.0
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	go.yaml.in/yaml/v4 v4.0.0
)

require (
	github.com/expr-lang/expr v1.17.8 // indirect
	github.com/shopspring/decimal v1.6.0 // indirect
	golang.org/x/text v0.34.0 // indirect
)

replace github.com/payproof/payproof => ../..

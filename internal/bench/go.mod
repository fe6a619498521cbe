module github.com/payproof/payproof/internal/bench

go 1.25

require (
	github.com/expr-lang/expr v1.17.8
	github.com/payproof/payproof v0.0.0
	github.com/shopspring/decimal v1.6.0
)

require (
	go.yaml.in/yaml/v4 v4.0.0 // indirect
	golang.org/x/text v0.34.0 // indirect
)

replace github.com/payproof/payproof => ../..

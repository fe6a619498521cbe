package fixed

import "math/big"

// MaxDigits is the number of decimal digits that always fit an [Int128], and the
// most places that a decimal may have: 10^38 < 2^127.
const MaxDigits = 38

// Pow10 is 10^n for n in 0 … 38. It is 0 for any other n.
func Pow10(n int) Int128 {
	if n < 0 || n > MaxDigits {
		return Int128{}
	}
	return pow10Table[n]
}

// Pow10Int64 is 10^n for n in 0 … 18. It is 0 for any other n.
func Pow10Int64(n int) int64 {
	if n < 0 || n > 18 {
		return 0
	}
	return int64(pow10Table[n].Lo)
}

// Pow10Big is a fresh 10^n, 0 for a negative n. The caller bounds n: memory grows
// with it.
func Pow10Big(n int) *big.Int {
	if n < 0 {
		return new(big.Int)
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

var pow10Table = powersOfTen()

func powersOfTen() (table [MaxDigits + 1]Int128) {
	table[0] = FromInt64(1)
	for n := 1; n < len(table); n++ {
		table[n], _ = table[n-1].MulInt64(10)
	}
	return table
}

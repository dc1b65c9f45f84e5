package plan

import (
	"math/big"
	"strings"
)

var units = map[string]int64{
	"m": -1000, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
	"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40,
}

// Quantity is the value of a Kubernetes quantity that the schema has let through.
func Quantity(s string) *big.Rat {
	number := strings.TrimRight(s, "mkMGTi")
	q, ok := new(big.Rat).SetString(number)
	if !ok {
		return new(big.Rat)
	}
	switch unit := units[s[len(number):]]; {
	case unit < 0:
		q.Quo(q, big.NewRat(-unit, 1))
	case unit > 0:
		q.Mul(q, big.NewRat(unit, 1))
	}
	return q
}

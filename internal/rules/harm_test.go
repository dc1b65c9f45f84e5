package rules

import "testing"

// TestHarms: what is said to be broken or dangerous is looked for in pipelines written by hand.
func TestHarms(t *testing.T) {
	for id := range harms {
		if r, ok := Find(id); !ok || r.By&Import == 0 {
			t.Errorf("%s is no rule that import reports", id)
		}
	}
	if HarmOf("W15") != Hardening || HarmOf("X01") != Broken {
		t.Error("a harm is another one")
	}
}

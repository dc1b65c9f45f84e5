package rules_test

import "testing"

func TestNothingIsWrongWithTheOutput(t *testing.T) {
	for _, name := range specNames(t) {
		t.Run(name, func(t *testing.T) {
			if found := run(t, input(t, name)); len(found) > 0 {
				show(t, found)
				t.Errorf("%d findings", len(found))
			}
		})
	}
}

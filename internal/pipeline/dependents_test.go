package pipeline

import "testing"

// TestDownToPods: the kinds made of a kind end with pods, and each kind between has the kinds behind it.
func TestDownToPods(t *testing.T) {
	for kind, made := range madeOf {
		if last := made[len(made)-1]; last != podKind {
			t.Errorf("%s ends with %s, and must end with Pod", kind, last)
		}
		for i, between := range made[:len(made)-1] {
			if between[1] == "AnalysisRun" {
				continue // it asks others, and makes nothing
			}
			if rest := MadeOf(between[0], between[1]); len(rest) != len(made)-i-1 {
				t.Errorf("%s makes %s of itself, and of that come %s", kind, between, rest)
			}
		}
	}
	if got := MadeOf("argoproj.io", "Workflow"); got != nil {
		t.Errorf("of a custom kind come %s; nothing is known of its controller", got)
	}
}

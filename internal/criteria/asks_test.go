package criteria_test

import (
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
)

// TestStarted: the line of the startup probe names the criterion that its figure comes from.
func TestStarted(t *testing.T) {
	of := func(kind string, within time.Duration) plan.Criterion {
		return plan.Criterion{Kind: kind, Within: within}
	}
	for want, all := range map[string][]plan.Criterion{
		"":         nil,
		"ready":    {of("ready", time.Minute), of("endpoint", time.Minute)},
		"endpoint": {of("ready", time.Minute), of("endpoint", 20*time.Second)},
	} {
		var d plan.Demands
		for _, c := range all {
			criteria.Of(c.Kind).Asks(c, &d)
		}
		got := ""
		if c := d.By(plan.Started, "", ""); c != nil {
			got = c.Kind
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

package generate

import (
	"testing"
	"time"

	"github.com/pipegen/pipegen/schema"
)

// TestStartupPromise: the line of the startup probe names the criterion that its figure
// comes from.
func TestStartupPromise(t *testing.T) {
	ready := func(within time.Duration) schema.Named[schema.Criterion] {
		return schema.Named[schema.Criterion]{ID: "a", Value: schema.Criterion{Ready: &schema.Within{Within: schema.Duration(within)}}}
	}
	endpoint := func(within time.Duration) schema.Named[schema.Criterion] {
		return schema.Named[schema.Criterion]{ID: "b", Value: schema.Criterion{Endpoint: &schema.Endpoint{Within: schema.Duration(within)}}}
	}
	for want, criteria := range map[string][]schema.Named[schema.Criterion]{
		"":         nil,
		"ready":    {endpoint(time.Minute), ready(time.Minute)},
		"endpoint": {ready(time.Minute), endpoint(20 * time.Second)},
	} {
		if got := startupPromise(schema.Spec{Criteria: criteria}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

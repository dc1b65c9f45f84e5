package criteria_test

import (
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
)

// TestAvailableSoFar: only enough requests say whether most of them have succeeded.
func TestAvailableSoFar(t *testing.T) {
	figure := func(requests, value float64, given bool) *criteria.Fact[criteria.Figure] {
		return &criteria.Fact[criteria.Figure]{Known: true, Value: criteria.Figure{Requests: requests, Value: value, Given: given}}
	}
	for name, test := range map[string]struct {
		answer *criteria.Fact[criteria.Figure]
		want   criteria.Status
		says   string
	}{
		"nobody says how to ask": {nil, criteria.Unmeasured, "Prometheus has the figures, and nothing says how to ask it from here: prometheus.outside would"},
		"no answer":              {&criteria.Fact[criteria.Figure]{Why: "it is away"}, criteria.Unmeasured, "it is away"},
		"all succeed":            {figure(5000, 0, true), criteria.Kept, "100 % of 5000 requests within 30d succeeded"},
		"as many as may fail":    {figure(5000, 0.001, true), criteria.Kept, "99.9 % of 5000 requests within 30d succeeded"},
		"more fail":              {figure(5000, 0.0015, true), criteria.Broken, "99.85 % of 5000 requests within 30d succeeded"},
		"too few":                {figure(2000, 0, true), criteria.Unmeasured, "2000 requests say nothing, 2001 are needed"},
		"no figure of them":      {figure(5000, 0, false), criteria.Unmeasured, "Prometheus has no figure of 5000 requests"},
	} {
		t.Run(name, func(t *testing.T) {
			e := criteria.Environment{Name: "production", Figures: []criteria.Figured{{Criterion: "other"}}}
			if test.answer != nil {
				e.Figures = append(e.Figures, criteria.Figured{Criterion: "up", Workload: "web", Answer: *test.answer})
			}
			c := plan.Criterion{ID: "up", Kind: "available", AtLeast: 99.9, Over: 30 * 24 * time.Hour}
			if got := criteria.Of("available").JudgeEach(c, criteria.Delivery{At: time.Now()}, e); got.Status != test.want || got.Measured != test.says {
				t.Errorf("%s: %q", got.Status, got.Measured)
			}
		})
	}
}

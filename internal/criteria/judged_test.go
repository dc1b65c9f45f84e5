package criteria_test

import (
	"testing"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/plan"
)

// TestAnalysisRuns: a version is as good as its AnalysisRuns say, and only when all of its pods run.
func TestAnalysisRuns(t *testing.T) {
	ready := []criteria.Pod{{Ready: true}, {Ready: true}}
	good, few := criteria.Analysis{Name: "web-5d6c-2-0", Health: "Healthy"}, criteria.Analysis{Name: "web-5d6c-2-1", Health: "Unknown"}
	for name, test := range map[string]struct {
		pods []criteria.Pod
		runs []criteria.Analysis
		want criteria.Status
	}{
		"none":                   {ready, nil, criteria.Unmeasured},
		"good":                   {ready, []criteria.Analysis{good}, criteria.Kept},
		"good, of a first step":  {ready[:1], []criteria.Analysis{good}, criteria.Unmeasured},
		"too few requests":       {ready, []criteria.Analysis{good, few}, criteria.Unmeasured},
		"good the second time":   {ready, []criteria.Analysis{few, good}, criteria.Kept},
		"going on":               {ready, []criteria.Analysis{{Health: "Progressing"}}, criteria.Unmeasured},
		"failed":                 {ready, []criteria.Analysis{{Health: "Degraded", Message: `Metric "failing" assessed Failed due to failed (1) > failureLimit (0)`}, good}, criteria.Broken},
		"failed by another":      {ready, []criteria.Analysis{{Health: "Degraded", Message: `Metric "quick" assessed Failed due to failed (1) > failureLimit (0)`}}, criteria.Unmeasured},
		"Prometheus did not say": {ready, []criteria.Analysis{{Health: "Degraded", Message: `Metric "failing" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4)`}}, criteria.Broken},
	} {
		t.Run(name, func(t *testing.T) {
			e := criteria.Environment{Name: "production", Pods: criteria.Fact[[]criteria.Workload]{Known: true, Value: []criteria.Workload{{Name: "web", Wanted: 2, Pods: test.pods, Analyses: test.runs}}}}
			c := plan.Criterion{ID: "failing", Kind: "errors", Below: 1}
			if got := criteria.Of("errors").JudgeEach(c, criteria.Delivery{At: time.Now()}, e); got.Status != test.want {
				t.Errorf("%s: %s", got.Status, got.Measured)
			}
		})
	}
}

package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// replicas promises how many pods run in every environment.
var replicas = Kind{
	Kind: plan.Kind{
		Name: "replicas", Mode: plan.Enforced,
		Reach: plan.Reach{Of: plan.OfWorkloads, Fits: orOwn(staysHere), Who: "a service or a worker that is built here"},
		Gate:  "the number of pods of each workload in every environment", Fails: "the compile",
		Asks: wants(plan.Pods),
		Check: func(p plan.Plan, c plan.Criterion) diag.List {
			return tooFew(p, c, fmt.Sprintf("%g pods", c.AtLeast), int(c.AtLeast))
		},
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			have := "Every environment has"
			if len(c.In) < len(p.Environments) {
				have = "There are"
			}
			return fmt.Sprintf("%s at least %g%s; the compile refuses less.", have, c.AtLeast, ofThem(p, c)) + byHelm(p, c)
		},
		Labels: func(_ plan.Plan, c plan.Criterion) []plan.Label {
			return []plan.Label{{On: plan.ToRollout, Text: fmt.Sprintf("replicas ≥ %g", c.AtLeast)}}
		},
	},
	Support: []Part{
		Stops(InDeployment, `^spec\.replicas$`, "how many pods run").calculated(),
		Stops(InScaler, `^spec\.(minReplicas|minReplicaCount)$`, "how many pods run at the least").calculated(),
		needs(InScaler, `^(kind|metadata\.name|spec\.scaleTargetRef)\b`, "what sets the number of pods"),
		Stops(InOverlays, `^replicas\.count$`, "how many pods run in this environment"),
		needs(InDeployment, `^(kind|metadata\.name|spec\.(paused|selector))\b`, "the object that the number is for"),
		source, rendering,
	},
	Proof:    runEverywhere,
	Promised: func(c plan.Criterion) string { return fmt.Sprintf("at least %g pods", c.AtLeast) },
	JudgeEach: func(c plan.Criterion, d Delivery, e Environment) Outcome {
		return d.eachWorkload(c, e, func(w Workload) Outcome {
			at := Evidence{What: "Application", URL: e.Pods.URL, Revision: w.Digest, At: d.At}
			measured := fmt.Sprintf("%d of %d pods are ready", w.Ready(), len(w.Pods))
			if float64(w.Ready()) < c.AtLeast {
				return d.Moving(e, measured, at)
			}
			return Kept.By(measured, at)
		})
	},
	Loosened: []Loosening{{
		Code: "replicas-promise-lowered", Why: "The compile takes fewer pods than before.",
		Says: func(before, after plan.Criterion) string {
			if after.AtLeast >= before.AtLeast {
				return ""
			}
			return fmt.Sprintf("asks for %g pods instead of %g", after.AtLeast, before.AtLeast)
		},
	}},
}

// ofThem names the workloads of a criterion where there are several.
func ofThem(p plan.Plan, c plan.Criterion) string {
	switch {
	case len(p.Workloads) == 1:
		return ""
	case len(c.Of) == 1:
		return " of " + c.Of[0]
	}
	return " of each of " + plan.And(c.Of)
}

// runEverywhere: each environment runs as many, with what scales them taken into account.
func runEverywhere(c plan.Criterion, on *rules.Case) {
	for t, a := range programs(c, on) {
		if n, says := t.LeastPods(a.Object); float64(n) < c.AtLeast {
			on.Unkept("K15", says.At(), t.At(), fmt.Sprintf("write at least %g", c.AtLeast), "%s runs %d pods in %s, and %g are promised", a.Label(), n, t.Dir, c.AtLeast)
		}
	}
}

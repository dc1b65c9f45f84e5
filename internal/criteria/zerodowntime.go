package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// leastForDeploys is how many pods there must be so that one of them may go.
const leastForDeploys = 2

// zeroDowntime promises that a deploy interrupts no request.
var zeroDowntime = Kind{
	Kind: plan.Kind{
		Name: "zeroDowntime", Mode: plan.Enforced, Rules: []string{"T13"},
		Reach: plan.Reach{Of: plan.OfWorkloads, Fits: func(w plan.Workload) bool { return staysHere(w) && w.Kind == plan.ServiceKind }, Who: "a service that is built here"},
		Gate:  "maxUnavailable 0, readiness, the pause before the stop, and the disruption budget", Fails: "an old pod stays until a new one is ready",
		Asks:  wants(plan.NoGap),
		Check: func(p plan.Plan, c plan.Criterion) diag.List { return tooFew(p, c, "no interruption", leastForDeploys) },
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			return fmt.Sprintf("An old pod%s stays until a new one is ready, leaves the Service before it is stopped, and a drain takes one at a time.", ofThem(p, c))
		},
		Labels: func(plan.Plan, plan.Criterion) []plan.Label {
			return []plan.Label{{On: plan.ToRollout, Text: "zero downtime", Last: true}}
		},
	},
	Support: []Part{
		Stops(InDeployment, `^spec\.strategy\.rollingUpdate\.maxUnavailable$`, "an old pod stays until a new one is ready"),
		Stops(InDeployment, `^spec\.minReadySeconds$`, "how long a pod must be ready before it counts"),
		Stops(InDeployment, Container+`readinessProbe\.failureThreshold$`, "readiness probe: failures before a pod gets no traffic"),
		Stops(InDeployment, Container+`lifecycle\.preStop\.sleep\.seconds$`, "pause before the stop"),
		Stops(InBudget, `^spec\.maxUnavailable$`, "disruption budget: pods that a drain may take at a time"),
		needs(InDeployment, `^spec\.replicas$`, "how many pods run").calculated(),
		needs(InScaler, `^spec\.minReplicas$`, "how many pods run at the least").calculated(),
		needs(InScaler, `^(kind|metadata\.name|spec\.scaleTargetRef)\b`, "what sets the number of pods"),
		needs(InDeployment, `^spec\.(strategy|selector|paused|minReadySeconds)\b`, "how pods are replaced"),
		needs(InDeployment, `^spec\.template\.(metadata\.labels|spec\.terminationGracePeriodSeconds)\b`, "the pods that the budget and the Service count, and how long they have to stop"),
		needs(InDeployment, Container+`(readinessProbe|lifecycle)\b`, "when a pod gets requests, and how it leaves"),
		needs(InBudget, `^spec\b`, "what the budget protects"),
		needs(InService, `^spec\b`, "the Service that pods leave before they stop"),
		source,
	},
	Proof:    leavesNoGap,
	Promised: func(plan.Criterion) string { return "no request is lost" },
	// It cannot be seen afterwards: a request that was lost leaves no trace in the systems that are asked here.
	JudgeEach: func(plan.Criterion, Delivery, Environment) Outcome {
		return Unmeasured.By("nobody counts requests during a deploy; ask the address in a loop while one runs")
	},
	Lacks: Reasons{"Loosened": noFigure},
}

// leavesNoGap: new pods are ready before old ones go, and each leaves the Service before it stops.
func leavesNoGap(c plan.Criterion, on *rules.Case) {
	for t, a := range programs(c, on) {
		at := a.Get("spec", "strategy", "rollingUpdate", "maxUnavailable")
		kind, unavailable := a.Get("spec", "strategy", "type"), at.Text()
		if kind.Text() == "Recreate" {
			at = kind
		}
		if kind.Text() == "Recreate" || unavailable != "0" && unavailable != "0%" {
			on.Unkept("K15", at.At(), t.At(), "maxUnavailable: 0", "a deploy takes pods of %s away before new ones are ready", a.Label())
		}
		if n, says := t.LeastPods(a.Object); n < leastForDeploys {
			on.Unkept("K15", says.At(), t.At(), fmt.Sprintf("write at least %d", leastForDeploys), "%s runs %d pods in %s, and a node that is drained takes the only one", a.Label(), n, t.Dir)
		}
		if stop := a.Container.Get("lifecycle"); !stop.Get("preStop").OK() {
			on.Unkept("K22", stop.At(), t.At(), "keep preStop", "%s stops while requests are still sent to it", a.Label())
		}
	}
}

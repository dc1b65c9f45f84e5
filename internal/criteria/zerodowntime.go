package criteria

import (
	"fmt"
	"math"
	"strconv"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// leastForDeploys is how many pods there must be so that one of them may go.
const leastForDeploys = 2

// Where it bites, with the number of pods that may be away, and what happens there.
const (
	gapGate  = "maxUnavailable %s, readiness, the pause before the stop, and the disruption budget"
	gapFails = "an old pod stays until a new one is ready"
	orAway   = ", or is one of those that may be away"
)

// zeroDowntime promises that a deploy interrupts no request.
var zeroDowntime = Kind{
	Kind: plan.Kind{
		Name: "zeroDowntime", Mode: plan.Enforced, Rules: []string{"T13"},
		Reach: plan.Reach{Of: plan.OfWorkloads, Fits: orOwn(func(w plan.Workload) bool { return staysHere(w) && w.Kind == plan.ServiceKind && w.Stateful == nil }), Who: "a service that is built here and is not stateful: a pod that keeps its name stops before it starts anew"},
		Gate:  fmt.Sprintf(gapGate, "0"), Fails: gapFails,
		Figured: func(p plan.Plan, c plan.Criterion) (gate, fails string) {
			least, most := mayBeAway(p, c)
			figure, fails := strconv.Itoa(most), gapFails
			if least < most {
				figure = fmt.Sprintf("%d to %d", least, most)
			}
			if most > 0 {
				fails += orAway
			}
			return fmt.Sprintf(gapGate, figure), fails
		},
		Asks: wants(plan.NoGap),
		Check: func(p plan.Plan, c plan.Criterion) diag.List {
			return append(tooFew(p, c, "no interruption", leastForDeploys), interrupts(p, c)...)
		},
		Keeps: func(p plan.Plan, c plan.Criterion) string {
			stays := "stays until a new one is ready"
			if _, most := mayBeAway(p, c); most > 0 {
				stays += orAway
			}
			return fmt.Sprintf("An old pod%s %s, leaves the Service before it is stopped, and a drain takes one at a time.", ofThem(p, c), stays) + byHelm(p, c)
		},
		Labels: func(plan.Plan, plan.Criterion) []plan.Label {
			return []plan.Label{{On: plan.ToRollout, Text: "zero downtime", Last: true}}
		},
	},
	Support: []Part{
		Stops(InDeployment, `^spec\.strategy\.(rollingUpdate|canary)\.maxUnavailable$`, "an old pod stays until a new one is ready"),
		Stops(InDeployment, `^spec\.strategy\.blueGreen\.scaleDownDelaySeconds$`, "how long the old pods stay after the switch"),
		Stops(InDeployment, `^spec\.minReadySeconds$`, "how long a pod must be ready before it counts"),
		Stops(InDeployment, Container+`readinessProbe\.failureThreshold$`, "readiness probe: failures before a pod gets no traffic"),
		Stops(InDeployment, Container+`lifecycle\.preStop\.(sleep\.seconds|exec\.command)$`, "pause before the stop"),
		Stops(InBudget, `^spec\.maxUnavailable$`, "disruption budget: pods that a drain may take at a time"),
		needs(InDeployment, `^spec\.replicas$`, "how many pods run").calculated(),
		needs(InScaler, `^spec\.(minReplicas|minReplicaCount)$`, "how many pods run at the least").calculated(),
		needs(InScaler, `^(kind|metadata\.name|spec\.scaleTargetRef)\b`, "what sets the number of pods"),
		needs(InDeployment, `^spec\.(strategy|selector|paused|minReadySeconds)\b`, "how pods are replaced"),
		needs(InDeployment, `^spec\.template\.(metadata\.labels|spec\.terminationGracePeriodSeconds)\b`, "the pods that the budget and the Service count, and how long they have to stop"),
		needs(InDeployment, Container+`(readinessProbe|lifecycle)\b`, "when a pod gets requests, and how it leaves"),
		needs(InBudget, `^spec\b`, "what the budget protects"),
		needs(InFields, `.`, "where kustomize finds the fields of a Rollout"),
		needs(InService, `^spec\b`, "the Service that pods leave before they stop"),
		source, rendering,
	},
	Proof:    leavesNoGap,
	Promised: func(plan.Criterion) string { return "no request is lost" },
	// It cannot be seen afterwards: a request that was lost leaves no trace in the systems that are asked here.
	JudgeEach: func(plan.Criterion, Delivery, Environment) Outcome {
		return Unmeasured.By("nobody counts requests during a deploy; ask the address in a loop while one runs")
	},
	Lacks: Reasons{"Loosened": noFigure},
}

// interrupts refuses what takes pods away before others are there, or stops them while they are asked (K15, K22).
func interrupts(p plan.Plan, c plan.Criterion) diag.List {
	var out diag.List
	no := func(rule, at, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: rule, Path: at, Help: help,
			Message: fmt.Sprintf("criterion %s promises no interruption, but ", c.ID) + fmt.Sprintf(format, args...)})
	}
	for _, w := range staying(p, c) {
		if w.Rollout.Recreate && !w.Recreates() { // the compiler says why a claim asks for it
			no("K15", w.Path+".rollout.strategy", "leave it out, or leave the criterion to workloads that are replaced one after the other", "with strategy recreate no pod of %s answers between two versions", w.Name)
		}
		if w.Probes.None != "" {
			no("K13", w.Path+".probes.none", "ask the program: over HTTP by readiness, by grpc or exec, or with tcp: true whether its port is open", "nothing says when a new pod of %s can take requests", w.Name)
		}
		for _, e := range p.Running() {
			r, n := e.Rollout(w), e.Least(w)
			if !w.RunsIn(e.Name) || !c.Covers(w.Name, e.Name) || w.Rollout.Recreate || r.Unavailable == 0 || n-r.Unavailable >= leastForDeploys {
				continue
			}
			at := w.Path + ".rollout.unavailable"
			for _, d := range e.All(w.Name) {
				if d.Unavailable != nil {
					at = d.Path + ".rollout.unavailable"
				}
			}
			no("K15", at, fmt.Sprintf("write unavailable: 0, or give it at least %d replicas", leastForDeploys+r.Unavailable), "a deploy to %s leaves %d of %d pods of %s, and a node that is drained takes one more", e.Where(), max(0, n-r.Unavailable), n, w.Name)
		}
	}
	return out
}

// mayBeAway are the least and the most pods of a workload that a deploy may take away in an environment of a criterion.
func mayBeAway(p plan.Plan, c plan.Criterion) (least, most int) {
	least = math.MaxInt
	for _, w := range staying(p, c) {
		for _, e := range p.Environments {
			if w.RunsIn(e.Name) && c.Covers(w.Name, e.Name) {
				n := e.Rollout(w).Unavailable
				least, most = min(least, n), max(most, n)
			}
		}
	}
	return least, most
}

// leavesNoGap: new pods are ready before old ones go, or enough stay, and each leaves the Service before it stops.
func leavesNoGap(c plan.Criterion, on *rules.Case) {
	for t, a := range programs(c, on) {
		at, takes := a.Unavailable()
		kind, unavailable := a.Get("spec", "strategy", "type"), at.Text()
		if kind.Text() == "Recreate" {
			at = kind
		}
		n, pods := t.LeastPods(a.Object)
		away, counted := at.Number()
		if kind.Text() == "Recreate" || takes && unavailable != "0" && unavailable != "0%" && (!counted || away > a.Fact.Away || n-away < leastForDeploys) {
			on.Unkept("K15", at.At(), t.At(), "maxUnavailable: 0", "a deploy takes pods of %s away before new ones are ready", a.Label())
		}
		if n < leastForDeploys {
			on.Unkept("K15", pods.At(), t.At(), fmt.Sprintf("write at least %d", leastForDeploys), "%s runs %d pods in %s, and a node that is drained takes the only one", a.Label(), n, t.Dir)
		}
		if stop := a.Container.Get("lifecycle"); !stop.Get("preStop").OK() {
			on.Unkept("K22", stop.At(), t.At(), "keep preStop", "%s stops while requests are still sent to it", a.Label())
		}
	}
}

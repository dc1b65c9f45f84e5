package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// k10: pods and containers give up what they do not need.
func findsK10(f *Case) {
	f.pods(func(_ *pipeline.Target, w pipeline.Workload) {
		pod := w.Pod().Get("securityContext")
		for _, c := range w.Containers() {
			own := c.Get("securityContext")
			var missing []string
			lacks := func(name string, ok bool) {
				if !ok {
					missing = append(missing, name)
				}
			}
			lacks("runAsNonRoot: true", own.Get("runAsNonRoot").True() || pod.Get("runAsNonRoot").True() && !own.Get("runAsNonRoot").OK())
			lacks("seccompProfile", own.Get("seccompProfile").OK() || pod.Get("seccompProfile").OK())
			lacks("allowPrivilegeEscalation: false", own.Get("allowPrivilegeEscalation").False())
			lacks("readOnlyRootFilesystem: true", own.Get("readOnlyRootFilesystem").True())
			dropped := strings.Join(own.Get("capabilities", "drop").List(), " ")
			lacks("capabilities: drop: [ALL]", strings.Contains(strings.ToUpper(dropped), "ALL"))
			lacks("privileged: false", !own.Get("privileged").True())
			if len(missing) > 0 {
				f.broken(c.At(), nowhere, "add "+strings.Join(missing, ", ")+" to its securityContext", "container %s of %s has more rights than it needs", Quoted(c.Get("name").Text()), w.Label())
			}
		}
	})
}

// k12: a pod has an account of its own, and no token that it does not use.
func findsK12(f *Case) {
	f.pods(func(t *pipeline.Target, w pipeline.Workload) {
		pod := w.Pod()
		var missing []string
		if !pod.Get("serviceAccountName").OK() {
			missing = append(missing, "serviceAccountName")
		}
		if !pod.Get("automountServiceAccountToken").False() {
			missing = append(missing, "automountServiceAccountToken: false")
		}
		if !pod.Get("enableServiceLinks").False() {
			missing = append(missing, "enableServiceLinks: false")
		}
		if len(missing) > 0 {
			f.broken(pod.At(), nowhere, "add "+strings.Join(missing, ", "), "the pods of %s use the namespace's default account, or are given a token and variables that they do not need", w.Label())
		}
	})
}

// k13: three probes that ask different things.
func findsK13(f *Case) {
	f.serving(func(t *pipeline.Target, w pipeline.Workload, c pipeline.Node) {
		readiness, liveness, startup := c.Get("readinessProbe"), c.Get("livenessProbe"), c.Get("startupProbe")
		var missing []string
		for _, p := range []struct {
			name string
			node pipeline.Node
		}{{"startupProbe", startup}, {"readinessProbe", readiness}, {"livenessProbe", liveness}} {
			if !p.node.OK() {
				missing = append(missing, p.name)
			}
		}
		if len(missing) > 0 {
			f.broken(c.At(), nowhere, "add "+strings.Join(missing, ", "), "container %s of %s has no %s", Quoted(c.Get("name").Text()), w.Label(), strings.Join(missing, " and no "))
		}
		a, b := readiness.Get("httpGet", "path"), liveness.Get("httpGet", "path")
		if a.OK() && b.OK() && a.Text() == b.Text() {
			f.broken(b.At(), a.At(), "give liveness a path that depends on nothing else", "readiness and liveness both ask %s: a slow dependency restarts the pods", Quoted(a.Text()))
		}
	})
}

// serving visits the containers that serve.
func (f *Case) serving(visit func(*pipeline.Target, pipeline.Workload, pipeline.Node)) {
	f.pods(func(t *pipeline.Target, w pipeline.Workload) {
		if w.LongRunning() {
			for _, c := range w.Pod().Get("containers").Items() {
				visit(t, w, c)
			}
		}
	})
}

// k14: every container says what it needs and what it may use.
func findsK14(f *Case) {
	f.pods(func(_ *pipeline.Target, w pipeline.Workload) {
		for _, c := range w.Containers() {
			var missing []string
			for _, kind := range []string{"requests", "limits"} {
				for _, what := range []string{"cpu", "memory", "ephemeral-storage"} {
					if !c.Get("resources", kind, what).OK() {
						missing = append(missing, kind+"."+what)
					}
				}
			}
			if len(missing) == 0 {
				continue
			}
			at := c.At()
			if r := c.Get("resources"); r.OK() {
				at = r.At()
			}
			f.broken(at, nowhere, "add "+strings.Join(missing, ", "), "container %s of %s does not say all that it needs and may use", Quoted(c.Get("name").Text()), w.Label())
		}
	})
}

// slowDeadline is Kubernetes' own progress deadline, in seconds.
const slowDeadline = 600

// k16: a rollout that hangs is noticed.
func findsK16(f *Case) {
	f.pods(func(_ *pipeline.Target, w pipeline.Workload) {
		if w.Kind != "Deployment" {
			return
		}
		d := w.Get("spec", "progressDeadlineSeconds")
		if n, ok := d.Number(); !ok || n >= slowDeadline {
			f.broken(d.At(), nowhere, "progressDeadlineSeconds: 180", "a rollout of %s that hangs is noticed after ten minutes", w.Label())
		}
	})
}

// k17: a node can be drained, and not all pods go at once.
func findsK17(f *Case) {
	f.pods(func(t *pipeline.Target, w pipeline.Workload) {
		replicas, known := w.Get("spec", "replicas").Number()
		if !w.LongRunning() || !known || replicas < 2 {
			return
		}
		for _, b := range t.Kinds("PodDisruptionBudget") {
			if !pipeline.Matches(b.Get("spec", "selector"), w.Labels()) {
				continue
			}
			least := b.Get("spec", "minAvailable")
			if n, ok := least.Number(); ok && n >= replicas || least.Text() == "100%" {
				f.broken(least.At(), w.Get("spec", "replicas").At(), "maxUnavailable: 1", "%s keeps every node that runs a pod of %s from being drained", b.Label(), w.Label())
			}
			if b.Get("spec", "unhealthyPodEvictionPolicy").Text() != "AlwaysAllow" {
				f.broken(b.Get("spec").At(), nowhere, "add unhealthyPodEvictionPolicy: AlwaysAllow", "%s lets a pod that is not well block a drain", b.Label())
			}
			return
		}
		f.broken(w.At(), nowhere, "add a PodDisruptionBudget with maxUnavailable: 1", "nothing keeps all pods of %s from being evicted at once", w.Label())
	})
}

// k23: an autoscaler is alone in setting the number of pods.
func findsK23(f *Case) {
	for _, t := range f.targets {
		for _, h := range t.Kinds("HorizontalPodAutoscaler") {
			for _, w := range t.Workloads() {
				ref := h.Get("spec", "scaleTargetRef")
				if r := w.Get("spec", "replicas"); r.OK() && w.Scaled(h) {
					f.broken(r.At(), ref.At(), "remove replicas", "%s and %s both set the number of pods", w.Label(), h.Label())
				}
			}
		}
	}
}

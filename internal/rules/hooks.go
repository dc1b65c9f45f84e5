package rules

import (
	"net/url"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

const hookAnnotation = "argocd.argoproj.io/hook"

var phases = map[string]bool{"PreSync": true, "Sync": true, "PostSync": true, "SyncFail": true, "PostDelete": true, "PreDelete": true, "Skip": true}

func isHook(w pipeline.Workload) bool {
	return w.Kind == "Job" && w.Hook()
}

// knownPhases requires that Argo CD knows when to run each hook.
func (c *Case) knownPhases(o *overlay) {
	for _, obj := range o.Objects {
		hook := obj.Get("metadata", "annotations", hookAnnotation)
		for _, phase := range strings.Split(hook.Text(), ",") {
			if hook.OK() && !phases[strings.TrimSpace(phase)] {
				c.broken(hook.At(), nowhere, "write PostSync", "%s is a hook for %s, which Argo CD does not know", obj.Label(), quoted(phase))
			}
		}
	}
}

// asksService requires that an address inside the cluster is one of a Service that
// is rendered beside the hook, and that the hook reaches the program behind it.
func (c *Case) asksService(o *overlay, apps []Program, hook pipeline.Workload) {
	hook.Pod().Scalars(func(n pipeline.Node) {
		u, err := url.Parse(n.Text())
		if err != nil || u.Scheme != "http" || strings.Contains(u.Hostname(), ".") || u.Hostname() == "" || c.Facts.exists("Service", u.Hostname()) {
			return
		}
		at := o.At()
		for _, s := range o.Kinds("Service") {
			if at = s.Get("metadata", "name").At(); s.Name == u.Hostname() {
				for _, a := range apps {
					if pipeline.Selects(s.Get("spec", "selector"), a.Labels()) {
						c.reaches(o, a, hook)
					}
				}
				return
			}
		}
		c.broken(n.At(), at, "ask the Service by its name, or declare it in deploy.existing", "%s asks %s, and no Service is called that", hook.Label(), quoted(u.Hostname()))
	})
}

// reaches asks whether the pods of a caller get to a program: in, past the policies on
// the program, and out, past those on themselves. Policies add up: what one of
// them lets through, passes.
func (c *Case) reaches(o *overlay, app Program, caller pipeline.Workload) {
	in, out := entry(o, app, caller.Labels()), barrier{}
	for _, np := range o.Kinds("NetworkPolicy") {
		selector, egress := np.Get("spec", "podSelector"), np.Get("spec", "egress")
		if pipeline.Matches(selector, caller.Labels()) && policyType(np, "Egress") {
			out.add(np, egress, letsOut(egress, app.Workload))
		}
	}
	if in.shut() {
		c.broken(in.rules.At(), caller.Template.At(), "let the pods of "+caller.Name+" in", "%s keeps the pods of %s out", in.np.Label(), caller.Label())
	}
	if out.shut() {
		c.broken(out.rules.At(), caller.Template.At(), "let the pods of "+caller.Name+" reach "+app.Name+", or give them another label", "%s keeps the pods of %s from reaching %s", out.np.Label(), caller.Label(), app.Name)
	}
}

// entry is what the policies on a program let pods with these labels in by.
func entry(o *overlay, app Program, caller pipeline.Labels) barrier {
	var in barrier
	for _, np := range o.Kinds("NetworkPolicy") {
		if ingress := np.Get("spec", "ingress"); pipeline.Matches(np.Get("spec", "podSelector"), app.Labels()) && policyType(np, "Ingress") {
			in.add(np, ingress, letsIn(ingress, "from", caller))
		}
	}
	return in
}

// barrier is what the policies on a pod make together.
type barrier struct {
	np    *pipeline.Object
	rules pipeline.Node
	open  bool
}

func (b *barrier) add(np *pipeline.Object, rules pipeline.Node, open bool) {
	b.np, b.rules, b.open = np, rules, b.open || open
}

func (b *barrier) shut() bool { return b.np != nil && !b.open }

// letsIn reports whether a rule lets a pod of the same namespace through.
func letsIn(rules pipeline.Node, side string, l pipeline.Labels) bool {
	for _, r := range rules.Items() {
		peers := r.Get(side)
		if !peers.OK() {
			return true
		}
		for _, p := range peers.Items() {
			if s := p.Get("podSelector"); s.OK() && !p.Get("namespaceSelector").OK() && pipeline.Matches(s, l) {
				return true
			}
		}
	}
	return false
}

// letsOut also looks at the port: what leaves is bound for the program's own one.
func letsOut(rules pipeline.Node, app pipeline.Workload) bool {
	for _, r := range rules.Items() {
		to := r.Get("to")
		open := !to.OK()
		for _, p := range to.Items() {
			open = open || p.Get("podSelector").OK() && pipeline.Matches(p.Get("podSelector"), app.Labels())
		}
		if !open {
			continue
		}
		ports := r.Get("ports")
		if !ports.OK() {
			return true
		}
		for _, port := range ports.Items() {
			n := port.Get("port").Text()
			for _, c := range app.Containers() {
				for _, have := range c.Get("ports").Items() {
					if n == have.Get("name").Text() || n == have.Get("containerPort").Text() {
						return true
					}
				}
			}
		}
	}
	return false
}

package prove

import (
	"net/url"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var pinned = lazy.Regexp(`@sha256:[0-9a-f]{64}$`)

// x26: images besides the application's own are pinned by digest, and a hook's pod
// may reach the application through its NetworkPolicy.
func x26(m *model) {
	for _, o := range m.overlays {
		app, own, ok := o.app(m)
		for _, w := range o.workloads() {
			for _, c := range w.containers() {
				image := c.get("image")
				if ok && c.y == own.y || pipeline.ParseImage(image.text()).Name == m.facts.Image {
					continue
				}
				if !pinned().MatchString(image.text()) {
					m.broken(X26, image.at(), o.at(), "add @sha256: and the digest", "%s runs %s, which is not pinned by digest", w.label(), quoted(image.text()))
				}
			}
			if ok && isHook(w) {
				m.reaches(o, app, w)
				m.asksService(o, w)
			}
		}
		for _, obj := range o.objects {
			hook := obj.get("metadata", "annotations", hookAnnotation)
			for _, phase := range strings.Split(hook.text(), ",") {
				if hook.ok() && !phases[strings.TrimSpace(phase)] {
					m.broken(X26, hook.at(), o.at(), "write PostSync", "%s is a hook for %s, which Argo CD does not know", obj.label(), quoted(phase))
				}
			}
		}
	}
}

const hookAnnotation = "argocd.argoproj.io/hook"

var phases = map[string]bool{"PreSync": true, "Sync": true, "PostSync": true, "SyncFail": true, "PostDelete": true, "PreDelete": true, "Skip": true}

func isHook(w workload) bool {
	return w.kind == "Job" && w.get("metadata", "annotations", hookAnnotation).ok()
}

// asksService requires that an address inside the cluster is one of a Service that
// is rendered beside the hook.
func (m *model) asksService(o *overlay, hook workload) {
	hook.pod().strings(func(n node) {
		u, err := url.Parse(n.text())
		if err != nil || u.Scheme != "http" || strings.Contains(u.Hostname(), ".") || u.Hostname() == "" {
			return
		}
		at := o.at()
		for s := range o.kind("Service") {
			if at = s.get("metadata", "name").at(); s.ident == u.Hostname() {
				return
			}
		}
		m.broken(X26, n.at(), at, "ask the Service by its name", "%s asks %s, and no Service is called that", hook.label(), quoted(u.Hostname()))
	})
}

// reaches asks whether the hook's pods get to the application: in, past the
// policies on the application, and out, past those on themselves. Policies add up:
// what one of them lets through, passes.
func (m *model) reaches(o *overlay, app, hook workload) {
	var in, out barrier
	for np := range o.kind("NetworkPolicy") {
		selector, ingress, egress := np.get("spec", "podSelector"), np.get("spec", "ingress"), np.get("spec", "egress")
		if matchesSelector(selector, podLabels(app)) && policyType(np, "Ingress") {
			in.add(np, ingress, lets(ingress, "from", podLabels(hook)))
		}
		if matchesSelector(selector, podLabels(hook)) && policyType(np, "Egress") {
			out.add(np, egress, letsOut(egress, app))
		}
	}
	if in.shut() {
		m.broken(X26, in.rules.at(), hook.template.at(), "let the hook's pods in", "%s keeps the pods of %s out", in.np.label(), hook.label())
	}
	if out.shut() {
		m.broken(X26, out.rules.at(), hook.template.at(), "let the hook's pods reach the application, or give them another label", "%s keeps the pods of %s from reaching the application", out.np.label(), hook.label())
	}
}

// barrier is what the policies on a pod make together.
type barrier struct {
	np    *object
	rules node
	open  bool
}

func (b *barrier) add(np *object, rules node, open bool) {
	b.np, b.rules, b.open = np, rules, b.open || open
}

func (b *barrier) shut() bool { return b.np != nil && !b.open }

// lets reports whether a rule lets a pod of the same namespace through.
func lets(rules node, side string, l labels) bool {
	for _, r := range rules.items() {
		peers := r.get(side)
		if !peers.ok() {
			return true
		}
		for _, p := range peers.items() {
			if s := p.get("podSelector"); s.ok() && !p.get("namespaceSelector").ok() && matchesSelector(s, l) {
				return true
			}
		}
	}
	return false
}

// letsOut also looks at the port: what leaves is bound for the program's own one.
func letsOut(rules node, app workload) bool {
	for _, r := range rules.items() {
		to := r.get("to")
		open := !to.ok()
		for _, p := range to.items() {
			open = open || p.get("podSelector").ok() && matchesSelector(p.get("podSelector"), podLabels(app))
		}
		if !open {
			continue
		}
		ports := r.get("ports")
		if !ports.ok() {
			return true
		}
		for _, port := range ports.items() {
			n := port.get("port").text()
			for _, c := range app.containers() {
				for _, have := range c.get("ports").items() {
					if n == have.get("name").text() || n == have.get("containerPort").text() {
						return true
					}
				}
			}
		}
	}
	return false
}

package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// k10: every pod is one that Pod Security's level restricted lets in, which the
// namespace asks for, and the root file system is read-only.
func provesK10(m *Case) {
	for _, o := range m.overlays {
		for _, w := range o.Workloads() {
			pod := w.Pod()
			for _, field := range []string{"hostNetwork", "hostPID", "hostIPC"} {
				if n := pod.Get(field); n.Text() == "true" {
					m.broken(n.At(), o.At(), "remove it", "%s shares %s with its node", w.Label(), field)
				}
			}
			for _, v := range pod.Get("volumes").Items() {
				if n := v.Get("hostPath"); n.OK() {
					m.broken(n.At(), o.At(), "use an emptyDir or a claim", "%s mounts a folder of its node", w.Label())
				}
			}
			for _, c := range w.Containers() {
				m.restricted(o, w, c)
			}
		}
	}
}

// restricted holds one container, or what its pod says for it, against the rule.
func (m *Case) restricted(o *overlay, w pipeline.Workload, c pipeline.Node) {
	pod := w.Pod().Get("securityContext")
	own := c.Get("securityContext")
	either := func(field string) pipeline.Node {
		if n := own.Get(field); n.OK() {
			return n
		}
		if n := pod.Get(field); n.OK() {
			return n
		}
		return own.Get(field)
	}
	no := func(n pipeline.Node, help, what string) {
		m.broken(n.At(), o.At(), help, "%s: its container %s %s", w.Label(), quoted(c.Get("name").Text()), what)
	}
	if n := either("runAsNonRoot"); n.Text() != "true" {
		no(n, "runAsNonRoot: true", "may run as root")
	}
	for _, field := range []string{"runAsUser", "runAsGroup"} {
		if id, ok := either(field).Number(); !ok || id <= 10000 {
			no(either(field), field+": 10001", "runs under a "+field+" that a user of the node may have")
		}
	}
	if n := either("seccompProfile").Get("type"); n.Text() != "RuntimeDefault" && n.Text() != "Localhost" {
		no(n, "seccompProfile: type: RuntimeDefault", "may make every system call")
	}
	if n := own.Get("privileged"); n.Text() == "true" {
		no(n, "privileged: false", "is privileged")
	}
	if n := own.Get("allowPrivilegeEscalation"); n.Text() != "false" {
		no(n, "allowPrivilegeEscalation: false", "may gain rights")
	}
	if n := own.Get("readOnlyRootFilesystem"); n.Text() != "true" {
		no(n, "readOnlyRootFilesystem: true", "may write to its root file system")
	}
	if n := own.Get("capabilities", "drop"); !slices.Contains(n.List(), "ALL") {
		no(n, "capabilities: drop: [ALL]", "keeps capabilities")
	}
	for _, n := range own.Get("capabilities", "add").Items() {
		if n.Text() != "NET_BIND_SERVICE" {
			no(n, "remove it", "gets the capability "+quoted(n.Text()))
		}
	}
}

// k13: the application has all three probes, and a dependency that is slow does not
// restart it.
func provesK13(m *Case) {
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
			n := c.Get(probe)
			asks := n.Get("httpGet").OK() || n.Get("tcpSocket").OK() || n.Get("exec").OK() || n.Get("grpc").OK()
			if !asks {
				m.broken(n.At(), o.At(), "keep the probe", "%s has no %s, and is taken for well whatever it does", w.Label(), probe)
			}
		}
		ready, alive := c.Get("readinessProbe", "httpGet", "path"), c.Get("livenessProbe", "httpGet", "path")
		if alive.OK() && alive.Text() == ready.Text() {
			m.broken(alive.At(), ready.At(), "ask a path that depends on nothing", "%s: readiness and liveness both ask %s, and a slow dependency restarts the pods", w.Label(), quoted(alive.Text()))
		}
	}
}

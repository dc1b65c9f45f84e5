package prove

import "slices"

// k10: every pod is one that Pod Security's level restricted lets in, which the
// namespace asks for, and the root file system is read-only.
func k10(m *model) {
	for _, o := range m.overlays {
		for _, w := range o.workloads() {
			pod := w.pod()
			for _, field := range []string{"hostNetwork", "hostPID", "hostIPC"} {
				if n := pod.get(field); n.text() == "true" {
					m.broken(K10, n.at(), o.at(), "remove it", "%s shares %s with its node", w.label(), field)
				}
			}
			for _, v := range pod.get("volumes").items() {
				if n := v.get("hostPath"); n.ok() {
					m.broken(K10, n.at(), o.at(), "use an emptyDir or a claim", "%s mounts a folder of its node", w.label())
				}
			}
			for _, c := range w.containers() {
				m.restricted(o, w, c)
			}
		}
	}
}

// restricted holds one container, or what its pod says for it, against the rule.
func (m *model) restricted(o *overlay, w workload, c node) {
	pod := w.pod().get("securityContext")
	own := c.get("securityContext")
	either := func(field string) node {
		if n := own.get(field); n.ok() {
			return n
		}
		if n := pod.get(field); n.ok() {
			return n
		}
		return own.get(field)
	}
	no := func(n node, help, what string) {
		m.broken(K10, n.at(), o.at(), help, "%s: its container %s %s", w.label(), quoted(c.get("name").text()), what)
	}
	if n := either("runAsNonRoot"); n.text() != "true" {
		no(n, "runAsNonRoot: true", "may run as root")
	}
	for _, field := range []string{"runAsUser", "runAsGroup"} {
		if id, ok := either(field).number(); !ok || id <= 10000 {
			no(either(field), field+": 10001", "runs under a "+field+" that a user of the node may have")
		}
	}
	if n := either("seccompProfile").get("type"); n.text() != "RuntimeDefault" && n.text() != "Localhost" {
		no(n, "seccompProfile: type: RuntimeDefault", "may make every system call")
	}
	if n := own.get("privileged"); n.text() == "true" {
		no(n, "privileged: false", "is privileged")
	}
	if n := own.get("allowPrivilegeEscalation"); n.text() != "false" {
		no(n, "allowPrivilegeEscalation: false", "may gain rights")
	}
	if n := own.get("readOnlyRootFilesystem"); n.text() != "true" {
		no(n, "readOnlyRootFilesystem: true", "may write to its root file system")
	}
	if n := own.get("capabilities", "drop"); !slices.Contains(n.list(), "ALL") {
		no(n, "capabilities: drop: [ALL]", "keeps capabilities")
	}
	for _, n := range own.get("capabilities", "add").items() {
		if n.text() != "NET_BIND_SERVICE" {
			no(n, "remove it", "gets the capability "+quoted(n.text()))
		}
	}
}

// k13: the application has all three probes, and a dependency that is slow does not
// restart it.
func k13(m *model) {
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
			n := c.get(probe)
			asks := n.get("httpGet").ok() || n.get("tcpSocket").ok() || n.get("exec").ok() || n.get("grpc").ok()
			if !asks {
				m.broken(K13, n.at(), o.at(), "keep the probe", "%s has no %s, and is taken for well whatever it does", w.label(), probe)
			}
		}
		ready, alive := c.get("readinessProbe", "httpGet", "path"), c.get("livenessProbe", "httpGet", "path")
		if alive.ok() && alive.text() == ready.text() {
			m.broken(K13, alive.at(), ready.at(), "ask a path that depends on nothing", "%s: readiness and liveness both ask %s, and a slow dependency restarts the pods", w.label(), quoted(alive.text()))
		}
	}
}

// w19: no expression stands in a script, where its value would be read as commands.
func w19(m *model) {
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			for _, s := range j.steps {
				for _, n := range []node{s.get("run"), s.with("script")} {
					if hole().MatchString(n.text()) {
						m.broken(W19, n.at(), j.at(), "hand the value over in env, and quote the variable", "%s has an expression inside of a script: whoever chooses its value chooses the commands", j.label())
					}
				}
			}
		}
	}
}

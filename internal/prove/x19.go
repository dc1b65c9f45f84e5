package prove

import (
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// x19: one port from the program to whoever asks for it: container, probes,
// Service, NetworkPolicy, scrape annotation, smoke test.
func x19(m *model) {
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		p := ports{m: m, at: c.get("ports").at(), all: c.get("ports").items()}
		p.container()
		for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
			for _, how := range []string{"httpGet", "tcpSocket", "grpc"} {
				if port := c.get(probe, how, "port"); port.ok() {
					p.same(port, probe, "TCP")
				}
			}
		}
		for name, n := range w.template.get("metadata", "annotations").pairs() {
			if name == "prometheus.io/port" {
				p.same(n, "the scrape annotation", "TCP")
			}
		}
		m.servicePorts(o, w, p)
		m.policyPorts(o, w, p)
		m.jobPorts(o)
	}
	m.smokePort()
}

// ports are those of the application's container.
type ports struct {
	m   *model
	at  place
	all []node
}

func (p ports) container() {
	names := map[string]node{}
	listening := false
	for _, port := range p.all {
		n := port.get("containerPort")
		listening = listening || n.text() == strconv.Itoa(p.m.facts.Port)
		name := port.get("name")
		if first, taken := names[name.text()]; taken {
			p.m.broken(X19, name.at(), first.at(), "give each port a name of its own", "two ports are called %s", quoted(name.text()))
		}
		names[name.text()] = name
	}
	if !listening {
		at := p.at
		if len(p.all) > 0 {
			at = p.all[0].get("containerPort").at()
		}
		p.m.broken(X19, at, p.m.smokePlace(), "containerPort: "+strconv.Itoa(p.m.facts.Port), "the program listens on %d, and the container has no such port", p.m.facts.Port)
	}
}

// same requires that a port, by name or number, is the one that the program
// listens on.
func (p ports) same(n node, who, protocol string) {
	for _, port := range p.all {
		if n.text() != port.get("name").text() && n.text() != port.get("containerPort").text() {
			continue
		}
		have := port.get("protocol").text()
		if have == "" {
			have = "TCP"
		}
		if port.get("containerPort").text() == strconv.Itoa(p.m.facts.Port) && have == protocol {
			return
		}
	}
	p.m.broken(X19, n.at(), p.at, "name the port "+strconv.Itoa(p.m.facts.Port)+" of the container", "%s asks the port %s, and the program listens on %d (%s)", who, quoted(n.text()), p.m.facts.Port, p.at)
}

func protocol(n node) string {
	if t := n.get("protocol").text(); t != "" {
		return t
	}
	return "TCP"
}

func (m *model) servicePorts(o *overlay, w workload, p ports) {
	for s := range o.kind("Service") {
		if !selects(s.get("spec", "selector"), podLabels(w)) {
			continue
		}
		offered := false
		for _, port := range s.get("spec", "ports").items() {
			target := port.get("targetPort")
			if !target.ok() {
				target = port.get("port")
			}
			p.same(target, s.label(), protocol(port))
			offered = offered || m.facts.ServicePort == 0 || port.get("port").text() == strconv.Itoa(m.facts.ServicePort)
		}
		if !offered {
			at := s.get("spec", "ports")
			if all := at.items(); len(all) > 0 {
				at = all[0].get("port")
			}
			m.broken(X19, at.at(), m.readmeOf(o), "port: "+strconv.Itoa(m.facts.ServicePort), "clients use the port %d, and %s does not offer it", m.facts.ServicePort, s.label())
		}
		m.ingressPorts(o, s)
	}
}

// ingressPorts holds backends against the Service's own ports.
func (m *model) ingressPorts(o *overlay, s *object) {
	for i := range o.kind("Ingress") {
		for _, r := range i.get("spec", "rules").items() {
			for _, path := range r.get("http", "paths").items() {
				b := path.get("backend", "service")
				if b.get("name").text() != s.ident {
					continue
				}
				want := b.get("port", "name").text() + b.get("port", "number").text()
				known := false
				for _, port := range s.get("spec", "ports").items() {
					known = known || want == port.get("name").text() || want == port.get("port").text()
				}
				if !known {
					m.broken(X19, b.get("port").at(), s.get("spec", "ports").at(), "name a port of the Service", "%s asks %s for the port %s, which it does not offer", i.label(), s.label(), quoted(want))
				}
			}
		}
	}
}

// policyPorts requires that traffic to the program's port is let in, where
// policies keep any out.
func (m *model) policyPorts(o *overlay, w workload, p ports) {
	var in barrier
	for np := range o.kind("NetworkPolicy") {
		if !matchesSelector(np.get("spec", "podSelector"), podLabels(w)) || !policyType(np, "Ingress") {
			continue
		}
		rules := np.get("spec", "ingress")
		in.add(np, rules, len(rules.items()) > 0)
		for _, r := range rules.items() {
			for _, port := range r.get("ports").items() {
				p.same(port.get("port"), np.label(), protocol(port))
			}
		}
	}
	if in.shut() {
		m.broken(X19, in.rules.at(), p.at, "let the port in", "%s lets nobody reach the port %d", in.np.label(), m.facts.Port)
	}
}

func policyType(np *object, t string) bool {
	types := np.get("spec", "policyTypes")
	if !types.ok() {
		return t == "Ingress" || np.get("spec", "egress").ok()
	}
	for _, have := range types.list() {
		if have == t {
			return true
		}
	}
	return false
}

var portInURL = lazy.Regexp(`^https?://([a-z0-9-]+)[a-z0-9.-]*?(?::(\d+))?(/|$)`)

// jobPorts holds the addresses that a smoke Job asks against the Service.
func (m *model) jobPorts(o *overlay) {
	for _, w := range o.workloads() {
		if w.kind != "Job" {
			continue
		}
		for s := range o.kind("Service") {
			w.pod().strings(func(n node) {
				u := portInURL().FindStringSubmatch(n.text())
				if u == nil || u[1] != s.ident {
					return
				}
				asked := u[2]
				if asked == "" {
					asked = "80"
				}
				for _, port := range s.get("spec", "ports").items() {
					if port.get("port").text() == asked {
						return
					}
				}
				m.broken(X19, n.at(), s.get("spec", "ports").at(), "ask a port of the Service", "%s asks %s for the port %s, which it does not offer", w.label(), s.label(), asked)
			})
		}
	}
}

// smokePort holds the try of the image in CI against the same port.
func (m *model) smokePort() {
	m.smokeSteps(func(s *step) {
		if n := s.get("env", "PORT"); n.text() != strconv.Itoa(m.facts.Port) {
			m.broken(X19, n.at(), m.containerPort(), "PORT: "+strconv.Itoa(m.facts.Port), "%s tries the image on the port %s, and the program listens on %d", s.job.label(), quoted(n.text()), m.facts.Port)
		}
	})
}

func (m *model) smokePlace() place {
	at := place{}
	m.smokeSteps(func(s *step) { at = s.get("env", "PORT").at() })
	return at
}

func (m *model) containerPort() place {
	for _, o := range m.overlays {
		if _, c, ok := o.app(m); ok {
			return c.get("ports").at()
		}
	}
	return place{}
}

// smokeSteps are the steps that start the image before it is published.
func (m *model) smokeSteps(f func(*step)) {
	if m.smoke == nil {
		m.smoke = []*step{}
		for _, w := range m.workflows {
			for _, j := range w.jobs {
				for _, s := range j.steps {
					if strings.Contains(s.run(), "docker run") && s.get("env", "HEALTH_PATH").ok() {
						m.smoke = append(m.smoke, s)
					}
				}
			}
		}
	}
	for _, s := range m.smoke {
		f(s)
	}
}

package rules

import (
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x19: one port from the program to whoever asks for it: container, probes,
// Service, NetworkPolicy, scrape annotation, smoke test.
func provesX19(m *Case) {
	for _, o := range m.overlays {
		w, c, ok := o.app(m)
		if !ok {
			continue
		}
		p := containerPorts{m: m, at: c.Get("ports").At(), all: c.Get("ports").Items()}
		p.container()
		for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
			for _, how := range []string{"httpGet", "tcpSocket", "grpc"} {
				if port := c.Get(probe, how, "port"); port.OK() {
					p.same(port, probe, "TCP")
				}
			}
		}
		for name, n := range w.Template.Get("metadata", "annotations").Pairs() {
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
type containerPorts struct {
	m   *Case
	at  pipeline.Place
	all []pipeline.Node
}

func (p containerPorts) container() {
	names := map[string]pipeline.Node{}
	listening := false
	for _, port := range p.all {
		n := port.Get("containerPort")
		listening = listening || n.Text() == strconv.Itoa(p.m.Facts.Port)
		name := port.Get("name")
		if first, taken := names[name.Text()]; taken {
			p.m.broken(name.At(), first.At(), "give each port a name of its own", "two ports are called %s", quoted(name.Text()))
		}
		names[name.Text()] = name
	}
	if !listening {
		at := p.at
		if len(p.all) > 0 {
			at = p.all[0].Get("containerPort").At()
		}
		p.m.broken(at, p.m.smokePlace(), "containerPort: "+strconv.Itoa(p.m.Facts.Port), "the program listens on %d, and the container has no such port", p.m.Facts.Port)
	}
}

// same requires that a port, by name or number, is the one that the program
// listens on.
func (p containerPorts) same(n pipeline.Node, who, protocol string) {
	for _, port := range p.all {
		if n.Text() != port.Get("name").Text() && n.Text() != port.Get("containerPort").Text() {
			continue
		}
		have := port.Get("protocol").Text()
		if have == "" {
			have = "TCP"
		}
		if port.Get("containerPort").Text() == strconv.Itoa(p.m.Facts.Port) && have == protocol {
			return
		}
	}
	p.m.broken(n.At(), p.at, "name the port "+strconv.Itoa(p.m.Facts.Port)+" of the container", "%s asks the port %s, and the program listens on %d (%s)", who, quoted(n.Text()), p.m.Facts.Port, p.at)
}

func protocol(n pipeline.Node) string {
	if t := n.Get("protocol").Text(); t != "" {
		return t
	}
	return "TCP"
}

func (m *Case) servicePorts(o *overlay, w pipeline.Workload, p containerPorts) {
	for _, s := range o.Kinds("Service") {
		if !pipeline.Selects(s.Get("spec", "selector"), w.Labels()) {
			continue
		}
		offered := false
		for _, port := range s.Get("spec", "ports").Items() {
			target := port.Get("targetPort")
			if !target.OK() {
				target = port.Get("port")
			}
			p.same(target, s.Label(), protocol(port))
			offered = offered || m.Facts.ServicePort == 0 || port.Get("port").Text() == strconv.Itoa(m.Facts.ServicePort)
		}
		if !offered {
			at := s.Get("spec", "ports")
			if all := at.Items(); len(all) > 0 {
				at = all[0].Get("port")
			}
			m.broken(at.At(), m.readmeOf(o), "port: "+strconv.Itoa(m.Facts.ServicePort), "clients use the port %d, and %s does not offer it", m.Facts.ServicePort, s.Label())
		}
		m.ingressPorts(o, s)
	}
}

// ingressPorts holds backends against the Service's own ports.
func (m *Case) ingressPorts(o *overlay, s *pipeline.Object) {
	for _, i := range o.Kinds("Ingress") {
		for _, r := range i.Get("spec", "rules").Items() {
			for _, path := range r.Get("http", "paths").Items() {
				b := path.Get("backend", "service")
				if b.Get("name").Text() != s.Name {
					continue
				}
				want := b.Get("port", "name").Text() + b.Get("port", "number").Text()
				known := false
				for _, port := range s.Get("spec", "ports").Items() {
					known = known || want == port.Get("name").Text() || want == port.Get("port").Text()
				}
				if !known {
					m.broken(b.Get("port").At(), s.Get("spec", "ports").At(), "name a port of the Service", "%s asks %s for the port %s, which it does not offer", i.Label(), s.Label(), quoted(want))
				}
			}
		}
	}
}

// policyPorts requires that traffic to the program's port is let in, where
// policies keep any out.
func (m *Case) policyPorts(o *overlay, w pipeline.Workload, p containerPorts) {
	var in barrier
	for _, np := range o.Kinds("NetworkPolicy") {
		if !pipeline.Matches(np.Get("spec", "podSelector"), w.Labels()) || !policyType(np, "Ingress") {
			continue
		}
		rules := np.Get("spec", "ingress")
		in.add(np, rules, len(rules.Items()) > 0)
		for _, r := range rules.Items() {
			for _, port := range r.Get("ports").Items() {
				p.same(port.Get("port"), np.Label(), protocol(port))
			}
		}
	}
	if in.shut() {
		m.broken(in.rules.At(), p.at, "let the port in", "%s lets nobody reach the port %d", in.np.Label(), m.Facts.Port)
	}
}

func policyType(np *pipeline.Object, t string) bool {
	types := np.Get("spec", "policyTypes")
	if !types.OK() {
		return t == "Ingress" || np.Get("spec", "egress").OK()
	}
	for _, have := range types.List() {
		if have == t {
			return true
		}
	}
	return false
}

var portInURL = lazy.Regexp(`^https?://([a-z0-9-]+)[a-z0-9.-]*?(?::(\d+))?(/|$)`)

// jobPorts holds the addresses that a smoke Job asks against the Service.
func (m *Case) jobPorts(o *overlay) {
	for _, w := range o.Workloads() {
		if w.Kind != "Job" {
			continue
		}
		for _, s := range o.Kinds("Service") {
			w.Pod().Scalars(func(n pipeline.Node) {
				u := portInURL().FindStringSubmatch(n.Text())
				if u == nil || u[1] != s.Name {
					return
				}
				asked := u[2]
				if asked == "" {
					asked = "80"
				}
				for _, port := range s.Get("spec", "ports").Items() {
					if port.Get("port").Text() == asked {
						return
					}
				}
				m.broken(n.At(), s.Get("spec", "ports").At(), "ask a port of the Service", "%s asks %s for the port %s, which it does not offer", w.Label(), s.Label(), asked)
			})
		}
	}
}

// smokePort holds the try of the image in CI against the same port.
func (m *Case) smokePort() {
	m.smokeSteps(func(s *pipeline.Step) {
		if n := s.Get("env", "PORT"); n.Text() != strconv.Itoa(m.Facts.Port) {
			m.broken(n.At(), m.containerPort(), "PORT: "+strconv.Itoa(m.Facts.Port), "%s tries the image on the port %s, and the program listens on %d", s.Job.Label(), quoted(n.Text()), m.Facts.Port)
		}
	})
}

func (m *Case) smokePlace() pipeline.Place {
	at := pipeline.Place{}
	m.smokeSteps(func(s *pipeline.Step) { at = s.Get("env", "PORT").At() })
	return at
}

func (m *Case) containerPort() pipeline.Place {
	for _, o := range m.overlays {
		if _, c, ok := o.app(m); ok {
			return c.Get("ports").At()
		}
	}
	return pipeline.Place{}
}

// smokeSteps are the steps that start the image before it is published.
func (m *Case) smokeSteps(f func(*pipeline.Step)) {
	if m.smoke == nil {
		m.smoke = []*pipeline.Step{}
		for _, w := range m.Workflows {
			for _, j := range w.Jobs {
				for _, s := range j.Steps {
					if strings.Contains(s.Run(), "docker run") && s.Get("env", "HEALTH_PATH").OK() {
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

package rules

import (
	"slices"
	"strconv"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var ports = []Rule{
	{
		ID:    "X19",
		Title: "ports agree",
		Why:   "The port is written in many places, by number and by name. If one differs, probes fail, or the Service sends requests to nobody.",
		By:    Proof | Refusal | Import,
		Check: portsAgree,
	},
}

// portsAgree looks for somebody who asks a port that nobody has: probes, Services, policies
// and Ingresses. With a spec each program has one port.
func portsAgree(c *Case) {
	for _, t := range c.targets {
		for _, w := range t.Workloads() {
			if !w.LongRunning() {
				continue
			}
			p := podPorts{Case: c, w: w}
			for _, container := range w.Containers() {
				p.add(container)
			}
			if app := c.program(t, w); c.Facts != nil && app != nil && app.Fact.Kind != ownKind {
				p.app, p.at = app, app.Container.Get("ports").At()
				if app.Fact.is().called {
					p.want = strconv.Itoa(app.Fact.Port)
					p.listens()
				}
			}
			p.asked()
			p.served(t)
			p.letIn(t)
		}
		if c.Facts != nil {
			c.askedByJobs(t)
		}
	}
	if c.Facts != nil {
		c.triedPort()
	} else {
		c.eachProgram(func(_ *pipeline.Target, a Program) { c.exposed(a) })
	}
}

// podPorts are those of a workload's containers.
type podPorts struct {
	*Case
	w   pipeline.Workload
	at  pipeline.Place
	all []pipeline.Node
	// want is the number of the one that the program listens on, "" where nobody says; app
	// is the program.
	want string
	app  *Program
}

func (p *podPorts) add(container pipeline.Node) {
	names := map[string]pipeline.Node{}
	for _, port := range container.Get("ports").Items() {
		if len(p.all) == 0 {
			p.at = port.Get("containerPort").At()
		}
		p.all = append(p.all, port)
		name := port.Get("name")
		if first, taken := names[name.Text()]; taken && name.OK() {
			p.broken(name.At(), first.At(), "give each port a name of its own", "two ports are called %s", quoted(name.Text()))
		}
		names[name.Text()] = name
	}
}

// listens requires that the application's container has the program's port.
func (p *podPorts) listens() {
	at := p.app.Container.Get("ports")
	for i, port := range at.Items() {
		n := port.Get("containerPort")
		if n.Text() == p.want {
			return
		}
		if i == 0 {
			at = n
		}
	}
	tried := p.w.At()
	p.triesOf(*p.app, func(s *pipeline.Step) { tried = s.Get("env", "PORT").At() })
	p.broken(at.At(), tried, "containerPort: "+p.want, "%s listens on %s, and the container has no such port", p.w.Name, p.want)
}

// same requires that a port, by name or number, is one of the pod's, and the one that the
// program listens on, or one that its author adds. Containers that name no port may have any.
func (p *podPorts) same(n pipeline.Node, who, protocol string) {
	for _, port := range p.all {
		if number := port.Get("containerPort").Text(); n.Text() != port.Get("name").Text() && n.Text() != number || p.want != "" && !p.ofPeers(number) && !port.Get("containerPort").At().Custom() && (number != p.want || protocolOf(port) != protocol) {
			continue
		}
		return
	}
	switch {
	case p.want != "":
		p.broken(n.At(), p.at, "name the port "+p.want+" of the container", "%s names the port %s, and %s listens on %s (%s)", who, quoted(n.Text()), p.w.Name, p.want, p.at)
	case p.app != nil && !p.app.Fact.is().called && !p.ofPeers(n.Text()):
		p.broken(n.At(), p.w.At(), "remove it, or give "+p.w.Name+" a port in the spec", "%s names the port %s, and %s listens on none", who, quoted(n.Text()), p.w.Name)
	case len(p.all) > 0:
		p.broken(n.At(), p.at, "name a port of the container", "%s names the port %s, which no container of %s has", who, quoted(n.Text()), p.w.Label())
	}
}

// names reports whether a container names a port, by its name or number.
func (p *podPorts) names(n pipeline.Node) bool {
	return slices.ContainsFunc(p.all, func(port pipeline.Node) bool {
		return n.Text() == port.Get("name").Text() || n.Text() == port.Get("containerPort").Text()
	})
}

// certain reports whether a port that no container names is wrong for certain. In a pipeline written by hand a program may
// listen on a number that its container does not name, which Kubernetes does not ask for.
func (p *podPorts) certain(n pipeline.Node) bool {
	_, number := n.Number()
	return p.Facts != nil || !number
}

// ofPeers reports a port at which the pods reach one another.
func (p *podPorts) ofPeers(number string) bool {
	return p.app != nil && p.app.Fact.Stateful != nil && slices.ContainsFunc(p.app.Fact.Stateful.Peers, func(port int) bool { return strconv.Itoa(port) == number })
}

func protocolOf(port pipeline.Node) string {
	if t := port.Get("protocol").Text(); t != "" {
		return t
	}
	return "TCP"
}

// asked holds what the pod itself says of its ports: probes, and the scrape annotation.
func (p *podPorts) asked() {
	for _, container := range p.w.Containers() {
		p := *p
		if p.app == nil || !container.Same(p.app.Container) {
			p.want = "" // it is another program
		}
		asked, named := map[string]pipeline.Node{}, false
		for _, probe := range probes {
			for _, how := range []string{"httpGet", "tcpSocket", "grpc"} {
				if port := container.Get(probe, how, "port"); port.OK() && !p.probed(port) {
					asked[probe], named = port, named || p.names(port)
				}
			}
		}
		for _, probe := range probes {
			// Where two ask the same, the port may well be one that the container does not name.
			if port := asked[probe]; port.OK() && (named || len(asked) == 1 || p.certain(port)) {
				p.same(port, "the "+probe, "TCP")
			}
		}
	}
	if n := p.w.Template.Get("metadata", "annotations", "prometheus.io/port"); n.OK() {
		p.same(n, "the scrape annotation", "TCP")
	}
}

// probed reports whether a port is the one that the spec has for probes alone.
func (p *podPorts) probed(port pipeline.Node) bool {
	if p.want == "" || p.app.Fact.ProbePort == 0 {
		return false
	}
	want := strconv.Itoa(p.app.Fact.ProbePort)
	return slices.ContainsFunc(p.all, func(n pipeline.Node) bool {
		number := n.Get("containerPort").Text()
		return number == want && (port.Text() == number || port.Text() == n.Get("name").Text())
	})
}

// served holds the Services of the pods, and what asks those.
func (p *podPorts) served(t *pipeline.Target) {
	for _, s := range t.Kinds("Service") {
		if !pipeline.Selects(s.Get("spec", "selector"), p.w.Labels()) {
			continue
		}
		offered := s.Get("spec", "ports")
		target := func(port pipeline.Node) pipeline.Node {
			if n := port.Get("targetPort"); n.OK() {
				return n
			}
			return port.Get("port")
		}
		// A Service that leads to a port which a container names may well lead to one more.
		named := slices.ContainsFunc(offered.Items(), func(port pipeline.Node) bool { return p.names(target(port)) })
		for _, port := range offered.Items() {
			if n := target(port); !named || p.certain(n) {
				p.same(n, s.Label(), protocolOf(port))
			}
		}
		if want := p.servicePort(); want != "" && !headless(s) && !s.Added() && !offers(s, want) {
			if all := offered.Items(); len(all) > 0 {
				offered = all[0].Get("port")
			}
			p.broken(offered.At(), p.readmeOf(t), "port: "+want, "clients use the port %s, and %s does not offer it", want, s.Label())
		}
		p.entered(t, s)
	}
}

// servicePort is the port that clients of the program use, "" where nobody says.
func (p *podPorts) servicePort() string {
	if p.app == nil || p.app.Fact.ServicePort == 0 {
		return ""
	}
	return strconv.Itoa(p.app.Fact.ServicePort)
}

// offers reports whether a Service has a port, by name or number.
func offers(s *pipeline.Object, port string) bool {
	return slices.ContainsFunc(s.Get("spec", "ports").Items(), func(n pipeline.Node) bool { return port == n.Get("name").Text() || port == n.Get("port").Text() })
}

// entered holds what ways in lead to against the Service's own ports.
func (c *Case) entered(t *pipeline.Target, s *pipeline.Object) {
	for _, e := range leadsTo(t) {
		if e.name.Text() == s.Name && !offers(s, e.port.Text()) {
			c.broken(e.port.At(), s.Get("spec", "ports").At(), "name a port of the Service", "%s asks %s for the port %s, which it does not offer", e.in.Label(), s.Label(), quoted(e.port.Text()))
		}
	}
}

// letIn requires that traffic to the program's port is let in, where policies keep any out.
func (p *podPorts) letIn(t *pipeline.Target) {
	var in barrier
	for _, np := range t.Kinds("NetworkPolicy") {
		if !pipeline.Matches(np.Get("spec", "podSelector"), p.w.Labels()) || !policyType(np, "Ingress") || !sameNamespace(np, p.w.Object) {
			continue
		}
		rules := np.Get("spec", "ingress")
		in.add(np, rules, len(rules.Items()) > 0)
		for _, r := range rules.Items() {
			for _, port := range r.Get("ports").Items() {
				if n := port.Get("port"); n.OK() && (p.Facts != nil || alone(np, t)) {
					p.same(n, np.Label(), protocolOf(port))
				}
			}
		}
	}
	if p.want != "" && in.shut() {
		p.broken(in.rules.At(), p.at, "let the port in", "%s lets nobody reach the port %s", in.np.Label(), p.want)
	}
}

// alone reports a policy that is for one workload: of one for several, each has ports that another one has not.
func alone(np *pipeline.Object, t *pipeline.Target) bool {
	n := 0
	for _, w := range t.Workloads() {
		if pipeline.Matches(np.Get("spec", "podSelector"), w.Labels()) && sameNamespace(np, w.Object) {
			n++
		}
	}
	return n == 1 && selection{np, np.Get("spec", "podSelector"), nil}.asks()
}

func sameNamespace(a, b *pipeline.Object) bool {
	return a.Get("metadata", "namespace").Text() == b.Get("metadata", "namespace").Text()
}

func policyType(np *pipeline.Object, t string) bool {
	types := np.Get("spec", "policyTypes")
	if !types.OK() {
		return t == "Ingress" || np.Get("spec", "egress").OK()
	}
	return slices.Contains(types.List(), t)
}

var portInURL = lazy.Regexp(`^https?://([a-z0-9-]+)[a-z0-9.-]*?(?::(\d+))?(/|$)`)

// askedByJobs holds the addresses that a smoke Job asks against the Service.
func (c *Case) askedByJobs(t *pipeline.Target) {
	for _, w := range t.Workloads() {
		if w.Kind != "Job" {
			continue
		}
		for _, s := range t.Kinds("Service") {
			w.Pod().Scalars(func(n pipeline.Node) {
				u := portInURL().FindStringSubmatch(n.Text())
				if u == nil || u[1] != s.Name {
					return
				}
				asked := u[2]
				if asked == "" {
					asked = "80"
				}
				if !offers(s, asked) {
					c.broken(n.At(), s.Get("spec", "ports").At(), "ask a port of the Service", "%s asks %s for the port %s, which it does not offer", w.Label(), s.Label(), asked)
				}
			})
		}
	}
}

// exposed holds the container's port against the one that the Dockerfile exposes, which
// a spec that names the port has no need of.
func (c *Case) exposed(a Program) {
	file := c.dockerfile(a)
	ports := a.Container.Get("ports").Items()
	words := a.Container.Get("command").OK() || a.Container.Get("args").OK()
	if file == nil || len(ports) == 0 || words && c.Facts == nil { // another program of the image may have another port
		return
	}
	docker, port := pipeline.ParseDockerfile(file.Path, string(file.Content)), ports[0].Get("containerPort")
	if n, isNumber := port.Number(); isNumber && len(docker.Ports) > 0 && !slices.Contains(docker.Ports, n) {
		c.broken(port.At(), pipeline.Place{File: file, Line: max(docker.PortLine, 1)}, "let both name one port", "the container has port %d, and the image exposes %d", n, docker.Ports[0])
	}
}

// triedPort holds the tries of images in CI against the same port.
func (c *Case) triedPort() {
	c.tries(func(s *pipeline.Step, w *WorkloadFact) {
		if n, want := s.Get("env", "PORT"), strconv.Itoa(w.probesAt()); n.Text() != want {
			c.broken(n.At(), c.containerPort(w), "PORT: "+want, "%s tries the image on the port %s, and %s answers on %s", s.Job.Label(), quoted(n.Text()), w.Name, want)
		}
	})
}

func (c *Case) containerPort(w *WorkloadFact) pipeline.Place {
	at := nowhere
	c.eachProgram(func(_ *pipeline.Target, a Program) {
		if a.Fact == w && !at.Known() {
			at = a.Container.Get("ports").At()
		}
	})
	return at
}

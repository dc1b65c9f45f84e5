package rules

import (
	"slices"

	"github.com/pipegen/pipegen/internal/pipeline"
)

var stateful = []Rule{
	{
		ID:    "K37",
		Title: "pods that keep their names are found by them",
		Why:   "A pod of a StatefulSet has a name of its own in the network by the headless Service that serviceName names. Where that is another one, the names lead nowhere, and the field can never be changed.",
		Evidence: []Source{
			{Says: "stable network ID", URL: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id"},
		},
		By:    Proof | Import,
		Check: namedByService,
	},
	{
		ID:    "K38",
		Title: "a deploy replaces every pod of a StatefulSet",
		Why:   "With OnDelete a pod runs the old version until somebody deletes it, and with a partition those of lower numbers stay. Argo CD calls both Healthy: a deploy that has replaced nothing looks like one that has.",
		Evidence: []Source{
			{Says: "update strategies", URL: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies"},
			{Says: "read in the health check of Argo CD's gitops-engine"},
		},
		By:    Proof | Refusal | Import,
		Check: replacesEach,
	},
	{
		ID:    "K39",
		Title: "data is in several pods only where they share it",
		Why:   "Kubernetes copies nothing from one pod of a StatefulSet to another. Two pods of a database that does not replicate by itself are two databases, and each request meets one of them. An autoscaler would begin pods without data, and end some that have it.",
		Evidence: []Source{
			{Says: "a replicated StatefulSet", URL: "https://kubernetes.io/docs/tasks/run-application/run-replicated-stateful-application/"},
		},
		By: Refusal,
	},
}

// statefulSets visits each StatefulSet of what is deployed to.
func (c *Case) statefulSets(visit func(t *pipeline.Target, w pipeline.Workload)) {
	c.pods(func(t *pipeline.Target, w pipeline.Workload) {
		if w.Kind == "StatefulSet" {
			visit(t, w)
		}
	})
}

// headless reports a Service without an address of its own.
func headless(s *pipeline.Object) bool { return s.Get("spec", "clusterIP").Text() == "None" }

// amongPods requires that the pods of a workload reach one another at the ports of peers, and that nobody else does.
func (c *Case) amongPods(o *overlay, p Program) {
	if p.Fact.Stateful == nil {
		return
	}
	own, stranger := p.Labels(), foreign(p.Labels())
	for _, port := range p.Fact.Stateful.Peers {
		var in, out barrier
		for _, np := range o.Kinds("NetworkPolicy") {
			if !pipeline.Matches(np.Get("spec", "podSelector"), own) {
				continue
			}
			ingress, egress := np.Get("spec", "ingress"), np.Get("spec", "egress")
			if policyType(np, "Ingress") {
				in.add(np, ingress, passes(ingress, "from", own, port))
			}
			if policyType(np, "Egress") {
				out.add(np, egress, passes(egress, "to", own, port))
			}
			if port != p.Fact.Port && passes(ingress, "from", stranger, port) {
				c.broken(ingress.At(), labels(p.Workload), "let in only the pods of "+p.Name, "pods of others reach %s at the port %d, which is for its pods alone", p.Name, port)
			}
		}
		for _, b := range []barrier{in, out} {
			if b.shut() {
				c.broken(b.rules.At(), labels(p.Workload), "let the pods of "+p.Name+" through", "%s keeps the pods of %s from reaching one another at the port %d", b.np.Label(), p.Name, port)
			}
		}
	}
}

// passes reports whether a rule lets pods with these labels through at a port.
func passes(rules pipeline.Node, side string, l pipeline.Labels, port int) bool {
	return slices.ContainsFunc(rules.Items(), func(r pipeline.Node) bool {
		peers, ports := r.Get(side), r.Get("ports")
		at := func(n pipeline.Node) bool { number, ok := n.Get("port").Number(); return ok && number == port }
		who := func(n pipeline.Node) bool {
			s := n.Get("podSelector")
			return s.OK() && !n.Get("namespaceSelector").OK() && pipeline.Matches(s, l)
		}
		return (!ports.OK() || slices.ContainsFunc(ports.Items(), at)) && (!peers.OK() || slices.ContainsFunc(peers.Items(), who))
	})
}

// namedByService looks for StatefulSets whose Service gives their pods no names. Without a spec the Service may be in a
// tree that nobody sees.
func namedByService(c *Case) {
	c.statefulSets(func(t *pipeline.Target, w pipeline.Workload) {
		name := w.Get("spec", "serviceName")
		service := first(t.Kinds("Service"), func(s *pipeline.Object) bool { return name.OK() && s.Name == name.Text() })
		switch {
		case service == nil && c.Facts != nil && !w.Added():
			c.broken(name.At(), t.At(), "name the headless Service", "%s names the Service %s, which is not there", w.Label(), quoted(name.Text()))
		case service == nil:
		case !headless(*service):
			c.broken((*service).Get("spec", "clusterIP").At(), name.At(), "clusterIP: None", "%s has an address of its own, and gives the pods of %s no names", (*service).Label(), w.Label())
		case !pipeline.Selects((*service).Get("spec", "selector"), w.Labels()):
			c.broken((*service).Get("spec", "selector").At(), labels(w), "select the pods", "%s selects none of the pods of %s, which have their names by it", (*service).Label(), w.Label())
		}
	})
}

// replacesEach looks for StatefulSets whose pods a deploy leaves as they are.
func replacesEach(c *Case) {
	c.statefulSets(func(t *pipeline.Target, w pipeline.Workload) {
		strategy := w.Get("spec", "updateStrategy")
		if kind := strategy.Get("type"); kind.Text() == "OnDelete" {
			c.broken(kind.At(), t.At(), "type: RollingUpdate", "no deploy replaces a pod of %s: it waits until somebody deletes them", w.Label())
		}
		if partition := strategy.Get("rollingUpdate", "partition"); partition.OK() && partition.Text() != "0" {
			c.broken(partition.At(), t.At(), "leave it out", "no deploy replaces the pods of %s with numbers below %s", w.Label(), partition.Text())
		}
	})
}

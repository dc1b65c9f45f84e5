package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/dockerfile"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x19: ports agree from the program to whoever asks.
func findsX19(f *Case) {
	for _, t := range f.targets {
		for _, w := range t.Workloads() {
			f.probePorts(w)
			for _, s := range t.Kinds("Service") {
				if pipeline.Selects(s.Get("spec", "selector"), w.Labels()) && w.LongRunning() {
					f.theirServicePorts(s, w)
				}
			}
			for _, np := range t.Kinds("NetworkPolicy") {
				if pipeline.Matches(np.Get("spec", "podSelector"), w.Labels()) && w.LongRunning() {
					f.theirPolicyPorts(np, w)
				}
			}
		}
		f.exposed(t)
	}
}

// ports are those of all containers of a pod, by number and by name.
func openPorts(w pipeline.Workload) (known map[string]bool, first pipeline.Node) {
	known = map[string]bool{}
	for _, c := range w.Containers() {
		for _, p := range c.Get("ports").Items() {
			if !first.OK() {
				first = p.Get("containerPort")
			}
			known[p.Get("containerPort").Text()] = true
			known[p.Get("name").Text()] = true
		}
	}
	delete(known, "")
	return known, first
}

func (f *Case) theirServicePorts(s *pipeline.Object, w pipeline.Workload) {
	known, first := openPorts(w)
	for _, p := range s.Get("spec", "ports").Items() {
		target := p.Get("targetPort")
		if !target.OK() {
			target = p.Get("port")
		}
		if len(known) > 0 && !known[target.Text()] {
			f.broken(target.At(), first.At(), "name a port of the container", "%s sends to port %s, which no container of %s has", s.Label(), Quoted(target.Text()), w.Label())
		}
	}
}

func (f *Case) probePorts(w pipeline.Workload) {
	known, first := openPorts(w)
	for _, c := range w.Containers() {
		for _, probe := range []string{"startupProbe", "readinessProbe", "livenessProbe"} {
			for _, kind := range []string{"httpGet", "tcpSocket", "grpc"} {
				p := c.Get(probe, kind, "port")
				if p.OK() && len(known) > 0 && !known[p.Text()] {
					f.broken(p.At(), first.At(), "name a port of the container", "the %s of %s asks port %s, which no container has", probe, w.Label(), Quoted(p.Text()))
				}
			}
		}
	}
}

func (f *Case) theirPolicyPorts(np *pipeline.Object, w pipeline.Workload) {
	known, first := openPorts(w)
	for _, rule := range np.Get("spec", "ingress").Items() {
		for _, p := range rule.Get("ports").Items() {
			if n := p.Get("port"); n.OK() && len(known) > 0 && !known[n.Text()] {
				f.broken(n.At(), first.At(), "name a port of the container", "%s lets port %s in, which no container of %s has", np.Label(), Quoted(n.Text()), w.Label())
			}
		}
	}
}

// exposed holds the container's port against the one that the Dockerfile exposes.
func (f *Case) exposed(t *pipeline.Target) {
	file := f.dockerfile()
	_, c, ok := f.App(t)
	if file == nil || !ok {
		return
	}
	docker := dockerfile.Parse(file.Path, string(file.Content))
	port := element(c.Get("ports")).Get("containerPort")
	if n, isNumber := port.Number(); isNumber && len(docker.Ports) > 0 && !slices.Contains(docker.Ports, n) {
		f.broken(port.At(), pipeline.Place{File: file, Line: max(docker.PortLine, 1)}, "let both name one port", "the container has port %d, and the image exposes %d", n, docker.Ports[0])
	}
}

func element(list pipeline.Node) pipeline.Node {
	for _, i := range list.Items() {
		return i
	}
	return pipeline.Node{}
}

// x20: selectors find the pods that they are meant for.
func findsX20(f *Case) {
	for _, t := range f.targets {
		for _, w := range t.Workloads() {
			selector := w.Get("spec", "selector")
			if selector.Get("matchLabels").OK() && w.LongRunning() && !pipeline.Matches(selector, w.Labels()) {
				f.broken(selector.At(), w.Template.Get("metadata", "labels").At(), "give the pods the labels that the selector asks for", "%s does not select its own pods, and is refused", w.Label())
			}
		}
		for _, s := range t.Kinds("Service") {
			selector := s.Get("spec", "selector")
			f.selects(t, s, selector, len(selectable(selector)) > 0, func(w pipeline.Workload) bool { return pipeline.Selects(selector, w.Labels()) })
		}
		for _, kind := range []struct{ name, field string }{{"PodDisruptionBudget", "selector"}, {"NetworkPolicy", "podSelector"}} {
			for _, o := range t.Kinds(kind.name) {
				selector := o.Get("spec", kind.field)
				f.selects(t, o, selector, len(selectable(selector.Get("matchLabels"))) > 0, func(w pipeline.Workload) bool { return pipeline.Matches(selector, w.Labels()) })
			}
		}
		for _, h := range t.Kinds("HorizontalPodAutoscaler") {
			ref := h.Get("spec", "scaleTargetRef")
			hit := slices.ContainsFunc(t.Workloads(), func(w pipeline.Workload) bool { return w.Scaled(h) })
			if !hit {
				f.broken(ref.At(), t.At(), "name the workload", "%s scales %s, which is not there", h.Label(), Quoted(ref.Get("name").Text()))
			}
		}
	}
}

func selectable(pairs pipeline.Node) []string {
	var out []string
	for k := range pairs.Pairs() {
		out = append(out, k)
	}
	return out
}

func (f *Case) selects(t *pipeline.Target, o *pipeline.Object, selector pipeline.Node, any bool, hit func(pipeline.Workload) bool) {
	if !any || slices.ContainsFunc(t.Workloads(), hit) {
		return
	}
	other := nowhere
	if w, _, ok := f.App(t); ok {
		other = w.Template.Get("metadata", "labels").At()
	}
	f.broken(selector.At(), other, "write the labels of the pods", "%s selects no pod", o.Label())
}

// x21: the image's user is the pod's.
func findsX21(f *Case) {
	file := f.dockerfile()
	if file == nil {
		return
	}
	docker := dockerfile.Parse(file.Path, string(file.Content))
	user, _, _ := strings.Cut(docker.User, ":")
	for _, t := range f.targets {
		w, c, ok := f.App(t)
		if !ok {
			continue
		}
		runs := w.Security(c, "runAsUser")
		_, err := strconv.Atoi(user)
		if runs.OK() && err == nil && user != runs.Text() {
			f.broken(runs.At(), pipeline.Place{File: file, Line: docker.UserLine}, "let both name one user", "the pod runs as %s, and the image as %s", Quoted(runs.Text()), Quoted(user))
		}
	}
}

// x23: the image is built for the nodes that its pods may come to.
func findsX23(f *Case) {
	built := map[string]bool{}
	at := nowhere
	for _, b := range f.Builds() {
		for _, n := range b.Platforms() {
			at = n.At()
			for _, p := range strings.Split(n.Text(), ",") {
				built[strings.TrimPrefix(strings.TrimSpace(p), "linux/")] = true
			}
		}
	}
	if len(f.Builds()) == 0 {
		return
	}
	if len(built) == 0 {
		built["amd64"] = true
		at = f.Builds()[0].At()
	}
	for _, t := range f.targets {
		w, _, ok := f.App(t)
		if !ok {
			continue
		}
		check := func(n pipeline.Node) {
			if n.OK() && !built[n.Text()] {
				f.broken(n.At(), at, "build for it, or let the pods go elsewhere", "the pods may come to nodes of the kind %s, for which no image is built", Quoted(n.Text()))
			}
		}
		check(w.Pod().Get("nodeSelector", "kubernetes.io/arch"))
		for _, term := range w.Pod().Get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").Items() {
			for _, e := range term.Get("matchExpressions").Items() {
				if e.Get("key").Text() == "kubernetes.io/arch" && e.Get("operator").Text() == "In" {
					for _, v := range e.Get("values").Items() {
						check(v)
					}
				}
			}
		}
	}
}

// x26: every other image is pinned.
func findsX26(f *Case) {
	for _, t := range f.targets {
		_, own, _ := f.App(t)
		for _, w := range t.Workloads() {
			for _, c := range w.Containers() {
				image := c.Get("image").Text()
				if pipeline.ParseImage(image).Name == pipeline.ParseImage(own.Get("image").Text()).Name || strings.Contains(image, "@sha256:") {
					continue
				}
				f.broken(c.Get("image").At(), nowhere, "add @sha256: and the digest", "%s runs %s, which is not pinned by digest", w.Label(), Quoted(image))
			}
		}
	}
}

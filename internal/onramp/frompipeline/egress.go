package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// dns is the one port that every program may reach.
const dns = 53

// policies are the NetworkPolicies that restrict a program in one direction, Ingress or Egress. One without types
// restricts what it has rules for, and always what comes in.
func policies(r run, direction string) []*pipeline.Object {
	return slices.DeleteFunc(r.workload.Target.Kinds("NetworkPolicy"), func(np *pipeline.Object) bool {
		types := np.Get("spec", "policyTypes").List()
		restricts := slices.Contains(types, direction) || np.Get("spec", strings.ToLower(direction)).OK() || len(types) == 0 && direction == "Ingress"
		return !restricts || !pipeline.Matches(np.Get("spec", "podSelector"), r.workload.Labels())
	})
}

// egress reads the ports that the program may reach outside. What it may call inside is said by those that it calls.
func (d *drafter) egress(p *program) {
	all := policies(p.last(), "Egress")
	why := "nothing restricts what the program may reach: name the ports that it needs"
	ports, at := []int{}, pipeline.Place{}
	for _, np := range all {
		if rules := np.Get("spec", "egress"); !at.Known() {
			at = rules.At()
		}
		for _, rule := range np.Get("spec", "egress").Items() {
			to := rule.Get("to")
			if callees, others := d.peers(to, p.last()); len(callees) > 0 && !others {
				continue
			}
			if !to.OK() && !rule.Get("ports").OK() {
				all, why = nil, np.Label()+" lets it reach everything: name the ports that it needs"
			}
			d.leaveField(to, "", "a rule of %s for some addresses only: a spec names ports", np.Label())
			for _, n := range rule.Get("ports").Items() {
				if port, ok := n.Get("port").Number(); ok && port != dns && n.Get("protocol").Text() != "UDP" && !slices.Contains(ports, port) {
					ports = append(ports, port)
				}
			}
		}
	}
	if len(all) > 0 {
		d.add(d.beyondAPI(p, ports), at, p.field("egress")...)
		return
	}
	ports = append(d.neighbours(p), 443)
	if d.tree.Root.Has(p.field("secrets")...) || d.tree.Root.Has(p.field("envFrom")...) {
		ports = append(ports, d.besideTests...) // a Secret may have the address
	}
	slices.Sort(ports)
	d.guess(slices.Compact(ports), why, p.field("egress")...)
}

// neighbours are the ports of the Services for pods that the draft does not have, such as a database, which the program
// names in a variable or an argument.
func (d *drafter) neighbours(p *program) []int {
	var texts []string
	r := p.last()
	for _, field := range []string{"env", "args", "command"} {
		r.container.Get(field).Scalars(func(n pipeline.Node) { texts = append(texts, n.Text()) })
	}
	for _, n := range r.variables() {
		texts = append(texts, n.Text())
	}
	var out []int
	for _, s := range r.in.kinds("Service") {
		ofProgram := slices.ContainsFunc(r.in.workloads(), func(w pipeline.Workload) bool {
			return d.programOf(w) != nil && pipeline.Selects(s.Get("spec", "selector"), w.Labels())
		})
		if ofProgram || !slices.ContainsFunc(texts, func(text string) bool { return speaksOf(text, s.Name) }) {
			continue
		}
		for _, n := range s.Get("spec", "ports").Items() {
			port, ok := n.Get("targetPort").Number()
			if !ok {
				port, ok = n.Get("port").Number()
			}
			if ok {
				out = append(out, port)
			}
		}
	}
	return out
}

// speaksOf reports whether a text has a name as a word of its own.
func speaksOf(text, name string) bool {
	return slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }), name)
}

// peers are the programs that a list of peers of a NetworkPolicy selects in the same namespace, and whether it selects
// anything else. A pod that asks after each sync is nothing else: the draft has its own.
func (d *drafter) peers(list pipeline.Node, r run) (found []*program, others bool) {
	for _, peer := range list.Items() {
		pods := peer.Get("podSelector")
		if !pods.IsMap() || peer.Get("namespaceSelector").OK() || peer.Get("ipBlock").OK() {
			others = true
			continue
		}
		known := false
		find := func(w pipeline.Workload) {
			if !pipeline.Matches(pods, w.Labels()) {
				return
			}
			p := d.programOf(w)
			known = known || p != nil || d.asking(w)
			if p != nil && !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
		for _, w := range r.in.workloads() {
			find(w)
		}
		// It may run in other environments alone.
		for i := 0; i < len(d.deployments) && !known; i++ {
			for _, w := range d.deployments[i].workloads() {
				find(w)
			}
		}
		others = others || !known
	}
	return found, others
}

// programOf is the program that a workload runs, or nil.
func (d *drafter) programOf(w pipeline.Workload) *program {
	all := d.rendered[w.Target]
	if i := slices.IndexFunc(all, func(r rendered) bool { return r.workload.Object == w.Object }); i >= 0 {
		return all[i].of
	}
	return nil
}

package frompipeline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

// callers reads who may call a service: whom its NetworkPolicies let in, and what those of others let out to it. Where
// everybody may, the other workloads are those that name it, as a guess.
func (d *drafter) callers(p *program) {
	all := policies(p.last(), "Ingress")
	if len(d.programs) == 1 {
		for _, np := range all {
			for _, rule := range np.Get("spec", "ingress").Items() {
				d.leaveField(rule.Get("from"), "", "that %s lets in some callers only: a spec lets in other workloads by name, or everybody", np.Label())
			}
		}
		return
	}
	from, outside := d.callersOf(p), false
	for _, np := range all {
		for _, rule := range np.Get("spec", "ingress").Items() {
			peers, others := d.peers(rule.Get("from"), p.last())
			from = append(from, peers...)
			if outside = outside || others || !rule.Get("from").OK(); others {
				d.leave(rule.Get("from").At(), "", "that %s lets in some of the callers outside only: from names other workloads, or outside, which is everybody", np.Label())
			}
		}
	}
	why, open := "nothing restricts who may call it", len(all) == 0
	if outside {
		why, open = "a NetworkPolicy lets everybody call it", true
	}
	var naming []*program
	if open {
		naming = d.naming(p)
	}
	outside = outside || open && (p.image != nil || len(from)+len(naming) == 0)
	unsaid := open && p.image != nil && len(from)+len(naming) == 0 && !d.reached(p)
	these := "these name it"
	for _, q := range d.programs {
		if runs := q.image != nil && d.kind(q).stays() && !confined(q.last()); runs && (unsaid || len(naming) > 0 && d.reached(q) && d.silent(q)) {
			these = "these name it, or lead to somewhere from outside"
			naming = append(naming, q)
		}
	}
	names := d.keysOf(append(from, naming...), p, outside)
	switch {
	case unsaid && len(names) > 1:
		d.guess(names, why+", and no file says who does: leave those that do", p.field("from")...)
	case len(naming) > 0 && !unsaid:
		d.guess(names, why+": "+these, p.field("from")...)
	case len(all) == 0:
		d.guess(names, why+", and no other workload names it", p.field("from")...)
	case len(names) == 0:
		d.leave(all[0].At(), "", "that nobody may call %s: the draft lets in itself alone", p.key)
		d.add([]string{p.key}, all[0].At(), p.field("from")...)
	case !slices.Equal(names, []string{schema.Outside}):
		written := max(0, slices.IndexFunc(all, func(np *pipeline.Object) bool { return len(np.Get("spec", "ingress").Items()) > 0 }))
		d.add(names, all[written].Get("spec", "ingress").At(), p.field("from")...)
	}
}

// reached reports whether something leads to a program from outside of the cluster.
func (d *drafter) reached(p *program) bool {
	for _, s := range d.services(p.last()) {
		if s.Get("spec", "type").Text() == "LoadBalancer" {
			return true
		}
	}
	return d.wayIn(p.last()) != nil
}

// keysOf are the keys of callers, in the draft's order, and the word for everybody else.
func (d *drafter) keysOf(callers []*program, of *program, outside bool) []string {
	var out []string
	for _, q := range d.programs {
		if q != of && slices.Contains(callers, q) {
			out = append(out, q.key)
		}
	}
	if outside {
		out = append(out, schema.Outside)
	}
	return out
}

// callersOf are the programs whose NetworkPolicies name a service among those that they may call.
func (d *drafter) callersOf(p *program) []*program {
	var out []*program
	for _, q := range d.programs {
		for _, np := range policies(q.last(), "Egress") {
			for _, rule := range np.Get("spec", "egress").Items() {
				if callees, _ := d.peers(rule.Get("to"), q.last()); slices.Contains(callees, p) {
					out = append(out, q)
				}
			}
		}
	}
	return out
}

// naming are the programs that name a service as the host of an address, and that no NetworkPolicy keeps from it.
func (d *drafter) naming(p *program) []*program {
	hosts := []string{regexp.QuoteMeta(p.name)}
	for _, s := range d.services(p.last()) {
		hosts = append(hosts, regexp.QuoteMeta(s.Name))
	}
	host := regexp.MustCompile(`(?:^|//|[@=,\s"'])(?:` + strings.Join(hosts, "|") + `)(?:\.[a-z0-9.-]+)?(?::\d|[/,;\s"']|$)`)
	var out []*program
	for _, q := range d.programs {
		if q != p && !confined(q.last()) && slices.ContainsFunc(d.settingsOf(q.last()), host.MatchString) {
			out = append(out, q)
		}
	}
	return out
}

// silent reports whether the settings of a program name no other one: whom it calls is somewhere else.
func (d *drafter) silent(p *program) bool {
	return !slices.ContainsFunc(d.programs, func(q *program) bool { return slices.Contains(d.naming(q), p) })
}

// confined reports whether NetworkPolicies say where a program may go.
func confined(r run) bool {
	all := policies(r, "Egress")
	return len(all) > 0 && !slices.ContainsFunc(all, func(np *pipeline.Object) bool {
		return slices.ContainsFunc(np.Get("spec", "egress").Items(), func(rule pipeline.Node) bool { return !rule.Get("to").OK() && !rule.Get("ports").OK() })
	})
}

// settingsOf are the values of a program's variables, of the ConfigMaps that its pods read, and the addresses among its
// arguments.
func (d *drafter) settingsOf(r run) []string {
	var out []string
	maps := map[string]bool{}
	pod := r.workload.Pod()
	for _, c := range r.workload.Containers() {
		for _, e := range c.Get("env").Items() {
			out = append(out, e.Get("value").Text())
			maps[e.Get("valueFrom", "configMapKeyRef", "name").Text()] = true
		}
		for _, e := range c.Get("envFrom").Items() {
			maps[e.Get("configMapRef", "name").Text()] = true
		}
		for _, field := range []string{"command", "args"} {
			for _, w := range c.Get(field).Items() {
				if strings.ContainsAny(w.Text(), ":@=") {
					out = append(out, w.Text())
				}
			}
		}
	}
	for _, v := range pod.Get("volumes").Items() {
		maps[v.Get("configMap", "name").Text()] = true
	}
	for _, o := range r.workload.Target.Kinds("ConfigMap") {
		if maps[o.Name] {
			o.Get("data").Scalars(func(n pipeline.Node) { out = append(out, n.Text()) })
		}
	}
	return out
}

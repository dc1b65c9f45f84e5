package frompipeline

import (
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// environments reads where each environment is deployed, and its own settings.
func (d *drafter) environments() {
	if len(d.deployments) == 0 {
		d.guess(d.name, d.unseen("no manifests were found"), "environments", "production", "namespace").Spare = "app"
		return
	}
	for _, p := range d.deployments {
		at := below("environments", p.env)
		// A new namespace: that of Argo CD or of another environment would be refused again.
		spare := "app-" + p.env
		if n := d.namespace(p); n.OK() {
			d.add(n.Text(), n.At(), at("namespace")...).Spare = spare
			if n.Text() == "default" {
				d.tree.Root.Put(draft.Setting{Value: true, Note: "the namespace is there, and others use it too"}, at("sharedNamespace")...)
			}
			d.namespacesUnlike(p, n.Text())
		} else {
			d.guess(d.name, "nothing names the namespace", at("namespace")...).Spare = spare
		}
		if len(p.clusters) == 0 && p.of == nil {
			d.clusterOf(p, at)
			d.ofAnother(p)
		}
		if name := p.app.Get("metadata", "name"); d.finds(p.app) == nil && len(d.sites(p)) == 0 && len(p.clusters) == 0 && p.of == nil && name.OK() && name.Text() != d.name+"-"+p.env {
			d.add(name.Text(), name.At(), at("application")...)
		}
		d.projectIn(p, at)
		d.copiesIn(p, at)
		d.notify(p, at)
		d.starts(p, at)
		d.triggersUnlike(p)
		if p.after != nil {
			d.add(p.after.env, p.writer.Get("needs").At(), at("after")...)
		}
		if p.writer != nil {
			if way := d.wayOf(p.writer); way != d.usually() {
				d.add(way, p.writer.At(), at("write")...)
			}
			if approval := approvalBefore(p.writer.Job); approval.OK() {
				d.add(true, approval.At(), at("approval")...)
			}
			d.addText(p.writer.Get("environment", "url"), at("url")...)
		}
		for _, q := range d.programs {
			if d.own {
				break
			}
			own := at
			if len(d.programs) > 1 {
				own = below(at("workloads", q.key)...)
			}
			switch r, ok := q.in(p); {
			case ok && p != q.last().in:
				d.differences(q, r, own)
				d.workloadUnlike(q, r)
			case ok:
				d.nodesAlone(q, own)
			}
		}
	}
}

// namespacesUnlike records programs of an environment that run in another namespace than the draft has.
func (d *drafter) namespacesUnlike(e *deployment, taken string) {
	for _, p := range d.programs {
		r, ok := p.in(e)
		if !ok {
			continue
		}
		if n := r.workload.Get("metadata", "namespace"); n.OK() && n.Text() != taken {
			d.leave(n.At(), "", "the namespace %q of %s in the environment %s: an environment has one, and the draft has %q", n.Text(), p.key, e.env, taken)
		}
	}
}

// approvalBefore returns the environment of a job before a deploy that only waits for reviewers: pipegen's own end in
// -approval.
func approvalBefore(writer *pipeline.Job) pipeline.Node {
	for _, id := range writer.Needs {
		j := writer.Workflow.Job(id)
		if j == nil {
			continue
		}
		e := j.Get("environment")
		if e.IsMap() {
			e = e.Get("name")
		}
		if strings.HasSuffix(e.Text(), "-approval") {
			return e
		}
	}
	return pipeline.Node{}
}

// differences reads where a program differs in an environment from the last one, whose values are the workload's.
func (d *drafter) differences(of *program, p run, at func(...string) []string) {
	last := of.last()
	if p.workload.Kind == "CronJob" {
		if text, n := schedule(p.workload); n.Text() != last.workload.Get("spec", "schedule").Text() {
			d.add(text, n.At(), at("schedule")...)
		}
	}
	d.podsUnlike(p, last, at)
	d.placementUnlike(of, p, at)
	d.sharesIn(of, p, at)
	d.routesUnlike(p, last, at)
	for _, kind := range []string{"requests", "limits"} {
		for _, r := range resourceFields {
			a, b := p.container.Get("resources", kind, r.kubernetes), last.container.Get("resources", kind, r.kubernetes)
			if a.OK() && a.Text() != b.Text() {
				d.add(a.Text(), a.At(), at("resources", kind, r.ours)...)
			}
		}
	}
	d.fileDifferences(p, last, at)
	mine, base := p.variables(), last.variables()
	for _, name := range slices.Sorted(maps.Keys(mine)) {
		if mine[name].Text() != base[name].Text() {
			d.add(mine[name].Text(), mine[name].At(), at("env", name)...)
		}
	}
	values := map[string]string{}
	for _, e := range last.container.Get("env").Items() {
		values[e.Get("name").Text()] = e.Get("value").Text()
	}
	for _, e := range p.container.Get("env").Items() {
		name, value := e.Get("name").Text(), e.Get("value")
		if have, ok := values[name]; value.OK() && (!ok || have != value.Text()) {
			if !kubevar.Refers(value.Text()) {
				d.add(kubevar.Expand(value.Text(), kubevar.None), value.At(), at("env", name)...)
			}
		}
	}
	d.sizeDifferences(of, p, at)
}

// unseen says why the draft has nothing from the manifests: they cannot be rendered, or else the usual reason.
func (d *drafter) unseen(usual string) string {
	for _, t := range d.m.Ours() {
		if t.Fault != "" {
			fault := strings.Join(strings.Fields(t.Fault), " ")
			if r := []rune(fault); len(r) > longestFault {
				fault = string(r[:longestFault-1]) + "…"
			}
			return "the manifests in " + t.Dir + " are not seen: " + fault
		}
	}
	return usual
}

// longestFault is how much of kustomize's message a line of the draft repeats.
const longestFault = 200

package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// environments reads where each environment is deployed, and its own settings.
func (d *drafter) environments() {
	if len(d.deployments) == 0 {
		d.guess(d.name, d.unseen("no manifests were found"), "environments", "production", "namespace").Spare = "app"
		return
	}
	last := d.deployments[len(d.deployments)-1]
	for _, p := range d.deployments {
		at := func(fields ...string) []string { return append([]string{"environments", p.env}, fields...) }
		// A new namespace: that of Argo CD or of another environment would be refused again.
		spare := "app-" + p.env
		if n := p.namespace(); n.OK() {
			d.add(n.Text(), n.At(), at("namespace")...).Spare = spare
		} else {
			d.guess(d.name, "nothing names the namespace", at("namespace")...).Spare = spare
		}
		if name := p.app.Get("metadata", "name"); name.OK() && name.Text() != d.name+"-"+p.env {
			d.add(name.Text(), name.At(), at("application")...)
		}
		if p.after != nil {
			d.add(p.after.env, p.writer.Get("needs").At(), at("after")...)
		}
		if p.writer != nil {
			if approval := approvalBefore(p.writer.Job); approval.OK() {
				d.add(true, approval.At(), at("approval")...)
			}
			d.addText(p.writer.Get("environment", "url"), at("url")...)
		}
		if p != last && p.ok && last.ok {
			d.differences(p, last, at)
			d.workloadUnlike(p, last)
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

// differences reads where an environment differs from the last one, whose values are under deploy.
func (d *drafter) differences(p, last *deployment, at func(...string) []string) {
	if a, b := p.workload.Get("spec", "replicas"), last.workload.Get("spec", "replicas"); a.Text() != b.Text() {
		if n, ok := a.Number(); ok {
			d.add(n, a.At(), at("replicas")...)
		}
	}
	for _, kind := range []string{"requests", "limits"} {
		for _, r := range resourceFields {
			a, b := p.container.Get("resources", kind, r.kubernetes), last.container.Get("resources", kind, r.kubernetes)
			if a.OK() && a.Text() != b.Text() {
				d.add(a.Text(), a.At(), at("resources", kind, r.ours)...)
			}
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

package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// environments reads where each place deploys to, and what it has of its own.
func (d *drafter) environments() {
	if len(d.places) == 0 {
		d.guess(d.name, d.unseen("no manifests were found"), "environments", "production", "namespace").Spare = "app"
		return
	}
	last := d.places[len(d.places)-1]
	for _, p := range d.places {
		at := func(fields ...string) []string { return append([]string{"environments", p.env}, fields...) }
		// Of its own: that of Argo CD or of another environment would be refused again.
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
			if url := p.writer.Get("environment", "url"); url.OK() {
				d.add(url.Text(), url.At(), at("url")...)
			}
		}
		if p != last && p.ok && last.ok {
			d.differences(p, last, at)
			d.workloadUnlike(p, last)
		}
	}
}

// approvalBefore is the environment of a job that a deploy waits for and that does nothing but wait for its reviewers:
// pipegen's own end in -approval.
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

// differences are what an environment has otherwise than the last one, whose
// values stand under deploy.
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

// unseen says why the draft has nothing from the manifests: they are there and cannot be
// rendered, or else what is usual to say.
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

// longestFault bounds what a line of the draft repeats of kustomize's words.
const longestFault = 200

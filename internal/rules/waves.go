package rules

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

const (
	waveAnnotation    = "argocd.argoproj.io/sync-wave"
	optionsAnnotation = "argocd.argoproj.io/sync-options"
)

// turn is when Argo CD syncs an object: in which phase, and in which wave of it.
type turn struct{ phase, wave int }

var phaseOrder = map[string]int{"PreSync": -1, "PostSync": 1}

// turnOf is when an object is synced; it is known for what belongs to a sync that goes as it should.
func turnOf(o *pipeline.Object) (when turn, known bool) {
	annotations := o.Get("metadata", "annotations")
	hook, _, _ := strings.Cut(annotations.Get(hookAnnotation).Text(), ",")
	phase, other := phaseOrder[strings.TrimSpace(hook)]
	wave, _ := strconv.Atoi(annotations.Get(waveAnnotation).Text())
	return turn{phase, wave}, other || hook == "" || strings.TrimSpace(hook) == "Sync"
}

func (t turn) compare(other turn) int {
	return cmp.Or(cmp.Compare(t.phase, other.phase), cmp.Compare(t.wave, other.wave))
}

// turnAt is where an object says when it is synced.
func turnAt(o *pipeline.Object) pipeline.Place {
	annotations := o.Get("metadata", "annotations")
	if wave := annotations.Get(waveAnnotation); wave.OK() {
		return wave.At()
	}
	if hook := annotations.Get(hookAnnotation); hook.OK() {
		return hook.At()
	}
	return o.Get("metadata").At()
}

// jobsInTheirTurn requires that a Job can run with each deploy, and that all that it needs is there by then; with a spec,
// also that it comes before and after what the spec says.
func jobsInTheirTurn(c *Case) {
	for _, o := range c.overlays {
		for _, w := range o.Workloads() {
			c.needsFirst(o, w)
			if p := c.program(o.Target, w); p != nil && p.Fact != nil && p.Fact.is().once {
				c.runsWithEachDeploy(o, w)
				c.inOrderOfWaves(o, *p)
			} else if w.Kind == "Job" && !w.Hook() {
				c.changesAJob(o, w)
			}
		}
	}
}

// needsFirst requires that what a workload needs is not synced after it: the sync would wait for ever, or fail.
func (c *Case) needsFirst(o *overlay, w pipeline.Workload) {
	own, known := turnOf(w.Object)
	if !known {
		return
	}
	for _, obj := range o.Objects {
		switch when, known := turnOf(obj); {
		case known && when.compare(own) <= 0 || !known && c.Facts == nil || !c.needs(o, w, obj): // what is skipped, people may apply by hand
		case known:
			c.broken(turnAt(obj), turnAt(w.Object), "let it come no later than "+w.Label(), "%s needs %s, which Argo CD syncs only after it", w.Label(), obj.Label())
		default:
			hook := obj.Get("metadata", "annotations", hookAnnotation)
			c.broken(hook.At(), turnAt(w.Object), "remove it", "%s needs %s, which no sync brings: it is a hook for %s", w.Label(), obj.Label(), quoted(hook.Text()))
		}
	}
}

// needs reports whether the pods of a workload or their account refer to an object, or a policy is for them. What the author
// adds may run before the policies are there.
func (c *Case) needs(o *overlay, w pipeline.Workload, obj *pipeline.Object) bool {
	if obj.Kind == "NetworkPolicy" {
		return !c.added(w) && pipeline.Matches(obj.Get("spec", "podSelector"), w.Labels())
	}
	refs := referencesOf(w)
	for _, name := range pullSecrets(o.Target, w) {
		refs = append(refs, reference{kind: "Secret", name: name})
	}
	return slices.ContainsFunc(refs, func(r reference) bool {
		return r.kind == obj.Kind && r.name.Text() == obj.Name || r.kind == "Secret" && slices.Contains(madeSecrets(obj), r.name.Text())
	})
}

// runsWithEachDeploy requires that nothing leaves the Job out, and that the one of the deploy before is not in its way.
func (c *Case) runsWithEachDeploy(o *overlay, w pipeline.Workload) {
	annotations := w.Get("metadata", "annotations")
	if hook := annotations.Get(hookAnnotation); hook.OK() {
		c.broken(hook.At(), w.At(), "remove it: a Job in a wave is waited for as well", "%s is a hook, which Argo CD leaves out when a commit arrives while it syncs another one", w.Label())
	}
	options := annotations.Get(optionsAnnotation)
	for _, option := range []string{"Force=true", "Replace=true"} {
		if !slices.Contains(parts(options.Text()), option) {
			c.broken(options.At(), w.At(), optionsAnnotation+": Force=true,Replace=true", "%s is not made anew with each deploy, and a Job that is there cannot be changed", w.Label())
			break
		}
	}
	if n := w.Get("spec", "suspend"); n.True() {
		c.broken(n.At(), w.At(), "remove it", "with suspend: true %s never runs", w.Label())
	}
	if n := w.Get("spec", "ttlSecondsAfterFinished"); n.OK() {
		c.broken(n.At(), w.At(), "remove it", "once %s is gone, Argo CD makes it anew to heal the cluster, and it runs without a deploy", w.Label())
	}
	for _, a := range o.Apps {
		for _, n := range a.Get("spec", "syncPolicy", "syncOptions").Items() {
			if n.Text() == "ApplyOutOfSyncOnly=true" {
				c.broken(n.At(), w.At(), "remove it", "a sync that is tried again passes %s by when it has failed: git and the cluster have the same Job", w.Label())
			}
		}
	}
}

func parts(list string) []string {
	var out []string
	for _, part := range strings.Split(list, ",") {
		out = append(out, strings.TrimSpace(part))
	}
	return out
}

// inOrderOfWaves requires that a job is in an earlier wave than what waits for it, and in a later one than what it waits
// for.
func (c *Case) inOrderOfWaves(o *overlay, job Program) {
	own, _ := turnOf(job.Object)
	for _, other := range c.Programs(o.Target) {
		when, _ := turnOf(other.Object)
		before, after := slices.Contains(job.Fact.Before, other.Fact.Name), slices.Contains(job.Fact.After, other.Fact.Name)
		switch {
		case before && own.compare(when) >= 0:
			c.broken(turnAt(job.Object), turnAt(other.Object), "give "+job.Name+" a lower wave than "+other.Name, "%s does not run before %s in %s, as %s.job.before says", job.Name, other.Name, o.Dir, job.Fact.Path)
		case after && own.compare(when) <= 0:
			c.broken(turnAt(job.Object), turnAt(other.Object), "give "+job.Name+" a higher wave than "+other.Name, "%s does not run after %s in %s, as %s.job.after says", job.Name, other.Name, o.Dir, job.Fact.Path)
		}
	}
}

// changesAJob looks for Jobs that run a new image with each deploy, and cannot be changed: the second deploy fails.
func (c *Case) changesAJob(o *overlay, w pipeline.Workload) {
	own := map[string]bool{}
	for _, p := range c.Programs(o.Target) {
		own[pipeline.ParseImage(p.Container.Get("image").Text()).Name] = p.Built()
	}
	options := parts(w.Get("metadata", "annotations", optionsAnnotation).Text())
	if w.Get("metadata", "generateName").OK() || slices.Contains(options, "Replace=true") || slices.Contains(options, "Force=true") || w.Get("spec", "ttlSecondsAfterFinished").OK() {
		return
	}
	for _, container := range w.Containers() {
		if image := container.Get("image"); own[pipeline.ParseImage(image.Text()).Name] {
			c.broken(image.At(), w.At(), optionsAnnotation+": Force=true,Replace=true, which makes it anew", "each deploy gives %s another image, and a Job that is there cannot be changed: the sync fails", w.Label())
			return
		}
	}
}

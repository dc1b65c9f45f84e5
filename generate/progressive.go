package generate

import (
	"maps"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

const (
	// rolloutFields is the file that says to kustomize where the fields of a Rollout are.
	rolloutFields = "rollout-fields.yaml"
	// podsFolder is the component of an overlay with what differs in the pods of Rollouts.
	podsFolder = "pods"
	// defaultHistory is how many earlier versions Argo Rollouts keeps, as Kubernetes does.
	defaultHistory = 10
	// defaultKeep is how long it keeps the old pods of a blue-green.
	defaultKeep = 30
)

func stepsOf(steps []schema.CanaryStep) []plan.CanaryStep {
	var out []plan.CanaryStep
	for _, s := range steps {
		out = append(out, plan.CanaryStep{Weight: s.Weight, Hold: seconds(s.Hold)})
	}
	return out
}

// rollout writes the object of a workload whose pods Argo Rollouts replaces.
func (r *renderer) rollout(w plan.Workload) yamldoc.Doc {
	at, how := w.Path+".rollout.", w.Rollout
	values := yamldoc.Values{
		"name": r.name(w), "selector": r.selector(w), "annotations": r.annotations(w, r.reloaded(w)), "replicas": r.fixed(w),
		"history": yamldoc.Omit, "window": yamldoc.Of(defaultHistory), "canary": yamldoc.Omit, "blueGreen": yamldoc.Omit,
		"minReady":         r.unlessUsual(at+"minReady", how.MinReady, plan.MinReady),
		"progressDeadline": r.promised(r.plan.TakenBack(w), how.Deadline),
		"pod":              yamldoc.Block(r.pod(w)),
	}
	if how.History != nil {
		values["history"], values["window"] = r.own(at+"history", *how.History), r.own(at+"history", *how.History)
	}
	if how.Canary != nil {
		values["canary"] = yamldoc.Block(r.canary(w))
	} else {
		values["blueGreen"] = yamldoc.Block(r.blueGreen(w))
	}
	maps.Copy(values, r.marks(w))
	return r.fill("kustomize/rollout", values)
}

func (r *renderer) canary(w plan.Workload) yamldoc.Doc {
	at, how, c := w.Path+".rollout.", w.Rollout, w.Rollout.Canary
	values := yamldoc.Values{"unavailable": r.promised(r.plan.Demands.By(plan.NoGap, w.Name, ""), 0), "partly": yamldoc.Omit, "surge": r.unlessUsual(at+"surge", how.Surge, 1),
		"stable": yamldoc.Omit, "canary": yamldoc.Omit, "routing": yamldoc.Omit, "steps": r.steps(c.StepsPath, c.Steps, r.plan.Always(w))}
	if how.Unavailable > 0 {
		values["unavailable"], values["partly"] = yamldoc.Omit, r.own(at+"unavailable", how.Unavailable)
	}
	if c.ByRoute {
		values["stable"], values["canary"] = r.name(w), r.own(c.Path, w.SecondService())
		values["routing"] = yamldoc.Block(r.fill("kustomize/rollout-routing", yamldoc.Values{"route": r.own(c.Path+".traffic", w.Name)}))
	}
	return r.fill("kustomize/rollout-canary", values)
}

// steps are those of a canary: a share, and how long it lasts. Where criteria judge the new version, it is measured for as
// long.
func (r *renderer) steps(at string, steps []plan.CanaryStep, by []plan.Analysis) yamldoc.Value {
	var out []yamldoc.Doc
	for i, s := range steps {
		item := schema.Item(at, i)
		if len(by) > 0 {
			out = append(out, r.fill("kustomize/rollout-step-judged", yamldoc.Values{"weight": r.own(item+".weight", s.Weight), "analysis": r.analysis(item+".hold", by, s.Hold)}))
			continue
		}
		out = append(out, r.fill("kustomize/rollout-step", yamldoc.Values{"weight": r.own(item+".weight", s.Weight), "hold": r.own(item+".hold", number(s.Hold)+"s")}))
	}
	return list(out...)
}

func (r *renderer) blueGreen(w plan.Workload) yamldoc.Doc {
	b := w.Rollout.BlueGreen
	keep := yamldoc.Of(defaultKeep)
	if b.Keep > 0 {
		keep = r.own(b.Path+".keep", b.Keep)
	}
	return r.fill("kustomize/rollout-bluegreen", yamldoc.Values{"active": r.name(w), "preview": r.own(b.Path, w.SecondService()), "keep": keep, "watched": r.afterSwitch(r.plan.Always(w))})
}

// secondService leads to the new version alone.
func (r *renderer) secondService(w plan.Workload) []baseFile {
	if w.SecondService() == "" {
		return nil
	}
	return []baseFile{{"service-new.yaml", r.fill("kustomize/second-service", yamldoc.Values{
		"name": r.own(w.NamePath, w.SecondService()), "selector": r.selector(w), "annotations": r.wave(w),
		"port": r.own(w.Path+".servicePort", w.ServicePort), "protocol": protocol(w)})}}
}

// fieldsOfRollout says to kustomize where the fields of a Rollout are, and returns what the kustomization says of it.
func (r *renderer) fieldsOfRollout(w plan.Workload) yamldoc.Value {
	if !w.Rollout.Progressive() {
		return yamldoc.Omit
	}
	r.add(artifact.GitOps, path.Join(w.Folder, rolloutFields), r.fill("kustomize/rollout-fields", nil))
	return yamldoc.Of([]string{rolloutFields})
}

// backends are the Services to which a route leads. Argo Rollouts moves the weights between two.
func (r *renderer) backends(w plan.Workload) yamldoc.Value {
	backend := func(name yamldoc.Value, weight int) yamldoc.Doc {
		return r.fill("kustomize/route-backend", yamldoc.Values{"name": name, "port": r.own(w.Path+".servicePort", w.ServicePort), "weight": yamldoc.Of(weight)})
	}
	if w.Moved() {
		return list(backend(r.name(w), 100), backend(r.own(w.Rollout.Canary.Path, w.SecondService()), 0))
	}
	return list(backend(r.name(w), 1))
}

// patchRollout is what an environment changes in how Argo Rollouts replaces pods. What it changes in the pods is apart.
func (r *renderer) patchRollout(w plan.Workload, e plan.Environment) yamldoc.Doc {
	d, by := e.Delta(w.Name), e.Judges(w)
	judged := len(by) != len(r.plan.Always(w))
	if d.Surge == nil && d.Unavailable == nil && d.Steps == nil && !judged {
		return yamldoc.Doc{}
	}
	strategy := r.fill("kustomize/overlay-patch-bluegreen", yamldoc.Values{"watched": r.afterSwitch(by)})
	if c := e.Rollout(w).Canary; c != nil {
		at, steps := d.Path+".rollout.", yamldoc.Omit
		if d.Steps != nil || judged {
			steps = r.steps(c.StepsPath, c.Steps, by)
		}
		strategy = r.fill("kustomize/overlay-patch-canary", yamldoc.Values{"surge": r.given(at+"surge", d.Surge), "unavailable": r.given(at+"unavailable", d.Unavailable), "steps": steps})
	}
	return r.fill("kustomize/overlay-patch-rollout", yamldoc.Values{"name": r.name(w), "strategy": yamldoc.Block(strategy)})
}

// given is a number, or nothing where the spec says none.
func (r *renderer) given(at string, n *int) yamldoc.Value {
	if n == nil {
		return yamldoc.Omit
	}
	return r.own(at, *n)
}

// patchedPods writes the component with the pods of Rollouts that differ in an environment, and returns its folder.
// kustomize knows no lists of a Rollout and replaces them as a whole, so that a patch has all of a pod. It comes before the
// live image, which a later patch would undo.
func (r *renderer) patchedPods(e plan.Environment) []string {
	var patches []yamldoc.Doc
	folder := path.Join(e.Overlay, podsFolder)
	for _, w := range r.plan.In(e) {
		d := e.Delta(w.Name)
		if !w.Rollout.Progressive() || !changesPod(w, d) {
			continue
		}
		here, moved := podOver(w, d)
		r.moved = moved
		pod := r.pod(here)
		r.moved = nil
		r.add(artifact.GitOps, path.Join(folder, w.Name+".yaml"), r.fill("kustomize/overlay-pods-patch", yamldoc.Values{"name": r.name(w), "pod": yamldoc.Block(pod)}))
		patches = append(patches, yamldoc.Text("- path: "+w.Name+".yaml"))
	}
	if len(patches) == 0 {
		return nil
	}
	r.add(artifact.GitOps, path.Join(folder, "kustomization.yaml"), r.fill("kustomize/overlay-pods", yamldoc.Values{"patches": list(patches...)}))
	return []string{podsFolder}
}

// podOver is a workload with what an environment changes in its pods, and the places in the spec of those values.
func podOver(w plan.Workload, d plan.Delta) (here plan.Workload, moved map[string]string) {
	here, moved = w, map[string]string{}
	move := func(field string) { moved[w.Path+"."+field] = d.Path + "." + field }
	merge := func(field string, to *map[string]string, from map[string]string) {
		out := map[string]string{}
		maps.Copy(out, *to)
		maps.Copy(out, from)
		for name := range from {
			move(schema.Join(field, name))
		}
		if len(out) > 0 {
			*to = out
		}
	}
	set := func(field string, to *string, value string) {
		if value != "" {
			*to = value
			move(field)
		}
	}
	merge("env", &here.Env, d.Env)
	for _, of := range []struct {
		at       string
		to, from *plan.ResourceList
	}{{"resources.requests.", &here.Resources.Requests, &d.Resources.Requests}, {"resources.limits.", &here.Resources.Limits, &d.Resources.Limits}} {
		set(of.at+"cpu", &of.to.CPU, of.from.CPU)
		set(of.at+"memory", &of.to.Memory, of.from.Memory)
		set(of.at+"ephemeralStorage", &of.to.EphemeralStorage, of.from.EphemeralStorage)
	}
	here.Volumes = slices.Clone(w.Volumes)
	for _, v := range d.Unmounted {
		here.Volumes = slices.DeleteFunc(here.Volumes, func(other plan.Volume) bool { return other.Name == v.Name })
	}
	for _, size := range d.Sizes {
		for i := range here.Volumes {
			if here.Volumes[i].Name == size.Volume && w.IsEmpty(size.Volume) {
				here.Volumes[i].Size = size.Size
			}
		}
	}
	if p := d.Placement; p != nil {
		to := &here.Pod.Placement
		merge("placement.nodes", &to.Nodes, p.Nodes)
		set("placement.spread", (*string)(&to.Spread), string(p.Spread))
		set("placement.apart", (*string)(&to.Apart), string(p.Apart))
		set("placement.priorityClass", &to.PriorityClass, p.PriorityClass)
		set("placement.runtimeClass", &to.RuntimeClass, p.RuntimeClass)
		if p.Tolerations != nil {
			to.Tolerations = p.Tolerations
		}
	}
	return here, moved
}

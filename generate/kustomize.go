package generate

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) kustomize() {
	r.renamesImages()
	for _, w := range r.plan.Workloads {
		if w.Own != nil {
			continue
		}
		r.base(w)
		for _, smoke := range w.Smokes {
			r.smokeJob(w, smoke)
		}
	}
	for _, e := range r.plan.Environments {
		r.overlay(e)
		r.live(e)
		for _, at := range e.Differing() {
			r.overOverlay(at)
		}
	}
}

// base writes the objects of a workload, without any environment.
func (r *renderer) base(w plan.Workload) {
	var files []baseFile
	if w.Pod.Account.Existing == "" {
		annotations := r.annotations(w, r.entries(w.Path+".serviceAccount.annotations", w.Pod.Account.Annotations))
		files = append(files, baseFile{"serviceaccount.yaml", r.serviceAccount(r.name(w), annotations, r.pullSecrets(w), w.Pod.Account.Asks())})
		files = append(files, r.role(w)...)
	}
	switch file := objectFile(w); w.Kind {
	case plan.CronKind:
		files = append(files, baseFile{file, r.cronJob(w)})
	case plan.JobKind:
		files = append(files, baseFile{file, r.oneOff(w)})
	default:
		if w.Stateful != nil {
			files = append(files, baseFile{file, r.statefulSet(w)}, baseFile{"service-headless.yaml", r.headless(w)})
			break
		}
		if w.Rollout.Progressive() {
			files = append(append(files, baseFile{file, r.rollout(w)}), r.analysisTemplates(w)...)
			break
		}
		files = append(files, baseFile{file, r.deployment(w)})
	}
	for _, c := range w.Claims() {
		if c.Written() {
			files = append(files, baseFile{claimFile(c), r.claim(w, c)})
		}
	}
	if w.Kind == plan.ServiceKind {
		files = append(files, baseFile{serviceFile, r.service(w)})
		files = append(files, r.secondService(w)...)
	}
	files = append(files, r.routes(w)...)
	files = append(files, r.scalers(w)...)
	if w.Kind.Stays() {
		files = append(files, baseFile{"poddisruptionbudget.yaml", r.fill("kustomize/poddisruptionbudget", yamldoc.Values{"name": r.name(w)})})
	}
	var resources []string
	if len(w.Files) > 0 {
		r.files(w)
		resources = append(resources, filesFolder)
	}
	for _, f := range append(files, baseFile{"networkpolicy.yaml", r.networkPolicy(w)}) {
		r.add(artifact.GitOps, path.Join(w.Folder, f.name), f.doc)
		resources = append(resources, f.name)
	}
	r.baseKustomization(w, yamldoc.Of(resources))
}

// baseKustomization reads the objects of a workload and labels them. Where the author adds some, the labels are a
// component that comes before them: a pod of another program with these labels would be taken for one of the workload.
func (r *renderer) baseKustomization(w plan.Workload, resources yamldoc.Value) {
	file := path.Join(w.Folder, "kustomization.yaml")
	configurations := r.fieldsOfRollout(w)
	pairs, annotations := r.labels(w, strings.ReplaceAll(string(w.Kind), " ", "-"), r.name(w))
	labelled := "kustomize/labelled"
	if w.Stateful != nil {
		labelled = "kustomize/labelled-stateful"
	}
	labels := list(r.fill(labelled, yamldoc.Values{"labels": pairs}))
	if w.Custom == nil {
		r.add(artifact.GitOps, file, r.fill("kustomize/base", yamldoc.Values{"resources": resources, "configurations": configurations, "labels": labels, "annotations": annotations}))
		return
	}
	r.add(artifact.GitOps, path.Join(w.Folder, labelsFolder, "kustomization.yaml"), r.fill("kustomize/labels", yamldoc.Values{"labels": labels, "annotations": annotations}))
	r.add(artifact.GitOps, file, r.fill("kustomize/base-custom", yamldoc.Values{
		"resources": resources, "configurations": configurations, "components": yamldoc.Of(append([]string{labelsFolder}, r.customFolder(w.Custom)...)),
	}))
}

// labelsFolder is the component with the labels, beside the folder of the author's own.
const labelsFolder = "labels"

// objectFile is the file of the object that runs a workload.
func objectFile(w plan.Workload) string { return strings.ToLower(w.Object()) + ".yaml" }

type baseFile struct {
	name string
	doc  yamldoc.Doc
}

// wave is the annotation of an object that Argo CD syncs before or after others, or nothing.
func (r *renderer) wave(w plan.Workload) yamldoc.Value {
	if w.Wave == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Block(r.fill("kustomize/wave", yamldoc.Values{"wave": yamldoc.Of(number(w.Wave))}))
}

// annotations are those of an object that the spec names, with its wave.
func (r *renderer) annotations(w plan.Workload, own yamldoc.Map) yamldoc.Value {
	if len(own) == 0 {
		return r.wave(w)
	}
	if w.Wave != 0 {
		own = append(yamldoc.Map{{Key: "argocd.argoproj.io/sync-wave", Value: yamldoc.Of(number(w.Wave))}}, own...)
	}
	return yamldoc.Of(own)
}

func (r *renderer) name(w plan.Workload) yamldoc.Value { return r.own(w.NamePath, w.Name) }

// labels returns the labels of all objects of one instance (K21), and its annotations.
func (r *renderer) labels(w plan.Workload, component string, of yamldoc.Value) (labels, annotations yamldoc.Value) {
	m := yamldoc.Map{
		r.label(w, recommended+"component", yamldoc.Of(component)),
		{Key: instance, Value: of},
		{Key: recommended + "managed-by", Value: yamldoc.Of("argocd")},
		r.label(w, recommended+"name", r.name(w)),
		r.label(w, recommended+"part-of", r.own("name", r.plan.Name)),
	}
	owner := r.plan.Owner
	if owner == nil {
		return yamldoc.Of(m), yamldoc.Omit
	}
	m = append(m, yamldoc.Entry{Key: "owner", Value: r.own("owner.name", owner.Name)})
	return yamldoc.Of(m), yamldoc.Of(yamldoc.Map{{Key: "email", Value: r.own("owner.email", owner.Email)}})
}

func (r *renderer) serviceAccount(name, annotations, pullSecrets yamldoc.Value, token bool) yamldoc.Doc {
	values := yamldoc.Values{"name": name, "annotations": annotations, "pullSecrets": pullSecrets, "unused": yamldoc.Of(false), "asked": yamldoc.Omit}
	if token {
		values["unused"], values["asked"] = yamldoc.Omit, yamldoc.Of(false)
	}
	return r.fill("kustomize/serviceaccount", values)
}

// pullSecrets let the pods of a workload pull their images.
func (r *renderer) pullSecrets(w plan.Workload) yamldoc.Value {
	var secrets []yamldoc.Doc
	var names []string
	for _, i := range r.plan.Images {
		if w.Runs(i.Name) && i.PullSecret != "" && !slices.Contains(names, i.PullSecret) {
			names = append(names, i.PullSecret)
			secrets = append(secrets, r.fill("kustomize/pull-secret", yamldoc.Values{"name": r.own(i.Path+".pullSecret", i.PullSecret)}))
		}
	}
	return list(secrets...)
}

func (r *renderer) service(w plan.Workload) yamldoc.Doc {
	values := yamldoc.Values{"name": r.name(w), "selector": r.selector(w), "annotations": r.wave(w), "type": yamldoc.Omit, "class": yamldoc.Omit,
		"port": r.own(w.Path+".servicePort", w.ServicePort), "protocol": protocol(w), "speaks": yamldoc.Omit}
	if w.Route != nil && w.Route.GRPC {
		values["speaks"] = r.own(w.Route.Path+".grpc", cleartextHTTP2)
	}
	if route := w.Route; route != nil && route.Kind == plan.ByLoadBalancer {
		at := route.Path + ".loadBalancer"
		values["type"], values["class"] = r.own(at, "LoadBalancer"), r.optional(at+".class", route.Class)
		values["annotations"] = r.annotations(w, r.entries(at+".annotations", route.Annotations))
	}
	return r.fill("kustomize/service", values)
}

// protocol is the name of a workload's port.
func protocol(w plan.Workload) yamldoc.Value { return yamldoc.Of(w.Protocol()) }

func (r *renderer) deployment(w plan.Workload) yamldoc.Doc {
	values := yamldoc.Values{
		"name":             r.name(w),
		"selector":         r.selector(w),
		"annotations":      r.annotations(w, r.reloaded(w)),
		"replicas":         r.fixed(w),
		"progressDeadline": r.promised(r.plan.TakenBack(w), w.Rollout.Deadline),
		"pod":              yamldoc.Block(r.pod(w)),
	}
	maps.Copy(values, r.strategy(w))
	maps.Copy(values, r.marks(w))
	return r.fill("kustomize/deployment", values)
}

func (r *renderer) cronJob(w plan.Workload) yamldoc.Doc {
	at := w.Path + ".cron."
	values := yamldoc.Values{
		"name":        r.name(w),
		"annotations": r.wave(w),
		"schedule":    r.own(at+"schedule", w.Cron.Schedule),
		"timeZone":    r.own(at+"timeZone", w.Cron.TimeZone),
		"overlap":     r.own(at+"overlap", strings.ToUpper(w.Cron.Overlap[:1])+w.Cron.Overlap[1:]),
		"history":     r.own(at+"history", w.Cron.History),
		"deadline":    r.own(at+"timeout", w.Cron.Seconds),
		"pod":         yamldoc.Block(r.pod(w)),
	}
	maps.Copy(values, r.marks(w))
	return r.fill("kustomize/cronjob", values)
}

func (r *renderer) oneOff(w plan.Workload) yamldoc.Doc {
	values := yamldoc.Values{
		"name":     r.name(w),
		"wave":     r.own(w.Path+".job", number(w.Wave)),
		"deadline": r.own(w.Path+".job.timeout", w.Job.Seconds),
		"pod":      yamldoc.Block(r.pod(w)),
	}
	maps.Copy(values, r.marks(w))
	return r.fill("kustomize/job", values)
}

// fixed is the number of pods of a workload that does not follow the load. Else an autoscaler sets it alone (K23).
func (r *renderer) fixed(w plan.Workload) yamldoc.Value {
	if w.Scale != nil {
		return yamldoc.Omit
	}
	return r.replicas(w, "", w.Path+".replicas", w.Replicas)
}

// promised is a number that a criterion decides, with the criterion in a comment.
func (r *renderer) promised(c *plan.Criterion, n int) yamldoc.Value {
	if c == nil {
		return yamldoc.Of(n)
	}
	return r.own(c.At(), n).Comment("criterion " + c.ID)
}

// replicas has a comment with the criterion that promises a least number in an environment, if there is one.
func (r *renderer) replicas(w plan.Workload, environment, at string, n int) yamldoc.Value {
	v := r.own(at, n)
	if c := r.plan.Demands.By(plan.Pods, w.Name, environment); c != nil {
		return v.Comment("criterion " + c.ID)
	}
	return v
}

func (r *renderer) resourceList(origin string, l plan.ResourceList) yamldoc.Value {
	var out yamldoc.Map
	for _, e := range []struct{ key, field, value string }{
		{"cpu", "cpu", l.CPU},
		{"ephemeral-storage", "ephemeralStorage", l.EphemeralStorage},
		{"memory", "memory", l.Memory},
	} {
		if e.value != "" {
			out = append(out, yamldoc.Entry{Key: e.key, Value: r.own(origin+"."+e.field, e.value)})
		}
	}
	return mapping(out)
}

package generate

import (
	"maps"
	"path"
	"slices"
	"sort"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) overlay(e plan.Environment) {
	workloads, values := r.plan.In(e), r.deltas(e)
	components := slices.Concat(r.patchedPods(e), r.customFolder(e.Custom))
	if !isPreview(e) {
		components = append(components, "live")
	}
	if slices.ContainsFunc(workloads, plan.Workload.Overlaid) {
		components = slices.Insert(components, len(components)-1, "../../"+ownImages)
	}
	included := yamldoc.Omit
	if len(components) > 0 {
		included = yamldoc.Of(components)
	}
	// The live image comes last: nothing of the author's own can change it then.
	values["resources"], values["components"], values["images"] = r.resourcesOf(e), included, r.previewImages(e)
	r.add(artifact.GitOps, path.Join(e.Overlay, "kustomization.yaml"), r.fill("kustomize/overlay", values))
}

// overOverlay is the overlay of a cluster that differs: what the environment has, with the image that is live there, and
// what differs.
func (r *renderer) overOverlay(e plan.Environment) {
	values := r.deltas(e)
	values["over"] = r.own(e.SitePath, []string{"../" + path.Base(e.Over)})
	r.add(artifact.GitOps, path.Join(e.Overlay, "kustomization.yaml"), r.fill("kustomize/overlay-over", values))
}

// deltas writes the files of what differs from the workloads as they are beneath an overlay, and returns its namespace and
// what names them.
func (r *renderer) deltas(e plan.Environment) yamldoc.Values {
	var generated, replicas, patches []yamldoc.Doc
	for _, w := range r.plan.In(e) {
		d := e.Delta(w.Name)
		if d.Replicas > 0 {
			replicas = append(replicas, r.fill("kustomize/replicas", yamldoc.Values{"name": r.name(w), "count": r.replicas(w, e.Name, d.Path+".replicas", d.Replicas)}))
		}
		if len(d.Files) > 0 {
			generated = append(generated, r.fill("kustomize/files-merge", yamldoc.Values{"name": r.own(w.NamePath, w.FilesName()), "literals": r.literals(d.Files)}))
		}
		files := r.claimPatches(w, d)
		if patch := r.patch(w, e); !patch.Empty() {
			files = append(files, baseFile{r.patchFile(w), patch})
		}
		for _, f := range append(r.patchRoute(w, e), r.patchScale(w, e)...) {
			files = append(files, baseFile{r.ownPatch(w, f.name), f.doc})
		}
		for _, f := range files {
			r.add(artifact.GitOps, path.Join(e.Overlay, f.name), f.doc)
			patches = append(patches, yamldoc.Text("- path: "+f.name))
		}
	}
	return yamldoc.Values{"namespace": r.namespaceOf(e), "generated": list(generated...), "replicas": list(replicas...), "patches": list(patches...)}
}

// patchFile is the file of what an environment changes in a workload. Where there is one workload, it is called by what
// it changes.
func (r *renderer) patchFile(w plan.Workload) string {
	if len(r.plan.Workloads) > 1 {
		return w.Name + ".yaml"
	}
	return objectFile(w)
}

// ownPatch is the file of what an environment changes in an object beside a workload.
func (r *renderer) ownPatch(w plan.Workload, file string) string {
	if len(r.plan.Workloads) > 1 {
		return w.Name + "-" + file
	}
	return file
}

// patch is what an environment changes in a workload, if anything.
func (r *renderer) patch(w plan.Workload, e plan.Environment) yamldoc.Doc {
	if w.Rollout.Progressive() {
		return r.patchRollout(w, e)
	}
	d := e.Delta(w.Name)
	inContainer, inPod := changesContainer(w, d), changesPod(w, d)
	template := func(fragment string) yamldoc.Value {
		if !inPod {
			return yamldoc.Omit
		}
		return yamldoc.Block(r.fill(fragment, yamldoc.Values{"spec": r.patchPod(w, d, inContainer)}))
	}
	switch {
	case !inPod && d.Schedule == "" && d.Surge == nil && d.Unavailable == nil && !claimsGrow(w, d):
		return yamldoc.Doc{}
	case w.Stateful != nil:
		return r.patchStateful(w, d, template("kustomize/overlay-pod"))
	case w.Kind == plan.JobKind:
		return r.fill("kustomize/overlay-patch-job", yamldoc.Values{"name": r.name(w), "spec": r.patchPod(w, d, inContainer)})
	case w.Kind != plan.CronKind:
		return r.fill("kustomize/overlay-patch", yamldoc.Values{"name": r.name(w), "strategy": r.patchStrategy(d), "template": template("kustomize/overlay-pod")})
	}
	return r.fill("kustomize/overlay-patch-cronjob", yamldoc.Values{"name": r.name(w), "schedule": r.optional(d.Path+".schedule", d.Schedule), "template": template("kustomize/overlay-template")})
}

// changesContainer reports whether an environment changes something in the containers of a workload, and changesPod in its
// pods.
func changesContainer(w plan.Workload, d plan.Delta) bool {
	return len(d.Env)+len(d.Unread)+len(d.Unmounted) > 0 || d.Resources != (plan.Resources{}) || slices.ContainsFunc(d.Sizes, func(s plan.SizeIn) bool { return w.IsEmpty(s.Volume) })
}

func changesPod(w plan.Workload, d plan.Delta) bool {
	return changesContainer(w, d) || d.Placement != nil
}

// patchStrategy is how many pods an environment replaces at a time, where it says so.
func (r *renderer) patchStrategy(d plan.Delta) yamldoc.Value {
	if d.Surge == nil && d.Unavailable == nil {
		return yamldoc.Omit
	}
	return yamldoc.Block(r.fill("kustomize/overlay-strategy", yamldoc.Values{"surge": r.given(d.Path+".rollout.surge", d.Surge), "unavailable": r.given(d.Path+".rollout.unavailable", d.Unavailable)}))
}

// patchPod is what an environment changes in the pods of a workload.
func (r *renderer) patchPod(w plan.Workload, d plan.Delta, inContainer bool) yamldoc.Value {
	own, resources, program := d.Resources, yamldoc.Omit, yamldoc.Omit
	if own != (plan.Resources{}) {
		resources = yamldoc.Block(r.fill("kustomize/resources", yamldoc.Values{
			"requests": r.resourceList(d.Path+".resources.requests", own.Requests),
			"limits":   r.resourceList(d.Path+".resources.limits", own.Limits),
		}))
	}
	if inContainer {
		program = list(r.fill("kustomize/overlay-program", yamldoc.Values{"name": r.name(w), "env": r.insteadOf(w, d), "resources": resources, "mounts": r.unmounts(d)}))
	}
	values := yamldoc.Values{"before": r.patchBefore(w, d), "program": program, "volumes": r.patchVolumes(w, d)}
	maps.Copy(values, r.patchPlacement(w, d))
	return yamldoc.Block(r.fill("kustomize/overlay-spec", values))
}

// live seeds the files that CI owns from then on, in the form in which kustomize
// itself writes them, so that each bump changes its own lines only (K04).
func (r *renderer) live(e plan.Environment) {
	commit := artifact.NeverDeployed
	var images []yamldoc.Doc
	deployed := r.plan.ImagesIn(e)
	sort.SliceStable(deployed, func(i, j int) bool { return deployed[i].Name < deployed[j].Name })
	for _, i := range deployed {
		tag, digest := yamldoc.Of(artifact.NeverDeployedTag), yamldoc.Of(artifact.NeverDeployedDigest)
		if d := e.Deployed[i.Name]; d != (plan.Deployed{}) {
			tag, digest = r.optional("", d.Tag), r.optional("", d.Digest)
			commit = artifact.DeployedBefore
		}
		images = append(images, r.fill("kustomize/live-image", yamldoc.Values{
			"name":    r.own(i.NamePath, i.Name),
			"newName": r.image(e.Pulls(i)),
			"tag":     tag,
			"digest":  digest,
		}))
	}
	what, it := "The image that runs", "it"
	if len(deployed) > 1 {
		what, it = "The images that run", "them"
	}
	doc := yamldoc.Join(
		yamldoc.Text(
			"# "+what+" in "+e.Name+". CI writes "+it+" with each deploy; pipegen wrote "+it+" once and",
			"# leaves "+it+" alone from then on. To take a deploy back, revert its commit."),
		r.fill("kustomize/live", yamldoc.Values{"images": list(images...)}))
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(e.Live, "kustomization.yaml"),
		Content: doc.Bytes(), Origins: doc.Origins(), Owner: artifact.Live})
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(e.Live, artifact.SourceCommitFile),
		Content: []byte(commit), Owner: artifact.Live})
	r.liveValues(e, deployed)
}

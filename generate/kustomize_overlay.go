package generate

import (
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

func (r *renderer) overlay(e plan.Environment) {
	var replicas, patches []yamldoc.Doc
	for _, w := range r.plan.Workloads {
		d := e.Delta(w.Name)
		if d.Replicas > 0 {
			replicas = append(replicas, r.fill("kustomize/replicas", yamldoc.Values{"name": r.name(w), "count": r.replicas(d.Path+".replicas", d.Replicas)}))
		}
		if patch, ok := r.patch(w, d); ok {
			r.add(artifact.GitOps, path.Join(e.Overlay, "deployment.yaml"), patch)
			patches = append(patches, yamldoc.Text("- path: deployment.yaml"))
		}
	}
	r.add(artifact.GitOps, path.Join(e.Overlay, "kustomization.yaml"), r.fill("kustomize/overlay", yamldoc.Values{
		"namespace": r.own(e.Path+".namespace", e.Namespace),
		"resources": yamldoc.Of(r.overlayResources()),
		// The live image comes last: nothing of the author's own can change it then.
		"components": components(append(r.customFolder(e.Custom), "live")),
		"replicas":   list(replicas...),
		"patches":    list(patches...),
	}))
}

// patch is what an environment changes in a workload, if anything.
func (r *renderer) patch(w plan.Workload, d plan.Delta) (yamldoc.Doc, bool) {
	own := d.Resources
	if len(d.Env) == 0 && own == (plan.Resources{}) {
		return yamldoc.Doc{}, false
	}
	resources := yamldoc.Omit
	if own != (plan.Resources{}) {
		resources = yamldoc.Block(r.fill("kustomize/resources", yamldoc.Values{
			"requests": r.resourceList(d.Path+".resources.requests", own.Requests),
			"limits":   r.resourceList(d.Path+".resources.limits", own.Limits),
		}))
	}
	return r.fill("kustomize/overlay-patch", yamldoc.Values{
		"name":      r.name(w),
		"env":       r.containerEnv(d.Path+".env", d.Env, nil),
		"resources": resources,
	}), true
}

// live seeds the files that CI owns from then on, in the form in which kustomize
// itself writes them, so that each bump changes its own lines only (K04).
func (r *renderer) live(e plan.Environment) {
	commit := artifact.NeverDeployed
	var images []yamldoc.Doc
	for _, i := range r.plan.Images {
		tag, digest := yamldoc.Of(artifact.NeverDeployedTag), yamldoc.Of(artifact.NeverDeployedDigest)
		if d := e.Deployed[i.Name]; d != (plan.Deployed{}) {
			tag, digest = r.optional("", d.Tag), r.optional("", d.Digest)
			commit = artifact.DeployedBefore
		}
		images = append(images, r.fill("kustomize/live-image", yamldoc.Values{
			"name":    r.own(i.NamePath, i.Name),
			"newName": r.image(i),
			"tag":     tag,
			"digest":  digest,
		}))
	}
	doc := yamldoc.Join(
		yamldoc.Text(
			"# The image that runs in "+e.Name+". CI writes it with each deploy; pipegen wrote it once and",
			"# leaves it alone from then on. To take a deploy back, revert its commit."),
		r.fill("kustomize/live", yamldoc.Values{"images": list(images...)}))
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(e.Live, "kustomization.yaml"),
		Content: doc.Bytes(), Origins: doc.Origins(), Owner: artifact.Live})
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(e.Live, artifact.SourceCommitFile),
		Content: []byte(commit), Owner: artifact.Live})
}

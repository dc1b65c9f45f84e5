package generate

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// ownImages is the component that gives the images of the author's manifests the names by which the live folders know
// them, below the application's folder.
const ownImages = "own-images"

// fromOverlay is a folder of the GitOps repository as an overlay names it.
func fromOverlay(e plan.Environment, folder string) string {
	return strings.Repeat("../", strings.Count(e.Overlay, "/")+1) + folder
}

// renamesImages writes that component, where an author has manifests. They name an image as the registry does, with a tag
// or without.
func (r *renderer) renamesImages() {
	var images []yamldoc.Doc
	for _, i := range r.plan.Images {
		if slices.ContainsFunc(r.plan.Workloads, func(w plan.Workload) bool { return w.Overlaid() && w.Runs(i.Name) }) {
			images = append(images, r.fill("kustomize/own-image", yamldoc.Values{"name": r.image(i), "newName": r.own(i.NamePath, i.Name)}))
		}
	}
	if len(images) > 0 {
		r.add(artifact.GitOps, path.Join(r.plan.GitOps.Folder, ownImages, "kustomization.yaml"), r.fill("kustomize/own-images", yamldoc.Values{"images": list(images...)}))
	}
}

// hasOwn reports whether an environment runs manifests of the author's.
func hasOwn(p plan.Plan, e plan.Environment) bool {
	return slices.ContainsFunc(p.In(e), func(w plan.Workload) bool { return w.Own != nil })
}

// namespaceOf is the namespace that an overlay gives its objects. Those of the author's have theirs, or get the one to
// which the Application deploys: they are never moved.
func (r *renderer) namespaceOf(e plan.Environment) yamldoc.Value {
	if hasOwn(r.plan, e) {
		return yamldoc.Omit
	}
	return r.own(e.Path+".namespace", e.Namespace)
}

// resourcesOf are what an overlay includes. A folder that is not there is reported where the author names it.
func (r *renderer) resourcesOf(e plan.Environment) yamldoc.Value {
	origin := ""
	for _, w := range r.plan.In(e) {
		if w.Overlaid() {
			origin = w.Path + ".own.kustomize"
		}
	}
	resources := slices.Concat(r.secrets(e), r.overlayResources(e), r.alerts(e))
	if isPreview(e) {
		resources = append(resources, "namespace.yaml", "quota.yaml")
	}
	if len(resources) == 0 {
		return yamldoc.Omit // a chart is all that runs here
	}
	return r.own(origin, resources)
}

// ownFits refuses folders of an author's manifests where pipegen writes, and what environments change in them.
func ownFits(s input) diag.List {
	var out diag.List
	for _, w := range s.workloads {
		if w.Own == nil {
			continue
		}
		at, collides := w.Path+".own.kustomize", w.Own.Chart != nil
		for _, e := range s.Environments {
			folder, ours := w.Own.In(e.ID), path.Join(gitopsOf(s).Folder, overlays, e.ID)
			if !collides && w.RunsIn(e.ID) && (inside(folder, ours) || inside(ours, folder)) {
				out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: at,
					Message: fmt.Sprintf("%s is %s, and pipegen writes the overlay of %s to %s", at, folder, e.ID, ours),
					Help:    `let pipegen write below a folder of its own, for example gitops: path: "delivery"`})
				collides = true
			}
			if d := e.Value.Difference(w.Name); !d.Empty() {
				out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: d.At,
					Message: fmt.Sprintf("%s changes what runs in %s, and the manifests of %s are yours", d.At, e.ID, w.Name), Help: "write it in " + cmp.Or(folder, "its values")})
			}
		}
	}
	return out
}

// Unseen are what is rendered in place of manifests of the author's where nobody can see them: nothing.
func Unseen(p plan.Plan) []artifact.File {
	var out []artifact.File
	for _, folder := range p.OwnFolders() {
		out = append(out, artifact.File{Root: artifact.GitOps, Path: path.Join(folder, "kustomization.yaml"), Owner: artifact.Seeded,
			Content: []byte("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n")})
	}
	return out
}

package generate

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// custom is the folder of the author's own files, beside the kustomization that
// reads it. It lies below a folder that Argo CD looks at anyway.
const custom = "custom"

// CustomFolders are the folders of Kustomize files that belong to the author, from
// the root of the GitOps repository.
func (p Plan) CustomFolders() []string {
	var out []string
	if p.Spec.Deploy.Custom.Base {
		out = append(out, path.Join(p.GitOps.Folder, "base", custom))
	}
	for _, e := range p.Environments {
		if e.Spec.Custom {
			out = append(out, path.Join(e.Overlay, custom))
		}
	}
	return out
}

// customFolder seeds a folder of the author's own, if there is one, and is what the
// kustomization beside it lists.
func (r *renderer) customFolder(beside, reader string, wanted bool) []string {
	if !wanted {
		return nil
	}
	doc := yamldoc.Join(
		yamldoc.Text(
			"# What you add to "+reader+": list your files under resources and patches.",
			"# It is yours: "+artifact.SeedMarker+" and leaves it alone from then on. Every check proves",
			"# what it changes."),
		r.fill("kustomize/custom", nil))
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(beside, custom, "kustomization.yaml"),
		Content: doc.Bytes(), Origins: doc.Origins(), Owner: artifact.Seeded})
	return []string{custom}
}

// customKinds are what the project allows for the author's own files. A CronJob makes
// Jobs, which Argo CD would hide, and with them their pods.
func (r *renderer) customKinds() []yamldoc.Doc {
	var out []yamldoc.Doc
	declared := r.plan.Spec.Deploy.Custom.Kinds
	for i, k := range declared {
		at := schema.Item("deploy.custom.kinds", i)
		group, kind := splitKind(k)
		out = append(out, r.fill("argocd/kind", yamldoc.Values{"group": r.own(at, group), "kind": r.own(at, kind)}))
		if k == "batch/CronJob" && r.plan.Smoke == nil && !slices.Contains(declared, "batch/Job") {
			out = append(out, r.fill("argocd/kind", yamldoc.Values{"group": r.own(at, group), "kind": r.own(at, "Job")}))
		}
	}
	return out
}

func splitKind(s string) (group, kind string) {
	group, kind, grouped := strings.Cut(s, "/")
	if !grouped {
		return "", s
	}
	return group, kind
}

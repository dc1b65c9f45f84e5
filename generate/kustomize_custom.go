package generate

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// customFolder seeds a folder of the author's own, if there is one, and is what the
// kustomization beside it lists.
func (r *renderer) customFolder(f *plan.Folder) []string {
	if f == nil {
		return nil
	}
	doc := yamldoc.Join(
		yamldoc.Text(
			"# What you add to "+f.Reader+": list your files under resources and patches.",
			"# It is yours: "+artifact.SeedMarker+" and leaves it alone from then on. Every check proves",
			"# what it changes."),
		r.fill("kustomize/custom", nil))
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(f.Path, "kustomization.yaml"),
		Content: doc.Bytes(), Origins: doc.Origins(), Owner: artifact.Seeded})
	return []string{custom}
}

// alongside are the kinds that the cluster makes of one of the author's, and of none of pipegen's. Argo CD would hide them, and
// with them their pods.
var alongside = map[string]string{"batch/CronJob": "batch/Job", "argoproj.io/Rollout": "argoproj.io/AnalysisRun"}

// customKinds are the kinds of the author's own files, beside those that pipegen writes.
func customKinds(p plan.Plan) []kindOfObject {
	var out []kindOfObject
	seen := map[string]bool{}
	for _, k := range allowedKinds(p) {
		seen[k.group+"/"+k.kind] = true
	}
	add := func(at, group, kind string) {
		if !seen[group+"/"+kind] {
			seen[group+"/"+kind] = true
			out = append(out, kindOfObject{group: group, kind: kind, at: at})
		}
	}
	for _, w := range p.Workloads {
		for i, k := range w.Kinds {
			group, kind := splitKind(k)
			add(schema.Item(w.Path+".custom.kinds", i), group, kind)
			if made := alongside[k]; made != "" && !slices.Contains(w.Kinds, made) {
				group, kind := splitKind(made)
				add(schema.Item(w.Path+".custom.kinds", i), group, kind)
			}
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

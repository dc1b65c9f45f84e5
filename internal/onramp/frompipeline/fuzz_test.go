package frompipeline

import (
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// FuzzDraft reads any workflow with any manifests: there is a draft, or a reason why there is none, and a report.
func FuzzDraft(f *testing.F) {
	plain := strings.NewReplacer("X", "x", "§", "x").Replace
	f.Add(plain(nastyWorkflow), plain(nastyManifests))
	f.Add(plain(severalWorkflow), plain(severalManifests))
	f.Add("on: push\njobs: {push: {runs-on: x, steps: [{run: docker push $IMAGE}]}}", "")
	f.Add("on: push\njobs: {a: {uses: ./.github/workflows/ci.yaml}, b: {needs: a, uses: ./.github/workflows/ci.yaml}}", "kind: Deployment")
	f.Add("on: {push: {tags: [v*]}}\njobs: {t: {steps: [{run: 'make test\nkubectl apply -k app'}, {uses: ./}]}}", plain(nastyManifests))
	f.Fuzz(func(t *testing.T, workflow, manifests string) {
		file := func(root artifact.Root, name, content string) *pipeline.File {
			return pipeline.Parse(artifact.File{Root: root, Path: name, Content: []byte(content)}, name)
		}
		m := pipeline.Of([]*pipeline.File{
			file(artifact.Code, ".github/workflows/ci.yaml", workflow),
			file(artifact.Code, "action.yaml", workflow),
			file(artifact.GitOps, "app/all.yaml", manifests),
			file(artifact.GitOps, "app/overlays/a/kustomization.yaml", manifests),
		}, check.NewRenderer().Overlays)
		rules.Flaws(m, nil)
		drafted, err := Draft(m.Followed(check.NewRenderer().Overlays), detect.Project{Folder: "fuzz", Subfolder: "."}, Choice{}, judged)
		if errors.As(err, new(draft.Unmended)) {
			t.Logf("no draft: %v", err)
			return
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, drafted.Text)
		}
	})
}

// judged holds a draft, with the files that it keeps, against all that check says.
func judged(text []byte, own []Own) (diag.List, error) {
	return judge.With(text, func(p plan.Plan) []artifact.File {
		var out []artifact.File
		for _, f := range own {
			out = append(out, artifact.File{Root: artifact.GitOps, Path: path.Join(p.Custom(f.Environment, f.Workload), f.Name), Content: f.Content, Owner: artifact.Seeded})
		}
		return out
	})
}

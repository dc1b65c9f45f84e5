package generate

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/templates"
)

// Render writes a plan down. An error is a fault of pipegen's own: a plan without
// diagnostics can always be rendered.
func Render(p plan.Plan) (*artifact.Set, error) {
	r := &renderer{plan: p, fragments: map[string]*yamldoc.Fragment{}, sayResults: p.Jobs.SayResults()}
	overlays := p.Environments
	if p.Previews != nil {
		overlays = append(slices.Clone(overlays), p.Previews.Overlay)
	}
	r.watched = append([]string{"."}, r.overlayResources(overlays...)...)
	r.workflow()
	r.rollback()
	r.testRuns()
	r.promotions()
	r.previewsWorkflow()
	r.renderedWorkflow()
	r.kustomize()
	r.previews()
	r.argocd()
	r.readmes()
	r.bot()
	if r.err != nil {
		return nil, r.err
	}
	return &r.set, nil
}

// renderer gathers the files. It keeps the first error and does nothing after it,
// so that the code that puts a file together reads without error handling.
type renderer struct {
	plan plan.Plan
	set  artifact.Set
	err  error
	// fragments are those parsed so far: many are filled more than once.
	fragments map[string]*yamldoc.Fragment
	// sayResults are the jobs that must say how the ones before them have to end.
	sayResults map[string]bool
	// moved are the places in the spec of values that an environment changes, by those of the values that they replace.
	moved map[string]string
	// watched are the folders that every Application watches.
	watched []string
}

func (r *renderer) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// header begins every generated YAML file. It names the release of pipegen that last changed the file: see
// artifact.Normal.
func (r *renderer) header() yamldoc.Doc {
	return yamldoc.Text(
		"# "+artifact.HeaderMarker+" "+Version+" from "+r.plan.SpecFile+"; do not edit.",
		"# Change that file and run: pipegen generate"+r.specFlag())
}

// specFlag is what a command needs to find the spec again.
func (r *renderer) specFlag() string {
	if r.plan.SpecFile == "pipeline.cue" {
		return ""
	}
	return " -f " + r.plan.SpecFile
}

// addWorkflow puts a workflow into the set, with each script in it written once.
func (r *renderer) addWorkflow(name string, docs ...yamldoc.Doc) {
	r.add(artifact.Code, name, yamldoc.Join(docs...).Once())
}

// add puts a generated YAML file into the set.
func (r *renderer) add(root artifact.Root, name string, docs ...yamldoc.Doc) {
	doc := yamldoc.Join(append([]yamldoc.Doc{r.header()}, docs...)...)
	origins := doc.Origins()
	for i, origin := range origins {
		origins[i] = r.plan.Place(origin)
	}
	r.put(artifact.File{Root: root, Path: name, Content: doc.Bytes(), Origins: origins})
}

func (r *renderer) put(f artifact.File) {
	if r.err != nil {
		return
	}
	if err := r.set.Add(f); err != nil {
		r.fail(err)
	}
}

// fill fills the fragment of a name, such as github/test.
func (r *renderer) fill(name string, values yamldoc.Values) yamldoc.Doc {
	f := r.fragment(name)
	if r.err != nil {
		return yamldoc.Doc{}
	}
	d, err := f.Fill(values)
	if err != nil {
		r.fail(err)
	}
	return d
}

func (r *renderer) fragment(name string) *yamldoc.Fragment {
	if f, ok := r.fragments[name]; ok {
		return f
	}
	lists := yamldoc.Compact
	if strings.HasPrefix(name, "github/") {
		lists = yamldoc.Indented
	}
	file := name + ".yaml"
	f, err := yamldoc.Parse(file, []byte(r.text(file)), lists)
	if err != nil {
		r.fail(err)
	}
	r.fragments[name] = f
	return f
}

// text is the text of a template.
func (r *renderer) text(name string) string {
	src, err := fs.ReadFile(templates.Files, path.Clean(name))
	if err != nil {
		r.fail(err)
	}
	return string(src)
}

// signHole is the line of a script where a commit has been made that GitHub may have to sign.
const signHole = "  # !fill sign\n"

// clustersHole is the line where the clusters that differ are looked at, if there are any.
const clustersHole = "  # !fill clusters\n"

// buildsOverlay is how a script renders an overlay, which is not all that Argo CD renders where a chart runs.
const buildsOverlay = `kustomize build "${OVERLAY}"`

// script joins shell scripts to the body of a run step. A workflow that has the body several times names it after the
// last script, which says what is done: the others prepare for it. A script after a + belongs to the paragraph before.
func (r *renderer) script(names ...string) yamldoc.Value {
	body := ""
	for _, n := range names {
		part, continues := strings.CutPrefix(n, "+")
		if body != "" && !continues {
			body += "\n"
		}
		body += r.text("scripts/" + part + ".sh")
	}
	sign := ""
	if r.plan.GitOps.Signed {
		sign = "  sign_commit\n"
	}
	body = strings.ReplaceAll(body, signHole, sign)
	if look := ""; strings.Contains(body, clustersHole) {
		if r.plan.Differs() {
			look, body = "  check_clusters\n", r.text("scripts/clusters.sh")+"\n"+body
		}
		body = strings.ReplaceAll(body, clustersHole, look)
	}
	if strings.Contains(body, buildsOverlay) && r.plan.HasCharts() {
		body = r.text("scripts/chart.sh") + "\n" + strings.ReplaceAll(body, buildsOverlay, "render_overlay")
	}
	if strings.Contains(body, buildsOverlay) && r.plan.Brings(plan.BySops) {
		body = r.text("scripts/undecrypted.sh") + "\n" + strings.ReplaceAll(body, buildsOverlay, "render_undecrypted")
	}
	if strings.Count(body, "\n") == 1 {
		body = strings.TrimSuffix(body, "\n")
	}
	return yamldoc.Of(body).Named(strings.TrimPrefix(names[len(names)-1], "+"))
}

// own is a value of the spec, or a constant where it has no place there. The schema refuses expressions of GitHub in
// what an author writes; this is the second lock on that door.
func (r *renderer) own(origin string, v any) yamldoc.Value {
	if to := r.moved[origin]; to != "" {
		origin = to
	}
	if s, ok := v.(string); ok && origin != "" && strings.Contains(s, "${{") {
		r.fail(fmt.Errorf("%s: a GitHub expression came through the schema", origin))
	}
	return yamldoc.From(origin, v)
}

// optional is own, or nothing where the spec says nothing.
func (r *renderer) optional(origin, v string) yamldoc.Value {
	if v == "" {
		return yamldoc.Omit
	}
	return r.own(origin, v)
}

// variables is a map of environment variables by name, or nothing.
func (r *renderer) variables(origin string, vars map[string]string) yamldoc.Value {
	return mapping(r.entries(origin, vars))
}

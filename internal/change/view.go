package change

import (
	"bytes"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
)

// view is the output of a spec as the rules read it.
type view struct {
	plan plan.Plan
	// files are without the manifests, by repository and path.
	files     map[string]artifact.File
	workflows map[string]*workflow
	// objects are the rendered ones of every environment, and those for Argo CD.
	objects map[key]object
	// scaled are the least numbers of pods that autoscalers keep, by the Deployment at which they aim.
	scaled map[key]int
}

// key names an object. Environment is "" for the objects that Argo CD itself reads.
type key struct{ environment, group, kind, name string }

func (k key) String() string {
	if k.environment == "" {
		return k.kind + " " + k.name
	}
	return k.kind + " " + k.name + " in " + k.environment
}

type object struct {
	body map[string]any
	node *yaml.Node
}

func place(f artifact.File) string { return string(f.Root) + ":" + f.Path }

// viewOf reads an output. The objects of another one are taken where nothing that kustomize reads differs from it:
// rendering takes the most time.
func viewOf(p plan.Plan, files []artifact.File, render Render, like *view) (*view, error) {
	v := &view{plan: p, files: map[string]artifact.File{}, workflows: map[string]*workflow{}, objects: map[key]object{}, scaled: map[key]int{}}
	for _, f := range files {
		if f.Owner == artifact.Record {
			continue
		}
		v.files[place(f)] = f
		if path.Dir(f.Path) == ".github/workflows" && path.Ext(f.Path) == ".yaml" {
			v.workflows[f.Path] = workflowOf(f, like)
		}
	}
	if like != nil && sameGitOps(v, like) {
		v.objects, v.scaled = like.objects, like.scaled
		return v, nil
	}
	for _, in := range p.Instances() {
		var elements []*pipeline.File
		for _, f := range files {
			if f.Root == artifact.GitOps && path.Dir(f.Path) == in.Elements {
				elements = append(elements, pipeline.Parse(f, f.Path))
			}
		}
		for _, f := range files {
			if f.Root == artifact.GitOps && strings.HasPrefix(f.Path, in.Folder+"/") && path.Dir(f.Path) != in.Elements {
				v.argo(in, f, elements)
			}
		}
	}
	objects := render(append(slices.Clone(files), generate.Unseen(p)...))
	for _, e := range p.Overlays() {
		nodes, err := objects(e.Overlay)
		if err != nil {
			return nil, err
		}
		for _, n := range nodes {
			at := e.Name
			if e.Over != "" {
				at = e.Where()
			}
			v.object(at, "", n)
		}
	}
	return v, nil
}

// alike are two views, each with the objects of a cluster apart where it differs in one of them.
func alike(a, b *view) (*view, *view) { return a.apart(b), b.apart(a) }

// apart is the view with the objects of an environment once more for each of its clusters that differs in another view.
func (v *view) apart(other *view) *view {
	out := *v
	for _, e := range other.plan.Environments {
		for _, differs := range e.Differing() {
			same := func(at plan.Environment) bool { return at.Over == "" && at.Cluster.Is(differs.Cluster) }
			if !slices.ContainsFunc(v.plan.Environment(e.Name).At(), same) {
				continue
			}
			out.objects, out.scaled = besides(out.objects, e.Name, differs.Where()), besides(out.scaled, e.Name, differs.Where())
		}
	}
	return &out
}

// besides are what a map has, and what it has of an environment once more for another.
func besides[V any](all map[key]V, environment, other string) map[key]V {
	out := maps.Clone(all)
	for k, v := range all {
		if k.environment == environment {
			k.environment = other
			out[k] = v
		}
	}
	return out
}

func sameGitOps(a, b *view) bool {
	count := 0
	for at, f := range a.files {
		if f.Root != artifact.GitOps || isDocument(f) {
			continue
		}
		other, ok := b.files[at]
		if !ok || !bytes.Equal(f.Content, other.Content) {
			return false
		}
		count++
	}
	for _, f := range b.files {
		if f.Root == artifact.GitOps && !isDocument(f) {
			count--
		}
	}
	return count == 0
}

func (v *view) argo(in plan.Instance, f artifact.File, elements []*pipeline.File) {
	var doc yaml.Node
	if yaml.Unmarshal(f.Content, &doc) != nil || len(doc.Content) != 1 {
		return
	}
	v.object("", in.Cluster, doc.Content[0])
	if path.Base(path.Dir(f.Path)) != "applicationsets" {
		return
	}
	// What an author's patch makes of it, the proofs judge.
	apps, _ := pipeline.Expand(doc.Content[0], true, true, elements...)
	for _, a := range apps {
		v.object("", in.Cluster, a.Object)
	}
}

// object takes in what is rendered for an environment, or what is in the folder of an Argo CD: in those of several clusters
// there may be objects of one name.
func (v *view) object(environment, cluster string, n *yaml.Node) {
	var body map[string]any
	if n.Decode(&body) != nil {
		return
	}
	v.objects[key{environment, pipeline.GroupOf(text(body, "apiVersion")), text(body, "kind"), path.Join(cluster, text(body, "metadata", "name"))}] = object{body, n}
	v.scaler(environment, body)
}

// isDocument reports whether a file is for people alone.
func isDocument(f artifact.File) bool { return path.Ext(f.Path) == ".md" }

// means reports whether two versions of a file differ in more than comments and layout.
func means(a, b artifact.File) bool {
	if isDocument(a) {
		return false
	}
	var x, y any
	if ext := path.Ext(a.Path); ext != ".yaml" && ext != ".yml" || yaml.Unmarshal(a.Content, &x) != nil || yaml.Unmarshal(b.Content, &y) != nil {
		return true
	}
	return !reflect.DeepEqual(wordless(x), wordless(y))
}

// wordless takes out the descriptions, which only people read.
func wordless(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "description")
		for _, below := range v {
			wordless(below)
		}
	case []any:
		for _, below := range v {
			wordless(below)
		}
	}
	return v
}

package cluster

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/forge"
)

// tree is what pipegen generates from one spec, in its GitOps repository.
type tree struct {
	repository, branch string
	clone              *forge.Clone
	projects           []kube.Object
	manifests          []kube.Object // the Applications, or the ApplicationSet that makes them
	elements           []setElement  // what the ApplicationSet finds in files
	roots              []kube.Object // the Applications that bring these, none where a person applies them
	applications       []*application
	// previews are the ApplicationSet of the previews, and its project before it.
	previews []kube.Object
}

// clones are the GitOps repositories of the run; several trees may share one.
var clones = struct {
	mutex sync.Mutex
	all   map[string]*forge.Clone
}{all: map[string]*forge.Clone{}}

func cloneOf(ctx context.Context, repository, branch string) (*forge.Clone, error) {
	clones.mutex.Lock()
	defer clones.mutex.Unlock()
	// As for GitHub and Argo CD, Example/deployments is example/deployments.
	repository = strings.ToLower(repository)
	if c, ok := clones.all[repository]; ok {
		return c, nil
	}
	c, err := run.Forge.Clone(ctx, repository, branch, filepath.Join(run.folder, "clones", repository))
	if err == nil {
		clones.all[repository] = c
	}
	return c, err
}

// generate compiles a spec and pushes the GitOps tree that it gives.
func generate(t *testing.T, spec string) *tree {
	t.Helper()
	tr, folder := compiled(t, spec)
	seal(t, folder)
	clone, err := cloneOf(t.Context(), tr.repository, tr.branch)
	check(t, err)
	tr.clone = clone
	_, err = tr.clone.Change(t.Context(), "generate "+tr.projects[0].Name, func(clone string) error { return copyOver(clone, folder) })
	check(t, err)
	for _, a := range tr.applications {
		a.built(t)
	}
	return tr
}

// compiled is the tree of a spec that nobody has pushed, and the folder that it lies in.
func compiled(t *testing.T, spec string) (tr *tree, folder string) {
	t.Helper()
	out := t.TempDir()
	if has := given(t, spec); has != "" {
		check(t, copyOver(out, has))
	}
	file := filepath.Join(t.TempDir(), "pipeline.cue")
	check(t, os.WriteFile(file, []byte(spec), 0o644))
	if text, err := exec.Command(run.pipegen, "generate", "-f", file, "--out", out).CombinedOutput(); err != nil {
		t.Fatalf("pipegen generate: %v\n%s", err, text)
	}
	tr = &tree{}
	below, err := filepath.Rel(out, tr.load(t, out))
	check(t, err)
	return tr, filepath.Join(out, strings.Split(filepath.ToSlash(below), "/")[0])
}

// given is the folder of what the author of an example has in both repositories already, "" where that is nothing.
func given(t *testing.T, spec string) string {
	t.Helper()
	folders, err := filepath.Glob("../../specs/*/given")
	check(t, err)
	for _, folder := range folders {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(folder), "pipeline.cue"))
		check(t, err)
		if string(text) == spec {
			return folder
		}
	}
	return ""
}

// load reads the project and the Applications that lie somewhere below a folder, and
// returns a file of theirs.
func (tr *tree) load(t *testing.T, root string) (file string) {
	t.Helper()
	check(t, filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if filepath.Base(filepath.Dir(filepath.Dir(path))) == "environments" {
			text, err := os.ReadFile(path)
			check(t, err)
			var e setElement
			check(t, yaml.Unmarshal(text, &e))
			tr.elements = append(tr.elements, e)
		}
		switch folder := filepath.Base(filepath.Dir(path)); folder {
		case "projects", "applications", "applicationsets", "roots":
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			objects, err := kube.Parse(text)
			if err != nil {
				return err
			}
			for _, o := range objects {
				if strings.HasSuffix(o.Name, "-previews") {
					tr.previews = append([]kube.Object{o}, tr.previews...) // of two folders, in the order of their names
				} else if o.Kind == "AppProject" {
					tr.projects = append(tr.projects, o)
				} else if folder == "roots" {
					tr.roots = append(tr.roots, o)
				} else {
					tr.manifests = append(tr.manifests, o)
				}
			}
			file = path
		}
		return nil
	}))
	for _, o := range tr.manifests {
		tr.read(t, o)
	}
	return file
}

// spec reads one of the project's specs.
func spec(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../specs", name, "pipeline.cue"))
	check(t, err)
	return string(text)
}

// applicationSpec is what the tests need of an Application, or of a template for them.
type applicationSpec struct {
	Source applicationSource
	// Sources replaces it where a chart runs beside the overlay, which comes first.
	Sources     []applicationSource
	Destination struct{ Name, Namespace string }
	SyncPolicy  struct {
		SyncOptions              []string
		ManagedNamespaceMetadata struct{ Labels map[string]string }
	}
}

type applicationSource struct {
	RepoURL, Path, Chart, TargetRevision string
	Helm                                 struct {
		ReleaseName string
		ValueFiles  []string
	}
}

// applicationSet is what they need of an ApplicationSet.
type applicationSet struct {
	Spec struct {
		Generators []struct {
			List struct{ Elements []setElement }
		}
		Template struct{ Spec applicationSpec }
	}
}

// setElement is one of a list, which has the path, or a file, which has the overlay.
type setElement struct{ Application, Namespace, Path, Overlay, Cluster, Branch string }

// read takes from a manifest what the tests need.
func (tr *tree) read(t *testing.T, o kube.Object) {
	t.Helper()
	if o.Kind == "ApplicationSet" {
		var found applicationSet
		check(t, yaml.Unmarshal(o.YAML, &found))
		for _, e := range append(found.Spec.Generators[0].List.Elements, tr.elements...) {
			s := found.Spec.Template.Spec
			s.Source.Path, s.Destination.Namespace = cmp.Or(e.Path, e.Overlay), e.Namespace
			if e.Cluster != "" {
				s.Destination.Name = e.Cluster
			}
			if e.Branch != "" {
				s.Source.TargetRevision = "refs/heads/" + e.Branch
			}
			tr.add(t, o.Namespace, e.Application, s)
		}
		return
	}
	var found struct{ Spec applicationSpec }
	check(t, yaml.Unmarshal(o.YAML, &found))
	tr.add(t, o.Namespace, o.Name, found.Spec)
}

func (tr *tree) add(t *testing.T, in, name string, s applicationSpec) {
	t.Helper()
	var chart *applicationSource
	if len(s.Sources) > 1 {
		s.Source, chart = s.Sources[0], &s.Sources[1]
	}
	repository, ok := strings.CutPrefix(s.Source.RepoURL, "https://"+forge.Host+"/")
	if !ok {
		t.Fatalf("%s: the repository %s is not on the forge", name, s.Source.RepoURL)
	}
	rendered := ""
	if tr.repository, tr.branch = strings.TrimSuffix(repository, ".git"), strings.TrimPrefix(s.Source.TargetRevision, "refs/heads/"); strings.HasPrefix(tr.branch, "environments/") {
		rendered, tr.branch = tr.branch, "main"
	}
	tr.applications = append(tr.applications, &application{
		name: name, in: in, chart: chart, cluster: clusterNamed(t, in, s.Destination.Name), namespace: s.Destination.Namespace, overlay: s.Source.Path, options: s.SyncPolicy.SyncOptions, tree: tr,
		level: s.SyncPolicy.ManagedNamespaceMetadata.Labels[enforced], branch: rendered,
	})
}

// copyOver puts the files of a folder over those of another.
func copyOver(target, source string) error {
	return filepath.WalkDir(source, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		below, err := filepath.Rel(source, file)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(target, below)), 0o755); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(target, below), text, 0o644)
	})
}

// built finds the Deployments and Rollouts that run an image of the live folder: a deploy changes those, and the first Deployment is
// the one that most tests look at.
func (a *application) built(t *testing.T) {
	t.Helper()
	for _, o := range a.rendered(t) {
		var d deployment
		if o.Kind != "Deployment" && o.Kind != "Rollout" {
			continue
		}
		check(t, yaml.Unmarshal(o.YAML, &d))
		for _, image := range a.images(t) {
			switch {
			case !strings.HasPrefix(d.Spec.Template.Spec.Containers[0].Image, image.NewName+":"):
			case o.Kind == "Rollout":
				a.rollouts = append(a.rollouts, o.Name)
			default:
				a.deployments = append(a.deployments, o.Name)
			}
		}
	}
	if len(a.deployments) > 0 {
		a.deployment = a.deployments[0]
	} else if len(a.rollouts) == 0 {
		t.Fatalf("%s renders nothing that runs an image of the live folder", a.overlay)
	}
}

type liveImage struct{ Name, NewName string }

// live is the live folder: that of the overlay, or of the one that it is over.
func (a *application) live(t *testing.T) string {
	t.Helper()
	overlay := filepath.Join(a.tree.clone.Folder, a.overlay)
	text, err := os.ReadFile(filepath.Join(overlay, "kustomization.yaml"))
	check(t, err)
	var over struct{ Resources, Components []string }
	check(t, yaml.Unmarshal(text, &over))
	if len(over.Components) == 0 {
		overlay = filepath.Join(overlay, over.Resources[0])
	}
	return filepath.Join(overlay, "live")
}

// images are those of the live folder.
func (a *application) images(t *testing.T) []liveImage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(a.live(t), "kustomization.yaml"))
	check(t, err)
	var component struct{ Images []liveImage }
	check(t, yaml.Unmarshal(text, &component))
	return component.Images
}

// rendered is what the overlay gives now.
func (a *application) rendered(t *testing.T) []kube.Object {
	t.Helper()
	var stderr bytes.Buffer
	build := exec.Command(run.kustomize, append([]string{"build", filepath.Join(a.tree.clone.Folder, a.overlay)}, stack.BuildOptions...)...)
	build.Env, build.Stderr = run.Decrypting(), &stderr
	text, err := build.Output()
	if err != nil || stderr.Len() != 0 {
		t.Fatalf("kustomize build %s: %v\n%s", a.overlay, err, stderr.String())
	}
	objects, err := kube.Parse(text)
	check(t, err)
	if a.chart == nil {
		return objects
	}
	charted, err := kube.Parse(a.charted(t))
	check(t, err)
	for _, o := range charted {
		o.Namespace = a.namespace // as Argo CD does, unless the chart names one
		objects = append(objects, o)
	}
	return objects
}

// bump changes the live images as the deploy job does, all to the digest, and returns the
// commit with the first image that should run.
func (a *application) bump(t *testing.T, digest string) (forge.Commit, string) {
	t.Helper()
	digest = "sha256:" + strings.Repeat("0", 64-len(digest)) + digest
	live := a.live(t)
	source := strings.Repeat(digest[len(digest)-1:], 40)
	var edits []string
	for _, image := range a.images(t) {
		edits = append(edits, image.Name+"="+image.NewName+":main-"+source+"@"+digest)
	}
	_, reference, _ := strings.Cut(edits[0], "=")
	path := strings.Split(a.overlay, "/")
	message := fmt.Sprintf("deploy %s to %s: main-%s", path[0], path[len(path)-1], source)
	commit, err := a.tree.clone.Change(t.Context(), message, func(string) error {
		edit := exec.Command(run.kustomize, append([]string{"edit", "set", "image"}, edits...)...)
		edit.Dir = live
		if out, err := edit.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		if a.chart != nil {
			if err := chartValues(filepath.Join(live, "values.yaml"), "main-"+source, digest); err != nil {
				return err
			}
		}
		return os.WriteFile(filepath.Join(live, "source-commit"), []byte(source+"\n"), 0o644)
	})
	check(t, err)
	return commit, reference
}

// notify tells Argo CD's webhook about a commit, as GitHub would.
func (tr *tree) notify(t *testing.T, commit forge.Commit) {
	t.Helper()
	check(t, forge.Notify(t.Context(), run.Webhook(), stack.WebhookSecret, tr.clone, commit))
}

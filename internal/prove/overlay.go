package prove

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// overlay is a folder that Argo CD may render, with all that it reads.
type overlay struct {
	dir string
	// folders are the kustomizations it consists of, itself first.
	folders []*folder
	// env is the spec's environment, nil when it has none for this folder.
	env     *Environment
	writers []*writer
	objects []*object
}

// folder is one kustomization, with the documents of its files.
type folder struct {
	dir   string
	kust  node
	files []*source
	// patches are those that say what they are for beside their text.
	patches []patch
}

// readOverlays finds every folder below an "overlays" folder that has a
// kustomization of its own, and those that the spec speaks of.
func (m *model) readOverlays() {
	dirs := map[string]bool{}
	for _, s := range m.sources {
		dir := path.Dir(s.Path)
		if s.Root == artifact.GitOps && path.Base(s.Path) == "kustomization.yaml" && path.Base(path.Dir(dir)) == "overlays" {
			dirs[dir] = true
		}
	}
	for _, e := range m.facts.Environments {
		dirs[e.Overlay] = true
	}
	for _, dir := range slices.Sorted(keys(dirs)) {
		o := &overlay{dir: dir, folders: m.closure(dir, map[string]bool{})}
		m.overlays, m.byFolder[dir] = append(m.overlays, o), o
	}
	for i, e := range m.facts.Environments {
		m.byFolder[e.Overlay].env = &m.facts.Environments[i]
	}
	for _, o := range m.overlays {
		if o.env != nil {
			m.byName[o.env.Name] = o
		}
	}
}

// closure follows resources and components, as kustomize does.
func (m *model) closure(dir string, seen map[string]bool) []*folder {
	s := m.file(artifact.GitOps, path.Join(dir, "kustomization.yaml"))
	if s == nil || seen[dir] {
		return nil
	}
	seen[dir] = true
	f := &folder{dir: dir, kust: s.doc(), files: []*source{s}}
	out := []*folder{f}
	for _, field := range []string{"resources", "components", "bases"} {
		for _, name := range f.kust.get(field).list() {
			target := path.Join(dir, name)
			if file := m.file(artifact.GitOps, target); file != nil {
				f.files = append(f.files, file)
				continue
			}
			out = append(out, m.closure(target, seen)...)
		}
	}
	for _, p := range f.kust.get("patches").items() {
		f.patches = append(f.patches, m.patchOf(dir, p)...)
		if file := m.file(artifact.GitOps, path.Join(dir, p.get("path").text())); file != nil {
			f.files = append(f.files, file)
		}
	}
	return out
}

// holds reports whether the overlay reads a folder.
func (o *overlay) holds(dir string) *folder {
	for _, f := range o.folders {
		if f.dir == dir {
			return f
		}
	}
	return nil
}

// own are the overlay's folders that belong to no other overlay: itself and what
// lies below it.
func (o *overlay) own(dir string) bool { return dir == o.dir || strings.HasPrefix(dir, o.dir+"/") }

func (o *overlay) at() place {
	if len(o.folders) == 0 {
		return place{}
	}
	return o.folders[0].kust.at()
}

func (m *model) overlay(dir string) *overlay { return m.byFolder[dir] }

// ownersOf are the overlays that a folder belongs to, itself or one that it lies in, the
// innermost first.
func (m *model) ownersOf(dir string) []*overlay {
	var out []*overlay
	for ; dir != "." && dir != "/" && dir != ""; dir = path.Dir(dir) {
		if o := m.byFolder[dir]; o != nil {
			out = append(out, o)
		}
	}
	return out
}

// writer is a step that commits to the GitOps repository.
type writer struct {
	*step
	x    context
	cmds []shell.Command
	// reverts is set when it restores or reverts what was deployed, and edits nothing itself.
	reverts bool
	edits   []edit
	// checkout is where the GitOps repository lies in the workspace.
	checkout *step
	root     string
	overlay  *overlay
}

// edit is one "kustomize edit set image".
type edit struct {
	shell.Command
	pipeline.Image
	// dir is the folder it edits, from the root of the GitOps repository.
	dir string
}

const sentinelSHA = "5e0714e150c0ffee5e0714e150c0ffee5e0714e1"

func (m *model) readWriters() {
	for _, w := range m.workflows {
		for i, inputs := range m.contexts(w) {
			for _, j := range w.jobs {
				if i > 0 && !j.asksInputs() {
					continue // it does the same in each of them
				}
				for _, s := range j.steps {
					if s.writes() {
						m.readWriter(s, inputs)
					}
				}
			}
		}
	}
}

// asksInputs reports whether what a job does depends on what a person gave the workflow.
// A condition that does so without ${{ }} decides only whether it runs.
func (j *job) asksInputs() bool {
	if j.inputs == nil {
		found := false
		look := func(n node) {
			found = found || strings.Contains(n.text(), "${{") && strings.Contains(n.text(), "inputs.environment")
		}
		j.strings(look)
		for _, field := range []string{"env", "defaults", "concurrency"} {
			j.in.get(field).strings(look)
		}
		j.inputs = &found
	}
	return *j.inputs
}

// contexts are the ways in which a workflow may run: one for each environment that
// a person may choose, if a person chooses.
func (m *model) contexts(w *workflow) []map[string]string {
	out := []map[string]string{nil}
	dispatch, _ := w.trigger("workflow_dispatch")
	for name, input := range dispatch.get("inputs").pairs() {
		for i, option := range input.get("options").list() {
			if i == 0 && out[0] == nil {
				out = nil
			}
			if len(out) < maxDepth && name == "environment" {
				out = append(out, map[string]string{name: option})
			}
		}
	}
	if len(out) == 0 {
		out = append(out, nil)
	}
	return out
}

func (m *model) readWriter(s *step, inputs map[string]string) {
	n := len(m.writers) + 1
	w := &writer{step: s, x: context{sha: sentinelSHA, digest: fmt.Sprintf("sha256:%064x", 0x5e0714e1<<8+n), tag: "pipegen-sentinel-" + strconv.Itoa(n), inputs: inputs}}
	w.cmds = s.commands(w.x)
	writes := false
	for _, c := range w.cmds {
		writes = writes || c.Git("push") || goesBack(c) || c.Is("kustomize", "edit")
		w.reverts = w.reverts || goesBack(c)
	}
	w.root = w.findRoot(m.facts.GitOps.Name)
	// A push of something else is no deploy; whether a job may push at all is X07.
	edits := slices.ContainsFunc(w.cmds, func(c shell.Command) bool { return c.Is("kustomize", "edit", "set", "image") })
	here := w.checkout != nil && equalFold(w.checkout.with("repository").text(), m.facts.GitOps.Name)
	if !writes || !edits && !w.reverts && !here {
		return
	}
	for _, c := range w.cmds {
		if !c.Is("kustomize", "edit", "set", "image") {
			continue
		}
		for _, arg := range c.Args(4) {
			w.edits = append(w.edits, edit{Command: c, Image: pipeline.ParseImage(arg), dir: w.inRepository(c.Dir)})
		}
	}
	for _, e := range w.edits {
		if at := slices.IndexFunc(m.ownersOf(e.dir), func(o *overlay) bool { return o.holds(e.dir) != nil }); at >= 0 {
			w.overlay = m.ownersOf(e.dir)[at]
		}
	}
	if w.overlay == nil && w.reverts {
		w.overlay = m.overlayOf(w)
	}
	if w.overlay != nil {
		w.overlay.writers = append(w.overlay.writers, w)
	}
	m.writers = append(m.writers, w)
	if len(w.edits) > 0 {
		m.byDigest[w.x.digest] = w
	}
}

// goesBack reports whether a command undoes a commit, or restores files of an older one.
func goesBack(c shell.Command) bool {
	_, older := c.Option("--source")
	return c.Git("revert") || c.Git("restore") && older
}

// overlayOf is the overlay that a step names in a variable.
func (m *model) overlayOf(w *writer) *overlay {
	vars := w.environ(w.x)
	for _, name := range []string{"OVERLAY", "LIVE"} {
		for _, o := range slices.Backward(m.ownersOf(vars[name])) {
			if vars[name] == o.dir || o.holds(vars[name]) != nil {
				return o
			}
		}
	}
	return nil
}

// findRoot is the folder that the GitOps repository is checked out into.
func (w *writer) findRoot(repository string) string {
	for _, s := range w.job.steps {
		if s.uses != "actions/checkout" {
			continue
		}
		// The last checkout before is the one that is worked on, unless one names the repository.
		if r := s.with("repository").text(); w.checkout == nil || r != "" {
			w.checkout = s
		}
		if equalFold(s.with("repository").text(), repository) {
			break
		}
	}
	if w.checkout == nil {
		return ""
	}
	return w.checkout.with("path").text()
}

// inRepository is a folder of the workspace as the GitOps repository names it.
func (w *writer) inRepository(dir string) string {
	if w.root == "" || w.root == "." {
		return path.Clean(dir)
	}
	if rest, ok := strings.CutPrefix(path.Clean(dir), path.Clean(w.root)+"/"); ok {
		return rest
	}
	return "../" + dir
}

// variable is where the step sets the variable that holds a value; where none
// does, the line of the script.
func (w *writer) variable(value string, c shell.Command) place {
	for _, n := range []node{w.step.node, w.job.node, w.job.in.node} {
		for _, v := range n.get("env").pairs() {
			if w.x.fill(w.job, v.text()) == value {
				return v.at()
			}
		}
	}
	return w.runLine(c.Line)
}

// written is how the workflow writes a value: the expression, where a variable holds
// it, and never a sentinel.
func (w *writer) written(name, value string) (string, place) {
	if n := w.step.env(name); n.ok() && value == w.x.fill(w.job, n.text()) {
		return quoted(n.text()), n.at()
	}
	value = strings.NewReplacer(w.x.sha, "${GITHUB_SHA}", w.x.tag, "${TAG}", w.x.digest, "${DIGEST}").Replace(value)
	return quoted(value), w.runLine(w.edits[0].Line)
}

// bumped are the files with every edit of CI made.
func (m *model) bumped() []artifact.File {
	if m.deployed == nil {
		m.deployed = m.edited()
	}
	return m.deployed
}

func (m *model) edited() []artifact.File {
	changed := map[string][]byte{}
	for _, w := range m.writers {
		for _, e := range w.edits {
			s := m.file(artifact.GitOps, path.Join(e.dir, "kustomization.yaml"))
			if s == nil || !s.doc().isMap() {
				continue
			}
			content, ok := changed[s.Path]
			if !ok {
				content = s.Content
			}
			if out, err := e.apply(content); err == nil {
				changed[s.Path] = out
			}
		}
	}
	files := slices.Clone(m.in.Files)
	for i, f := range files {
		if content, ok := changed[f.Path]; ok && f.Root == artifact.GitOps {
			files[i].Content = content
		}
	}
	return files
}

// apply does to a kustomization what "kustomize edit set image" does: it sets the
// entry of that name, or adds one. A tag alone drops the digest, a digest alone
// the tag.
func (e edit) apply(content []byte) ([]byte, error) {
	var k map[string]any
	if err := yaml.Unmarshal(content, &k); err != nil {
		return nil, err
	}
	images, _ := k["images"].([]any)
	entry := map[string]any{"name": e.Name}
	found := false
	for _, i := range images {
		if have, ok := i.(map[string]any); ok && have["name"] == e.Name {
			entry, found = have, true
			break
		}
	}
	if e.NewName != "" {
		entry["newName"] = e.NewName
	}
	for field, value := range map[string]string{"newTag": e.Tag, "digest": e.Digest} {
		delete(entry, field)
		if value != "" {
			entry[field] = value
		}
	}
	if !found {
		images = append(images, entry)
	}
	k["images"] = images
	return yaml.Marshal(k)
}

// render has every overlay rendered after CI's edit.
func (m *model) render() {
	render := m.in.Render(m.bumped())
	for _, o := range m.overlays {
		if len(o.folders) == 0 {
			continue
		}
		objects, err := render(o.dir)
		if err != nil {
			at := o.at()
			m.found = append(m.found, diag.Diagnostic{Code: diag.Overlay, Pos: diag.Position{File: at.src.place, Line: at.line},
				Message: o.dir + " cannot be rendered: " + strings.ReplaceAll(strings.Join(strings.Fields(err.Error()), " "), shell.Unknown, "?"),
				Help:    "run 'pipegen generate' to have what is generated written anew"})
			continue
		}
		for _, y := range objects {
			o.objects = append(o.objects, newObject(m, o, y))
		}
	}
}

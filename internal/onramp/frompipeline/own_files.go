package frompipeline

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Own is a file in a folder of the author's own, beside what the draft gives.
type Own struct {
	// Environment is the one to whose overlay the folder belongs. Where it is "", every environment reads it, and Workload
	// is the entry of workloads whose it is, "" for deploy.
	Environment, Workload string
	Name                  string
	Content               []byte
	// Keeps says what it keeps, "" for a kustomization.
	Keeps string
	// There is the path of a file that is there already, in place of a folder and a name.
	There string
}

// inFolder is the end of the file's path.
func (o Own) inFolder() string {
	if o.Environment != "" {
		return path.Join("overlays", o.Environment, "custom", o.Name)
	}
	return path.Join("base", o.Workload, "custom", o.Name)
}

// Judge returns everything that is wrong with a draft, whose author has these files.
type Judge func(text []byte, own []Own) (diag.List, error)

// ownFolder is a folder in the making.
type ownFolder struct {
	environment string
	of          *program // nil for deploy, or for an environment
	resources   []string
	patches     []string
	// generators are the ConfigMaps that kustomize makes of files.
	generators []*pipeline.Object
	// from are the pieces in each file.
	from map[string][]*piece
}

// spoken is a piece as it is written: equal texts of all environments are written once.
type spoken struct {
	*piece
	id, text string
}

// ownFiles writes the pieces that are kept, and names the folders in the draft.
func (d *drafter) ownFiles() {
	existing := d.needed()
	d.folders = nil
	var ids []string
	by := map[string][]spoken{}
	for _, p := range d.pieces {
		if p.dropped {
			continue
		}
		s := spoken{p, strings.Join([]string{p.kind, p.name, strings.Join(p.path, "/")}, " "), ""}
		if p.of == nil {
			s.id, s.text = p.object.Group+" "+p.object.Label(), string(d.whole(p).Text())
			if name := generatedName(p.object); name != "" {
				s.id = "ConfigMap " + name
			}
		} else {
			field := pipeline.SketchOf(p.field)
			d.rename(p.object, field)
			s.text = string(field.Text())
		}
		if by[s.id] == nil {
			ids = append(ids, s.id)
		}
		by[s.id] = append(by[s.id], s)
	}
	for _, id := range ids {
		all := by[id]
		if carrier, ok := d.carrier(all); ok {
			d.folderOf("", carrier).take(d, all[0].piece)
			continue
		}
		for i, s := range all {
			if !slices.ContainsFunc(all[:i], func(other spoken) bool { return other.in == s.in }) {
				d.folderOf(s.in.env, nil).take(d, s.piece)
			}
		}
	}
	d.nameFolders(existing)
}

// carrier is the program in whose folder a piece is, if every environment that has the folder has the piece just so.
func (d *drafter) carrier(all []spoken) (*program, bool) {
	var in []*deployment
	for _, s := range all {
		if s.text != all[0].text {
			return nil, false
		}
		if !slices.Contains(in, s.in) {
			in = append(in, s.in)
		}
	}
	if of := all[0].of; of != nil {
		return of, len(in) == len(of.runs)
	}
	if len(in) != len(d.deployments) {
		return nil, false
	}
	if len(d.programs) == 0 {
		return nil, true
	}
	i := slices.IndexFunc(d.programs, func(p *program) bool { return len(p.runs) == len(d.deployments) })
	if i < 0 {
		return nil, false
	}
	return d.programs[i], true
}

func (d *drafter) folderOf(environment string, of *program) *ownFolder {
	for _, f := range d.folders {
		if f.environment == environment && f.of == of {
			return f
		}
	}
	f := &ownFolder{environment: environment, of: of, from: map[string][]*piece{}}
	d.folders = append(d.folders, f)
	return f
}

// take adds a piece to a folder.
func (f *ownFolder) take(d *drafter, p *piece) {
	name := strings.ToLower(p.object.Kind) + "-" + draft.Name(p.object.Name, 60) + ".yaml"
	switch {
	case p.of != nil:
		name = "patch-" + strings.ToLower(p.kind) + "-" + p.name + ".yaml"
		if !slices.Contains(f.patches, name) {
			f.patches = append(f.patches, name)
		}
	case generatedName(p.object) != "":
		f.generators = append(f.generators, p.object)
		name = "kustomization.yaml"
	default:
		f.resources = append(f.resources, name)
	}
	f.from[name] = append(f.from[name], p)
}

// whole is an object as it is kept: in no namespace, and with the image that a deploy replaces.
func (d *drafter) whole(p *piece) pipeline.Sketch {
	s := pipeline.SketchOf(p.object.Node)
	s.Remove("metadata", "namespace")
	s.Remove("metadata", "creationTimestamp")
	if p.object.Kind == "PersistentVolumeClaim" {
		keepClaim(p.object, s)
	}
	d.rename(p.object, s)
	return s
}

// rename gives what is kept of an object the names that the draft has: for images that a deploy replaces, and for ConfigMaps
// that kustomize makes.
func (d *drafter) rename(o *pipeline.Object, s pipeline.Sketch) {
	images, names := map[string]string{}, map[string]string{}
	w := pipeline.Workload{Object: o}
	for _, t := range o.Target.Workloads() {
		if t.Object == o {
			w = t
		}
	}
	for _, field := range []string{"containers", "initContainers"} {
		for _, c := range w.Pod().Get(field).Items() {
			if i := d.imageFor(c); slices.Contains(d.chosen, i) {
				images[c.Get("image").Text()] = d.liveName(i)
			}
		}
	}
	for _, o := range o.Target.Kinds("ConfigMap") {
		if name := generatedName(o); name != "" {
			names[o.Name] = name
		}
	}
	s.Rewrite(func(key, text string) string {
		if key == "image" {
			return cmp.Or(images[text], text)
		}
		return cmp.Or(names[text], text)
	})
}

// keepClaim adds that Argo CD never deletes a claim: its data would be gone.
func keepClaim(o *pipeline.Object, s pipeline.Sketch) {
	const options = "argocd.argoproj.io/sync-options"
	have := o.Get("metadata", "annotations", options).Text()
	for _, option := range []string{"Prune=false", "Delete=false"} {
		if !strings.Contains(have, option) {
			have = strings.TrimPrefix(have+","+option, ",")
		}
	}
	s.Put(have, "metadata", "annotations", options)
}

// liveName is what the manifests call an image, before a deploy says which one it is.
func (d *drafter) liveName(i *image) string {
	if len(d.chosen) > 1 {
		return i.key
	}
	return d.name
}

// file is one of the folder, by its name.
func (f *ownFolder) file(d *drafter, name string) Own {
	out := Own{Environment: f.environment, Name: name}
	if f.of != nil && len(d.programs) > 1 {
		out.Workload = f.of.key
	}
	return out
}

// write gives the folder its files.
func (f *ownFolder) write(d *drafter) []Own {
	own := func(name, keeps string, content []byte) Own {
		out := f.file(d, name)
		out.Content, out.Keeps = content, keeps
		return out
	}
	k := pipeline.NewSketch("kustomize.config.k8s.io/v1alpha1", "Component")
	var out []Own
	for _, name := range f.resources {
		k.Append(name, "resources")
		out = append(out, own(name, f.from[name][0].object.Label(), d.whole(f.from[name][0]).Text()))
	}
	for _, o := range f.generators {
		name := generatedName(o)
		at := "[name=" + name + "]"
		for key, value := range o.Get("data").Pairs() {
			file := path.Join(draft.Name(name, 60), key)
			k.Append(key+"="+file, "configMapGenerator", at, "files")
			out = append(out, own(file, "ConfigMap "+name, []byte(value.Text())))
		}
	}
	for _, name := range f.patches {
		k.Put(name, "patches", "[path="+name+"]", "path")
		fields := "a field"
		if n := len(f.from[name]); n > 1 {
			fields = strconv.Itoa(n) + " fields"
		}
		patch := patchOf(f.from[name])
		for _, p := range f.from[name] {
			d.rename(p.object, patch)
		}
		out = append(out, own(name, fields+" of "+f.from[name][0].kind+" "+f.from[name][0].name, patch.Text()))
	}
	return append([]Own{own("kustomization.yaml", "", append([]byte(ownHead), k.Text()...))}, out...)
}

const ownHead = `# What a spec cannot say of the pipeline from which it was drafted, as it was. It is yours: pipegen leaves it alone.
`

// patchOf is the patch of the fields of one object.
func patchOf(fields []*piece) pipeline.Sketch {
	s := pipeline.NewSketch(fields[0].object.Get("apiVersion").Text(), fields[0].kind)
	s.Put(fields[0].name, "metadata", "name")
	for _, p := range fields {
		if p.replaces {
			for key, v := range p.field.Pairs() {
				if v.IsMap() {
					s.Put("replace", append(slices.Clone(p.path), key, "$patch")...)
				}
			}
		}
		s.Set(p.field, p.path...)
	}
	return s
}

// nameFolders says in the draft which folders there are, which kinds they add, and to what their objects refer.
func (d *drafter) nameFolders(existing []string) {
	first := []string{"deploy"}
	if len(d.programs) > 0 {
		first = d.programs[0].at
	}
	for _, p := range d.programs {
		d.tree.Root.Remove(p.field("custom")...)
	}
	d.tree.Root.Remove(append(slices.Clone(first), "existing")...)
	d.tree.Root.Remove(append(slices.Clone(first), "custom")...)
	for _, e := range d.deployments {
		d.tree.Root.Remove("environments", e.env, "custom")
	}
	kept := func(f *ownFolder) draft.Setting {
		n := 0
		for _, all := range f.from {
			n += len(all)
		}
		return draft.Setting{Value: true, Note: "kept as it is: " + counted(n)}
	}
	var kinds []string
	for _, f := range d.folders {
		switch {
		case f.environment != "":
			d.tree.Root.Put(kept(f), "environments", f.environment, "custom")
		case f.of != nil:
			d.tree.Root.Put(kept(f), f.of.field("custom", "base")...)
		default:
			d.tree.Root.Put(kept(f), append(slices.Clone(first), "custom", "base")...)
		}
		for _, all := range f.from {
			for _, p := range all {
				kind := strings.TrimPrefix(p.object.Group+"/"+p.object.Kind, "/")
				if p.of == nil && !slices.Contains(kinds, kind) && !slices.Contains(d.allowed, kind) {
					kinds = append(kinds, kind)
				}
			}
		}
	}
	slices.Sort(kinds)
	if len(kinds) > 0 {
		d.tree.Root.Put(draft.Setting{Value: kinds}, append(slices.Clone(first), "custom", "kinds")...)
	}
	if len(existing) > 0 && len(d.folders) > 0 {
		d.tree.Root.Put(draft.Setting{Value: existing, Note: "what is kept refers to it, and no file has it"}, append(slices.Clone(first), "existing")...)
	}
	d.nameAccepted()
}

func counted(n int) string {
	if n == 1 {
		return "one thing that a spec cannot say"
	}
	return strconv.Itoa(n) + " things that a spec cannot say"
}

// keeping drafts the spec with what is kept as it is: where something of that is refused, somebody has to answer for it, or
// it is left out.
type keeping struct{ *drafter }

func (k keeping) Write() ([]byte, error) {
	k.ownFiles()
	return k.drafter.Write()
}

// authored are all files of the author's own.
func (d *drafter) authored() []Own {
	if d.own {
		return d.manifestFiles()
	}
	var out []Own
	for _, f := range d.folders {
		out = append(out, f.write(d)...)
	}
	return out
}

func (k keeping) Mend(refused diag.List) (bool, error) {
	changed := false
	before := k.answered
	var shared []bool
	for _, e := range k.deployments {
		shared = append(shared, k.tree.Root.Has("environments", e.env, "sharedNamespace"))
	}
	for _, r := range refused {
		if at, item := itemOf(r.Path); strings.HasSuffix(at, "custom.kinds") {
			changed = k.allow(at, item) || changed
			continue
		}
		if r.Rule == "A25" && slices.Contains(shared, false) {
			k.shareNamespaces()
			changed = true
			continue
		}
		for _, p := range k.piecesAt(r) {
			switch {
			case p.dropped:
			case (answers(r.Rule) || r.Rule == "X20" && p.of == nil && p.object.Kind == "NetworkPolicy") && !slices.Contains(before, answerer{p, r.Rule}) && !strings.HasPrefix(r.Path, "accept"):
				if changed = true; !slices.Contains(p.answered, r.Rule) {
					p.answered = append(p.answered, r.Rule)
				}
			default:
				p.dropped, changed = true, true
			}
		}
	}
	if changed {
		return true, nil
	}
	// Nothing says whose fault it is.
	for _, fields := range []bool{true, false} {
		for _, p := range k.pieces {
			if (p.of != nil) == fields && !p.dropped {
				p.dropped, changed = true, true
			}
		}
		if changed {
			break
		}
	}
	return changed, nil
}

// shareNamespaces leaves the namespaces as they are: what is in them needs more than Argo CD would allow in those that it
// makes.
func (d *drafter) shareNamespaces() {
	for _, e := range d.deployments {
		d.tree.Root.Put(draft.Setting{Value: true, Note: "the namespace is there, and what is in it needs more than the level restricted"}, "environments", e.env, "sharedNamespace")
	}
}

// itemOf splits the path of an element of a list.
func itemOf(at string) (list string, item int) {
	list, number, ok := strings.Cut(at, "[")
	if !ok {
		return at, -1
	}
	number, _, _ = strings.Cut(number, "]")
	item, err := strconv.Atoi(number)
	if err != nil {
		return at, -1
	}
	return list, item
}

// allow takes out a kind that the project allows anyway.
func (k keeping) allow(list string, item int) bool {
	s := k.tree.Root.Leaf(strings.Split(list, ".")...)
	if s == nil {
		return false
	}
	kinds, _ := s.Value.([]string)
	if item < 0 || item >= len(kinds) {
		return false
	}
	k.allowed = append(k.allowed, kinds[item])
	return true
}

// answers reports whether a rule is about how well an object is kept, so that somebody may answer for what was so before;
// what would fail or be lost is left out instead.
func answers(rule string) bool { return strings.HasPrefix(rule, "K") || rule == "X26" }

// piecesAt are those that something refused is about.
func (k keeping) piecesAt(r diag.Diagnostic) []*piece {
	if list, item := itemOf(r.Path); list == "accept" && item >= len(k.accepted) {
		return []*piece{k.answered[item-len(k.accepted)].piece}
	}
	places := []diag.Position{r.Pos}
	for _, n := range r.Notes {
		places = append(places, n.Pos)
	}
	for _, at := range places {
		for _, f := range k.folders {
			for name, pieces := range f.from {
				if !strings.HasSuffix(at.File, "/"+f.file(k.drafter, name).inFolder()) {
					continue
				}
				if pieces[0].of != nil {
					return writtenAt(pieces, at.Line)
				}
				return pieces
			}
		}
	}
	// A container that a patch adds moves those of pipegen, so that the line is that of another one.
	var out []*piece
	for _, p := range k.pieces {
		if p.of != nil && len(p.path) > 0 && strings.Contains(r.Message+" ", fmt.Sprintf("container %q of %s %s ", p.field.Get("name").Text(), p.kind, p.name)) {
			out = append(out, p)
		}
	}
	return out
}

// writtenAt are the fields of a patch that are written at a line, all where that is none.
func writtenAt(fields []*piece, line int) []*piece {
	doc := pipeline.Parse(artifact.File{Root: artifact.GitOps, Content: patchOf(fields).Text()}, "").Doc()
	out, last := fields, 0
	for _, p := range fields {
		if at := doc.Sketched(p.path...).At().Line; at <= line && at > last {
			out, last = []*piece{p}, at
		}
	}
	return out
}

// answerer is a piece with a rule that it breaks.
type answerer struct {
	*piece
	rule string
}

func (d *drafter) answerers() []answerer {
	var out []answerer
	seen := map[string]bool{}
	for _, p := range d.pieces {
		for _, rule := range p.answered {
			if key := rule + " " + p.called(); !p.dropped && !seen[key] {
				seen[key] = true
				out = append(out, answerer{p, rule})
			}
		}
	}
	return out
}

// called is the object of a piece in what the draft gives, as KIND/NAME.
func (p *piece) called() string {
	if p.of != nil {
		return p.kind + "/" + p.name
	}
	return p.object.Kind + "/" + p.object.Name
}

// nameAccepted says in the draft which rules somebody has to answer for.
func (d *drafter) nameAccepted() {
	all := slices.Clone(d.accepted)
	d.answered = d.answerers()
	for _, a := range d.answered {
		all = append(all, acceptance{a.rule, a.called()})
	}
	d.tree.Root.Remove("accept")
	for _, a := range all {
		one := d.tree.Root.Append("accept")
		one.Put(draft.Setting{Value: a.rule}, "rule")
		one.Put(draft.Setting{Value: a.object}, "object")
		one.Put(draft.Guess("It was so in the pipeline from which this was drafted.", "say why, or mend what breaks the rule"), "because")
	}
}

// acceptance is a rule that an object breaks, for which somebody has to answer.
type acceptance struct{ rule, object string }

// unkept reports what could not be kept.
func (d *drafter) unkept() {
	seen := map[string]bool{}
	for _, p := range d.pieces {
		if key := p.at.String() + p.message; p.dropped && !seen[key] {
			seen[key] = true
			d.leave(p.at, p.help, "%s", p.message)
		}
	}
}

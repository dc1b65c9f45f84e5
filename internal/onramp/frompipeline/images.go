package frompipeline

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// image is one that the originals build.
type image struct {
	key string
	// at is its place in the draft.
	at []string
	// names are those under which it is built and pushed, in lower case, with marks where only a run knows a part.
	names  []alias
	builds []build
	// pushed is set where it is sent to a registry.
	pushed bool
	// alone is set where nothing else is built: then all that any job builds, tags or signs is this image.
	alone bool
	// computed is set where a run computes the matrix: the manifests say which images that gives.
	computed bool
}

// alias is a name of an image. One without an owner is known in its job alone.
type alias struct {
	name string
	job  *pipeline.Job
	at   pipeline.Place
}

func (a alias) is(b alias) bool { return a.name == b.name && a.job == b.job }

// build is a way in which an image is built: by a step of Docker's action or by a command, in some legs of its job.
type build struct {
	pipeline.Build
	// command is that of a script, without words for Docker's action.
	command pipeline.Command
	legs    []leg
}

func (i *image) field(path ...string) []string { return append(slices.Clone(i.at), path...) }

// leg is the first in which it is built.
func (i *image) leg() leg {
	for _, b := range i.builds {
		return b.legs[0]
	}
	return leg{}
}

func (i *image) has(a alias) bool { return slices.ContainsFunc(i.names, a.is) }

// whole is the first of the names that is known in full, and has a registry or an owner.
func (i *image) whole() (alias, bool) {
	at := slices.IndexFunc(i.names, func(n alias) bool { return whole(n.name) && strings.Contains(n.name, "/") })
	if at < 0 {
		return alias{}, false
	}
	return i.names[at], true
}

// findImages groups what is built by the names under which it is built, tagged and pushed: those that an action pushes
// come first.
func (d *drafter) findImages() {
	for _, pushing := range []bool{true, false} {
		for _, b := range d.m.Builds() {
			for _, l := range legs(b.Job) {
				if b.Pushes.OK() == pushing {
					d.found(build{Build: b, legs: []leg{l}}, b.References(), pushing)
				}
			}
		}
	}
	for _, j := range d.m.Jobs() {
		for _, c := range j.Commands() {
			for _, l := range legs(j) {
				b := build{Build: pipeline.Build{Step: c.Step}, legs: []leg{l}, command: c}
				d.found(b, scripted(c), detect.IsPush(c))
			}
		}
	}
	for _, i := range d.images {
		i.alone = len(d.images) == 1
	}
}

func isBuild(c pipeline.Command) bool {
	return c.Is("docker", "build") || c.Is("docker", "buildx", "build")
}

// scripted are the images that a command builds, tags or pushes.
func scripted(c pipeline.Command) []pipeline.Reference {
	var words []string
	switch {
	case isBuild(c):
		words = options(c, "-t", "--tag")
	case c.Is("docker", "tag"), c.Is("docker", "push"):
		words = c.Args(2)
	}
	var out []pipeline.Reference
	for _, w := range words {
		e := pipeline.ParseImage(w)
		out = append(out, pipeline.Reference{Name: e.Name, Tag: e.Tag, At: c.At()})
	}
	return out
}

// options are all values that a command gives an option.
func options(c pipeline.Command, names ...string) []string {
	var out []string
	for i, w := range c.Words {
		option, value, joined := strings.Cut(w, "=")
		if !slices.Contains(names, option) {
			continue
		}
		if !joined && i+1 < len(c.Words) {
			value = c.Words[i+1]
		}
		out = append(out, value)
	}
	return out
}

// found records the names that a step gives to an image, with the image that has one of them, and whether it builds it.
func (d *drafter) found(b build, refs []pipeline.Reference, pushed bool) {
	into := &image{pushed: pushed}
	for _, r := range refs {
		a := alias{name: lower(b.legs[0].fill(d.filled(r.Name))), at: r.At}
		if !strings.Contains(a.name, "/") {
			a.job = b.Job
		}
		if says(a.name) && !into.has(a) {
			into.names = append(into.names, a)
			into.computed = into.computed || matrixMark().MatchString(a.name)
		}
	}
	if len(into.names) == 0 {
		if b.Step.Builds() && b.command.Step == nil || isBuild(b.command) {
			d.nameless = append(d.nameless, b)
		}
		return
	}
	if b.Step.Builds() || isBuild(b.command) {
		into.builds = []build{b}
	}
	// A tag may join what was apart until now.
	var rest []*image
	first := into
	for _, have := range d.images {
		switch {
		case !slices.ContainsFunc(into.names, have.has):
			rest = append(rest, have)
		case first == into:
			first = have
			rest = append(rest, have)
		default:
			first.join(have)
		}
	}
	if first == into {
		rest = append(rest, into)
	} else {
		first.join(into)
	}
	d.images = rest
}

// join adds the names and builds of what is the same image.
func (i *image) join(other *image) {
	for _, n := range other.names {
		if !i.has(n) {
			i.names = append(i.names, n)
		}
	}
	for _, b := range other.builds {
		last := len(i.builds) - 1
		if last >= 0 && i.builds[last].Step == b.Step && i.builds[last].command.Line == b.command.Line {
			i.builds[last].legs = append(i.builds[last].legs, b.legs...)
		} else {
			i.builds = append(i.builds, b)
		}
	}
	i.computed, i.pushed = i.computed || other.computed, i.pushed || other.pushed
}

// lower writes a name as registries do, and leaves its marks as they are.
func lower(name string) string {
	marks := anyMark().FindAllString(name, -1)
	return anyMark().ReplaceAllStringFunc(strings.ToLower(name), func(string) string {
		first := marks[0]
		marks = marks[1:]
		return first
	})
}

// says reports whether a name tells one image from another: by its last part, or by the matrix.
func says(name string) bool {
	return anyMark().ReplaceAllStringFunc(path.Base(name), func(mark string) string {
		if matrixMark().MatchString(mark) {
			return "x"
		}
		return ""
	}) != ""
}

// imageFor is the image that a container runs, nil for one that the originals do not build.
func (d *drafter) imageFor(c pipeline.Node) *image {
	ref := pipeline.ParseImage(c.Get("image").Text())
	name := strings.ToLower(ref.Name)
	if name == "" {
		return nil
	}
	edited := false
	names := []alias{{name: name, at: c.Get("image").At()}}
	for _, e := range d.edits {
		bound, ok := fits(e.Name, name)
		if !ok || !says(e.Name) {
			continue
		}
		n := alias{name: lower(bound.fill(d.filled(e.NewName))), at: e.At()}
		if n.name == "" {
			n.name = name
		}
		names = append(names, n)
		edited = edited || len(bound) == 0
	}
	for _, n := range names {
		if i := d.imageNamed(n); i != nil {
			return i
		}
	}
	if edited {
		n := names[1]
		if !whole(n.name) {
			n.name = name
		}
		d.images = append(d.images, &image{names: []alias{n}})
		return d.images[len(d.images)-1]
	}
	if ref.Tag+ref.Digest == "" && !strings.Contains(name, "/") {
		return d.imageOfBase(name)
	}
	return nil
}

// imageNamed is the image of a name, if there is one and not several.
func (d *drafter) imageNamed(n alias) *image {
	var found *image
	var bound leg
	for _, i := range d.images {
		if i.has(n) {
			return i
		}
		for _, have := range i.names {
			l, ok := fits(have.name, n.name)
			switch {
			case !ok || whole(have.name):
			case found != nil && found != i:
				return nil
			default:
				found, bound = i, l
			}
		}
	}
	if found == nil {
		return nil
	}
	if len(bound) == 0 {
		found.names = append(found.names, n)
		return found
	}
	// A run computes the matrix, and the manifests say what comes out of it, if there is something to build for it.
	i := &image{names: []alias{n}, pushed: found.pushed}
	for _, b := range found.builds {
		of := build{b.Build, b.command, []leg{bound}}
		if file := of.dockerfile(); matrixExpression().MatchString(b.With("context").Text()+b.With("file").Text()) && path.Base(file) == "Dockerfile" && d.m.File(artifact.Code, file) == nil {
			return nil
		}
		i.builds = append(i.builds, of)
	}
	d.images = append(d.images, i)
	return i
}

// dockerfile is the Dockerfile that an action builds, in the first leg.
func (b build) dockerfile() string {
	if file := b.legs[0].fill(b.With("file").Text()); file != "" {
		return path.Clean(file)
	}
	return path.Join(b.legs[0].fill(b.With("context").Text()), "Dockerfile")
}

// imageOfBase is the image whose name ends in a placeholder.
func (d *drafter) imageOfBase(name string) *image {
	var found *image
	for _, i := range d.images {
		if slices.ContainsFunc(i.names, func(n alias) bool { return path.Base(n.name) == name }) {
			if found != nil {
				return nil
			}
			found = i
		}
	}
	return found
}

// findEdits reads the changes of images in the manifests, in each leg of the jobs that make them.
func (d *drafter) findEdits() {
	for _, w := range d.m.Writers {
		for _, e := range w.Edits {
			if !e.Kustomize {
				continue
			}
			for _, l := range legs(w.Job) {
				e.Name, e.NewName = l.fill(e.Name), l.fill(e.NewName)
				d.edits = append(d.edits, e)
			}
		}
	}
}

// keys gives each image of the draft the name that manifests have for it, or else the last part of its own.
func (d *drafter) keys() {
	used := map[string]bool{}
	for _, i := range d.chosen {
		key := d.placeholder(i)
		if w, ok := i.known(); key == "" && ok {
			key = draft.Name(path.Base(w.name), draft.LongestName)
			if used[key] {
				key = draft.Name(path.Base(path.Dir(w.name))+"-"+path.Base(w.name), draft.LongestName)
			}
		}
		i.key = draft.Free(cmp.Or(key, "app"), used)
	}
}

// placeholder is the name without a registry for which the manifests or a job put the image, "" for none.
func (d *drafter) placeholder(i *image) string {
	names := func(placeholder, name string) bool {
		return !strings.Contains(placeholder, "/") && whole(placeholder) && name != "" && i.has(alias{name: lower(d.filled(name))})
	}
	for _, e := range d.edits {
		if names(e.Name, e.NewName) {
			return draft.Name(e.Name, draft.LongestName)
		}
	}
	for _, p := range d.deployments {
		for _, e := range p.imageEntries() {
			if name := e.Get("name").Text(); names(name, e.Get("newName").Text()) {
				return draft.Name(name, draft.LongestName)
			}
		}
	}
	return ""
}

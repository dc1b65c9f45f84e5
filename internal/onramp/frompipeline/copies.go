package frompipeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// copied is an image that a job copies to another place.
type copied struct {
	pipeline.Command
	job *pipeline.Job
	to  string
	// taken says that the draft has it.
	taken bool
}

// findCopies reads what jobs copy of the images that are built: each is known by the name of its copy, too.
func (d *drafter) findCopies() {
	for _, j := range d.m.Jobs() {
		for _, c := range j.Commands() {
			if !c.Is("oras", "cp") && !c.Is("oras", "copy") && !c.Is("crane", "cp") && !c.Is("crane", "copy") && !c.Is("skopeo", "copy") {
				continue
			}
			words := c.Args(2)
			if len(words) < 2 {
				continue
			}
			name := func(l leg, word string) string {
				return lower(l.fill(d.filled(pipeline.ParseImage(strings.TrimPrefix(word, "docker://")).Name)))
			}
			for _, l := range legs(j) {
				from, to := alias{name: name(l, words[len(words)-2])}, alias{name: name(l, words[len(words)-1]), at: c.At()}
				i := slices.IndexFunc(d.images, func(i *image) bool { return i.has(from) })
				if i < 0 || from.name == to.name || !whole(to.name) {
					continue
				}
				d.copied = append(d.copied, &copied{Command: c, job: j, to: to.name})
				if !d.images[i].has(to) {
					d.images[i].names = append(d.images[i].names, to)
				}
			}
		}
	}
}

// copiesIn reads which images pods of an environment pull from another place than the one to which they are pushed. The
// draft has those that a job copies there before the deploy.
func (d *drafter) copiesIn(e *deployment, at func(...string) []string) {
	for _, p := range d.programs {
		r, ok := p.in(e)
		if !ok || p.image == nil {
			continue
		}
		own := below(at("image")...)
		if len(d.chosen) > 1 {
			own = below(at("images", p.image.key)...)
		}
		pushed, _ := d.reference(p.image)
		pushed = lower(d.filled(pushed))
		pulled, line := d.pulledIn(e, r)
		host, name := placeOf(pulled)
		toHost, toName := placeOf(pushed)
		if host == "" || toHost == "" || host == toHost && name == toName || !whole(pulled) || !whole(pushed) || d.tree.Root.Has(own()...) {
			continue
		}
		field := strings.Join(own(), ".")
		copies := d.copiesBefore(e, pulled)
		if len(copies) == 0 {
			d.leave(line, fmt.Sprintf("write %s: {registry: %q, name: %q}, and the login there in registries, if a job may copy it there before each deploy", field, host, name),
				"that %s pulls %s: the draft pushes the image to %s, and no job before the deploy was found that copies it", e.env, pulled, pushed)
			continue
		}
		if host != detect.GHCR && !d.login(host, e.env) {
			d.leave(line, "write both, "+field+" and the login in registries", "that %s pulls %s, and the login there cannot be read", e.env, pulled)
			continue
		}
		for _, c := range copies {
			c.taken = true
		}
		d.add(host, line, own("registry")...)
		d.add(name, line, own("name")...)
	}
}

// copiesBefore are the copies to a place that jobs make before the deploy to an environment.
func (d *drafter) copiesBefore(e *deployment, to string) []*copied {
	return slices.DeleteFunc(slices.Clone(d.copied), func(c *copied) bool {
		w := e.writer
		return c.to != to || w == nil || c.job.Workflow != w.Workflow || c.job != w.Job && !w.After(c.job.ID)
	})
}

// copies reports whether a job copies what is built, and copiesHere whether the draft has such a copy.
func (d *drafter) copies(j *pipeline.Job) bool {
	return slices.ContainsFunc(d.copied, func(c *copied) bool { return c.job == j })
}

func (d *drafter) copiesHere(j *pipeline.Job) bool {
	return slices.ContainsFunc(d.copied, func(c *copied) bool { return c.job == j && c.taken })
}

// pulledIn is the name under which a run pulls its image, and where it is written.
func (d *drafter) pulledIn(e *deployment, r run) (string, pipeline.Place) {
	n := r.container.Get("image")
	name := pipeline.ParseImage(n.Text()).Name
	for _, i := range e.imageEntries() {
		if at := i.Get("newName"); at.OK() && at.Text() == name {
			return lower(name), at.At()
		}
	}
	if e.writer != nil {
		for _, x := range e.writer.Edits {
			for _, l := range legs(e.writer.Job) {
				into := func(t *pipeline.Target) bool { return t.Holds(l.fill(x.Folder)) && t.Own(l.fill(x.Folder)) }
				if x.Kustomize && x.NewName != "" && l.fill(x.Name) == name && slices.ContainsFunc(e.targets, into) {
					return lower(l.fill(d.filled(x.NewName))), x.At()
				}
			}
		}
	}
	return lower(name), n.At()
}

// placeOf are the registry of an image, and its name there.
func placeOf(image string) (host, name string) {
	host = detect.RegistryOf(image)
	return host, strings.TrimPrefix(image, host+"/")
}

package frompipeline

import (
	"fmt"
	"path"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/pipeline"
)

const leastUser = 10001

// userFields are those of a security context that say who a container runs as.
var userFields = []struct{ kubernetes, ours string }{{"runAsUser", "user"}, {"runAsGroup", "group"}}

func (d *drafter) user(p *program) {
	d.security(p, p.last().workload, p.last().container)
	w, c, whose := p.last().workload, p.last().container, "let the image's USER be this"
	if p.image == nil {
		whose = "write the user of the image"
	}
	number := map[string]int{"runAsUser": leastUser, "runAsGroup": leastUser}
	if user, group, ok := d.userOf(p); ok {
		number["runAsUser"], number["runAsGroup"], whose = user, group, "it is the one of the Dockerfile"
	}
	for _, f := range userFields {
		n := c.Get("securityContext", f.kubernetes)
		if !n.OK() {
			n = w.Pod().Get("securityContext", f.kubernetes)
		}
		id, ok := n.Number()
		switch {
		case d.tree.Root.Has(p.field("security", "root")...):
		case !ok:
			d.guess(number[f.kubernetes], "the manifests name no "+f.kubernetes+": "+whose, p.field("runAs", f.ours)...).Spare = leastUser
		default:
			d.add(id, n.At(), p.field("runAs", f.ours)...).Spare = leastUser
		}
	}
}

// userOf is whom the Dockerfile of a program's image names by number, as far as it is known and is not root.
func (d *drafter) userOf(p *program) (user, group int, ok bool) {
	file := d.dockerfileOf(p)
	if file == nil {
		return 0, 0, false
	}
	user, group, ok = pipeline.ParseDockerfile(file.Path, string(file.Content)).Numbers()
	return user, group, ok && user > 0 && group > 0
}

// dockerfileOf is the Dockerfile from which a program's image is built, nil where it is not known.
func (d *drafter) dockerfileOf(p *program) *pipeline.File {
	if p.image == nil {
		return nil
	}
	name := "Dockerfile"
	if context := d.tree.Root.Leaf(p.image.field("context")...); context != nil {
		name = path.Join(fmt.Sprint(context.Value), name)
	}
	if file := d.tree.Root.Leaf(p.image.field("dockerfile")...); file != nil {
		name = fmt.Sprint(file.Value)
	}
	return d.m.File(artifact.Code, path.Clean(name))
}

// shownOf is what files show of a program: of several in a repository, its own part, or else its Dockerfile alone, since
// the routes of the others are none of its own.
func (d *drafter) shownOf(p *program) detect.Project {
	file := d.dockerfileOf(p)
	if file == nil || d.project.Docker != nil && path.Join(d.project.Subfolder, d.project.Docker.Path) == file.Path {
		return d.project
	}
	for i := range d.project.Parts {
		if part := &d.project.Parts[i]; path.Clean(part.Dockerfile) == file.Path {
			return part.Project
		}
	}
	image := pipeline.ParseDockerfile(file.Path, string(file.Content))
	return detect.Project{Docker: &image}
}

// security reads what a container may do beyond what every container may.
func (d *drafter) security(p *program, w pipeline.Workload, c pipeline.Node) {
	own, at := c.Get("securityContext"), below(p.field("security")...)
	user, calls := w.Security(c, "runAsUser"), w.Security(c, "seccompProfile").Get("type")
	if user.Text() == "0" {
		d.add(true, user.At(), at("root")...)
		if add := own.Get("capabilities", "add"); len(add.List()) > 0 {
			d.add(add.List(), add.At(), at("capabilities")...)
		}
	}
	if n := own.Get("readOnlyRootFilesystem"); n.False() {
		d.add(true, n.At(), at("writableRoot")...)
	}
	if calls.Text() == "Unconfined" {
		d.add(true, calls.At(), at("anySystemCall")...)
	}
}

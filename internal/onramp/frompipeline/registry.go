package frompipeline

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// registryOf reads the registry of an image and how the originals log in to it.
func (d *drafter) registryOf(i *image, host string, at pipeline.Place) {
	if host == "" || host == detect.GHCR {
		return
	}
	if !d.login(host, "registry") && !d.likelyLogin(i, host) {
		d.leave(at, "write both, image.registry and the login in registries", "the image is in the registry %q, and the login there cannot be read", host)
		return
	}
	d.add(host, at, i.field("registry")...)
}

// likelyLogin writes a login to a cloud by an identity that a secret or a variable names: a spec names it, since it is no
// secret. It reports whether there is one.
func (d *drafter) likelyLogin(i *image, host string) bool {
	name, _ := d.imageName(i)
	l, by, ok := detect.LikelyLogin(host, name, d.m.Jobs())
	if !ok {
		return false
	}
	for _, field := range slices.Sorted(maps.Keys(l.Fields)) {
		d.guess(l.Fields[field], "write what "+by.Text()+" at "+sourceLine(by.At()).String()+" is: it is no secret", "registries", host, "login", l.Cloud, field)
	}
	return true
}

// login puts the first login to a host that can be read into the draft, and reports whether there is one. Jobs that push
// come first: others may log in to pull alone. The environment in GitHub
// is the one whose jobs log in.
func (d *drafter) login(host, environment string) bool {
	if d.tree.Root.Has("registries", host, "login") {
		return true
	}
	for _, pushing := range []bool{true, false} {
		jobs := slices.DeleteFunc(slices.Clone(d.m.Jobs()), func(j *pipeline.Job) bool { return d.pushes(j) != pushing })
		if l, ok := detect.LoginTo(host, jobs); ok {
			d.addLogin(l, environment, host, "login")
			return true
		}
	}
	return false
}

// pushes reports whether a job pushes an image.
func (d *drafter) pushes(j *pipeline.Job) bool {
	return slices.ContainsFunc(d.m.Builds(), func(b pipeline.Build) bool { return b.Job == j && b.Pushes.OK() }) ||
		slices.ContainsFunc(j.Commands(), detect.IsPush) || d.copies(j)
}

// readers reads how jobs that build and do not push log in: that can only be to pull. The secret of those that push is
// not handed to builds, although the originals may do so.
func (d *drafter) readers() {
	if !slices.ContainsFunc(d.m.Jobs(), d.pushes) {
		return // something that is not read pushes
	}
	for _, j := range d.m.Jobs() {
		for _, s := range j.Steps {
			if s.Uses != "docker/login-action" || !builds(j) || d.pushes(j) {
				continue
			}
			host := cmp.Or(s.With("registry").Text(), detect.DockerHub)
			if strings.Contains(host, detect.DockerHub) {
				host = detect.DockerHub
			}
			if push := d.tree.Root.Leaf("registries", host, "login", "password"); push == nil || push.Value != detect.NameIn(s.With("password")) {
				d.reader(host, s.At(), s.With("username"), s.With("password"))
			}
		}
	}
}

// reader puts the first login that pulls from a host into the draft, and reports whether there is one.
func (d *drafter) reader(host string, at pipeline.Place, user, password pipeline.Node) bool {
	key := detect.NameIn(password)
	switch {
	case d.tree.Root.Has("registries", host, "reader"):
		return true
	case host == detect.GHCR:
		own := key == "GITHUB_TOKEN" || strings.Contains(password.Text(), "github.token")
		if own {
			d.add(true, at, "registries", host, "reader", "token")
		}
		return own
	case strings.Contains(host, "${{") || detect.InCloud(host) && !detect.InAzure(host):
		return false
	}
	l, ok := detect.UserLogin(user, key, at)
	if ok {
		d.addLogin(l, "registry-read", host, "reader")
	}
	return ok
}

// addLogin puts a login below registries.
func (d *drafter) addLogin(l detect.Login, environment string, path ...string) {
	at := slices.Concat([]string{"registries"}, path)
	if l.Cloud != "" {
		at = append(at, l.Cloud)
	}
	for _, name := range slices.Sorted(maps.Keys(l.Fields)) {
		d.add(l.Fields[name], l.At, append(slices.Clone(at), name)...)
	}
	if l.User.OK() {
		d.leave(l.User.At(), "store the user as the variable "+l.Fields["user"]+" of the environment "+environment, "the user that logs in to %s is no configuration variable", path[0])
	}
}

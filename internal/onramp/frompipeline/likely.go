package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// known is the first of the names that is known in full, or else the first whose last part is: a secret has the owner, or a
// step the registry.
func (i *image) known() (alias, bool) {
	if n, ok := i.whole(); ok {
		return n, true
	}
	at := slices.IndexFunc(i.names, func(n alias) bool { return whole(path.Base(n.name)) && strings.Contains(n.name, "/") })
	if at < 0 {
		return alias{}, false
	}
	return i.names[at], true
}

// likelyName writes a name that only a run knows in full, with the owner of the source for what is not known of it.
func (d *drafter) likelyName(i *image) {
	n, ok := i.known()
	if at := slices.IndexFunc(d.m.Builds(), func(b pipeline.Build) bool { return b.Pushes.OK() && b.With("tags").OK() }); !ok && i.alone && at >= 0 {
		tags := d.m.Builds()[at].With("tags")
		d.leave(tags.At(), "write image: name, and where it is pushed", "what the image is called: %s", strings.TrimSpace(tags.Text()))
	}
	if !ok || whole(n.name) {
		return
	}
	parts := strings.Split(n.name, "/")
	host := d.likelyHost(i)
	if first := parts[0]; len(parts) > 2 || strings.ContainsAny(anyMark().ReplaceAllString(first, ""), ".:") || strings.HasPrefix(first, "‹steps.") || strings.Contains(first, "registry") || strings.Contains(first, "REGISTRY") {
		parts = parts[1:]
		if whole(first) {
			host = first
		}
	}
	for at, part := range parts {
		if !whole(part) {
			parts[at] = strings.ToLower(draft.Owner(d.repository))
		}
	}
	said := unmarked.Replace(n.name)
	d.guess(draft.ImagePath(strings.Join(parts, "/")), "only a run knows what "+said+" is", i.field("name")...)
	if host == "" {
		d.leave(n.at, "write both, image.registry and the login in registries", "the registry of the image %s", said)
		return
	}
	d.registryOf(i, host, n.at)
}

// likelyHost is the registry to which the jobs log in that push an image, "" where there is none or another one too.
func (d *drafter) likelyHost(i *image) string {
	out := ""
	for _, b := range i.builds {
		for _, s := range b.Job.Steps {
			switch host, ok := detect.LoggedInTo(s); {
			case !ok:
			case out != "" && host != out:
				return ""
			default:
				out = host
			}
		}
	}
	return out
}

// likelyFolder writes the folder of an image that nothing builds, as far as was found: the one with a Dockerfile that is
// called like it, or like what runs it. A Dockerfile at the top is the usual one.
func (d *drafter) likelyFolder(i *image) {
	name, _ := d.imageName(i)
	called := []string{path.Base(name)}
	for _, p := range d.programs {
		if p.image == i {
			called = append(called, d.nameOf(p))
		}
	}
	found := ""
	for _, f := range d.m.Files {
		dir := path.Dir(f.Path)
		if f.Root != artifact.Code || path.Base(f.Path) != "Dockerfile" || !slices.ContainsFunc(called, func(name string) bool {
			return name == path.Base(dir) || strings.HasSuffix(name, "-"+path.Base(dir))
		}) {
			continue
		}
		if found != "" || dir == "." {
			return
		}
		found = dir
	}
	if found != "" && d.m.File(artifact.Code, "Dockerfile") == nil {
		d.guess(found, "no build of it was found, and this folder has a Dockerfile and its name", i.field("context")...)
	}
}

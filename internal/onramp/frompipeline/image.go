package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

const ourRegistry = "ghcr.io/"

// image reads what is built and the name of the image.
func (d *drafter) image() {
	if name, at := d.imageName(); name != "" {
		d.add(draft.ImagePath(name), at, "image", "name").Spare = strings.ToLower(d.repository) + "/" + d.name
		whole, _ := d.reference()
		if host := registry(whole); host != "" && host+"/" != ourRegistry {
			d.leave(at, "", "the image is in the registry %q; pipegen publishes to ghcr.io", host)
		}
	}
	if tag, at := d.tagScheme(); tag != "" {
		d.add(tag, at, "image", "tag")
	}
	d.platforms()
	d.buildInputs()
	d.imageGuarantees()
}

// imageName returns the image's name in the registry, from the first place that has it in full.
func (d *drafter) imageName() (name string, at pipeline.Place) {
	name, at = d.reference()
	if rest, ok := strings.CutPrefix(name, ourRegistry); ok {
		return strings.ToLower(rest), at
	}
	return strings.ToLower(strings.TrimPrefix(name, registry(name)+"/")), at
}

// registry returns the registry of an image with this name, as docker reads it; "" for a placeholder that another file
// replaces.
func registry(name string) string {
	host, _, several := strings.Cut(name, "/")
	switch {
	case !several:
		return ""
	case strings.ContainsAny(host, ".:") || host == "localhost":
		return host
	}
	return "docker.io"
}

// pushed returns the images that scripts push.
func (d *drafter) pushed() []pipeline.Reference {
	var out []pipeline.Reference
	for _, j := range d.m.Jobs() {
		for _, c := range j.Commands() {
			if args := c.Args(2); c.Is("docker", "push") && len(args) > 0 {
				e := pipeline.ParseImage(args[len(args)-1])
				out = append(out, pipeline.Reference{Name: e.Name, Tag: e.Tag, At: c.At()})
			}
		}
	}
	return out
}

// reference returns the image with its registry.
func (d *drafter) reference() (string, pipeline.Place) {
	filled := strings.NewReplacer("‹github.repository›", d.m.Source, "‹github.repository_owner›", draft.Owner(d.m.Source))
	whole := func(name string) (string, bool) {
		if d.m.Source != "" {
			name = filled.Replace(name)
		}
		return name, name != "" && !strings.ContainsAny(name, "‹\x00$")
	}
	for _, pushing := range []bool{true, false} {
		for _, b := range d.m.Builds() {
			for _, r := range b.References() {
				if name, ok := whole(r.Name); ok && b.Pushes.OK() == pushing && strings.Contains(name, "/") {
					return name, r.At
				}
			}
		}
	}
	for _, r := range d.pushed() {
		if name, ok := whole(r.Name); ok && strings.Contains(name, "/") {
			return name, r.At
		}
	}
	for _, w := range d.m.Writers {
		for _, e := range w.Edits {
			if name, ok := whole(e.NewName); ok {
				return name, e.At()
			}
		}
	}
	for _, p := range d.deployments {
		for _, f := range p.target.Folders {
			for _, i := range f.Kust.Get("images").Items() {
				if name, ok := whole(i.Get("newName").Text()); ok {
					return name, i.Get("newName").At()
				}
			}
		}
		if p.ok {
			if name := pipeline.ParseImage(p.container.Get("image").Text()).Name; strings.Contains(name, "/") {
				return name, p.container.Get("image").At()
			}
		}
	}
	return "", pipeline.Place{}
}

var tagMarks = strings.NewReplacer("‹github.sha›", "{sha}", "‹github.run_number›", "{runNumber}", "‹github.ref_name›", "{gitTag}")

// tagScheme reads how the image is tagged, if a tag names a commit.
func (d *drafter) tagScheme() (string, pipeline.Place) {
	for _, j := range d.m.Jobs() {
		for _, s := range j.Steps {
			if n := s.Get("env", "TAG_SCHEME"); n.OK() {
				return n.Text(), n.At()
			}
			if s.Uses == "docker/metadata-action" {
				if tag, at := d.metadataTag(s.With("tags")); tag != "" {
					return tag, at
				}
			}
		}
	}
	var all []pipeline.Reference
	for _, b := range d.m.Builds() {
		all = append(all, b.References()...)
	}
	for _, r := range append(all, d.pushed()...) {
		if tag := tagMarks.Replace(r.Tag); strings.Contains(tag, "{sha}") && !strings.Contains(tag, "‹") {
			return tag, r.At
		}
	}
	return "", pipeline.Place{}
}

func (d *drafter) metadataTag(tags pipeline.Node) (string, pipeline.Place) {
	for i, line := range strings.Split(tags.Text(), "\n") {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "type=sha") {
			continue
		}
		prefix, sha := "sha-", "{sha7}"
		for _, f := range strings.Split(line, ",") {
			switch k, v, _ := strings.Cut(f, "="); {
			case k == "prefix":
				prefix = strings.ReplaceAll(v, "{{branch}}", strings.ReplaceAll(d.branch, "/", "-"))
			case k == "format" && v == "long":
				sha = "{sha}"
			}
		}
		return prefix + sha, tags.TextLine(i)
	}
	return "", pipeline.Place{}
}

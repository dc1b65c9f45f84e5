package frompipeline

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// chooseImages takes the images that the programs run. In a spec with one, it has the short form; where nothing that
// runs was found, it is the first that is built.
func (d *drafter) chooseImages() error {
	if err := d.takeImage(); err != nil {
		return err
	}
	for _, p := range d.programs {
		if p.image != nil && !slices.Contains(d.chosen, p.image) {
			d.chosen = append(d.chosen, p.image)
		}
	}
	for _, e := range d.deployments {
		for _, t := range e.targets {
			for _, c := range d.chartImages(t) {
				if d.charted(t) && !slices.Contains(d.chosen, c.image) {
					d.chosen = append(d.chosen, c.image)
				}
			}
		}
	}
	if len(d.chosen) == 0 {
		d.chosen = append(slices.Clone(d.images), &image{})[:1]
		if all := d.imageNames(); len(all) > 1 && d.choice.Image == "" {
			d.guessedImage = "one of several that are built, " + strings.Join(all, ", ") + ": --image takes another"
		}
	}
	if len(d.chosen) == 1 && len(d.chosen[0].builds) == 0 && len(d.nameless) == 1 {
		d.chosen[0].builds = d.nameless
		step := d.nameless[0].Step
		d.leave(step.At(), "write where it pushes under image: registry and name", "what the step %q calls its image, which only a run knows: the draft has the name that the manifests run", step.Label())
	}
	for _, i := range d.chosen {
		i.at = []string{"image"}
		i.alone = len(d.chosen) == 1 && len(d.unchosen()) == 0
	}
	if len(d.chosen) > 1 {
		d.keys()
		for _, i := range d.chosen {
			i.at = []string{"images", i.key}
		}
	}
	return nil
}

// imageNames are the names of the images that are built or pushed, as far as they are known.
func (d *drafter) imageNames() []string {
	var out []string
	for _, i := range d.images {
		if n, ok := i.known(); ok && (i.pushed || len(i.builds) > 0) && !slices.Contains(out, unmarked.Replace(n.name)) {
			out = append(out, unmarked.Replace(n.name))
		}
	}
	return out
}

// takeImage leaves the image that is chosen, and the programs that run it.
func (d *drafter) takeImage() error {
	if d.choice.Image == "" {
		return nil
	}
	i := slices.IndexFunc(d.images, func(i *image) bool {
		return slices.ContainsFunc(i.names, func(n alias) bool {
			return n.name == lower(d.choice.Image) || path.Base(n.name) == lower(d.choice.Image)
		})
	})
	if i < 0 {
		return ChoiceError{"image", d.choice.Image, d.imageNames()}
	}
	d.images = append([]*image{d.images[i]}, slices.Delete(slices.Clone(d.images), i, i+1)...)
	if of := slices.DeleteFunc(slices.Clone(d.programs), func(p *program) bool { return p.image != nil && p.image != d.images[0] }); len(of) > 0 {
		d.programs = of
		for _, p := range d.programs {
			if len(of) == 1 {
				p.at = []string{"deploy"}
			}
		}
	}
	return nil
}

// unchosen are the other images that are pushed, as far as their names are known.
func (d *drafter) unchosen() []*image {
	return slices.DeleteFunc(slices.Clone(d.images), func(i *image) bool {
		_, known := i.known()
		return slices.Contains(d.chosen, i) || !known || !i.pushed
	})
}

// image reads what is built and the name of the image.
func (d *drafter) image(i *image) {
	if name, at := d.imageName(i); name != "" {
		d.add(draft.ImagePath(name), at, i.field("name")...).Spare = strings.ToLower(d.repository) + "/" + cmp.Or(i.key, d.name)
		n, _ := d.reference(i)
		d.registryOf(i, detect.RegistryOf(n), at)
		if d.guessedImage != "" {
			d.markGuessed(d.guessedImage, i.field("name")...)
		}
	} else {
		d.likelyName(i)
	}
	if tag, at := d.tagScheme(i); tag != "" {
		d.add(tag, at, i.field("tag")...)
	}
	if tags, at := d.movingTags(i); len(tags) > 0 {
		d.add(tags, at, i.field("movingTags")...)
	}
	d.addText(d.versionFile(i), i.field("versionFile")...)
	d.platforms(i)
	d.buildInputs(i)
	d.changedBy(i)
	d.imageGuarantees(i)
}

// imageName returns the image's name in the registry, from the first place that has it in full.
func (d *drafter) imageName(i *image) (name string, at pipeline.Place) {
	name, at = d.reference(i)
	return strings.ToLower(strings.TrimPrefix(name, detect.RegistryOf(name)+"/")), at
}

// pushed returns what scripts push of an image.
func (d *drafter) pushed(i *image) []pipeline.Reference {
	var out []pipeline.Reference
	for _, j := range d.jobsOf(i) {
		for _, c := range j.Commands() {
			if args := c.Args(2); c.Is("docker", "push") && len(args) > 0 {
				e := pipeline.ParseImage(args[len(args)-1])
				if i.alone || i.has(alias{name: lower(i.leg().fill(d.filled(e.Name)))}) {
					out = append(out, pipeline.Reference{Name: e.Name, Tag: e.Tag, At: c.At()})
				}
			}
		}
	}
	return out
}

// filled writes the source repository for the marks that mean it.
func (d *drafter) filled(name string) string {
	if d.m.Source == "" {
		return name
	}
	return strings.NewReplacer("‹github.repository›", d.m.Source, "‹github.repository_owner›", draft.Owner(d.m.Source)).Replace(name)
}

// reference returns the image with its registry.
func (d *drafter) reference(i *image) (string, pipeline.Place) {
	if !i.alone {
		n, _ := i.whole()
		return n.name, n.at
	}
	whole := func(name string) (string, bool) {
		name = d.filled(name)
		return name, whole(name)
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
	for _, r := range d.pushed(i) {
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
	for _, e := range d.deployments {
		for _, i := range e.imageEntries() {
			if name, ok := whole(i.Get("newName").Text()); ok {
				return name, i.Get("newName").At()
			}
		}
		for _, p := range d.programs {
			r, _ := p.in(e)
			if n := r.container.Get("image"); p.image != nil && strings.Contains(pipeline.ParseImage(n.Text()).Name, "/") {
				return pipeline.ParseImage(n.Text()).Name, n.At()
			}
		}
	}
	return "", pipeline.Place{}
}

// unmarked writes expressions for the words by which a shell takes them.
var unmarked = strings.NewReplacer("‹", "${{ ", "›", " }}")

// tagScheme reads how the image is tagged, if a tag names a commit.
func (d *drafter) tagScheme(i *image) (string, pipeline.Place) {
	for _, j := range d.jobsOf(i) {
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
	for _, b := range d.buildsOf(i) {
		all = append(append(all, b.References()...), scripted(b.command)...)
	}
	var other pipeline.Reference
	for _, r := range append(all, d.pushed(i)...) {
		tag := unmarked.Replace(i.leg().fill(r.Tag))
		for _, j := range d.jobsOf(i) {
			tag = commitMarks(j, tag)
		}
		switch tag = strings.ReplaceAll(tag, "${{ github.ref_name }}", "{gitTag}"); {
		case strings.Contains(tag, "${{"):
			other = cmp.Or(other, r)
		case strings.Contains(tag, "{sha") || strings.Contains(tag, "{runNumber}") || d.releases && strings.Contains(tag, "{gitTag}"):
			return tag, r.At
		}
	}
	if other.Tag != "" {
		d.leave(other.At, "tag says it with {sha}, {sha7}, {gitTag} and {runNumber}", "how the image is tagged: %s", unmarked.Replace(other.Tag))
	}
	return "", pipeline.Place{}
}

func (d *drafter) metadataTag(tags pipeline.Node) (string, pipeline.Place) {
	for i, line := range strings.Split(tags.Text(), "\n") {
		line = strings.TrimSpace(line)
		if d.releases && strings.HasPrefix(line, "type=ref,event=tag") && !strings.ContainsAny(line, "{$") && strings.Count(line, ",") == 1 {
			return "{gitTag}", tags.TextLine(i)
		}
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

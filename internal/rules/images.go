package rules

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// imagesInOverlays looks for folders below the overlays that replace images; with a spec also for
// any but the one that CI edits, and for a base that names a tag (K01).
func imagesInOverlays(c *Case) {
	c.folders(func(t *pipeline.Target, folder *pipeline.Folder, own bool) {
		if c.Facts.own(c.environment(t)) != nil {
			return // X05 holds what comes of all of them
		}
		live, edited := c.liveImages(t)
		images := folder.Kust.Get("images")
		if len(images.Items()) > 0 && (!own || len(edited) > 0 && !edited[folder.Dir]) {
			c.broken(images.At(), live, "keep images: in the overlays, in one place each", "%s replaces images, and so hides them from the entries that come after it", folder.Dir)
		}
		if own || c.Facts == nil {
			return
		}
		for _, file := range folder.Files {
			for _, image := range imagesOf(file) {
				if e := pipeline.ParseImage(image.Text()); c.Facts.Image(e.Name) != nil && e.Tag+e.Digest != "" {
					c.broken(image.At(), live, "leave tag and digest to the overlays", "the base names the image %s with a tag", image.Text())
				}
			}
		}
	})
}

// liveImages is where a target replaces images, and with a spec the folders in which CI does.
func (c *Case) liveImages(t *pipeline.Target) (at pipeline.Place, edited map[string]bool) {
	at, edited = t.At(), map[string]bool{}
	for _, f := range t.Folders {
		if i := f.Kust.Get("images"); t.Own(f.Dir) && i.OK() {
			at = i.At()
		}
	}
	if o := c.byTarget[t]; c.Facts != nil {
		if under := c.under(o); under != nil {
			o = under
		}
		for _, w := range o.writers {
			for _, e := range w.edits {
				edited[e.Folder] = true
			}
		}
	}
	return at, edited
}

// imagesOf are those of all pods in a manifest.
func imagesOf(file *pipeline.File) []pipeline.Node {
	var out []pipeline.Node
	for _, d := range file.Docs {
		for _, pod := range []pipeline.Node{d.Get("spec", "template", "spec"), d.Get("spec", "jobTemplate", "spec", "template", "spec"), d.Get("spec")} {
			for _, kind := range []string{"containers", "initContainers"} {
				for _, container := range pod.Get(kind).Items() {
					out = append(out, container.Get("image"))
				}
			}
		}
	}
	return out
}

// replacesImages requires that each edit and each entry names an image that is there. kustomize
// adds an entry for any other name, which replaces nothing, and exits with 0.
func replacesImages(c *Case) {
	for _, w := range c.writers {
		for _, e := range w.edits {
			c.editedName(w, e)
		}
	}
	c.folders(func(t *pipeline.Target, folder *pipeline.Folder, own bool) {
		if c.Facts.own(c.environment(t)) != nil {
			return
		}
		entries := folder.Kust.Get("images")
		if len(entries.Items()) == 0 {
			return
		}
		names := namesIn(t, own)
		seen := map[string]pipeline.Node{}
		for _, i := range entries.Items() {
			name := i.Get("name")
			if other, twice := seen[name.Text()]; twice {
				c.broken(name.At(), other.At(), "keep one", "%s has two entries for the image %s", folder.Dir, quoted(name.Text()))
			} else if t.Fault == "" && len(names) > 0 && !names[name.Text()] {
				c.doubtful(name.At(), c.anImage(t), "name an image of the manifests", "the entry %s replaces no image", quoted(name.Text()))
			}
			seen[name.Text()] = name
		}
	})
}

// editedName holds the name in CI's edit against the images of what it edits, and with a spec
// against the one entry of the live folder.
func (c *Case) editedName(w *writer, e pipeline.Edit) {
	t := c.holding(w, e.Folder)
	if t == nil || t.Fault != "" || c.Facts == nil && uncertain(e.Name) || c.elsewhere(w.Writer) {
		return
	}
	at := w.variable(e.Name, e.Command)
	if names := namesIn(t, t.Own(e.Folder)); len(names) > 0 && c.Facts.own(c.environment(t)) == nil && !names[e.Name] {
		c.broken(at, c.anImage(t), "give both the same name", "%s edits the image %s, which nothing in %s has: the edit succeeds and replaces nothing", w.Job.Label(), quoted(e.Name), t.Dir)
		return
	}
	if c.Facts == nil {
		return
	}
	entries := 0
	images := t.Folder(e.Folder).Kust.Get("images")
	for _, i := range images.Items() {
		if i.Get("name").Text() == e.Name {
			entries++
		}
	}
	if entries != 1 {
		c.broken(at, images.At(), "name the one entry of the live folder", "%s edits the image %s, for which %s has %d entries", w.Job.Label(), quoted(e.Name), e.Folder, entries)
	}
}

// holding is a target that reads a folder which a writer edits: the one that it writes to, if
// there is one.
func (c *Case) holding(w *writer, dir string) *pipeline.Target {
	if w.overlay != nil && w.overlay.Holds(dir) {
		return w.overlay.Target
	}
	if c.Facts == nil {
		for _, t := range c.targets {
			if t.Holds(dir) {
				return t
			}
		}
	}
	return nil
}

// namesIn are the images of a target's manifests as its own folders know them, once the shared
// ones have renamed them, or as the shared ones do.
func namesIn(t *pipeline.Target, own bool) map[string]bool {
	written := map[string]bool{}
	for _, folder := range t.Folders {
		images := folder.PatchedImages()
		for _, file := range folder.Files {
			images = append(images, imagesOf(file)...)
		}
		for _, image := range images {
			if name := pipeline.ParseImage(image.Text()).Name; name != "" {
				written[name] = true
				tagged, _, _ := strings.Cut(image.Text(), "@")
				written[tagged] = true // kustomize takes a name with its tag, too
			}
		}
	}
	if !own {
		return written
	}
	renamed := maps.Clone(written)
	for _, folder := range t.Folders {
		for _, i := range folder.Kust.Get("images").Items() {
			name, to := i.Get("name").Text(), i.Get("newName").Text()
			if !t.Own(folder.Dir) && to != "" && to != name && written[name] {
				delete(renamed, name)
				renamed[to] = true
			}
		}
	}
	return renamed
}

// anImage is where a target's container names its image.
func (c *Case) anImage(t *pipeline.Target) pipeline.Place {
	for _, a := range c.Programs(t) {
		return a.Container.Get("image").At()
	}
	return t.At()
}

// imageName is a place that names an image. Where it must be one of the spec, meant is which, or none where it may be
// any of them.
type imageName struct {
	pipeline.Place
	name  string
	ours  bool
	meant *ImageFact
}

// oneLowerCaseName requires that every name of an image can be pulled, and with a spec that the
// image has one name in every file. The registry takes a push under any case; a node that pulls
// it says InvalidImageName.
func oneLowerCaseName(c *Case) {
	for _, o := range c.overlays {
		c.liveNames(o)
	}
	for _, n := range c.imageNames() {
		shown := strings.NewReplacer("‹github.repository›", c.Source, "‹github.repository_owner›", host(c.Source)).Replace(n.name)
		switch plain := marks().ReplaceAllString(shown, ""); {
		case registryHost().MatchString(n.name) && plain != strings.ToLower(plain):
			c.broken(n.Place, c.pushedImage(), "write it in lower case", "the image %s has capitals: no node can pull it", quoted(shown))
		case n.ours && !c.Facts.isImage(n.name, n.meant):
			want := c.Facts.references(n.meant)
			c.broken(n.Place, c.pushedImage(), "write "+want, "%s is the image here, and should be %s", quoted(n.name), want)
		}
	}
}

// liveNames looks for an image that no job deploys: what ran before the spec renamed it, which the next deploy replaces, or
// what somebody wrote there.
func (c *Case) liveNames(o *overlay) {
	for _, folder := range o.Folders {
		commit := c.File(artifact.GitOps, path.Join(folder.Dir, "source-commit"))
		if c.Facts == nil || !o.Own(folder.Dir) || commit != nil && string(commit.Content) == artifact.DeployedBefore {
			continue
		}
		for _, i := range folder.Kust.Get("images").Items() {
			image, to := c.Facts.Image(i.Get("name").Text()), i.Get("newName")
			if image != nil && to.Text() != image.In(o.env) && !unbuilt(i) {
				c.doubtful(to.At(), c.pushedImage(), "write "+image.In(o.env)+", or let the next deploy do it", "%s is the image here, and CI deploys %s: no criterion is about what others have built", quoted(cmp.Or(to.Text(), image.Name)), image.In(o.env))
			}
		}
	}
}

var (
	registryHost = lazy.Regexp(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?/`)
	marks        = lazy.Regexp(`‹[^›]*›|\x00`)
)

func (c *Case) imageNames() []imageName {
	var out []imageName
	for _, b := range c.Builds() {
		if !strings.Contains(b.With("tags").Text(), "steps.") { // docker/metadata-action lowers by itself
			for _, r := range b.References() {
				out = append(out, imageName{Place: r.At, name: r.Name, ours: c.Facts != nil && b.Pushes.OK()})
			}
		}
	}
	for _, w := range c.writers {
		for _, e := range w.Edits {
			n := imageName{Place: w.variable(e.NewName, e.Command), name: e.NewName, ours: c.Facts != nil}
			if n.ours {
				n.meant = c.pulledBy(w, c.Facts.Image(e.Name))
			}
			out = append(out, n)
		}
	}
	if c.Facts != nil {
		c.steps(func(s *pipeline.Step) { out = append(out, c.namesOf(s)...) })
	}
	c.folders(func(_ *pipeline.Target, folder *pipeline.Folder, _ bool) {
		// Another name than the spec's is what ran before the spec renamed the image: the next
		// deploy writes the new one.
		for _, i := range folder.Kust.Get("images").Items() {
			out = append(out, imageName{Place: i.Get("newName").At(), name: i.Get("newName").Text()})
		}
		for _, file := range folder.Files {
			for _, image := range imagesOf(file) {
				out = append(out, imageName{Place: image.At(), name: pipeline.ParseImage(image.Text()).Name})
			}
		}
	})
	return out
}

// pulledBy is an image with the name under which pods pull it from the overlay of a writer.
func (c *Case) pulledBy(w *writer, image *ImageFact) *ImageFact {
	if image == nil || w.overlay == nil {
		return image
	}
	out := *image
	out.Reference = image.In(w.overlay.env)
	return &out
}

// isImage reports whether a name is that of an image of the spec: of the one that is meant, if one is.
func (f *Facts) isImage(name string, meant *ImageFact) bool {
	if meant != nil {
		return name == meant.Reference
	}
	return slices.ContainsFunc(f.Images, func(i ImageFact) bool { return name == i.Reference })
}

// references are the names of the images of the spec, or of the one that is meant, in words.
func (f *Facts) references(meant *ImageFact) string {
	if meant != nil {
		return meant.Reference
	}
	var all []string
	for _, i := range f.Images {
		all = append(all, i.Reference)
	}
	return strings.Join(all, " or ")
}

// namesOf are where a step that does not build names an image of the spec.
func (c *Case) namesOf(s *pipeline.Step) []imageName {
	var out []imageName
	switch s.Uses {
	case "actions/attest":
		n := s.With("subject-name")
		out = append(out, imageName{Place: n.At(), name: n.Text(), ours: true})
	case "docker/login-action":
		n, image := s.With("registry"), c.imageOf(s.Job)
		pulls := image != nil && n.Text() != host(image.Reference) && slices.ContainsFunc(c.Facts.Readers, func(r Reader) bool { return r.Host == n.Text() })
		if image != nil && !pulls && c.copying(s.Job) == nil {
			out = append(out, imageName{n.At(), n.Text() + strings.TrimPrefix(image.Reference, host(image.Reference)), true, image})
		}
	}
	if v := s.Get("env", "IMAGE"); v.OK() && !c.isAuthors(s.Job) {
		out = append(out, imageName{Place: v.At(), name: v.Text(), ours: true})
	}
	return out
}

// pushedImage is where the image gets its name.
func (c *Case) pushedImage() pipeline.Place {
	for _, b := range c.Builds() {
		if b.Pushes.OK() {
			return b.With("outputs").At()
		}
	}
	return nowhere
}

// host is what comes before the first slash: the registry of an image, or the owner of a
// repository.
func host(image string) string {
	h, _, _ := strings.Cut(image, "/")
	return h
}

// editedByKustomize looks for edits of text, and for those that lose the tag.
func editedByKustomize(c *Case) {
	for _, w := range c.writers {
		for _, e := range w.Edits {
			switch {
			case !e.Kustomize:
				c.broken(e.At(), nowhere, "kustomize edit set image NAME=NEWNAME:TAG@DIGEST", "%s changes the manifest's text with %s, which succeeds when it finds nothing", w.Job.Label(), e.Words[0])
			case e.NewName != "" && e.Tag == "" && e.Digest != "":
				c.broken(e.At(), nowhere, "write the tag before the digest", "this edit of %s takes the tag out of the manifest", w.Job.Label())
			}
		}
	}
}

// namedByDigest holds what CI writes into the manifests, or else what is in them.
func namedByDigest(c *Case) {
	edited := false
	for _, w := range c.writers {
		for _, e := range w.Edits {
			edited = true
			if e.Kustomize && e.Digest == "" && !strings.Contains(e.Tag, "digest") {
				c.broken(e.At(), nowhere, "write NAME=NEWNAME:TAG@DIGEST", "%s deploys %s by its tag, which may name another image tomorrow", w.Job.Label(), quoted(cmp.Or(e.NewName, e.Name)+":"+e.Tag))
			}
		}
	}
	if edited {
		return
	}
	c.eachProgram(func(t *pipeline.Target, a Program) {
		if image := a.Container.Get("image"); !strings.Contains(image.Text(), "@sha256:") {
			c.broken(imageAt(t, a.Container), nowhere, "add the digest", "%s deploys %s by its tag", t.Dir, quoted(image.Text()))
		}
	})
}

// imageAt is where a target says which image runs.
func imageAt(t *pipeline.Target, container pipeline.Node) pipeline.Place {
	name := pipeline.ParseImage(container.Get("image").Text()).Name
	for _, folder := range t.Folders {
		for _, i := range folder.Kust.Get("images").Items() {
			if i.Get("newName").Text() == name || i.Get("name").Text() == name {
				return i.At()
			}
		}
	}
	return container.Get("image").At()
}

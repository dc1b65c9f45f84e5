package rules

import (
	"maps"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// imagesInOverlays looks for folders below the overlays that replace images; with a spec also for
// any but the one that CI edits, and for a base that names a tag (K01).
func imagesInOverlays(c *Case) {
	c.folders(func(t *pipeline.Target, folder *pipeline.Folder, own bool) {
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
				if e := pipeline.ParseImage(image.Text()); e.Name == c.Facts.Application && e.Tag+e.Digest != "" {
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
	if t == nil || t.Fault != "" || c.Facts == nil && uncertain(e.Name) {
		return
	}
	at := w.variable(e.Name, e.Command)
	if names := namesIn(t, t.Own(e.Folder)); len(names) > 0 && !names[e.Name] {
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
		for _, file := range folder.Files {
			for _, image := range imagesOf(file) {
				if name := pipeline.ParseImage(image.Text()).Name; name != "" {
					written[name] = true
				}
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
	if _, container, ok := c.App(t); ok {
		return container.Get("image").At()
	}
	return t.At()
}

// imageName is a place that names an image. Ours names the one of the spec.
type imageName struct {
	pipeline.Place
	name string
	ours bool
}

// oneLowerCaseName requires that every name of an image can be pulled, and with a spec that the
// image has one name in every file. The registry takes a push under any case; a node that pulls
// it says InvalidImageName.
func oneLowerCaseName(c *Case) {
	for _, n := range c.imageNames() {
		shown := strings.NewReplacer("‹github.repository›", c.Source, "‹github.repository_owner›", host(c.Source)).Replace(n.name)
		switch plain := marks().ReplaceAllString(shown, ""); {
		case registryHost().MatchString(n.name) && plain != strings.ToLower(plain):
			c.broken(n.Place, c.pushedImage(), "write it in lower case", "the image %s has capitals: no node can pull it", quoted(shown))
		case n.ours && n.name != c.Facts.Image:
			c.broken(n.Place, c.pushedImage(), "write "+c.Facts.Image, "%s stands for the image here, and it is %s", quoted(n.name), c.Facts.Image)
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
				out = append(out, imageName{r.At, r.Name, c.Facts != nil && b.Pushes.OK()})
			}
		}
	}
	for _, w := range c.writers {
		for _, e := range w.Edits {
			out = append(out, imageName{w.variable(e.NewName, e.Command), e.NewName, c.Facts != nil})
		}
	}
	if c.Facts != nil {
		c.steps(func(s *pipeline.Step) { out = append(out, c.namesOf(s)...) })
	}
	c.folders(func(_ *pipeline.Target, folder *pipeline.Folder, _ bool) {
		// Another name than the spec's is what ran before the spec renamed the image: the next
		// deploy writes the new one.
		for _, i := range folder.Kust.Get("images").Items() {
			out = append(out, imageName{i.Get("newName").At(), i.Get("newName").Text(), false})
		}
		for _, file := range folder.Files {
			for _, image := range imagesOf(file) {
				out = append(out, imageName{image.At(), pipeline.ParseImage(image.Text()).Name, false})
			}
		}
	})
	return out
}

// namesOf are where a step that does not build names the image of the spec.
func (c *Case) namesOf(s *pipeline.Step) []imageName {
	var out []imageName
	switch s.Uses {
	case "actions/attest":
		n := s.With("subject-name")
		out = append(out, imageName{n.At(), n.Text(), true})
	case "docker/login-action":
		n := s.With("registry")
		out = append(out, imageName{n.At(), n.Text() + strings.TrimPrefix(c.Facts.Image, host(c.Facts.Image)), true})
	}
	if v := s.Get("env", "IMAGE"); v.OK() && !c.isAuthors(s.Job) {
		out = append(out, imageName{v.At(), v.Text(), true})
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
				c.broken(e.At(), nowhere, "write NAME=NEWNAME:TAG@DIGEST", "%s deploys %s by its tag, which may name another image tomorrow", w.Job.Label(), quoted(e.NewName+":"+e.Tag))
			}
		}
	}
	if edited {
		return
	}
	for _, t := range c.targets {
		if _, container, ok := c.App(t); ok && !strings.Contains(container.Get("image").Text(), "@sha256:") {
			c.broken(imageAt(t, container), nowhere, "add the digest", "%s deploys %s by its tag", t.Dir, quoted(container.Get("image").Text()))
		}
	}
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

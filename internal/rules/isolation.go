package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// changesNoOther requires that the deploy of one overlay waits for no other's; with a spec, that it
// touches nothing of another application's or environment's: no file, no queue, no cache.
func changesNoOther(c *Case) {
	groups := map[string]*writer{}
	for _, w := range c.writers {
		c.ownQueue(w, groups)
	}
	if c.Facts == nil {
		return
	}
	for _, w := range c.writers {
		c.ownFiles(w)
	}
	c.noForeignSentinel()
	for _, w := range c.Workflows {
		c.ownCache(w)
		c.trustedCache(w)
	}
}

// ownQueue requires a concurrency group for each application and environment: one that is shared
// delays whatever else waits there, or drops it.
func (c *Case) ownQueue(w *writer, groups map[string]*writer) {
	at, name := w.Get("concurrency").At(), w.queue()
	if name == "" || uncertain(name) || w.place() == "" {
		return
	}
	if other := groups[name]; other != nil && other.place() != w.place() {
		c.broken(at, other.Get("concurrency").At(), "give each overlay a group of its own", "%s shares its group with %s: of three that wait, one is dropped", w.Job.Label(), other.Job.Label())
	}
	groups[name] = w
	if c.Facts == nil {
		return
	}
	if !strings.Contains(name, c.Facts.Application) {
		c.broken(at, w.At(), "put "+c.Facts.Application+" and the environment into the group's name", "the group %s may be another application's too, and a waiting deploy would be dropped", name)
	}
	if o := w.overlay; o != nil && o.env != nil && !strings.HasSuffix(name, "-"+o.env.Name) {
		c.broken(at, o.At(), "end the group's name in -"+o.env.Name, "the group %s does not name the environment %s", name, o.env.Name)
	}
}

// place is what a writer writes to: an overlay, or else a folder; "" where nothing says.
func (w *writer) place() string {
	switch {
	case w.overlay != nil:
		return w.overlay.Dir
	case len(w.Edits) > 0:
		return w.Edits[0].Folder
	}
	return ""
}

// ownFiles requires that what is committed lies in the live folder of the overlay.
func (c *Case) ownFiles(w *writer) {
	for _, cmd := range w.Commands {
		if !cmd.Git("add") {
			continue
		}
		for _, arg := range addArgs(cmd) {
			dir := w.InRepository(path.Join(cmd.Dir, arg))
			mine := false
			for _, e := range w.edits {
				mine = mine || dir == e.Folder || strings.HasPrefix(dir, e.Folder+"/")
			}
			if !mine && len(w.edits) > 0 {
				c.broken(cmd.At(), w.variable(w.edits[0].Folder, w.edits[0].Command), "git add the live folder alone", "%s commits %s, and its edit is in %s", w.Job.Label(), quoted(dir), w.edits[0].Folder)
			}
		}
	}
	for _, cmd := range w.Commands {
		if cmd.Git("commit") && cmd.Has("-a", "--all", "-am") {
			c.broken(cmd.At(), w.At(), "git add the live folder alone", "%s commits all else that has changed", w.Job.Label())
		}
	}
}

// addArgs are the paths of a git add; with --all, everything.
func addArgs(c pipeline.Command) []string {
	if c.Has("-A", "--all", "-u", "--update") {
		return []string{"."}
	}
	var out []string
	for _, a := range c.Args(1) {
		if a != "add" {
			out = append(out, a)
		}
	}
	return out
}

// noForeignSentinel looks for the digest of each deploy in what the others render.
func (c *Case) noForeignSentinel() {
	for _, o := range c.overlays {
		for _, obj := range o.Objects {
			obj.Scalars(func(n pipeline.Node) {
				for _, w := range c.named(n.Text()) {
					if under := c.under(o); w.Target != o.Target && (under == nil || w.Target != under.Target) {
						c.broken(n.At(), w.Step.At(), "let each overlay have a live folder of its own", "a deploy by %s changes %s in %s too", w.Job.Label(), obj.Label(), o.Dir)
					}
				}
			})
		}
	}
	c.sharedFolders()
}

// named are the deploys whose digest stands in a text.
func (c *Case) named(text string) []*pipeline.Writer {
	var out []*pipeline.Writer
	for {
		_, rest, ok := strings.Cut(text, "sha256:")
		if !ok {
			return out
		}
		if w := c.Deployer("sha256:" + rest[:min(len(rest), sha256Digits)]); w != nil {
			out = append(out, w)
		}
		text = rest
	}
}

const sha256Digits = 64

// sharedFolders refuses an overlay that reads another's live folder.
func (c *Case) sharedFolders() {
	for _, o := range c.overlays {
		for _, f := range o.Folders {
			for _, other := range c.Owners(f.Dir) {
				if under := c.under(o); o.Target != other && (under == nil || under.Target != other) {
					c.broken(o.At(), f.Kust.At(), "let each overlay read the base and its own live folder", "%s reads %s, which belongs to %s", o.Dir, f.Dir, other.Dir)
				}
			}
		}
	}
}

// trustedCache requires that the cache is written by runs of reviewed code alone, and by
// one whose cache others can read: GitHub keeps that of a tag from all other runs (W33).
func (c *Case) trustedCache(w *pipeline.Workflow) {
	branch := "github.ref == 'refs/heads/" + c.Facts.Source.Branch + "' && github.event_name == 'push'"
	read, written := pipeline.Node{}, false
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.Uses != "docker/build-push-action" {
				continue
			}
			if from := s.With("cache-from"); from.OK() {
				read = from
			}
			to, own := s.With("cache-to"), pipeline.Expression(s.Get("if").Text()) == branch
			if !to.OK() {
				continue
			}
			if !own && !c.keepsGuard(j) {
				c.broken(to.At(), j.Get("if").At(), "if: "+branch, "%s writes the build cache in runs of code that nobody has reviewed", j.Label())
			}
			written = written || own || c.Facts.ReleaseTags == ""
		}
	}
	if read.OK() && !written && c.previewsOf(w) == nil {
		c.broken(read.At(), w.On.At(), "write the cache in a push to "+c.Facts.Source.Branch, "the build cache is read, and no run writes it whose cache another run can read")
	}
}

// cacheScope begins the scopes of an image. A spec in a folder has a workflow of its own name, and other specs beside it
// may have an image of the same name.
func (c *Case) cacheScope(w *pipeline.Workflow, image *ImageFact) string {
	if path.Base(w.File.Path) == c.Facts.Application+".yaml" {
		return c.Facts.Application + "." + image.Name + "-"
	}
	return image.Name + "-"
}

// ownCache requires a scope for each image and platform: without one, builds
// overwrite one another's layers (W33).
func (c *Case) ownCache(w *pipeline.Workflow) {
	known := map[*ImageFact]pipeline.Node{}
	for _, j := range w.Jobs {
		image := c.imageOf(j)
		if image == nil {
			continue
		}
		for _, s := range j.Steps {
			for _, input := range []string{"cache-from", "cache-to"} {
				n := s.With(input)
				if s.Uses != "docker/build-push-action" || !strings.Contains(n.Text(), "type=gha") {
					continue
				}
				scope := pipeline.Attribute(n.Text(), "scope")
				own := c.cacheScope(w, image)
				if !strings.HasPrefix(scope, own) || !strings.Contains(scope, "matrix.arch") && !strings.Contains(scope, "matrix.platform") && len(image.Platforms) > 1 && c.previewsOf(w) == nil {
					c.broken(n.At(), s.With("platforms").At(), "scope="+own+"${{ matrix.arch }}", "the cache scope %s is not this image's and platform's alone", quoted(scope))
				}
				if other, given := known[image]; !given {
					known[image] = n
				} else if pipeline.Attribute(other.Text(), "scope") != scope {
					c.broken(n.At(), other.At(), "use one scope", "the cache is read and written under different scopes: %s", quoted(scope))
				}
			}
		}
	}
}

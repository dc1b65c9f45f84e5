package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// x12: a deploy of one application and environment touches no other: not its
// files, not its place in the queue, not its cache.
func provesX12(m *Case) {
	groups := map[string]*writer{}
	for _, w := range m.writers {
		m.ownGroup(w, groups)
		m.ownFiles(w)
	}
	m.noForeignSentinel()
	for _, w := range m.Workflows {
		m.ownCache(w)
		m.trustedCache(w)
	}
}

// ownGroup requires a concurrency group for each application and environment, in
// which nobody is stopped half-way. A group that is shared drops waiting runs.
func (m *Case) ownGroup(w *writer, groups map[string]*writer) {
	c := w.Job.Get("concurrency")
	group := c.Get("group")
	if !c.IsMap() {
		group = c
	}
	name := w.Run.Fill(w.Job, group.Text())
	if name == "" || strings.Contains(name, shell.Unknown) {
		m.broken(c.At(), w.At(), "give the job concurrency: with a group of its own and cancel-in-progress: false", "%s writes without a queue of its own: two runs may push at once", w.Job.Label())
		return
	}
	if c.Get("cancel-in-progress").OK() && c.Get("cancel-in-progress").Text() != "false" {
		m.broken(c.Get("cancel-in-progress").At(), w.At(), "cancel-in-progress: false", "a newer run stops %s in the middle of its write", w.Job.Label())
	}
	if !strings.Contains(name, m.Facts.Application) {
		m.broken(group.At(), w.At(), "put "+m.Facts.Application+" and the environment into the group's name", "the group %s may be another application's too, and a waiting deploy would be dropped", name)
	}
	if w.overlay == nil {
		return
	}
	if e := w.overlay.env; e != nil && !strings.HasSuffix(name, "-"+e.Name) {
		m.broken(group.At(), w.overlay.At(), "end the group's name in -"+e.Name, "the group %s does not name the environment %s", name, e.Name)
	}
	if other := groups[name]; other != nil && other.overlay != w.overlay {
		m.broken(group.At(), other.Job.Get("concurrency").At(), "give each environment a group of its own", "%s and %s wait in one queue, %s, which drops all but the last", w.Job.Label(), other.Job.Label(), name)
	}
	groups[name] = w
}

// ownFiles requires that what is committed lies in the live folder of the overlay.
func (m *Case) ownFiles(w *writer) {
	for _, c := range w.Commands {
		if !c.Git("add") {
			continue
		}
		for _, arg := range addArgs(c) {
			dir := w.InRepository(path.Join(c.Dir, arg))
			mine := false
			for _, e := range w.edits {
				mine = mine || dir == e.Folder || strings.HasPrefix(dir, e.Folder+"/")
			}
			if !mine && len(w.edits) > 0 {
				m.broken(c.At(), w.variable(w.edits[0].Folder, w.edits[0].Command), "git add the live folder alone", "%s commits %s, and its edit is in %s", w.Job.Label(), quoted(dir), w.edits[0].Folder)
			}
		}
	}
	for _, c := range w.Commands {
		if c.Git("commit") && c.Has("-a", "--all", "-am") {
			m.broken(c.At(), w.At(), "git add the live folder alone", "%s commits whatever else has changed", w.Job.Label())
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
func (m *Case) noForeignSentinel() {
	for _, o := range m.overlays {
		for _, obj := range o.Objects {
			obj.Scalars(func(n pipeline.Node) {
				for _, w := range m.named(n.Text()) {
					if w.Target != o.Target {
						m.broken(n.At(), w.Step.At(), "let each overlay have a live folder of its own", "a deploy by %s changes %s in %s too", w.Job.Label(), obj.Label(), o.Dir)
					}
				}
			})
		}
	}
	m.sharedFolders()
}

// named are the deploys whose digest stands in a text.
func (m *Case) named(text string) []*pipeline.Writer {
	var out []*pipeline.Writer
	for {
		_, rest, ok := strings.Cut(text, "sha256:")
		if !ok {
			return out
		}
		if w := m.Deployer("sha256:" + rest[:min(len(rest), sha256Digits)]); w != nil {
			out = append(out, w)
		}
		text = rest
	}
}

const sha256Digits = 64

// sharedFolders refuses an overlay that reads another's live folder.
func (m *Case) sharedFolders() {
	for _, o := range m.overlays {
		for _, f := range o.Folders {
			for _, other := range m.Owners(f.Dir) {
				if o.Target != other {
					m.broken(o.At(), f.Kust.At(), "let each overlay read the base and its own live folder", "%s reads %s, which belongs to %s", o.Dir, f.Dir, other.Dir)
				}
			}
		}
	}
}

// trustedCache requires that the cache is written by runs of reviewed code alone, and by
// one whose cache others can read: GitHub keeps that of a tag from all other runs (W33).
func (m *Case) trustedCache(w *pipeline.Workflow) {
	branch := "github.ref == 'refs/heads/" + m.Facts.Source.Branch + "' && github.event_name == 'push'"
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
			if !own && j.Condition() != m.Facts.Guard() {
				m.broken(to.At(), j.Get("if").At(), "if: "+branch, "%s writes the build cache in runs of code that nobody has reviewed", j.Label())
			}
			written = written || own || m.Facts.ReleaseTags == ""
		}
	}
	if read.OK() && !written {
		m.broken(read.At(), w.On.At(), "write the cache in a push to "+m.Facts.Source.Branch, "the build cache is read, and no run writes it whose cache another run can read")
	}
}

// ownCache requires a scope for each image and platform: without one, builds
// overwrite one another's layers (W33).
func (m *Case) ownCache(w *pipeline.Workflow) {
	first := pipeline.Node{}
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			for _, input := range []string{"cache-from", "cache-to"} {
				n := s.With(input)
				if s.Uses != "docker/build-push-action" || !strings.Contains(n.Text(), "type=gha") {
					continue
				}
				scope := pipeline.Attribute(n.Text(), "scope")
				if !strings.HasPrefix(scope, m.Facts.Application+"-") || !strings.Contains(scope, "matrix.arch") && !strings.Contains(scope, "matrix.platform") && len(m.Facts.Platforms) > 1 {
					m.broken(n.At(), s.With("platforms").At(), "scope="+m.Facts.Application+"-${{ matrix.arch }}", "the cache scope %s is not this image's and platform's alone", quoted(scope))
				}
				if first.OK() && pipeline.Attribute(first.Text(), "scope") != scope {
					m.broken(n.At(), first.At(), "use one scope", "the cache is read and written under different scopes: %s", quoted(scope))
				}
				if !first.OK() {
					first = n
				}
			}
		}
	}
}

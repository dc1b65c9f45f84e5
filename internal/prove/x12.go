package prove

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// x12: a deploy of one application and environment touches no other: not its
// files, not its place in the queue, not its cache.
func x12(m *model) {
	groups := map[string]*writer{}
	for _, w := range m.writers {
		m.ownGroup(w, groups)
		m.ownFiles(w)
	}
	m.noForeignSentinel()
	for _, w := range m.workflows {
		m.ownCache(w)
		m.trustedCache(w)
	}
}

// ownGroup requires a concurrency group for each application and environment, in
// which nobody is stopped half-way. A group that is shared drops waiting runs.
func (m *model) ownGroup(w *writer, groups map[string]*writer) {
	c := w.job.get("concurrency")
	group := c.get("group")
	if !c.isMap() {
		group = c
	}
	name := w.x.fill(w.job, group.text())
	if name == "" || strings.Contains(name, shell.Unknown) {
		m.broken(X12, c.at(), w.at(), "give the job concurrency: with a group of its own and cancel-in-progress: false", "%s writes without a queue of its own: two runs may push at once", w.job.label())
		return
	}
	if c.get("cancel-in-progress").ok() && c.get("cancel-in-progress").text() != "false" {
		m.broken(X12, c.get("cancel-in-progress").at(), w.at(), "cancel-in-progress: false", "a newer run stops %s in the middle of its write", w.job.label())
	}
	if !strings.Contains(name, m.facts.Application) {
		m.broken(X12, group.at(), w.at(), "put "+m.facts.Application+" and the environment into the group's name", "the group %s may be another application's too, and a waiting deploy would be dropped", name)
	}
	if w.overlay == nil {
		return
	}
	if e := w.overlay.env; e != nil && !strings.HasSuffix(name, "-"+e.Name) {
		m.broken(X12, group.at(), w.overlay.at(), "end the group's name in -"+e.Name, "the group %s does not name the environment %s", name, e.Name)
	}
	if other := groups[name]; other != nil && other.overlay != w.overlay {
		m.broken(X12, group.at(), other.job.get("concurrency").at(), "give each environment a group of its own", "%s and %s wait in one queue, %s, which drops all but the last", w.job.label(), other.job.label(), name)
	}
	groups[name] = w
}

// ownFiles requires that what is committed lies in the live folder of the overlay.
func (m *model) ownFiles(w *writer) {
	for _, c := range w.cmds {
		if !c.Git("add") {
			continue
		}
		for _, arg := range addArgs(c) {
			dir := w.inRepository(path.Join(c.Dir, arg))
			mine := false
			for _, e := range w.edits {
				mine = mine || dir == e.dir || strings.HasPrefix(dir, e.dir+"/")
			}
			if !mine && len(w.edits) > 0 {
				m.broken(X12, w.runLine(c.Line), w.variable(w.edits[0].dir, w.edits[0].Command), "git add the live folder alone", "%s commits %s, and its edit is in %s", w.job.label(), quoted(dir), w.edits[0].dir)
			}
		}
	}
	for _, c := range w.cmds {
		if c.Git("commit") && c.Has("-a", "--all", "-am") {
			m.broken(X12, w.runLine(c.Line), w.at(), "git add the live folder alone", "%s commits whatever else has changed", w.job.label())
		}
	}
}

// addArgs are the paths of a git add; with --all, everything.
func addArgs(c shell.Command) []string {
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
func (m *model) noForeignSentinel() {
	for _, o := range m.overlays {
		for _, obj := range o.objects {
			obj.strings(func(n node) {
				for _, w := range m.named(n.text()) {
					if w.overlay != o {
						m.broken(X12, n.at(), w.at(), "let each overlay have a live folder of its own", "a deploy by %s changes %s in %s too", w.job.label(), obj.label(), o.dir)
					}
				}
			})
		}
	}
	m.sharedFolders()
}

// named are the deploys whose digest stands in a text.
func (m *model) named(text string) []*writer {
	var out []*writer
	for {
		_, rest, ok := strings.Cut(text, "sha256:")
		if !ok {
			return out
		}
		if w := m.byDigest["sha256:"+rest[:min(len(rest), sha256Digits)]]; w != nil {
			out = append(out, w)
		}
		text = rest
	}
}

const sha256Digits = 64

// sharedFolders refuses an overlay that reads another's live folder.
func (m *model) sharedFolders() {
	for _, o := range m.overlays {
		for _, f := range o.folders {
			for _, other := range m.ownersOf(f.dir) {
				if o != other {
					m.broken(X12, o.at(), f.kust.at(), "let each overlay read the base and its own live folder", "%s reads %s, which belongs to %s", o.dir, f.dir, other.dir)
				}
			}
		}
	}
}

// trustedCache requires that the cache is written by runs of reviewed code alone, and by
// one whose cache others can read: GitHub keeps that of a tag from all other runs (W33).
func (m *model) trustedCache(w *workflow) {
	branch := "github.ref == 'refs/heads/" + m.facts.Source.Branch + "' && github.event_name == 'push'"
	read, written := node{}, false
	for _, j := range w.jobs {
		for _, s := range j.steps {
			if s.uses != "docker/build-push-action" {
				continue
			}
			if from := s.with("cache-from"); from.ok() {
				read = from
			}
			to, own := s.with("cache-to"), expression(s.get("if").text()) == branch
			if !to.ok() {
				continue
			}
			if !own && j.condition() != m.facts.guard() {
				m.broken(X12, to.at(), j.get("if").at(), "if: "+branch, "%s writes the build cache in runs of code that nobody has reviewed", j.label())
			}
			written = written || own || m.facts.ReleaseTags == ""
		}
	}
	if read.ok() && !written {
		m.broken(X12, read.at(), w.on.at(), "write the cache in a push to "+m.facts.Source.Branch, "the build cache is read, and no run writes it whose cache another run can read")
	}
}

// ownCache requires a scope for each image and platform: without one, builds
// overwrite one another's layers (W33).
func (m *model) ownCache(w *workflow) {
	first := node{}
	for _, j := range w.jobs {
		for _, s := range j.steps {
			for _, input := range []string{"cache-from", "cache-to"} {
				n := s.with(input)
				if s.uses != "docker/build-push-action" || !strings.Contains(n.text(), "type=gha") {
					continue
				}
				scope := pipeline.Attribute(n.text(), "scope")
				if !strings.HasPrefix(scope, m.facts.Application+"-") || !strings.Contains(scope, "matrix.arch") && !strings.Contains(scope, "matrix.platform") && len(m.facts.Platforms) > 1 {
					m.broken(X12, n.at(), s.with("platforms").at(), "scope="+m.facts.Application+"-${{ matrix.arch }}", "the cache scope %s is not this image's and platform's alone", quoted(scope))
				}
				if first.ok() && pipeline.Attribute(first.text(), "scope") != scope {
					m.broken(X12, n.at(), first.at(), "use one scope", "the cache is read and written under different scopes: %s", quoted(scope))
				}
				if !first.ok() {
					first = n
				}
			}
		}
	}
}

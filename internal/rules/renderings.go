package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var renderings = []Rule{
	{
		ID:    "O12",
		Title: "what is rendered is the newest, in whichever order the runs come",
		Why:   "A run renders for seconds, and waits before that. A run that renders the commit which started it may put an older state in the place of a newer one, and the deploy is taken back without a word. So each run renders the newest commit, looks of which one the branch was rendered, and pushes without force.",
		Evidence: []Source{
			{Says: "the script with real git and kustomize: runs that come late, at once, and are refused"},
		},
		By:    Proof,
		Check: rendersTheNewest,
	},
	{
		ID:    "W59",
		Title: "the workflow that renders writes its branches, and nothing for a pull request",
		Why:   "It runs kustomize over what a pull request brings, which nobody has reviewed. That run may read and not write, and has no secret; the one that writes runs for the reviewed branch alone.",
		Evidence: []Source{
			{Says: "what GITHUB_TOKEN may do, and that what it pushes starts no workflow", URL: "https://docs.github.com/en/actions/concepts/security/github_token"},
		},
		Strict: "code of a pull request that nobody has reviewed writes what Argo CD deploys",
		By:     Proof,
		Check:  writesItsBranches,
	},
	{
		ID:    "X38",
		Title: "what an Application reads is what the workflow renders",
		Why:   "Between the manifests and Argo CD is a workflow. Where it leaves out an environment, writes another branch or folder, or does not run for a change, Argo CD goes on with the objects of yesterday and calls them synced.",
		Evidence: []Source{
			{Says: "the layout of the branches is that of Argo CD's source hydrator", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/source-hydrator/"},
		},
		By:    Proof | Refusal,
		Check: readsWhatIsRendered,
	},
}

// renders is the condition of the jobs that write what is rendered.
func (f Facts) renders() string {
	return "github.ref == 'refs/heads/" + f.GitOps.Branch + "' && github.event_name == 'push'"
}

// renderedApp is the environment of an Application that reads what a workflow has rendered, nil of others.
func (c *Case) renderedApp(app pipeline.Node) *Environment {
	if c.Facts == nil {
		return nil
	}
	return first(c.Facts.Environments, func(e Environment) bool { return e.Rendered != "" && c.siteOf(&e, app) != nil })
}

// readsRendered reports an Application that reads what a workflow has rendered: without a spec, one whose branch a workflow
// beside the manifests names, and pushes, and no deploy does.
func (c *Case) readsRendered(app pipeline.Node) bool {
	if c.Facts != nil {
		return c.renderedApp(app) != nil
	}
	branch := strings.TrimPrefix(app.Get("spec", "source", "targetRevision").Text(), "refs/heads/")
	if branch == "" || slices.ContainsFunc(c.writers, func(w *writer) bool { return w.Branch == branch }) {
		return false
	}
	return slices.ContainsFunc(c.Files, func(f *pipeline.File) bool {
		text := string(f.Content)
		return f.Root == artifact.GitOps && path.Dir(f.Path) == ".github/workflows" && strings.Contains(text, branch) && strings.Contains(text, "git push")
	})
}

// renderingAt is where the workflow begins that renders.
func (c *Case) renderingAt() pipeline.Place {
	if w := c.workflowAt(c.Facts.Rendering); w != nil {
		return w.Get("jobs").At()
	}
	return nowhere
}

// rendering is the step that renders for an environment, nil for none.
func (c *Case) rendering(e *Environment) *pipeline.Step {
	w := c.workflowAt(c.Facts.Rendering)
	if w == nil {
		return nil
	}
	for _, s := range w.Steps() {
		if n := s.Env("ENVIRONMENT"); n.Text() == e.Name && s.Env("RENDERED").OK() {
			return s
		}
	}
	return nil
}

// renderings visits the environments that are rendered, each with the step that does so for all of its clusters.
func (c *Case) renderings(visit func(e *Environment, s *pipeline.Step)) {
	if c.Facts == nil {
		return
	}
	for i := range c.Facts.Environments {
		e := &c.Facts.Environments[i]
		if e.Rendered == "" || e.Over != "" {
			continue
		}
		if s := c.rendering(e); s != nil {
			visit(e, s)
		}
	}
}

// readsWhatIsRendered: each Application follows the branch and the folder that a job writes for its environment, and every
// change of what is rendered starts that job.
func readsWhatIsRendered(c *Case) {
	for _, a := range c.Applications {
		e := c.renderedApp(a)
		if e == nil {
			continue
		}
		source := a.Get("spec", "source")
		revision, folder := source.Get("targetRevision"), source.Get("path")
		s := c.rendering(e)
		if s == nil {
			c.broken(revision.At(), c.renderingAt(), regenerate, "Application %s follows %s, and no job renders %s", pipeline.NameOf(a), quoted(revision.Text()), e.Name)
			continue
		}
		if want := "refs/heads/" + e.Rendered; revision.Text() != want {
			c.broken(revision.At(), s.Env("RENDERED").At(), "targetRevision: "+want, "Application %s follows %s, and what is rendered for %s goes to %s", pipeline.NameOf(a), quoted(revision.Text()), e.Name, want)
		}
		if folder.Text() != e.Overlay {
			c.broken(folder.At(), s.Env("OVERLAYS").At(), "path: "+e.Overlay, "Application %s reads %s, and what is rendered for %s is in %s", pipeline.NameOf(a), quoted(folder.Text()), e.Name, e.Overlay)
		}
	}
	c.renderings(c.rendersWhatIsRead)
}

// readOf are the overlays of an environment that an Application reads: its own, and those of clusters that differ.
func (c *Case) readOf(e *Environment) []string {
	var out []string
	for _, at := range c.Facts.Environments {
		if at.Name == e.Name && len(at.Sites) > 0 {
			out = append(out, at.Overlay)
		}
	}
	return out
}

func (c *Case) rendersWhatIsRead(e *Environment, s *pipeline.Step) {
	follows := nowhere
	if o := c.byName[e.Name]; o != nil {
		follows = o.At()
	}
	read := c.readOf(e)
	for name, want := range map[string]string{"RENDERED": e.Rendered, "OVERLAYS": strings.Join(read, " "), "BRANCH": c.Facts.GitOps.Branch, "WORKFLOW": c.Facts.Rendering, "FOLDER": path.Dir(path.Dir(e.Overlay))} {
		if n := s.Env(name); n.Text() != want {
			c.broken(n.At(), follows, name+": "+want, "%s has %s as %s, and the spec says %s", s.Job.Label(), quoted(n.Text()), name, want)
		}
	}
	var built []string
	pushes := false
	for _, cmd := range s.CommandsIn(&pipeline.Run{}) {
		switch {
		case cmd.Is("kustomize", "build"):
			args := cmd.Args(2)
			if len(args) != 1 || !slices.Contains(read, args[0]) {
				c.broken(cmd.At(), follows, `kustomize build of each of "${OVERLAYS}"`, "%s renders otherwise than Argo CD would: %s", s.Job.Label(), quoted(strings.Join(args, " ")))
			}
			built = append(built, args...)
		case cmd.Git("push"):
			_, ref, _ := strings.Cut(strings.Join(cmd.GitArgs(), " "), ":")
			if ref != "refs/heads/"+e.Rendered {
				c.broken(cmd.At(), follows, "push to refs/heads/"+e.Rendered, "%s pushes to %s, and Argo CD reads %s", s.Job.Label(), quoted(ref), e.Rendered)
			}
			pushes = true
		}
	}
	for _, overlay := range read {
		if !pushes || !slices.Contains(built, overlay) {
			c.broken(s.At(), follows, regenerate, "%s does not push what it renders for %s of %s", s.Job.Label(), e.Name, overlay)
		}
	}
	c.startsRendering(e, s, follows)
}

// startsRendering: a push that changes a file of an overlay, or the workflow itself, starts the workflow.
func (c *Case) startsRendering(e *Environment, s *pipeline.Step, follows pipeline.Place) {
	w := s.Job.Workflow
	push, ok := w.Trigger("push")
	if !ok || !startsFor(push, c.Facts.GitOps.Branch) {
		c.broken(w.On.At(), follows, "on: push: branches: ["+c.Facts.GitOps.Branch+"]", "no push to %s renders %s", c.Facts.GitOps.Branch, e.Name)
		return
	}
	files := []string{c.Facts.Rendering}
	for _, overlay := range c.readOf(e) {
		if t := c.Target(overlay); t != nil {
			for _, f := range t.Folders {
				files = append(files, path.Join(f.Dir, "kustomization.yaml"))
			}
		}
	}
	for _, name := range files {
		if let(push, []string{name}) == "" {
			c.broken(push.At(), follows, "let paths take in "+path.Dir(name), "a change of %s starts no rendering of %s, and Argo CD goes on with what was before", name, e.Name)
		}
	}
	if n := s.Job.Get("if"); n.OK() && s.Job.Condition() != c.Facts.renders() {
		c.broken(n.At(), follows, "if: "+c.Facts.renders(), "%s does not render for every push", s.Job.Label())
	}
}

// rendersTheNewest: a job renders the newest commit, one job at a time, and replaces nothing newer.
func rendersTheNewest(c *Case) {
	groups := map[string]pipeline.Place{}
	c.renderings(func(e *Environment, s *pipeline.Step) {
		queue, group := s.Job.Get("concurrency"), s.Job.Group()
		other, taken := groups[group.Text()]
		if !taken {
			other = s.At()
		}
		if taken || !group.OK() || queue.Get("queue").Text() != "max" || queue.Get("cancel-in-progress").True() || strings.Contains(group.Text(), "${{") {
			c.broken(queue.At(), other, "a group for each branch, queue: max and cancel-in-progress: false", "two runs of %s may render at the same time, or one of them is dropped", s.Job.Label())
		}
		groups[group.Text()] = group.At()
		var fetches, compares bool
		for _, cmd := range s.CommandsIn(&pipeline.Run{}) {
			args := cmd.GitArgs()
			switch {
			case cmd.Git("fetch"):
				fetches = fetches || slices.Contains(args, "refs/heads/"+c.Facts.GitOps.Branch)
			case cmd.Git("merge-base"):
				compares = compares || cmd.Has("--is-ancestor")
			case cmd.Git("push"):
				forced := slices.ContainsFunc(cmd.Words, func(arg string) bool {
					return strings.HasPrefix(arg, "+") || strings.HasPrefix(arg, "--force") || arg == "-f"
				})
				if forced {
					c.broken(cmd.At(), s.At(), "push without force", "%s replaces what another run has pushed meanwhile", s.Job.Label())
				}
			}
		}
		if !fetches {
			c.broken(s.At(), queue.At(), "fetch refs/heads/"+c.Facts.GitOps.Branch+" before rendering", "%s renders the commit that started it, which may be old", s.Job.Label())
		}
		if !compares {
			c.broken(s.At(), queue.At(), "git merge-base --is-ancestor", "%s does not ask from which commit %s was rendered before", s.Job.Label(), e.Rendered)
		}
	})
}

// writesItsBranches: the run for a pull request can only read, and the one for a push writes to its own repository.
func writesItsBranches(c *Case) {
	if c.Facts == nil || c.Facts.Rendering == "" {
		return
	}
	w := c.workflowAt(c.Facts.Rendering)
	if w == nil {
		return
	}
	for _, event := range w.Events() {
		if event != "push" && event != "pull_request" {
			c.broken(w.On.At(), c.renderingAt(), "on: push and pull_request", "%s starts the workflow that writes what Argo CD reads", event)
		}
	}
	for _, j := range w.Jobs {
		pushed := j.Condition() == c.Facts.renders()
		for name, n := range j.Get("permissions").Pairs() {
			if n.Text() == "write" && !(pushed && name == "contents") {
				c.broken(n.At(), j.At(), "take it out", "%s has the right %s: write, which rendering does not need", j.Label(), name)
			}
		}
		for _, n := range []pipeline.Node{j.Get("environment"), j.Get("secrets")} {
			if n.OK() {
				c.broken(n.At(), j.At(), "take it out", "%s gets what an environment keeps, and rendering needs none of it", j.Label())
			}
		}
		j.Scalars(func(n pipeline.Node) {
			if pipeline.ReadsSecret(n.Text()) {
				c.broken(n.At(), j.At(), "take it out", "%s reads a secret, and rendering needs none", j.Label())
			}
		})
	}
}

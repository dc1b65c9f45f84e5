package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var deploys = []Rule{
	{
		ID:    "W38",
		Title: "the GitOps commit can be run again",
		Why:   "A commit without a change fails, and so does a push after somebody else's. So the job takes the newest state, edits that, takes no change for success, and tries a push a few times. One with --force never fails, and takes away what others have pushed.",
		By:    Import | Output,
		Check: canBeRepeated,
	},
	{
		ID:    "W40",
		Title: "a deploy's commit says who and which run",
		Why:   "Somebody who reads the history of the GitOps repository must see which App wrote a commit and which run of which commit made it.",
		By:    Proof | Import | Output,
		Found: "the GitOps commit says whom it is by",
		Check: commitSaysWhose,
	},
	{
		ID:    "W41",
		Title: "where people must approve, CI opens a pull request for a deploy",
		Why:   "A protected branch refuses the push of CI. A pull request that merges by itself after the approval goes the same way as every other change.",
		By:    Refusal | Output,
	},
	{
		ID:    "W52",
		Title: "no machine merges what waits for a person's review, or changes the settings that hold a change up",
		Why:   "A machine that merges makes the review a formality, and the rules of a branch do not hold back who may bypass them. A run that may change rules of branches, reviewers of environments or what Actions may do opens any gate for itself. Nor does a run that waits for nobody pass for a deploy: GitHub records none.",
		Evidence: []Source{
			{Says: "a job with an environment and without a deployment", URL: "https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments#using-environments-without-deployments"},
		},
		By:    Proof | Refusal,
		Check: gatesStay,
	},
	{
		ID:    "X01",
		Title: "CI edits the folder that Argo CD renders",
		Why:   "If CI edits a folder and Argo CD renders another, each deploy is green and nothing is ever deployed.",
		By:    Proof | Import,
		Check: editsRendered,
	},
	{
		ID:    "X13",
		Title: "one overlay, one Application for each cluster, one deploy job, and their names agree",
		Why:   "An overlay without an Application is never deployed, and one with two for one cluster is applied twice, perhaps with different policies.",
		By:    Proof | Import,
		Found: "one overlay, one Application, one deploy job",
		Check: oneOfEach,
	},
	{
		ID:    "X15",
		Title: "CI pushes to the branch that Argo CD follows",
		Why:   "Commits on a branch that nobody follows deploy nothing.",
		By:    Proof | Import,
		Check: oneBranch,
	},
	{
		ID:    "X18",
		Title: "every field has one writer",
		Why:   "Two writers of one field undo one another for ever: CI and an updater the image, an autoscaler and replicas the number of pods.",
		By:    Proof | Refusal | Import,
		Found: "one writer for the image",
		Check: oneWriter,
	},
	{
		ID:    "X27",
		Title: "a rollback edits the same overlay in the same group and builds nothing",
		Why:   "Going back must not depend on a build that works, and must wait its turn like a deploy, or both push at once.",
		By:    Proof | Output,
		Check: rollbackBesideDeploy,
	},
	{
		ID:    "X31",
		Title: "the first sync waits for the first deploy",
		Why:   "Before the first deploy there is no image, and pods would wait in ImagePullBackOff. So the text says what comes first.",
		By:    Proof | Output,
		Check: firstSyncWaits,
	},
	{
		ID:    "A14",
		Title: "what is deployed is taken back in git",
		Why:   "While Argo CD syncs by itself it refuses a rollback of its own, since git still says otherwise. What is taken back in git stays so, and the history shows who did it.",
		Evidence: []Source{
			{Says: "argocd app rollback under automatic sync", URL: "https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/"},
		},
		By:    Import | Output,
		Check: takenBackInGit,
	},
}

// editsRendered requires that the folder which CI edits belongs to what an Application renders. To
// edit any other is the quietest way to deploy nothing.
func editsRendered(c *Case) {
	for _, w := range c.writers {
		if c.Facts != nil && len(w.edits) == 0 && !w.Reverts {
			c.broken(w.At(), nowhere, "edit the live image before the push", "%s pushes to the GitOps repository and edits no image there", w.Job.Label())
		}
		for _, e := range w.Edits {
			c.editedFolder(w, e)
		}
	}
	for _, a := range c.Applications {
		for _, s := range pipeline.Sources(a) {
			p := s.Get("path")
			if (p.OK() || c.Facts != nil) && !s.Get("chart").OK() && !c.rendersChart(s) && c.Target(p.Text()) == nil && c.here(s) && !c.bringsOthers(a) {
				c.broken(p.At(), c.AnyOverlay(), "name the folder of an overlay", "Application %s renders %s, where there is nothing to render", pipeline.NameOf(a), quoted(p.Text()))
			}
		}
	}
}

// rendersChart reports a source that is a chart of the spec's: what it renders is part of its overlay.
func (c *Case) rendersChart(source pipeline.Node) bool {
	return c.Facts != nil && source.Get("helm").OK()
}

func (c *Case) editedFolder(w *writer, e pipeline.Edit) {
	own := w.overlay != nil && w.overlay.writable(e.Folder)
	if c.Facts == nil && !e.Kustomize && w.Repository == "" {
		c.editedFile(w, e)
		return // a file of the source, which may be for anything
	}
	if c.elsewhere(w.Writer) {
		return
	}
	if own && len(w.overlay.Apps) > 0 || c.Facts == nil && (uncertain(e.Folder) || len(c.Targets) == 0) {
		return
	}
	held, applied := false, false
	for _, t := range c.Targets {
		if t.Holds(e.Folder) || t.Dir == e.Folder {
			held, applied = true, applied || len(t.Apps) > 0
		}
	}
	at, other := w.variable(e.Folder, e.Command), c.AnyOverlay()
	if owners := c.Owners(e.Folder); len(owners) > 0 {
		other = owners[0].At()
	}
	switch {
	case !held:
		c.broken(at, other, "edit the folder of an overlay", "%s edits %s, which belongs to nothing that is rendered: nothing is deployed", w.Job.Label(), quoted(e.Folder))
	case !applied && len(c.Applications) > 0 && !c.Unfollowed():
		c.broken(at, c.AnyApplication(), "let the job and the Application's source.path name one overlay", "%s edits %s, which no Application renders", w.Job.Label(), quoted(e.Folder))
	case c.Facts != nil && !own:
		c.broken(at, other, "name the live folder of an overlay", "%s edits %s, which no overlay has for its own", w.Job.Label(), quoted(e.Folder))
	}
}

// AnyOverlay is the place of a folder that is rendered.
func (c *Case) AnyOverlay() pipeline.Place {
	for _, t := range c.Targets {
		if at := t.At(); at.Known() {
			return at
		}
	}
	return nowhere
}

// oneCommit requires that a deploy edits all images before it commits.
func oneCommit(c *Case) {
	for _, w := range c.writers {
		var commit pipeline.Command
		for _, cmd := range w.Commands {
			switch {
			case cmd.Git("commit") && commit.Step == nil:
				commit = cmd
			case cmd.Is("kustomize", "edit", "set", "image") && commit.Step != nil:
				c.broken(commit.At(), cmd.At(), "edit all images, and commit once", "%s commits before it has edited all images: a revert would take back some of them", w.Job.Label())
			}
		}
	}
}

// oneWriter requires that CI alone writes the image; with a spec also that nobody else changes
// what the overlay renders, and that an autoscaler alone sets a number of pods.
func oneWriter(c *Case) {
	if len(c.writers) > 0 {
		for _, a := range c.apps() {
			for name, n := range a.Get("metadata", "annotations").Pairs() {
				if strings.HasPrefix(name, "argocd-image-updater.argoproj.io/image-list") && (c.Facts != nil || c.updates(a, n)) {
					c.broken(n.At(), c.writers[0].At(), "keep one of the two", "Image Updater and %s both write the image of Application %s", c.writers[0].Job.Label(), pipeline.NameOf(a))
				}
			}
		}
	}
	if c.Facts == nil {
		return
	}
	for _, a := range c.Applications {
		c.changedByApplication(a)
	}
	for _, o := range c.overlays {
		c.onlyImages(o)
		for _, obj := range o.Objects {
			n := obj.Get("spec", "replicas")
			for _, h := range o.Scalers() {
				if obj.Scaled(h) && n.OK() {
					c.broken(n.At(), h.Get("spec").At(), "take replicas out, by a patch with the operation remove", "%s is scaled by %s, and a fixed number here undoes it at each sync", obj.Label(), h.Label())
				}
			}
			for _, r := range o.Kinds("Rollout") {
				if scaled := r.Get("spec", "workloadRef", "scaleDown").Text(); r.RunsPodsOf(obj) && n.Text() != "0" && (n.OK() || scaled == "" || scaled == "never") {
					c.broken(r.Get("spec", "workloadRef").At(), n.At(), "replicas: 0 in "+obj.Label()+", or no replicas there and scaleDown: onsuccess here", "%s runs the pods of %s, which keeps running its own beside them", r.Label(), obj.Label())
				}
			}
		}
	}
}

// onlyImages requires of the live folder that it has what CI writes there, and nothing that a person has added: it comes
// last, and no review of the spec would see it.
func (c *Case) onlyImages(o *overlay) {
	for _, folder := range o.Folders {
		if f := folder.Kust.File(); f == nil || f.Owner != artifact.Live {
			continue
		}
		for field, n := range folder.Kust.Pairs() {
			if field != "apiVersion" && field != "kind" && field != "images" {
				c.broken(n.At(), o.At(), "say it in the spec, by a patch or in files of your own", "%s is in the live folder of %s, where only CI writes, and nothing but images", field, o.Dir)
			}
		}
	}
}

func (c *Case) changedByApplication(a pipeline.Node) {
	for _, s := range pipeline.Sources(a) {
		for _, field := range []string{"images", "namespace", "replicas", "namePrefix", "nameSuffix", "patches", "commonLabels"} {
			if n := s.Get("kustomize", field); n.OK() && !c.ofPullRequest(a) {
				c.broken(n.At(), c.AnyOverlay(), "let the overlay say it", "Application %s changes %s of what the overlay renders", pipeline.NameOf(a), field)
			}
		}
	}
	policy := a.Get("spec", "syncPolicy")
	if managed := policy.Get("managedNamespaceMetadata"); managed.OK() && !pipeline.HasOption(a, "CreateNamespace=true") {
		c.broken(managed.At(), policy.Get("syncOptions").At(), "add CreateNamespace=true, or remove managedNamespaceMetadata", "Application %s labels a namespace that it does not create: nothing happens", pipeline.NameOf(a))
	}
}

// takenBackInGit looks for rollbacks by Argo CD, in scripts and in what texts advise.
func takenBackInGit(c *Case) {
	c.commands(func(cmd pipeline.Command) {
		if cmd.Is("argocd", "app", "rollback") {
			c.broken(cmd.At(), nowhere, "git revert in the GitOps repository", "Argo CD refuses a rollback while auto-sync is on")
		}
	})
	c.advised("argocd app rollback", "run git revert in the GitOps repository", "this text advises a rollback that Argo CD refuses while auto-sync is on")
}

// advised finds a command in the code blocks of the texts.
func (c *Case) advised(command, help, message string) {
	for _, file := range c.Files {
		if !strings.HasSuffix(file.Path, ".md") {
			continue
		}
		fenced := false
		for i, line := range strings.Split(string(file.Content), "\n") {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "```") {
				fenced = !fenced
			}
			if fenced && strings.HasPrefix(strings.TrimPrefix(line, "$ "), command) {
				c.broken(pipeline.Place{File: file, Line: i + 1}, nowhere, help, "%s", message)
			}
		}
	}
}

package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// Previews are copies of what runs, for pull requests.
type Previews struct {
	// Workflow builds their images, and Overlay is what is rendered for them.
	Workflow, Overlay string
	// Project is theirs alone, and Prefix begins the names of their namespaces.
	Project, Prefix string
	// Label asks for one, and Ready says that there is room and an image.
	Label, Ready string
	Most         int
	// Images are the references of what is built, by the names in the manifests.
	Images map[string]string
}

// trusted is the condition of a run that may push the image of a pull request. It is written a second time here, as Guard is.
func (p Previews) trusted() string {
	return "github.event_name == 'pull_request' && github.event.action != 'closed' && github.event.pull_request.head.repo.full_name == github.repository && contains(github.event.pull_request.labels.*.name, '" + p.Label + "')"
}

// previewsOf are the facts of the previews where a workflow is theirs, nil of others.
func (c *Case) previewsOf(w *pipeline.Workflow) *Previews {
	if c.Facts == nil || c.Facts.Previews == nil || c.Facts.Previews.Workflow != w.File.Path {
		return nil
	}
	return c.Facts.Previews
}

// Ships reports a workflow that builds what is deployed, or may be: what it builds for previews is not.
func (c *Case) Ships(w *pipeline.Workflow) bool { return w.Builds() && c.previewsOf(w) == nil }

// Delivered are the targets of deploys, which criteria are about; previews are none of them.
func (c *Case) Delivered() []*pipeline.Target {
	return slices.DeleteFunc(slices.Clone(c.Targets), c.isPreview)
}

// isPreview reports the overlay of the previews: no job edits it, and its image is for nobody.
func (c *Case) isPreview(t *pipeline.Target) bool {
	return c.Facts != nil && c.Facts.Previews != nil && t.Dir == c.Facts.Previews.Overlay
}

// forPreviews reports the destination that the project of the previews allows: each has a namespace of its own there (A27).
func (c *Case) forPreviews(project, destination pipeline.Node) bool {
	return c.Facts != nil && c.Facts.Previews != nil && pipeline.NameOf(project) == c.Facts.Previews.Project && destination.Get("namespace").Text() == c.Facts.Previews.Prefix+"*"
}

// ofPullRequest reports an Application that a pull request gets: what differs from its overlay is proven beside (A27, W57).
func (c *Case) ofPullRequest(app pipeline.Node) bool {
	return c.Facts != nil && c.Facts.Previews != nil && slices.ContainsFunc(c.ApplicationSets, func(s *pipeline.ApplicationSet) bool { return s.Pulls().OK() && s.Makes(app) })
}

// previewsComeAndGo: the Application of a pull request deploys to a namespace of its own, which its project alone allows, and
// goes with all that it deployed.
func previewsComeAndGo(c *Case) {
	for _, s := range c.ApplicationSets {
		pulls := s.Pulls()
		if c.Facts == nil || !pulls.OK() {
			continue
		}
		p := c.Facts.Previews
		if p == nil {
			c.broken(pulls.At(), s.Get("spec", "template").At(), "write previews in the spec, or take the generator out", "%s makes an Application for each pull request, and the spec has no previews", pipeline.NameOf(s.Node))
			continue
		}
		c.removed(s)
		for _, app := range s.Apps {
			c.previewed(p, app)
		}
	}
}

// removed requires that what a pull request got goes with it.
func (c *Case) removed(s *pipeline.ApplicationSet) {
	pulls, policy := s.Pulls(), s.Get("spec", "syncPolicy")
	if n := policy.Get("applicationsSync"); n.OK() && n.Text() != "sync" {
		c.broken(n.At(), pulls.At(), "applicationsSync: sync", "the Application of a pull request that is closed stays")
	}
	if n := policy.Get("preserveResourcesOnDeletion"); n.True() {
		c.broken(n.At(), pulls.At(), "preserveResourcesOnDeletion: false", "what runs for a pull request goes on running when that is closed")
	}
	finalizers := s.Get("spec", "template", "metadata", "finalizers")
	if !slices.ContainsFunc(finalizers.List(), func(f string) bool { return strings.HasPrefix(f, resourcesFinalizer) }) {
		c.broken(finalizers.At(), pulls.At(), "add the finalizer "+resourcesFinalizer+"/foreground to the template", "the Application of a pull request that is closed leaves behind what it deployed")
	}
}

func (c *Case) previewed(p *Previews, app pipeline.Node) {
	spec, own := app.Get("spec"), p.Prefix+pipeline.SampleNumber
	into := spec.Get("destination", "namespace")
	for _, n := range []pipeline.Node{app.Get("metadata", "name"), into, spec.Get("source", "kustomize", "namespace")} {
		if n.Text() != own {
			c.broken(n.At(), into.At(), p.Prefix+"{{ .number }}", "two pull requests would share %s, or one would get at what is not its own", quoted(n.Text()))
		}
	}
	if n := spec.Get("source", "path"); n.Text() != p.Overlay {
		c.broken(n.At(), into.At(), "path: "+p.Overlay, "a pull request gets what %s renders, which is not there for previews", quoted(n.Text()))
	}
	project, known := c.Project(app)
	if named := spec.Get("project"); named.Text() != p.Project || !known {
		c.broken(named.At(), into.At(), "project: "+p.Project, "a pull request is in the project %s, which is not that of the previews", quoted(named.Text()))
		return
	}
	for _, d := range project.Get("spec", "destinations").Items() {
		if n := d.Get("namespace"); n.Text() != p.Prefix+"*" {
			c.broken(n.At(), into.At(), "namespace: "+p.Prefix+"*", "the project of the previews lets a pull request into %s", quoted(n.Text()))
		}
	}
}

// previewsRunTheirOwn: the image that an Application of a pull request names is the one that the run for it pushes, and that
// run has nothing with which it could reach what is deployed.
func previewsRunTheirOwn(c *Case) {
	w := c.previewWorkflow()
	if w == nil {
		return
	}
	p := c.Facts.Previews
	pushed := map[string]pipeline.Place{}
	for _, j := range w.Jobs {
		for _, n := range []pipeline.Node{j.Get("environment"), j.Get("secrets")} {
			if n.OK() {
				c.broken(n.At(), w.On.At(), "take it out", "%s gets what an environment keeps, in a run of code that nobody has reviewed", j.Label())
			}
		}
		j.Scalars(func(n pipeline.Node) {
			if pipeline.ReadsSecret(n.Text()) {
				c.broken(n.At(), w.On.At(), "take it out", "%s reads a secret, in a run of code that nobody has reviewed", j.Label())
			}
		})
		for name, right := range j.Get("permissions").Pairs() {
			if right.Text() == "write" && name != "packages" && name != "pull-requests" || name == "pull-requests" && j.Builds() {
				c.broken(right.At(), w.On.At(), "take it out", "%s has the right %s: %s, in a run of code that nobody has reviewed", j.Label(), name, right.Text())
			}
		}
		for _, s := range j.Steps {
			if !s.Pushes().OK() {
				continue
			}
			tags := s.With("tags")
			for i, line := range strings.Split(tags.Text(), "\n") {
				filled := strings.NewReplacer("${{ github.event.pull_request.number }}", pipeline.SampleNumber, "${{ github.event.pull_request.head.sha }}", pipeline.SampleCommit).Replace(strings.TrimSpace(line))
				if filled == "" {
					continue
				}
				pushed[filled] = tags.TextLine(i)
				if tag := pipeline.ParseImage(filled).Tag; tag != "pr-"+pipeline.SampleNumber+"-"+pipeline.SampleCommit {
					c.broken(tags.TextLine(i), w.On.At(), "pr-${{ github.event.pull_request.number }}-${{ github.event.pull_request.head.sha }}", "%s pushes the image of a pull request as %s, a tag that may be another's", j.Label(), quoted(line))
				}
			}
		}
	}
	for _, s := range c.ApplicationSets {
		for _, app := range s.Apps {
			if s.Pulls().OK() {
				c.previewImages(p, app, pushed, w)
			}
		}
	}
}

func (c *Case) previewImages(p *Previews, app pipeline.Node, pushed map[string]pipeline.Place, w *pipeline.Workflow) {
	list := app.Get("spec", "source", "kustomize", "images")
	named := map[string]bool{}
	for _, n := range list.Items() {
		name, image, _ := strings.Cut(n.Text(), "=")
		named[name] = true
		if _, ok := pushed[image]; !ok {
			c.broken(n.At(), w.On.At(), "let both name the image in one way", "a preview runs %s, and no job for a pull request pushes that", quoted(image))
		}
	}
	for name, reference := range p.Images {
		if !named[name] {
			c.broken(list.At(), w.On.At(), "add "+name+"="+reference+" with the tag of the pull request", "a preview does not say which image of %s it runs", name)
		}
	}
}

func (c *Case) previewWorkflow() *pipeline.Workflow {
	if c.Facts == nil || c.Facts.Previews == nil {
		return nil
	}
	return c.workflowAt(c.Facts.Previews.Workflow)
}

// previewsAreFew: Argo CD makes an Application for a label that a job alone sets, one job at a time, after it has counted.
func previewsAreFew(c *Case) {
	w := c.previewWorkflow()
	if w == nil {
		return
	}
	p := c.Facts.Previews
	for _, s := range c.ApplicationSets {
		if pulls := s.Pulls(); pulls.OK() {
			labels := pulls.Get("github", "labels")
			for _, label := range []string{p.Label, p.Ready} {
				if !slices.Contains(labels.List(), label) {
					c.broken(labels.At(), w.On.At(), "add "+label, "Argo CD makes a preview for a pull request without the label %s, whether there is room or not", label)
				}
			}
		}
	}
	counts := false
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if !s.Env("MOST_PREVIEWS").OK() {
				continue
			}
			counts = true
			for name, want := range map[string]string{"MOST_PREVIEWS": strconv.Itoa(p.Most), "PREVIEW_LABEL": p.Label, "PREVIEW_READY": p.Ready} {
				if n := s.Env(name); n.Text() != want {
					c.broken(n.At(), w.On.At(), name+": "+want, "%s has %s as %s, and the spec says %s", j.Label(), quoted(n.Text()), name, want)
				}
			}
			queue := j.Get("concurrency")
			if queue.Get("queue").Text() != "max" || !queue.Get("group").OK() || strings.Contains(queue.Get("group").Text(), "${{") || queue.Get("cancel-in-progress").True() {
				c.broken(queue.At(), s.At(), "one group for all pull requests, queue: max and cancel-in-progress: false", "two runs of %s may count at the same time and both take the last place, or one of them is dropped", j.Label())
			}
		}
	}
	if !counts {
		c.broken(w.At(), w.On.At(), regenerate, "no job counts the previews, and there may be any number of them")
	}
}

package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// sets are the ApplicationSets that make relevant Applications, or all where nothing is
// known of any.
func (c *Case) sets() []*pipeline.ApplicationSet {
	apps := c.apps()
	if c.Facts != nil || len(apps) == 0 {
		return c.ApplicationSets
	}
	return slices.DeleteFunc(slices.Clone(c.ApplicationSets), func(s *pipeline.ApplicationSet) bool { return !slices.ContainsFunc(apps, s.Makes) })
}

// unfollowed reports whether some Applications are not known, or belong to projects that
// nobody has written: rules about all of them would find what is not.
func (c *Case) unfollowed() bool {
	return c.Unfollowed() || slices.ContainsFunc(c.ApplicationSets, choosesProject)
}

func choosesProject(s *pipeline.ApplicationSet) bool {
	return strings.Contains(s.Get("spec", "template", "spec", "project").Text(), "{{")
}

// setsAreSafe looks for ApplicationSets that leave holes in what they make, whose elements
// choose what is allowed, or by which an edit deletes what runs.
func setsAreSafe(c *Case) {
	for _, s := range c.sets() {
		c.filled(s)
		if c.Facts == nil || !s.Pulls().OK() { // what comes with a pull request is to go with it (A27)
			c.outlived(s)
		}
		if c.Facts != nil && !s.Pulls().OK() {
			c.madeFrom(s)
		}
	}
}

func (c *Case) filled(s *pipeline.ApplicationSet) {
	name, template := pipeline.NameOf(s.Node), s.Get("spec", "template")
	switch goTemplate, options := s.Get("spec", "goTemplate"), s.Get("spec", "goTemplateOptions"); {
	case !goTemplate.True():
		c.broken(goTemplate.At(), template.At(), "write goTemplate: true with goTemplateOptions: [missingkey=error], and the places as {{ .name }}", "a place that has no value stays as it is in the Applications of %s", name)
	case !slices.Contains(options.List(), "missingkey=error"):
		c.broken(options.At(), template.At(), "goTemplateOptions: [missingkey=error]", "a key that is missing gives an Application of %s with a hole in it", name)
	}
	if choosesProject(s) {
		c.broken(template.Get("spec", "project").At(), s.Get("spec", "generators").At(), "write the project out", "whoever writes what the generators of %s read chooses the project, and with it what may be deployed where", name)
	}
	if c.Facts == nil {
		return // what nobody can follow may be right
	}
	for _, f := range s.Faults {
		other := template.At()
		if f.Other > 0 {
			other = s.File().At(f.Other)
		}
		c.broken(s.File().At(f.Line), other, "write a list of elements, and their fields as {{ .field }}", "%s", f.Message)
	}
}

// madeFrom: the elements are in the list, or in the files that the spec has for them, which no workflow writes.
func (c *Case) madeFrom(s *pipeline.ApplicationSet) {
	generators, folder := s.Get("spec", "generators"), c.Facts.Elements[s.File().Path]
	for _, g := range generators.Items() {
		git := g.Get("git")
		switch {
		case git.OK() && folder == "":
			c.broken(git.At(), s.Get("kind").At(), `write argocd: applicationSet: "files", or the list`, "%s makes Applications of what is in git, and the spec does not say so", pipeline.NameOf(s.Node))
		case !git.OK() && folder != "":
			c.broken(g.At(), s.Get("kind").At(), regenerate, "%s does not read the files in %s", pipeline.NameOf(s.Node), folder)
		case git.OK():
			c.readsOwnFiles(s, git, folder)
		}
	}
}

func (c *Case) readsOwnFiles(s *pipeline.ApplicationSet, git pipeline.Node, folder string) {
	paths := git.Get("files").Items()
	other := s.Get("spec", "template").At()
	if got := git.Get("repoURL"); got.Text() != c.urlFor(s.Node) {
		c.broken(got.At(), other, "repoURL: "+c.urlFor(s.Node), "%s makes Applications of what is in another repository", pipeline.NameOf(s.Node))
	}
	if got := git.Get("revision"); strings.TrimPrefix(got.Text(), "refs/heads/") != c.Facts.GitOps.Branch {
		c.broken(got.At(), other, "revision: refs/heads/"+c.Facts.GitOps.Branch, "%s makes Applications of what is on another branch: nobody looks at that before it counts", pipeline.NameOf(s.Node))
	}
	if len(paths) != 1 || paths[0].Get("path").Text() != folder+"/*.yaml" {
		c.broken(git.Get("files").At(), other, "path: "+folder+"/*.yaml", "%s reads other files than those in %s: whoever may write them decides which Applications there are", pipeline.NameOf(s.Node), folder)
	}
	c.writtenBelow(folder, git.At(), pipeline.NameOf(s.Node)+" makes Applications")
}

// resourcesFinalizer makes Argo CD delete what an Application deployed, and lets an
// ApplicationSet's controller release the Applications before it goes.
const resourcesFinalizer = "resources-finalizer.argocd.argoproj.io"

// outlived requires that nothing that runs is deleted by an edit of the ApplicationSet:
// by each of the ways there are, with a spec, and by one of them without.
func (c *Case) outlived(s *pipeline.ApplicationSet) {
	name, list := pipeline.NameOf(s.Node), s.Get("spec", "generators")
	preserves, sync := s.Get("spec", "syncPolicy", "preserveResourcesOnDeletion"), s.Get("spec", "syncPolicy", "applicationsSync")
	own := s.Get("metadata", "finalizers")
	released := slices.Contains(own.List(), resourcesFinalizer)
	for _, f := range s.Get("spec", "template", "metadata", "finalizers").Items() {
		if strings.HasPrefix(f.Text(), resourcesFinalizer) && (c.Facts != nil || preserves.True()) {
			c.broken(f.At(), preserves.At(), "remove the finalizer from the template", "with this finalizer an Application that is deleted takes with it what it deployed, in spite of preserveResourcesOnDeletion")
			if c.Facts == nil {
				return
			}
		}
	}
	if c.Facts == nil && preserves.True() {
		return
	}
	stays := sync.Text() == "create-update" || c.Facts == nil && sync.Text() == "create-only"
	if !stays {
		c.broken(sync.At(), list.At(), "applicationsSync: create-update and preserveResourcesOnDeletion: true", "an element that is taken out of %s or renamed takes with it all that its Application deployed, or a change never reaches it", name)
	}
	if c.Facts != nil && !preserves.True() {
		c.broken(preserves.At(), list.At(), "preserveResourcesOnDeletion: true", "an Application of %s that is deleted takes with it what it deployed", name)
	}
	if !released && (c.Facts != nil || stays) {
		at, other := sync.At(), own.At()
		if c.Facts != nil { // what was taken out is to blame
			at, other = other, at
		}
		c.broken(at, other, "add the finalizer "+resourcesFinalizer+" to the ApplicationSet", "whoever deletes %s deletes its Applications and all that they deployed", name)
	}
}

// syncsStayOn looks for an order of syncs that switches automatic ones off.
func syncsStayOn(c *Case) {
	for _, s := range c.sets() {
		strategy := s.Get("spec", "strategy", "type")
		if auto := s.Get("spec", "template", "spec", "syncPolicy", "automated"); strategy.Text() == "RollingSync" && auto.OK() {
			c.broken(strategy.At(), auto.At(), "choose one: promote by one commit for each overlay, or leave automated out", "RollingSync switches the automatic syncs of %s off", pipeline.NameOf(s.Node))
		}
	}
}

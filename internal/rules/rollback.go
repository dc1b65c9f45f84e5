package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// rollbackBesideDeploy requires that a rollback restores the live folder of the same overlay, on the same branch and
// in the same queue as the deploys. It builds nothing: a rebuild has another
// digest, and a red test or a registry that is down would block it.
func rollbackBesideDeploy(c *Case) {
	// What is wrong with a workflow is said for the first of its jobs.
	read, asked := map[*pipeline.Workflow]bool{}, map[*pipeline.Workflow]bool{}
	for _, w := range c.writers {
		if !w.Reverts {
			continue
		}
		deploy := c.deployBeside(w)
		if deploy == nil {
			c.broken(w.At(), c.AnyOverlay(), "name the overlay of an environment", "%s takes back deploys of no overlay that a job deploys to", w.Job.Label())
			continue
		}
		own, other := w.queue(), deploy.queue()
		if own == "" || own != other {
			c.broken(w.Group().At(), deploy.Group().At(), "write the group of "+deploy.Job.Label(), "%s waits in the queue %s, and %s in %s: both may push at once", w.Job.Label(), quoted(own), deploy.Job.Label(), quoted(other))
		}
		c.chosen(w, asked)
		c.looksBack(w)
		if w.Job.Workflow != deploy.Job.Workflow && !read[w.Job.Workflow] {
			read[w.Job.Workflow] = true
			for _, s := range rebuilds(w.Job.Workflow) {
				c.broken(s.At(), w.At(), "deploy the recorded digest again", "the rollback builds an image, which is another one than the one that ran before")
			}
		}
		if from := w.Checkout; from != nil && from.With("fetch-depth").Text() != "0" && !strings.Contains(w.Step.Run(), "--unshallow") && !strings.Contains(w.Step.Run(), "--depth") {
			c.broken(from.At(), w.At(), "fetch-depth: 0", "%s looks for deploys that a shallow checkout does not have", w.Job.Label())
		}
	}
}

// chosen requires, where each environment has a job of its own, that a person's
// choice of the environment starts that job, and that it can be chosen.
func (c *Case) chosen(w *writer, asked map[*pipeline.Workflow]bool) {
	env := w.overlay.env
	choice := w.Job.Condition()
	if env == nil || !strings.Contains(choice, "inputs.environment") {
		return
	}
	if want := "github.ref == 'refs/heads/" + c.Facts.Source.Branch + "' && inputs.environment == '" + env.Name + "'"; choice != want {
		c.broken(w.Job.Get("if").At(), w.overlay.At(), "if: "+want, "%s takes back deploys to %s, and runs if %s", w.Job.Label(), env.Name, choice)
	}
	dispatch, _ := w.Job.Workflow.Trigger("workflow_dispatch")
	options := dispatch.Get("inputs", "environment", "options")
	if !slices.Contains(options.List(), env.Name) {
		c.broken(options.At(), w.Job.Get("if").At(), "add "+env.Name, "nobody can choose %s, for which there is %s", env.Name, w.Job.Label())
	}
	if asked[w.Job.Workflow] {
		return
	}
	asked[w.Job.Workflow] = true
	for _, o := range append(options.Items(), dispatch.Get("inputs", "environment", "default")) {
		known := slices.ContainsFunc(c.Facts.Environments, func(e Environment) bool { return e.Name == o.Text() })
		if !known && o.OK() {
			c.broken(o.At(), w.Job.Get("if").At(), "remove it", "%s can be chosen, and no job takes its deploys back", quoted(o.Text()))
		}
	}
}

// looksBack requires that what is rendered for a look is the overlay that is taken
// back.
func (c *Case) looksBack(w *writer) {
	var seen, apart []string
	if c.Facts != nil && w.overlay.env != nil {
		for _, e := range c.Facts.Environments {
			if e.Name == w.overlay.env.Name && e.Over != "" {
				apart = append(apart, e.Overlay)
			}
		}
	}
	for _, cmd := range w.Commands {
		if args := cmd.Args(2); cmd.Is("kustomize", "build") && len(args) > 0 {
			dir := w.InRepository(path.Join(cmd.Dir, args[0]))
			seen = append(seen, dir)
			if dir != w.overlay.Dir && !slices.Contains(apart, dir) {
				c.broken(w.variable(dir, cmd), w.overlay.At(), "render "+w.overlay.Dir, "%s looks at %s, and takes back deploys to %s", w.Job.Label(), quoted(dir), w.overlay.Dir)
			}
		}
	}
	for _, dir := range apart {
		if !slices.Contains(seen, dir) {
			c.broken(w.Step.At(), w.overlay.At(), "CLUSTERS: "+dir, "%s does not look at %s, where a cluster of %s runs the images of then", w.Job.Label(), dir, w.overlay.env.Name)
		}
	}
	vars := w.Step.Environ(w.Run)
	if live, ok := vars["LIVE"]; ok && w.overlay.Folder(live) == nil {
		c.broken(w.Step.Env("LIVE").At(), w.overlay.At(), "name the live folder of "+w.overlay.Dir, "%s takes back what was written to %s, which %s does not read", w.Job.Label(), quoted(live), w.overlay.Dir)
	}
}

// deployBeside is the job that deploys to the overlay that w takes back.
func (c *Case) deployBeside(w *writer) *writer {
	if w.overlay == nil {
		return nil
	}
	for _, d := range w.overlay.writers {
		if !d.Reverts {
			return d
		}
	}
	return nil
}

// rebuilds are the steps of a workflow that build an image.
func rebuilds(w *pipeline.Workflow) []*pipeline.Step {
	return slices.DeleteFunc(w.Steps(), func(s *pipeline.Step) bool { return !s.Builds() && !strings.Contains(s.Run(), "docker build") })
}

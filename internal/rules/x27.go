package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x27: a rollback restores the live folder of the same overlay, on the same branch and
// in the same queue as the deploys. It builds nothing: a rebuild has another
// digest, and a red test or a registry that is down would block it.
func provesX27(m *Case) {
	for _, w := range m.writers {
		if !w.Reverts {
			continue
		}
		deploy := m.deployBeside(w)
		if deploy == nil {
			m.broken(w.At(), m.AnyOverlay(), "name the overlay of an environment", "%s takes back deploys of no overlay that a job deploys to", w.Job.Label())
			continue
		}
		own, other := groupOf(w), groupOf(deploy)
		if own.text == "" || own.text != other.text {
			m.broken(own.at, other.at, "write the group of "+deploy.Job.Label(), "%s waits in the queue %s, and %s in %s: both may push at once", w.Job.Label(), quoted(own.text), deploy.Job.Label(), quoted(other.text))
		}
		m.chosen(w)
		m.looksBack(w)
		for _, j := range w.Job.Workflow.Jobs {
			if s := rebuilds(j); s != nil && w.Job.Workflow != deploy.Job.Workflow {
				m.broken(s.At(), w.At(), "deploy the recorded digest again", "the rollback builds an image, which is another one than the one that ran before")
			}
		}
		if c := w.Checkout; c != nil && c.With("fetch-depth").Text() != "0" && !strings.Contains(w.Step.Run(), "--unshallow") && !strings.Contains(w.Step.Run(), "--depth") {
			m.broken(c.At(), w.At(), "fetch-depth: 0", "%s looks for deploys that a shallow checkout does not have", w.Job.Label())
		}
	}
}

// chosen requires, where each environment has a job of its own, that a person's
// choice of the environment starts that job, and that it can be chosen.
func (m *Case) chosen(w *writer) {
	env := w.overlay.env
	choice := w.Job.Condition()
	if env == nil || !strings.Contains(choice, "inputs.environment") {
		return
	}
	if want := "github.ref == 'refs/heads/" + m.Facts.Source.Branch + "' && inputs.environment == '" + env.Name + "'"; choice != want {
		m.broken(w.Job.Get("if").At(), w.overlay.At(), "if: "+want, "%s takes back deploys to %s, and runs if %s", w.Job.Label(), env.Name, choice)
	}
	dispatch, _ := w.Job.Workflow.Trigger("workflow_dispatch")
	options := dispatch.Get("inputs", "environment", "options")
	if !slices.Contains(options.List(), env.Name) {
		m.broken(options.At(), w.Job.Get("if").At(), "add "+env.Name, "nobody can choose %s, for which there is %s", env.Name, w.Job.Label())
	}
	for _, o := range append(options.Items(), dispatch.Get("inputs", "environment", "default")) {
		known := slices.ContainsFunc(m.Facts.Environments, func(e Environment) bool { return e.Name == o.Text() })
		if !known && o.OK() {
			m.broken(o.At(), w.Job.Get("if").At(), "remove it", "%s can be chosen, and no job takes its deploys back", quoted(o.Text()))
		}
	}
}

// looksBack requires that what is rendered for a look is the overlay that is taken
// back.
func (m *Case) looksBack(w *writer) {
	for _, c := range w.Commands {
		if args := c.Args(2); c.Is("kustomize", "build") && len(args) > 0 {
			if dir := w.InRepository(path.Join(c.Dir, args[0])); dir != w.overlay.Dir {
				m.broken(w.variable(dir, c), w.overlay.At(), "render "+w.overlay.Dir, "%s looks at %s, and takes back deploys to %s", w.Job.Label(), quoted(dir), w.overlay.Dir)
			}
		}
	}
	vars := w.Step.Environ(w.Run)
	if live, ok := vars["LIVE"]; ok && w.overlay.Folder(live) == nil {
		m.broken(w.Step.Env("LIVE").At(), w.overlay.At(), "name the live folder of "+w.overlay.Dir, "%s takes back what was written to %s, which %s does not read", w.Job.Label(), quoted(live), w.overlay.Dir)
	}
}

// deployBeside is the job that deploys to the overlay that w takes back.
func (m *Case) deployBeside(w *writer) *writer {
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

type group struct {
	text string
	at   pipeline.Place
}

func groupOf(w *writer) group {
	n := w.Job.Get("concurrency")
	if n.IsMap() {
		n = n.Get("group")
	}
	if !n.OK() {
		n = w.Job.Workflow.Get("concurrency", "group")
	}
	return group{w.Run.Fill(w.Job, n.Text()), n.At()}
}

func rebuilds(j *pipeline.Job) *pipeline.Step {
	for _, s := range j.Steps {
		if s.Uses == "docker/build-push-action" || strings.Contains(s.Run(), "docker build") {
			return s
		}
	}
	return nil
}

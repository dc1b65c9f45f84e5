package prove

import (
	"path"
	"slices"
	"strings"
)

// x27: a rollback restores the live folder of the same overlay, on the same branch and
// in the same queue as the deploys. It builds nothing: a rebuild has another
// digest, and a red test or a registry that is down would block it.
func x27(m *model) {
	for _, w := range m.writers {
		if !w.reverts {
			continue
		}
		deploy := m.deployBeside(w)
		if deploy == nil {
			m.broken(X27, w.at(), m.anyOverlay(), "name the overlay of an environment", "%s takes back deploys of no overlay that a job deploys to", w.job.label())
			continue
		}
		own, other := groupOf(w), groupOf(deploy)
		if own.text == "" || own.text != other.text {
			m.broken(X27, own.at, other.at, "write the group of "+deploy.job.label(), "%s waits in the queue %s, and %s in %s: both may push at once", w.job.label(), quoted(own.text), deploy.job.label(), quoted(other.text))
		}
		m.chosen(w)
		m.looksBack(w)
		for _, j := range w.job.in.jobs {
			if s := rebuilds(j); s != nil && w.job.in != deploy.job.in {
				m.broken(X27, s.at(), w.at(), "deploy the recorded digest again", "the rollback builds an image, which is another one than the one that ran before")
			}
		}
		if c := w.checkout; c != nil && c.with("fetch-depth").text() != "0" && !strings.Contains(w.run(), "--unshallow") && !strings.Contains(w.run(), "--depth") {
			m.broken(X27, c.at(), w.at(), "fetch-depth: 0", "%s looks for deploys that a shallow checkout does not have", w.job.label())
		}
	}
}

// chosen requires, where each environment has a job of its own, that a person's
// choice of the environment starts that job, and that it can be chosen.
func (m *model) chosen(w *writer) {
	env := w.overlay.env
	choice := w.job.condition()
	if env == nil || !strings.Contains(choice, "inputs.environment") {
		return
	}
	if want := "github.ref == 'refs/heads/" + m.facts.Source.Branch + "' && inputs.environment == '" + env.Name + "'"; choice != want {
		m.broken(X27, w.job.get("if").at(), w.overlay.at(), "if: "+want, "%s takes back deploys to %s, and runs if %s", w.job.label(), env.Name, choice)
	}
	dispatch, _ := w.job.in.trigger("workflow_dispatch")
	options := dispatch.get("inputs", "environment", "options")
	if !slices.Contains(options.list(), env.Name) {
		m.broken(X27, options.at(), w.job.get("if").at(), "add "+env.Name, "nobody can choose %s, for which there is %s", env.Name, w.job.label())
	}
	for _, o := range append(options.items(), dispatch.get("inputs", "environment", "default")) {
		known := slices.ContainsFunc(m.facts.Environments, func(e Environment) bool { return e.Name == o.text() })
		if !known && o.ok() {
			m.broken(X27, o.at(), w.job.get("if").at(), "remove it", "%s can be chosen, and no job takes its deploys back", quoted(o.text()))
		}
	}
}

// looksBack requires that what is rendered for a look is the overlay that is taken
// back.
func (m *model) looksBack(w *writer) {
	for _, c := range w.cmds {
		if args := c.Args(2); c.Is("kustomize", "build") && len(args) > 0 {
			if dir := w.inRepository(path.Join(c.Dir, args[0])); dir != w.overlay.dir {
				m.broken(X27, w.variable(dir, c), w.overlay.at(), "render "+w.overlay.dir, "%s looks at %s, and takes back deploys to %s", w.job.label(), quoted(dir), w.overlay.dir)
			}
		}
	}
	vars := w.environ(w.x)
	if live, ok := vars["LIVE"]; ok && w.overlay.holds(live) == nil {
		m.broken(X27, w.step.env("LIVE").at(), w.overlay.at(), "name the live folder of "+w.overlay.dir, "%s takes back what was written to %s, which %s does not read", w.job.label(), quoted(live), w.overlay.dir)
	}
}

// deployBeside is the job that deploys to the overlay that w takes back.
func (m *model) deployBeside(w *writer) *writer {
	if w.overlay == nil {
		return nil
	}
	for _, d := range w.overlay.writers {
		if !d.reverts {
			return d
		}
	}
	return nil
}

type group struct {
	text string
	at   place
}

func groupOf(w *writer) group {
	n := w.job.get("concurrency")
	if n.isMap() {
		n = n.get("group")
	}
	if !n.ok() {
		n = w.job.in.get("concurrency", "group")
	}
	return group{w.x.fill(w.job, n.text()), n.at()}
}

func rebuilds(j *job) *step {
	for _, s := range j.steps {
		if s.uses == "docker/build-push-action" || strings.Contains(s.run(), "docker build") {
			return s
		}
	}
	return nil
}

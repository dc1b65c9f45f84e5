package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// inexpressible records everything that the draft does not express.
func (d *drafter) inexpressible() {
	for _, s := range d.m.Skipped {
		d.leave(pipeline.Place{}, "", "%s was not read: %s", s.Place, s.Reason)
	}
	d.files()
	for _, w := range d.m.Workflows {
		if strings.Contains(string(w.File.Content), artifact.HeaderMarker) {
			d.rollbacks(w)
			continue
		}
		d.triggers(w)
		for _, j := range w.Jobs {
			if slices.Contains(d.noticed, j) {
				continue
			}
			if d.scansAlone(j) {
				d.scanLeft(j)
				continue
			}
			d.jobLeft(j)
		}
	}
	d.unused()
	if d.own {
		for _, e := range d.deployments {
			if e.app.OK() {
				d.application(e.app)
			}
		}
		return
	}
	d.waves()
	d.targets()
	d.manifests()
}

// unused records each image that is pushed and that nothing of the draft runs.
func (d *drafter) unused() {
	for _, i := range d.unchosen() {
		n, _ := i.known()
		d.leave(n.at, "build it in a workflow of its own", "the image %s, which nothing runs that was found", unmarked.Replace(n.name))
	}
}

// rollbacks records a rollback workflow: a criterion would generate one, but nothing gives its time limit.
func (d *drafter) rollbacks(w *pipeline.Workflow) {
	for _, wr := range d.m.Writers {
		if wr.Workflow == w && wr.Reverts {
			d.leave(w.Get("name").At(), "state a criterion of the kind rollback, with its time", "the workflow that takes deploys back")
			return
		}
	}
}

func (d *drafter) files() {
	for _, f := range d.m.Charts() {
		if t := d.m.Target(path.Dir(f.Path)); t != nil && d.charted(t) {
			continue // the draft has it, or names the application
		}
		d.leave(pipeline.Place{File: f, Line: 1}, "if it is what the draft deploys, name its folder under deploy: own: helm; if not, keep it in an Application of its own", "a Helm chart")
	}
	for _, f := range d.m.Broken() {
		d.leave(pipeline.Place{File: f, Line: f.FaultLine}, "", "this is no valid YAML, and was not read: %s", f.Fault)
	}
}

package frompipeline

import (
	"strings"

	"github.com/pipegen/pipegen/internal/existing"
)

// job notes a job that is none of the pipeline's own, and what is left of its tests.
func (d *drafter) job(j *existing.Job, t *testRun) {
	gate := len(j.Needs) > 0 && strings.Contains(j.Get("if").Text(), "always()")
	if n := j.Get("uses"); n.OK() {
		d.leave(n.At(), "keep it in a workflow of its own", "the job %s, which calls another workflow", j.ID)
		return
	}
	if j != t.job && !builds(j) && !d.writes(j) && !gate {
		d.leave(j.At(), "keep it in a workflow of its own", "the job %s, which neither tests, builds nor deploys", j.ID)
		return
	}
	if m := j.Get("strategy", "matrix"); m.OK() && j == t.job && !d.tree.Root.Has("test", "python") {
		d.leave(m.At(), "", "the matrix of the job %s: the draft runs its steps once", j.ID)
	}
	if j.Get("services").OK() && j != t.job {
		d.leave(j.Get("services").At(), "", "the services of the job %s", j.ID)
	}
	if j.Get("container").OK() {
		d.leave(j.Get("container").At(), "", "the container that the job %s runs in", j.ID)
	}
	for _, s := range j.Steps {
		if !d.spokenFor(j, s, t) {
			d.leave(s.At(), "", "the step %q of the job %s", s.Label(), j.ID)
		}
	}
}

// ours are the actions of which a generated workflow has its own.
var ours = map[string]bool{
	"actions/checkout": true, "actions/attest": true, "actions/attest-build-provenance": true, "actions/create-github-app-token": true,
	"docker/build-push-action": true, "docker/login-action": true, "docker/metadata-action": true, "docker/setup-buildx-action": true, "docker/setup-qemu-action": true,
	"imranismail/setup-kustomize": true, "actions/upload-artifact": true, "actions/download-artifact": true, "actions/cache": true,
}

// spokenFor reports whether the draft covers a step.
func (d *drafter) spokenFor(j *existing.Job, s *existing.Step, t *testRun) bool {
	switch {
	case t.taken[s] || ours[s.Uses]:
		return true
	case d.writes(j):
		return s.Run() != ""
	case strings.Contains(j.Get("if").Text(), "always()"):
		return true
	}
	setup := len(s.Commands()) > 0
	for _, c := range s.Commands() {
		setup = setup && (c.Has("install", "sync") || c.Is("docker") || c.Is("echo") || c.Is("poetry", "check"))
	}
	return setup
}

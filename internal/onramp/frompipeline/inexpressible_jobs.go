package frompipeline

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// jobLeft records a job that the draft does not cover, and the parts of test jobs that it does not cover.
func (d *drafter) jobLeft(j *pipeline.Job) {
	if n := j.Get("uses"); n.OK() {
		d.leave(n.At(), "keep it in a workflow of its own", "the job %s, which calls another workflow", j.ID)
		return
	}
	if finds(j) || selfChecks(j) || d.ownLeft(j) {
		return
	}
	if step := deploys(j); step.OK() && !d.drafted(j) && !builds(j) {
		d.leave(step.At(), "leave it out once Argo CD syncs the environments of the draft: a deploy is then a commit, and no job needs the rights of a cluster",
			"that the job %s deploys by itself: in the draft Argo CD does, from the GitOps repository", j.ID)
		return
	}
	if !d.tested(j) && j.Get("steps").OK() && verdictOf(j) == runsTests && !builds(j) && !d.writes(j) && !afterwards(j) {
		d.leave(j.At(), "take it with --test-job "+d.jobName(j)+", or keep it in a workflow of its own", "the job %s, which tests as well: a spec has one job of tests for the source, and one for each image", j.ID)
		return
	}
	if !d.tested(j) && !builds(j) && !d.writes(j) && !judging(j) && !d.copiesHere(j) {
		d.leave(j.At(), d.waysOf(j), "the job %s, which neither tests, builds nor deploys", j.ID)
		return
	}
	d.runner(j)
	if m := j.Matrix(); m.OK() && d.once(j) {
		d.leave(m.At(), "", "the matrix of the job %s: the draft runs its steps once", j.ID)
	}
	if j.Get("services").OK() && !d.tested(j) {
		d.leave(j.Get("services").At(), "", "the services of the job %s", j.ID)
	}
	if !d.tested(j) {
		d.leaveField(j.Get("container"), "", "the container that the job %s runs in", j.ID)
	}
	var whole []*pipeline.Step
	for _, s := range j.Steps {
		if d.stepOf(j, s) {
			whole = append(whole, s)
		}
	}
	if len(whole) <= mostListed {
		for _, s := range whole {
			d.leave(s.At(), "", "the step %q of the job %s", s.Label(), j.ID)
		}
		return
	}
	var labels []string
	for _, s := range whole[:mostListed] {
		labels = append(labels, strconv.Quote(s.Label()))
	}
	d.leave(whole[0].At(), "", "%s and %d more steps of the job %s", strings.Join(labels, ", "), len(whole)-mostListed, j.ID)
}

// waysOf is what to do about a job that is neither for tests, builds nor deploys. A workflow of its own cannot wait for the
// jobs of this one, nor hear of their failure.
func (d *drafter) waysOf(j *pipeline.Job) string {
	if len(j.Needs) == 0 && !slices.ContainsFunc(j.Workflow.Jobs, func(other *pipeline.Job) bool { return slices.Contains(other.Needs, j.ID) }) {
		return "keep it in a workflow of its own"
	}
	fields := []string{"neededBy"}
	if len(j.Needs) > 0 {
		fields = []string{"needs"}
	}
	for _, f := range []struct {
		has   bool
		field string
	}{
		{strings.Contains(j.Get("if").Text(), "failure()"), `if: "failure"`}, {j.Matrix().OK(), "matrix"}, {j.Get("container").OK(), "container"},
		{j.Get("services").OK(), "services"}, {j.Get("outputs").OK(), "sets, for its outputs"},
	} {
		if f.has {
			fields = append(fields, f.field)
		}
	}
	return fmt.Sprintf("write it as workflow: extraJobs: %s, with %s: a workflow of its own cannot wait for the jobs of this one", j.ID, strings.Join(fields, ", "))
}

// stepOf records the part of a step's script that the draft does not cover. It reports whether that is all of the step.
func (d *drafter) stepOf(j *pipeline.Job, s *pipeline.Step) bool {
	if d.took(s) || ours[s.Uses] || d.tookScan(s) {
		return false
	}
	var left []pipeline.Command
	spoken := false
	for _, c := range s.Commands() {
		switch {
		case harmless(c) && !d.prepares(c, j) || judging(j) && isVerdict(c):
		case d.covers(c, j):
			spoken = true
		default:
			left = append(left, c)
		}
	}
	switch {
	case len(s.Commands()) > 0 && len(left) == 0:
	case !spoken:
		return true
	default:
		d.leave(left[0].At(), "", "%s in the step %q of the job %s", listed(left), s.Label(), j.ID)
	}
	return false
}

// mostListed is how much of a script a message repeats.
const mostListed = 3

// listed returns commands as they are written in the script.
func listed(commands []pipeline.Command) string {
	var out []string
	for _, c := range commands {
		lines := strings.Split(c.Step.Run(), "\n")
		if line := strings.TrimSpace(lines[min(c.Line, len(lines)-1)]); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	rest := ""
	if n := len(out) - mostListed; n > 0 {
		rest = fmt.Sprintf(" and %d more", n)
		out = out[:mostListed]
	}
	for i := range out {
		out[i] = strconv.Quote(out[i])
	}
	return strings.Join(out, ", ") + rest
}

// covers reports whether the draft covers what a command does.
func (d *drafter) covers(c pipeline.Command, j *pipeline.Job) bool {
	switch {
	case installs(c), slices.ContainsFunc(d.copied, func(o *copied) bool { return o.taken && o.Step == c.Step && o.Line == c.Line }):
		return true
	case len(c.Words) > 1 && c.Is("docker"):
		return building[c.Words[1]] || builds(j) && trying[c.Words[1]]
	case d.writes(j) && d.deploying(c):
		return true
	}
	return d.python(j) && slices.ContainsFunc(c.Words, func(w string) bool {
		return path.Base(w) == "pytest" || w == "coverage"
	})
}

// tested reports whether the draft has a job's tests, and python whether as those of a Python project.
func (d *drafter) tested(j *pipeline.Job) bool {
	return slices.ContainsFunc(d.testRuns, func(t *testRun) bool { return t.job == j })
}

func (d *drafter) python(j *pipeline.Job) bool {
	return slices.ContainsFunc(d.testRuns, func(t *testRun) bool { return t.job == j && d.tree.Root.Has(t.field("python")...) })
}

// once reports whether the draft has the steps of a job, and does not read its matrix.
func (d *drafter) once(j *pipeline.Job) bool {
	return slices.ContainsFunc(d.testRuns, func(t *testRun) bool { return t.job == j && len(t.leg) == 0 }) && !d.python(j)
}

func (d *drafter) took(s *pipeline.Step) bool {
	return slices.ContainsFunc(d.testRuns, func(t *testRun) bool { return t.taken[s] })
}

// ours are the actions that a generated workflow uses itself.
var ours = map[string]bool{
	"actions/checkout": true, "actions/attest": true, "actions/attest-build-provenance": true, "actions/create-github-app-token": true,
	"docker/build-push-action": true, "docker/login-action": true, "docker/metadata-action": true, "docker/setup-buildx-action": true, "docker/setup-qemu-action": true,
	"aws-actions/configure-aws-credentials": true, "aws-actions/amazon-ecr-login": true, "google-github-actions/auth": true, "azure/login": true, "azure/docker-login": true,
	"imranismail/setup-kustomize": true, judgeAction: true, "actions/upload-artifact": true, "actions/download-artifact": true, "actions/cache": true,
}

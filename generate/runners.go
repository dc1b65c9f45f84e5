package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// usualRunner is where jobs run (W11).
const usualRunner = "ubuntu-24.04"

// everyJob is the name in workflow.runners for all jobs that have no entry.
const everyJob = "default"

// hosted gives each platform the runner of GitHub that is of its kind (W11, W14).
var hosted = map[string]string{nativePlatform: usualRunner, "linux/arm64": usualRunner + "-arm"}

// ofTheLeg is where a job with a leg for each platform runs.
var ofTheLeg = yamldoc.Of("${{ matrix.runner }}")

// runner is what the spec says under the first of some names, or else one of GitHub's.
func (s input) runner(otherwise string, names ...string) plan.RunsOn {
	for _, name := range append(names, everyJob) {
		if on, ok := s.Workflow.Runners[name]; ok {
			return plan.RunsOn{Path: schema.Join("workflow.runners", name), Labels: on.Labels, Group: on.Group}
		}
	}
	return plan.RunsOn{Labels: []string{otherwise}}
}

// builder is where images for a platform are built. The default is of one kind, which need not be that of the platform.
func (s input) builder(platform string) plan.RunsOn {
	if platform != nativePlatform && s.Workflow.Runners[platform].None() {
		return plan.RunsOn{Labels: []string{hosted[platform]}}
	}
	return s.runner(hosted[platform], platform)
}

// placed are jobs with the machines on which they run. What takes a deploy back runs where deploys do.
func (s input) placed(jobs plan.Jobs) plan.Jobs {
	for n, j := range jobs {
		names := []string{j.ID}
		if word, _, _ := strings.Cut(j.ID, "-"); j.Own == nil {
			names = append(names, strings.Replace(word, strings.TrimSuffix(rollbackPrefix, "-"), deployWord, 1))
		}
		usual := usualRunner
		if j.Own != nil {
			usual = j.RunsOn.Labels[0]
		}
		if on := s.runner(usual, names...); on.Path != "" || j.Own == nil {
			jobs[n].RunsOn = on
		}
	}
	return jobs
}

// runsOn writes where a job runs.
func (r *renderer) runsOn(on plan.RunsOn) yamldoc.Value {
	labels := yamldoc.Omit
	switch {
	case len(on.Labels) == 1:
		labels = r.own(on.Path, on.Labels[0])
	case len(on.Labels) > 1:
		labels = r.own(on.Path, on.Labels).Flow()
	}
	if on.Group == "" {
		return labels
	}
	return yamldoc.Of(yamldoc.Map{{Key: "group", Value: r.own(on.Path, on.Group)}, {Key: "labels", Value: labels}})
}

// runnersFit refuses names that no job has, and machines of which nothing is said.
func runnersFit(s input, jobs plan.Jobs) diag.List {
	var out diag.List
	known := []string{everyJob, imageJob, deployWord}
	for _, j := range jobs {
		switch word, _, _ := strings.Cut(j.ID, "-"); {
		case j.Own == nil && (word == buildJob || word == publishJob):
			continue
		case j.Own == nil && word == plan.TestJob && !slices.Contains(known, word):
			known = append(known, word)
		}
		if !slices.Contains(known, j.ID) {
			known = append(known, j.ID)
		}
	}
	for _, name := range sorted(s.Workflow.Runners) {
		at, on := schema.Join("workflow.runners", name), s.Workflow.Runners[name]
		_, platform := hosted[name]
		word, _, _ := strings.Cut(name, "-")
		switch builds := word == buildJob || word == publishJob; {
		case on.None():
			out = append(out, diag.Diagnostic{Code: diag.ChooseOne, Path: at, Message: at + " names neither labels nor a group", Help: `for example labels: ["self-hosted", "gpu"]`})
		case builds && jobs.Find(name).Own == nil:
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
				Message: at + " does nothing: an image is built on a machine of its platform, and what was tried is what is pushed",
				Help:    `name the platform: workflow: runners: "linux/amd64": labels: ["self-hosted"]`})
		case platform && on.Group != "":
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at + ".group",
				Message: at + ".group does nothing: the legs of a build have labels alone", Help: "name labels that only machines of the group have"})
		case platform && !slices.ContainsFunc(s.Images, func(i schema.Named[schema.Image]) bool {
			return slices.Contains(i.Value.Platforms, name) || i.Value.Builder == "emulated" && name == nativePlatform
		}):
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at, Message: fmt.Sprintf("%s does nothing: no image is built for %s", at, name), Help: "leave it out"})
		case !platform && !slices.Contains(known, name):
			out = append(out, diag.Diagnostic{Code: diag.UnknownJob, Path: at,
				Message: fmt.Sprintf("%s names the job %q, which is not there%s", at, name, diag.Meant(name, known)), Help: "the jobs are " + strings.Join(known, ", ")})
		}
	}
	return out
}

package pipeline

import (
	"fmt"
	"slices"
	"strings"
)

// FindsImages reports a step that looks up which images an environment ran of a commit. Its outputs are the commit, and
// tag-NAME and digest-NAME of each image.
func (s *Step) FindsImages() bool {
	return strings.Contains(s.Run(), `git show "${found}:${AFTER}/kustomization.yaml"`)
}

// FindingStep is the step of a workflow that finds images, nil where none does.
func (w *Workflow) FindingStep() *Step {
	if w.finding == nil {
		w.finding = new(*Step)
		for _, j := range w.Jobs {
			if at := slices.IndexFunc(j.Steps, (*Step).FindsImages); at >= 0 {
				*w.finding = j.Steps[at]
				break
			}
		}
	}
	return *w.finding
}

// Found is what the run calls an image that a job has found, by the image's name.
func (r *Run) Found(j *Job, image string) Named {
	at := 0
	for output := range j.Get("outputs").Pairs() {
		if output == "digest-"+image {
			break
		}
		at++
	}
	return Named{fmt.Sprintf("pipegen-found-%d-%d", r.number, at), fmt.Sprintf("sha256:%064x", 0x5e0714e2<<24+r.number<<12+at)}
}

// found is the value of an output of a step that finds images.
func (r *Run) found(j *Job, output string) (string, bool) {
	if output == "commit" {
		return r.SHA, true
	}
	if image, ok := strings.CutPrefix(output, "digest-"); ok {
		return r.Found(j, image).Digest, true
	}
	image, ok := strings.CutPrefix(output, "tag-")
	return r.Found(j, image).Tag, ok
}

package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// afterBuild requires of a pipeline that people wrote that a job which commits an image waits for the job of its workflow
// that pushes it. It is certain where both run together, and nothing on the way to the commit can bring that image.
func afterBuild(c *Case) {
	var pushes []push
	c.steps(func(s *pipeline.Step) {
		if s.Pushes().OK() {
			for _, ref := range (pipeline.Build{Step: s}).References() {
				pushes = append(pushes, push{ref, s.Job})
			}
		}
		for _, cmd := range s.Commands() {
			if cmd.Is("docker", "push") {
				i := pipeline.ParseImage(cmd.Words[len(cmd.Words)-1])
				pushes = append(pushes, push{pipeline.Reference{Name: i.Name, Tag: i.Tag, At: cmd.At()}, s.Job})
			}
		}
	})
	for _, w := range c.writers {
		if len(w.Pushes) == 0 && !w.Proposes || w.Reverts || mayBring(w.Job) {
			continue
		}
		for i := range w.Edits {
			if p := unawaited(w.Job, &w.Edits[i], pushes); p != nil {
				c.broken(w.Edits[i].At(), p.At, "add "+p.job.ID+" to needs", "%s does not wait for %s, which pushes %s: it deploys an image that is not there yet, or never will be", w.Job.Label(), p.job.Label(), quoted(p.Name))
				break
			}
		}
	}
}

// push is a reference under which a job pushes.
type push struct {
	pipeline.Reference
	job *pipeline.Job
}

// unawaited is the push of what an edit of a job writes, nil where there is none, or where the job waits for one.
func unawaited(j *pipeline.Job, e *pipeline.Edit, pushes []push) *push {
	var out *push
	for i := range pushes {
		p := &pushes[i]
		switch {
		case p.job.Workflow != j.Workflow || !writes(e, p.Reference):
		case p.job == j || j.After(p.job.ID):
			return nil
		case out == nil && !p.job.After(j.ID) && runsWith(p.job, j):
			out = p
		}
	}
	return out
}

// mayBring reports a job that waits for an image by itself. So may one that has steps which are not known, or that waits for
// a job with such steps.
func mayBring(j *pipeline.Job) bool {
	for _, x := range j.Workflow.Jobs {
		if x != j && !j.After(x.ID) {
			continue
		}
		if x.Get("uses").OK() {
			return true
		}
		for _, s := range x.Steps {
			if uses := s.Get("uses").Text(); strings.HasPrefix(uses, "./") || strings.Contains(uses, "wait") {
				return true
			}
			for _, cmd := range s.Commands() {
				if !cmd.Is("git") && cmd.Has("inspect", "pull", "watch", "digest") || cmd.Is("sleep") {
					return true
				}
			}
		}
	}
	return false
}

// writes reports an edit that writes the image of a push, under a tag that this run makes.
func writes(e *pipeline.Edit, ref pipeline.Reference) bool {
	// What an expression gives is the same in every job, but for these.
	if ref.Name == "" || strings.Contains(ref.Name, shell.Unknown) || strings.Contains(ref.Name, "‹steps.") || strings.Contains(ref.Name, "‹env.") {
		return false
	}
	text := cmp.Or(e.NewName, e.Name) + ":" + e.Tag
	if !e.Kustomize {
		text = strings.Join(e.Words, " ")
	}
	_, tag, found := strings.Cut(text, ref.Name+":")
	if e.Kustomize && !strings.HasPrefix(text, ref.Name+":") || !found {
		return false
	}
	hidden := strings.HasPrefix(tag, shell.Unknown)
	made := strings.HasPrefix(tag, "‹github.sha") || strings.HasPrefix(tag, "‹github.run_")
	for _, of := range []string{"GITHUB_SHA", "GITHUB_RUN_", "rev-parse", "github.sha"} {
		made = made || hidden && strings.Contains(e.Step.Run(), of)
	}
	if uncertain(ref.Tag) && (hidden || strings.Contains(ref.Tag, shell.Unknown) || strings.HasPrefix(ref.Tag, "‹steps.")) || ref.Tag == "" {
		return made
	}
	return made && strings.HasPrefix(tag, ref.Tag)
}

// runsWith reports that a job runs whenever another does that no person starts, and no release.
func runsWith(b, j *pipeline.Job) bool {
	for _, part := range b.Conjuncts() {
		if !slices.Contains(j.Conjuncts(), part) {
			return false
		}
	}
	return !strings.Contains(j.Condition(), "dispatch") && !strings.Contains(j.Condition(), "tag") && !strings.Contains(j.Condition(), "release")
}

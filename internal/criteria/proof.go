package criteria

import (
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// programs are those for which a criterion is, in the folders that are rendered, but for what ends by itself.
func programs(c plan.Criterion, on *rules.Case) iter.Seq2[*pipeline.Target, rules.Program] {
	return func(yield func(*pipeline.Target, rules.Program) bool) {
		for _, t := range on.Delivered() {
			in := on.EnvironmentOf(t)
			for _, p := range on.Programs(t) {
				if p.LongRunning() && c.Covers(p.Fact.Name, in) && !yield(t, p) {
					return
				}
			}
		}
	}
}

// jobs are those of all workflows.
func jobs(on *rules.Case) iter.Seq[*pipeline.Job] {
	return func(yield func(*pipeline.Job) bool) {
		for _, w := range on.Workflows {
			for _, j := range w.Jobs {
				if !yield(j) {
					return
				}
			}
		}
	}
}

// naming are the jobs that give their name to the images for which a criterion is. What cannot be told to be another
// image is one of them.
func naming(c plan.Criterion, on *rules.Case) iter.Seq[*pipeline.Job] {
	return func(yield func(*pipeline.Job) bool) {
		for j := range jobs(on) {
			if slices.ContainsFunc(j.Steps, (*pipeline.Step).Joins) && c.Covers(on.ImageOf(j), "") && !yield(j) {
				return
			}
		}
	}
}

// eachImage requires of each job that names an image that a step does something with it (W36).
func eachImage(c plan.Criterion, on *rules.Case, what string, does func(*pipeline.Step) bool) {
	for j := range naming(c, on) {
		if !slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return does(s) && on.Bites(s) }) {
			on.Unkept("W36", j.Get("steps").At(), j.At(), "keep the step", "%s names the image, and no step %s", j.Label(), what)
		}
	}
}

// waveOf is the wave of a program.
func waveOf(p rules.Program) int {
	n, _ := strconv.Atoi(p.Get("metadata", "annotations", "argocd.argoproj.io/sync-wave").Text())
	return n
}

// endsInTime requires that the jobs which a sync passes before a wave end within a promise, and leave the rest of it
// (T28).
func endsInTime(c plan.Criterion, on *rules.Case, t *pipeline.Target, before int, rest time.Duration) {
	slowest, sum := map[int]time.Duration{}, rest
	for _, p := range on.Programs(t) {
		if p.Kind != "Job" || waveOf(p) >= before {
			continue
		}
		limit := p.Get("spec", "activeDeadlineSeconds")
		s, ok := limit.Number()
		takes := time.Duration(s) * time.Second
		sum, slowest[waveOf(p)] = sum+max(takes-slowest[waveOf(p)], 0), max(takes, slowest[waveOf(p)])
		if !ok || sum >= c.Within {
			on.Unkept("T28", limit.At(), t.At(), "lower activeDeadlineSeconds", "a sync may wait for %s for longer than the promised %s leave", p.Label(), c.Within)
		}
	}
}

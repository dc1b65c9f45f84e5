package criteria

import (
	"iter"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
)

// programs are those of all folders that are rendered, but for what ends by itself.
func programs(on *rules.Case) iter.Seq2[*pipeline.Target, rules.Program] {
	return func(yield func(*pipeline.Target, rules.Program) bool) {
		for _, t := range on.Targets {
			for _, p := range on.Programs(t) {
				if p.LongRunning() && !yield(t, p) {
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

// naming are the jobs that give an image its name.
func naming(on *rules.Case) iter.Seq[*pipeline.Job] {
	return func(yield func(*pipeline.Job) bool) {
		for j := range jobs(on) {
			if strings.Contains(j.Script(), "imagetools create") && !yield(j) {
				return
			}
		}
	}
}

// eachImage requires of each job that names an image that it does something with it (W36).
func eachImage(on *rules.Case, what string, does func(*pipeline.Job) bool) {
	for j := range naming(on) {
		if !does(j) {
			on.Unkept("W36", j.Get("steps").At(), j.At(), "keep the step", "%s names the image, and no step %s", j.Label(), what)
		}
	}
}

package criteria

import (
	"iter"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/rules"
)

// app is the workload that runs the application, with its container.
type app struct {
	pipeline.Workload
	container pipeline.Node
}

// apps are the applications of all folders that are rendered.
func apps(on *rules.Case) iter.Seq2[*pipeline.Target, app] {
	return func(yield func(*pipeline.Target, app) bool) {
		for _, t := range on.Targets {
			if w, c, ok := on.App(t); ok && !yield(t, app{w, c}) {
				return
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

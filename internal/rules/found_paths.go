package rules

import (
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x11: a filter of paths lets through what changes the image: its Dockerfile, and the
// workflow that builds it. What else ships, only the Dockerfile could tell.
func findsX11(f *Case) {
	seen := map[pipeline.Place]bool{}
	for _, b := range f.Builds() {
		w := b.Job.Workflow
		ships := []string{w.File.Path}
		if name, ok := dockerfileOf(b); ok {
			ships = append(ships, name)
		}
		for _, event := range []string{"push", "pull_request"} {
			trigger, _ := w.Trigger(event)
			only, not := trigger.Get("paths"), trigger.Get("paths-ignore")
			filter, omitted := only, []string{}
			if not.OK() {
				filter = not
			}
			for _, name := range ships {
				if only.OK() && !pipeline.FilterMatches(only.List(), name) || not.OK() && pipeline.FilterMatches(not.List(), name) {
					omitted = append(omitted, name)
				}
			}
			if len(omitted) == 0 || seen[filter.At()] {
				continue
			}
			seen[filter.At()] = true
			f.broken(filter.At(), b.At(), "let the filter name "+strings.Join(omitted, " and "), "a change of %s alone does not start this workflow, which builds the image from it", strings.Join(omitted, ", or of "))
		}
	}
}

// dockerfile is the one that a step builds from, unless an expression says which.
func dockerfileOf(b pipeline.Build) (name string, ok bool) {
	name = b.With("file").Text()
	if name == "" {
		name = path.Join(b.With("context").Text(), "Dockerfile")
	}
	return path.Clean(name), !strings.Contains(name, "${{") && !strings.Contains(name, "://")
}

package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// promotionsFit refuses rules of environments that no run could follow, and promotions without something to promote.
func promotionsFit(s input) diag.List {
	var out diag.List
	no := func(code diag.Code, rule, path, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Rule: rule, Path: path, Message: fmt.Sprintf(format, args...), Help: help})
	}
	for _, e := range s.Environments {
		at := schema.Join("environments", e.ID)
		if startOf(e.Value) == plan.WithBuild {
			if e.Value.Soak > 0 {
				no(diag.NotApplicable, "", at+".soak", "write it where a commit is promoted, beside on: tag, release or hand",
					"%s.soak does nothing: %s is deployed to by the run that builds, which waits for nothing", at, e.ID)
			}
			if on := e.Value.On; on != nil && on.Branch != "" {
				buildsBranch(s, at, on.Branch, no)
			}
			continue
		}
		promotes(s, e, no)
	}
	return out
}

type refuse func(code diag.Code, rule, path, help, format string, args ...any)

// buildsBranch: only what is built can be deployed, and one branch is.
func buildsBranch(s input, at, branch string, no refuse) {
	switch {
	case s.Source.ReleaseTags != "":
		no(diag.Contradiction, "X08", at+".on.branch", "leave on out, for a deploy by the tags that are built, or leave source.releaseTags out",
			"%s.on.branch waits for a push to %s, and with source.releaseTags no push of a branch builds anything", at, branch)
	case branch != s.Source.Branch:
		no(diag.Contradiction, "X08", at+".on.branch", fmt.Sprintf("write %q, or set source.branch: %q", s.Source.Branch, branch),
			"%s.on.branch is %q, and images are built of %s alone, the branch of the source", at, branch, s.Source.Branch)
	}
}

func promotes(s input, e schema.Named[schema.Environment], no refuse) {
	at := schema.Join("environments", e.ID)
	if s.Source.ReleaseTags != "" {
		no(diag.Contradiction, "X08", at+".on", "leave source.releaseTags out: then each push to "+s.Source.Branch+" is built, and a tag promotes it; or leave on out",
			"%s.on promotes what was built of a commit of %s, and with source.releaseTags only tags are built", at, s.Source.Branch)
		return
	}
	if e.Value.After == "" {
		others := s.built()
		if len(others) == 0 {
			no(diag.Contradiction, "O10", at+".on", `add an environment that gets every build, for example staging: {namespace: "shop-staging", on: branch: "main"}, or build for tags with source.releaseTags: "v*"`,
				"environment %s gets what another environment has run, and no environment gets what is built", e.ID)
			return
		}
		no(diag.ChooseOne, "O10", at+".on", fmt.Sprintf("add after: %q beside on", others[len(others)-1]),
			"%s.on does not say which environment's images are promoted: %s get what is built", at, strings.Join(others, " and "))
		return
	}
	before := slices.IndexFunc(s.Environments, func(o schema.Named[schema.Environment]) bool { return o.ID == e.Value.After })
	if before < 0 {
		return // that it is not there is said already
	}
	for i, w := range s.workloads {
		for _, image := range w.Images() {
			ran := slices.ContainsFunc(s.workloads, func(o plan.Workload) bool { return o.Runs(image) && o.RunsIn(e.Value.After) })
			if w.RunsIn(e.ID) && !ran {
				no(diag.Contradiction, "O10", s.Workloads[i].Value.At+".only", fmt.Sprintf("add %q to it, or leave it out", e.Value.After),
					"%s takes the image %s from %s, where nothing runs it", e.ID, image, e.Value.After)
			}
		}
	}
}

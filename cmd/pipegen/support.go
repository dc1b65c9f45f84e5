package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// supported adds to what was found the changes of the author that take criteria out of pipegen's hands, and what is
// accepted for nothing. The proof has been made.
func (c *compiled) supported(proof *rules.Case, found diag.List) (diag.List, error) {
	var byHand map[string]bool
	if c.plan.Changed() {
		reference, err := c.reference()
		if err != nil {
			return nil, err
		}
		var lost []judge.Loss
		lost, byHand = judge.Losses(judge.Input{Plan: c.plan, Reference: reference.Model, Output: proof.Model, Locate: c.loaded.Locate})
		for i, f := range lost {
			lost[i].Diagnostic = c.loaded.Place(diag.List{f.Diagnostic})[0]
		}
		found = judge.OnceEach(found, lost)
	}
	// Without one of the repositories, nobody knows what in it is accepted.
	if !isFolder(c.roots[artifact.Code]) || !isFolder(c.roots[artifact.GitOps]) {
		return found, nil
	}
	return append(found, c.loaded.Place(judge.Unneeded(c.plan, func(a plan.Accepted) bool { return proof.Needed(a.Path) || unseen(proof, a) }, byHand))...), nil
}

// unseen reports an acceptance of fields that nobody can check here: not every run gets the schemas of further kinds.
func unseen(proof *rules.Case, a plan.Accepted) bool {
	kind, _, _ := strings.Cut(a.Object, "/")
	return strings.EqualFold(a.Rule, "S04") && slices.ContainsFunc(proof.Unchecked, func(name string) bool { return strings.HasPrefix(name, kind+" (") })
}

// reference is the pipeline without what its author has changed, rendered with what is live.
func (c *compiled) reference() (*rules.Case, error) {
	set, bad, err := generate.Output(c.plan.Unchanged())
	if err != nil || bad.Failed() {
		return nil, fmt.Errorf("the output without changes: %v %w", bad, err)
	}
	live := map[string][]byte{}
	for _, f := range effective(c.changes) {
		if f.Owner == artifact.Live {
			live[f.Path] = f.Content
		}
	}
	var files []artifact.File
	for _, f := range set.Files() {
		if content, ok := live[f.Path]; ok && f.Owner == artifact.Live {
			f.Content = content
		}
		if f.Owner != artifact.Record {
			files = append(files, f)
		}
	}
	for _, f := range c.custom {
		if !slices.ContainsFunc(c.plan.Folders(), func(folder string) bool { return strings.HasPrefix(f.Path, folder+"/") }) {
			files = append(files, f) // manifests of the author's are no change of what pipegen writes
		}
	}
	reference, err := c.read(files)
	if err != nil {
		return nil, err
	}
	reference.RenderWith(reference.Deployed(), c.renderer.Overlays)
	return reference, nil
}

// accepted names what the author answers for, in every run.
func accepted(p plan.Plan) []string {
	var out []string
	for _, a := range p.Accepted {
		what := "the criterion " + a.Criterion + " is kept by hand"
		if a.Rule != "" {
			what = a.Object + a.File + " may break " + a.Rule
		}
		out = append(out, what+" ("+a.Because+")")
	}
	return out
}

package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/judge"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
	"github.com/pipegen/pipegen/internal/support"
	"github.com/pipegen/pipegen/internal/workspace"
)

// supported holds the author's changes against what the criteria rest on. The proof has been made, and found what is given.
// It returns both together, each mistake once: a finding of a proof that is not at the author's line says less.
func (c *compiled) supported(proof *rules.Case, found diag.List) (diag.List, error) {
	byHand := map[string]bool{}
	if c.plan.Changed() {
		reference, err := c.reference()
		if err != nil {
			return nil, err
		}
		var lost []support.Finding
		lost, byHand = support.Compare(support.Input{Plan: c.plan, Reference: reference.Model, Output: proof.Model, Locate: c.loaded.Locate})
		for _, f := range lost {
			d := c.loaded.Place(diag.List{f.Diagnostic})[0]
			if slices.ContainsFunc(found, func(x diag.Diagnostic) bool { return x.Severity == diag.Error && x.Pos == d.Pos }) {
				continue
			}
			found = slices.DeleteFunc(found, func(x diag.Diagnostic) bool {
				return !strings.Contains(x.Path, "].ops[") && slices.ContainsFunc(f.Criteria, func(id string) bool { return rules.IsUnkept(x, id) })
			})
			found = append(found, d)
		}
	}
	if !c.complete() {
		return found, nil
	}
	return append(found, c.loaded.Place(support.Unneeded(c.plan, proof.Needed, byHand))...), nil
}

// reference is the pipeline without what its author has changed, rendered.
func (c *compiled) reference() (*rules.Case, error) {
	set, bad, err := generate.Output(c.plan.Unchanged())
	if err != nil || bad.Failed() {
		return nil, fmt.Errorf("the output without changes: %v %w", bad, err)
	}
	files := set.Files()
	for i, f := range files {
		for _, change := range c.changes {
			if change.Status == workspace.Live && change.Old != nil && change.File.Root == f.Root && change.File.Path == f.Path {
				files[i].Content = change.Old
			}
		}
	}
	files = slices.DeleteFunc(files, func(f artifact.File) bool { return f.Owner == artifact.Record })
	reference, err := rules.Read(rules.Input{Files: files, Facts: judge.Facts(c.plan), Render: c.renderer.Overlays, Texts: &c.texts, Place: c.roots.Place})
	if err != nil {
		return nil, err
	}
	reference.RenderWith(reference.Deployed(), c.renderer.Overlays)
	return reference, nil
}

// complete reports whether all that an author may have changed was read: without one of the repositories, nobody knows
// what in it is accepted.
func (c *compiled) complete() bool {
	for _, root := range []artifact.Root{artifact.Code, artifact.GitOps} {
		if _, err := os.Stat(c.roots[root]); err != nil {
			return false
		}
	}
	return true
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

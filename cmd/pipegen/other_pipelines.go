package main

import (
	"fmt"
	"path/filepath"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

// howToSeparate says what to do so that two pipelines have different files.
func howToSeparate(c workspace.Change) string {
	if c.File.Root == artifact.Code {
		return "a repository has one pipeline: give this one a repository of its own, or delete " + c.Claim.Spec + " if this spec takes its place"
	}
	return fmt.Sprintf("give this pipeline another name or gitops.path; if its repository was called %s before, delete that manifest", c.Claim.Source)
}

// listedTwice reports the manifests of other specs that list files of ours. The manifest of a renamed repository looks
// like that of a copied one, so a person has to decide.
func listedTwice(changes []workspace.Change, roots workspace.Roots) diag.List {
	var out diag.List
	seen := map[string]bool{}
	for _, c := range changes {
		if c.Claim == nil || c.Status == workspace.Foreign || seen[c.Claim.Manifest] {
			continue
		}
		seen[c.Claim.Manifest] = true
		out = append(out, diag.Diagnostic{Code: diag.Manifest, Severity: diag.Warning,
			Pos:     diag.Position{File: filepath.Join(roots[c.File.Root], filepath.FromSlash(c.Claim.Manifest))},
			Message: fmt.Sprintf("it gives %s to %s of %s, and the spec here gives this file too", c.File.Path, c.Claim.Spec, c.Claim.Source),
			Help:    fmt.Sprintf("delete the manifest if this repository was called %s before; otherwise give one of the two pipelines another name or gitops.path", c.Claim.Source)})
	}
	return out
}

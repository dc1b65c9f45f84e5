package main

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/workspace"
)

// howToSeparate says what to do so that two pipelines have different files.
func howToSeparate(c workspace.Change, source string) string {
	switch {
	case c.File.Root == artifact.Code:
		return "give this pipeline another name and a folder of its own, or delete " + c.Claim.Spec + " if this spec takes its place"
	case path.Base(path.Dir(c.File.Path)) == "projects":
		return "give this pipeline another name or argocd.project: the specs of one project would undo one another's rights"
	case c.Claim.Source == source:
		return "give this pipeline another name or gitops.path"
	}
	return fmt.Sprintf("give this pipeline another name or gitops.path; if its repository was called %s before, delete that manifest", c.Claim.Source)
}

// namesakes reports the other specs of the repository that have a pipeline of this name. Their files may have different
// paths, but GitHub puts the runs of workflows of one name into one concurrency group, and a cluster has one Application
// of a name.
func (c *compiled) namesakes() (diag.List, error) {
	specs, err := workspace.Specs(c.roots)
	if err != nil {
		return nil, err
	}
	own, _ := c.set.Lookup(artifact.Code, c.plan.Workflow)
	var out diag.List
	for _, s := range specs {
		if s.Spec == c.plan.SpecFile || s.Gone || !strings.EqualFold(s.Source, c.plan.Source.Repository) {
			continue
		}
		for _, name := range s.Files {
			if f, ok := workspace.Author(c.roots, artifact.Code, name); ok && path.Ext(name) == ".yaml" && nameLine(f.Content) == nameLine(own.Content) {
				out = append(out, diag.Diagnostic{Code: diag.Duplicate, Path: "name",
					Message: fmt.Sprintf("the pipeline of %s has the name %q as well: their runs would stop one another, and their Applications would be one", s.Spec, c.plan.Name),
					Help:    "give one of them another name"})
			}
		}
	}
	return out, nil
}

// nameLine is the line of a generated workflow that says its name.
func nameLine(workflow []byte) string {
	for line := range strings.Lines(string(workflow)) {
		if strings.HasPrefix(line, "name: ") {
			return line
		}
	}
	return ""
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

package main

import (
	"slices"

	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/check"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/prove"
	"github.com/pipegen/pipegen/internal/workspace"
	"github.com/pipegen/pipegen/schema"
)

// proven holds the rules that lie between files against a set of files, and
// against the author's Dockerfile, which must agree with them (X21, X22).
func (c *compiled) proven(files []artifact.File) (diag.List, error) {
	if f, ok := workspace.Author(c.roots, artifact.Code, c.plan.Spec.Image.Dockerfile); ok {
		files = append(slices.Clone(files), f)
	}
	return prove.Run(prove.Input{Files: files, Facts: factsOf(c.plan), Render: check.Render, Place: c.roots.Place})
}

// edited is the output as it stands on disk, where a person has changed a
// generated file; ok is false where nobody has.
func edited(changes []workspace.Change) (files []artifact.File, ok bool) {
	files = effective(changes)
	for i, c := range changes {
		if c.Status == workspace.Updated {
			files[i].Content, files[i].Origins, ok = c.Old, nil, true
		}
	}
	return files, ok
}

// factsOf copies from the plan what only the spec can say.
func factsOf(p generate.Plan) prove.Facts {
	s := p.Spec
	f := prove.Facts{
		Application: s.Name,
		Image:       p.Image.Reference,
		Tag:         s.Image.Tag,
		Platforms:   s.Image.Platforms,
		Port:        s.Deploy.Port,
		ServicePort: s.Deploy.ServicePort,
		Source:      prove.Repository{Name: s.Source.Repository, Branch: s.Source.Branch},
		GitOps:      prove.Repository{Name: s.GitOps.Repository, Branch: s.GitOps.Branch},
		ReleaseTags: s.Source.ReleaseTags,
		PullSecret:  s.Image.PullSecret,
		Secrets:     map[string][]string{},
		Kustomize:   generate.KustomizeVersion,
	}
	for _, k := range s.Deploy.Secrets {
		f.Secrets[k.Name] = append(f.Secrets[k.Name], k.Key)
	}
	switch p.GitOps.Credential {
	case generate.AppCredential:
		f.CISecrets = []string{s.GitOps.Credential.App.PrivateKey}
		f.CIVariables = []string{s.GitOps.Credential.App.ClientID}
	case generate.TokenCredential:
		f.CISecrets = []string{s.GitOps.Credential.Token}
	}
	for _, n := range s.NonGoals {
		if n.Value.Guard != "" {
			f.NonGoals = append(f.NonGoals, prove.NonGoal{ID: n.ID, Path: schema.Join("nonGoals", n.ID), Guard: n.Value.Guard})
		}
	}
	for _, e := range p.Environments {
		f.Environments = append(f.Environments, prove.Environment{
			Name: e.Name, Overlay: e.Overlay, Application: e.Application, Namespace: e.Spec.Namespace, After: e.Spec.After,
		})
	}
	return f
}

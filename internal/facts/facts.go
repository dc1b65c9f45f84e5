// Package facts hands the proofs what they need to know of a plan. It stands between
// the two, so that neither knows the other.
package facts

import (
	"github.com/pipegen/pipegen/generate"
	"github.com/pipegen/pipegen/internal/prove"
	"github.com/pipegen/pipegen/schema"
)

// Of copies from a plan what only the spec can say.
func Of(p generate.Plan) prove.Facts {
	s := p.Spec
	f := prove.Facts{
		Application: s.Name,
		Image:       p.Image.Reference,
		Tag:         s.Image.Tag,
		Platforms:   s.Image.Platforms,
		Emulated:    p.Image.Emulated(),
		Port:        s.Deploy.Port,
		ServicePort: s.Deploy.ServicePort,
		Source:      prove.Repository{Name: s.Source.Repository, Branch: s.Source.Branch},
		GitOps:      prove.Repository{Name: s.GitOps.Repository, Branch: s.GitOps.Branch},
		ReleaseTags: s.Source.ReleaseTags,
		PullSecret:  s.Image.PullSecret,
		Secrets:     map[string][]string{},
		Tags:        s.Pipegen.Pins != "commit",
		Kustomize:   p.Tools["kustomize"].Version,
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
	f.CISecrets = append(f.CISecrets, generate.SecretsOf(s.Workflow)...)
	f.CIVariables = append(f.CIVariables, generate.VariablesOf(s.Workflow)...)
	for _, j := range p.ExtraJobs {
		f.ExtraJobs = append(f.ExtraJobs, prove.ExtraJob{
			ID: j.ID, NeededBy: j.NeededBy, Required: j.Spec.Required, Rights: j.Spec.Permissions,
		})
	}
	if s.Pipegen.SelfCheck {
		f.ExtraJobs = append(f.ExtraJobs, prove.ExtraJob{ID: generate.SelfCheckJob, Required: true})
	}
	f.Existing, f.Kinds = existing(s)
	f.Promises = promises(s)
	for _, n := range s.NonGoals {
		if n.Value.Guard != "" {
			f.NonGoals = append(f.NonGoals, prove.NonGoal{ID: n.ID, Path: schema.Join("nonGoals", n.ID), Guard: n.Value.Guard})
		}
	}
	for _, e := range p.Environments {
		f.Environments = append(f.Environments, prove.Environment{
			Name: e.Name, Overlay: e.Overlay, Application: e.Application, Namespace: e.Spec.Namespace, Proposal: e.Proposal, Rollbacks: e.Rollbacks, After: e.Spec.After, Approval: e.Spec.Approval, LowerReleases: e.Spec.LowerReleases,
		})
	}
	return f
}

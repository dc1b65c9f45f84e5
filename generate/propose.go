package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// secondsToMerge is how long a job waits for the pull request of a deploy where another
// environment comes after it. Checks of manifests are done by then; a person may take
// longer, and then the job is run again.
const secondsToMerge = 600

// deployTitle is what a run calls the job that deploys to an environment.
func deployTitle(s input, e schema.Named[schema.Environment]) string {
	if way, _ := writeOf(s, e); way == byReview {
		return "Propose for " + e.ID
	}
	return "Deploy to " + e.ID
}

func mergedTitle(environment string) string { return "Merged for " + environment }

// The first parts of the names of branches from which something is proposed.
const (
	proposals = "live"
	rollbacks = "rollback"
	signings  = "signed"
)

// The ways to write, in the words of the spec.
const (
	byPush   = "push"
	byReview = "review"
)

// writeOf is how CI writes what is deployed to an environment, and the place in the spec that says so.
func writeOf(s input, e schema.Named[schema.Environment]) (way, at string) {
	if e.Value.Write != "" {
		return e.Value.Write, schema.Join("environments", e.ID) + ".write"
	}
	return s.GitOps.Write, "gitops.write"
}

// proposing are the places in the spec that ask for pull requests (W41).
func proposing(s input) []string {
	var out []string
	for _, e := range s.Environments {
		if way, at := writeOf(s, e); way != byPush && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// proposesElsewhere: in one repository the pull request of a deploy would run the
// pipeline that has opened it, and its branch rule asks for the check of the source.
func proposesElsewhere(s input) diag.List {
	var out diag.List
	for _, at := range proposing(s) {
		if gitopsOf(s).SameRepository {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "W41", Path: at,
				Message: at + " asks for pull requests, but the GitOps repository is the source repository, where each deploy would build and test the source again",
				Help:    "name a repository of its own in gitops.repository, or leave " + at + " out"})
		}
	}
	return out
}

// proposesByKey: a deploy key is for git, and a pull request is opened through GitHub's API.
func proposesByKey(s input) diag.List {
	ask := proposing(s)
	if len(ask) == 0 || credentialOf(s).Kind != plan.KeyCredential {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "W41", Path: "gitops.credential.deployKey",
		Message: "a deploy key can push, and cannot open the pull requests of " + plan.And(ask),
		Help:    "name an App or an access token in gitops.credential instead, or let CI push everywhere"}}
}

// signedByGitHub: GitHub signs what is committed through its API, for which a deploy key is none.
func signedByGitHub(s input) diag.List {
	if !s.GitOps.Signed || credentialOf(s).Kind != plan.KeyCredential {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "W54", Path: "gitops.credential.deployKey",
		Message: "a deploy key can push, and cannot ask GitHub to sign, as gitops.signed says",
		Help:    "leave it out for a GitHub App, or name an App or an access token in gitops.credential"}}
}

// githubKey is the key with which GitHub signs what is committed through its API
// (https://github.com/web-flow.gpg).
const githubKey = "B5690EEEBB952194"

// signersFit refuses to have Argo CD look for signatures that nobody makes, or that the release does not look for (A26).
func signersFit(s input) diag.List {
	const at = "argocd.signers"
	if len(s.ArgoCD.Signers) == 0 {
		return nil
	}
	out := eachOnce(at, s.ArgoCD.Signers, "")
	say := func(severity diag.Severity, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "A26", Severity: severity, Path: at, Message: fmt.Sprintf(format, args...), Help: help})
	}
	if !s.GitOps.Signed {
		say(diag.Error, "write gitops: signed: true, so that GitHub makes and signs them", "Argo CD would sync no deploy: git makes their commits, without a signature")
	}
	if minor(s.ArgoCD.Version) < 5 {
		say(diag.Error, "leave it out, or move to 3.5", "Argo CD %s does not know sourceIntegrity, which came with 3.5", s.ArgoCD.Version)
	}
	if s.GitOps.Signed && !slices.Contains(s.ArgoCD.Signers, githubKey) {
		say(diag.Warning, "add it, unless GitHub has another one by now: gpg --show-keys of https://github.com/web-flow.gpg", "%s is not among them, the key with which GitHub signs the commits of CI", githubKey)
	}
	return out
}

// reviewedIsLast: no run waits for a person who reviews, so that nothing can follow in it (O02).
func reviewedIsLast(s input) diag.List {
	reviewed := map[string]bool{}
	for _, e := range s.Environments {
		way, _ := writeOf(s, e)
		reviewed[e.ID] = way == byReview
	}
	var out diag.List
	for _, e := range s.Environments {
		if v := e.Value; reviewed[v.After] && startOf(v) == plan.WithBuild {
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Rule: "W52", Path: v.AfterPath,
				Message: fmt.Sprintf("environment %s follows %s in the same run, and no run waits until a person has reviewed and merged", e.ID, v.After),
				Help:    fmt.Sprintf("promote what %s runs by then, with on: hand: true and after: %q; or let GitHub merge the deploys to %[1]s, with write: \"pull-request\"", v.After, v.After)})
		}
	}
	return out
}

// reviewedIsNoDeploy: what comes after the job that deploys comes after a pull request there, and not after a deploy.
func reviewedIsNoDeploy(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		if way, _ := writeOf(s, e); way != byReview {
			continue
		}
		early := func(at, who string) {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Rule: "W52", Severity: diag.Warning, Path: at,
				Message: fmt.Sprintf("%s once the pull request for %s is open, and not once it is deployed: a person has yet to merge it", who, e.ID),
				Help:    "start what needs the deploy from the cluster, or when the GitOps repository changes"})
		}
		for _, j := range s.Workflow.ExtraJobs {
			for i, name := range j.Value.Needs {
				if name == deployPrefix+e.ID || name == deployWord {
					early(schema.Item(pathOfJob(j.ID)+".needs", i), "job "+j.ID+" runs")
				}
			}
		}
		if len(s.Workflow.Jobs[deployWord].After) > 0 {
			early("workflow.jobs."+deployWord+".after", "these steps run")
		}
	}
	return out
}

// proposesBeside: git cannot have both a branch a and a branch a/b, and a pull request needs two branches.
func proposesBeside(s input) diag.List {
	first, _, _ := strings.Cut(s.GitOps.Branch, "/")
	whose, names := "the pull requests", first+"/NAME-ENVIRONMENT"
	switch {
	case s.GitOps.Signed && first == signings:
		whose, names = "what GitHub signs", names+"-RUN"
	case len(proposing(s)) == 0:
		return nil
	case first == rollbacks && s.demands.By(plan.TakenBack, "", "") != nil:
		whose, names = "rollbacks", names+"-COMMIT"
	case first != proposals:
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "W41", Path: "gitops.branch",
		Message: fmt.Sprintf("gitops.branch is %q, but the branches of %s are %s, and cannot stand beside it", s.GitOps.Branch, whose, names),
		Help:    fmt.Sprintf("name a branch that does not begin with %q", first)}}
}

package generate

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
)

// secondsToMerge is how long a job waits for the pull request of a deploy where another
// environment comes after it. Checks of manifests are done by then; a person may take
// longer, and then the job is run again.
const secondsToMerge = 600

func mergedTitle(environment string) string { return "Merged for " + environment }

// The first parts of the names of branches from which something is proposed.
const (
	proposals = "live"
	rollbacks = "rollback"
)

// proposes reports whether CI opens a pull request for each deploy (W41).
func proposes(s input) bool { return s.GitOps.Write == "pull-request" }

// proposesElsewhere: in one repository the pull request of a deploy would run the
// pipeline that has opened it, and its branch rule asks for the check of the source.
func proposesElsewhere(s input) diag.List {
	if !proposes(s) || !gitopsOf(s).SameRepository {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "W41", Path: "gitops.write",
		Message: "gitops.write is \"pull-request\", but the GitOps repository is the source repository, where each deploy would build and test the source again",
		Help:    "name a repository of its own in gitops.repository, or leave gitops.write out"}}
}

// proposesByKey: a deploy key is for git, and a pull request is opened through GitHub's API.
func proposesByKey(s input) diag.List {
	c := credentialOf(s)
	if !proposes(s) || c.Kind != plan.KeyCredential {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "W41", Path: "gitops.credential.deployKey",
		Message: "a deploy key can push, and cannot open the pull requests that gitops.write asks for",
		Help:    "name an App or an access token in gitops.credential instead, or leave gitops.write out"}}
}

// proposesBeside: git cannot have both a branch a and a branch a/b, and a pull request needs two branches.
func proposesBeside(s input) diag.List {
	first, _, _ := strings.Cut(s.GitOps.Branch, "/")
	whose, names := "the pull requests", first+"/NAME-ENVIRONMENT"
	switch {
	case !proposes(s):
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

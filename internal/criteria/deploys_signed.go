package criteria

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
)

// goodSignature is GitHub's reason for calling a commit verified
// (https://docs.github.com/en/rest/commits/commits#get-a-commit).
const goodSignature = "valid"

// deploysSigned promises that GitHub has signed each commit by which something is deployed.
var deploysSigned = Kind{
	Kind: plan.Kind{
		Name: "deploysSigned", Mode: plan.Enforced, Rules: []string{"W54"},
		Reach: plan.Reach{Whole: "a commit deploys an environment as a whole"},
		Gate:  "each step that writes to the GitOps repository, which asks GitHub whether the commit is verified", Fails: "the job fails, and nothing is deployed",
		Check: commitsGetSigned,
		Keeps: func(p plan.Plan, _ plan.Criterion) string {
			return fmt.Sprintf("GitHub makes and signs the commits of CI. What a person pushes to %s past CI, only a rule of that branch can refuse.", p.GitOps.Branch)
		},
		Labels: label(plan.ToSync, "signed commits"),
	},
	Support: []Part{
		Stops(InWriters, `^jobs\.([\w-]+)\.steps\.run$`, "the question to GitHub in $1").Where(`verification\.verified|verified\} != true`),
		shells, deployJob, promotion,
		needs(InRollback, `^(on|defaults|env|jobs)\b`, "the workflow that takes deploys back"),
	},
	Promised: func(plan.Criterion) string { return "a commit that GitHub calls verified" },
	JudgeEach: func(_ plan.Criterion, d Delivery, e Environment) Outcome {
		newest := e.Newest()
		if newest == nil {
			return d.undeployed(e)
		}
		at := Evidence{What: "commit", URL: newest.URL, Revision: newest.SHA, At: newest.At}
		switch newest.Signature {
		case "":
			return Unmeasured.By("only GitHub knows, and the GitOps repository was read from a checkout", at)
		case goodSignature:
			return Kept.By("GitHub calls the newest deploy verified", at)
		}
		return Broken.By("GitHub does not call the newest deploy verified: "+newest.Signature, at)
	},
	Lacks: Reasons{"Asks": "gitops.signed asks for it", "Proof": "the rule W54 proves it for every pipeline whose commits GitHub signs", "Loosened": noFigure},
}

// commitsGetSigned: without gitops.signed git makes the commits, and nobody signs them.
func commitsGetSigned(p plan.Plan, c plan.Criterion) diag.List {
	if p.GitOps.Signed {
		return nil
	}
	return diag.List{{Code: diag.Contradiction, Rule: "W54", Path: c.At(),
		Message: fmt.Sprintf("criterion %s promises that deploys are signed, but git makes their commits, without a signature", c.ID),
		Help:    "write gitops: signed: true, so that GitHub makes and signs them"}}
}

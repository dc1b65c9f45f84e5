package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/live/github"
	"github.com/pipegen/pipegen/internal/plan"
)

// wordsRefused are in the message of the deploy job after its last attempt to push.
const wordsRefused = "the push was refused"

// against are the types of rules that refuse a plain push.
var against = []string{"pull_request", "update", "required_status_checks", "required_signatures", "required_deployments", "merge_queue", "workflows", "code_scanning", "commit_message_pattern", "commit_author_email_pattern", "committer_email_pattern"}

// refused returns the deploy job if its push was refused.
func (p delivery) refused(e environment) (github.Job, *answer) {
	j, a := p.failedDeploy(e)
	if a != nil {
		return j, a
	}
	if _, ok := p.said(j, wordsRefused); ok {
		return j, nil
	}
	return j, cmp.Or(p.heard(j), excluded("no push was refused"))
}

// guards names the rules that refuse a push to the branch; known is false if GitHub did not say.
func (p delivery) guards() (all []string, page string, known bool) {
	rules, branch := p.details.Rules, p.details.Branch
	for _, r := range rules.Value {
		if slices.Contains(against, r.Type) {
			all = append(all, r.Type+" of "+r.Source)
		}
	}
	if len(all) > 0 {
		return all, rules.URL, true
	}
	if branch.Known && branch.Value.Protected {
		return []string{"a protection rule of " + p.plan.GitOps.Repository}, branch.URL, true
	}
	return nil, "", rules.Known && branch.Known
}

func branchGuarded(p delivery, e environment, j github.Job) *answer {
	all, page, known := p.guards()
	switch {
	case e.plan.Proposal != "":
		return excluded("deploys are not pushed to the branch")
	case len(all) > 0:
		return found(fmt.Sprintf("the push was refused, and the branch %s is under %s", p.plan.GitOps.Branch, brief(strings.Join(all, ", "))),
			"add "+p.writer()+" to the bypass list at "+page+`; or set gitops: write: "pull-request" in the spec, and deploys are proposed`, jobAt(j))
	case !known:
		if !p.details.Rules.Known {
			return lacking(p.details.Rules)
		}
		return lacking(p.details.Branch)
	}
	return excluded("nothing guards the branch")
}

func noWrite(p delivery, e environment, j github.Job) *answer {
	all, _, known := p.guards()
	switch {
	case e.plan.Proposal != "":
		return found("the push was refused", "give the credential the permissions Contents and Pull requests: read and write for "+p.plan.GitOps.Repository, jobAt(j))
	case len(all) > 0:
		return excluded("a rule of the branch explains it")
	case p.details.GitOps.Value.Archived || p.details.GitOps.Value.Disabled:
		return excluded("the repository is read-only for all")
	case !known:
		return unknown("GitHub does not say what guards the branch")
	}
	remedy := "give the credential the permission Contents: read and write for " + p.plan.GitOps.Repository
	if p.plan.GitOps.Credential.Kind == plan.KeyCredential {
		remedy = "delete the deploy key at https://github.com/" + p.plan.GitOps.Repository + "/settings/keys, and add it again with Allow write access: it cannot be changed"
	}
	return found("the push was refused, and nothing guards the branch", remedy, jobAt(j))
}

// writer is who pushes, as the settings of a branch call it.
func (p delivery) writer() string {
	if p.plan.GitOps.Credential.Kind == plan.KeyCredential {
		return "Deploy keys"
	}
	return "the App, or the owner of the token,"
}

func deployTimedOut(p delivery, e environment, j github.Job) *answer {
	if a := p.outOfTime(j); a != nil {
		a.remedy = p.again()
		return a
	}
	return excluded("the deploy job was not stopped at its limit")
}

func deployCancelled(p delivery, e environment, j github.Job) *answer {
	if j.Conclusion != "cancelled" {
		return excluded("the deploy job was not stopped")
	}
	if _, ok := p.said(j, wordsTimeout...); ok {
		return excluded("its time limit explains it")
	}
	return found("the job "+j.Name+" was stopped: by somebody, or because GitHub lets one deploy wait and a newer one took its place", p.again()+", unless a newer run has deployed", jobAt(j))
}

// again is the command that runs the failed jobs again.
func (p delivery) again() string {
	return fmt.Sprintf("gh run rerun %d --failed --repo %s", p.facts.Run.Value.ID, p.repository())
}

// idle returns the deploy job if it succeeded although another image is live.
func (p delivery) idle(e environment) (github.Job, *answer) {
	j, a := p.deploy(e)
	switch {
	case a != nil:
	case !e.Holds.Known:
		a = lacking(e.Holds)
	case !j.Succeeded() || e.Holds.Value:
		a = excluded("the deploy job did not succeed in vain")
	}
	return j, a
}

func stale(p delivery, e environment, j github.Job) *answer {
	return cmp.Or(p.quoted(j, "", "not deployed: "), excluded("the deploy job left no notice"))
}

func takenBack(p delivery, e environment) *answer {
	switch {
	case !e.Holds.Known:
		return lacking(e.Holds)
	case !e.Deploys.Known:
		return lacking(e.Deploys)
	case e.Holds.Value || len(e.Deploys.Value) == 0 || !e.Deploys.Value[0].Back:
		return excluded("the newest deploy was not taken back")
	}
	d := e.Deploys.Value[0]
	return found(fmt.Sprintf("%s was taken back: %s", short(p.facts.Commit.Value.SHA), brief(d.Subject())), "", commitAt("rollback", d.Commit))
}

func elsewhere(p delivery, e environment, _ github.Job) *answer {
	lost := e.details.Elsewhere
	switch {
	case !lost.Known:
		return lacking(lost)
	case lost.Value.SHA == "":
		return excluded("no other branch has the commit")
	}
	return found(fmt.Sprintf("the commit went to the branch %s, and the spec says %s", brief(lost.Value.Branch), p.plan.GitOps.Branch), "",
		commitAt("GitOps commit", lost.Value.Commit))
}

// commitAt returns a commit as evidence.
func commitAt(what string, c github.Commit) criteria.Evidence {
	return criteria.Evidence{What: what, URL: c.URL, Revision: c.SHA, At: c.At}
}

func silent(p delivery, e environment, j github.Job) *answer {
	now := "nothing"
	if e.Live.Value.Deployed() {
		now = short(e.Live.Value.Source)
	}
	return found(fmt.Sprintf("the job %s succeeded, and %s is live", j.Name, now), "", jobAt(j))
}

package generate

import (
	"strings"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// The author of a bump that no App of the user's own makes: the account that GitHub itself uses in workflows.
const (
	workflowAuthor = "github-actions[bot]"
	workflowEmail  = "41898282+github-actions[bot]@users.noreply.github.com"
)

// pusher is who may push: a token or a key, the commit's author, and the steps that check them before anything else is
// done (W18, W20, W40). start are the scripts by which git gets it, and GitHub signs
// where it has to.
type pusher struct {
	token, key, name, email yamldoc.Value
	steps                   yamldoc.Doc
	start                   []string
}

func (r *renderer) credential(e plan.Environment, j plan.Job) pusher {
	c := r.plan.GitOps.Credential
	owner, repository, _ := strings.Cut(r.plan.GitOps.Repository, "/")
	gitops := r.own("gitops.repository", r.plan.GitOps.Repository)
	environment := r.own(e.Path, e.Name)
	p := pusher{token: yamldoc.Of("${{ github.token }}"), key: yamldoc.Omit, start: []string{"gitops-start"}, name: yamldoc.Of(workflowAuthor), email: yamldoc.Of(workflowEmail)}
	if r.plan.GitOps.Signed {
		p.start = append(p.start, "sign-commit")
	}
	switch c.Kind {
	case plan.WorkflowCredential:
		return p
	case plan.TokenCredential:
		p.token = yamldoc.From("gitops.credential.token", "${{ secrets."+c.Token+" }}")
		p.steps = r.fill("github/credential-token", yamldoc.Values{
			"name":        r.step(j, plan.StepCredential),
			"token":       p.token,
			"secret":      r.own("gitops.credential.token", c.Token),
			"environment": environment,
			"gitops":      gitops,
			"run":         r.script("credential-token"),
		})
		return p
	case plan.KeyCredential:
		p.token, p.key, p.start = yamldoc.Omit, yamldoc.From("gitops.credential.deployKey", "${{ secrets."+c.DeployKey+" }}"), []string{"gitops-start-key"}
		p.steps = r.fill("github/credential-key", yamldoc.Values{
			"name":        r.step(j, plan.StepCredential),
			"key":         p.key,
			"secret":      r.own("gitops.credential.deployKey", c.DeployKey),
			"environment": environment,
			"gitops":      gitops,
			"run":         r.script("credential-key"),
		})
		return p
	}
	pulls := yamldoc.Omit
	if e.Proposal != "" {
		pulls = yamldoc.Of("write")
	}
	return pusher{
		token: yamldoc.Of("${{ steps.app.outputs.token }}"),
		key:   yamldoc.Omit,
		start: p.start,
		name:  yamldoc.Of("${{ steps.author.outputs.name }}"),
		email: yamldoc.Of("${{ steps.author.outputs.email }}"),
		steps: r.fill("github/credential-app", yamldoc.Values{
			"look":        r.step(j, plan.StepCredential),
			"ask":         r.step(j, plan.StepToken),
			"whom":        r.step(j, plan.StepAuthor),
			"clientID":    yamldoc.From("gitops.credential.app.clientID", "${{ vars."+c.ClientID+" }}"),
			"privateKey":  yamldoc.From("gitops.credential.app.privateKey", "${{ secrets."+c.PrivateKey+" }}"),
			"variable":    r.own("gitops.credential.app.clientID", c.ClientID),
			"secret":      r.own("gitops.credential.app.privateKey", c.PrivateKey),
			"environment": environment,
			"gitops":      gitops,
			"run":         r.script("credential-app"),
			"appToken":    r.uses("actions/create-github-app-token"),
			"owner":       r.own("gitops.repository", owner),
			"repository":  r.own("gitops.repository", repository),
			"pulls":       pulls,
			"author":      r.script("author-app"),
		}),
	}
}

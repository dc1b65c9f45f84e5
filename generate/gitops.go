package generate

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

func gitopsOf(s input) plan.GitOps {
	g := plan.GitOps{
		Repository: s.GitOps.Repository, Branch: s.GitOps.Branch, Path: s.GitOps.Path,
		URL:            "https://github.com/" + s.GitOps.Repository,
		SameRepository: strings.EqualFold(s.GitOps.Repository, s.Source.Repository),
		Folder:         path.Join(s.GitOps.Path, s.Name),
		Argo:           path.Join(s.GitOps.Path, "argocd"),
		Proposes:       len(proposing(s)) > 0,
		Signed:         s.GitOps.Signed,
		Credential:     credentialOf(s),
	}
	if g.SameRepository && s.GitOps.Branch != s.Source.Branch {
		g.Worktree = "../" + path.Base(s.Source.Repository) + "-" + strings.ReplaceAll(s.GitOps.Branch, "/", "-")
	}
	return g
}

// credentialOf is how CI may write: as the spec says, else with the token of the run where that reaches, else by an App.
func credentialOf(s input) plan.Credential {
	switch c := s.GitOps.Credential; {
	case c != nil && c.Token != "":
		return plan.Credential{Kind: plan.TokenCredential, Token: c.Token}
	case c != nil && c.DeployKey != "":
		return plan.Credential{Kind: plan.KeyCredential, DeployKey: c.DeployKey}
	case c != nil && c.App != nil:
		return plan.Credential{Kind: plan.AppCredential, ClientID: c.App.ClientID, PrivateKey: c.App.PrivateKey}
	case strings.EqualFold(s.GitOps.Repository, s.Source.Repository):
		return plan.Credential{Kind: plan.WorkflowCredential}
	}
	return plan.Credential{Kind: plan.AppCredential, ClientID: "GITOPS_APP_CLIENT_ID", PrivateKey: "GITOPS_APP_PRIVATE_KEY"}
}

func argocdOf(s input) plan.ArgoCD {
	polled := s
	polled.ArgoCD.Webhook = false
	a := plan.ArgoCD{
		Version: s.ArgoCD.Version, Namespace: s.ArgoCD.Namespace, ApplicationSet: applicationSetOf(s), Root: rootOf(s),
		Webhook: s.ArgoCD.Webhook, Noticed: detectionOf(s), Polled: detectionOf(polled),
		Operators: s.ArgoCD.Operators, Signers: s.ArgoCD.Signers, Viewers: s.ArgoCD.Viewers, ViewerRole: len(s.ArgoCD.Viewers) > 0 || promisesLogs(s),
		CreateNamespace: s.ArgoCD.Sync.CreateNamespace, RetryRefresh: minor(s.ArgoCD.Version) >= 2,
	}
	open := alwaysOpen(s.ArgoCD.SyncWindows)
	for i, w := range s.ArgoCD.SyncWindows {
		a.Windows = append(a.Windows, plan.SyncWindow{
			Path: schema.Item("argocd.syncWindows", i), Kind: w.Kind, Schedule: w.Schedule, Duration: time.Duration(w.Duration), ManualSync: w.ManualSync,
			Closed: closedSide(w, open),
		})
	}
	return a
}

// projectOf is the project of an environment's Application.
func projectOf(s input, e schema.Named[schema.Environment]) plan.Project {
	of, at := s.ArgoCD.Project, "argocd.project"
	if e.Value.Project != nil {
		of, at = *e.Value.Project, schema.Join("environments", e.ID)+".project"
	}
	out := plan.Project{Path: at, Name: of.Name, Existing: of.Existing}
	if !of.Existing {
		out.File = path.Join(gitopsOf(s).Argo, "projects", of.Name+".yaml")
	}
	return out
}

// applicationSetOf is the file that makes the Applications, "" where each has its own.
func applicationSetOf(s input) string {
	if !s.ArgoCD.ApplicationSet {
		return ""
	}
	return path.Join(madeIn(s, "applicationsets"), s.Name+".yaml")
}

// madeIn is the folder of what makes Applications. With a root it is one that nobody else writes to: the root brings all
// that is in it.
func madeIn(s input, usual string) string {
	if root := rootOf(s); root != nil {
		return path.Join(root.Folder, usual)
	}
	return path.Join(gitopsOf(s).Argo, usual)
}

// rootOf is the Application that brings the others, nil for none.
func rootOf(s input) *plan.Root {
	if !s.ArgoCD.AppOfApps {
		return nil
	}
	argo, name := gitopsOf(s).Argo, s.Name+"-root"
	return &plan.Root{
		Path: "argocd.appOfApps", Name: name, Project: name, Folder: path.Join(argo, "apps", s.Name),
		File: path.Join(argo, "roots", s.Name+".yaml"), ProjectFile: path.Join(argo, "projects", name+".yaml"),
	}
}

func minor(version string) int {
	_, m, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(m)
	return n
}

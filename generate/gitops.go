package generate

import (
	"path"
	"slices"
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
		Version: s.ArgoCD.Version, Namespace: s.ArgoCD.Namespace, ApplicationSet: s.ArgoCD.ApplicationSet != "", AppOfApps: s.ArgoCD.AppOfApps,
		Webhook: s.ArgoCD.Webhook, ElementSeen: elementSeen(s), Noticed: detectionOf(s), Polled: detectionOf(polled),
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

// projectOf is the project of an environment's Application in an Argo CD.
func projectOf(s input, e schema.Named[schema.Environment], in plan.Instance) plan.Project {
	of, at := s.ArgoCD.Project, "argocd.project"
	if e.Value.Project != nil {
		of, at = *e.Value.Project, schema.Join("environments", e.ID)+".project"
	}
	out := plan.Project{Path: at, Name: of.Name, Existing: of.Existing, In: in.Cluster}
	if !of.Existing {
		out.File = path.Join(in.Folder, "projects", of.Name+".yaml")
	}
	return out
}

// instanceOf is the Argo CD that deploys to a cluster, by the name of that in the spec.
func instanceOf(s input, cluster string) plan.Instance {
	g := gitopsOf(s)
	out := plan.Instance{Namespace: s.ArgoCD.Namespace, NamespacePath: "argocd.namespace", URL: g.URL, URLPath: "gitops.repository", Folder: g.Argo}
	for _, c := range s.Clusters {
		own := c.Value.ArgoCD
		if c.ID != cluster || own == nil {
			continue
		}
		out.Cluster, out.Path, out.Address, out.Folder = c.ID, schema.Join("clusters", c.ID)+".argocd", own.Address, path.Join(g.Argo, c.ID)
		if own.Namespace != "" {
			out.Namespace, out.NamespacePath = own.Namespace, out.Path+".namespace"
		}
		if own.Repository != "" {
			out.URL, out.URLPath, out.Mirrored = own.Repository, out.Path+".repository", !onGitHub(own.Repository, s.GitOps.Repository)
		}
	}
	out.Made = out.Folder
	if s.ArgoCD.AppOfApps {
		out.Root = rootOf(s, out)
		out.Made = out.Root.Folder
	}
	if s.ArgoCD.ApplicationSet != "" {
		out.ApplicationSet = path.Join(out.Made, "applicationsets", s.Name+".yaml")
	}
	if s.ArgoCD.ApplicationSet == schema.SetFromFiles {
		out.Elements = path.Join(out.Folder, "environments", s.Name) // what a root brings are objects, and these are none
	}
	return out
}

// rootOf is the Application of an Argo CD that brings its others.
func rootOf(s input, in plan.Instance) *plan.Root {
	name := s.Name + "-root"
	return &plan.Root{
		Path: "argocd.appOfApps", Name: name, Project: name, Folder: path.Join(in.Folder, "apps", s.Name),
		File: path.Join(in.Folder, "roots", s.Name+".yaml"), ProjectFile: path.Join(in.Folder, "projects", name+".yaml"),
	}
}

// onGitHub reports whether an address is that of a repository on github.com, as Argo CD compares it with what GitHub
// announces.
func onGitHub(address, repository string) bool {
	at := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".git"))
	return slices.Contains([]string{"https://github.com/", "ssh://git@github.com/", "git@github.com:"}, strings.TrimSuffix(at, strings.ToLower(repository)))
}

func minor(version string) int {
	_, m, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(m)
	return n
}

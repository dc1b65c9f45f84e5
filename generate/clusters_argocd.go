package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// foldersOfArgoCD are beside those of clusters, where one Argo CD deploys another pipeline of the repository.
var foldersOfArgoCD = []string{"applications", "applicationsets", "apps", "environments", "projects", "roots"}

// instancesFit: where one cluster has an Argo CD of its own, each has one, and deploys to that cluster alone.
func instancesFit(s input) diag.List {
	own := slices.DeleteFunc(slices.Clone(s.Clusters), func(c schema.Named[schema.Cluster]) bool { return c.Value.ArgoCD == nil })
	if len(own) == 0 {
		return nil
	}
	var out diag.List
	refuse := func(code diag.Code, at, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Rule: "A29", Path: at, Message: fmt.Sprintf(format, args...), Help: help})
	}
	has := own[0].ID + " has an Argo CD of its own"
	addresses := map[string]string{}
	for _, c := range s.Clusters {
		at := schema.Join("clusters", c.ID)
		if c.Value.ArgoCD == nil && c.Value.Labels != nil {
			refuse(diag.Contradiction, at+".labels", "name each cluster, with its argocd, or put the clusters that one Argo CD finds by labels into a spec of its own",
				"the clusters of %s are found by labels in one Argo CD, and %s: no other one deploys to them", c.ID, has)
			continue
		}
		if c.Value.ArgoCD == nil {
			refuse(diag.MissingField, at, fmt.Sprintf("give it one, argocd: address: \"https://argocd.%s.example.org\", or put what one Argo CD deploys into a spec of its own", c.ID),
				"the cluster %s has no Argo CD, and %s: no other one deploys to %s", c.ID, has, c.ID)
			continue
		}
		if c.Value.Labels != nil {
			refuse(diag.Contradiction, at+".labels", "leave one of both out",
				"%s.labels are of clusters that one Argo CD knows, and the Argo CD of %s deploys to no cluster but its own", at, c.ID)
			continue
		}
		if to := clusterOf(s, c.ID); !to.OfArgoCD() {
			refuse(diag.Contradiction, to.Path, "leave it out: an Argo CD knows its own cluster",
				"%s is %q, and the Argo CD of %s deploys to no cluster but its own", to.Path, to.Destination(), c.ID)
		}
		if slices.Contains(foldersOfArgoCD, c.ID) {
			refuse(diag.Reserved, at, "call the cluster otherwise", "a cluster with an Argo CD of its own may not be called %s: its folder would be that of the %s of another pipeline", c.ID, c.ID)
		}
		of := instanceOf(s, c.ID)
		address := strings.ToLower(strings.TrimRight(of.Address, "/"))
		if other, taken := addresses[address]; taken {
			refuse(diag.Duplicate, of.Path+".address", "give each its own, or let one Argo CD deploy to both: name or server instead of argocd", "the Argo CDs of %s and %s have one address", other, c.ID)
		}
		addresses[address] = c.ID
		if of.Mirrored && s.ArgoCD.Webhook {
			refuse(diag.Contradiction, of.URLPath, "leave argocd.webhook out, or let the Argo CD read the repository on github.com",
				"%s is not on github.com, and GitHub announces the repository that is there: the webhook does nothing for the Argo CD of %s", of.URLPath, c.ID)
		}
	}
	if s.ArgoCD.Server != plan.OwnServer {
		refuse(diag.NotApplicable, "argocd.server", "leave it out", "argocd.server does nothing: %s, and each deploys to its own cluster", has)
	}
	nowhere := func(at, who string) {
		refuse(diag.MissingField, at, fmt.Sprintf("say in which cluster it is: cluster: %q", own[0].ID), "%s names no cluster, and %s: none deploys it", who, has)
	}
	for _, e := range s.Environments {
		if e.Value.Cluster == "" && len(e.Value.Clusters) == 0 {
			nowhere(schema.Join("environments", e.ID), e.ID)
		}
	}
	if s.Previews != nil && s.Previews.Cluster == "" {
		nowhere("previews", "previews")
	}
	return out
}

package generate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// clusterOf is where an environment is. A name that the spec does not have is reported by clustersFit.
func clusterOf(s input, e schema.Environment) plan.Cluster {
	for _, c := range s.Clusters {
		if c.ID == e.Cluster {
			out := plan.Cluster{Name: c.Value.Name, Server: c.Value.Server}
			out.Path = schema.Join("clusters", c.ID) + "." + out.Field()
			return out
		}
	}
	return plan.Cluster{Path: "argocd.server", Server: s.ArgoCD.Server}
}

// clustersFit: each environment names a cluster that there is, each cluster has an environment, and the images that run
// there run on its nodes.
func clustersFit(s input) diag.List {
	var out diag.List
	var names []string
	for _, c := range s.Clusters {
		at := schema.Join("clusters", c.ID)
		names = append(names, c.ID)
		if !slices.ContainsFunc(s.Environments, func(e schema.Named[schema.Environment]) bool { return e.Value.Cluster == c.ID }) && (s.Previews == nil || s.Previews.Cluster != c.ID) {
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at, Message: "no environment is in the cluster " + c.ID,
				Help: fmt.Sprintf("write cluster: %q in an environment, or leave it out", c.ID)})
		}
		out = append(out, eachOnce(at+".platforms", c.Value.Platforms, "")...)
		out = append(out, platformsBuilt(s, c)...)
	}
	known := func(at, cluster string) {
		switch {
		case cluster == "" || slices.Contains(names, cluster):
		case len(names) == 0:
			out = append(out, diag.Diagnostic{Code: diag.UnknownName, Path: at, Message: fmt.Sprintf("%s names %q, and the spec has no clusters", at, cluster),
				Help: fmt.Sprintf("say where it is, by its name in Argo CD or its address: clusters: %s: name: %q", cluster, cluster)})
		default:
			out = append(out, diag.Diagnostic{Code: diag.UnknownName, Path: at, Message: fmt.Sprintf("%s names %q, which is no cluster of this spec%s", at, cluster, diag.Meant(cluster, names)),
				Help: "these are " + strings.Join(names, ", ")})
		}
	}
	for _, e := range s.Environments {
		known(schema.Join("environments", e.ID)+".cluster", e.Value.Cluster)
	}
	if s.Previews != nil {
		known("previews.cluster", s.Previews.Cluster)
	}
	if len(out) == 0 {
		out = namedAlike(s)
	}
	return out
}

// platformsBuilt: the scheduler puts a pod on any node of the cluster, and without an image for it the pod never starts.
func platformsBuilt(s input, c schema.Named[schema.Cluster]) diag.List {
	var out diag.List
	for n, p := range c.Value.Platforms {
		for _, i := range s.Images {
			w := slices.IndexFunc(s.workloads, func(w plan.Workload) bool { return w.Runs(i.ID) && comesTo(s, w, c.ID, p) })
			if w < 0 || slices.Contains(i.Value.Platforms, p) {
				continue
			}
			out = append(out, diag.Diagnostic{Code: diag.Contradiction, Path: schema.Item(schema.Join("clusters", c.ID)+".platforms", n),
				Message: fmt.Sprintf("the cluster %s has nodes of %s, and the image %s of the workload %s is not built for it", c.ID, p, i.ID, s.workloads[w].Name),
				Help:    fmt.Sprintf("add %q to %s.platforms, or keep the pods from those nodes: placement: nodes: %q: %q", p, i.Value.At, archLabel, strings.TrimPrefix(i.Value.Platforms[0], "linux/"))})
		}
	}
	return out
}

// comesTo reports whether pods of a workload may come to nodes of a platform in a cluster.
func comesTo(s input, w plan.Workload, cluster, platform string) bool {
	return slices.ContainsFunc(s.Environments, func(e schema.Named[schema.Environment]) bool {
		arch := w.Pod.Placement.Nodes[archLabel]
		if here := e.Value.Difference(w.Name).Placement; here != nil {
			arch = cmp.Or(here.Nodes[archLabel], arch)
		}
		return e.Value.Cluster == cluster && w.RunsIn(e.ID) && (arch == "" || "linux/"+arch == platform)
	})
}

// archLabel is the label by which Kubernetes says what kind of processor a node has.
const archLabel = "kubernetes.io/arch"

// namedAlike: one template of an ApplicationSet names the clusters of all environments, by name or by address.
func namedAlike(s input) diag.List {
	for _, e := range s.Environments {
		first, own := s.Environments[0], clusterOf(s, e.Value)
		if other := clusterOf(s, first.Value); s.ArgoCD.ApplicationSet && own.Field() != other.Field() {
			return diag.List{{Code: diag.NotApplicable, Path: schema.Join("environments", e.ID),
				Message: fmt.Sprintf("the cluster of %s is given by %s, and that of %s by %s: the ApplicationSet has one template for both", e.ID, own.Field(), first.ID, other.Field()),
				Help:    `give all clusters by name, where Argo CD calls its own "in-cluster", or all by server, or leave argocd.applicationSet out`}}
		}
	}
	return nil
}

// clusterSteps say how Argo CD comes to know the clusters that the spec names.
func clusterSteps(p plan.Plan) []SetupStep {
	var out []SetupStep
	for _, c := range p.Clusters() {
		if c.OfArgoCD() || c.Path == "argocd.server" {
			continue
		}
		register := "argocd cluster add CONTEXT --name " + c.Name
		how := "`" + register + "`"
		if c.Name == "" {
			register = "argocd cluster add CONTEXT"
			how = "`" + register + "`, with a context whose server that is"
		}
		out = append(out, SetupStep{Title: "The cluster " + c.String(), Parts: []SetupPart{{Commands: []string{register}}},
			Text: "Argo CD knows the cluster `" + c.String() + "`: `argocd cluster list` has it with the state *Successful*, once it deploys something there. To register it: " + how + "."})
	}
	return out
}

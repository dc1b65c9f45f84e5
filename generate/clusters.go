package generate

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

// clusterOf is a cluster by its name in the spec, "" for argocd.server. A name that the spec does not have is reported by
// clustersFit.
func clusterOf(s input, name string) plan.Cluster {
	for _, c := range s.Clusters {
		if c.ID == name {
			out := plan.Cluster{ID: c.ID, Own: c.Value.ArgoCD != nil, Name: c.Value.Name, Server: c.Value.Server}
			at := schema.Join("clusters", c.ID)
			out.Path, out.Fleet = at+"."+out.Field(), fleetOf(at, c.Value)
			if out.Fleet != nil {
				out.Name, out.Path = "", at+".labels"
			}
			if out.Own && out.Destination() == "" {
				out.Server, out.Path = plan.OwnServer, schema.Join("clusters", c.ID)+".argocd"
			}
			return out
		}
	}
	return plan.Cluster{Path: "argocd.server", Server: s.ArgoCD.Server}
}

// clustersOf are the clusters of an environment.
func clustersOf(s input, e schema.Environment) []plan.Cluster {
	if len(e.Clusters) == 0 {
		return []plan.Cluster{clusterOf(s, e.Cluster)}
	}
	var out []plan.Cluster
	for _, c := range e.Clusters {
		out = append(out, clusterOf(s, c.ID))
	}
	return out
}

// sitesOf are an environment in each of its clusters, none where it is in one: with the same overlay and the same live
// folder, and an Application of its own.
func sitesOf(s input, e schema.Named[schema.Environment], of plan.Environment) []plan.Environment {
	var out []plan.Environment
	for _, c := range e.Value.Clusters {
		at := of
		if c.Value.Differs() {
			at.Overlay, at.Over = of.Overlay+"-"+c.ID, of.Overlay
			at.Deltas, at.Beneath = nil, of.Deltas
			for _, d := range c.Value.Differences {
				at.Deltas = append(at.Deltas, deltaOf(s, d))
			}
			at.URL = cmp.Or(e.Value.URL, addressOf(s.workloads, at))
		}
		at.Site, at.SitePath, at.Cluster = c.ID, schema.Join(of.Path+".clusters", c.ID), clusterOf(s, c.ID)
		at.Application = cmp.Or(c.Value.Application, of.Application+"-"+c.ID)
		at.Instance = instanceOf(s, c.ID)
		at.Manifest, at.Element = manifestOf(at.Instance, at.Application)
		at.Project = projectOf(s, e, at.Instance)
		out = append(out, at)
	}
	return out
}

// manifestOf is the file that gives an Application, and the one from which it makes it, where that is another.
func manifestOf(in plan.Instance, application string) (manifest, element string) {
	if in.Elements != "" {
		element = path.Join(in.Elements, application+".yaml")
	}
	return cmp.Or(in.ApplicationSet, path.Join(in.Made, "applications", application+".yaml")), element
}

// clustersFit: each environment names a cluster that there is, each cluster has an environment, and the images that run
// there run on its nodes.
func clustersFit(s input) diag.List {
	var out diag.List
	var names []string
	for _, c := range s.Clusters {
		at := schema.Join("clusters", c.ID)
		names = append(names, c.ID)
		if !slices.ContainsFunc(s.Environments, func(e schema.Named[schema.Environment]) bool { return e.Value.In(c.ID) }) && (s.Previews == nil || s.Previews.Cluster != c.ID) {
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
		at := schema.Join("environments", e.ID)
		known(at+".cluster", e.Value.Cluster)
		for _, c := range e.Value.Clusters {
			known(schema.Join(at+".clusters", c.ID), c.ID)
		}
	}
	if s.Previews != nil {
		known("previews.cluster", s.Previews.Cluster)
	}
	if len(out) == 0 {
		out = append(append(fleetsFit(s), namedAlike(s)...), releasedAlike(s)...)
	}
	return out
}

// releasedAlike: the release of a chart has one name in all clusters of an environment, and one template of an
// ApplicationSet cannot say it of each environment.
func releasedAlike(s input) diag.List {
	for _, e := range inOneSet(s) {
		for _, w := range s.workloads {
			if len(e.Value.Clusters) > 0 && w.RunsIn(e.ID) && w.Own != nil && w.Own.Chart != nil && w.Own.Chart.Release == "" {
				return diag.List{{Code: diag.NotApplicable, Path: schema.Join("environments", e.ID) + ".clusters",
					Message: fmt.Sprintf("the release of the chart of %s would have another name in each cluster of %s: that of the Application", w.Name, e.ID),
					Help:    fmt.Sprintf(`name it, for example by %s.release: "%s-{environment}", or leave argocd.applicationSet out`, w.Own.Chart.Path, s.Name)}}
			}
		}
	}
	return nil
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
		for _, d := range []schema.Difference{e.Value.Difference(w.Name), e.Value.Site(cluster).Difference(w.Name)} {
			if d.Placement != nil {
				arch = cmp.Or(d.Placement.Nodes[archLabel], arch)
			}
		}
		return e.Value.In(cluster) && w.RunsIn(e.ID) && (arch == "" || "linux/"+arch == platform)
	})
}

// archLabel is the label by which Kubernetes says what kind of processor a node has.
const archLabel = "kubernetes.io/arch"

// namedAlike: one template of an ApplicationSet names the clusters of all environments, by name or by address.
func namedAlike(s input) diag.List {
	all := inOneSet(s)
	for _, e := range all {
		first := all[0]
		other := clustersOf(s, first.Value)[0]
		at := slices.IndexFunc(clustersOf(s, e.Value), func(c plan.Cluster) bool { return c.Field() != other.Field() })
		if at >= 0 && !other.Own {
			own := clustersOf(s, e.Value)[at]
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
		if c.Fleet != nil {
			out = append(out, fleetStep(p, c))
			continue
		}
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

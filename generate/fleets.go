package generate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// fleetOf are the clusters that have some labels, nil for one cluster.
func fleetOf(at string, c schema.Cluster) *plan.Fleet {
	if c.Labels == nil {
		return nil
	}
	out := &plan.Fleet{Names: cmp.Or(c.Names, "*"), AtLeast: max(c.AtLeast, 1)}
	for _, key := range slices.Sorted(maps.Keys(c.Labels)) {
		out.Labels = append(out.Labels, plan.ClusterLabel{Path: schema.Join(at+".labels", key), Key: key, Value: c.Labels[key]})
	}
	return out
}

// inOneSet are the environments that the one ApplicationSet of the spec makes, with one template for all of them; none where
// each has a file of its own.
func inOneSet(s input) []schema.Named[schema.Environment] {
	var out []schema.Named[schema.Environment]
	for _, e := range s.Environments {
		if s.ArgoCD.ApplicationSet != "" && clusterOf(s, e.Value.Cluster).Fleet == nil {
			out = append(out, e)
		}
	}
	return out
}

// secretType is the label by which Argo CD knows the Secrets of clusters.
const secretType = "argocd.argoproj.io/secret-type"

// fleetsFit refuses what cannot be said of clusters that nobody knows beforehand.
func fleetsFit(s input) diag.List {
	var out diag.List
	refuse := func(code diag.Code, at, help, format string, args ...any) {
		out = append(out, diag.Diagnostic{Code: code, Path: at, Message: fmt.Sprintf(format, args...), Help: help})
	}
	for _, c := range s.Clusters {
		at := schema.Join("clusters", c.ID)
		if c.Value.Labels == nil {
			for _, f := range []struct {
				name string
				set  bool
			}{{"names", c.Value.Names != ""}, {"atLeast", c.Value.AtLeast > 0}} {
				if f.set {
					refuse(diag.NotApplicable, at+"."+f.name, "leave it out, or say labels instead of what names one cluster", "%s.%s does nothing: it is about clusters that are found by labels", at, f.name)
				}
			}
			continue
		}
		if len(c.Value.Labels) == 0 {
			refuse(diag.BadValue, at+".labels", `for example labels: {tier: "production"}`, "%s.labels is empty, and would be every cluster that Argo CD knows, its own among them", at)
		}
		if _, taken := c.Value.Labels[secretType]; taken {
			refuse(diag.Reserved, schema.Join(at+".labels", secretType), "leave it out: Argo CD asks for it anyway", "the label %s is Argo CD's own, and each cluster's Secret has it", secretType)
		}
		for _, e := range s.Environments {
			if name := cmp.Or(e.Value.Application, s.Name+"-"+e.ID); s.Previews != nil && e.Value.In(c.ID) && (name == s.Name+"-previews" || name == s.Name+"-pr") {
				refuse(diag.Duplicate, schema.Join("environments", e.ID)+".application", "give it another name by application", "the ApplicationSet of %s is called %s, and previews have names like that", e.ID, name)
			}
			if len(e.Value.Clusters) > 0 && e.Value.In(c.ID) {
				refuse(diag.Contradiction, schema.Join(schema.Join("environments", e.ID)+".clusters", c.ID), fmt.Sprintf("cluster: %q, for all of them alike; a cluster that differs, or one without these labels, is an environment of its own", c.ID),
					"%s is not one cluster but all with %s: nobody knows them beforehand, so that nothing can differ in one of them", c.ID, fleetOf(at, c.Value).Selector())
			}
		}
		if s.Previews != nil && s.Previews.Cluster == c.ID {
			refuse(diag.Contradiction, "previews.cluster", "name one cluster, by name or by server", "previews are in one cluster, and %s is all clusters with %s", c.ID, fleetOf(at, c.Value).Selector())
		}
	}
	return out
}

// fleetSet is the ApplicationSet that makes an Application for each cluster of labels. As in that of a list, nothing that
// runs goes with an Application, and no Application goes with a label (A22).
func (r *renderer) fleetSet(e plan.Environment) yamldoc.Doc {
	labels := yamldoc.Map{}
	for _, l := range e.Cluster.Fleet.Labels {
		labels = append(labels, yamldoc.Entry{Key: l.Key, Value: r.own(l.Path, l.Value)})
	}
	return r.fill("argocd/fleet", yamldoc.Values{
		"name":            r.own(e.Path, e.Application),
		"argocdNamespace": r.argoNamespace(e.Instance),
		"brought":         r.brought(),
		"labels":          yamldoc.Of(labels),
		"application":     r.own(e.Path, e.In("{{ .nameNormalized }}")),
		"mark":            r.own(e.Path, e.Application),
		"annotations":     annotated(r.applicationAnnotations(e)),
		"spec":            r.applicationSpec(e.Instance, e.Project, r.revision(e), r.own(e.Path, e.Overlay), e.Cluster.Field(), r.own(e.Cluster.Path, "{{ .name }}"), r.own(e.Path+".namespace", e.Namespace), e.Sync, r.plan.Creates(e), yamldoc.Of(r.plan.PodSecurity(e)), renderedChart{r.plan.Chart(e), e.Name, e.Live}),
	})
}

// fleetStep says how a cluster comes to be one of a fleet.
func fleetStep(p plan.Plan, c plan.Cluster) SetupStep {
	in, f := p.Instances()[0].Flags(), c.Fleet
	called := ""
	if f.Names != "*" {
		called = ", with names like `" + f.Names + "`"
	}
	var names []string
	for _, e := range p.Fleets() {
		if e.Cluster.Is(c) {
			names = append(names, "`"+e.Name+"`")
		}
	}
	label := "kubectl label secret SECRET-OF-CLUSTER" + in + " " + strings.ReplaceAll(f.Selector(), ",", " ")
	return SetupStep{Title: "The clusters with " + f.Selector(), Parts: []SetupPart{{Commands: []string{label}}},
		Text: "The clusters of " + plan.And(names) + " are those whose Secret in Argo CD has `" + f.Selector() + "`, at least " + number(f.AtLeast) + called + ". To register one: `argocd cluster add CONTEXT --name NAME`; to label it: `" + label + "`. `argocd cluster set --label` would take its other labels away. Argo CD's own cluster is among them only if somebody makes such a Secret for it. **Whoever may label these Secrets decides where " + plan.And(names) + " runs.** A cluster that loses its labels keeps its Application, and gets deploys, until somebody deletes that, as the chapter about it below says."}
}

// fleetSteps apply the ApplicationSets of the fleets.
func fleetSteps(by plan.Plan, in plan.Instance) []SetupStep {
	var out []SetupStep
	for _, e := range by.Fleets() {
		out = append(out, SetupStep{Title: "The ApplicationSet of " + e.Name, Text: "Apply the ApplicationSet of " + e.Name + ": `kubectl apply -f " + e.Manifest + "`. It makes `" + e.Applications()[0] + "` for each cluster with " + e.Cluster.Fleet.Selector() + ", and takes over an Application that runs under such a name already. kubectl warns of its finalizer: Argo CD knows that one by this name alone.",
			Parts: []SetupPart{applyPart(in, "applicationset.argoproj.io", map[string]string{e.Application: e.Manifest})}})
	}
	return out
}

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

// overlays is the folder of the environments, below the application's folder.
const overlays = "overlays"

// approvalSuffix ends the name of the GitHub environment whose reviewers approve the deploys to another environment.
// The secrets stay in that other one.
const approvalSuffix = "-approval"

// environmentsOf gives each environment its overlay, Application and deploy job. Each is behind the one that it comes
// after.
func environmentsOf(s input, deployed map[string]map[string]plan.Deployed) ([]plan.Environment, diag.List) {
	ordered, bad := inOrder(s.Environments)
	var out []plan.Environment
	for _, e := range ordered {
		environment := environmentOf(s, e)
		environment.Deployed = deployed[e.ID]
		out = append(out, environment)
	}
	return out, append(bad, distinct(plan.Plan{Environments: out}.Sites())...)
}

func environmentOf(s input, e schema.Named[schema.Environment]) plan.Environment {
	g := gitopsOf(s)
	overlay := func(name string) string { return path.Join(g.Folder, overlays, name) }
	at := schema.Join("environments", e.ID)
	out := plan.Environment{
		Name: e.ID, Path: at, SitePath: at, Namespace: e.Value.Namespace, Cluster: clusterOf(s, e.Value.Cluster), Shared: e.Value.SharedNamespace, Sync: syncOf(s, e), Application: cmp.Or(e.Value.Application, s.Name+"-"+e.ID),
		Overlay: overlay(e.ID), Live: path.Join(overlay(e.ID), "live"),
		Rendered: renderedBranch(s, e.ID), URL: e.Value.URL, After: e.Value.After, Followed: followed(s, e.ID), Promoted: s.promoted[e.ID], LowerReleases: e.Value.LowerReleases,
		Jobs:      plan.EnvironmentJobs{Deploy: deployPrefix + e.ID, Confirms: confirms(s, e.ID)},
		Rollbacks: rollbacks + "/" + s.Name + "-" + e.ID + "-",
	}
	out.Instance = instanceOf(s, e.Value.Cluster)
	out.Project = projectOf(s, e, out.Instance)
	out.Subscriptions = subscriptionsOf(notifyOf(s, e))
	for _, d := range e.Value.Differences {
		out.Deltas = append(out.Deltas, deltaOf(s, d))
	}
	out.Deltas = unmounted(s, e, out.Deltas)
	out.URL = cmp.Or(out.URL, addressOf(s.workloads, out))
	out.Manifest, out.Element = manifestOf(out.Instance, out.Application)
	if out.Cluster.Fleet != nil {
		out.Element, out.Manifest = "", path.Join(out.Instance.Made, "applicationsets", out.Application+".yaml")
	}
	way, decides := writeOf(s, e)
	out.WritePath, out.Reviewed = decides, way == byReview
	if way != byPush {
		out.Proposal = proposals + "/" + s.Name + "-" + e.ID
	}
	if e.Value.Approval {
		out.Approval, out.Jobs.Approve = e.ID+approvalSuffix, approvePrefix+e.ID
	}
	if out.Copies = copiesOf(s, e); len(out.Copies) > 0 {
		out.Jobs.Copy = copyPrefix + e.ID
	}
	if out.Jobs.Confirms != out.Jobs.Deploy {
		out.Jobs.Merged = out.Jobs.Confirms
	}
	if e.Value.After != "" {
		out.AfterLive, out.AfterPath = path.Join(overlay(e.Value.After), "live"), e.Value.AfterPath
	}
	if s.demands.By(plan.TakenBack, "", e.ID) != nil {
		out.Jobs.Rollback = rollbackPrefix + e.ID
	}
	if e.Value.Custom {
		out.Custom = &plan.Folder{Path: path.Join(out.Overlay, custom), Reader: e.ID}
	}
	if out.Sites = sitesOf(s, e, out); len(out.Sites) > 0 {
		out.Cluster, out.Instance, out.Manifest, out.Element = plan.Cluster{}, plan.Instance{}, "", ""
	}
	return out
}

// deltaOf is what an environment changes in a workload.
func deltaOf(s input, d schema.Named[schema.Difference]) plan.Delta {
	v := d.Value
	out := plan.Delta{Path: v.At, Workload: d.ID, Replicas: v.Replicas, Scale: scaleDelta(v), Route: routeDelta(v), Resources: resourcesOf(v.Resources), Env: v.Env, Schedule: v.Schedule,
		Surge: v.Rollout.Surge, Unavailable: v.Rollout.Unavailable, Steps: stepsOf(v.Rollout.Steps)}
	if v.Placement != nil {
		p := placementOf(*v.Placement, v.At)
		out.Placement = &p
	}
	for _, w := range s.Workloads {
		if w.ID == d.ID {
			out.Files = filesIn(w.Value, v)
			for _, name := range sorted(v.Volumes) {
				out.Sizes = append(out.Sizes, plan.SizeIn{Path: schema.Join(v.At+".volumes", name) + ".size", Volume: name, Size: v.Volumes[name].Size})
			}
		}
	}
	return out
}

// changed is an environment as far as it concerns one workload.
func changed(s input, e schema.Named[schema.Environment], workload string) plan.Environment {
	d := schema.Named[schema.Difference]{ID: workload, Value: e.Value.Difference(workload)}
	return plan.Environment{Name: e.ID, Deltas: []plan.Delta{deltaOf(s, d)}}
}

// confirms is the job whose output deployed says that an environment runs what this run has built.
func confirms(s input, environment string) string {
	for _, e := range s.Environments {
		if way, _ := writeOf(s, e); e.ID == environment && way != byPush && followed(s, environment) {
			return mergedPrefix + environment
		}
	}
	return deployPrefix + environment
}

// followed reports whether another environment comes after one in the same run.
func followed(s input, environment string) bool {
	for _, e := range s.Environments {
		if e.Value.After == environment && startOf(e.Value) == plan.WithBuild {
			return true
		}
	}
	return false
}

// inOrder sorts environments so that each is behind the one it comes after,
// and otherwise as the spec has them.
func inOrder(all []schema.Named[schema.Environment]) ([]schema.Named[schema.Environment], diag.List) {
	var out []schema.Named[schema.Environment]
	var bad diag.List
	placed := map[string]bool{"": true}
	for len(out) < len(all) {
		before := len(out)
		for _, e := range all {
			if !placed[e.ID] && placed[e.Value.After] {
				placed[e.ID] = true
				out = append(out, e)
			}
		}
		if len(out) == before {
			break
		}
	}
	for _, e := range all {
		if placed[e.ID] {
			continue
		}
		at := e.Value.AfterPath
		if !slices.ContainsFunc(all, func(o schema.Named[schema.Environment]) bool { return o.ID == e.Value.After }) {
			bad = append(bad, diag.Diagnostic{Code: diag.UnknownEnvironment, Path: at,
				Message: fmt.Sprintf("%s names %q, and there is no such environment%s", at, e.Value.After, diag.Meant(e.Value.After, ids(all))),
				Help:    "there is " + strings.Join(ids(all), ", ")})
			continue
		}
		bad = append(bad, diag.Diagnostic{Code: diag.EnvironmentLoop, Path: at,
			Message: fmt.Sprintf("environment %s waits for %s, which in the end waits for it", e.ID, e.Value.After),
			Help:    "one of them must come first"})
	}
	return out, bad
}

// distinct refuses environments that would write over one another in the cluster.
func distinct(all []plan.Environment) diag.List {
	var bad diag.List
	applications := map[[2]string]string{}
	for i, e := range all {
		same := func(other plan.Environment) bool {
			return other.Namespace == e.Namespace && other.Cluster.MayBe(e.Cluster)
		}
		if other := slices.IndexFunc(all[:i], same); other >= 0 && !all[other].Cluster.Is(e.Cluster) {
			bad = append(bad, diag.Diagnostic{Code: diag.Duplicate, Path: e.Path + ".namespace",
				Message: fmt.Sprintf("environments %s and %s both deploy to namespace %s, in %s and in %s, and one cluster may be in both: each would replace the other's objects", all[other].Where(), e.Where(), e.Namespace, all[other].Cluster, e.Cluster),
				Help:    "give each environment a namespace of its own, or let their clusters have different values of one label"})
		} else if other >= 0 {
			bad = append(bad, diag.Diagnostic{Code: diag.Duplicate, Path: e.Path + ".namespace",
				Message: fmt.Sprintf("environments %s and %s both deploy to namespace %s: each would replace the other's objects", all[other].Where(), e.Where(), e.Namespace),
				Help:    "give each environment a namespace of its own, or name the cluster that it is in"})
		}
		if root := e.Instance.Root; root != nil && e.Application == root.Name {
			bad = append(bad, diag.Diagnostic{Code: diag.Duplicate, Path: e.SitePath + ".application",
				Message: fmt.Sprintf("the Application of %s is called %s, as the root Application that brings it", e.Where(), e.Application),
				Help:    "give it another name by application"})
		}
		if other := slices.IndexFunc(all, func(other plan.Environment) bool {
			return e.Cluster.Fleet != nil && other.Name != e.Name && strings.HasPrefix(other.Application, e.In(""))
		}); other >= 0 {
			bad = append(bad, diag.Diagnostic{Code: diag.Duplicate, Path: all[other].SitePath + ".application",
				Message: fmt.Sprintf("the Application of %s is called %s, and so would be the one of %s in a cluster of the name %s", all[other].Where(), all[other].Application, e.Name, strings.TrimPrefix(all[other].Application, e.In(""))),
				Help:    "give one of them a name of its own by application, with which the other does not begin"})
		}
		named := [2]string{e.Instance.Cluster, e.Application}
		if other, taken := applications[named]; taken {
			bad = append(bad, diag.Diagnostic{Code: diag.Duplicate, Path: e.SitePath + ".application",
				Message: fmt.Sprintf("environments %s and %s both have the Application %s", other, e.Where(), e.Application),
				Help:    "leave application out, or give each a name of its own"})
		}
		applications[named] = e.Where()
	}
	return bad
}

// lowerReleasesByTag: on a branch there is no lower release, since one of two commits always contains the other.
func lowerReleasesByTag(s input) diag.List {
	var out diag.List
	for _, e := range s.Environments {
		if e.Value.LowerReleases && s.Source.ReleaseTags == "" {
			at := schema.Join("environments", e.ID) + ".lowerReleases"
			out = append(out, diag.Diagnostic{Code: diag.NotApplicable, Path: at,
				Message: at + " does nothing: it is about release tags, and this pipeline releases the branch " + s.Source.Branch,
				Help:    "leave it out, or set source.releaseTags"})
		}
	}
	return out
}

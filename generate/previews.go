package generate

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/schema"
)

const (
	// previewOverlay is the folder of the overlay of all previews, and the name by which a workload runs there alone.
	previewOverlay = "preview"
	previewPrefix  = "preview"
	previewMinutes = 20
	admitMinutes   = 5
)

// previewsOf are the previews of a plan that has its workloads and images, nil where the spec has none.
func previewsOf(s input, of plan.Plan) *plan.Previews {
	v := s.Previews
	if v == nil {
		return nil
	}
	prefix, in := s.Name+"-pr-", instanceOf(s, v.Cluster)
	p := &plan.Previews{
		Path: "previews", Label: v.Label, Ready: v.Label + "-ready", Most: v.Most, Every: time.Duration(v.Every), Prefix: prefix,
		Project: s.Name + "-previews", ProjectFile: path.Join(in.Folder, "projects", s.Name+"-previews.yaml"), Set: path.Join(in.Made, "applicationsets", s.Name+"-previews.yaml"),
		Hosts: map[string]string{}, Pods: v.Quota.Pods, CPU: v.Quota.CPU, Memory: v.Quota.Memory, Workflow: s.previewsWorkflow(),
		Overlay: plan.Environment{
			Name: previewOverlay, Path: "previews", Namespace: prefix + "0", Application: prefix + "0", Overlay: path.Join(of.GitOps.Folder, overlays, previewOverlay),
			Cluster: clusterOf(s, v.Cluster), Instance: in, Sync: plan.Sync{Path: "argocd.sync", Automated: true, Prune: true, SelfHeal: true},
		},
	}
	if v.Token != nil {
		p.Secret, p.Key = v.Token.Name, v.Token.Key
	}
	for _, w := range of.In(p.Overlay) {
		if w.Route != nil && w.Route.Kind != plan.ByLoadBalancer && v.Host != "" {
			p.Hosts[w.Name] = strings.ReplaceAll(v.Host, "{workload}", w.Name)
		}
	}
	var builds []string
	for _, i := range of.ImagesIn(p.Overlay) {
		b := plan.PreviewBuild{Job: previewPrefix, Image: i.Name, Leg: previewLeg(s, i)}
		if len(s.Images) > 1 {
			b.Job += "-" + i.Name
		}
		p.Builds, builds = append(p.Builds, b), append(builds, b.Job)
		p.Jobs = append(p.Jobs, plan.Job{ID: b.Job, Name: titled("Build the preview", strings.TrimPrefix(strings.TrimPrefix(b.Job, previewPrefix), "-")), Path: p.Path, Runs: plan.PullRequest, Limit: plan.Limit{Minutes: previewMinutes}, RunsOn: b.Leg.RunsOn,
			Rights: []plan.Right{sourceRight, right("packages", "write", "push the image of the pull request")},
			Steps:  append(loginSteps(i.Login), plan.Step{ID: plan.StepPush, Name: "Build the image and push it"})})
	}
	for _, w := range of.In(p.Overlay) {
		p.Overlay.Deltas = append(p.Overlay.Deltas, previewDelta(s, p, w))
	}
	p.Jobs = append(p.Jobs, s.placed(plan.Jobs{{ID: plan.AdmitJob, Name: "Preview", Path: p.Path, Needs: builds, Runs: plan.PullRequest | plan.Fork, Limit: plan.Limit{Minutes: admitMinutes},
		Rights: []plan.Right{right("pull-requests", "write", "label the pull request, or say why it gets no preview")}}})...)
	return p
}

func (s input) previewsWorkflow() string {
	if s.folder == "." {
		return plan.UsualPreviews
	}
	return plan.WorkflowsFolder + s.Name + "-previews.yaml"
}

// previewLeg is the platform for which an image is built: one that the nodes of the cluster have, and best without
// emulation. One is enough for something to look at.
func previewLeg(s input, i plan.Image) plan.Leg {
	var nodes []string
	for _, c := range s.Clusters {
		if c.ID == s.Previews.Cluster {
			nodes = c.Value.Platforms
		}
	}
	fits := slices.DeleteFunc(slices.Clone(i.Legs), func(l plan.Leg) bool { return len(nodes) > 0 && !slices.Contains(nodes, l.Platform) })
	if len(fits) == 0 {
		return i.Legs[0] // previewsFit says so
	}
	return slices.MinFunc(fits, func(a, b plan.Leg) int { return cmp.Compare(emulation(a), emulation(b)) })
}

func emulation(l plan.Leg) int {
	if l.Emulated {
		return 1
	}
	return 0
}

// previewDelta is what the previews change in a workload: nothing that must exist in a namespace is in theirs, and pods
// come to nodes for which there is an image.
func previewDelta(s input, p *plan.Previews, w plan.Workload) plan.Delta {
	out := plan.Delta{Path: p.Path, Workload: w.Name}
	for _, d := range s.Previews.Differences {
		if d.ID == w.Name {
			out = deltaOf(s, d)
		}
	}
	if w.Route != nil {
		out.Route = plan.RouteDelta{None: p.Hosts[w.Name] == ""}
		if host := p.Host(w.Name, "0"); host != "" {
			out.Route.Hosts = []string{host}
		}
	}
	for _, v := range w.Reads.Keys {
		if _, instead := out.Env[v.Variable]; !v.Optional && !instead {
			v.Optional = true
			out.Unread = append(out.Unread, v)
		}
	}
	out.Unmounted = w.Stores()
	for _, b := range p.Builds {
		if i := slices.IndexFunc(s.Images, func(i schema.Named[schema.Image]) bool { return i.ID == b.Image }); w.Runs(b.Image) && len(s.Images[i].Value.Platforms) > 1 {
			out.Placement = &plan.Placement{Nodes: map[string]string{archLabel: b.Leg.Arch}}
		}
	}
	return out
}

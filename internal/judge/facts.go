package judge

import (
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/criteria"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/rules"
)

// Facts copies from a plan what only the spec can say. It is the one bridge between the plan and the rules, so that
// neither knows the other.
func Facts(p plan.Plan) rules.Facts {
	f := rules.Facts{
		Application: p.Name,
		Source:      rules.Repository{Name: p.Source.Repository, Branch: p.Source.Branch},
		Signed:      p.GitOps.Signed,
		Signers:     p.ArgoCD.Signers,
		GitOps:      rules.Repository{Name: p.GitOps.Repository, Branch: p.GitOps.Branch},
		ReleaseTags: p.Release.Tags,
		Paths:       p.Source.Paths,
		Readme:      p.Readme,
		Elements:    map[string]string{},
		Read:        map[string][]string{},
		There:       map[string][]string{},
		Granted:     map[string]map[string]string{},
		Given:       map[string][]rules.Given{},
		CISecrets:   p.SecretNames(plan.InGitHub, plan.ByDeploys, plan.ByLogins, plan.ByPulls, plan.ByWork, plan.BySteps, plan.ByPromotions),
		CIVariables: p.SecretNames(plan.VariableInGitHub, plan.ByDeploys, plan.ByLogins, plan.ByPulls, plan.ByWork, plan.BySteps, plan.ByPromotions),
		Noticed:     p.ArgoCD.Noticed.Within,
		Tags:        p.Style != pins.Commit,
		Kustomize:   p.Tools["kustomize"].Version,
	}
	if len(p.TestRuns.Jobs) > 0 {
		f.TestRuns = p.TestRuns.Workflow
	}
	for _, r := range p.Readers {
		f.Readers = append(f.Readers, rules.Reader{Host: r.Host, Secret: r.Login.Password})
	}
	for _, d := range p.Dependencies {
		f.Dependencies = append(f.Dependencies, rules.Dependency{Name: d.Name, Image: d.Image})
	}
	for _, project := range p.Projects() {
		if project.Existing {
			f.Projects = append(f.Projects, project.Name)
		}
	}
	for _, i := range p.Instances() {
		if root := i.Root; root != nil {
			f.Roots = append(f.Roots, rules.Root{Application: root.Name, Project: root.Project, Folder: root.Folder, Namespace: i.Namespace})
		}
		if i.ApplicationSet != "" {
			f.Elements[i.ApplicationSet] = i.Elements
		}
		if i.Cluster != "" {
			f.ArgoCDs = append(f.ArgoCDs, rules.ArgoCD{Cluster: i.Cluster, Folder: i.Folder, Namespace: i.Namespace, URL: i.URL})
		}
	}
	for _, i := range p.Images {
		image := rules.ImageFact{
			Name: i.Name, Reference: i.Reference, Tag: i.Tag, MovingTags: i.MovingTags, Context: i.Context, Dockerfile: i.Dockerfile, Target: i.Target, Tests: i.Tests, Paths: i.Paths, TakenAgain: i.TakenAgain(),
			Emulated: i.Emulated(), PullSecret: i.PullSecret, TriedAs: i.TriedAs,
		}
		for _, e := range p.Environments {
			if c := e.Copy(i.Name); c != nil {
				image.Copies = append(image.Copies, rules.CopyFact{Environment: e.Name, Reference: c.Reference})
			}
		}
		for _, l := range i.Legs {
			image.Platforms = append(image.Platforms, l.Platform)
		}
		f.Images = append(f.Images, image)
	}
	for _, w := range p.Workloads {
		f.Workloads = append(f.Workloads, workload(p, w))
		f.Kinds = append(f.Kinds, w.Kinds...)
		f.Existing = append(f.Existing, existing(w)...)
	}
	for _, s := range p.Secrets {
		if s.Reader == plan.ByWayIn && p.Made(s.Name) == nil {
			f.Existing = append(f.Existing, "Secret/"+s.Name)
		}
	}
	for _, s := range p.MadeSecrets {
		f.Made = append(f.Made, s.Name)
		f.There[s.Name] = s.There
		switch s.Way {
		case plan.BySeal:
			f.Existing = append(f.Existing, "SealedSecret.bitnami.com")
		case plan.ByDriver:
			f.Existing = append(f.Existing, "SecretProviderClass.secrets-store.csi.x-k8s.io")
		case plan.ByStore:
			f.Existing = append(f.Existing, "ExternalSecret.external-secrets.io")
		}
	}
	for _, s := range p.Stored() {
		if _, must := p.MustExist(s.Name); s.Kind == plan.SecretKind && !must {
			continue
		}
		for _, u := range s.Uses {
			if object := string(s.Kind) + "/" + s.Name; !u.Optional {
				f.Read[object] = append(f.Read[object], u.Key)
			}
		}
	}
	logins := p.SecretNames(plan.InGitHub, plan.ByLogins, plan.ByPulls)
	for _, j := range p.Jobs {
		f.Granted[j.ID] = j.Granted
		for _, g := range j.Given {
			f.Given[j.ID] = append(f.Given[j.ID], rules.Given{As: g.As, Name: g.Name, Value: g.Value(), From: g.Path, LogsIn: slices.Contains(logins, g.Name)})
		}
		switch {
		case j.Own != nil:
			f.ExtraJobs = append(f.ExtraJobs, rules.ExtraJob{ID: j.ID, NeededBy: j.Own.NeededBy, Required: j.Required, Sometimes: j.Own.Sometimes(), OnFailure: j.Own.OnFailure})
		case j.ID == plan.SelfCheckJob:
			f.ExtraJobs = append(f.ExtraJobs, rules.ExtraJob{ID: j.ID, Required: true})
		case j.ID == plan.CodecovJob:
			f.ExtraJobs = append(f.ExtraJobs, rules.ExtraJob{ID: j.ID})
		}
	}
	for _, c := range p.Criteria {
		if k := criteria.Of(c.Kind); k.Proof != nil {
			f.Criteria = append(f.Criteria, rules.Criterion{ID: c.ID, Proof: func(on *rules.Case) { k.Proof(c, on) }})
		}
	}
	for _, n := range p.NonGoals {
		if n.Guard != "" {
			f.NonGoals = append(f.NonGoals, rules.NonGoal{ID: n.ID, Path: n.Path, Guard: n.Guard})
		}
	}
	for _, a := range p.Accepted {
		f.Accepted = append(f.Accepted, rules.Accepted{Path: a.Path, Criterion: a.Criterion, Rule: a.Rule, Object: a.Object, File: a.File})
	}
	for _, e := range p.Overlays() {
		f.Environments = append(f.Environments, rules.Environment{
			Chart: chart(p, e), Name: e.Name, Overlay: e.Overlay, Over: e.Over, Rendered: e.Rendered, Namespace: e.Namespace, Sites: sites(e), Shared: !p.Creates(e), Proposal: e.Proposal, Reviewed: e.Reviewed, Rollbacks: e.Rollbacks,
			After: e.After, Promoted: e.Promoted, Approval: e.Approval != "", LowerReleases: e.LowerReleases, Subscriptions: subscriptions(e),
		})
	}
	f.Previews = previews(p)
	if p.GitOps.Rendered != nil {
		f.Rendering = p.GitOps.Rendered.Workflow
	}
	for _, one := range p.Promotions {
		f.Promotions = append(f.Promotions, promotion(p, one))
	}
	return f
}

func sites(e plan.Environment) []rules.Site {
	var out []rules.Site
	for _, at := range e.At() {
		if f := at.Cluster.Fleet; f != nil {
			fleet := &rules.Fleet{Labels: map[string]string{}, Names: f.Names, Mark: plan.FleetLabel}
			for _, l := range f.Labels {
				fleet.Labels[l.Key] = l.Value
			}
			out = append(out, rules.Site{Application: at.In(pipeline.SampleCluster), Cluster: pipeline.SampleCluster, Fleet: fleet})
		} else if at.Overlay == e.Overlay {
			out = append(out, rules.Site{Application: at.Application, Cluster: at.Cluster.Destination(), ArgoCD: at.Instance.Cluster})
		}
	}
	return out
}

func chart(p plan.Plan, e plan.Environment) *rules.ChartFact {
	c := p.Chart(e)
	if c == nil {
		return nil
	}
	here := c.In(e.Name)
	return &rules.ChartFact{Folder: here.Folder, URL: c.URL(), Name: c.Name, Version: c.Version, Release: here.Release, Values: here.Values, Images: c.Images}
}

func previews(p plan.Plan) *rules.Previews {
	v := p.Previews
	if v == nil {
		return nil
	}
	out := &rules.Previews{Workflow: v.Workflow, Overlay: v.Overlay.Overlay, Project: v.Project, Prefix: v.Prefix, Label: v.Label, Ready: v.Ready, Most: v.Most, Images: map[string]string{}}
	for _, i := range p.ImagesIn(v.Overlay) {
		out.Images[i.Name] = i.Reference
	}
	return out
}

func subscriptions(e plan.Environment) map[string]string {
	out := map[string]string{}
	for _, s := range e.Subscriptions {
		out[s.Annotation()] = s.Value()
	}
	return out
}

func promotion(p plan.Plan, one plan.Promotion) rules.Promotion {
	out := rules.Promotion{To: one.To, From: one.From, Workflow: one.Workflow, Soak: int(one.Soak / time.Second)}
	switch one.Start {
	case plan.AtTag:
		out.Event, out.Only = "push", one.Tags
	case plan.AtRelease:
		out.Event, out.Only = "release", one.Release
	}
	for _, k := range one.Gates {
		out.Gates = append(out.Gates, k.Line())
	}
	for _, f := range one.Figures {
		out.Figures = append(out.Figures, rules.Figure{Criterion: f.Criterion.ID, Workload: f.Workload, Image: f.Image, Namespace: p.Environment(f.Environment).Namespace,
			Address: f.Address, Labels: f.Labels, Over: f.Span(), Floor: f.Floor, Limit: f.Limit, Below: f.Below})
	}
	for _, i := range p.Verified(p.Environment(one.To)) {
		out.Verified = append(out.Verified, i.Reference)
	}
	return out
}

func workload(p plan.Plan, w plan.Workload) rules.WorkloadFact {
	out := rules.WorkloadFact{
		Path: w.Path, Name: w.Name, Kind: string(w.Kind), Image: w.Image, External: w.External, Only: w.Only, Port: w.Port, ServicePort: w.ServicePort,
		From: w.From, Outside: w.Outside, Alive: w.Kind == plan.WorkerKind && w.Starts(), ProbePort: w.Probes.Port, Unasked: w.Probes.None != "",
	}
	for _, c := range w.Init {
		out.Init = append(out.Init, rules.ContainerFact{Path: c.Path, Name: c.Name, External: c.External, Sidecar: c.Sidecar})
	}
	for _, e := range p.Environments {
		out.Away = max(out.Away, e.Rollout(w).Unavailable)
	}
	if s := w.Stateful; s != nil {
		out.Stateful = &rules.StatefulFact{Peers: s.Peers, Ordered: s.Ordered, ScaledGone: s.ScaledGone, DeletedGone: s.DeletedGone}
	}
	out.Progressive = w.Rollout.Progressive()
	if j := w.Job; j != nil {
		out.Seconds, out.Before, out.After = j.Seconds, j.Before, j.After
	}
	if c := w.Cron; c != nil {
		out.Seconds, out.Cron = c.Seconds, &rules.CronFact{TimeZone: c.TimeZone, Overlap: c.Overlap, History: c.History, Schedule: c.Schedule, In: map[string]string{}}
		for _, e := range p.Environments {
			if s := e.Delta(w.Name).Schedule; s != "" {
				out.Cron.In[e.Name] = s
			}
		}
	}
	return out
}

// existing are the objects that the spec declares, and the kinds of the author's
// own files as those of others, which Kubernetes must have learned from someone.
func existing(w plan.Workload) []string {
	out := append([]string{}, w.Existing...)
	for _, k := range w.Kinds {
		if group, kind, grouped := strings.Cut(k, "/"); grouped {
			out = append(out, kind+"."+group)
		}
	}
	if w.Scale.ByKEDA() {
		out = append(out, "ScaledObject.keda.sh", "TriggerAuthentication.keda.sh")
	}
	if len(w.Alerts) > 0 {
		out = append(out, "PrometheusRule.monitoring.coreos.com")
	}
	if w.Rollout.Progressive() {
		out = append(out, "Rollout.argoproj.io", "AnalysisTemplate.argoproj.io")
	}
	return out
}

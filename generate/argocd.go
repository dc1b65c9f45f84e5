package generate

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

func (r *renderer) argocd() {
	listed := r.plan.Listed()
	if r.plan.ArgoCD.ApplicationSet {
		for _, in := range r.plan.Instances() {
			by := listed.By(in)
			if len(by.Environments) == 0 {
				continue
			}
			of := r.elementsOf(in, by)
			r.add(artifact.GitOps, in.ApplicationSet, r.applicationSet(in, by, of))
			for _, e := range by.Sites() {
				if e.Element != "" {
					r.add(artifact.GitOps, e.Element, r.element(of, e))
				}
			}
		}
	} else {
		for _, e := range listed.Sites() {
			r.add(artifact.GitOps, e.Manifest, r.application(e))
		}
	}
	for _, e := range r.plan.Fleets() {
		r.add(artifact.GitOps, e.Manifest, r.fleetSet(e))
	}
	for _, project := range r.plan.Written() {
		r.add(artifact.GitOps, project.File, r.project(project))
	}
	for _, in := range r.plan.Instances() {
		if in.Root != nil {
			r.add(artifact.GitOps, in.Root.File, r.root(in))
			r.add(artifact.GitOps, in.Root.ProjectFile, r.rootProject(in))
		}
	}
	if p := r.plan.Previews; p != nil {
		r.add(artifact.GitOps, p.Set, r.previewSet())
		r.add(artifact.GitOps, p.ProjectFile, r.previewProject())
	}
}

func (r *renderer) application(e plan.Environment) yamldoc.Doc {
	return r.fill("argocd/application", yamldoc.Values{
		"name":            r.own(e.Path, e.Application),
		"argocdNamespace": r.argoNamespace(e.Instance),
		"annotations":     annotated(r.bringing(), r.applicationAnnotations(e)),
		"spec":            r.applicationSpec(e.Instance, e.Project, r.revision(e), r.own(e.Path, e.Overlay), e.Cluster.Field(), r.cluster(e), r.own(e.Path+".namespace", e.Namespace), e.Sync, r.plan.Creates(e), yamldoc.Of(r.plan.PodSecurity(e)), renderedChart{r.plan.Chart(e), e.Name, e.Live}),
	})
}

// applicationAnnotations say what Argo CD watches, and whom it notifies. The watched paths are the same in every
// environment, since they are relative to its overlay. The folders of workloads that do not run in an environment are among
// them: a change there is rendered for nothing, and never missed. A cluster that differs watches the overlay beneath it,
// and in an ApplicationSet all elements do.
func (r *renderer) applicationAnnotations(e plan.Environment) yamldoc.Doc {
	var watched yamldoc.Doc
	if e.Rendered != "" {
		watched = r.fill("argocd/annotations-rendered", nil)
	} else if len(r.plan.OwnFolders()) == 0 && !r.plan.HasCharts() { // what the author's files read, they say and not the spec
		watched = r.fill("argocd/annotations", yamldoc.Values{"paths": yamldoc.Of(strings.Join(append(slices.Clone(r.watched), r.beneath(e)...), ";"))})
	}
	return yamldoc.Join(watched, r.subscriptions(e))
}

// annotated is what there is of some annotations.
func annotated(all ...yamldoc.Doc) yamldoc.Value {
	out := yamldoc.Join(all...)
	if out.Empty() {
		return yamldoc.Omit
	}
	return yamldoc.Block(out)
}

// beneath are the overlays beneath that of an Application, as they are named from there.
func (r *renderer) beneath(e plan.Environment) []string {
	of := []plan.Environment{e}
	if r.plan.ArgoCD.ApplicationSet && e.Cluster.Fleet == nil {
		of = r.plan.Listed().By(e.Instance).Overlays()
	}
	var out []string
	for _, e := range of {
		if over := "../" + path.Base(e.Over); e.Over != "" && !slices.Contains(out, over) {
			out = append(out, over)
		}
	}
	return out
}

// applicationSpec is the spec of an Application. Its arguments are what differs between environments; named is the field
// that names the cluster.
func (r *renderer) applicationSpec(in plan.Instance, project plan.Project, revision, overlay yamldoc.Value, named string, cluster, namespace yamldoc.Value, sync plan.Sync, creates bool, level yamldoc.Value, chart renderedChart) yamldoc.Value {
	v := r.specValues(in, project, revision, overlay, named, cluster, namespace, sync, creates, level)
	if chart.Chart == nil {
		return yamldoc.Block(r.fill("argocd/application-spec", v))
	}
	delete(v, "kustomize")
	maps.Copy(v, r.chartSource(in, chart))
	return yamldoc.Block(r.fill("argocd/application-spec-chart", v))
}

func (r *renderer) specValues(in plan.Instance, project plan.Project, revision, overlay yamldoc.Value, named string, cluster, namespace yamldoc.Value, sync plan.Sync, creates bool, level yamldoc.Value) yamldoc.Values {
	v := yamldoc.Values{
		"kustomize":  yamldoc.Omit,
		"project":    r.own(project.Path, project.Name),
		"repoURL":    r.argoReads(in),
		"revision":   revision,
		"path":       overlay,
		"server":     yamldoc.Omit,
		"name":       yamldoc.Omit,
		"namespace":  namespace,
		"syncPolicy": yamldoc.Block(r.sync(sync, creates, level)),
		"ignored":    r.ignored(),
	}
	v[named] = cluster
	return v
}

// revision is the branch that Argo CD reads for an environment.
func (r *renderer) revision(e plan.Environment) yamldoc.Value {
	at := "gitops.branch"
	if e.Rendered != "" {
		at = r.plan.GitOps.Rendered.Path + ".branch"
	}
	return r.own(at, "refs/heads/"+r.plan.Branch(e))
}

// ignored leaves alone what Argo Rollouts writes into Services and routes.
func (r *renderer) ignored() yamldoc.Value {
	var out []yamldoc.Doc
	for _, w := range r.plan.Workloads {
		if w.SecondService() == "" {
			continue
		}
		for _, name := range []string{w.Name, w.SecondService()} {
			out = append(out, r.fill("argocd/ignored-selector", yamldoc.Values{"service": r.own(w.NamePath, name)}))
		}
		if w.Moved() {
			out = append(out, r.fill("argocd/ignored-weights", yamldoc.Values{"route": r.own(w.Rollout.Canary.Path+".traffic", w.Name)}))
		}
	}
	return list(out...)
}

func (r *renderer) cluster(e plan.Environment) yamldoc.Value {
	return r.own(e.Cluster.Path, e.Cluster.Destination())
}

// argoNamespace is the namespace of an Argo CD, and argoReads the one address by which it reads the GitOps repository.
func (r *renderer) argoNamespace(in plan.Instance) yamldoc.Value {
	return r.own(in.NamespacePath, in.Namespace)
}
func (r *renderer) argoReads(in plan.Instance) yamldoc.Value { return r.own(in.URLPath, in.URL) }

func (r *renderer) sync(s plan.Sync, createsNamespace bool, level yamldoc.Value) yamldoc.Doc {
	options := []string{"ServerSideApply=true", "ApplyOutOfSyncOnly=true", "FailOnSharedResource=true", "PruneLast=true"}
	if r.plan.Ordered() {
		// A sync that is tried again would otherwise pass by a job that failed: git and the cluster have the same Job.
		options = slices.DeleteFunc(options, func(o string) bool { return o == "ApplyOutOfSyncOnly=true" })
	}
	if slices.ContainsFunc(r.plan.Workloads, func(w plan.Workload) bool { return w.SecondService() != "" }) {
		options = append(options, "RespectIgnoreDifferences=true")
	}
	metadata := yamldoc.Omit
	if createsNamespace {
		options = append([]string{"CreateNamespace=true"}, options...)
		metadata = yamldoc.Block(r.fill("argocd/namespace-metadata", yamldoc.Values{"level": level}))
	}
	refresh := yamldoc.Omit
	if r.plan.ArgoCD.RetryRefresh {
		refresh = yamldoc.Of(true)
	}
	return r.fill("argocd/sync", yamldoc.Values{
		"automated":         r.automated(s),
		"options":           r.own("argocd.sync", options),
		"namespaceMetadata": metadata,
		"refresh":           refresh,
	})
}

// automated is left out where a person starts each sync.
func (r *renderer) automated(s plan.Sync) yamldoc.Value {
	if !s.Automated {
		return yamldoc.Omit
	}
	return yamldoc.Of(yamldoc.Map{
		{Key: "prune", Value: r.own(s.Path+".prune", s.Prune)},
		{Key: "selfHeal", Value: r.own(s.Path+".selfHeal", s.SelfHeal)},
	})
}

// kinds are those that the overlays render (X17), and those that the cluster makes of a Deployment or a StatefulSet: Argo CD hides every
// kind that the project does not allow, so that without them nobody sees pods and their logs (A12).
var kinds = []kindOfObject{
	{group: "", kind: "ConfigMap", has: func(w plan.Workload) bool { return len(w.Files) > 0 || isOwn(w) }},
	{group: "", kind: "PersistentVolumeClaim", has: makesClaims},
	{group: "", kind: "Pod", has: every},
	{group: "", kind: "Service", has: serves},
	{group: "", kind: "ServiceAccount", has: every},
	{group: "apps", kind: "Deployment", has: func(w plan.Workload) bool { return replaces(w) && !progressive(w) }},
	{group: "apps", kind: "ReplicaSet", has: replaces},
	{group: "apps", kind: "StatefulSet", has: keepsState},
	{group: "argoproj.io", kind: "AnalysisRun", has: progressive},
	{group: "argoproj.io", kind: "AnalysisTemplate", has: func(w plan.Workload) bool { return len(w.Analyses) > 0 }},
	{group: "argoproj.io", kind: "Rollout", has: progressive},
	{group: "autoscaling", kind: "HorizontalPodAutoscaler", has: func(w plan.Workload) bool { return w.Scale != nil && !w.Scale.ByKEDA() || isOwn(w) }},
	{group: "batch", kind: "CronJob", has: func(w plan.Workload) bool { return w.Kind == plan.CronKind }},
	{group: "batch", kind: "Job", has: func(w plan.Workload) bool {
		return w.Kind == plan.CronKind || w.Kind == plan.JobKind || len(w.Smokes) > 0
	}},
	{group: "gateway.networking.k8s.io", kind: "GRPCRoute", has: func(w plan.Workload) bool { return w.Route != nil && w.Route.GRPC }},
	{group: "gateway.networking.k8s.io", kind: "HTTPRoute", has: func(w plan.Workload) bool { return w.Route != nil && w.Route.Kind == plan.ByGateway && !w.Route.GRPC }},
	{group: "keda.sh", kind: "ScaledObject", has: func(w plan.Workload) bool { return w.Scale.ByKEDA() }},
	{group: "keda.sh", kind: "TriggerAuthentication", has: func(w plan.Workload) bool {
		return w.Scale.ByKEDA() && slices.ContainsFunc(w.Scale.Triggers, func(t plan.Trigger) bool { return t.Object != "" })
	}},
	{group: "monitoring.coreos.com", kind: "PrometheusRule", has: func(w plan.Workload) bool { return len(w.Alerts) > 0 }},
	{group: "networking.k8s.io", kind: "Ingress", has: func(w plan.Workload) bool { return w.Route != nil && w.Route.Kind == plan.ByIngress || isOwn(w) }},
	{group: "networking.k8s.io", kind: "NetworkPolicy", has: every},
	{group: "policy", kind: "PodDisruptionBudget", has: func(w plan.Workload) bool { return stays(w) || isOwn(w) }},
	{group: rbac, kind: "Role", has: mayAsk},
	{group: rbac, kind: "RoleBinding", has: mayAsk},
}

func makesClaims(w plan.Workload) bool {
	return slices.ContainsFunc(w.Claims(), func(c plan.Claim) bool { return c.Made })
}
func every(plan.Workload) bool      { return true }
func mayAsk(w plan.Workload) bool   { return len(w.Pod.Account.May) > 0 }
func serves(w plan.Workload) bool   { return w.Kind == plan.ServiceKind || keepsState(w) || isOwn(w) }
func stays(w plan.Workload) bool    { return w.Kind.Stays() }
func replaces(w plan.Workload) bool { return w.Kind.Stays() && !keepsState(w) || isOwn(w) }

// isOwn is for the kinds that manifests of most authors have. They name further ones in custom.kinds.
func isOwn(w plan.Workload) bool { return w.Own != nil }

func progressive(w plan.Workload) bool { return w.Rollout.Progressive() }

func keepsState(w plan.Workload) bool { return w.Stateful != nil }

type kindOfObject struct {
	group, kind string
	// has reports whether a workload has objects of the kind.
	has func(plan.Workload) bool
	// at is the place in the spec that names one of the author's.
	at string
}

// allowedKinds are the kinds of objects that the overlays of a pipeline hold, sorted.
func allowedKinds(p plan.Plan) []kindOfObject {
	out := slices.DeleteFunc(slices.Clone(kinds), func(k kindOfObject) bool { return !slices.ContainsFunc(p.Workloads, k.has) })
	for way, kind := range map[plan.SecretWay]kindOfObject{
		plan.BySeal:   {group: "bitnami.com", kind: "SealedSecret"},
		plan.ByStore:  {group: "external-secrets.io", kind: "ExternalSecret"},
		plan.ByDriver: {group: "secrets-store.csi.x-k8s.io", kind: "SecretProviderClass"},
		plan.BySops:   {kind: string(plan.SecretKind)},
	} {
		if p.Brings(way) {
			out = append(out, kind)
		}
	}
	sortKinds(out)
	return out
}

func sortKinds(kinds []kindOfObject) {
	sort.SliceStable(kinds, func(i, j int) bool {
		a, b := &kinds[i], &kinds[j]
		return cmp.Or(strings.Compare(a.group, b.group), strings.Compare(a.kind, b.kind)) < 0
	})
}

func (r *renderer) project(project plan.Project) yamldoc.Doc {
	in := r.plan.Of(project)
	var destinations []yamldoc.Doc
	for _, e := range in.Sites() {
		fragment := "argocd/destination"
		cluster := r.cluster(e)
		if e.Cluster.Field() == "name" {
			fragment = "argocd/destination-named"
		}
		if f := e.Cluster.Fleet; f != nil {
			cluster = r.own(e.Cluster.Path, f.Names)
		}
		destinations = append(destinations, r.fill(fragment, yamldoc.Values{"cluster": cluster, "namespace": r.own(e.Path+".namespace", e.Namespace)}))
	}
	values := r.projectValues(in.Sites()[0].Instance, project, append(allowedKinds(in), customKinds(r.plan)...))
	values["destinations"] = list(destinations...)
	if slices.ContainsFunc(in.Environments, r.plan.Creates) {
		// A03: without it the first sync cannot create the namespace.
		values["cluster"] = yamldoc.Block(r.kind("", "Namespace"))
	}
	if all := r.roles(project); len(all) > 0 {
		values["roles"] = list(all...)
	}
	values["windows"] = r.syncWindows()
	return r.fill("argocd/project", values)
}

// projectValues are those of a project that lets nobody do anything but sync what lies in the GitOps repository.
func (r *renderer) projectValues(in plan.Instance, project plan.Project, kinds []kindOfObject) yamldoc.Values {
	var allowed []yamldoc.Doc
	for _, k := range kinds {
		allowed = append(allowed, r.fill("argocd/kind", yamldoc.Values{"group": r.own(k.at, k.group), "kind": r.own(k.at, k.kind)}))
	}
	return yamldoc.Values{
		"name":            r.own(project.Path, project.Name),
		"argocdNamespace": r.argoNamespace(in),
		"description":     r.own("intent", shortened(r.plan.Intent, mostDescription)),
		"repoURL":         r.argoReads(in),
		"chartURL":        r.publishedAt(),
		"cluster":         yamldoc.Of([]string{}),
		"kinds":           list(allowed...),
		"roles":           yamldoc.Omit,
		"integrity":       r.integrity(in),
		"windows":         yamldoc.Omit,
	}
}

// integrity has Argo CD look at who has signed the commit that it syncs (A26).
func (r *renderer) integrity(in plan.Instance) yamldoc.Value {
	if len(r.plan.ArgoCD.Signers) == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Block(r.fill("argocd/source-integrity", yamldoc.Values{
		"repoURL": r.argoReads(in), "keys": r.own("argocd.signers", r.plan.ArgoCD.Signers),
	}))
}

// syncWindows hold for every application of the project (A21).
func (r *renderer) syncWindows() yamldoc.Value {
	var out []yamldoc.Doc
	for _, w := range r.plan.ArgoCD.Windows {
		at := w.Path
		out = append(out, r.fill("argocd/sync-window", yamldoc.Values{
			"kind":         r.own(at+".kind", w.Kind),
			"schedule":     r.own(at+".schedule", w.Schedule),
			"duration":     r.own(at+".duration", schema.Short(w.Duration)),
			"manual":       r.own(at+".manualSync", w.ManualSync),
			"applications": yamldoc.Of([]string{"*"}),
		}))
	}
	return list(out...)
}

func (r *renderer) kind(group, kind string) yamldoc.Doc {
	return r.fill("argocd/kind", yamldoc.Values{"group": yamldoc.Of(group), "kind": yamldoc.Of(kind)})
}

func promisesLogs(s input) bool {
	c := s.demands.By(plan.Shown, "", "")
	return c != nil && slices.Contains(c.Places, "argocd")
}

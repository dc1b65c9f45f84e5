package generate

import (
	"maps"
	"path"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

func (r *renderer) kustomize() {
	base := path.Join(r.plan.GitOps.Folder, "base")
	var resources []string
	for _, f := range []struct {
		name string
		doc  yamldoc.Doc
	}{
		{"serviceaccount.yaml", r.serviceAccount()},
		{"deployment.yaml", r.deployment()},
		{"service.yaml", r.service()},
		{"poddisruptionbudget.yaml", r.nameOnly("kustomize/poddisruptionbudget")},
		{"networkpolicy.yaml", r.networkPolicy()},
	} {
		r.add(artifact.GitOps, path.Join(base, f.name), f.doc)
		resources = append(resources, f.name)
	}
	r.add(artifact.GitOps, path.Join(base, "kustomization.yaml"), r.base(resources))
	r.smokeJob()
	for _, e := range r.plan.Environments {
		r.overlay(e)
		r.live(e)
	}
}

func (r *renderer) name() yamldoc.Value { return r.own("name", r.plan.Spec.Name) }

func (r *renderer) nameOnly(fragment string) yamldoc.Doc {
	return r.fill(fragment, yamldoc.Values{"name": r.name()})
}

func (r *renderer) base(resources []string) yamldoc.Doc {
	labels, annotations := r.labels("service", r.name())
	return r.fill("kustomize/base", yamldoc.Values{
		"resources":   yamldoc.Of(resources),
		"components":  components(r.customFolder(path.Join(r.plan.GitOps.Folder, "base"), "every environment", r.plan.Spec.Deploy.Custom.Base)),
		"labels":      labels,
		"annotations": annotations,
	})
}

// labels are those of all objects of one instance (K21), and its annotations.
func (r *renderer) labels(component string, instance yamldoc.Value) (labels, annotations yamldoc.Value) {
	m := yamldoc.Map{
		{Key: "app.kubernetes.io/component", Value: yamldoc.Of(component)},
		{Key: "app.kubernetes.io/instance", Value: instance},
		{Key: "app.kubernetes.io/managed-by", Value: yamldoc.Of("argocd")},
		{Key: "app.kubernetes.io/name", Value: r.name()},
		{Key: "app.kubernetes.io/part-of", Value: r.name()},
	}
	owner := r.plan.Spec.Owner
	if owner == nil {
		return yamldoc.Of(m), yamldoc.Omit
	}
	m = append(m, yamldoc.Entry{Key: "owner", Value: r.own("owner.name", owner.Name)})
	return yamldoc.Of(m), yamldoc.Of(yamldoc.Map{{Key: "email", Value: r.own("owner.email", owner.Email)}})
}

func (r *renderer) serviceAccount() yamldoc.Doc {
	return r.fill("kustomize/serviceaccount", yamldoc.Values{"name": r.name(), "pullSecrets": r.pullSecrets()})
}

func (r *renderer) pullSecrets() yamldoc.Value {
	s := r.plan.Spec.Image.PullSecret
	if s == "" {
		return yamldoc.Omit
	}
	return yamldoc.Block(r.fill("kustomize/pull-secret", yamldoc.Values{"name": r.own("image.pullSecret", s)}))
}

func (r *renderer) service() yamldoc.Doc {
	return r.fill("kustomize/service", yamldoc.Values{
		"name": r.name(),
		"port": r.own("deploy.servicePort", r.plan.Spec.Deploy.ServicePort),
	})
}

func (r *renderer) networkPolicy() yamldoc.Doc {
	rules := []yamldoc.Doc{r.fill("kustomize/egress-dns", nil)}
	var ports []yamldoc.Doc
	for i, p := range r.plan.Spec.Deploy.Egress {
		ports = append(ports, r.fill("kustomize/egress-port", yamldoc.Values{"port": r.own(schema.Item("deploy.egress", i), p)}))
	}
	if len(ports) > 0 {
		rules = append(rules, r.fill("kustomize/egress-ports", yamldoc.Values{"ports": list(ports...)}))
	}
	return r.fill("kustomize/networkpolicy", yamldoc.Values{"name": r.name(), "egress": list(rules...)})
}

func (r *renderer) deployment() yamldoc.Doc {
	d := r.plan.Spec.Deploy
	mounts, volumes := r.volumes()
	return r.fill("kustomize/deployment", yamldoc.Values{
		"name":             r.name(),
		"replicas":         r.replicas("deploy.replicas", d.Replicas),
		"unavailable":      r.promised("zeroDowntime", 0),
		"progressDeadline": r.promised("rollback", r.plan.Rollout.ProgressDeadline),
		"user":             r.own("deploy.runAs.user", d.RunAs.User),
		"group":            r.own("deploy.runAs.group", d.RunAs.Group),
		"pullPolicy":       r.own("deploy.pullPolicy", d.PullPolicy),
		"port":             r.own("deploy.port", d.Port),
		"env":              r.containerEnv("deploy.env", d.Env, d.Secrets),
		"startup": yamldoc.Block(r.fill("kustomize/probe-startup", yamldoc.Values{
			"path":      r.own("deploy.probes", startupPath(r.plan.Spec)),
			"threshold": r.startupThreshold(),
		})),
		"readiness": yamldoc.Block(r.fill("kustomize/probe-readiness", yamldoc.Values{"path": r.own("deploy.probes.readiness", d.Probes.Readiness)})),
		"liveness":  yamldoc.Block(r.liveness()),
		"requests":  r.resourceList("deploy.resources.requests", d.Resources.Requests),
		"limits":    r.resourceList("deploy.resources.limits", d.Resources.Limits),
		"mounts":    mounts,
		"volumes":   volumes,
	})
}

// replicas names the promise of a least number, where there is one.
func (r *renderer) replicas(at string, n int) yamldoc.Value {
	v := r.own(at, n)
	if id := r.criterionID("replicas"); id != "" {
		return v.Comment("criterion " + id)
	}
	return v
}

// startupThreshold names the promise that decides it: that of being ready, or else
// that of the endpoint.
func (r *renderer) startupThreshold() yamldoc.Value {
	n := r.plan.Rollout.StartupThreshold
	if r.plan.Spec.Deploy.Probes.Startup > 0 {
		return r.own("deploy.probes.startup", n)
	}
	return r.promised(startupPromise(r.plan.Spec), n)
}

func (r *renderer) liveness() yamldoc.Doc {
	p := r.plan.Spec.Deploy.Probes.Liveness
	if p == "" {
		return r.fill("kustomize/probe-liveness-port", nil)
	}
	return r.fill("kustomize/probe-liveness", yamldoc.Values{"path": r.own("deploy.probes.liveness", p)})
}

// volumes are the writable folders, each an empty directory with a bound (K11).
func (r *renderer) volumes() (mounts, volumes yamldoc.Value) {
	var m, v []yamldoc.Doc
	for i, folder := range writableFolders(r.plan.Spec) {
		name, origin := "tmp", ""
		if i > 0 {
			name, origin = "writable-"+number(i), schema.Item("deploy.writable", i-1)
		}
		m = append(m, r.fill("kustomize/volume-mount", yamldoc.Values{"name": yamldoc.Of(name), "path": r.own(origin, folder)}))
		v = append(v, r.fill("kustomize/volume", yamldoc.Values{"name": yamldoc.Of(name), "size": yamldoc.Of(number(folderSize) + "Mi")}))
	}
	return list(m...), list(v...)
}

// containerEnv writes the variables of a container.
func (r *renderer) containerEnv(origin string, vars map[string]string, secrets map[string]schema.SecretKey) yamldoc.Value {
	var out []yamldoc.Doc
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		out = append(out, r.fill("kustomize/env", yamldoc.Values{
			"name":  yamldoc.Of(name),
			"value": r.own(schema.Join(origin, name), kubevar.Literal(vars[name])),
		}))
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		at := schema.Join("deploy.secrets", name)
		out = append(out, r.fill("kustomize/env-secret", yamldoc.Values{
			"name":   yamldoc.Of(name),
			"secret": r.own(at+".name", secrets[name].Name),
			"key":    r.own(at+".key", secrets[name].Key),
		}))
	}
	return list(out...)
}

func (r *renderer) resourceList(origin string, l schema.ResourceList) yamldoc.Value {
	var out yamldoc.Map
	for _, e := range []struct{ key, field, value string }{
		{"cpu", "cpu", l.CPU},
		{"ephemeral-storage", "ephemeralStorage", l.EphemeralStorage},
		{"memory", "memory", l.Memory},
	} {
		if e.value != "" {
			out = append(out, yamldoc.Entry{Key: e.key, Value: r.own(origin+"."+e.field, e.value)})
		}
	}
	if len(out) == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Of(out)
}

func (r *renderer) overlay(e EnvironmentPlan) {
	replicas, patches := yamldoc.Omit, yamldoc.Omit
	if e.Spec.Replicas > 0 {
		replicas = yamldoc.Block(r.fill("kustomize/replicas", yamldoc.Values{"name": r.name(), "count": r.replicas(e.Path+".replicas", e.Spec.Replicas)}))
	}
	if patch, ok := r.patch(e); ok {
		r.add(artifact.GitOps, path.Join(e.Overlay, "deployment.yaml"), patch)
		patches = yamldoc.Block(yamldoc.Text("- path: deployment.yaml"))
	}
	r.add(artifact.GitOps, path.Join(e.Overlay, "kustomization.yaml"), r.fill("kustomize/overlay", yamldoc.Values{
		"namespace": r.own(e.Path+".namespace", e.Spec.Namespace),
		"resources": yamldoc.Of(r.overlayResources()),
		// The live image comes last: nothing of the author's own can change it then.
		"components": components(append(r.customFolder(e.Overlay, e.Name, e.Spec.Custom), "live")),
		"replicas":   replicas,
		"patches":    patches,
	}))
}

// components are folders of their own that a kustomization reads, or nothing.
func components(folders []string) yamldoc.Value {
	if len(folders) == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Of(folders)
}

// patch is what the environment changes in the Deployment, if anything.
func (r *renderer) patch(e EnvironmentPlan) (yamldoc.Doc, bool) {
	own := e.Spec.Resources
	if len(e.Spec.Env) == 0 && own == (schema.Resources{}) {
		return yamldoc.Doc{}, false
	}
	resources := yamldoc.Omit
	if own != (schema.Resources{}) {
		resources = yamldoc.Block(r.fill("kustomize/resources", yamldoc.Values{
			"requests": r.resourceList(e.Path+".resources.requests", own.Requests),
			"limits":   r.resourceList(e.Path+".resources.limits", own.Limits),
		}))
	}
	return r.fill("kustomize/overlay-patch", yamldoc.Values{
		"name":      r.name(),
		"env":       r.containerEnv(e.Path+".env", e.Spec.Env, nil),
		"resources": resources,
	}), true
}

// live seeds the files that CI owns from then on, in the form in which kustomize
// itself writes them, so that each bump changes its own lines only (K04).
func (r *renderer) live(e EnvironmentPlan) {
	commit, tag, digest := artifact.NeverDeployed, yamldoc.Of(artifact.NeverDeployedTag), yamldoc.Of(artifact.NeverDeployedDigest)
	if e.Deployed != (Deployed{}) {
		tag, digest = r.optional("", e.Deployed.Tag), r.optional("", e.Deployed.Digest)
		commit = artifact.DeployedBefore
	}
	doc := yamldoc.Join(
		yamldoc.Text(
			"# The image that runs in "+e.Name+". CI writes it with each deploy; pipegen wrote it once and",
			"# leaves it alone from then on. To take a deploy back, revert its commit."),
		r.fill("kustomize/live", yamldoc.Values{
			"name":    r.name(),
			"newName": r.image(),
			"tag":     tag,
			"digest":  digest,
		}))
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(e.Live, "kustomization.yaml"),
		Content: doc.Bytes(), Origins: doc.Origins(), Owner: artifact.Live})
	r.put(artifact.File{Root: artifact.GitOps, Path: path.Join(e.Live, artifact.SourceCommitFile),
		Content: []byte(commit), Owner: artifact.Live})
}

package generate

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/kubevar"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// previews writes the overlay that Argo CD renders for each preview.
func (r *renderer) previews() {
	p := r.plan.Previews
	if p == nil {
		return
	}
	e := p.Overlay
	r.overlay(e)
	r.add(artifact.GitOps, path.Join(e.Overlay, "namespace.yaml"), r.fill("kustomize/preview-namespace", yamldoc.Values{
		"namespace": r.own("name", e.Namespace), "level": yamldoc.Of(r.plan.PodSecurity(e)),
	}))
	hard := yamldoc.Map{}
	for _, q := range []struct{ key, field, value string }{{"limits.cpu", "cpu", p.CPU}, {"limits.memory", "memory", p.Memory}, {"pods", "pods", number(p.Pods)}} {
		if q.value != "" {
			hard = append(hard, yamldoc.Entry{Key: q.key, Value: r.own(p.Path+".quota."+q.field, q.value)})
		}
	}
	hard = append(hard, yamldoc.Entry{Key: "services.loadbalancers", Value: yamldoc.Of("0")}, yamldoc.Entry{Key: "services.nodeports", Value: yamldoc.Of("0")})
	r.add(artifact.GitOps, path.Join(e.Overlay, "quota.yaml"), r.fill("kustomize/preview-quota", yamldoc.Values{"hard": yamldoc.Of(hard)}))
}

// isPreview reports the overlay of the previews, which has no live image: Argo CD takes that of each pull request.
func isPreview(e plan.Environment) bool { return e.Live == "" }

// previewImages are what Argo CD replaces by the images of a pull request.
func (r *renderer) previewImages(e plan.Environment) yamldoc.Value {
	if !isPreview(e) {
		return yamldoc.Omit
	}
	var out []yamldoc.Doc
	for _, i := range r.plan.ImagesIn(e) {
		out = append(out, r.fill("kustomize/preview-image", yamldoc.Values{"name": r.own(i.NamePath, i.Name), "newName": r.image(i), "tag": yamldoc.Of(artifact.NeverDeployedTag)}))
	}
	return list(out...)
}

// insteadOf writes the variables of an environment: a text takes the place of a reference, and what nobody makes there is
// left out.
func (r *renderer) insteadOf(w plan.Workload, d plan.Delta) yamldoc.Value {
	plain := map[string]string{}
	var out []yamldoc.Doc
	for _, name := range sorted(d.Env) {
		if !slices.ContainsFunc(w.Reads.Keys, func(v plan.KeyVariable) bool { return v.Variable == name }) {
			plain[name] = d.Env[name]
			continue
		}
		out = append(out, r.fill("kustomize/env-instead", yamldoc.Values{"name": yamldoc.Of(name), "value": r.own(schema.Join(d.Path+".env", name), kubevar.Literal(d.Env[name]))}))
	}
	return r.containerEnv(append(r.env(d.Path+".env", plain), out...), plan.Reads{Keys: d.Unread})
}

// previewSet makes an Application for each pull request that has both labels.
func (r *renderer) previewSet() yamldoc.Doc {
	p := r.plan.Previews
	owner, repo, _ := strings.Cut(r.plan.Source.Repository, "/")
	token := yamldoc.Omit
	if p.Secret != "" {
		token = yamldoc.Block(r.fill("argocd/preview-token", yamldoc.Values{"secret": r.own(p.Path+".token.name", p.Secret), "key": r.own(p.Path+".token.key", p.Key)}))
	}
	named := r.own("name", p.Prefix+"{{ .number }}")
	e := p.Overlay
	spec := r.specValues(e.Instance, plan.Project{Path: "name", Name: p.Project}, r.revision(e), r.own(p.Path, e.Overlay), e.Cluster.Field(), r.cluster(e), named, e.Sync, false, yamldoc.Omit)
	spec["kustomize"] = r.previewSource()
	return r.fill("argocd/previews", yamldoc.Values{
		"name":            r.own("name", p.Project),
		"argocdNamespace": r.argoNamespace(e.Instance),
		"brought":         r.brought(),
		"owner":           r.own("source.repository", owner),
		"repo":            r.own("source.repository", repo),
		"token":           token,
		"labels":          r.own(p.Path+".label", []string{p.Label, p.Ready}),
		"every":           r.own(p.Path+".every", int(p.Every.Seconds())),
		"application":     named,
		"annotations":     annotated(r.applicationAnnotations(e)),
		"spec":            yamldoc.Block(r.fill("argocd/application-spec", spec)),
	})
}

// previewSource is what differs between previews.
func (r *renderer) previewSource() yamldoc.Value {
	p := r.plan.Previews
	var images []string
	at := ""
	for _, i := range r.plan.ImagesIn(p.Overlay) {
		at, images = i.Path+".name", append(images, i.Name+"="+i.Reference+":"+plan.PreviewTag("{{ .number }}", "{{ .head_sha }}"))
	}
	var patches []yamldoc.Doc
	for _, w := range r.plan.In(p.Overlay) {
		host := p.Host(w.Name, "{{ .number }}")
		if host == "" {
			continue
		}
		put := func(kind string, name yamldoc.Value, pointers ...string) {
			patch := ""
			for _, pointer := range pointers {
				patch += "- op: replace\n  path: " + pointer + "\n  value: '" + host + "'\n"
			}
			patches = append(patches, r.fill("argocd/preview-host", yamldoc.Values{"kind": yamldoc.Of(kind), "name": name, "patch": r.own(p.Path+".host", patch)}))
		}
		switch route := w.Route; {
		case route.Kind == plan.ByIngress && route.Secret != "":
			put("Ingress", r.name(w), "/spec/rules/0/host", "/spec/tls/0/hosts/0")
		case route.Kind == plan.ByIngress:
			put("Ingress", r.name(w), "/spec/rules/0/host")
		default:
			put(route.Object(), r.name(w), "/spec/hostnames/0")
			if route.Gateway.Redirect != "" {
				put("HTTPRoute", r.redirectName(w), "/spec/hostnames/0")
			}
		}
	}
	return yamldoc.Block(r.fill("argocd/preview-source", yamldoc.Values{"namespace": r.own("name", p.Prefix+"{{ .number }}"), "images": yamldoc.From(at, images), "patches": list(patches...)}))
}

// previewProject lets previews into namespaces of their own alone.
func (r *renderer) previewProject() yamldoc.Doc {
	p := *r.plan.Previews
	of := r.plan
	of.Workloads, of.MadeSecrets = of.In(p.Overlay), of.MadeIn(p.Overlay.Name)
	for i := range of.Workloads {
		of.Workloads[i].Smokes = nil
	}
	allowed := append(allowedKinds(of), kindOfObject{group: "", kind: "ResourceQuota"})
	sortKinds(allowed)
	fragment := "argocd/destination"
	if p.Overlay.Cluster.Name != "" {
		fragment = "argocd/destination-named"
	}
	values := r.projectValues(p.Overlay.Instance, plan.Project{Path: "name", Name: p.Project}, append(allowed, customKinds(of)...))
	values["destinations"] = list(r.fill(fragment, yamldoc.Values{"cluster": r.cluster(p.Overlay), "namespace": r.own("name", p.Prefix+"*")}))
	values["cluster"] = yamldoc.Block(r.kind("", "Namespace"))
	values["description"] = r.own("name", "Pull requests of "+r.plan.Name)
	if r.plan.ArgoCD.ViewerRole {
		values["roles"] = list(r.viewerRole(p.Project))
	}
	return r.fill("argocd/project", values)
}

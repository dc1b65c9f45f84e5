package generate

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
)

// secretsFolder is the folder of an overlay with what becomes Secrets.
const secretsFolder = "secrets"

// secrets writes what becomes Secrets in an environment, and is what the overlay lists.
func (r *renderer) secrets(e plan.Environment) []string {
	made := r.plan.MadeIn(e.Name)
	if len(made) == 0 {
		return nil
	}
	folder := path.Join(e.Overlay, secretsFolder)
	var resources []string
	for _, s := range made {
		file := s.Name + ".yaml"
		if resources = append(resources, file); s.Sealed {
			r.sealed(e, s, path.Join(folder, file))
			continue
		}
		r.add(artifact.GitOps, path.Join(folder, file), r.externalSecret(s, s.External[e.Name]))
	}
	labels, annotations := r.secretMarks()
	r.add(artifact.GitOps, path.Join(folder, "kustomization.yaml"), r.fill("kustomize/secrets", yamldoc.Values{
		"resources": yamldoc.Of(resources), "labels": labels, "annotations": annotations,
	}))
	return []string{secretsFolder}
}

// secretMarks are the labels and annotations of what becomes Secrets.
func (r *renderer) secretMarks() (labels, annotations yamldoc.Value) {
	marks, notes := r.marksOfPipeline("secret")
	wave := yamldoc.Entry{Key: "argocd.argoproj.io/sync-wave", Value: yamldoc.Of(number(r.plan.SecretsWave()))}
	return yamldoc.Of(marks), yamldoc.Of(append(yamldoc.Map{wave}, notes...))
}

// marksOfPipeline are the labels and annotations of objects that belong to the pipeline as a whole.
func (r *renderer) marksOfPipeline(component string) (labels, annotations yamldoc.Map) {
	name := r.own("name", r.plan.Name)
	labels = yamldoc.Map{
		{Key: "app.kubernetes.io/component", Value: yamldoc.Of(component)},
		{Key: "app.kubernetes.io/instance", Value: name},
		{Key: "app.kubernetes.io/managed-by", Value: yamldoc.Of("argocd")},
		{Key: "app.kubernetes.io/name", Value: name},
		{Key: "app.kubernetes.io/part-of", Value: name},
	}
	if owner := r.plan.Owner; owner != nil {
		labels = append(labels, yamldoc.Entry{Key: "owner", Value: r.own("owner.name", owner.Name)})
		annotations = append(annotations, yamldoc.Entry{Key: "email", Value: r.own("owner.email", owner.Email)})
	}
	return labels, annotations
}

// externalSecret is what External Secrets makes a Secret of. What the API server would add is written out: Argo CD takes
// lists as a whole, and would show it as a difference.
func (r *renderer) externalSecret(s plan.MadeSecret, x plan.External) yamldoc.Doc {
	var data []yamldoc.Doc
	for _, k := range x.Keys {
		data = append(data, r.fill("kustomize/externalsecret-key", yamldoc.Values{"key": r.own(k.Path, k.Key),
			"from": r.own(k.Path+".from", k.From), "property": r.optional(k.Path+".property", k.Property), "version": r.optional(k.Path+".version", k.Version)}))
	}
	all := yamldoc.Omit
	if x.All != "" {
		all = list(r.fill("kustomize/externalsecret-all", yamldoc.Values{"from": r.own(x.AllPath, x.All)}))
	}
	return r.fill("kustomize/externalsecret", yamldoc.Values{
		"name": r.own(s.Path, s.Name), "refresh": r.own(x.RefreshPath, x.Refresh),
		"kind": r.own(x.StorePath, x.Kind), "store": r.own(x.StorePath, x.Store), "type": r.own(s.Path, s.Type),
		"data": list(data...), "all": all,
	})
}

// sealed seeds the file that kubeseal is to write. Until then it has no value that can be decrypted.
func (r *renderer) sealed(e plan.Environment, s plan.MadeSecret, file string) {
	keys := yamldoc.Map{}
	var from []string
	for _, key := range s.Keys {
		keys = append(keys, yamldoc.Entry{Key: key, Value: yamldoc.Of(plan.NotSealed)})
		from = append(from, " --from-file "+key+"="+key)
	}
	if len(from) == 0 {
		from = []string{" --from-env-file values"}
	}
	kind := "generic"
	if s.Type != "Opaque" {
		from = append(from, " --type "+s.Type)
	}
	doc := yamldoc.Join(
		yamldoc.Text(
			"# The Secret "+s.Name+" of "+e.Name+", before it is sealed. Write the values into files outside of this",
			"# repository, and let kubeseal write this file anew:",
			"#",
			"#   kubectl create secret "+kind+" "+s.Name+" --namespace "+e.Namespace+strings.Join(from, "")+` \`,
			"#     --dry-run=client --output yaml | kubeseal --format yaml > "+file,
			"#",
			"# It is yours: "+artifact.SeedMarker+" and leaves it alone from then on."),
		r.fill("kustomize/sealedsecret", yamldoc.Values{"name": yamldoc.Of(s.Name), "namespace": yamldoc.Of(e.Namespace), "type": yamldoc.Of(s.Type), "keys": yamldoc.Of(keys)}))
	r.put(artifact.File{Root: artifact.GitOps, Path: file, Content: doc.Bytes(), Origins: doc.Origins(), Owner: artifact.Seeded})
}

// reloaded lets Reloader replace the pods of a workload when values of Secrets that they read change.
func (r *renderer) reloaded(w plan.Workload) yamldoc.Map {
	var names []string
	at := ""
	for _, s := range r.plan.MadeSecrets {
		if slices.Contains(s.Reloaded, w.Name) {
			names, at = append(names, s.Name), s.Path+".reloader"
		}
	}
	if len(names) == 0 {
		return nil
	}
	return yamldoc.Map{{Key: "secret.reloader.stakater.com/reload", Value: r.own(at, strings.Join(names, ","))}}
}

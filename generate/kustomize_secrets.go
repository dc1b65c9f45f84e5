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
	var resources, decrypted []string
	for _, s := range made {
		file := fileOf(s)
		switch s.Way {
		case plan.ByStore:
			r.add(artifact.GitOps, path.Join(folder, file), r.externalSecret(s, s.External[e.Name]))
		case plan.ByDriver:
			r.add(artifact.GitOps, path.Join(folder, file), r.mountedSecret(s, s.External[e.Name]))
		case plan.BySeal:
			r.sealed(e, s, path.Join(folder, file))
		case plan.BySops:
			r.encrypted(e, s, path.Join(folder, file))
			decrypted = append(decrypted, file)
			continue
		}
		resources = append(resources, file)
	}
	labels, annotations := r.secretMarks()
	values := yamldoc.Values{"resources": yamldoc.Omit, "generators": yamldoc.Omit, "labels": labels, "annotations": annotations}
	if len(resources) > 0 {
		values["resources"] = yamldoc.Of(resources)
	}
	if len(decrypted) > 0 {
		values["generators"] = yamldoc.Of([]string{decrypter + ".yaml"})
		r.add(artifact.GitOps, path.Join(folder, decrypter+".yaml"), r.fill("kustomize/ksops", yamldoc.Values{"files": yamldoc.Of(decrypted)}))
	}
	r.add(artifact.GitOps, path.Join(folder, "kustomization.yaml"), r.fill("kustomize/secrets", values))
	return []string{secretsFolder}
}

// decrypter is the file that has Argo CD decrypt, without its ending.
const decrypter = "ksops"

// fileOf is the file of a Secret in the folder secretsFolder.
func fileOf(s plan.MadeSecret) string {
	if s.Way == plan.BySops {
		return s.Name + ".enc.yaml"
	}
	return s.Name + ".yaml"
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

// mountedSecret is what the CSI driver mounts, and makes a Secret of while it does. The Secret gets no labels: Argo CD would
// take it for its own by them.
func (r *renderer) mountedSecret(s plan.MadeSecret, x plan.External) yamldoc.Doc {
	var parameters yamldoc.Map
	for _, p := range x.Parameters {
		parameters = append(parameters, yamldoc.Entry{Key: p.Name, Value: r.own(p.Path, p.Value)})
	}
	var data []yamldoc.Doc
	for _, k := range x.Keys {
		data = append(data, r.fill("kustomize/secretproviderclass-key", yamldoc.Values{"file": r.own(k.Path, k.File), "key": r.own(k.Path, k.Key)}))
	}
	return r.fill("kustomize/secretproviderclass", yamldoc.Values{"name": r.own(s.Path, s.Name), "provider": r.own(x.StorePath, x.Store),
		"parameters": yamldoc.Of(parameters), "type": r.own(s.Path, s.Type), "data": list(data...)})
}

// sealed seeds the file that kubeseal is to write. Until then it has no value that can be decrypted.
func (r *renderer) sealed(e plan.Environment, s plan.MadeSecret, file string) {
	r.seedSecret(e, s, file, "sealed", "kubeseal", "kubeseal --format yaml", r.fill("kustomize/sealedsecret", yamldoc.Values{
		"name": yamldoc.Of(s.Name), "namespace": yamldoc.Of(e.Namespace), "type": yamldoc.Of(s.Type), "keys": emptied(s, plan.NotSealed)}))
}

// encrypted seeds the file that SOPS is to write. Until then there is nothing that Argo CD could decrypt.
func (r *renderer) encrypted(e plan.Environment, s plan.MadeSecret, file string) {
	r.seedSecret(e, s, file, "encrypted", "SOPS", `sops encrypt --encrypted-regex '^(data|stringData)$' --filename-override `+file, r.fill("kustomize/encryptedsecret", yamldoc.Values{
		"name": yamldoc.Of(s.Name), "type": yamldoc.Of(s.Type), "keys": emptied(s, plan.NotEncrypted)}))
}

// emptied are the keys of a Secret, with a text in the place of each value.
func emptied(s plan.MadeSecret, value string) yamldoc.Value {
	keys := yamldoc.Map{}
	for _, key := range s.Keys {
		keys = append(keys, yamldoc.Entry{Key: key, Value: yamldoc.Of(value)})
	}
	return yamldoc.Of(keys)
}

// seedSecret writes a Secret that holds no value so far, below the command that writes it anew, encrypted.
func (r *renderer) seedSecret(e plan.Environment, s plan.MadeSecret, file, done, by, pipe string, empty yamldoc.Doc) {
	var from []string
	for _, key := range s.Keys {
		from = append(from, " --from-file "+key+"="+key)
	}
	if len(from) == 0 {
		from = []string{" --from-env-file values"}
	}
	if s.Type != "Opaque" {
		from = append(from, " --type "+s.Type)
	}
	doc := yamldoc.Join(
		yamldoc.Text(
			"# The Secret "+s.Name+" of "+e.Name+", before it is "+done+". Write the values into files outside of this",
			"# repository, and let "+by+" write this file anew:",
			"#",
			"#   kubectl create secret generic "+s.Name+" --namespace "+e.Namespace+strings.Join(from, "")+` \`,
			"#     --dry-run=client --output yaml | "+pipe+" > "+file,
			"#",
			"# It is yours: "+artifact.SeedMarker+" and leaves it alone from then on."), empty)
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

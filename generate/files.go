package generate

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/plan"
	"github.com/pipegen/pipegen/internal/yamldoc"
	"github.com/pipegen/pipegen/schema"
)

// filesFolder is the folder with the ConfigMap that is made of files, beside the objects of their workload.
const filesFolder = "files"

// filesOf are the files whose text is in the spec.
func filesOf(w schema.Workload) []plan.File {
	var out []plan.File
	keys := keysOf(w)
	for _, at := range sorted(keys) {
		out = append(out, plan.File{Path: schema.Join(w.At+".files", at) + ".content", At: at, Key: keys[at], Content: *w.Files[at].Content})
	}
	return out
}

// keysOf are the keys of files in their ConfigMap, by their paths: the name of the file, or all of the path where
// another one has that name. A key may not begin with two dots.
func keysOf(w schema.Workload) map[string]string {
	named := map[string]int{}
	for at, f := range w.Files {
		if f.Content != nil {
			named[path.Base(at)]++
		}
	}
	out, taken := map[string]string{}, map[string]bool{}
	for _, at := range sorted(w.Files) {
		if w.Files[at].Content == nil {
			continue
		}
		key := path.Base(at)
		if named[key] > 1 || strings.HasPrefix(key, "..") {
			key = strings.ReplaceAll(strings.TrimPrefix(at, "/"), "/", ".")
		}
		for taken[key] {
			key += "-2"
		}
		out[at], taken[key] = key, true
	}
	return out
}

// fileVolumesOf are the volumes from which files are mounted: one for all whose text is in the spec, and one for each
// object of the cluster.
func fileVolumesOf(w schema.Workload) []plan.Volume {
	var out []plan.Volume
	texts := plan.Volume{Name: "files", Kind: plan.FilesVolume}
	keys := keysOf(w)
	for _, at := range sorted(w.Files) {
		place, f := schema.Join(w.At+".files", at), w.Files[at]
		mount := func(key string) plan.Mount { return plan.Mount{Path: place, At: at, SubPath: key, ReadOnly: true} }
		switch {
		case f.Content != nil:
			texts.Mounts = append(texts.Mounts, mount(keys[at]))
		case f.Secret != nil:
			out = addFile(out, plan.SecretVolume, *f.Secret, place+".secret", mount(f.Secret.Key))
		case f.ConfigMap != nil:
			out = addFile(out, plan.ConfigMapVolume, *f.ConfigMap, place+".configMap", mount(f.ConfigMap.Key))
		}
	}
	for i := range out {
		out[i].Name = "files-" + number(i+1)
	}
	if len(texts.Mounts) > 0 {
		out = append([]plan.Volume{texts}, out...)
	}
	return out
}

func addFile(out []plan.Volume, kind plan.VolumeKind, of schema.ObjectKey, at string, m plan.Mount) []plan.Volume {
	for i, v := range out {
		if v.Kind == kind && v.Object == of.Name {
			out[i].Keys, out[i].Mounts = append(v.Keys, of.Key), append(v.Mounts, m)
			return out
		}
	}
	return append(out, plan.Volume{Kind: kind, Object: of.Name, ObjectPath: at + ".name", Keys: []string{of.Key}, Mounts: []plan.Mount{m}})
}

// filesIn are the texts that an environment gives to files of a workload.
func filesIn(w schema.Workload, d schema.Difference) []plan.File {
	var out []plan.File
	keys := keysOf(w)
	for _, at := range sorted(d.Files) {
		out = append(out, plan.File{Path: schema.Join(d.At+".files", at) + ".content", At: at, Key: keys[at], Content: d.Files[at].Content})
	}
	return out
}

// files writes the ConfigMap with the files of a workload, in a folder of its own: the labels of the base reach it there
// in any case.
func (r *renderer) files(w plan.Workload) {
	r.add(artifact.GitOps, path.Join(w.Folder, filesFolder, "kustomization.yaml"),
		r.fill("kustomize/files", yamldoc.Values{"generated": list(r.fill("kustomize/files-configmap", yamldoc.Values{
			"name": r.own(w.NamePath, w.FilesName()), "options": r.filesOptions(w), "literals": r.literals(w.Files),
		}))}))
}

// filesOptions let Argo CD sync the files before the pods that read them.
func (r *renderer) filesOptions(w plan.Workload) yamldoc.Value {
	if w.Wave == 0 {
		return yamldoc.Omit
	}
	return yamldoc.Block(r.fill("kustomize/files-options", yamldoc.Values{"annotations": r.wave(w)}))
}

// literals are the entries of a generator. kustomize takes off the quotes around a text that begins and ends with one.
func (r *renderer) literals(files []plan.File) yamldoc.Value {
	var literals []yamldoc.Doc
	for _, f := range files {
		text := f.Content
		if n := len(text); n > 1 && text[0] == text[n-1] && (text[0] == '"' || text[0] == '\'') {
			text = `"` + text + `"`
		}
		literals = append(literals, r.fill("kustomize/files-literal", yamldoc.Values{"literal": r.own(f.Path, f.Key+"="+text)}))
	}
	return list(literals...)
}

// triedFiles are the texts of files by their paths, as JSON, for the step that tries an image.
func triedFiles(w plan.Workload) string {
	texts := map[string]string{}
	for _, f := range w.Files {
		texts[f.At] = f.Content
	}
	// A map of texts can always be encoded.
	out, _ := json.Marshal(texts)
	return string(out)
}

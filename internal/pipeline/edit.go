package pipeline

import (
	"path"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Deployed are the files with every edit of the writers made.
func (m *Model) Deployed() []artifact.File {
	if m.deployed == nil {
		m.deployed = m.edited()
	}
	return m.deployed
}

func (m *Model) edited() []artifact.File {
	changed := map[string][]byte{}
	for _, w := range m.Writers {
		for _, e := range w.Edits {
			f := m.File(artifact.GitOps, path.Join(e.Folder, "kustomization.yaml"))
			if f == nil || !e.Kustomize || !f.Doc().IsMap() {
				continue
			}
			content, ok := changed[f.Path]
			if !ok {
				content = f.Content
			}
			if out, err := e.apply(content); err == nil {
				changed[f.Path] = out
			}
		}
	}
	out := make([]artifact.File, len(m.Files))
	for i, f := range m.Files {
		out[i] = f.File
		if content, ok := changed[f.Path]; ok && f.Root == artifact.GitOps {
			out[i].Content = content
		}
	}
	return out
}

// apply does to a kustomization what "kustomize edit set image" does: it sets the entry of that name, or adds one. A
// tag alone drops the digest, a digest alone the tag.
func (e Edit) apply(content []byte) ([]byte, error) {
	var k map[string]any
	if err := yaml.Unmarshal(content, &k); err != nil {
		return nil, err
	}
	images, _ := k["images"].([]any)
	at := slices.IndexFunc(images, func(i any) bool {
		have, ok := i.(map[string]any)
		return ok && have["name"] == e.Name
	})
	if at < 0 {
		at, images = len(images), append(images, map[string]any{"name": e.Name})
	}
	entry := images[at].(map[string]any)
	if e.NewName != "" {
		entry["newName"] = e.NewName
	}
	for field, value := range map[string]string{"newTag": e.Tag, "digest": e.Digest} {
		delete(entry, field)
		if value != "" {
			entry[field] = value
		}
	}
	k["images"] = images
	return yaml.Marshal(k)
}

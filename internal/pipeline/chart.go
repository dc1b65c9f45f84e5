package pipeline

import (
	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Charted is an object that Helm renders. The lines of its values are those of the template that it is from.
type Charted struct {
	Object   *yaml.Node
	Template *File
}

// LiveImages are the images that the kustomization of a live folder gives, none where it is no such file.
func LiveImages(kustomization []byte) []artifact.LiveImage {
	var k struct {
		Images []struct {
			As     string `yaml:"name"`
			Name   string `yaml:"newName"`
			Tag    string `yaml:"newTag"`
			Digest string `yaml:"digest"`
		} `yaml:"images"`
	}
	if len(kustomization) > maxLiveFile || yaml.Unmarshal(kustomization, &k) != nil {
		return nil
	}
	var out []artifact.LiveImage
	for _, i := range k.Images {
		out = append(out, artifact.LiveImage(i))
	}
	return out
}

// maxLiveFile is how many bytes that file may have: it has a few lines for each image.
const maxLiveFile = 16 << 10

// charted adds to a target what Helm renders beside it.
func (m *Model) charted(t *Target, files []artifact.File) {
	if m.known == nil || m.known.Charts == nil || t.Fault != "" {
		return
	}
	objects, err := m.known.Charts(files, t.Dir)
	if err != nil {
		t.Err, t.Fault, t.FaultAt = err, "Helm cannot render it: "+err.Error(), t.At()
		return
	}
	for _, c := range objects {
		o := newObject(t, c.Object)
		o.source = Node{y: c.Object, file: c.Template, line: c.Object.Line}
		t.Objects = append(t.Objects, o)
	}
}

package pipeline

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

const generators = "generators"

// Decrypted are the files that the documents of a file of generators have KSOPS decrypt, from the folder of the
// kustomization. It is false for a file that has a program do anything else.
func Decrypted(content []byte) (files []string, only bool) {
	documents, fault, _ := Decode(content, nil)
	for _, y := range documents {
		d := Node{y: y}
		if !decrypts(d) {
			return nil, false
		}
		files = append(files, d.Get("files").List()...)
	}
	return files, fault == "" && len(files) > 0
}

// decrypts reports a generator that names nothing but whole objects for KSOPS to decrypt.
func decrypts(d Node) bool {
	var function struct {
		Exec struct{ Path string }
		Rest map[string]any `yaml:",inline"`
	}
	said := d.Get("metadata", "annotations", "config.kubernetes.io/function")
	if said.OK() && (yaml.Unmarshal([]byte(said.Text()), &function) != nil || path.Base(function.Exec.Path) != "ksops" || len(function.Rest) > 0) {
		return false
	}
	return d.Get("apiVersion").Text() == "viaduct.ai/v1" && d.Get("kind").Text() == "ksops" && !d.Get("secretFrom").OK() && len(d.Get("files").List()) > 0
}

// decrypting adds the files that a kustomization has KSOPS decrypt. What they are once decrypted has the same lines.
func (m *Model) decrypting(f *Folder) {
	for _, n := range f.Kust.Get(generators).Items() {
		g := m.File(artifact.GitOps, f.named(n))
		if g == nil {
			continue
		}
		if _, only := Decrypted(g.Content); !only {
			continue
		}
		f.Generators = append(f.Generators, n.Text())
		for _, d := range g.Docs {
			for _, named := range d.Get("files").Items() {
				f.decrypted = append(f.decrypted, named)
				if file := m.File(artifact.GitOps, f.named(named)); file != nil {
					f.Files = append(f.Files, file)
					f.Encrypted = append(f.Encrypted, file)
				}
			}
		}
	}
}

// Unreadable reports what SOPS has encrypted of an object beside its values, so that nothing can say which object it is.
func Unreadable(d Node) Node {
	for _, n := range []Node{d.Get("apiVersion"), d.Get("kind"), d.Get("metadata", "name"), d.Get("metadata", "namespace"), d.Get("type")} {
		if strings.HasPrefix(n.Text(), "ENC[") {
			return n
		}
	}
	return Node{}
}

// StandIn stands for a file that SOPS has encrypted where nothing can decrypt it: its objects, with values that are
// encrypted still. What cannot be read is left out.
func StandIn(content []byte) []byte {
	documents, fault, _ := Decode(content, nil)
	if fault != "" {
		return content
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	for _, d := range documents {
		if Unreadable(Node{y: d}).OK() {
			continue
		}
		for i := 0; i+1 < len(d.Content) && d.Kind == yaml.MappingNode; i += 2 {
			if d.Content[i].Value == "sops" {
				d.Content = slices.Delete(slices.Clone(d.Content), i, i+2)
				break
			}
		}
		if encoder.Encode(d) != nil {
			return content
		}
	}
	return out.Bytes()
}

// Encrypted is the document that Argo CD decrypts to the object, missing for any other object.
func (o *Object) Encrypted() Node {
	for _, f := range o.Target.Folders {
		for _, file := range f.Encrypted {
			for _, d := range file.Docs {
				if d.Get("kind").Text() == o.Kind && o.Target.renames(d.Get("metadata", "name").Text(), o.Name) {
					return d
				}
			}
		}
	}
	return Node{}
}

package conformance

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// files returns the YAML files of a golden tree: all of them, the directories
// of its overlays, and its Argo CD manifests.
func files(tree fs.FS) (all, overlays, argocd []string, err error) {
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if ext := path.Ext(name); err != nil || entry.IsDir() || ext != ".yaml" && ext != ".yml" {
			return err
		}
		dir, base := path.Split(path.Clean(name))
		dir = path.Clean(dir)
		if path.Base(dir) == "templates" {
			return nil // of a chart: it is no YAML before Helm has filled it
		}
		all = append(all, name)
		switch {
		case base == "kustomization.yaml" && path.Base(path.Dir(dir)) == "overlays":
			overlays = append(overlays, dir)
		case path.Base(path.Dir(dir)) == "environments": // elements of an ApplicationSet, and no objects
		case base != "kustomization.yaml" && slices.Contains(strings.Split(dir, "/"), "argocd"):
			argocd = append(argocd, name)
		}
		return nil
	})
	return all, overlays, argocd, err
}

// undecrypted are files without the generator by which only Argo CD can decrypt.
type undecrypted struct{ filesys.FileSystem }

func (u undecrypted) ReadFile(name string) ([]byte, error) {
	text, err := u.FileSystem.ReadFile(name)
	return bytes.Replace(text, []byte("generators:\n- ksops.yaml\n"), nil, 1), err
}

// render builds an overlay as kustomize would and returns its objects as YAML.
func render(dir string) ([][]byte, error) {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(undecrypted{filesys.MakeFsOnDisk()}, dir)
	if err != nil {
		return nil, err
	}
	var objects [][]byte
	for _, r := range built.Resources() {
		object, err := r.AsYAML()
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
	}
	// Beside a chart an overlay may have the live images alone, which the chart gets as values.
	if _, err := os.Stat(filepath.Join(dir, "live", "values.yaml")); len(objects) == 0 && err != nil {
		return nil, errors.New("renders no object")
	}
	return objects, nil
}

// documents splits a file at its --- lines and leaves out what has no content.
func documents(data []byte) ([][]byte, error) {
	var docs [][]byte
	for r := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data))); ; {
		doc, err := r.Read()
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(doc)) > 0 {
			docs = append(docs, doc)
		}
	}
}

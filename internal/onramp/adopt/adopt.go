// Package adopt decides whether a file that somebody wrote means the same as the one that a spec gives.
package adopt

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"path"
	"reflect"
	"slices"
	"sort"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
)

// Verdict says how similar two files are.
type Verdict int

const (
	// Differs means that they may do different things.
	Differs Verdict = iota
	// SameBytes means that they differ only in pipegen's header.
	SameBytes
	// SameData means that they are the same as data: comments, order and style differ.
	SameData
	// SameObjects means that the trees of the two files render to the same objects.
	SameObjects
	// Taken means that a person decided to replace the file.
	Taken
)

func (v Verdict) String() string {
	return [...]string{"differs", "the same text", "the same data", "renders the same", "taken as you said"}[v]
}

// Compare compares a file on disk with the one that the spec gives at its path.
func Compare(theirs []byte, ours artifact.File) Verdict {
	if bytes.Equal(artifact.Normal(theirs), artifact.WithoutHeader(artifact.Normal(ours.Content))) {
		return SameBytes
	}
	if ext := path.Ext(ours.Path); ext != ".yaml" && ext != ".yml" {
		return Differs
	}
	a, err := documents(theirs)
	if err != nil {
		return Differs
	}
	b, err := documents(ours.Content)
	if err != nil || !reflect.DeepEqual(a, b) {
		return Differs
	}
	return SameData
}

func documents(src []byte) ([]any, error) {
	var out []any
	d := yaml.NewDecoder(bytes.NewReader(src))
	for {
		var doc any
		switch err := d.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		}
		if doc != nil {
			out = append(out, doc)
		}
	}
}

// Same reports whether two overlays render to the same objects, in any order.
func Same(a, b []*yaml.Node) (bool, error) {
	x, err := objects(a)
	if err != nil {
		return false, err
	}
	y, err := objects(b)
	return err == nil && reflect.DeepEqual(x, y), err
}

// object is a rendered object with what identifies it.
type object struct {
	APIVersion, Kind, Namespace, Name string
	Value                             any
}

func objects(nodes []*yaml.Node) ([]object, error) {
	var out []object
	for _, n := range nodes {
		var head struct {
			APIVersion string `yaml:"apiVersion"`
			Kind       string `yaml:"kind"`
			Metadata   struct {
				Namespace string `yaml:"namespace"`
				Name      string `yaml:"name"`
			} `yaml:"metadata"`
		}
		o := object{}
		if err := errors.Join(n.Decode(&head), n.Decode(&o.Value)); err != nil {
			return nil, err
		}
		o.APIVersion, o.Kind, o.Namespace, o.Name = head.APIVersion, head.Kind, head.Metadata.Namespace, head.Metadata.Name
		out = append(out, o)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(a.APIVersion, b.APIVersion), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name)) < 0
	})
	return out, nil
}

// Image is the tag and digest that a kustomization deploys.
type Image struct{ Tag, Digest string }

// Deployed reads from a kustomization which tag or digest of an image it sets. names are those that the entry may have:
// that of the image, and placeholders for it.
func Deployed(kustomization []byte, names ...string) (Image, bool) {
	var k struct {
		Images []struct {
			Name    string `yaml:"name"`
			NewName string `yaml:"newName"`
			NewTag  string `yaml:"newTag"`
			Digest  string `yaml:"digest"`
		} `yaml:"images"`
	}
	if yaml.Unmarshal(kustomization, &k) != nil {
		return Image{}, false
	}
	for _, i := range k.Images {
		named := slices.Contains(names, i.NewName) || i.NewName == "" && slices.Contains(names, i.Name)
		if named && (i.NewTag != "" || i.Digest != "") {
			return Image{Tag: i.NewTag, Digest: i.Digest}, true
		}
	}
	return Image{}, false
}

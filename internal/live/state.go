package live

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Live is the content of an environment's live folder.
type Live struct {
	// Images are what runs, sorted by name.
	Images []Reference
	// Source is the commit whose run deployed them, as the folder says. An image that it did not change may be older.
	Source string
	// Revision is the commit of the GitOps repository from which this was read.
	Revision string
}

// Reference is an image with its tag and its digest. Name is the whole name, such as ghcr.io/org/repo/app.
type Reference struct{ Name, Tag, Digest string }

func (r Reference) String() string { return r.Name + ":" + r.Tag + "@" + r.Digest }

// Short is the last part of the name.
func (r Reference) Short() string { return path.Base(r.Name) }

// short is the last part of an image's name, or all of it if another image ends in the same.
func (l Live) short(of Reference) string {
	if slices.ContainsFunc(l.Images, func(r Reference) bool { return r.Name != of.Name && r.Short() == of.Short() }) {
		return of.Name
	}
	return of.Short()
}

// ParseFolder reads a live folder from its two files, kustomization.yaml and source-commit.
func ParseFolder(kustomization, source []byte) (Live, error) {
	images, err := parseImages(kustomization)
	return Live{Images: images, Source: firstLine(source)}, err
}

// maxLive is how many bytes a live folder's kustomization.yaml may have. It has a few lines for each image, and even a
// small text can keep a YAML parser busy.
const maxLive = 16 << 10

func parseImages(file []byte) ([]Reference, error) {
	if len(file) > maxLive {
		return nil, fmt.Errorf("kustomization.yaml has more than %d KiB, and should have a few lines", maxLive>>10)
	}
	var k struct {
		Images []struct {
			Name   string `yaml:"newName"`
			Tag    string `yaml:"newTag"`
			Digest string `yaml:"digest"`
		} `yaml:"images"`
	}
	if yaml.Unmarshal(file, &k) != nil {
		return nil, errors.New("kustomization.yaml is no YAML of a kustomization")
	}
	if len(k.Images) == 0 {
		return nil, errors.New("kustomization.yaml has no images, and must have those that run")
	}
	var out []Reference
	for _, i := range k.Images {
		if !isDigest(i.Digest) || i.Tag == "" || strings.ContainsAny(i.Tag, "/:@?#") {
			return nil, errors.New("kustomization.yaml has an image without a name by tag and digest")
		}
		out = append(out, Reference(i))
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	for i := range out[1:] {
		if out[i].Name == out[i+1].Name {
			return nil, errors.New("kustomization.yaml names an image twice")
		}
	}
	return out, nil
}

func isDigest(s string) bool {
	hex, ok := strings.CutPrefix(s, "sha256:")
	return ok && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}

// Deployed reports whether CI has ever deployed.
func (l Live) Deployed() bool { return len(l.Source) == 40 }

// Image returns the image of a name, the zero value if there is none.
func (l Live) Image(name string) Reference {
	i := slices.IndexFunc(l.Images, func(r Reference) bool { return r.Name == name })
	if i < 0 {
		return Reference{}
	}
	return l.Images[i]
}

// Tags says in words what runs: the tag of the one image, or each image with its tag.
func (l Live) Tags() string { return l.Says(l.Images) }

// Says names some of the images by their tags, and by their names where there is more than one.
func (l Live) Says(some []Reference) string {
	var out []string
	for _, r := range some {
		if len(l.Images) > 1 {
			out = append(out, l.short(r)+" "+r.Tag)
		} else {
			out = append(out, r.Tag)
		}
	}
	return strings.Join(out, ", ")
}

// Brief names what differs from another state, in a title: of more than two images only the first.
func (l Live) Brief(other Live) string {
	switch changed := l.Without(other); len(changed) {
	case 0:
		return l.Images[len(l.Images)-1].Tag
	case 1, 2:
		return l.Says(changed)
	default:
		return fmt.Sprintf("%s and %d more", l.Says(changed[:1]), len(changed)-1)
	}
}

// Without are the images that another state does not have as they are here.
func (l Live) Without(other Live) []Reference {
	return slices.DeleteFunc(slices.Clone(l.Images), func(r Reference) bool { return slices.Contains(other.Images, r) })
}

// Since says in words what becomes of each image when this state follows another, such as
// "api main-abc → main-xyz, web unchanged".
func (l Live) Since(before Live) string {
	var out []string
	for _, now := range l.Images {
		switch was := before.Image(now.Name); {
		case was == now:
			out = append(out, l.short(now)+" unchanged")
		case was.Name == "":
			out = append(out, l.short(now)+" "+now.Tag)
		case was.Tag == now.Tag:
			out = append(out, fmt.Sprintf("%s %s with another digest", l.short(now), now.Tag))
		default:
			out = append(out, fmt.Sprintf("%s %s → %s", l.short(now), was.Tag, now.Tag))
		}
	}
	for _, was := range before.Images {
		if l.Image(was.Name).Name == "" {
			out = append(out, was.Short()+" no longer named")
		}
	}
	return strings.Join(out, ", ")
}

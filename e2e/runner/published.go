package runner

import (
	"slices"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Deployed is an image as it should be in the GitOps repository.
type Deployed struct{ Image, Commit, Tag, Digest string }

// Reference is the image by tag and digest.
func (d Deployed) Reference() string { return d.Image + ":" + d.Tag + "@" + d.Digest }

// Published is the image that the registry holds for a commit, after a look at
// all that the workflow promises of it: one index under one tag, which names
// the commit, with an image and an attestation for each platform.
func (w *World) Published(t *testing.T, commit string) Deployed {
	t.Helper()
	found := Deployed{Image: w.Image, Commit: commit, Tag: "main-" + commit[:7]}
	reference, err := w.Reference(w.Image + ":" + found.Tag)
	check(t, err)
	index, err := remote.Index(reference, w.Account(w.User, w.Password))
	check(t, err)
	digest, err := index.Digest()
	check(t, err)
	found.Digest = digest.String()

	manifest, err := index.IndexManifest()
	check(t, err)
	const revision = "org.opencontainers.image.revision"
	if got := manifest.Annotations[revision]; got != commit {
		t.Errorf("the index says that it was built from %q, not from %s", got, commit)
	}
	var platforms []string
	attestations := 0
	for _, entry := range manifest.Manifests {
		if entry.Annotations["vnd.docker.reference.type"] == "attestation-manifest" {
			attestations++
			continue
		}
		platforms = append(platforms, entry.Platform.String())
		config := configOf(t, index, entry.Digest)
		if got := config.Config.Labels[revision]; got != commit {
			t.Errorf("%s is labelled with the commit %q, not %s", entry.Platform, got, commit)
		}
		if got := config.Config.Labels["org.opencontainers.image.source"]; got != "https://github.com/"+w.Code {
			t.Errorf("%s is labelled with the source %q", entry.Platform, got)
		}
	}
	slices.Sort(platforms)
	if !slices.Equal(platforms, []string{"linux/amd64", "linux/arm64"}) || attestations != 2 {
		t.Errorf("the index holds %v and %d attestations", platforms, attestations)
	}
	return found
}

func configOf(t *testing.T, index v1.ImageIndex, digest v1.Hash) *v1.ConfigFile {
	t.Helper()
	image, err := index.Image(digest)
	check(t, err)
	config, err := image.ConfigFile()
	check(t, err)
	return config
}

// Tags are the names in the registry.
func (w *World) Tags(t *testing.T) []string {
	t.Helper()
	reference, err := w.Reference(w.Image + ":any")
	check(t, err)
	tags, err := remote.List(reference.Context(), w.Account(w.User, w.Password))
	check(t, err)
	return tags
}

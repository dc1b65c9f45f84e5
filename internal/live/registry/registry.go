// Package registry asks a container registry, with the OCI distribution API, what it has under a name. It only reads,
// and computes every digest itself.
package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/live/remote"
)

const (
	ociIndex       = "application/vnd.oci.image.index.v1+json"
	ociManifest    = "application/vnd.oci.image.manifest.v1+json"
	dockerIndex    = "application/vnd.docker.distribution.manifest.list.v2+json"
	dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	revision       = "org.opencontainers.image.revision"
)

// Client asks one registry with one credential.
type Client struct {
	// Base is the address without a slash at its end, such as https://ghcr.io.
	Base string
	// User and Password may be "" for public images.
	User, Password string
	// Hint says why an expected credential is missing; it is the end of the message about a refusal.
	Hint   string
	Remote *remote.Client
}

// Manifest describes the image under a tag or a digest.
type Manifest struct {
	// Digest is computed from the content.
	Digest string
	// Platforms are sorted, such as linux/amd64.
	Platforms []string
	// Revision is the commit from which the image says it was built, or "".
	Revision string
	// URL is where it was read.
	URL string
}

type descriptor struct {
	Digest       string            `json:"digest"`
	ArtifactType string            `json:"artifactType"`
	Annotations  map[string]string `json:"annotations"`
	Platform     *platform         `json:"platform"`
}

type platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
}

func (p platform) String() string {
	s := p.OS + "/" + p.Architecture
	if p.Variant != "" && s != "linux/arm64" {
		s += "/" + p.Variant
	}
	return s
}

type document struct {
	Manifests   []descriptor      `json:"manifests"`
	Config      descriptor        `json:"config"`
	Annotations map[string]string `json:"annotations"`
}

// Manifest reads the manifest under a tag or a digest of a repository.
func (c *Client) Manifest(ctx context.Context, repository, reference string) (Manifest, error) {
	doc, m, err := c.manifest(ctx, repository, reference)
	if err != nil {
		return m, err
	}
	m.Revision = doc.Annotations[revision]
	single := doc.Config.Digest
	for _, d := range doc.Manifests {
		// Attestations that buildkit adds have the platform unknown/unknown.
		if d.Platform == nil || d.Platform.OS == "unknown" {
			continue
		}
		m.Platforms = append(m.Platforms, d.Platform.String())
		if m.Revision == "" && single == "" {
			child, _, err := c.manifest(ctx, repository, d.Digest)
			if err != nil {
				return m, err
			}
			single = child.Config.Digest
		}
	}
	if single != "" {
		if err := c.config(ctx, repository, single, &m, len(doc.Manifests) == 0); err != nil {
			return m, err
		}
	}
	slices.Sort(m.Platforms)
	return m, nil
}

// config adds what only the configuration of an image says.
func (c *Client) config(ctx context.Context, repository, digest string, m *Manifest, alone bool) error {
	a, err := c.get(ctx, repository, "blobs/"+digest, "*/*")
	if err != nil {
		return err
	}
	if err := same(a, digest); err != nil {
		return err
	}
	var w struct {
		platform
		Config struct {
			Labels map[string]string
		} `json:"config"`
	}
	if err := remote.Decode(a, &w); err != nil {
		return err
	}
	if alone {
		m.Platforms = []string{w.platform.String()}
	}
	if m.Revision == "" {
		m.Revision = w.Config.Labels[revision]
	}
	return nil
}

func (c *Client) manifest(ctx context.Context, repository, reference string) (document, Manifest, error) {
	var doc document
	accept := strings.Join([]string{ociIndex, dockerIndex, ociManifest, dockerManifest}, ", ")
	a, err := c.get(ctx, repository, "manifests/"+reference, accept)
	m := Manifest{URL: a.URL}
	if err != nil {
		return doc, m, err
	}
	m.Digest = sum(a.Body)
	if strings.Contains(reference, ":") {
		if err := same(a, reference); err != nil {
			return doc, m, err
		}
	}
	if said := a.Header.Get("Docker-Content-Digest"); said != "" && said != m.Digest {
		return doc, m, mismatch(a, said)
	}
	if err := remote.Decode(a, &doc); err != nil {
		return doc, m, err
	}
	if len(doc.Manifests) == 0 && doc.Config.Digest == "" {
		return doc, m, &remote.Error{Kind: remote.Malformed, URL: a.URL, Status: a.Status, Reason: "is neither an image nor an index of images"}
	}
	return doc, m, nil
}

func sum(body []byte) string {
	s := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(s[:])
}

func same(a remote.Answer, digest string) error {
	if sum(a.Body) != digest {
		return mismatch(a, digest)
	}
	return nil
}

func mismatch(a remote.Answer, digest string) error {
	return &remote.Error{Kind: remote.Malformed, URL: a.URL, Status: a.Status,
		Reason: "sends content whose digest is " + sum(a.Body) + " and not " + digest}
}

func header(accept, authorization string) http.Header {
	h := http.Header{"Accept": {accept}}
	if authorization != "" {
		h.Set("Authorization", authorization)
	}
	return h
}

package registry

import (
	"context"
	"strings"

	"github.com/pipegen/pipegen/internal/live/remote"
)

const (
	// SignaturePredicate is the predicate type of cosign's signatures in a bundle.
	SignaturePredicate = "https://sigstore.dev/cosign/sign/v1"
	// maxReferrers is how many artifacts of an image are read.
	maxReferrers = 50

	predicateType = "dev.sigstore.bundle.predicateType"
	simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json"
)

// Referrer is an artifact that points to an image, such as a signature.
type Referrer struct {
	Digest, ArtifactType string
	// Predicate is the predicate type of a Sigstore bundle, "" for other artifacts.
	Predicate string
}

// Signature reports whether the artifact is a signature of cosign.
func (r Referrer) Signature() bool {
	return r.Predicate == SignaturePredicate || r.ArtifactType == simpleSigning
}

// Attestation reports whether the artifact states something about the image.
func (r Referrer) Attestation() bool { return r.Predicate != "" && r.Predicate != SignaturePredicate }

// Referrers lists the artifacts that point to a digest. GHCR has no API for this: there they are listed in an index
// under the fallback tag of the specification. That index often lacks what the artifact's own manifest says, so the
// manifest decides.
func (c *Client) Referrers(ctx context.Context, repository, digest string) ([]Referrer, error) {
	doc, err := c.index(ctx, repository, "referrers/"+digest)
	if err != nil && !remote.Is(err, remote.NotFound, remote.Failed) {
		return nil, err
	}
	fallback := strings.Replace(digest, ":", "-", 1)
	if len(doc.Manifests) == 0 {
		if doc, err = c.index(ctx, repository, "manifests/"+fallback); err != nil && !remote.Is(err, remote.NotFound) {
			return nil, err
		}
	}
	var out []Referrer
	for _, d := range doc.Manifests[:min(len(doc.Manifests), maxReferrers)] {
		if d.Annotations[predicateType] == "" {
			own, _, err := c.manifest(ctx, repository, d.Digest)
			if err != nil {
				return nil, err
			}
			d.Annotations = own.Annotations
		}
		out = append(out, Referrer{Digest: d.Digest, ArtifactType: d.ArtifactType, Predicate: d.Annotations[predicateType]})
	}
	// Before its bundles, cosign kept signatures under a tag of their own.
	_, m, err := c.manifest(ctx, repository, fallback+".sig")
	switch {
	case err == nil:
		out = append(out, Referrer{Digest: m.Digest, ArtifactType: simpleSigning})
	case !remote.Is(err, remote.NotFound):
		return nil, err
	}
	return out, nil
}

func (c *Client) index(ctx context.Context, repository, what string) (document, error) {
	var doc document
	a, err := c.get(ctx, repository, what, ociIndex)
	if err != nil {
		return doc, err
	}
	// Go does not say whether a returned variable is read before the calls beside it.
	err = remote.Decode(a, &doc)
	return doc, err
}

package livetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
)

// Repository is the repository of the image; the ones of several images lie beside it.
const Repository = "example/payments/payments"

const (
	indexType    = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	bundleType   = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// image is a repository of the registry.
type image struct {
	handler    http.Handler
	t          testing.TB
	repository string
}

// startRegistry runs the registry of go-containerregistry behind a token exchange like that of GHCR. Like GHCR it has
// no API for referrers.
func (w *World) startRegistry(t testing.TB) {
	t.Helper()
	w.image = &image{t: t, repository: Repository, handler: registry.New(registry.Logger(log.New(io.Discard, "", 0)))}
	w.Registry = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch {
		case w.faulty("registry", out, r):
		case r.URL.Path == "/token":
			w.token(out, r)
		case r.Method != http.MethodGet:
			http.Error(out, "read-only", http.StatusMethodNotAllowed)
		case r.Header.Get("Authorization") != "Bearer pull-token":
			out.Header().Set("WWW-Authenticate", `Bearer realm="`+w.Registry.URL+`/token",service="ghcr.io",scope="repository:user/image:pull"`)
			out.WriteHeader(http.StatusUnauthorized)
			out.Write([]byte(`{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`))
		default:
			w.image.handler.ServeHTTP(out, r)
		}
	}))
	t.Cleanup(w.Registry.Close)
	w.Digest = w.image.index(w.Tag, Source, "linux/amd64", "linux/arm64")
	w.image.referrers(w.Digest, "https://sigstore.dev/cosign/sign/v1", "https://slsa.dev/provenance/v1")
}

// token gives everybody the right to pull, and refuses a wrong login.
func (w *World) token(out http.ResponseWriter, r *http.Request) {
	user, password, given := r.BasicAuth()
	if given && (user != User || password != Password) {
		out.WriteHeader(http.StatusForbidden)
		out.Write([]byte(`{"errors":[{"code":"DENIED","message":"denied"}]}`))
		return
	}
	scope, known := strings.CutPrefix(r.URL.Query().Get("scope"), "repository:"+path.Dir(Repository)+"/")
	if !known || !strings.HasSuffix(scope, ":pull") || r.URL.Query().Get("service") != "ghcr.io" {
		out.WriteHeader(http.StatusBadRequest)
		return
	}
	out.Write([]byte(`{"token":"pull-token"}`))
}

// Push stores an index of images under a tag and returns its digest. A revision of "" leaves it out.
func (w *World) Push(tag, revision string, platforms ...string) string {
	return w.image.index(tag, revision, platforms...)
}

// PushTo does so in another repository.
func (w *World) PushTo(repository, tag, revision string, platforms ...string) string {
	return w.in(repository).index(tag, revision, platforms...)
}

// ReferIn replaces the artifacts that point to a digest of another repository.
func (w *World) ReferIn(repository, digest string, predicates ...string) {
	w.in(repository).referrers(digest, predicates...)
}

func (w *World) in(repository string) *image {
	return &image{handler: w.image.handler, t: w.image.t, repository: repository}
}

// Refer replaces the artifacts that point to a digest by bundles with these predicates.
func (w *World) Refer(digest string, predicates ...string) { w.image.referrers(digest, predicates...) }

func (i *image) index(tag, revision string, platforms ...string) string {
	var manifests []any
	for _, p := range platforms {
		os, arch, _ := strings.Cut(p, "/")
		config := i.blob(map[string]any{"os": os, "architecture": arch,
			"config": map[string]any{"Labels": map[string]string{"org.opencontainers.image.revision": revision}}})
		digest, size := i.manifest("", map[string]any{"schemaVersion": 2, "mediaType": manifestType, "config": config, "layers": []any{}})
		manifests = append(manifests, map[string]any{"mediaType": manifestType, "digest": digest, "size": size,
			"platform": map[string]string{"os": os, "architecture": arch}})
	}
	document := map[string]any{"schemaVersion": 2, "mediaType": indexType, "manifests": manifests}
	if revision != "" {
		document["annotations"] = map[string]string{"org.opencontainers.image.revision": revision}
	}
	digest, _ := i.manifest(tag, document)
	return digest
}

// referrers stores bundles as GHCR does: in an index under the fallback tag, whose entries say less than the manifests
// that they name.
func (i *image) referrers(digest string, predicates ...string) {
	entries := []any{}
	for _, p := range predicates {
		empty := i.blob(map[string]any{})
		empty["mediaType"] = "application/vnd.oci.empty.v1+json"
		d, size := i.manifest("", map[string]any{"schemaVersion": 2, "mediaType": manifestType, "artifactType": bundleType, "config": empty,
			"layers": []any{}, "annotations": map[string]string{"dev.sigstore.bundle.content": "dsse-envelope", "dev.sigstore.bundle.predicateType": p}})
		entries = append(entries, map[string]any{"mediaType": manifestType, "digest": d, "size": size, "artifactType": "application/vnd.oci.empty.v1+json"})
	}
	i.manifest(strings.Replace(digest, ":", "-", 1), map[string]any{"schemaVersion": 2, "mediaType": indexType, "manifests": entries})
}

func (i *image) blob(content any) map[string]any {
	body, digest := i.encode(content)
	i.send(http.MethodPost, "blobs/uploads/?digest="+digest, "application/octet-stream", body)
	return map[string]any{"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": len(body)}
}

func (i *image) manifest(tag string, content any) (digest string, size int) {
	body, digest := i.encode(content)
	if tag == "" {
		tag = digest
	}
	mediaType, _ := content.(map[string]any)["mediaType"].(string)
	i.send(http.MethodPut, "manifests/"+tag, mediaType, body)
	return digest, len(body)
}

func (i *image) encode(content any) (body []byte, digest string) {
	body, err := json.Marshal(content)
	if err != nil {
		i.t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	return body, "sha256:" + hex.EncodeToString(sum[:])
}

func (i *image) send(method, what, mediaType string, body []byte) {
	r := httptest.NewRequest(method, "/v2/"+i.repository+"/"+what, bytes.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	out := httptest.NewRecorder()
	i.handler.ServeHTTP(out, r)
	if out.Code != http.StatusCreated {
		i.t.Fatalf("the registry answers %d to %s: %s", out.Code, what, out.Body)
	}
}

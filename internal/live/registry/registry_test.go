package registry_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	ggcr "github.com/google/go-containerregistry/pkg/registry"

	"github.com/pipegen/pipegen/internal/live/livetest"
	"github.com/pipegen/pipegen/internal/live/registry"
	"github.com/pipegen/pipegen/internal/live/remote"
)

func client(w *livetest.World) *registry.Client {
	asks := remote.New(livetest.Now, livetest.NoSleep)
	return &registry.Client{Base: w.Registry.URL, Remote: asks}
}

func TestManifest(t *testing.T) {
	w := livetest.New(t)
	c := client(w)
	for _, reference := range []string{w.Tag, w.Digest} {
		m, err := c.Manifest(t.Context(), livetest.Repository, reference)
		if err != nil {
			t.Fatal(err)
		}
		if m.Digest != w.Digest || m.Revision != livetest.Source || !slices.Equal(m.Platforms, []string{"linux/amd64", "linux/arm64"}) {
			t.Errorf("%s: %+v", reference, m)
		}
	}
	if _, err := c.Manifest(t.Context(), livetest.Repository, "nothing"); !remote.Is(err, remote.NotFound) {
		t.Error(err)
	}
}

// TestReferrers: the artifact's own manifest says what it is, since GHCR's index
// does not.
func TestReferrers(t *testing.T) {
	w := livetest.New(t)
	got, err := client(w).Referrers(t.Context(), livetest.Repository, w.Digest)
	if err != nil || len(got) != 2 {
		t.Fatalf("%v %v", got, err)
	}
	if !got[0].Signature() || got[0].Attestation() || got[1].Signature() || !got[1].Attestation() {
		t.Errorf("%+v", got)
	}
	other := w.Push("other", livetest.Before, "linux/amd64")
	if got, err := client(w).Referrers(t.Context(), livetest.Repository, other); err != nil || len(got) != 0 {
		t.Errorf("%v %v", got, err)
	}
}

func TestLogin(t *testing.T) {
	for name, c := range map[string]struct{ user, password string }{
		"accepted":                            {livetest.User, livetest.Password},
		"none":                                {"", ""},
		"one that may not, of a public image": {"pipegen", "wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			w := livetest.New(t)
			client := client(w)
			client.User, client.Password = c.user, c.password
			if _, err := client.Manifest(t.Context(), livetest.Repository, w.Tag); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		fault func(out http.ResponseWriter, r *http.Request) bool
		words string
	}{
		"nobody may": {func(out http.ResponseWriter, r *http.Request) bool {
			out.WriteHeader(http.StatusUnauthorized)
			return true
		}, "asks for a credential (status 401); log in"},
		"no token for us": {func(out http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != "/token" {
				return false
			}
			out.WriteHeader(http.StatusForbidden)
			return true
		}, "/token?scope=repository%3Aexample%2Fpayments%2Fpayments%3Apull&service=ghcr.io refuses this credential (status 403); log in"},
		"an empty token": {func(out http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/token" {
				out.Write([]byte(`{}`))
			}
			return r.URL.Path == "/token"
		}, "gives no token"},
		"tokens over an open line": {func(out http.ResponseWriter, r *http.Request) bool {
			out.Header().Set("WWW-Authenticate", `Bearer realm="http://192.0.2.1/token"`)
			out.WriteHeader(http.StatusUnauthorized)
			return true
		}, "not encrypted"},
		"other content than its digest": {func(out http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "/manifests/") {
				out.Write([]byte(`{"manifests":[]}`))
			}
			return strings.Contains(r.URL.Path, "/manifests/")
		}, "whose digest is sha256:"},
	} {
		t.Run(name, func(t *testing.T) {
			w := livetest.New(t)
			w.Fault(func(system string, out http.ResponseWriter, r *http.Request) bool {
				return system == "registry" && c.fault(out, r)
			})
			client := client(w)
			client.Hint = "log in"
			_, err := client.Manifest(t.Context(), livetest.Repository, w.Digest)
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%v, want %q", err, c.words)
			}
		})
	}
}

// TestWrongHeader: an answer whose header and content disagree is refused.
func TestWrongHeader(t *testing.T) {
	w := livetest.New(t)
	w.Fault(func(system string, out http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/manifests/") {
			out.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("0", 64))
			out.Write([]byte(`{"config":{"digest":"x"}}`))
			return true
		}
		return false
	})
	if _, err := client(w).Manifest(t.Context(), livetest.Repository, "latest"); !remote.Is(err, remote.Malformed) {
		t.Error(err)
	}
}

// push stores a document in a registry that has an API for referrers and requires
// basic authentication.
func push(t *testing.T, h http.Handler, what, mediaType, body string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	digest := "sha256:" + hex.EncodeToString(sum[:])
	method := http.MethodPut
	if what == "blobs/uploads/?digest=" {
		method, what = http.MethodPost, what+digest
	}
	if strings.HasSuffix(what, "/") {
		what += digest
	}
	r := httptest.NewRequest(method, "/v2/a/b/"+what, strings.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	out := httptest.NewRecorder()
	if h.ServeHTTP(out, r); out.Code != http.StatusCreated {
		t.Fatalf("%d to %s: %s", out.Code, what, out.Body)
	}
	return digest
}

// TestOneImage: an image without an index has its platform in its configuration,
// and the API for referrers is asked before the tag.
func TestOneImage(t *testing.T) {
	const manifestType = "application/vnd.oci.image.manifest.v1+json"
	h := ggcr.New(ggcr.WithReferrersSupport(true), ggcr.Logger(log.New(io.Discard, "", 0)))
	config := push(t, h, "blobs/uploads/?digest=", "", `{"os":"linux","architecture":"arm","variant":"v7","config":{"Labels":{"org.opencontainers.image.revision":"abc"}}}`)
	image := push(t, h, "manifests/v1", manifestType, `{"schemaVersion":2,"mediaType":"`+manifestType+`","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"`+config+`","size":2},"layers":[]}`)
	push(t, h, "manifests/", manifestType, `{"schemaVersion":2,"mediaType":"`+manifestType+`","artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json",`+
		`"config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"`+config+`","size":2},"layers":[],"subject":{"mediaType":"`+manifestType+`","digest":"`+image+`","size":2},`+
		`"annotations":{"dev.sigstore.bundle.predicateType":"https://slsa.dev/provenance/v1"}}`)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "ada" || password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="here"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	c := &registry.Client{Base: s.URL, User: "ada", Password: "secret",
		Remote: remote.New(livetest.Now, livetest.NoSleep)}
	m, err := c.Manifest(t.Context(), "a/b", "v1")
	if err != nil || m.Digest != image || m.Revision != "abc" || !slices.Equal(m.Platforms, []string{"linux/arm/v7"}) {
		t.Errorf("%+v %v", m, err)
	}
	if got, err := c.Referrers(t.Context(), "a/b", image); err != nil || len(got) != 1 || !got[0].Attestation() {
		t.Errorf("%+v %v", got, err)
	}
	c.Password = ""
	if _, err := c.Manifest(t.Context(), "a/b", "v1"); !remote.Is(err, remote.Unauthorized) {
		t.Error(err)
	}
}

// TestOldSignature: before its bundles, cosign kept signatures under a tag.
func TestOldSignature(t *testing.T) {
	w := livetest.New(t)
	w.Refer(w.Digest)
	w.Push(strings.Replace(w.Digest, ":", "-", 1)+".sig", "", "linux/amd64")
	got, err := client(w).Referrers(t.Context(), livetest.Repository, w.Digest)
	if err != nil || len(got) != 1 || !got[0].Signature() {
		t.Errorf("%+v %v", got, err)
	}
}

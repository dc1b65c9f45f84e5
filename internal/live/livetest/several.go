package livetest

import (
	"encoding/json"
	"maps"
	"testing"
)

// The repositories of the images of SeveralSpec.
const (
	APIRepository = "example/payments/api"
	WebRepository = "example/payments/web"
)

// SeveralSpec is the spec of NewSeveral.
func SeveralSpec() []byte {
	text, err := world.ReadFile("world/several.cue")
	if err != nil {
		panic(err)
	}
	return text
}

// NewSeveral starts systems that show a healthy delivery of SeveralSpec to production. Of its images, api was built from
// the source commit, and web from the one before: nothing of it has changed since.
func NewSeveral(t testing.TB) *World {
	t.Helper()
	w := New(t)
	w.Digest = w.PushTo(APIRepository, w.Tag, Source, "linux/amd64")
	w.Web = w.PushTo(WebRepository, "main-"+Before, Before, "linux/amd64")
	w.PushTo(WebRepository, w.Tag, Before, "linux/amd64")
	for repository, digest := range map[string]string{APIRepository: w.Digest, WebRepository: w.Web} {
		w.ReferIn(repository, digest, "https://sigstore.dev/cosign/sign/v1", "https://slsa.dev/provenance/v1")
	}
	text, err := world.ReadFile("world/several.json")
	if err != nil {
		t.Fatal(err)
	}
	var routes map[string]map[string]any
	if err := json.Unmarshal([]byte(w.fill(string(text))), &routes); err != nil {
		t.Fatal(err)
	}
	for system, all := range routes {
		maps.Copy(w.routes[system], all)
	}
	return w
}

package generate_test

import (
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
)

// TestFiguresOfWhatIsPromoted: the requests to a workload whose image stays behind decide nothing, and no step would find the
// image.
func TestFiguresOfWhatIsPromoted(t *testing.T) {
	const spec = `name: "shop"
intent: "Production gets what kept its promises in staging."
source: repository: "example/shop"
images: [is=string]: {context: is, dockerfile: "\(is)/Dockerfile", test: steps: [{name: "Test", run: "make test"}]}
images: {web: {}, simulator: {}}
workloads: [string]: {port: 8080, probes: readiness: "/ready", replicas: 4, rollout: canary: steps: [{weight: 50, hold: "5m"}]}
workloads: {
	web: image: "web"
	simulator: {image: "simulator", only: ["staging"]}
	twin: {image: "web", only: ["staging"]}
}
environments: {
	staging: namespace: "shop-staging"
	production: {namespace: "shop", on: tag: "v*", soak: "40m", gates: ["failing"]}
}
gitops: repository: "example/deployments"
prometheus: {address: "http://prometheus.monitoring.svc:9090", outside: address: "https://prometheus.example.org"}
criteria: failing: {statement: "Fewer than 1 % of the requests fail.", errors: below: 1}
`
	_, set := compile(t, []byte(spec))
	f, _ := set.Lookup(artifact.Code, ".github/workflows/promote-production.yaml")
	for asked, want := range map[string]bool{"failing of web in staging": true, "failing of twin in staging": true, "failing of simulator in staging": false} {
		if strings.Contains(string(f.Content), "ASKED: "+asked) != want {
			t.Errorf("it asks for %s: %v", asked, !want)
		}
	}
}

package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

// source is one Go module whose files are read and whose code is not used.
type source struct{ module, sum string }

// The targets. To move to another release, change the version, run the tests
// and take over the sum that they report; check it against sum.golang.org.
var (
	kubernetes = source{"k8s.io/kubernetes@v1.37.2", "h1:A2VDEiObzkYqFTKhSsn0ZEb0RlLEXpHWj93gi2HqEwE="}
	argocd     = source{"github.com/argoproj/argo-cd/v3@v3.5.7", "h1:Xm1BF+I5OgDKUG3SDK49vn2/Y5AMyaNVko+/JT08gj0="}
	// The newest release that the Go of this module takes.
	gatewayAPI = source{"sigs.k8s.io/gateway-api@v1.6.2", "h1:vh5YzKlbdBivEaLX61+APKLGRq4tZ7Fj4XfGkv08xB4="}
	keda       = source{"github.com/kedacore/keda/v2@v2.21.0", "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps="}
	// What becomes Secrets. Later releases of Sealed Secrets are in a module that is not served.
	externalSecrets = source{"github.com/external-secrets/external-secrets@v1.3.2", "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ="}
	sealedSecrets   = source{"github.com/bitnami-labs/sealed-secrets@v0.27.1", "h1:oSq/rCGYz0pk7RP4RacIorG/VCWA6c4D8wIEpRkZAUg="}
	secretsStore    = source{"sigs.k8s.io/secrets-store-csi-driver@v1.6.0", "h1:YpKG/2hJkp3EkRGpH5SPxg1/5AkmeD5pwHNKIlE90FU="}
	// The releases that the clusters of the tests run, or the newest that is served as a module.
	argoRollouts       = source{"github.com/argoproj/argo-rollouts@v1.9.1", "h1:+oZciUkeJYVb1vPMOhat4JQlk525j/aT2yizEkVkjLs="}
	prometheusOperator = source{"github.com/prometheus-operator/prometheus-operator@v0.85.0", "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s="}
	// These have the life cycles of kinds that Kubernetes has removed; the newer one no longer has all of them.
	api      = source{"k8s.io/api@v0.37.2", "h1:PnxqnUFy93jr2GcpWDkKOm8wfy25kT9wa572MuQS8oc="}
	olderAPI = source{"k8s.io/api@v0.34.0", "h1:L+JtP2wDbEYPUeNGbeSa/5GwFtIA662EmT2YSLOkAVE="}
	// gosec ships the schema of SARIF as OASIS published it with errata 01.
	gosec = source{"github.com/securego/gosec/v2@v2.30.0", "h1:67aF6LHa7SAL6QEc4es857GrXTT50gUqmrl0XPhtDx0="}
)

// published are the CustomResourceDefinitions of what the output has besides Kubernetes' own kinds, as patterns of files.
var published = []struct {
	source source
	files  []string
}{
	{argocd, []string{"manifests/crds/*-crd.yaml"}},
	{gatewayAPI, []string{"config/crd/standard/*_httproutes.yaml", "config/crd/standard/*_grpcroutes.yaml"}},
	{keda, []string{"config/crd/bases/keda.sh_scaledobjects.yaml", "config/crd/bases/keda.sh_triggerauthentications.yaml"}},
	{externalSecrets, []string{"config/crds/bases/external-secrets.io_externalsecrets.yaml"}},
	{secretsStore, []string{"config/crd/bases/secrets-store.csi.x-k8s.io_secretproviderclasses.yaml"}},
	{argoRollouts, []string{"manifests/crds/rollout-crd.yaml", "manifests/crds/analysis-template-crd.yaml"}},
	{prometheusOperator, []string{"example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"}},
	{sealedSecrets, []string{"helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml"}},
}

// dir returns the module's directory in the module cache, downloaded if need
// be, and refuses content other than the pinned one.
func (s source) dir() (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", s.module)
	// Outside every module, so that neither a go.mod nor a go.sum takes part.
	cmd.Dir = os.TempDir()
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.Output()
	var got struct{ Dir, Sum, Error string }
	if json.Unmarshal(out, &got) != nil {
		return "", fmt.Errorf("go mod download %s: %w", s.module, err)
	}
	if got.Error != "" {
		return "", fmt.Errorf("go mod download %s: %s", s.module, got.Error)
	}
	if got.Sum != s.sum {
		return "", fmt.Errorf("module %s: its sum is %s, pinned is %s", s.module, got.Sum, s.sum)
	}
	return got.Dir, nil
}

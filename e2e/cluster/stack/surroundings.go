package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// definitions are the CustomResourceDefinitions of what generated pipelines have besides Kubernetes' own kinds, in modules
// whose files are read and whose code is not used. The sums are those that e2e/conformance checks.
var definitions = []struct {
	module, sum string
	files       []string
}{
	{"sigs.k8s.io/gateway-api@v1.6.2", "h1:vh5YzKlbdBivEaLX61+APKLGRq4tZ7Fj4XfGkv08xB4=", []string{
		"config/crd/standard/gateway.networking.k8s.io_httproutes.yaml", "config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml",
	}},
	{"github.com/kedacore/keda/v2@v2.21.0", "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=", []string{
		"config/crd/bases/keda.sh_scaledobjects.yaml", "config/crd/bases/keda.sh_triggerauthentications.yaml",
	}},
	{"github.com/external-secrets/external-secrets@v1.3.2", "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=", []string{"config/crds/bases/external-secrets.io_externalsecrets.yaml"}},
	{"sigs.k8s.io/secrets-store-csi-driver@v1.6.0", "h1:YpKG/2hJkp3EkRGpH5SPxg1/5AkmeD5pwHNKIlE90FU=", []string{"config/crd/bases/secrets-store.csi.x-k8s.io_secretproviderclasses.yaml"}},
	{"github.com/argoproj/argo-rollouts@v1.9.1", "h1:+oZciUkeJYVb1vPMOhat4JQlk525j/aT2yizEkVkjLs=", []string{
		"manifests/crds/rollout-crd.yaml", "manifests/crds/experiment-crd.yaml", "manifests/crds/analysis-run-crd.yaml",
		"manifests/crds/analysis-template-crd.yaml", "manifests/crds/cluster-analysis-template-crd.yaml",
	}},
	{"github.com/bitnami-labs/sealed-secrets@v0.27.1", "h1:oSq/rCGYz0pk7RP4RacIorG/VCWA6c4D8wIEpRkZAUg=", []string{"helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml"}},
	{"github.com/prometheus-operator/prometheus-operator@v0.85.0", "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=", []string{"example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml"}},
}

// define lets the API server take the kinds of the definitions.
func (s *Stack) define(ctx context.Context) error {
	for _, d := range definitions {
		dir, err := moduleDir(ctx, d.module, d.sum)
		if err != nil {
			return err
		}
		for _, file := range d.files {
			text, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				return err
			}
			if err := s.apply(ctx, text); err != nil {
				return err
			}
		}
	}
	return s.defined(ctx)
}

// defined waits until the new kinds can be asked for.
func (s *Stack) defined(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, r := range []kube.Ref{
		kube.Named("gateway.networking.k8s.io/v1", "HTTPRoute", "", ""), kube.Named("gateway.networking.k8s.io/v1", "GRPCRoute", "", ""), kube.Named("keda.sh/v1alpha1", "ScaledObject", "", ""),
		kube.Named("external-secrets.io/v1", "ExternalSecret", "", ""), kube.Named("bitnami.com/v1alpha1", "SealedSecret", "", ""), kube.Named("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass", "", ""),
		kube.Named("argoproj.io/v1alpha1", "Rollout", "", ""), kube.Named("monitoring.coreos.com/v1", "PrometheusRule", "", ""),
	} {
		var list struct{}
		for err := s.Kube.List(ctx, r, "", &list); err != nil; err = s.Kube.List(ctx, r, "", &list) {
			select {
			case <-ctx.Done():
				return err
			case <-time.After(200 * time.Millisecond):
			}
		}
	}
	return nil
}

// moduleDir is the folder of a module in the module cache, downloaded if need be.
func moduleDir(ctx context.Context, module, sum string) (string, error) {
	download := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	// Outside every module, so that neither a go.mod nor a go.sum takes part.
	download.Dir = os.TempDir()
	download.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := download.Output()
	var got struct{ Dir, Sum, Error string }
	if json.Unmarshal(out, &got) != nil {
		return "", fmt.Errorf("go mod download %s: %w", module, err)
	}
	if got.Error != "" || got.Sum != sum {
		return "", fmt.Errorf("go mod download %s: sum %s, pinned is %s; %s", module, got.Sum, sum, got.Error)
	}
	return got.Dir, nil
}

// surroundings is how kwok plays the controllers of gateways, Ingresses and load balancers, KEDA and External Secrets: each
// takes what it is asked for after half a second.
var surroundings = answered("networking.k8s.io/v1", "Ingress", `
      loadBalancer: {ingress: [{ip: 10.3.0.1}]}`) +
	answered("v1", "Service", `
      loadBalancer: {ingress: [{ip: 10.3.0.2}]}`, `{key: '.spec.type', operator: In, values: [LoadBalancer]}`) +
	answered("gateway.networking.k8s.io/v1", "HTTPRoute", accepted) +
	answered("gateway.networking.k8s.io/v1", "GRPCRoute", accepted) +
	answered("keda.sh/v1alpha1", "ScaledObject", `
      conditions:
      - {type: Ready, status: "True", reason: ScaledObjectReady, message: "ScaledObject is defined correctly"}`) +
	answered("external-secrets.io/v1", "ExternalSecret", `
      conditions:
      - {type: Ready, status: "True", reason: SecretSynced, message: "secret synced", lastTransitionTime: {{ Now | Quote }}}`)

// accepted is the status of a route that its Gateways let in.
const accepted = `
      parents:
      {{ $generation := .metadata.generation }}
      {{ range .spec.parentRefs }}
      - controllerName: e2e.example/gateway
        parentRef: {name: {{ .name | Quote }}}
        conditions:
        - {type: Accepted, status: "True", reason: Accepted, message: "", observedGeneration: {{ $generation }}, lastTransitionTime: {{ Now | Quote }}}
        - {type: ResolvedRefs, status: "True", reason: ResolvedRefs, message: "", observedGeneration: {{ $generation }}, lastTransitionTime: {{ Now | Quote }}}
      {{ end }}`

// answered is the stage of an object without a status yet.
func answered(apiVersion, kind, status string, more ...string) string {
	field := strings.TrimSpace(status[:strings.Index(status, ":")])
	if field == "loadBalancer" {
		field += ".ingress"
	}
	selectors := append([]string{"{key: '.status." + field + "', operator: DoesNotExist}"}, more...)
	return fmt.Sprintf(`---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: %s-answered}
spec:
  resourceRef: {apiGroup: %s, kind: %s}
  selector:
    matchExpressions:
    - %s
  delay: {durationMilliseconds: 500}
  next:
    statusTemplate: |%s
`, strings.ToLower(kind), apiVersion, kind, strings.Join(selectors, "\n    - "), status)
}

// classes are those that a cluster has of its own: two of pods, the default one of volumes, one whose volumes several nodes
// share, and a fast one. As those of the large clouds, they make a volume when a pod that uses it has got its node.
const classes = `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: checkout}
value: 1000
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: background}
value: -10
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: e2e.example
allowVolumeExpansion: true
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: shared}
provisioner: e2e.example
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: e2e.example
volumeBindingMode: WaitForFirstConsumer
`

// startVolumes creates the classes, and makes a volume for each claim that waits for one, as a driver of storage does;
// Kubernetes' own controller binds them.
func (s *Stack) startVolumes(ctx context.Context) error {
	if err := s.apply(ctx, []byte(classes)); err != nil {
		return err
	}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
				// What fails now, such as a claim that has just gone, is tried again in a second.
				_ = s.provision(ctx)
			}
		}
	}()
	return nil
}

func (s *Stack) provision(ctx context.Context) error {
	var claims struct {
		Items []struct {
			Metadata struct {
				Name, Namespace, UID string
				Annotations          map[string]string
			}
			Spec struct {
				AccessModes      []string
				StorageClassName string
				Resources        struct{ Requests map[string]string }
			}
			Status struct{ Phase string }
		}
	}
	if err := s.Kube.List(ctx, kube.Named("v1", "PersistentVolumeClaim", "", ""), "", &claims); err != nil {
		return err
	}
	for _, c := range claims.Items {
		if c.Status.Phase != "Pending" || c.Metadata.Annotations["volume.kubernetes.io/selected-node"] == "" {
			continue
		}
		modes, err := json.Marshal(c.Spec.AccessModes)
		if err != nil {
			return err
		}
		name := "volume-" + c.Metadata.UID
		if _, err := s.Kube.Apply(ctx, kube.Object{Ref: kube.Named("v1", "PersistentVolume", "", name), YAML: fmt.Appendf(nil, `
apiVersion: v1
kind: PersistentVolume
metadata: {name: %s}
spec:
  capacity: {storage: %s}
  accessModes: %s
  storageClassName: %q
  persistentVolumeReclaimPolicy: Delete
  claimRef: {apiVersion: v1, kind: PersistentVolumeClaim, namespace: %s, name: %s, uid: %s}
  csi: {driver: e2e.example, volumeHandle: %s}
`, name, c.Spec.Resources.Requests["storage"], modes, c.Spec.StorageClassName, c.Metadata.Namespace, c.Metadata.Name, c.Metadata.UID, name)}); err != nil {
			return err
		}
	}
	return nil
}

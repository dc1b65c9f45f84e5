package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// StartSpoke starts a second cluster, which has no Argo CD of its own, and lets that of the first one deploy to it under
// a name.
func (s *Stack) StartSpoke(ctx context.Context, name string) (*Stack, error) {
	spoke, err := s.startBeside(ctx, "spoke")
	if err != nil {
		return nil, err
	}
	certificate, err := os.ReadFile(filepath.Join(spoke.folder, "certificates/apiserver.crt"))
	if err != nil {
		return nil, err
	}
	return spoke, s.Register(ctx, name, "https://"+local(spoke.ports.api), certificate)
}

// StartOwn starts a second cluster with an Argo CD of its own in a namespace, which knows no other cluster.
func (s *Stack) StartOwn(ctx context.Context, name, namespace string) (*Stack, error) {
	own, err := s.startBeside(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := freePorts(&own.ports.redis, &own.ports.repo, &own.ports.repoMetrics, &own.ports.controllerMetrics, &own.ports.server, &own.ports.serverMetric,
		&own.ports.setsMetrics, &own.ports.setsProbe, &own.ports.setsWebhook); err != nil {
		return nil, err
	}
	own.Forge, own.guest, own.namespace = s.Forge, true, namespace
	for _, step := range []func(context.Context) error{own.installArgo, own.startRedis} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return own, own.StartArgo(ctx, s.argo.timing)
}

// startBeside starts a cluster without Argo CD, which stops with this one.
func (s *Stack) startBeside(ctx context.Context, name string) (*Stack, error) {
	folder := filepath.Join(s.folder, name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	beside := &Stack{parts: s.parts, folder: folder, launcher: newLauncher(folder)}
	if err := freePorts(&beside.ports.etcd, &beside.ports.peer, &beside.ports.api, &beside.ports.manager, &beside.ports.scheduler, &beside.ports.kwok); err != nil {
		return nil, err
	}
	s.spokes = append(s.spokes, beside)
	for _, step := range []func(context.Context) error{beside.startAPI, beside.define, beside.startControllers, beside.startNode} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return beside, nil
}

// Register gives Argo CD what 'argocd cluster add' would: the Secret of a cluster.
func (s *Stack) Register(ctx context.Context, name, server string, certificate []byte) error {
	config, err := json.Marshal(map[string]any{"bearerToken": token, "tlsClientConfig": map[string]any{"caData": certificate}})
	if err != nil {
		return err
	}
	return s.apply(ctx, fmt.Appendf(nil, `
apiVersion: v1
kind: Secret
metadata:
  name: cluster-%s
  namespace: argocd
  labels: {argocd.argoproj.io/secret-type: cluster}
data:
  name: %s
  server: %s
  config: %s
`, name, encoded(name), encoded(server), encoded(string(config))))
}

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
	folder := filepath.Join(s.folder, "spoke")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	spoke := &Stack{parts: s.parts, folder: folder, launcher: newLauncher(folder)}
	if err := freePorts(&spoke.ports.etcd, &spoke.ports.peer, &spoke.ports.api, &spoke.ports.manager, &spoke.ports.scheduler, &spoke.ports.kwok); err != nil {
		return nil, err
	}
	s.spokes = append(s.spokes, spoke)
	for _, step := range []func(context.Context) error{spoke.startAPI, spoke.define, spoke.startControllers, spoke.startNode} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	certificate, err := os.ReadFile(filepath.Join(folder, "certificates/apiserver.crt"))
	if err != nil {
		return nil, err
	}
	return spoke, s.Register(ctx, name, "https://"+local(spoke.ports.api), certificate)
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

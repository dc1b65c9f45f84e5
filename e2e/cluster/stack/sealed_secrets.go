package stack

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// asInPod gives a program the account of a pod, which it reads at a path that nothing can change: /run is its own.
const asInPod = `mount -t tmpfs none /run && mkdir -p /run/secrets/kubernetes.io && ln -s "$1" /run/secrets/kubernetes.io/serviceaccount && shift && exec "$@"`

// startSealedSecrets starts the controller of Sealed Secrets.
func (s *Stack) startSealedSecrets(ctx context.Context) error {
	certificate, err := os.ReadFile(filepath.Join(s.folder, "certificates/apiserver.crt"))
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"ca.crt": string(certificate), "token": token} {
		if _, err := s.write(filepath.Join("account", name), text); err != nil {
			return err
		}
	}
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		return err
	}
	args := []string{"--mount", "sh", "-c", asInPod, "sh", filepath.Join(s.folder, "account"), s.parts.Path("controller"),
		"--listen-addr", local(s.ports.seals), "--listen-metrics-addr", local(s.ports.sealsMetrics), "--key-size", "2048"}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	p, err := s.launcher.start("sealed-secrets", unshare, s.environment("KUBERNETES_SERVICE_HOST=127.0.0.1", fmt.Sprint("KUBERNETES_SERVICE_PORT=", s.ports.api), "POD_NAMESPACE=kube-system"), args...)
	if err != nil {
		return err
	}
	s.running = append(s.running, p)
	return p.ready(ctx, answers("http://"+local(s.ports.seals)+"/healthz"))
}

// Seal has kubeseal encrypt a Secret for the cluster.
func (s *Stack) Seal(ctx context.Context, secret []byte) ([]byte, error) {
	seal := exec.CommandContext(ctx, s.parts.Path("kubeseal"), "--cert", "http://"+local(s.ports.seals)+"/v1/cert.pem", "--format", "yaml")
	seal.Env, seal.Stdin = s.environment(), bytes.NewReader(secret)
	out, err := seal.Output()
	if failed, ok := err.(*exec.ExitError); ok {
		return nil, fmt.Errorf("kubeseal: %w\n%s", err, failed.Stderr)
	}
	return out, err
}

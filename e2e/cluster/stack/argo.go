package stack

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/forge"
)

// WebhookSecret is what GitHub and Argo CD share.
const WebhookSecret = "e2e-webhook-secret"

// Timing is how often Argo CD looks at git, in whole seconds.
type Timing struct {
	// Interval is timeout.reconciliation, as the controller takes it.
	Interval time.Duration
	// Jitter is what comes on top, at most.
	Jitter time.Duration
	// Refs is how long the repository server believes what it saw; the same key in a
	// real installation.
	Refs time.Duration
}

// argo are Argo CD's own processes, which tests may end and start again.
type argo struct {
	timing                         Timing
	repo, controller, server, sets *process
}

func (a argo) all() (out []*process) {
	for _, p := range []*process{a.repo, a.controller, a.server, a.sets} {
		if p != nil {
			out = append(out, p)
		}
	}
	return out
}

// installArgo gives the cluster what Argo CD's own installation gives it, less its
// Deployments, and what an operator configures.
func (s *Stack) installArgo(ctx context.Context) error {
	if err := s.apply(ctx, fmt.Appendf(nil, "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n", s.namespace)); err != nil {
		return err
	}
	for _, name := range []string{
		"crds/application-crd.yaml", "crds/applicationset-crd.yaml", "crds/appproject-crd.yaml",
		"base/config/argocd-cm.yaml", "base/config/argocd-cmd-params-cm.yaml", "base/config/argocd-rbac-cm.yaml",
		"base/config/argocd-gpg-keys-cm.yaml", "base/config/argocd-ssh-known-hosts-cm.yaml", "base/config/argocd-tls-certs-cm.yaml",
	} {
		text, err := os.ReadFile(filepath.Join(s.parts.Manifests, name))
		if err != nil {
			return err
		}
		objects, err := kube.Parse(text)
		if err != nil {
			return err
		}
		for _, o := range objects {
			if o.Kind != "CustomResourceDefinition" {
				o.Namespace = s.namespace
			}
			if _, err := s.Kube.Apply(ctx, o); err != nil {
				return err
			}
		}
	}
	if err := s.grantReading(ctx); err != nil {
		return err
	}
	if err := s.letDecrypt(ctx); err != nil {
		return err
	}
	// The folder that the ConfigMap argocd-tls-certs-cm is mounted at in a real installation.
	var err error
	if s.authority, err = s.write("tls/"+forge.Host, string(s.Forge.Certificate())); err != nil {
		return err
	}
	return s.apply(ctx, fmt.Appendf(nil, `
apiVersion: v1
kind: Secret
metadata:
  name: argocd-secret
  namespace: %s
  labels: {app.kubernetes.io/name: argocd-secret, app.kubernetes.io/part-of: argocd}
data:
  server.secretkey: %s
  webhook.github.secret: %s
---
apiVersion: v1
kind: Secret
metadata:
  name: repositories-of-the-forge
  namespace: %s
  labels: {argocd.argoproj.io/secret-type: repo-creds}
data:
  url: %s
  username: %s
  password: %s
`, s.namespace, encoded("0123456789abcdef0123456789abcdef"), encoded(WebhookSecret), s.namespace, encoded("https://"+forge.Host), encoded(forge.User), encoded(forge.Password)))
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func (s *Stack) startRedis(ctx context.Context) error {
	p, err := s.run("redis", "redis-server", "--bind", "127.0.0.1", "--port", fmt.Sprint(s.ports.redis),
		"--save", "", "--appendonly", "no", "--dir", s.folder)
	if err != nil {
		return err
	}
	return p.ready(ctx, listens(s.ports.redis))
}

// StartArgo starts those programs of Argo CD that do not run.
func (s *Stack) StartArgo(ctx context.Context, timing Timing) error {
	s.argo.timing = timing
	for _, start := range []func(context.Context) error{s.StartRepoServer, s.StartController, s.startServer, s.startSets} {
		if err := start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// StopArgo ends the programs of Argo CD in good order.
func (s *Stack) StopArgo() {
	for _, p := range s.argo.all() {
		p.stop()
	}
	s.argo = argo{}
}

// KillController ends the application controller as a lost node would.
func (s *Stack) KillController() {
	s.argo.controller.kill()
	s.argo.controller = nil
}

// KillRepoServer ends the repository server as a lost node would.
func (s *Stack) KillRepoServer() {
	s.argo.repo.kill()
	s.argo.repo = nil
}

// StartRepoServer starts the repository server, unless it runs.
func (s *Stack) StartRepoServer(ctx context.Context) error {
	return s.startArgo(ctx, &s.argo.repo, "argocd-repo-server", "http://"+local(s.ports.repoMetrics)+"/healthz", []string{
		"ARGOCD_RECONCILIATION_TIMEOUT=" + s.argo.timing.Refs.String(),
		"ARGOCD_GPG_ENABLED=false",
		"ARGOCD_TLS_DATA_PATH=" + filepath.Join(s.folder, "tls"),
		"ARGOCD_ASK_PASS_SOCK=" + filepath.Join(s.folder, "askpass.sock"),
		"HTTPS_PROXY=" + s.Forge.Proxy(),
		"SSL_CERT_FILE=" + s.authority, // of registries with charts
		"SOPS_AGE_KEY_FILE=" + s.ageKey(),
	}, "--disable-tls", "--address", "127.0.0.1", "--port", fmt.Sprint(s.ports.repo),
		"--metrics-address", "127.0.0.1", "--metrics-port", fmt.Sprint(s.ports.repoMetrics), "--redis", local(s.ports.redis))
}

// StartController starts the application controller, unless it runs. Its metrics are
// the one port of the stack that cannot be told to stay on loopback.
func (s *Stack) StartController(ctx context.Context) error {
	args := append(s.clientFlags(), "--metrics-port", fmt.Sprint(s.ports.controllerMetrics),
		"--app-resync", fmt.Sprint(int(s.argo.timing.Interval.Seconds())), "--app-resync-jitter", fmt.Sprint(int(s.argo.timing.Jitter.Seconds())))
	return s.startArgo(ctx, &s.argo.controller, "argocd-application-controller", "http://"+local(s.ports.controllerMetrics)+"/healthz", nil, args...)
}

func (s *Stack) startServer(ctx context.Context) error {
	args := append(s.clientFlags(), "--insecure", "--address", "127.0.0.1", "--port", fmt.Sprint(s.ports.server),
		"--metrics-address", "127.0.0.1", "--metrics-port", fmt.Sprint(s.ports.serverMetric))
	return s.startArgo(ctx, &s.argo.server, "argocd-server", "http://"+local(s.ports.server)+"/healthz", nil, args...)
}

// startSets starts the controller of ApplicationSets.
func (s *Stack) startSets(ctx context.Context) error {
	return s.startArgo(ctx, &s.argo.sets, "argocd-applicationset-controller", "http://"+local(s.ports.setsMetrics)+"/metrics", nil,
		"--kubeconfig", s.kubeconfig, "--namespace", s.namespace, "--argocd-repo-server", local(s.ports.repo), "--repo-server-plaintext",
		"--metrics-addr", local(s.ports.setsMetrics), "--probe-addr", local(s.ports.setsProbe), "--webhook-addr", local(s.ports.setsWebhook))
}

// clientFlags lead to the cluster, the repository server and Redis.
func (s *Stack) clientFlags() []string {
	return []string{
		"--kubeconfig", s.kubeconfig, "--namespace", s.namespace, "--redis", local(s.ports.redis),
		"--repo-server", local(s.ports.repo), "--repo-server-plaintext",
	}
}

func (s *Stack) startArgo(ctx context.Context, slot **process, name, health string, more []string, args ...string) error {
	if *slot != nil {
		return nil
	}
	environment := s.environment(append(more, "ARGOCD_BINARY_NAME="+name, "ARGOCD_FAKE_IN_CLUSTER=true", "KUBECONFIG="+s.kubeconfig)...)
	p, err := s.launcher.start(name, s.parts.Path("argocd"), environment, args...)
	if err != nil {
		return err
	}
	*slot = p
	return p.ready(ctx, answers(health))
}

// Webhook is the address at which Argo CD waits for GitHub's word.
func (s *Stack) Webhook() string { return s.Server() + "/api/webhook" }

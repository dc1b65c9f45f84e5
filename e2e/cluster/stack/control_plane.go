package stack

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// startAPI starts etcd and the API server, and connects to it.
func (s *Stack) startAPI(ctx context.Context) error {
	for _, name := range []string{"home", "tmp", "certificates"} {
		if err := os.MkdirAll(filepath.Join(s.folder, name), 0o755); err != nil {
			return err
		}
	}
	etcd := "http://" + local(s.ports.etcd)
	peer := "http://" + local(s.ports.peer)
	p, err := s.run("etcd", "etcd", "--data-dir", filepath.Join(s.folder, "etcd"),
		"--listen-client-urls", etcd, "--advertise-client-urls", etcd,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer)
	if err != nil {
		return err
	}
	if err := p.ready(ctx, answers(etcd+"/health")); err != nil {
		return err
	}
	users, err := s.write("users.csv", token+`,administrator,1,"system:masters"`+"\n")
	if err != nil {
		return err
	}
	key, err := s.accountKey()
	if err != nil {
		return err
	}
	certificates := filepath.Join(s.folder, "certificates")
	p, err = s.run("kube-apiserver", "kube-apiserver",
		"--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", fmt.Sprint(s.ports.api),
		"--cert-dir", certificates, "--token-auth-file", users, "--authorization-mode", "RBAC",
		"--service-account-issuer", "https://kubernetes.default.svc",
		"--service-account-key-file", key, "--service-account-signing-key-file", key,
		"--service-cluster-ip-range", "10.0.0.0/16", "--endpoint-reconciler-type", "none",
		// Debian's etcd does not send the progress that this way of listing waits for.
		"--feature-gates", "WatchList=false")
	if err != nil {
		return err
	}
	return p.ready(ctx, func(ctx context.Context) error {
		certificate, err := os.ReadFile(filepath.Join(certificates, "apiserver.crt"))
		if err != nil {
			return err
		}
		if s.Kube, err = kube.New("https://"+local(s.ports.api), token, certificate); err != nil {
			return err
		}
		return s.Kube.Ready(ctx)
	})
}

// accountKey makes the key that signs service accounts.
func (s *Stack) accountKey() (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return s.write("accounts.pem", string(pem.EncodeToMemory(block)))
}

// startControllers starts what makes pods of Deployments and gives them a node.
func (s *Stack) startControllers(ctx context.Context) error {
	var err error
	s.kubeconfig, err = s.write("kubeconfig", fmt.Sprintf(`
apiVersion: v1
kind: Config
current-context: e2e
clusters: [{name: e2e, cluster: {server: "https://%s", certificate-authority: %s}}]
users: [{name: administrator, user: {token: %s}}]
contexts: [{name: e2e, context: {cluster: e2e, user: administrator}}]
`, local(s.ports.api), filepath.Join(s.folder, "certificates/apiserver.crt"), token))
	if err != nil {
		return err
	}
	for _, program := range []struct {
		name string
		port int
		args []string
	}{
		{"kube-controller-manager", s.ports.manager, []string{"--service-account-private-key-file", filepath.Join(s.folder, "accounts.pem")}},
		{"kube-scheduler", s.ports.scheduler, nil},
	} {
		args := append([]string{
			"--kubeconfig", s.kubeconfig, "--leader-elect=false", "--bind-address", "127.0.0.1",
			"--secure-port", fmt.Sprint(program.port), "--cert-dir", filepath.Join(s.folder, "certificates", program.name),
			"--authentication-skip-lookup",
		}, program.args...)
		p, err := s.run(program.name, program.name, args...)
		if err != nil {
			return err
		}
		if err := p.ready(ctx, listens(program.port)); err != nil {
			return err
		}
	}
	return nil
}

// startNode starts kwok with its nodes.
func (s *Stack) startNode(ctx context.Context) error {
	stages, err := s.write("stages.yaml", stages+surroundings)
	if err != nil {
		return err
	}
	p, err := s.run("kwok", "kwok", "--kubeconfig", s.kubeconfig, "--config", stages,
		"--manage-all-nodes", "--node-lease-duration-seconds", "40", "--cidr", "10.1.0.0/16", "--node-ip", "10.2.0.1", "--server-address", local(s.ports.kwok))
	if err != nil {
		return err
	}
	if err := p.ready(ctx, answers("http://"+local(s.ports.kwok)+"/readyz")); err != nil {
		return err
	}
	return s.apply(ctx, []byte(nodes()))
}

func (s *Stack) apply(ctx context.Context, stream []byte) error {
	objects, err := kube.Parse(stream)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if _, err := s.Kube.Apply(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

package stack

import (
	"context"
	"fmt"
	"os"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
)

// StartNotifications installs the catalogue of Argo CD's notifications, as the README of a GitOps repository says, adds
// services to its ConfigMap and keys to its Secret, and starts the controller.
func (s *Stack) StartNotifications(ctx context.Context, services, secret map[string]string) error {
	catalogue, err := os.ReadFile(s.parts.Catalogue)
	if err != nil {
		return err
	}
	objects, err := kube.Parse(catalogue)
	if err != nil {
		return err
	}
	for _, o := range objects {
		o.Namespace = "argocd"
		if _, err := s.Kube.Apply(ctx, o); err != nil {
			return err
		}
		if err := s.Kube.Merge(ctx, o.Ref, "", map[string]any{"data": services}); err != nil {
			return err
		}
	}
	text := "apiVersion: v1\nkind: Secret\nmetadata: {name: argocd-notifications-secret, namespace: argocd}\nstringData:\n"
	for key, value := range secret {
		text += fmt.Sprintf("  %s: %q\n", key, value)
	}
	if err := s.apply(ctx, []byte(text)); err != nil {
		return err
	}
	var port int
	if err := freePorts(&port); err != nil {
		return err
	}
	var p *process
	if err := s.startArgo(ctx, &p, "argocd-notifications", "http://"+local(port)+"/metrics", nil, "--kubeconfig", s.kubeconfig, "--namespace", "argocd",
		"--argocd-repo-server", local(s.ports.repo), "--argocd-repo-server-plaintext", "--metrics-port", fmt.Sprint(port)); err != nil {
		return err
	}
	s.running = append(s.running, p)
	return nil
}

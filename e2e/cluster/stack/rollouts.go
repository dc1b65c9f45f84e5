package stack

import (
	"context"
	"fmt"
)

// startRollouts starts the controller of Argo Rollouts. It has no plugin for the weights of a Gateway's route.
func (s *Stack) startRollouts(ctx context.Context) error {
	if err := s.apply(ctx, []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: argo-rollouts}\n")); err != nil {
		return err
	}
	p, err := s.run("argo-rollouts", "rollouts-controller", "--kubeconfig", s.kubeconfig, "--namespace", "argo-rollouts", "--leader-elect=false",
		"--metricsPort", fmt.Sprint(s.ports.rolloutsMetrics), "--healthzPort", fmt.Sprint(s.ports.rolloutsHealth))
	if err != nil {
		return err
	}
	return p.ready(ctx, answers("http://"+local(s.ports.rolloutsHealth)+"/healthz"))
}

// Package stack runs a Kubernetes control plane with Argo CD on loopback: etcd, API
// server, controller manager, scheduler, Redis, and Argo CD's repository server,
// server and its controllers of Applications and ApplicationSets. All are the real programs. kwok stands in for
// the kubelet, and package forge for github.com.
package stack

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/parts"
	"github.com/pipegen/pipegen/e2e/forge"
)

// token is the administrator's.
const token = "e2e-administrator"

// Stack is a running cluster.
type Stack struct {
	Kube  *kube.Client
	Forge *forge.Forge

	parts      parts.Set
	folder     string
	launcher   *launcher
	kubeconfig string
	ports      ports
	// authority is the file with the certificate that has signed those of the forge.
	authority string
	// recipient is for whom SOPS encrypts.
	recipient string
	// running is in the order of the start.
	running []*process
	argo    argo
	// namespace is the one that Argo CD runs in.
	namespace string
	// spokes are the clusters besides it: its Argo CD deploys to them, or each has an Argo CD of its own.
	spokes []*Stack
	// guest says that the forge is another stack's.
	guest bool
}

// ports are those that the programs listen on.
type ports struct {
	etcd, peer, api, manager, scheduler, kwok, redis           int
	repo, repoMetrics, controllerMetrics, server, serverMetric int
	setsMetrics, setsProbe, setsWebhook                        int
	rolloutsHealth, rolloutsMetrics                            int
	seals, sealsMetrics                                        int
}

// Start brings everything up; programs keep their files below the folder.
func Start(ctx context.Context, set parts.Set, folder string, timing Timing) (*Stack, error) {
	s := &Stack{parts: set, folder: folder, launcher: newLauncher(folder), namespace: "argocd"}
	if err := s.start(ctx, timing); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context, timing Timing) error {
	if err := freePorts(
		&s.ports.etcd, &s.ports.peer, &s.ports.api, &s.ports.manager, &s.ports.scheduler, &s.ports.kwok, &s.ports.redis,
		&s.ports.repo, &s.ports.repoMetrics, &s.ports.controllerMetrics, &s.ports.server, &s.ports.serverMetric,
		&s.ports.setsMetrics, &s.ports.setsProbe, &s.ports.setsWebhook, &s.ports.seals, &s.ports.sealsMetrics,
		&s.ports.rolloutsHealth, &s.ports.rolloutsMetrics,
	); err != nil {
		return err
	}
	var err error
	if s.Forge, err = forge.Start(filepath.Join(s.folder, "git")); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{s.startAPI, s.define, s.startControllers, s.startNode, s.startVolumes, s.startSealedSecrets, s.makeAgeKey, s.startRollouts, s.installArgo, s.startRedis} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return s.StartArgo(ctx, timing)
}

// Kubeconfig is the file with which an administrator reaches the cluster.
func (s *Stack) Kubeconfig() string { return s.kubeconfig }

// Stop ends every process, the last one first.
func (s *Stack) Stop() {
	s.StopArgo()
	for _, spoke := range s.spokes {
		spoke.Stop()
	}
	for i := len(s.running) - 1; i >= 0; i-- {
		s.running[i].stop()
	}
	s.running = nil
	if s.Forge != nil && !s.guest {
		s.Forge.Close()
	}
}

// Ended names the programs that ended by themselves, with the end of their logs.
func (s *Stack) Ended() (all []string) {
	for _, p := range append(s.running[:len(s.running):len(s.running)], s.argo.all()...) {
		select {
		case <-p.ended:
			all = append(all, fmt.Sprintf("%s: %v\n%s", p.name, p.err, tail(p.logFile)))
		default:
		}
	}
	return all
}

// run starts a program that runs as long as the stack.
func (s *Stack) run(name, program string, args ...string) (*process, error) {
	p, err := s.launcher.start(name, s.parts.Path(program), s.environment(), args...)
	if err == nil {
		s.running = append(s.running, p)
	}
	return p, err
}

// environment has nothing of the developer's own but the way to git and kustomize.
func (s *Stack) environment(more ...string) []string {
	return append([]string{
		"PATH=" + filepath.Dir(s.parts.Path("kustomize")) + ":" + filepath.Dir(s.parts.Path("ksops")) + ":" + filepath.Dir(s.parts.Path("argocd")) + ":" + os.Getenv("PATH"),
		"HOME=" + filepath.Join(s.folder, "home"),
		"TMPDIR=" + filepath.Join(s.folder, "tmp"),
		"LANG=C.UTF-8",
		"GIT_CONFIG_NOSYSTEM=1",
		"KUBE_FEATURE_WatchListClient=false",
	}, more...)
}

// freePorts finds ports that nobody listens on, below those that the kernel gives
// to clients, so that none is taken before its program starts. All are held until
// the last is found, so that none comes twice.
func freePorts(all ...*int) error {
	const first, count, tries = 20000, 12000, 1000
	for _, port := range all {
		for try := 0; *port == 0; try++ {
			candidate := first + rand.IntN(count)
			listener, err := net.Listen("tcp", local(candidate))
			if err == nil {
				defer listener.Close()
				*port = candidate
			} else if try == tries {
				return err
			}
		}
	}
	return nil
}

func local(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// answers is a check that an HTTP address says 200.
func answers(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", url, response.Status)
		}
		return nil
	}
}

// listens is a check that somebody accepts connections.
func listens(port int) func(context.Context) error {
	return func(ctx context.Context) error {
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", local(port))
		if err != nil {
			return err
		}
		return connection.Close()
	}
}

// write puts a file below the stack's folder and returns its path.
func (s *Stack) write(name, text string) (string, error) {
	file := filepath.Join(s.folder, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", err
	}
	return file, os.WriteFile(file, []byte(strings.TrimLeft(text, "\n")), 0o600)
}

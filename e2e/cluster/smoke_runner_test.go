package cluster

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
)

// smokeRunner is the kubelet of smoke pods: it runs their command, unchanged, as a
// process here. The curl in it reaches Services through a proxy, which answers for
// a Service when one of its pods is ready.
type smokeRunner struct {
	proxy net.Listener
	mutex sync.Mutex
	// answers are other statuses than 200, by namespace.
	answers map[string]int
	asked   map[string]int
}

// pod is what the runner reads of one.
type pod struct {
	Metadata struct {
		Name, Namespace, UID string
		DeletionTimestamp    string
	}
	Spec struct {
		NodeName   string
		Containers []struct {
			Name, Image string
			Command     []string
			Env         []struct{ Name, Value string }
		}
	}
	Status struct{ Phase string }
}

func (p pod) ref() kube.Ref { return kube.Named("v1", "Pod", p.Metadata.Namespace, p.Metadata.Name) }

func startSmokeRunner(ctx context.Context) (*smokeRunner, error) {
	if _, err := exec.LookPath("curl"); err != nil {
		return nil, errors.New("the smoke test runs curl, which is not installed")
	}
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &smokeRunner{proxy: proxy, answers: map[string]int{}, asked: map[string]int{}}
	go http.Serve(proxy, http.HandlerFunc(r.answer))
	go r.watch(ctx)
	return r, nil
}

// says sets what the application of a namespace answers from now on.
func (r *smokeRunner) says(namespace string, status int) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.answers[namespace] = status
}

// requests counts what smoke tests asked the application of a namespace.
func (r *smokeRunner) requests(namespace string) int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.asked[namespace]
}

// watch starts each new smoke pod once.
func (r *smokeRunner) watch(ctx context.Context) {
	begun := map[string]bool{}
	for ctx.Err() == nil {
		var list struct{ Items []pod }
		if err := run.Kube.List(ctx, kube.Ref{APIVersion: "v1", Kind: "Pod"}, stack.Smoke, &list); err == nil {
			for _, p := range list.Items {
				if p.Spec.NodeName != "" && p.Status.Phase == "Pending" && !begun[p.Metadata.UID] {
					begun[p.Metadata.UID] = true
					go r.execute(ctx, p)
				}
			}
		}
		time.Sleep(300 * time.Millisecond)
	}
}

// execute runs the pod to its end, or until somebody deletes it.
func (r *smokeRunner) execute(ctx context.Context, p pod) {
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		for running.Err() == nil {
			var now pod
			err := run.Kube.Get(running, p.ref(), &now)
			if errors.Is(err, kube.ErrNotFound) || err == nil && now.Metadata.DeletionTimestamp != "" {
				cancel()
			}
			time.Sleep(300 * time.Millisecond)
		}
	}()
	r.report(ctx, p, "Running", map[string]any{"running": map[string]any{"startedAt": stamp()}})
	container := p.Spec.Containers[0]
	command := exec.CommandContext(running, container.Command[0], container.Command[1:]...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "http_proxy=http://" + p.Metadata.Namespace + ":x@" + r.proxy.Addr().String()}
	for _, variable := range container.Env {
		command.Env = append(command.Env, variable.Name+"="+variable.Value)
	}
	phase, code := "Succeeded", 0
	if err := command.Run(); err != nil {
		phase, code = "Failed", 1
	}
	r.report(ctx, p, phase, map[string]any{"terminated": map[string]any{"exitCode": code, "finishedAt": stamp(), "startedAt": stamp()}})
}

// report writes the pod's status; a pod that is gone needs none.
func (r *smokeRunner) report(ctx context.Context, p pod, phase string, state map[string]any) {
	container := p.Spec.Containers[0]
	err := run.Kube.Merge(ctx, p.ref(), "status", map[string]any{"status": map[string]any{
		"phase": phase, "startTime": stamp(),
		"containerStatuses": []any{map[string]any{
			"name": container.Name, "image": container.Image, "imageID": container.Image, "ready": false, "restartCount": 0, "state": state,
		}},
	}})
	if err != nil && ctx.Err() == nil && !errors.Is(err, kube.ErrNotFound) {
		say("smoke pod %s: %v", p.Metadata.Name, err)
	}
}

func stamp() string { return time.Now().UTC().Format(time.RFC3339) }

// answer is the way from a smoke pod to a Service of its namespace.
func (r *smokeRunner) answer(answer http.ResponseWriter, request *http.Request) {
	encoded := strings.TrimPrefix(request.Header.Get("Proxy-Authorization"), "Basic ")
	text, err := base64.StdEncoding.DecodeString(encoded)
	namespace, _, ok := strings.Cut(string(text), ":")
	if err != nil || !ok || !endpoint(request.Context(), namespace, request.URL.Hostname(), request.URL.Port()) {
		http.Error(answer, "no endpoint", http.StatusBadGateway)
		return
	}
	r.mutex.Lock()
	status := r.answers[namespace]
	r.asked[namespace]++
	r.mutex.Unlock()
	if status == 0 {
		status = http.StatusOK
	}
	answer.WriteHeader(status)
}

// endpoint reports whether a Service has that port and a ready pod behind it.
func endpoint(ctx context.Context, namespace, service, port string) bool {
	var found struct {
		Spec struct{ Ports []struct{ Port int } }
	}
	if err := run.Kube.Get(ctx, kube.Named("v1", "Service", namespace, service), &found); err != nil {
		return false
	}
	if port == "" {
		port = "80"
	}
	known := false
	for _, p := range found.Spec.Ports {
		known = known || fmt.Sprint(p.Port) == port
	}
	var slices struct {
		Items []struct {
			Endpoints []struct{ Conditions struct{ Ready bool } }
		}
	}
	err := run.Kube.List(ctx, kube.Ref{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice", Namespace: namespace}, "kubernetes.io/service-name="+service, &slices)
	if err != nil || !known {
		return false
	}
	for _, slice := range slices.Items {
		for _, e := range slice.Endpoints {
			if e.Conditions.Ready {
				return true
			}
		}
	}
	return false
}

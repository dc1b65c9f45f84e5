package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pipegen/pipegen/e2e/cluster/kube"
	"github.com/pipegen/pipegen/e2e/cluster/stack"
)

// spokeName is how Argo CD and specs/hub-and-spoke call the second cluster.
const spokeName = "eu-prod"

var spoke = sync.OnceValues(func() (*stack.Stack, error) {
	say("starting the cluster %s", spokeName)
	return run.StartSpoke(context.Background(), spokeName)
})

// clusterNamed is the cluster of a destination: the second one by its name, and else the one in which Argo CD runs.
func clusterNamed(t *testing.T, name string) *kube.Client {
	t.Helper()
	if name != spokeName {
		return run.Kube
	}
	s, err := spoke()
	check(t, err)
	return s.Kube
}

// TestClustersThatFail holds the words by which doctor knows a cluster that Argo CD does not know, and one that it
// cannot reach.
func TestClustersThatFail(t *testing.T) {
	t.Parallel()
	const nobody = "https://127.0.0.1:1"
	text := strings.Replace(spec(t, "hub-and-spoke"), `"rates"`, `"failing"`, 1)
	for _, c := range []struct{ name, where, words string }{
		{"unknown by name", `name: "nowhere"`, "no clusters with this name"},
		{"unknown by address", `server: "https://nowhere.example.org"`, "error getting cluster by"},
		{"unreachable", `server: "` + nobody + `"`, "failed to get cluster info"},
	} {
		t.Run(c.name, func(t *testing.T) {
			check(t, run.Register(t.Context(), "silent", nobody, nil))
			tr := generate(t, strings.Replace(text, `name: "`+spokeName+`"`, c.where, 1))
			tr.install(t)
			production := tr.applications[slices.IndexFunc(tr.applications, func(a *application) bool { return a.name == "failing-production-eu" })]
			// Argo CD waits for a cluster that it cannot reach, and lets go of an Application whose cluster it does not know.
			t.Cleanup(func() {
				if err := run.Kube.Delete(context.Background(), kube.Named("v1", "Secret", "argocd", "cluster-silent")); err != nil && !errors.Is(err, kube.ErrNotFound) {
					t.Error(err)
				}
			})
			production.wait(t, time.Minute, "refused", func(s status) bool {
				for _, condition := range s.Conditions {
					if strings.Contains(condition.Message, c.words) {
						return true
					}
				}
				return false
			})
		})
	}
}

package cluster

import (
	"context"
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
	check(t, run.Register(t.Context(), "silent", nobody, nil))
	text := strings.Replace(spec(t, "hub-and-spoke"), `"rates"`, `"failing"`, 1)
	for _, c := range []struct{ name, where, words string }{
		{"unknown by name", `name: "nowhere"`, "no clusters with this name"},
		{"unknown by address", `server: "https://nowhere.example.org"`, "error getting cluster by"},
		{"unreachable", `server: "` + nobody + `"`, "failed to get cluster info"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := generate(t, strings.Replace(text, `name: "`+spokeName+`"`, c.where, 1))
			tr.install(t)
			production := tr.applications[len(tr.applications)-1]
			// What it deployed nobody can delete.
			t.Cleanup(func() {
				if err := run.Kube.Merge(context.Background(), production.ref(), "", map[string]any{"metadata": map[string]any{"finalizers": nil}}); err != nil {
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

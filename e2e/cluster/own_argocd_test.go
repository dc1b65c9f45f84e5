package cluster

import (
	"context"
	"fmt"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/pipegen/pipegen/e2e/cluster/stack"
	"github.com/pipegen/pipegen/e2e/forge"
)

// ownNamespace is where the Argo CD of the second cluster of specs/argocd-per-cluster runs: by it the tests know whose an
// object is.
const ownNamespace = "delivery"

var own = sync.OnceValues(func() (*stack.Stack, error) {
	say("starting a cluster with an Argo CD of its own")
	return run.StartOwn(context.Background(), "own", ownNamespace)
})

// argoIn is the cluster whose Argo CD runs in a namespace.
func argoIn(t *testing.T, namespace string) *stack.Stack {
	t.Helper()
	if namespace != ownNamespace {
		return run.Stack
	}
	s, err := own()
	check(t, err)
	return s
}

// TestArgoCDInEachCluster: two clusters each have an Argo CD, which knows no other cluster. One commit deploys to both, each
// deploys what is in its own folder, and verify asks each about its own.
func TestArgoCDInEachCluster(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer(
		"git@github.com:example/deployments.git", "https://"+forge.Host+"/example/deployments.git", // the forge speaks no SSH
		"orders", "depots", // the name of another spec, whose tests run meanwhile
	).Replace(spec(t, "argocd-per-cluster"))
	tr := generate(t, text)
	deploySpec(t, tr)
	there := map[string]string{}
	for _, a := range tr.applications {
		there[a.name] = a.in
	}
	if want := map[string]string{"depots-staging": "argocd", "depots-production-eu": "argocd", "depots-production-us": ownNamespace}; fmt.Sprint(there) != fmt.Sprint(want) {
		t.Errorf("the Applications are in %v, want %v", there, want)
	}

	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, "pipeline.cue"), []byte(text), 0o644))
	tokens := map[string]string{}
	for host, namespace := range map[string]string{"argocd.eu.example.org": "argocd", "argocd.us.example.org": ownNamespace} {
		s := argoIn(t, namespace)
		to, err := url.Parse(s.Server())
		check(t, err)
		check(t, run.Forge.Lead(host, httputil.NewSingleHostReverseProxy(to)))
		tokens[host], err = s.ReadingToken(t.Context())
		check(t, err)
	}
	authority := filepath.Join(folder, "authority.pem")
	check(t, os.WriteFile(authority, run.Forge.Certificate(), 0o644))
	// verifies with a login for each of some hosts, as 'argocd login' keeps it.
	verifies := func(hosts ...string) said {
		contexts, users := "contexts:\n", "users:\n"
		for _, host := range hosts {
			contexts += fmt.Sprintf("- {name: %[1]s, server: %[1]s, user: %[1]s}\n", host)
			users += fmt.Sprintf("- {name: %s, auth-token: %s}\n", host, tokens[host])
		}
		check(t, os.WriteFile(filepath.Join(folder, "config"), []byte(contexts+users), 0o600))
		return ask(t, folder, []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "GITHUB_API_URL=" + run.Forge.API(), "GH_TOKEN=" + forge.APIToken,
			"ARGOCD_CONFIG_DIR=" + folder, "HTTPS_PROXY=" + run.Forge.Proxy(), "SSL_CERT_FILE=" + authority,
		}, "verify", "--gitops", tr.clone.Folder)
	}
	asked := func(said said) map[string]string {
		out := map[string]string{}
		for _, r := range said.Results {
			if r.ID == "argocd" {
				out[r.Environment+" "+r.Cluster] = r.Status + ": " + r.Measured
			}
		}
		return out
	}
	got := asked(verifies("argocd.eu.example.org", "argocd.us.example.org"))
	for _, where := range []string{"staging ", "production eu", "production us"} {
		if !strings.HasPrefix(got[where], "kept: ") {
			t.Errorf("%s: %q", where, got[where])
		}
	}
	got = asked(verifies("argocd.eu.example.org"))
	if want := "Argo CD of us: no credential for https://argocd.us.example.org was found"; !strings.HasPrefix(got["production eu"], "kept: ") || !strings.Contains(got["production us"], want) {
		t.Errorf("without a credential for us: %v", got)
	}
}

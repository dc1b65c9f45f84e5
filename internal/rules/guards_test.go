package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/rules"
)

// TestGuards puts into the output what each non-goal leaves out. The guard tells
// both places; without it, and without the object, it is silent.
func TestGuards(t *testing.T) {
	object := func(apiVersion, kind string) func(*testing.T, []artifact.File) []artifact.File {
		return func(t *testing.T, files []artifact.File) []artifact.File {
			t.Helper()
			base := "fastapi-agent/base/"
			files = append(files, artifact.File{Root: artifact.GitOps, Path: base + "extra.yaml",
				Content: []byte("apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata:\n  name: extra\n")})
			return replaced(t, files, base+"kustomization.yaml", "resources:\n", "resources:\n- extra.yaml\n")
		}
	}
	edit := func(path, old, new string) func(*testing.T, []artifact.File) []artifact.File {
		return func(t *testing.T, files []artifact.File) []artifact.File {
			t.Helper()
			return replaced(t, files, path, old, new)
		}
	}
	cases := map[string]struct {
		breaks func(*testing.T, []artifact.File) []artifact.File
		place  string
	}{
		"progressive-delivery": {object("argoproj.io/v1alpha1", "Rollout"), "extra.yaml:2"},
		"secrets-management":   {object("external-secrets.io/v1", "ExternalSecret"), "extra.yaml:2"},
		"ingress":              {edit("fastapi-agent/base/service.yaml", "spec:\n", "spec:\n  type: LoadBalancer\n"), "service.yaml:8"},
		"database":             {object("apps/v1", "StatefulSet"), "extra.yaml:2"},
		"cluster-scoped":       {object("rbac.authorization.k8s.io/v1", "ClusterRole"), "extra.yaml:2"},
		"auto-sync":            {edit("argocd/applications/fastapi-agent.yaml", "automated:", "automated:"), "fastapi-agent.yaml:24"},
		"notifications":        {edit("argocd/applications/fastapi-agent.yaml", "annotations:\n", "annotations:\n    notifications.argoproj.io/subscribe.on-deployed.slack: deploys\n"), "fastapi-agent.yaml:9"},
		"amd64":                {edit(".github/workflows/ci.yaml", "name: fastapi-agent", "name: fastapi-agent"), "ci.yaml:"},
		"arm64":                {edit(".github/workflows/ci.yaml", "name: fastapi-agent", "name: fastapi-agent"), "ci.yaml:"},
		"previews": {func(t *testing.T, files []artifact.File) []artifact.File {
			t.Helper()
			return append(files, artifact.File{Root: artifact.GitOps, Path: "argocd/applicationsets/pulls.yaml", Content: []byte("apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: pulls\n  namespace: argocd\nspec:\n  goTemplate: true\n  goTemplateOptions: [missingkey=error]\n  generators:\n  - pullRequest: {github: {owner: a, repo: b}}\n  template:\n    metadata: {name: 'pull-{{ .number }}'}\n    spec: {project: fastapi-agent}\n")})
		}, "pulls.yaml:10"},
		"multi-environment": {func(t *testing.T, files []artifact.File) []artifact.File {
			return append(files, artifact.File{Root: artifact.GitOps, Path: "fastapi-agent/overlays/staging/kustomization.yaml",
				Content: []byte("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../../base\n")})
		}, "staging/kustomization.yaml"},
		"multi-cluster": {func(t *testing.T, files []artifact.File) []artifact.File {
			for _, f := range files {
				if strings.HasPrefix(f.Path, "argocd/applications/") {
					second := strings.ReplaceAll(string(f.Content), "https://kubernetes.default.svc", "https://second.example.org")
					return append(files, artifact.File{Root: artifact.GitOps, Path: "argocd/applications/second.yaml", Content: []byte(second)})
				}
			}
			t.Fatal("no Application")
			return nil
		}, "second.yaml:"},
	}
	for _, guard := range rules.Guards() {
		c, ok := cases[guard]
		if !ok {
			t.Errorf("guard %s has no case", guard)
			continue
		}
		t.Run(guard, func(t *testing.T) {
			in := input(t, "fastapi-agent")
			in.Files = c.breaks(t, in.Files)
			if n := guarded(t, in); len(n) != 0 {
				t.Fatalf("nobody asked: %v", n)
			}
			in.Facts.NonGoals = []rules.NonGoal{{ID: "none-of-it", Path: `nonGoals."none-of-it"`, Guard: guard}}
			found := guarded(t, in)
			if len(found) == 0 {
				t.Fatal("the guard sees nothing")
			}
			if !strings.Contains(found[0], "none-of-it") || !strings.Contains(found[0], c.place) {
				t.Errorf("not both places: %s", found[0])
			}
		})
	}
}

func guarded(t *testing.T, in rules.Input) []string {
	t.Helper()
	found, err := prove(in)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range found {
		if d.Code == rules.Guarded {
			out = append(out, d.Message)
		}
	}
	return out
}

func replaced(t *testing.T, files []artifact.File, path, old, new string) []artifact.File {
	t.Helper()
	for i, f := range files {
		if f.Path == path {
			if !strings.Contains(string(f.Content), old) {
				t.Fatalf("%s has no %q", path, old)
			}
			files[i].Content = []byte(strings.Replace(string(f.Content), old, new, 1))
			return files
		}
	}
	t.Fatalf("no %s", path)
	return nil
}

// TestGuardsReadSets: what an ApplicationSet makes is guarded like any Application.
func TestGuardsReadSets(t *testing.T) {
	const server = "        server: https://kubernetes.default.svc"
	for guard, c := range map[string]struct {
		change func([]artifact.File) []artifact.File
		place  string
	}{
		"auto-sync": {func(files []artifact.File) []artifact.File { return files }, setFile + ":52"},
		"multi-cluster": {func(files []artifact.File) []artifact.File {
			files = replaced(t, files, "teams/logistics/argocd/"+setFile, server, "        server: '{{ .server }}'")
			for _, e := range []struct{ name, server string }{{"dev", "https://dev.example.org"}, {"staging", "https://dev.example.org"}, {"production", "https://prod.example.org"}} {
				files = replaced(t, files, "teams/logistics/argocd/"+setFile, "      - environment: "+e.name+"\n", "      - environment: "+e.name+"\n        server: "+e.server+"\n")
			}
			return files
		}, setFile},
	} {
		in := input(t, set)
		in.Facts.NonGoals = []rules.NonGoal{{ID: "none", Path: "nonGoals.none", Guard: guard}}
		in.Files = c.change(in.Files)
		if found := guarded(t, in); len(found) == 0 || !strings.Contains(found[0], c.place) {
			t.Errorf("%s: found %v", guard, found)
		}
	}
}

// TestDependencyIsElsewhere: a pod that runs what the spec says is elsewhere is a database, whatever object it belongs to.
func TestDependencyIsElsewhere(t *testing.T) {
	in := input(t, "gradle-postgres")
	in.Facts.NonGoals = []rules.NonGoal{{ID: "none", Path: "nonGoals.none", Guard: "database"}}
	if found := guarded(t, in); len(found) > 0 {
		t.Errorf("before: %v", found)
	}
	mu := mutation{file: "base/api/deployment.yaml", old: `      containers:\n`, new: "      containers:\n      - name: db\n        image: postgres:18\n"}
	if found := guarded(t, mu.apply(t, in)); len(found) != 1 || !strings.Contains(found[0], "base/api/deployment.yaml") {
		t.Errorf("found %v", found)
	}
}

// TestGuardOfFleets: clusters that are found by labels are several, also where no other one is named.
func TestGuardOfFleets(t *testing.T) {
	in := input(t, hub)
	in.Files = slices.DeleteFunc(in.Files, func(f artifact.File) bool { return strings.HasPrefix(f.Path, "argocd/applications/") })
	in.Facts.NonGoals = []rules.NonGoal{{ID: "one-cluster", Path: `nonGoals."one-cluster"`, Guard: "multi-cluster"}}
	if found := guarded(t, in); len(found) != 1 || !strings.Contains(found[0], "every cluster with some labels") {
		t.Errorf("found %v", found)
	}
}

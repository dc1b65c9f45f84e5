package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// render runs the step of the generated workflow that renders the application's environment, for a push of a commit, and
// returns the commit that it makes. A stand-in for gh is all that GitHub gives it.
func (a *application) render(t *testing.T, sha string) string {
	t.Helper()
	clone := a.tree.clone
	files, err := filepath.Glob(filepath.Join(clone.Folder, ".github/workflows/*-render.yaml"))
	check(t, err)
	text, err := os.ReadFile(files[0])
	check(t, err)
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Run string
				Env map[string]string
			}
		}
	}
	check(t, yaml.Unmarshal(text, &workflow))
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "gh"), []byte("#!/bin/sh\n"), 0o755))
	check(t, os.Symlink(run.kustomize, filepath.Join(dir, "kustomize")))
	origin, err := clone.Git(t.Context(), "remote", "get-url", "origin")
	check(t, err)
	_, err = clone.Git(t.Context(), "clone", "--quiet", origin, filepath.Join(dir, "gitops"))
	check(t, err)
	steps := workflow.Jobs["render-"+strings.TrimPrefix(a.branch, "environments/")].Steps
	last := steps[len(steps)-1]
	command := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", last.Run)
	command.Dir, command.Env = dir, append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "HOME="+dir, "GITHUB_SHA="+sha, "GITHUB_SERVER_URL=https://github.com",
		"GITHUB_REPOSITORY="+clone.Repository, "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary"))
	for name, value := range last.Env {
		command.Env = append(command.Env, name+"="+value)
	}
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("rendering %s: %v\n%s", a.name, err, out)
	}
	_, err = clone.Git(t.Context(), "fetch", "--quiet", "origin", "refs/heads/"+a.branch)
	check(t, err)
	rendered, err := clone.Git(t.Context(), "rev-parse", "FETCH_HEAD")
	check(t, err)
	return rendered
}

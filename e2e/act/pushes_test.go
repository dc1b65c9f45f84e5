package act

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/e2e/measured"
	"github.com/pipegen/pipegen/e2e/runner"
)

// deployScript is the step of a generated workflow that commits to the GitOps
// repository, with its environment as far as the spec decides it.
func deployScript(t *testing.T, workflow string) (script string, env map[string]string) {
	t.Helper()
	text, err := os.ReadFile(workflow)
	check(t, err)
	var read struct {
		Jobs map[string]struct {
			Steps []struct {
				Name, Run string
				Env       map[string]string
			}
		}
	}
	check(t, yaml.Unmarshal(text, &read))
	for _, step := range read.Jobs["deploy-production"].Steps {
		if step.Name == "Commit the image to the GitOps repository" {
			return step.Run, step.Env
		}
	}
	t.Fatalf("%s has no step that deploys", workflow)
	return "", nil
}

// TestPushesAtOnce deploys twenty commits of four applications that share a GitOps
// repository. GitHub lets one run of each application write at a time, in an
// unknown order. No deploy is lost, and none replaces a newer one.
func TestPushesAtOnce(t *testing.T) {
	const applications, commits = 4, 5
	w := newWorld(t)
	source := w.Folder("repo")
	var shas []string
	for i := range commits {
		runner.Write(t, filepath.Join(source, "app/main.py"), fmt.Sprintf("version = %d\n", i+10))
		shas = append(shas, w.Commit(t, "repo", fmt.Sprint(i)))
	}
	spec, err := os.ReadFile("../../specs/minimal/pipeline.cue")
	check(t, err)
	scripts := make([]string, applications)
	envs := make([]map[string]string, applications)
	for i := range applications {
		name := fmt.Sprintf("app-%d", i)
		code := w.Folder(name)
		text := strings.ReplaceAll(string(spec), `"hello"`, fmt.Sprintf("%q", name))
		runner.Write(t, filepath.Join(code, "pipeline.cue"), strings.ReplaceAll(text, "example/hello", "example/"+name))
		w.Command(t, code, "pipegen", "generate", "--code", ".", "--gitops", w.Folder("gitops-repo"))
		scripts[i], envs[i] = deployScript(t, filepath.Join(code, ".github/workflows/ci.yaml"))
	}
	w.Commit(t, "gitops-repo", "four applications")

	check(t, w.Save(w.Root))
	began := time.Now()
	var wait sync.WaitGroup
	failures := make(chan string, applications*commits)
	for i := range applications {
		wait.Go(func() {
			for _, n := range rand.Perm(commits) {
				if out, err := w.deploy(t, scripts[i], envs[i], shas[n], n); err != nil {
					failures <- fmt.Sprintf("%s, commit %d: %v\n%s", envs[i]["APPLICATION"], n, err, out)
				}
			}
		})
	}
	wait.Wait()
	close(failures)
	for f := range failures {
		t.Error(f)
	}
	times.Add(t, measured.Measurement{
		ID: "pushes-at-once", What: "twenty deploys at once, from the first to the last", Criteria: "synced", Promise: "none",
		How: "the generated deploy script, four applications in one GitOps repository, five commits of each in any order, beside other tests",
	}, time.Since(began))

	after := filepath.Join(w.Root, "after")
	w.Git(t, "", "clone", "--quiet", "https://github.com/org/gitops-repo", after)
	newest := commits - 1
	for i := range applications {
		folder := filepath.Join(after, envs[i]["LIVE"])
		commit, err := os.ReadFile(filepath.Join(folder, "source-commit"))
		check(t, err)
		kustomization, err := os.ReadFile(filepath.Join(folder, "kustomization.yaml"))
		check(t, err)
		if strings.TrimSpace(string(commit)) != shas[newest] || !strings.Contains(string(kustomization), digestOf(newest)) {
			t.Errorf("%s does not run its newest commit %s:\n%s\n%s", envs[i]["APPLICATION"], shas[newest], commit, kustomization)
		}
	}
}

func digestOf(n int) string { return "sha256:" + strings.Repeat(fmt.Sprint(n), 64) }

// deploy runs the script as a job does: in a folder of its own, with fresh clones.
func (w world) deploy(t *testing.T, script string, env map[string]string, sha string, n int) (string, error) {
	job, err := os.MkdirTemp(w.Root, "job-")
	if err != nil {
		return "", err
	}
	for folder, repository := range map[string]string{"source": "repo", "gitops": "gitops-repo"} {
		clone := exec.CommandContext(t.Context(), "git", "clone", "--quiet", "https://github.com/org/"+repository, filepath.Join(job, folder))
		clone.Env = w.Environment()
		if out, err := clone.CombinedOutput(); err != nil {
			return string(out), err
		}
	}
	shell := exec.CommandContext(t.Context(), w.Bash, "-eo", "pipefail", "-c", script)
	shell.Dir, shell.Env = job, w.Environment()
	published := strings.NewReplacer("${{ needs.image.outputs.tag }}", fmt.Sprintf("v%d", n), "${{ needs.image.outputs.digest }}", digestOf(n))
	for name, value := range env {
		shell.Env = append(shell.Env, name+"="+published.Replace(value))
	}
	shell.Env = append(shell.Env, "GH_TOKEN="+runner.Token, "RUN_URL=https://github.com/org/repo/actions/runs/1",
		"GITHUB_SHA="+sha, "GITHUB_REPOSITORY=org/repo", "GITHUB_STEP_SUMMARY="+filepath.Join(job, "summary"), "GITHUB_OUTPUT="+filepath.Join(job, "output"), "RUNNER_TEMP="+job)
	out, err := shell.CombinedOutput()
	return string(out), err
}

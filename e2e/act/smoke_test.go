package act

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/e2e/runner"
)

// TestSmokeTest runs the step of the generated workflow that tests the image, for
// programs that need what a pod gives them. If the step left out any of it, one of
// them would fail, and a program that needs more is found.
func TestSmokeTest(t *testing.T) {
	const cache = "/var/cache/app"
	for name, c := range map[string]struct {
		program func(*runner.World)
		// old and new change the script.
		old, new string
		// want is an error or a line of the log, "" when the image is good.
		want string
	}{
		"as it is":               {},
		"folder of the image":    {program: func(w *runner.World) { w.Writes, w.Folders[cache] = append(w.Writes, cache), 0o755 }},
		"nothing runs from /tmp": {old: "rw,exec,", new: "rw,", want: "/tmp/libnative.so: failed to map segment"},
		"mode of the image":      {program: func(w *runner.World) { w.Writes, w.Folders[cache] = append(w.Writes, cache), 0o755 }, old: "mode=2777,gid=${RUN_AS#*:},", want: cache + ": Permission denied"},
		"for the group alone":    {old: "mode=2777,gid=${RUN_AS#*:},", new: "mode=0770,", want: "/tmp: Permission denied"},
		"the program's group":    {old: "mode=2777,", new: "mode=0770,"},
		"small folders":          {program: func(w *runner.World) { w.FolderBytes = 65 << 20 }, want: "/tmp: No space left on device"},
		"folders as memory":      {old: `"${CONTAINER_MEMORY}" --memory-swap "${CONTAINER_MEMORY}"`, new: "256m --memory-swap 256m", want: "more memory than the pod may"},
		"too much memory":        {program: func(w *runner.World) { w.Memory = 400 << 20 }, want: "more memory than the pod may"},
		"no limit":               {program: func(w *runner.World) { w.Memory = 400 << 20 }, old: `arguments+=(--memory "${CONTAINER_MEMORY}" --memory-swap "${CONTAINER_MEMORY}")`, new: ":"},
		"swap":                   {program: func(w *runner.World) { w.Memory = 400 << 20 }, old: ` --memory-swap "${CONTAINER_MEMORY}"`},
		"another folder":         {program: func(w *runner.World) { w.Writes = []string{"/srv"} }, want: "/srv: Read-only file system"},
		"open root":              {program: func(w *runner.World) { w.Writes = []string{"/srv"} }, old: "--read-only "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world{runner.New(t, runner.Options{Spec: func(text string) string {
				return text + "\ndeploy: writable: [\"" + cache + "\"]\n"
			}})}
			if c.program != nil {
				c.program(w.World)
			}
			check(t, w.Save(w.Root))
			output, err := w.smoke(t, c.old, c.new)
			if (err == nil) != (c.want == "") || !strings.Contains(output, c.want) {
				t.Errorf("want %q, have %v:\n%s", c.want, err, output)
			}
		})
	}
}

// smoke runs the step on the machine of one job, after a change to its script.
func (w world) smoke(t *testing.T, old, new string) (output string, err error) {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Name, Run string
				Env       map[string]string
			}
		}
	}
	text, err := os.ReadFile(w.Folder("repo/.github/workflows/ci.yaml"))
	check(t, err)
	check(t, yaml.Unmarshal(text, &workflow))
	temp := filepath.Join(w.Root, "job/temp")
	check(t, os.MkdirAll(temp, 0o755))
	runner.Write(t, filepath.Join(w.Root, "machines/job/images/candidate.json"), `{"config": {"User": "10001:10001"}}`)
	for _, step := range workflow.Jobs["build"].Steps {
		if !strings.Contains(step.Run, "docker run") {
			continue
		}
		script := strings.ReplaceAll(step.Run, old, new)
		if old == "" {
			script = step.Run
		} else if script == step.Run {
			t.Fatalf("the script has no %q", old)
		}
		command := exec.CommandContext(t.Context(), "bash", "-eo", "pipefail", "-c", script)
		command.Env = append(w.Environment(), "RUNNER_TEMP="+temp)
		for name, value := range step.Env {
			command.Env = append(command.Env, name+"="+value)
		}
		said, err := command.CombinedOutput()
		return string(said), err
	}
	t.Fatal("the job build does not try the image")
	return "", nil
}

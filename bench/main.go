// Command bench compares whole processes: pipegen check, which does the work of
// three tools, and these three tools on the same files. It prints a Markdown table.
package main

import (
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// command is a process to measure. Its output is thrown away.
type command struct {
	name string
	args []string
	// walls and peaks have one value for each run: time in ms, memory in KiB.
	walls, peaks []float64
}

func main() {
	runs := flag.Int("runs", 20, "how often each process is run")
	spec := flag.String("spec", "specs/fastapi-agent/pipeline.cue", "the spec to compile")
	tools := flag.String("tools", "", "the folder of the built cue, kustomize and actionlint")
	pipegen := flag.String("pipegen", "bin/pipegen", "the binary to measure")
	grown := flag.Bool("growth", false, "instead count the work of specs with many environments")
	flag.Parse()
	if *grown {
		if err := growth(os.Stdout, flag.Args()); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if err := bench(*pipegen, *spec, *tools, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(pipegen, spec, tools string, runs int) error {
	dir, err := os.MkdirTemp("", "pipegen-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if out, err := exec.Command(pipegen, "generate", "-f", spec, "--out", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("generate: %w\n%s", err, out)
	}
	workflow, err := one(filepath.Join(dir, "*", ".github", "workflows", "ci.yaml"))
	if err != nil {
		return err
	}
	folders, err := overlays(dir)
	if err != nil {
		return err
	}
	vet, err := vetFiles(dir, spec)
	if err != nil {
		return err
	}
	check := &command{name: "pipegen check", args: []string{pipegen, "check", "-f", spec, "--out", dir}}
	generate := &command{name: "pipegen generate, nothing changed", args: []string{pipegen, "generate", "-f", spec, "--out", dir}}
	others := []*command{
		{name: "cue vet", args: append([]string{filepath.Join(tools, "cue"), "vet", "-c"}, vet...)},
		{name: "actionlint", args: []string{filepath.Join(tools, "actionlint"), workflow}},
	}
	for _, f := range folders {
		others = append(others, &command{name: "kustomize build " + filepath.Base(f), args: []string{filepath.Join(tools, "kustomize"), "build", f}})
	}
	all := append([]*command{check, generate}, others...)
	for i := range runs + 1 {
		for _, c := range all {
			if err := c.run(i > 0); err != nil {
				return err
			}
		}
	}
	return print(os.Stdout, all, check, others, pipegen)
}

// vetFiles lets cue vet do what Load does: validate the spec with the schema. A
// spec has no package and no schema of its own, so both are put into one package.
func vetFiles(dir, spec string) ([]string, error) {
	constraints, err := os.ReadFile("schema/pipeline.cue")
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(spec)
	if err != nil {
		return nil, err
	}
	a, b := filepath.Join(dir, "schema.cue"), filepath.Join(dir, "spec.cue")
	wrapped := "package schema\n\nspec: #Pipeline & {\n" + string(text) + "}\n"
	if err := os.WriteFile(a, constraints, 0o644); err != nil {
		return nil, err
	}
	return []string{a, b}, os.WriteFile(b, []byte(wrapped), 0o644)
}

// overlays finds the folders for kustomize build.
func overlays(dir string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && filepath.Base(filepath.Dir(path)) == "overlays" {
			found = append(found, path)
		}
		return err
	})
	return found, err
}

func one(pattern string) (string, error) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", fmt.Errorf("nothing at %s", pattern)
	}
	return found[0], nil
}

// run starts the process once. The first round warms the file cache and is not
// counted.
func (c *command) run(counted bool) error {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(c.args, " "), err, out)
	}
	if counted {
		c.walls = append(c.walls, float64(wall.Microseconds())/1000)
		c.peaks = append(c.peaks, peak(cmd.ProcessState))
	}
	return nil
}

func print(w io.Writer, all []*command, check *command, others []*command, pipegen string) error {
	fmt.Fprintf(w, "| process | median | min | max | memory |\n|---|---|---|---|---|\n")
	for _, c := range all {
		fmt.Fprintf(w, "| %s | %.1f ms | %.1f ms | %.1f ms | %.0f MiB |\n", c.name, median(c.walls), slices.Min(c.walls), slices.Max(c.walls), median(c.peaks)/1024)
	}
	sum := 0.0
	for _, c := range others {
		sum += median(c.walls)
	}
	info, err := os.Stat(pipegen)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\npipegen check takes %.2f of the time of the three tools together (%.1f ms). The binary has %.1f MB.\n",
		median(check.walls)/sum, sum, float64(info.Size())/1e6)
	return nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

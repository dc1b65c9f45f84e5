package rules

import (
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// Flaws holds a pipeline that people wrote by hand against the rules, and returns what is certain as a warning at its
// line; where only a run, the cluster or the registry could tell, it says nothing. What actionlint says of the
// workflows comes in from the caller, who runs it.
func Flaws(m *pipeline.Model, linted diag.List) diag.List {
	c := newCase(nil)
	c.take(m)
	c.linted = linted
	c.hold(Import)
	c.notDeployed()
	return c.found.Sorted()
}

// releaseBranch is the branch whose pushes start what publishes.
func releaseBranch(m *pipeline.Model) string {
	for _, w := range m.Workflows {
		push, ok := w.Trigger("push")
		if !ok || !w.Publishes() {
			continue
		}
		for _, b := range push.Get("branches").List() {
			if !strings.ContainsAny(b, "*?[!") && b != "" {
				return b
			}
		}
	}
	return "main"
}

// folders are the kustomizations of all targets, each once, with whether it is a
// target's own or shared below it.
func (c *Case) folders(visit func(t *pipeline.Target, folder *pipeline.Folder, own bool)) {
	seen := map[string]bool{}
	for _, t := range c.targets {
		for _, folder := range t.Folders {
			if !seen[folder.Dir] {
				seen[folder.Dir] = true
				visit(t, folder, t.Own(folder.Dir))
			}
		}
	}
}

// apps are the Applications of the relevant targets, or all where none is. With a spec all
// are its own.
func (c *Case) apps() []pipeline.Node {
	if c.Facts != nil {
		return c.Applications
	}
	var out []pipeline.Node
	for _, t := range c.targets {
		out = append(out, t.Apps...)
	}
	if len(out) == 0 {
		return c.Applications
	}
	return out
}

// pods are the workloads of the relevant targets, each once: what several overlays
// take from one base has its flaws once.
func (c *Case) pods(visit func(*pipeline.Target, pipeline.Workload)) {
	for _, t := range c.targets {
		for _, w := range t.Workloads() {
			visit(t, w)
		}
	}
}

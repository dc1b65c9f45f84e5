// Package flaws holds a pipeline that people wrote by hand against the rules for a
// good one, and says where it breaks them: above all between its files, where no
// linter looks. A rule reports what is certain; where only a run, the cluster or
// the registry could tell, it says nothing.
package flaws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pipeline"
	rulebook "github.com/pipegen/pipegen/internal/rules"
)

// Rule is one row of the table of rules.
type Rule struct {
	// ID is the rule's own number in the rulebook, which says what it looks for.
	ID string
	// check is nil where the rulebook has one.
	check func(*finder)
}

// Rules returns every rule that Find holds a pipeline against, in their order.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// Find returns every flaw as a warning at its line. What actionlint says of the
// workflows comes in from the caller, who runs it.
func Find(m *pipeline.Model, linted diag.List) diag.List {
	f := &finder{m: m, branch: releaseBranch(m), linted: linted}
	f.targets = m.Ours()
	held := &rulebook.Case{Model: m}
	for _, r := range rules {
		if r.check == nil {
			f.found = append(f.found, held.Hold(r.ID)...)
			continue
		}
		f.rule = r.ID
		r.check(f)
	}
	return f.found.Sorted()
}

// finder is a pipeline while its flaws are looked for.
type finder struct {
	m *pipeline.Model
	// branch is the one that is released.
	branch string
	// targets are those that this pipeline deploys to.
	targets []*pipeline.Target
	linted  diag.List
	rule    string
	found   diag.List
}

// nowhere stands for the other side of a flaw that has one side only.
var nowhere = pipeline.Place{}

// flaw reports the rule that is being checked as broken at a place; other is the
// place that disagrees.
func (f *finder) flaw(at, other pipeline.Place, help, format string, args ...any) {
	d := rulebook.Flaw(f.rule, at, other, help, fmt.Sprintf(format, args...))
	// Each Application that an ApplicationSet makes has what its template says.
	if at.Known() && f.templated(at) && slices.ContainsFunc(f.found, func(x diag.Diagnostic) bool { return x.Rule == d.Rule && x.Pos == d.Pos && x.Help == d.Help }) {
		return
	}
	f.found = append(f.found, d)
}

func (f *finder) templated(at pipeline.Place) bool {
	return slices.ContainsFunc(f.m.ApplicationSets, func(s *pipeline.ApplicationSet) bool { return s.At().File == at.File })
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
func (f *finder) folders(visit func(t *pipeline.Target, folder *pipeline.Folder, own bool)) {
	seen := map[string]bool{}
	for _, t := range f.targets {
		for _, folder := range t.Folders {
			if !seen[folder.Dir] {
				seen[folder.Dir] = true
				visit(t, folder, t.Own(folder.Dir))
			}
		}
	}
}

// apps are the Applications of the relevant targets, or all where none is.
func (f *finder) apps() []pipeline.Node {
	var out []pipeline.Node
	for _, t := range f.targets {
		out = append(out, t.Apps...)
	}
	if len(out) == 0 {
		return f.m.Applications
	}
	return out
}

func (f *finder) jobs(visit func(*pipeline.Job)) {
	for _, w := range f.m.Workflows {
		for _, j := range w.Jobs {
			visit(j)
		}
	}
}

func (f *finder) steps(visit func(*pipeline.Step)) {
	f.jobs(func(j *pipeline.Job) {
		for _, s := range j.Steps {
			visit(s)
		}
	})
}

func (f *finder) commands(visit func(pipeline.Command)) {
	f.steps(func(s *pipeline.Step) {
		for _, c := range s.Commands() {
			visit(c)
		}
	})
}

// pods are the workloads of the relevant targets, each once: what several overlays
// take from one base has its flaws once.
func (f *finder) pods(visit func(*pipeline.Target, pipeline.Workload)) {
	for _, t := range f.targets {
		for _, w := range t.Workloads() {
			visit(t, w)
		}
	}
}

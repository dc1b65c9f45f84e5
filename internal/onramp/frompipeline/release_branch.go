package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// branchesOf are the branches whose pushes start a deploy to an environment, as far as they are named.
func (d *drafter) branchesOf(p *deployment) []pipeline.Node {
	only := d.branchOfItsOwn(p)
	return slices.DeleteFunc(slices.Clone(nodesOf(pushedBranches(p.writer.Workflow))), func(n pipeline.Node) bool {
		return only != "" && n.Text() != only || strings.ContainsAny(n.Text(), "*?![") || !mayRun(p.writer.Job, pipeline.Event{Name: "push", Ref: "refs/heads/" + n.Text()}, map[string]bool{})
	})
}

// branchOfItsOwn is the branch of the source from which Argo CD renders an environment, where others are rendered from
// others: what a job writes to another branch deploys nothing there. It is "" where nothing says so.
func (d *drafter) branchOfItsOwn(p *deployment) string {
	revision := func(p *deployment) string {
		if !p.app.OK() {
			return ""
		}
		return strings.TrimPrefix(pipeline.Sources(p.app)[0].Get("targetRevision").Text(), "refs/heads/")
	}
	own := revision(p)
	if !d.m.Together || p.writer.Repository != "" || !has(nodesOf(pushedBranches(p.writer.Workflow)), own) || !slices.ContainsFunc(d.deployments, func(o *deployment) bool { return revision(o) != own }) {
		return ""
	}
	return own
}

// pushedBranches are the branches whose pushes start a workflow, at once or by a run that must succeed first.
func pushedBranches(w *pipeline.Workflow) pipeline.Node {
	for _, event := range []string{"push", "workflow_run"} {
		if settings, ok := w.Trigger(event); ok {
			return settings.Get("branches")
		}
	}
	return pipeline.Node{}
}

func has(branches []pipeline.Node, name string) bool {
	return slices.ContainsFunc(branches, func(n pipeline.Node) bool { return n.Text() == name })
}

// findBranch decides which branch is the source's, where pushes to several start something: one that deploys to all
// environments, or else that of the environment which a change usually passes first, from which the others can promote.
func (d *drafter) findBranch() {
	var all []pipeline.Node
	add := func(n pipeline.Node) {
		if !has(all, n.Text()) {
			all = append(all, n)
		}
	}
	everywhere := []pipeline.Node{}
	for i, p := range d.deployments {
		if p.writer == nil {
			continue
		}
		own := d.branchesOf(p)
		for _, n := range own {
			add(n)
			if i == 0 {
				everywhere = append(everywhere, n)
			}
		}
		everywhere = slices.DeleteFunc(everywhere, func(n pipeline.Node) bool { return !has(own, n.Text()) })
	}
	if len(all) == 0 {
		for _, w := range d.pipelines() {
			if n := firstBranch(pushedBranches(w)); n.OK() {
				add(n)
			}
		}
		// Nothing says which of them is deployed: it is the one by its name.
		for _, usual := range []string{d.project.Branch, "main", "master"} {
			if i := slices.IndexFunc(all, func(n pipeline.Node) bool { return n.Text() == usual }); i >= 0 {
				everywhere = append(everywhere, all[i])
			}
		}
	}
	if len(all) == 0 {
		return
	}
	d.sourceBranch = append(everywhere, all...)[0]
	var others []string
	for _, n := range all {
		if n.Text() != d.sourceBranch.Text() {
			others = append(others, n.Text())
		}
	}
	if len(others) > 0 {
		d.guessedBranch = "a spec releases one branch, and pushes to " + strings.Join(others, " and ") + " start something too"
	}
}

// triggersUnlike records what starts deploys to an environment, and what the draft cannot say.
func (d *drafter) triggersUnlike(p *deployment) {
	if p.writer == nil {
		return
	}
	for _, n := range d.branchesOf(p) {
		if n.Text() != d.branch {
			d.leave(n.At(), "promote what is there to the environment: after, and on: hand, tag or release", "that a push to %s deploys to %s: a spec releases one branch, and the draft has %q", n.Text(), p.env, d.branch)
		}
	}
	if p.start != nil || p.after != nil || d.releases || d.byBranch(p) {
		return
	}
	var events []string
	for _, e := range p.writer.Workflow.Events() {
		if e != "workflow_call" && e != "workflow_run" {
			events = append(events, e)
		}
	}
	if at := []string{"environments", p.env, "approval"}; slices.Equal(events, []string{"workflow_dispatch"}) && !d.tree.Root.Has(at...) {
		d.guess(true, "a person starts the deploys today, at "+sourceLine(p.writer.Workflow.On.At()).String()+": a person approves them in the draft", at...)
	}
	if len(events) > 0 {
		d.leave(p.writer.Workflow.On.At(), "let it promote: after, and on: hand, tag or release", "that %s starts the deploys to %s: the draft deploys each push to %s", strings.Join(events, " or "), p.env, d.branch)
	}
}

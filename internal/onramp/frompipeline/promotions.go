package frompipeline

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/schema"
)

// start is what starts the deploys to an environment, where the runs of the branch do not.
type start struct {
	// field is the one of on, and node what the originals say of it.
	field string
	value any
	node  pipeline.Node
	// branch is the one whose pushes deploy, where a person does in the draft, else "".
	branch string
	// from is the environment whose images it takes, nil where nothing says which.
	from *deployment
	// rebuilds is the job that builds for it once more, or nil.
	rebuilds *pipeline.Job
}

// findStarts reads which environments get what the branch builds, and which ones a tag, a release or a person. Where all
// of them wait for the same, that is a release and no promotion.
func (d *drafter) findStarts() {
	d.findBranch()
	var base []*deployment
	for _, p := range d.deployments {
		if p.writer != nil && d.byBranch(p) {
			base = append(base, p)
		}
	}
	if len(base) == 0 {
		return
	}
	for _, p := range d.deployments {
		if p.writer == nil || slices.Contains(base, p) || d.followsPromotion(p) {
			continue
		}
		if p.start = started(p.writer); p.start == nil {
			other := d.branchesOf(p)
			if len(other) == 0 || p.after != nil {
				continue
			}
			p.start = &start{field: "hand", value: true, node: other[0], branch: other[0].Text()}
		}
		if at := slices.IndexFunc(p.writer.Workflow.Jobs, builds); at >= 0 && p.writer.After(p.writer.Workflow.Jobs[at].ID) {
			p.start.rebuilds = p.writer.Workflow.Jobs[at]
		}
		p.start.from = d.sourceOf(p, base)
		p.after = nil
	}
	// Each behind the one whose images it takes, as ordered has put each behind the one that it waits for.
	slices.SortStableFunc(d.deployments, func(a, b *deployment) int { return a.depth() - b.depth() })
}

// depth is how many promotions lead to an environment.
func (p *deployment) depth() int {
	n := 0
	for ; p != nil && n < 16; n++ {
		switch {
		case p.start != nil:
			p = p.start.from
		case p.after != nil && p.after.start != nil:
			p = p.after
		default:
			return n
		}
	}
	return n
}

// followsPromotion reports whether an environment waits for one that is promoted to, in the same run.
func (d *drafter) followsPromotion(p *deployment) bool {
	return p.after != nil && p.after.start != nil && p.after.writer.Workflow == p.writer.Workflow
}

// byBranch reports whether a push of a branch may start a deploy to an environment.
func (d *drafter) byBranch(p *deployment) bool {
	w := p.writer
	if own := d.branchOfItsOwn(p); own != "" {
		return own == d.sourceBranch.Text()
	}
	push, ok := w.Workflow.Trigger("push")
	branches, tags := push.Get("branches"), push.Get("tags")
	if !ok || tags.OK() && !branches.OK() {
		return false
	}
	branch := cmp.Or(d.sourceBranch.Text(), firstBranch(branches).Text(), "main")
	if list := nodesOf(branches); len(list) > 0 && !has(list, branch) && !slices.ContainsFunc(list, func(n pipeline.Node) bool { return strings.ContainsAny(n.Text(), "*?[") }) {
		return false
	}
	return mayRun(w.Job, pipeline.Event{Name: "push", Ref: "refs/heads/" + branch}, map[string]bool{})
}

// mayRun reports whether a job may run for an event, and all for which it waits.
func mayRun(j *pipeline.Job, e pipeline.Event, seen map[string]bool) bool {
	if seen[j.ID] {
		return true
	}
	seen[j.ID] = true
	if pipeline.May(j.When(), e) == pipeline.No {
		return false
	}
	return j.AsksState() || !slices.ContainsFunc(j.Needs, func(id string) bool {
		before := j.Workflow.Job(id)
		return before != nil && !mayRun(before, e, seen)
	})
}

// started is what starts a deploy other than a push of a branch, nil where that is not known.
func started(w *pipeline.Writer) *start {
	may := func(name, ref string) bool {
		return mayRun(w.Job, pipeline.Event{Name: name, Ref: ref}, map[string]bool{})
	}
	if push, ok := w.Workflow.Trigger("push"); ok && may("push", "refs/tags/v1.2.3") {
		if tags := nodesOf(push.Get("tags")); len(tags) > 0 {
			return &start{field: "tag", value: tags[0].Text(), node: tags[0]}
		}
	}
	if release, ok := w.Workflow.Trigger("release"); ok && may("release", "refs/tags/v1.2.3") {
		word := "published"
		if types := release.Get("types").List(); slices.Contains(types, "released") && !slices.Contains(types, "published") {
			word = "released"
		}
		at := release
		if types := release.Get("types"); types.OK() {
			at = types
		}
		return &start{field: "release", value: word, node: at}
	}
	if dispatch, ok := w.Workflow.Trigger("workflow_dispatch"); ok && may("workflow_dispatch", "refs/heads/main") {
		return &start{field: "hand", value: true, node: dispatch}
	}
	return nil
}

// sourceOf is the environment whose images another one takes: the one whose live folder it reads, the one for which it
// waits, the one before it where each has a branch, or the last that gets what is built.
func (d *drafter) sourceOf(p *deployment, base []*deployment) *deployment {
	if s := p.writer.Workflow.FindingStep(); s != nil {
		live := s.Env("AFTER").Text()
		for _, o := range d.deployments {
			if slices.ContainsFunc(o.targets, func(t *pipeline.Target) bool { return t.Holds(live) && t.Own(live) }) {
				return o
			}
		}
	}
	if p.after != nil {
		return p.after
	}
	if at := slices.Index(d.deployments, p); p.start.branch != "" && at > 0 && !slices.Contains(base, d.deployments[at-1]) {
		return d.deployments[at-1] // a change passes branch after branch
	}
	if len(base) == 1 {
		return nil // the only one that there is
	}
	return base[len(base)-1]
}

// starts writes what starts the deploys to an environment.
func (d *drafter) starts(p *deployment, at func(fields ...string) []string) {
	s := p.start
	if s == nil {
		return
	}
	if s.branch != "" {
		d.guess(s.value, "a push to "+s.branch+" deployed at "+sourceLine(s.node.At()).String()+", and a spec releases one branch: a person promotes what the environment before ran", at("on", s.field)...)
	} else if s.rebuilds != nil {
		d.guess(s.value, "what it built for this, "+s.rebuilds.ID+" at "+sourceLine(s.rebuilds.At()).String()+", is not built again: the image of the environment before is taken", at("on", s.field)...)
	} else {
		d.add(s.value, s.node.At(), at("on", s.field)...)
	}
	if s.from != nil {
		d.guess(s.from.env, "it takes the images of this one", at("after")...)
	}
	if step := p.writer.Workflow.FindingStep(); step != nil {
		soak := step.Env("SECONDS_TO_SOAK")
		if seconds, ok := soak.Number(); ok && seconds > 0 {
			d.add(schema.Short(time.Duration(seconds)*time.Second), soak.At(), at("soak")...)
		}
		for _, s := range step.Job.Steps {
			d.leaveField(s.Env("GATES"), "name those of the draft that are meant in gates of that environment", "the criteria for which the promotion waits")
		}
	}
}

// promotes reports whether a workflow deploys only where something is promoted.
func (d *drafter) promotes(w *pipeline.Workflow) bool {
	found := false
	for _, p := range d.deployments {
		if p.writer == nil || p.writer.Workflow != w {
			continue
		}
		if p.start == nil && !d.followsPromotion(p) {
			return false
		}
		found = true
	}
	return found
}

// promotedTag reports whether a pattern of tags starts a promotion.
func (d *drafter) promotedTag(n pipeline.Node) bool {
	return slices.ContainsFunc(d.deployments, func(p *deployment) bool {
		return p.start != nil && p.start.field == "tag" && p.start.node.At() == n.At()
	})
}

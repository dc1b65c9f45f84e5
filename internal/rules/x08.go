package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x08: what a job waits for can happen. A condition or a tag that no trigger gives
// is a pipeline that is green and does nothing.
func provesX08(m *Case) {
	for _, w := range m.Workflows {
		if !w.Builds() || !startsByCode(w) {
			continue
		}
		m.triggers(w)
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if scheme := s.Get("env", "TAG_SCHEME"); scheme.OK() {
					m.scheme(w, scheme)
				}
			}
		}
	}
}

func (m *Case) triggers(w *pipeline.Workflow) {
	push, ok := w.Trigger("push")
	if !ok {
		m.broken(w.On.At(), m.guarded(w), "add push: to on:", "no push starts this workflow, and so nothing is ever published")
	}
	want := [][2]string{{"branches", m.Facts.Source.Branch}}
	if m.Facts.ReleaseTags != "" {
		want = append(want, [2]string{"tags", m.Facts.ReleaseTags})
	} else if tags := push.Get("tags"); tags.OK() {
		m.broken(tags.At(), m.guarded(w), "remove tags:", "git tags start this workflow, and no job of it publishes them")
	}
	for _, f := range want {
		if at := push.Get(f[0]); ok && !slices.Equal(at.List(), f[1:]) {
			m.broken(at.At(), m.guarded(w), f[0]+": ["+f[1]+"]", "a push starts this workflow for %s %s, and what publishes waits for %s", f[0], quoted(strings.Join(at.List(), ", ")), f[1])
		}
	}
	for _, event := range []string{"pull_request", "merge_group", "workflow_dispatch"} {
		if _, ok := w.Trigger(event); !ok {
			m.broken(w.On.At(), m.gateName(w), "add "+event+": to on:", "%s does not start this workflow, and the required check would never report for it", event)
		}
	}
}

// guarded is the first job with the guard.
func (m *Case) guarded(w *pipeline.Workflow) pipeline.Place {
	for _, j := range w.Jobs {
		if j.Condition() == m.Facts.Guard() {
			return j.Get("if").At()
		}
	}
	return pipeline.Place{}
}

func (m *Case) gateName(w *pipeline.Workflow) pipeline.Place {
	if g := gateOf(w); g != nil {
		return g.Get("name").At()
	}
	return pipeline.Place{}
}

var (
	placeholder = lazy.Regexp(`\{[^}]*\}`)
	imageTag    = lazy.Regexp(`^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$`)
	// perCommit are placeholders that name a commit or a run, and what they may become.
	perCommit = map[string]string{"{sha}": "0123456789abcdef0123456789abcdef01234567", "{sha7}": "0123456", "{runNumber}": "17", "{gitTag}": "v1.2.3"}
)

func (m *Case) scheme(w *pipeline.Workflow, n pipeline.Node) {
	push, _ := w.Trigger("push")
	scheme := n.Text()
	if scheme != m.Facts.Tag {
		m.broken(n.At(), push.At(), "write "+m.Facts.Tag, "images are tagged %s here, and the spec says %s", quoted(scheme), m.Facts.Tag)
	}
	unique := false
	tag := placeholder().ReplaceAllStringFunc(scheme, func(p string) string {
		unique = unique || perCommit[p] != ""
		return perCommit[p]
	})
	if !unique || !imageTag().MatchString(tag) {
		m.broken(n.At(), push.At(), "use {sha}, {sha7}, {runNumber} or {gitTag}", "the tag %s is not valid, or the same for every commit", quoted(scheme))
	}
	if strings.Contains(scheme, "{gitTag}") && !push.Get("tags").OK() {
		m.broken(n.At(), push.At(), "add tags: under push:", "the tag %s needs a git tag, and none starts this workflow", scheme)
	}
}

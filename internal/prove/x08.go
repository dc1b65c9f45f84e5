package prove

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// x08: what a job waits for can happen. A condition or a tag that no trigger gives
// is a pipeline that is green and does nothing.
func x08(m *model) {
	for _, w := range m.workflows {
		if !w.builds() || !startsByCode(w) {
			continue
		}
		m.triggers(w)
		for _, j := range w.jobs {
			for _, s := range j.steps {
				if scheme := s.get("env", "TAG_SCHEME"); scheme.ok() {
					m.scheme(w, scheme)
				}
			}
		}
	}
}

// builds reports whether the workflow is one that publishes images.
func (w *workflow) builds() bool {
	for _, j := range w.jobs {
		for _, s := range j.steps {
			if s.uses == "docker/build-push-action" {
				return true
			}
		}
	}
	return false
}

func (m *model) triggers(w *workflow) {
	push, ok := w.trigger("push")
	if !ok {
		m.broken(X08, w.on.at(), m.guarded(w), "add push: to on:", "no push starts this workflow, and so nothing is ever published")
	}
	want := [][2]string{{"branches", m.facts.Source.Branch}}
	if m.facts.ReleaseTags != "" {
		want = append(want, [2]string{"tags", m.facts.ReleaseTags})
	} else if tags := push.get("tags"); tags.ok() {
		m.broken(X08, tags.at(), m.guarded(w), "remove tags:", "git tags start this workflow, and no job of it publishes them")
	}
	for _, f := range want {
		if at := push.get(f[0]); ok && !slices.Equal(at.list(), f[1:]) {
			m.broken(X08, at.at(), m.guarded(w), f[0]+": ["+f[1]+"]", "a push starts this workflow for %s %s, and what publishes waits for %s", f[0], quoted(strings.Join(at.list(), ", ")), f[1])
		}
	}
	for _, event := range []string{"pull_request", "merge_group", "workflow_dispatch"} {
		if _, ok := w.trigger(event); !ok {
			m.broken(X08, w.on.at(), m.gateName(w), "add "+event+": to on:", "%s does not start this workflow, and the required check would never report for it", event)
		}
	}
}

// guarded is the first job with the guard.
func (m *model) guarded(w *workflow) place {
	for _, j := range w.jobs {
		if j.condition() == m.facts.guard() {
			return j.get("if").at()
		}
	}
	return place{}
}

func (m *model) gateName(w *workflow) place {
	if g := w.gate(); g != nil {
		return g.get("name").at()
	}
	return place{}
}

var (
	placeholder = lazy.Regexp(`\{[^}]*\}`)
	imageTag    = lazy.Regexp(`^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}$`)
	// perCommit are placeholders that name a commit or a run, and what they may become.
	perCommit = map[string]string{"{sha}": sentinelSHA, "{sha7}": sentinelSHA[:7], "{runNumber}": "17", "{gitTag}": "v1.2.3"}
)

func (m *model) scheme(w *workflow, n node) {
	push, _ := w.trigger("push")
	scheme := n.text()
	if scheme != m.facts.Tag {
		m.broken(X08, n.at(), push.at(), "write "+m.facts.Tag, "images are tagged %s here, and the spec says %s", quoted(scheme), m.facts.Tag)
	}
	unique := false
	tag := placeholder().ReplaceAllStringFunc(scheme, func(p string) string {
		unique = unique || perCommit[p] != ""
		return perCommit[p]
	})
	if !unique || !imageTag().MatchString(tag) {
		m.broken(X08, n.at(), push.at(), "use {sha}, {sha7}, {runNumber} or {gitTag}", "the tag %s is not valid, or the same for every commit", quoted(scheme))
	}
	if strings.Contains(scheme, "{gitTag}") && !push.get("tags").ok() {
		m.broken(X08, n.at(), push.at(), "add tags: under push:", "the tag %s needs a git tag, and none starts this workflow", scheme)
	}
}

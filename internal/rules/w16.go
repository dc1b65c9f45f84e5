package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// w16: a job's rights are those that its steps need. What is missing fails the
// run; what is left over is what an attacker gets.
func provesW16(m *Case) {
	for _, w := range m.Workflows {
		top := w.Get("permissions")
		if !top.OK() {
			m.broken(w.At(), pipeline.Place{}, "add permissions: {} at the top", "jobs without permissions have whatever the repository gives by default")
		}
		if top.Text() != "" {
			m.broken(top.At(), pipeline.Place{}, "permissions: {}", "every job has the rights %s", top.Text())
		}
		for right, v := range top.Pairs() {
			m.broken(v.At(), pipeline.Place{}, "permissions: {}", "every job has the right %s: %s", right, v.Text())
		}
		for _, j := range w.Jobs {
			m.rights(j)
		}
	}
}

func (m *Case) rights(j *pipeline.Job) {
	needs := map[string]need{}
	for _, s := range j.Steps {
		for right, level := range rightsOf(s) {
			if have, ok := needs[right]; !ok || have.level == "read" {
				needs[right] = need{level, s.At()}
			}
		}
	}
	for _, s := range j.Steps {
		if p := s.With("password"); s.Uses == "docker/login-action" && s.With("registry").Text() == "ghcr.io" && !pipeline.RunToken(p.Text()) {
			m.broken(p.At(), j.Get("permissions").At(), "password: ${{ github.token }}", "%s logs in to ghcr.io with %s, whose rights nobody here states", j.Label(), quoted(p.Text()))
		}
	}
	if m.extra(j) != nil {
		for right, level := range m.extra(j).Rights {
			needs[right] = need{level, j.At()}
		}
	}
	granted := j.Get("permissions")
	for right, v := range granted.Pairs() {
		if n, ok := needs[right]; !ok || n.level != v.Text() {
			at := n.at
			if !ok && len(j.Steps) > 0 {
				at = j.Steps[0].At()
			}
			m.broken(v.At(), at, "grant what the steps need", "%s has the right %s: %s, and its steps need %s", j.Label(), right, quoted(v.Text()), quoted(n.level))
		}
		delete(needs, right)
	}
	for right, n := range needs {
		m.broken(granted.At(), n.at, "add "+right+": "+n.level, "%s needs the right %s: %s, and does not have it", j.Label(), right, n.level)
	}
}

type need struct {
	level string
	at    pipeline.Place
}

// rights are what a step needs of the run's own token.
func rightsOf(s *pipeline.Step) map[string]string {
	out := map[string]string{}
	switch s.Uses {
	case "actions/checkout":
		if t := s.With("token"); !t.OK() || pipeline.RunToken(t.Text()) {
			out["contents"] = "read"
		}
	case "docker/login-action":
		if pipeline.RunToken(s.With("password").Text()) {
			out["packages"] = "write"
		}
	case "actions/attest":
		out["id-token"], out["attestations"], out["artifact-metadata"] = "write", "write", "write"
		if s.With("push-to-registry").Text() == "true" {
			out["packages"] = "write"
		}
	case "codecov/codecov-action":
		if s.With("use_oidc").Text() == "true" {
			out["id-token"] = "write"
		}
	case "github/codeql-action/upload-sarif":
		out["security-events"] = "write"
	}
	if pipeline.RunToken(s.Env("GH_TOKEN").Text()) || pipeline.RunToken(s.Env("GITHUB_TOKEN").Text()) {
		for _, c := range s.Commands() {
			switch {
			case c.Git("push"):
				out["contents"] = "write"
			case c.Is("gh", "api") && slices.ContainsFunc(c.Words, func(w string) bool { return strings.Contains(w, "/actions/runs/") }):
				out["actions"] = "read"
			}
		}
	}
	return out
}

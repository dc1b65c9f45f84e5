package prove

import (
	"slices"
	"strings"
)

// w16: a job's rights are those that its steps need. What is missing fails the
// run; what is left over is what an attacker gets.
func w16(m *model) {
	for _, w := range m.workflows {
		top := w.get("permissions")
		if !top.ok() {
			m.broken(W16, w.at(), place{}, "add permissions: {} at the top", "jobs without permissions have whatever the repository gives by default")
		}
		if top.text() != "" {
			m.broken(W16, top.at(), place{}, "permissions: {}", "every job has the rights %s", top.text())
		}
		for right, v := range top.pairs() {
			m.broken(W16, v.at(), place{}, "permissions: {}", "every job has the right %s: %s", right, v.text())
		}
		for _, j := range w.jobs {
			m.rights(j)
		}
	}
}

func (m *model) rights(j *job) {
	needs := map[string]need{}
	for _, s := range j.steps {
		for right, level := range s.rights() {
			if have, ok := needs[right]; !ok || have.level == "read" {
				needs[right] = need{level, s.at()}
			}
		}
	}
	for _, s := range j.steps {
		if p := s.with("password"); s.uses == "docker/login-action" && s.with("registry").text() == "ghcr.io" && !ownToken(p) {
			m.broken(W16, p.at(), j.get("permissions").at(), "password: ${{ github.token }}", "%s logs in to ghcr.io with %s, whose rights nobody here states", j.label(), quoted(p.text()))
		}
	}
	if j.extra != nil {
		for right, level := range j.extra.Rights {
			needs[right] = need{level, j.at()}
		}
	}
	granted := j.get("permissions")
	for right, v := range granted.pairs() {
		if n, ok := needs[right]; !ok || n.level != v.text() {
			at := n.at
			if !ok && len(j.steps) > 0 {
				at = j.steps[0].at()
			}
			m.broken(W16, v.at(), at, "grant what the steps need", "%s has the right %s: %s, and its steps need %s", j.label(), right, quoted(v.text()), quoted(n.level))
		}
		delete(needs, right)
	}
	for right, n := range needs {
		m.broken(W16, granted.at(), n.at, "add "+right+": "+n.level, "%s needs the right %s: %s, and does not have it", j.label(), right, n.level)
	}
}

type need struct {
	level string
	at    place
}

// rights are what a step needs of the run's own token.
func (s *step) rights() map[string]string {
	out := map[string]string{}
	switch s.uses {
	case "actions/checkout":
		if t := s.with("token"); !t.ok() || ownToken(t) {
			out["contents"] = "read"
		}
	case "docker/login-action":
		if ownToken(s.with("password")) {
			out["packages"] = "write"
		}
	case "actions/attest":
		out["id-token"], out["attestations"], out["artifact-metadata"] = "write", "write", "write"
		if s.with("push-to-registry").text() == "true" {
			out["packages"] = "write"
		}
	case "codecov/codecov-action":
		if s.with("use_oidc").text() == "true" {
			out["id-token"] = "write"
		}
	case "github/codeql-action/upload-sarif":
		out["security-events"] = "write"
	}
	if ownToken(s.env("GH_TOKEN")) || ownToken(s.env("GITHUB_TOKEN")) {
		for _, c := range s.script() {
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

// ownToken reports whether a value is the token that GitHub gives the run.
func ownToken(n node) bool {
	e := expression(n.text())
	return e == "github.token" || e == "secrets.GITHUB_TOKEN"
}

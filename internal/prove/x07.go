package prove

import "strings"

// x07: pull requests test and build. Every job that holds a right to write, reads a
// secret, logs in, pushes or deploys has the exact guard; one that differs in a
// word is a decision that someone should have taken in the spec.
func x07(m *model) {
	for _, w := range m.workflows {
		m.topLevel(w)
		if !startsByCode(w) {
			continue
		}
		for _, j := range w.jobs {
			why, at := j.privileged()
			if why == "" && j.buildsImage() && j.condition() != "" && j.condition() != m.facts.otherwise() {
				m.broken(X07, j.get("if").at(), m.guarded(w), "if: "+m.facts.otherwise(), "%s builds only if %s: some pull requests would not be built", j.label(), quoted(j.condition()))
			}
			if guard, _ := j.guard(); why == "" || guard == m.facts.guard() {
				continue
			}
			m.broken(X07, j.get("if").at(), at, "if: "+m.facts.guard(), "%s %s, and its condition is %s: a pull request must never do that", j.label(), why, quoted(j.condition()))
		}
	}
}

// topLevel refuses triggers that give foreign code our rights, and rights that
// every job would have.
func (m *model) topLevel(w *workflow) {
	for _, event := range []string{"pull_request_target", "workflow_run"} {
		if t, ok := w.trigger(event); ok {
			m.broken(X07, t.at(), w.get("permissions").at(), "use pull_request", "%s runs with this repository's rights on code that nobody has reviewed", event)
		}
	}
}

// startsByCode reports whether a change of code may start the workflow; one that
// only people start needs no guard.
func startsByCode(w *workflow) bool {
	for _, event := range []string{"push", "pull_request", "merge_group", "pull_request_target", "workflow_run", "workflow_call"} {
		if _, ok := w.trigger(event); ok {
			return true
		}
	}
	return false
}

// harmless are the rights to write that publish nothing: reports on a run.
var harmless = map[string]bool{"checks": true, "statuses": true, "security-events": true, "issues": true, "pull-requests": true, "discussions": true}

// privileged says what a job does that no pull request may do, and where; "" for
// nothing.
func (j *job) privileged() (why string, at place) {
	if j.power == nil {
		why, at = j.powers()
		j.power = &power{why, at}
	}
	return j.power.why, j.power.at
}

type power struct {
	why string
	at  place
}

func (j *job) powers() (why string, at place) {
	rights := j.get("permissions")
	if !rights.ok() {
		rights = j.in.get("permissions")
		if !rights.ok() {
			return "has whatever rights the repository gives by default", j.at()
		}
	}
	if rights.text() == "write-all" {
		return "has every right", rights.at()
	}
	for name, r := range rights.pairs() {
		if r.text() == "write" && !harmless[name] {
			return "has the right " + name + ": write", r.at()
		}
	}
	if e := j.get("environment"); e.ok() {
		return "deploys to an environment", e.at()
	}
	if s := j.get("secrets"); s.ok() {
		return "passes secrets on", s.at()
	}
	for _, s := range j.steps {
		if why := s.publishes(); why != "" {
			return why, s.at()
		}
	}
	j.strings(func(n node) {
		if why == "" && readsSecret(n.text()) {
			why, at = "reads a secret", n.at()
		}
	})
	return why, at
}

func readsSecret(s string) bool {
	for _, e := range hole().FindAllString(s, -1) {
		if strings.Contains(e, "secrets.") || strings.Contains(e, "secrets[") || strings.Contains(e, "toJSON(secrets") {
			return true
		}
	}
	return false
}

// publishes says how a step reaches beyond the run.
func (s *step) publishes() string {
	switch {
	case s.uses == "docker/login-action":
		return "logs in to a registry"
	case s.uses == "docker/build-push-action" && pushes(s):
		return "pushes an image"
	case s.uses == "actions/create-github-app-token":
		return "asks for a token of an App"
	}
	for _, c := range s.script() {
		switch {
		case c.Is("docker", "login"):
			return "logs in to a registry"
		case c.Is("docker", "push"), c.Is("docker", "buildx", "imagetools", "create"):
			return "pushes an image"
		case c.Git("push"):
			return "pushes a commit"
		case c.Is("kubectl", "apply"), c.Is("argocd", "app"):
			return "deploys"
		}
	}
	return ""
}

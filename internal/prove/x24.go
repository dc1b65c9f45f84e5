package prove

import (
	"path"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x24: where source and deployed state share a repository, the commit of a deploy
// must not start the pipeline again. A push with the run's own token starts
// nothing; one with any other token does, unless the live folders are ignored.
func x24(m *model) {
	if !m.facts.sameRepository() {
		return
	}
	for _, w := range m.workflows {
		push, ok := w.trigger("push")
		if !ok || !w.builds() {
			continue
		}
		listens := false
		for _, b := range push.get("branches").list() {
			listens = listens || pipeline.PatternFits(b, m.facts.GitOps.Branch)
		}
		if !push.get("branches").ok() && !push.get("tags").ok() {
			listens = true
		}
		if !listens {
			continue
		}
		for _, deploy := range m.writers {
			for _, e := range deploy.edits {
				m.silent(deploy, e, push)
			}
		}
	}
}

func (m *model) silent(w *writer, e edit, push node) {
	token := w.step.env("GH_TOKEN")
	if t := expression(token.text()); t == "github.token" || t == "secrets.GITHUB_TOKEN" {
		return
	}
	not, only := push.get("paths-ignore"), push.get("paths")
	at := push
	for _, file := range []string{"kustomization.yaml", "source-commit"} {
		name := path.Join(e.dir, file)
		switch {
		case not.ok():
			at = not
			if pipeline.FilterMatches(not.list(), name) {
				continue
			}
		case only.ok():
			at = only
			if !pipeline.FilterMatches(only.list(), name) {
				continue
			}
		}
		m.broken(X24, at.at(), token.at(), "add paths-ignore with the live folders under push:", "the commit of %s changes %s and starts this pipeline again", w.job.label(), name)
		return
	}
}

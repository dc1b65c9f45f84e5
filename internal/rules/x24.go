package rules

import (
	"path"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// x24: where source and deployed state share a repository, the commit of a deploy
// must not start the pipeline again. A push with the run's own token starts
// nothing; one with any other token does, unless the live folders are ignored.
func provesX24(m *Case) {
	if !m.Facts.SameRepository() {
		return
	}
	for _, w := range m.Workflows {
		push, ok := w.Trigger("push")
		if !ok || !w.Builds() {
			continue
		}
		listens := false
		for _, b := range push.Get("branches").List() {
			listens = listens || pipeline.PatternFits(b, m.Facts.GitOps.Branch)
		}
		if !push.Get("branches").OK() && !push.Get("tags").OK() {
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

func (m *Case) silent(w *writer, e pipeline.Edit, push pipeline.Node) {
	token := w.Step.Env("GH_TOKEN")
	if t := pipeline.Expression(token.Text()); t == "github.token" || t == "secrets.GITHUB_TOKEN" {
		return
	}
	not, only := push.Get("paths-ignore"), push.Get("paths")
	at := push
	for _, file := range []string{"kustomization.yaml", "source-commit"} {
		name := path.Join(e.Folder, file)
		switch {
		case not.OK():
			at = not
			if pipeline.FilterMatches(not.List(), name) {
				continue
			}
		case only.OK():
			at = only
			if !pipeline.FilterMatches(only.List(), name) {
				continue
			}
		}
		m.broken(at.At(), token.At(), "add paths-ignore with the live folders under push:", "the commit of %s changes %s and starts this pipeline again", w.Job.Label(), name)
		return
	}
}

package frompipeline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/draft"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// projectIn reads the project of an environment, where it is not the one of the draft. One that is not in the tree is
// somebody else's.
func (d *drafter) projectIn(e *deployment, at func(...string) []string) {
	name, n := projectOf(e.app), e.app.Get("spec", "project")
	if name == "" || name == cmp.Or(projectOf(d.firstApp()), d.name) {
		return
	}
	if _, ok := d.m.Project(e.app); ok {
		d.add(name, n.At(), at("project")...)
		return
	}
	d.add(name, n.At(), at("project", "name")...)
	d.tree.Root.Put(draft.Setting{Value: true, Note: "no file that was read has it"}, at("project", "existing")...)
}

// projectSettings reads what the project of the first Application says. The draft says it of all projects: what another one
// says instead is left out, except that operators are in those alone where a person starts a sync.
func (d *drafter) projectSettings(app pipeline.Node) {
	project, _ := d.m.Project(app)
	taken := d.projectSays(project)
	for _, s := range taken {
		if s.text != "" {
			s.put()
		}
	}
	seen := []string{pipeline.NameOf(project)}
	for _, e := range d.deployments {
		project, ok := d.m.Project(e.app)
		if !ok || !e.app.OK() || slices.Contains(seen, pipeline.NameOf(project)) {
			continue
		}
		seen = append(seen, pipeline.NameOf(project))
		for i, s := range d.projectSays(project) {
			switch {
			case s.text == taken[i].text, s.field == "operators" && s.text == "":
			case s.field == "operators" && taken[i].text == "":
				taken[i] = s
				s.put()
			default:
				at := s.at
				if !at.Known() {
					at = project.At()
				}
				d.leave(at, "", "the %s of the project %s, %s: a spec has the same for all projects, and the draft has %s", s.field, pipeline.NameOf(project), orNone(s.text), orNone(taken[i].text))
			}
		}
	}
}

// setting is what a project says for a field of argocd, as text, and how it is put into the draft.
type setting struct {
	field, text string
	at          pipeline.Place
	put         func()
}

// projectSays are those of a project, always in the same order.
func (d *drafter) projectSays(project pipeline.Node) []setting {
	listed := map[string]pipeline.Node{}
	for _, r := range project.Get("spec", "roles").Items() {
		if groups := r.Get("groups"); len(groups.List()) > 0 && strings.Contains(strings.Join(r.Get("policies").List(), "\n"), "logs, get") {
			field := "viewers"
			if strings.Contains(strings.Join(r.Get("policies").List(), "\n"), "applications, sync, ") {
				field = "operators"
			}
			listed[field] = groups
		}
	}
	for _, policy := range project.Get("spec", "sourceIntegrity", "git", "policies").Items() {
		keys := policy.Get("gpg", "keys")
		fits := func(r pipeline.Node) bool { return pipeline.Repository(r.Get("url").Text()) == d.gitops.repository }
		if slices.ContainsFunc(policy.Get("repos").Items(), fits) && policy.Get("gpg", "mode").Text() == "head" && len(keys.List()) > 0 {
			listed["signers"] = keys
		}
	}
	var out []setting
	for _, field := range []string{"viewers", "operators", "signers"} {
		n := listed[field]
		out = append(out, setting{field, strings.Join(n.List(), ", "), n.At(), func() { d.add(n.List(), n.At(), "argocd", field) }})
	}
	windows := project.Get("spec", "syncWindows")
	var texts []string
	for _, w := range windows.Items() {
		texts = append(texts, strings.Join([]string{w.Get("kind").Text(), w.Get("schedule").Text(), w.Get("duration").Text()}, " "))
		if w.Get("manualSync").True() {
			texts[len(texts)-1] += " with manualSync"
		}
	}
	return append(out, setting{"syncWindows", strings.Join(texts, ", "), windows.At(), func() { d.windows(windows) }})
}

func (d *drafter) windows(of pipeline.Node) {
	for _, w := range of.Items() {
		window := d.tree.Root.Append("argocd", "syncWindows")
		for _, f := range []string{"kind", "schedule", "duration"} {
			window.Put(draft.Setting{Value: w.Get(f).Text(), From: sourceLine(w.Get(f).At())}, f)
		}
		manual := w.Get("manualSync")
		window.Put(draft.Setting{Value: manual.True(), From: sourceLine(manual.At())}, "manualSync")
	}
}

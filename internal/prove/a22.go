package prove

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// appSet is an ApplicationSet with what it makes. The Applications are among the
// model's, so that every rule for them holds for these as well.
type appSet struct {
	node
	faults []pipeline.SetFault
	// made are its Applications, and elements those of the list that gave them.
	made, elements []node
}

// readAppSet expands an ApplicationSet with Go's templates, whether it asks for them or
// not: that is one mistake, and should be told once.
func (m *model) readAppSet(d node) {
	s := &appSet{node: d}
	var apps []pipeline.SetApp
	apps, s.faults = pipeline.Expand(d.y, true)
	for _, a := range apps {
		app := node{y: a.Object, src: d.src, line: a.Line}
		s.made = append(s.made, app)
		s.elements = append(s.elements, node{y: a.Element, src: d.src, line: a.Line})
		m.apps = append(m.apps, app)
	}
	m.sets = append(m.sets, s)
}

// unfollowed reports whether some Applications are not known, or belong to projects that
// nobody has written: rules about all of them would find what is not.
func (m *model) unfollowed() bool {
	return slices.ContainsFunc(m.sets, func(s *appSet) bool { return len(s.faults) > 0 || s.choosesProject() })
}

func (s *appSet) choosesProject() bool {
	return strings.Contains(s.get("spec", "template", "spec", "project").text(), "{{")
}

// resourcesFinalizer makes Argo CD delete what an Application deployed, and lets an
// ApplicationSet's controller release the Applications before it goes.
const resourcesFinalizer = "resources-finalizer.argocd.argoproj.io"

// a22: an ApplicationSet makes what the spec says, and whatever is taken out of it, or
// itself, goes on running.
func a22(m *model) {
	for _, s := range m.sets {
		m.templated(s)
		m.keeps(s)
	}
}

func (m *model) templated(s *appSet) {
	template := s.get("spec", "template")
	if n := s.get("spec", "goTemplate"); n.text() != "true" {
		m.broken(A22, n.at(), template.at(), "goTemplate: true", "without Go's templates the places of the template stay unfilled")
	}
	if n := s.get("spec", "goTemplateOptions"); !slices.Contains(n.list(), "missingkey=error") {
		m.broken(A22, n.at(), template.at(), "goTemplateOptions: [missingkey=error]", "an element that lacks a key would give an Application with a hole in it")
	}
	if s.choosesProject() {
		m.broken(A22, template.get("spec", "project").at(), m.anyProject(), "write the project out", "an element chooses the project, and with it what may be deployed where")
	}
	for _, f := range s.faults {
		other := template.at()
		if f.Other > 0 {
			other = place{s.src, f.Other}
		}
		m.broken(A22, place{s.src, f.Line}, other, "write a list of elements, and their fields as {{ .field }}", "%s", f.Message)
	}
}

// keeps requires that nothing that runs is deleted by an edit of the ApplicationSet.
func (m *model) keeps(s *appSet) {
	policy := s.get("spec", "syncPolicy")
	list := s.get("spec", "generators")
	if n := policy.get("applicationsSync"); n.text() != "create-update" {
		m.broken(A22, n.at(), list.at(), "applicationsSync: create-update", "an element that is taken out takes its Application with it, or a change never reaches it")
	}
	if n := policy.get("preserveResourcesOnDeletion"); n.text() != "true" {
		m.broken(A22, n.at(), list.at(), "preserveResourcesOnDeletion: true", "an Application that is deleted takes with it what it deployed")
	}
	for _, f := range s.get("spec", "template", "metadata", "finalizers").items() {
		if strings.HasPrefix(f.text(), resourcesFinalizer) {
			m.broken(A22, f.at(), policy.at(), "remove it", "with this finalizer an Application that is deleted takes with it what it deployed, whatever syncPolicy says")
		}
	}
	if n := s.get("metadata", "finalizers"); !slices.Contains(n.list(), resourcesFinalizer) {
		m.broken(A22, n.at(), policy.at(), "finalizers: ["+resourcesFinalizer+"]", "whoever deletes the ApplicationSet deletes its Applications")
	}
	if n := s.get("spec", "strategy"); n.ok() {
		m.broken(A22, n.at(), policy.at(), "remove it", "Argo CD switches automatic syncs off where a strategy orders them")
	}
}

// namedElements requires that an element names the environment of its overlay (X13).
func (m *model) namedElements() {
	for _, s := range m.sets {
		for i, a := range s.made {
			n, p := s.elements[i].get("environment"), sourceOf(a).get("path")
			if o := m.overlay(p.text()); n.ok() && o != nil && o.env != nil && n.text() != o.env.Name {
				m.broken(X13, n.at(), p.at(), "write "+o.env.Name, "the element of %s is called %s", o.dir, quoted(n.text()))
			}
		}
	}
}

package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// unfollowed reports whether some Applications are not known, or belong to projects that
// nobody has written: rules about all of them would find what is not.
func (m *Case) unfollowed() bool {
	return m.Unfollowed() || slices.ContainsFunc(m.ApplicationSets, choosesProject)
}

func choosesProject(s *pipeline.ApplicationSet) bool {
	return strings.Contains(s.Get("spec", "template", "spec", "project").Text(), "{{")
}

// resourcesFinalizer makes Argo CD delete what an Application deployed, and lets an
// ApplicationSet's controller release the Applications before it goes.
const resourcesFinalizer = "resources-finalizer.argocd.argoproj.io"

// a22: an ApplicationSet makes what the spec says, and whatever is taken out of it, or
// itself, goes on running.
func provesA22(m *Case) {
	for _, s := range m.ApplicationSets {
		m.templated(s)
		m.keeps(s)
	}
}

func (m *Case) templated(s *pipeline.ApplicationSet) {
	template := s.Get("spec", "template")
	if n := s.Get("spec", "goTemplate"); n.Text() != "true" {
		m.broken(n.At(), template.At(), "goTemplate: true", "without Go's templates the places of the template stay unfilled")
	}
	if n := s.Get("spec", "goTemplateOptions"); !slices.Contains(n.List(), "missingkey=error") {
		m.broken(n.At(), template.At(), "goTemplateOptions: [missingkey=error]", "an element that lacks a key would give an Application with a hole in it")
	}
	if choosesProject(s) {
		m.broken(template.Get("spec", "project").At(), m.anyProject(), "write the project out", "an element chooses the project, and with it what may be deployed where")
	}
	for _, f := range s.Faults {
		other := template.At()
		if f.Other > 0 {
			other = s.File().At(f.Other)
		}
		m.broken(s.File().At(f.Line), other, "write a list of elements, and their fields as {{ .field }}", "%s", f.Message)
	}
}

// keeps requires that nothing that runs is deleted by an edit of the ApplicationSet.
func (m *Case) keeps(s *pipeline.ApplicationSet) {
	policy := s.Get("spec", "syncPolicy")
	list := s.Get("spec", "generators")
	if n := policy.Get("applicationsSync"); n.Text() != "create-update" {
		m.broken(n.At(), list.At(), "applicationsSync: create-update", "an element that is taken out takes its Application with it, or a change never reaches it")
	}
	if n := policy.Get("preserveResourcesOnDeletion"); n.Text() != "true" {
		m.broken(n.At(), list.At(), "preserveResourcesOnDeletion: true", "an Application that is deleted takes with it what it deployed")
	}
	for _, f := range s.Get("spec", "template", "metadata", "finalizers").Items() {
		if strings.HasPrefix(f.Text(), resourcesFinalizer) {
			m.broken(f.At(), policy.At(), "remove it", "with this finalizer an Application that is deleted takes with it what it deployed, whatever syncPolicy says")
		}
	}
	if n := s.Get("metadata", "finalizers"); !slices.Contains(n.List(), resourcesFinalizer) {
		m.broken(n.At(), policy.At(), "finalizers: ["+resourcesFinalizer+"]", "whoever deletes the ApplicationSet deletes its Applications")
	}
	if n := s.Get("spec", "strategy"); n.OK() {
		m.broken(n.At(), policy.At(), "remove it", "Argo CD switches automatic syncs off where a strategy orders them")
	}
}

// namedElements requires that an element names the environment of its overlay (X13).
func (m *Case) namedElements() {
	for _, s := range m.ApplicationSets {
		for i, a := range s.Apps {
			n, p := s.Elements[i].Get("environment"), pipeline.Sources(a)[0].Get("path")
			if o := m.overlay(p.Text()); n.OK() && o != nil && o.env != nil && n.Text() != o.env.Name {
				m.broken(n.At(), p.At(), "write "+o.env.Name, "the element of %s is called %s", o.Dir, quoted(n.Text()))
			}
		}
	}
}

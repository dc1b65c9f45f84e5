package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// sets are the ApplicationSets that make relevant Applications, or all where nothing is
// known of any.
func (f *Case) sets() []*pipeline.ApplicationSet {
	apps := f.apps()
	var out []*pipeline.ApplicationSet
	for _, s := range f.ApplicationSets {
		if len(apps) == 0 || slices.ContainsFunc(apps, s.Makes) {
			out = append(out, s)
		}
	}
	return out
}

// a22: an ApplicationSet fills its template or fails, and what it made outlives it.
func findsA22(f *Case) {
	for _, s := range f.sets() {
		name, template := pipeline.NameOf(s.Node), s.Get("spec", "template")
		goTemplate := s.Get("spec", "goTemplate")
		switch options := s.Get("spec", "goTemplateOptions"); {
		case !goTemplate.True():
			f.broken(goTemplate.At(), template.At(), "write goTemplate: true with goTemplateOptions: [missingkey=error], and the places as {{ .name }}", "a place that has no value stays as it is in the Applications of %s", name)
		case !slices.Contains(options.List(), "missingkey=error"):
			f.broken(options.At(), template.At(), "goTemplateOptions: [missingkey=error]", "a key that is missing gives an Application of %s with a hole in it", name)
		}
		if p := template.Get("spec", "project"); strings.Contains(p.Text(), "{{") {
			f.broken(p.At(), s.Get("spec", "generators").At(), "write the project out", "whoever writes what the generators of %s read chooses the project, and with it what may be deployed where", name)
		}
		f.theirKeeps(s, name)
	}
}

// deletes is what Argo CD deletes by, unless preserveResourcesOnDeletion is set and the
// template has no finalizer of its own.
const deletes = "resources-finalizer.argocd.argoproj.io"

func (f *Case) theirKeeps(s *pipeline.ApplicationSet, name string) {
	policy := s.Get("spec", "syncPolicy")
	preserves, sync := policy.Get("preserveResourcesOnDeletion"), policy.Get("applicationsSync")
	for _, n := range s.Get("spec", "template", "metadata", "finalizers").Items() {
		if strings.HasPrefix(n.Text(), deletes) && preserves.True() {
			f.broken(n.At(), preserves.At(), "remove the finalizer from the template", "with this finalizer an Application that is deleted takes with it what it deployed, whatever preserveResourcesOnDeletion says")
			return
		}
	}
	switch stays := slices.Contains([]string{"create-only", "create-update"}, sync.Text()); {
	case preserves.True():
	case !stays:
		f.broken(policy.At(), s.Get("spec", "generators").At(), "applicationsSync: create-update and preserveResourcesOnDeletion: true", "an element that is taken out of %s or renamed takes with it all that its Application deployed", name)
	case !slices.Contains(s.Get("metadata", "finalizers").List(), deletes):
		f.broken(sync.At(), s.Get("metadata").At(), "preserveResourcesOnDeletion: true, or the finalizer "+deletes+" on the ApplicationSet", "whoever deletes %s deletes its Applications and all that they deployed", name)
	}
}

// a23: a strategy that orders the syncs switches automatic ones off.
func findsA23(f *Case) {
	for _, s := range f.sets() {
		strategy := s.Get("spec", "strategy", "type")
		if auto := s.Get("spec", "template", "spec", "syncPolicy", "automated"); strategy.Text() == "RollingSync" && auto.OK() {
			f.broken(strategy.At(), auto.At(), "choose one: promote by one commit for each overlay, or leave automated out", "RollingSync switches the automatic syncs of %s off", pipeline.NameOf(s.Node))
		}
	}
}

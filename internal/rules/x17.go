package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x17: the project allows each kind that is rendered and what the cluster makes of it,
// and no other. Too few, and the sync fails or nobody sees its pods; too many, and the
// project protects nothing.
func provesX17(m *Case) {
	for _, p := range m.Projects {
		rendered := map[[2]string]pipeline.Place{}
		cluster := map[[2]string]pipeline.Place{}
		for _, a := range m.Applications {
			if own, ok := m.Project(a); !ok || !own.Same(p) {
				continue
			}
			if pipeline.HasOption(a, "CreateNamespace=true") {
				cluster[[2]string{"", "Namespace"}] = a.Get("spec", "syncPolicy", "syncOptions").At()
			}
			for _, o := range m.renderedBy(a) {
				for _, obj := range o.Objects {
					k := [2]string{obj.Group, obj.Kind}
					if pipeline.ClusterScoped(obj.Kind) {
						cluster[k] = obj.Get("kind").At()
					} else {
						rendered[k] = obj.Get("kind").At()
					}
				}
			}
		}
		m.whitelist(p.Get("spec", "namespaceResourceWhitelist"), rendered, madeOf(rendered))
		m.whitelist(p.Get("spec", "clusterResourceWhitelist"), cluster, nil)
	}
}

// renderedBy are the overlays that an Application renders. One that renders none is X13's
// to find: it counts for all, or every kind would be told here too.
func (m *Case) renderedBy(app pipeline.Node) []*overlay {
	var out []*overlay
	for _, p := range pipeline.Paths(app) {
		o := m.overlay(p.Text())
		if o == nil {
			return m.overlays
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b *overlay) int { return strings.Compare(a.Dir, b.Dir) })
	return out
}

// customized reports whether the author has written files of their own yet.
func (m *Case) customized() bool {
	return slices.ContainsFunc(m.Files, func(s *pipeline.File) bool {
		return s.Owner == artifact.Seeded && s.Root == artifact.GitOps && len(s.Doc().Get("resources").Items()) > 0
	})
}

// madeOf are the kinds that stand between what is rendered and its pods, with what they
// are made of.
func madeOf(rendered map[[2]string]pipeline.Place) map[[2]string]pipeline.Place {
	out := map[[2]string]pipeline.Place{}
	for k, at := range rendered {
		for _, made := range pipeline.MadeOf(k[0], k[1]) {
			if _, ok := rendered[made]; !ok {
				out[made] = at
			}
		}
	}
	return out
}

// whitelist holds a list against the kinds that are needed, and against those that Argo
// CD would hide: it shows nothing of a kind that the project does not allow, nor of what
// is below it.
func (m *Case) whitelist(list pipeline.Node, needed, made map[[2]string]pipeline.Place) {
	allowed := map[[2]string]bool{}
	for _, e := range list.Items() {
		k := [2]string{e.Get("group").Text(), e.Get("kind").Text()}
		allowed[k] = true
		if _, ok := needed[k]; ok {
			continue
		}
		if _, ok := made[k]; ok {
			continue
		}
		switch declared := slices.Contains(m.Facts.Kinds, strings.TrimPrefix(k[0]+"/"+k[1], "/")); {
		case declared && m.customized():
			m.doubtful(e.At(), m.AnyOverlay(), "take it out of deploy.custom.kinds", "the project allows %s of the group %q, and none of your files brings one", quoted(k[1]), k[0])
		case !declared:
			m.broken(e.At(), m.AnyOverlay(), "remove it", "the project allows %s of the group %q, and no Application of it brings one", quoted(k[1]), k[0])
		}
	}
	for k, at := range needed {
		if !allowed[k] {
			m.broken(list.At(), at, "add it", "the project does not allow %s of the group %q, and the sync of it would fail", k[1], k[0])
		}
	}
	for k, at := range made {
		if !allowed[k] {
			m.broken(list.At(), at, "add it", "the project does not allow %s of the group %q, so Argo CD would show neither pods nor their logs", k[1], k[0])
		}
	}
}

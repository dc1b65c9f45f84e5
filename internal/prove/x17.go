package prove

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x17: the project allows each kind that is rendered and what the cluster makes of it,
// and no other. Too few, and the sync fails or nobody sees its pods; too many, and the
// project protects nothing.
func x17(m *model) {
	for _, p := range m.projects {
		rendered := map[[2]string]place{}
		cluster := map[[2]string]place{}
		for _, a := range m.apps {
			if own, ok := m.project(a); !ok || own.y != p.y {
				continue
			}
			if hasOption(a, "CreateNamespace=true") {
				cluster[[2]string{"", "Namespace"}] = a.get("spec", "syncPolicy", "syncOptions").at()
			}
			for _, o := range m.renderedBy(a) {
				for _, obj := range o.objects {
					k := [2]string{obj.group, obj.kind}
					if clusterScoped[obj.kind] {
						cluster[k] = obj.get("kind").at()
					} else {
						rendered[k] = obj.get("kind").at()
					}
				}
			}
		}
		m.whitelist(p.get("spec", "namespaceResourceWhitelist"), rendered, madeOf(rendered))
		m.whitelist(p.get("spec", "clusterResourceWhitelist"), cluster, nil)
	}
}

// renderedBy are the overlays that an Application renders. One that renders none is X13's
// to find: it counts for all, or every kind would be told here too.
func (m *model) renderedBy(app node) []*overlay {
	var out []*overlay
	for _, p := range sourcePaths(app) {
		o := m.overlay(p.text())
		if o == nil {
			return m.overlays
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b *overlay) int { return strings.Compare(a.dir, b.dir) })
	return out
}

// customized reports whether the author has written files of their own yet.
func (m *model) customized() bool {
	return slices.ContainsFunc(m.sources, func(s *source) bool {
		return s.Owner == artifact.Seeded && s.Root == artifact.GitOps && len(s.doc().get("resources").items()) > 0
	})
}

// madeOf are the kinds that stand between what is rendered and its pods, with what they
// are made of.
func madeOf(rendered map[[2]string]place) map[[2]string]place {
	out := map[[2]string]place{}
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
func (m *model) whitelist(list node, needed, made map[[2]string]place) {
	allowed := map[[2]string]bool{}
	for _, e := range list.items() {
		k := [2]string{e.get("group").text(), e.get("kind").text()}
		allowed[k] = true
		if _, ok := needed[k]; ok {
			continue
		}
		if _, ok := made[k]; ok {
			continue
		}
		switch declared := slices.Contains(m.facts.Kinds, strings.TrimPrefix(k[0]+"/"+k[1], "/")); {
		case declared && m.customized():
			m.doubtful(X17, e.at(), m.anyOverlay(), "take it out of deploy.custom.kinds", "the project allows %s of the group %q, and none of your files brings one", quoted(k[1]), k[0])
		case !declared:
			m.broken(X17, e.at(), m.anyOverlay(), "remove it", "the project allows %s of the group %q, and no Application of it brings one", quoted(k[1]), k[0])
		}
	}
	for k, at := range needed {
		if !allowed[k] {
			m.broken(X17, list.at(), at, "add it", "the project does not allow %s of the group %q, and the sync of it would fail", k[1], k[0])
		}
	}
	for k, at := range made {
		if !allowed[k] {
			m.broken(X17, list.at(), at, "add it", "the project does not allow %s of the group %q, so Argo CD would show neither pods nor their logs", k[1], k[0])
		}
	}
}

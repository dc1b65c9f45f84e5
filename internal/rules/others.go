package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/pipeline"
)

// here reports whether an Application's source is the repository that is read: what its clone says, the one that CI writes to or the source's
// own, and else one from which some Application renders what is there. Where nobody says, nothing is certain.
func (c *Case) here(source pipeline.Node) bool {
	if c.Facts != nil {
		return true
	}
	if c.Manifests != "" {
		return strings.EqualFold(repositoryAt(source), c.Manifests)
	}
	var known []string
	add := func(address string) {
		if address != "" {
			known = append(known, strings.ToLower(address))
		}
	}
	for _, w := range c.writers {
		add(w.Repository)
	}
	if len(known) == 0 && c.Together {
		add(c.Source)
	}
	for _, t := range c.Targets {
		for _, a := range t.Apps {
			for _, s := range pipeline.Sources(a) {
				if len(c.writers) == 0 && c.Target(s.Get("path").Text()) == t {
					add(repositoryAt(s))
				}
			}
		}
	}
	return slices.Contains(known, strings.ToLower(repositoryAt(source)))
}

// elsewhere reports whether a job writes to a repository that was not read.
func (c *Case) elsewhere(w *pipeline.Writer) bool {
	return c.Facts == nil && c.Together && c.Source != "" && w.Repository != "" && !strings.EqualFold(w.Repository, c.Source)
}

// repositoryAt is the repository of a source, by its name on GitHub or else by its address.
func repositoryAt(source pipeline.Node) string {
	address := source.Get("repoURL").Text()
	if name := pipeline.Repository(address); name != "" {
		return name
	}
	return strings.TrimSuffix(strings.TrimSuffix(address, "/"), ".git")
}

// ofArgoCD reports an object that tells Argo CD what to do: it is in Argo CD's namespace, whoever brings it.
func ofArgoCD(group, kind string) bool {
	return group == "argoproj.io" && (kind == "Application" || kind == "ApplicationSet" || kind == "AppProject")
}

// rendersAnew reports whether an Application changes what it renders: two of them take nothing from one another.
func rendersAnew(a pipeline.Node) bool {
	return slices.ContainsFunc(pipeline.Sources(a), func(s pipeline.Node) bool {
		return s.Get("helm").OK() || s.Get("plugin").OK() || s.Get("kustomize").OK() || s.Get("directory").OK()
	})
}

// updates reports whether the list of Image Updater names an image that CI writes, too.
func (c *Case) updates(a, list pipeline.Node) bool {
	for _, w := range c.writers {
		if t := w.Target; t != nil && !slices.ContainsFunc(t.Apps, func(app pipeline.Node) bool { return app.Same(a) }) {
			continue
		}
		for _, e := range w.Edits {
			if !e.Kustomize || uncertain(e.Name) || uncertain(e.NewName) {
				return true
			}
			for entry := range strings.SplitSeq(list.Text(), ",") {
				if _, image, aliased := strings.Cut(entry, "="); aliased {
					entry = image
				}
				name := pipeline.ParseImage(strings.TrimSpace(entry)).Name
				if name == e.Name || name == e.NewName {
					return true
				}
			}
		}
	}
	return false
}

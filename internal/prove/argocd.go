package prove

// sourceOf is an Application's source, the first when it has several.
func sourceOf(app node) node {
	if several := app.get("spec", "sources").items(); len(several) > 0 {
		return several[0]
	}
	return app.get("spec", "source")
}

// sourcePaths are the folders that an Application renders.
func sourcePaths(app node) []node {
	var out []node
	for _, s := range sources(app) {
		out = append(out, s.get("path"))
	}
	return out
}

func sources(app node) []node {
	if several := app.get("spec", "sources").items(); len(several) > 0 {
		return several
	}
	return []node{app.get("spec", "source")}
}

// appsOf are the Applications that render a folder.
func (m *model) appsOf(dir string) []node {
	if m.rendering == nil {
		m.rendering = map[string][]node{}
		for _, a := range m.apps {
			for _, p := range sourcePaths(a) {
				m.rendering[p.text()] = append(m.rendering[p.text()], a)
			}
		}
	}
	return m.rendering[dir]
}

func appName(app node) string { return app.get("metadata", "name").text() }

// project is the AppProject that an Application names.
func (m *model) project(app node) (node, bool) {
	for _, p := range m.projects {
		if p.get("metadata", "name").text() == app.get("spec", "project").text() {
			return p, true
		}
	}
	return node{}, false
}

func hasOption(app node, option string) bool {
	for _, o := range app.get("spec", "syncPolicy", "syncOptions").list() {
		if o == option {
			return true
		}
	}
	return false
}

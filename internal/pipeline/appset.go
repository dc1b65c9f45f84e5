package pipeline

import "slices"

// ApplicationSet is one with the Applications that it makes. They are among those of the Model.
type ApplicationSet struct {
	Node
	// Apps are its Applications, and Elements the entries of lists that gave them.
	Apps, Elements []Node
	// Faults say why it cannot be followed, or not wholly.
	Faults []SetFault
}

// readApplicationSet expands an ApplicationSet. One of a known pipeline is expanded with Go's templates, whether it
// asks for them or not: that is one mistake, to be reported once.
func (m *Model) readApplicationSet(d Node) {
	s := &ApplicationSet{Node: d}
	m.ApplicationSets = append(m.ApplicationSets, s)
	var apps []SetApp
	apps, s.Faults = Expand(d.y, m.known != nil || d.Get("spec", "goTemplate").True())
	if len(s.Faults) > 0 && m.known == nil {
		return
	}
	for _, a := range apps {
		s.Apps = append(s.Apps, Node{y: a.Object, file: d.file, line: a.Line})
		s.Elements = append(s.Elements, Node{y: a.Element, file: d.file, line: a.Line})
	}
	m.Applications = append(m.Applications, s.Apps...)
}

// Makes reports whether an Application comes out of the ApplicationSet.
func (s *ApplicationSet) Makes(app Node) bool { return slices.ContainsFunc(s.Apps, app.Same) }

// Unfollowed reports whether there is an ApplicationSet whose Applications are not all known. Then a folder may be
// rendered although no known Application renders it.
func (m *Model) Unfollowed() bool {
	return slices.ContainsFunc(m.ApplicationSets, func(s *ApplicationSet) bool { return len(s.Faults) > 0 })
}

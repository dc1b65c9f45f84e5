package pipeline

import (
	"slices"
)

// ApplicationSet is one with the Applications that it makes. They stand among those of
// the Model.
type ApplicationSet struct {
	Node
	Apps []Node
	// Reason says why it cannot be followed, at a place; it has no Apps then.
	Reason   string
	ReasonAt Place
}

func (m *Model) readApplicationSet(d Node) {
	s := &ApplicationSet{Node: d}
	m.ApplicationSets = append(m.ApplicationSets, s)
	apps, faults := Expand(d.y, d.Get("spec", "goTemplate").True())
	if len(faults) > 0 {
		s.Reason, s.ReasonAt = faults[0].Message, Place{d.file, faults[0].Line}
		return
	}
	for _, a := range apps {
		s.Apps = append(s.Apps, Node{y: a.Object, file: d.file, line: a.Line})
	}
	m.Applications = append(m.Applications, s.Apps...)
}

// Makes reports whether an Application comes out of the ApplicationSet.
func (s *ApplicationSet) Makes(app Node) bool {
	return slices.ContainsFunc(s.Apps, func(a Node) bool { return a.y == app.y })
}

// Unfollowed reports an ApplicationSet of which it is not known what it makes: what no
// Application is known to render may be rendered all the same.
func (m *Model) Unfollowed() bool {
	return slices.ContainsFunc(m.ApplicationSets, func(s *ApplicationSet) bool { return s.Reason != "" })
}

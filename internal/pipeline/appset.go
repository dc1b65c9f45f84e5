package pipeline

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

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
	known := m.known != nil
	apps, s.Faults = Expand(d.y, known || d.Get("spec", "goTemplate").True(), known, m.Files...)
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

// pullRequests is the generator that gives an element for each pull request.
const pullRequests = "pullRequest"

// SampleNumber and SampleCommit are those of the pull request for which an Application is made here, where the real ones
// are known to GitHub alone.
const SampleNumber, SampleCommit = "17", "0123456789abcdef0123456789abcdef01234567"

// samplePull is the element that a pull request gives.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Pull-Request/#template
func samplePull(line int) *yaml.Node {
	out := mapping(line)
	for _, v := range [][2]string{{"number", SampleNumber}, {"head_sha", SampleCommit}, {"head_short_sha", SampleCommit[:8]}, {"head_short_sha_7", SampleCommit[:7]}} {
		put(out, v[0], text(v[1], line), line)
	}
	return out
}

// Pulls is the generator of pull requests, if the ApplicationSet has one.
func (s *ApplicationSet) Pulls() Node {
	for _, g := range s.Get("spec", "generators").Items() {
		if n := g.Get(pullRequests); n.OK() {
			return n
		}
	}
	return Node{}
}

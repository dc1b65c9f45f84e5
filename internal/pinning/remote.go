package pinning

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/pins"
)

// Remote says whether the repositories of actions are asked, and where they are.
type Remote struct {
	Ask bool
	// Host is the address before the names of actions.
	Host string
}

// asked remembers the answers, so that nothing is asked twice.
type asked map[string]string

// fault asks whether a release names a commit. A pin without a release, or of a branch, is not asked about; without a
// commit it is enough that the tag exists.
func (r Remote) fault(a asked, action string, p pins.Pin) (*pins.Fault, error) {
	if !p.Tagged() {
		return nil, nil
	}
	url := strings.TrimSuffix(r.Host, "/") + "/" + action
	commit, known := a[action+"@"+p.Version]
	if !known {
		var err error
		if commit, err = gitrepo.Tag(url, p.Version); err != nil {
			return nil, err
		}
		a[action+"@"+p.Version] = commit
	}
	switch {
	case commit == "":
		return &pins.Fault{Rule: "W02", Message: fmt.Sprintf("%s has no tag %s (asked %s)", action, p.Version, url), Help: "take a release that is there"}, nil
	case p.SHA != "" && p.SHA != commit:
		return &pins.Fault{Rule: "W02", Message: fmt.Sprintf("%s %s is the commit %s, and here it is %s (asked %s)", action, p.Version, commit, p.SHA, url), Help: "do not use it before you know why"}, nil
	}
	return nil, nil
}

// Confirm asks about all bumps that are to be taken, if the repositories of actions are asked at all. An error means
// that one of them did not answer.
func (s Subject) Confirm(r Remote, taken Taken) (diag.List, error) {
	if !r.Ask {
		return nil, nil
	}
	var out diag.List
	a := asked{}
	for _, name := range slices.Sorted(maps.Keys(taken)) {
		p := taken[name]
		f, err := r.fault(a, name, p.To)
		if err != nil {
			return nil, err
		}
		if f != nil {
			out = append(out, diagnostic(s.Roots.Place(p.change.File), p.Line, *f))
		}
	}
	return out, nil
}

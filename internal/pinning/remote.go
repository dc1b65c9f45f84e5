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

// Remote says whether, and where, the repositories of actions are asked.
type Remote struct {
	Ask bool
	// Host is the address that the names of actions are put behind.
	Host string
}

// asked answers each question once.
type asked map[string]string

// fault asks whether a release names a commit. Where a pin has no release or is a
// branch there is nothing to ask; where it has no commit it is enough that there is
// the tag.
func (r Remote) fault(a asked, action string, p pins.Pin) (*pins.Fault, error) {
	if !strings.HasPrefix(p.Version, "v") {
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

// Confirm asks about all that is to be taken, if the actions' own repositories are asked
// at all. An error means that one of them did not answer.
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

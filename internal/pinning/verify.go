package pinning

import (
	"fmt"
	"slices"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// Verified is the result of verifying pins.
type Verified struct {
	// Pins is how many pins have no fault.
	Pins    int
	Notices []string
	Found   diag.List
}

// placed is a pin with the line that has it.
type placed struct {
	name, file string
	line       int
	pin        pins.Pin
}

// Verify checks each pin in the lock and in the generated workflows on disk, and each tool that these and the smoke Job
// download, against what is known. An error means that something could not be read or asked.
func (s Subject) Verify(r Remote) (Verified, error) {
	files, err := workspace.Tree(s.Roots, artifact.Code, pins.Folder)
	if err != nil {
		return Verified{}, err
	}
	var all []placed
	for _, e := range s.Lock.Lock {
		all = append(all, placed{e.Action, s.Lock.Place, e.Line, e.Pin})
	}
	known := s.known()
	var v Verified
	for _, f := range files {
		if !pins.Workflow(f) || !artifact.Ours(f.Content) {
			continue
		}
		// Only this spec's style counts here: other specs in the repository may have another one.
		style := pins.Tag
		if _, ours := s.Set.Lookup(artifact.Code, f.Path); ours {
			style = s.Plan.Style
		}
		for _, u := range pins.Uses(f.Content) {
			p := placed{u.Name, s.Roots.Place(f), u.Line, u.Pin()}
			if fault := u.Judge(style, known); fault != nil {
				v.Found = append(v.Found, diagnostic(p.file, p.line, *fault))
				continue
			}
			all = append(all, p)
		}
	}
	v.Pins = len(all)
	if err := v.tools(s, files); err != nil {
		return Verified{}, err
	}
	err = v.ask(r, all, known)
	return v, err
}

// ask asks the repositories of the actions, or says what only they could answer.
func (v *Verified) ask(r Remote, all []placed, known pins.Known) error {
	a := asked{}
	for _, p := range all {
		name := pins.Repository(p.name)
		switch {
		case !r.Ask && p.pin.SHA != "" && !known.Knows(name, p.pin):
			v.notice("%s %s is in neither the table nor the lock: only --remote can verify its commit", p.name, p.pin.Version)
		case !r.Ask:
		case p.pin.Version == "master" || p.pin.Version == "main":
			v.notice("%s follows the branch %s, which names no commit for good: it was not asked", p.name, p.pin.Version)
		default:
			f, err := r.fault(a, name, p.pin)
			if err != nil {
				return err
			}
			if f != nil {
				v.Found = append(v.Found, diagnostic(p.file, p.line, *f))
			}
		}
	}
	return nil
}

// notice adds a notice, once.
func (v *Verified) notice(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(v.Notices, n) {
		v.Notices = append(v.Notices, n)
	}
}

package pinning

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/diag"
	"github.com/pipegen/pipegen/internal/pins"
	"github.com/pipegen/pipegen/internal/workspace"
)

// actionsLockPath is GitHub's own lock of actions, in public preview since October
// 2026. 'gh actions-lock' writes it; pipegen only reads it, since its format may
// still change.
const actionsLockPath = ".github/workflows/actions.lock"

// actionsLock is the part of it that we read. A workflow that it lists runs only if each of its actions has an entry,
// and at the commit of that entry (W46).
type actionsLock struct {
	// Workflows lists the keys of dependencies by the path of the workflow.
	Workflows    map[string][]string
	Dependencies map[string]struct{ Commit string }
}

// ActionsLock checks the workflows on disk against the repository's lock of actions, if it has one: a run of a workflow
// whose actions are not in the lock fails before it starts.
func (s Subject) ActionsLock(changes []workspace.Change) diag.List {
	content, _, err := workspace.Read(s.Roots, artifact.Code, actionsLockPath)
	if content == nil || err != nil {
		return nil
	}
	place := s.Roots.Place(artifact.File{Root: artifact.Code, Path: actionsLockPath})
	var lock actionsLock
	if err := yaml.Unmarshal(content, &lock); err != nil {
		return diag.List{{Code: diag.Pins, Rule: "W46", Severity: diag.Warning, Pos: diag.Position{File: place, Line: 1},
			Message: actionsLockPath + " cannot be read as YAML, and GitHub passes over a lock that it cannot read", Help: "run 'gh actions-lock'"}}
	}
	var out diag.List
	for _, c := range changes {
		listed, ok := lock.Workflows[c.File.Path]
		if !ok || c.File.Root != artifact.Code || c.Old == nil {
			continue
		}
		for _, u := range pins.Uses(c.Old) {
			if message := lock.against(u, listed); message != "" {
				out = append(out, diag.Diagnostic{Code: diag.Pins, Rule: "W46", Pos: diag.Position{File: s.Roots.Place(c.File), Line: u.Line}, Message: message,
					Help: "run 'gh actions-lock' and commit what it writes: until then each run ends as a startup failure"})
			}
		}
	}
	return out
}

// against says how a line that names an action contradicts the lock, or "". The lock may name an entry by a tag or by a
// commit; what counts is the commit behind it.
func (l actionsLock) against(u pins.Use, listed []string) string {
	sha := u.Pin().SHA
	if sha == "" {
		if slices.Contains(listed, u.Name+"@"+u.Ref) {
			return ""
		}
		return fmt.Sprintf("%s lists this workflow, and has no entry %s@%s", actionsLockPath, u.Name, u.Ref)
	}
	other := ""
	for _, key := range listed {
		if name, _, _ := strings.Cut(key, "@"); !strings.EqualFold(name, u.Name) {
			continue
		}
		commit := strings.TrimPrefix(l.Dependencies[key].Commit, "sha1-")
		if strings.EqualFold(commit, sha) {
			return ""
		}
		other = commit
	}
	if other != "" {
		return fmt.Sprintf("%s has %s at the commit %.40s, and this workflow at %s", actionsLockPath, u.Name, other, sha)
	}
	return fmt.Sprintf("%s lists this workflow, and has no entry for %s", actionsLockPath, u.Name)
}

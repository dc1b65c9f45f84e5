package promote

import (
	"fmt"

	"github.com/pipegen/pipegen/internal/gitrepo"
)

// fits refuses a commit that would take the place of a newer one, or that was taken back: the same that a deploy of the
// workflow gives way to. A reason lets through what was taken back or cannot be compared.
func (w *Promotion) fits(because string) error {
	files, now, err := w.read()
	if err != nil {
		return err
	}
	runs := commitIn(files["source-commit"])
	unknown := now.Source == "none" || now.Source == "unknown"
	if runs == "" && !unknown {
		return fmt.Errorf("%s/source-commit of %s holds no commit, so nobody can say which commit is newer: write the commit there that runs", w.Environment.Live, w.Plan.GitOps.Repository)
	}
	name := w.Environment.Name
	switch {
	case runs == w.Commit:
		return nil
	case runs == "":
	case gitrepo.Resolve(w.Code, runs) == "":
		if because == "" {
			return refuse("%s runs %s, which is not in %s, so nobody can say which commit is newer: say with --because why %s is deployed", name, runs, w.Code, w.Commit)
		}
	case gitrepo.Contains(w.Code, runs, w.Commit):
		return refuse("%s runs %s, which is newer than %s: type 'pipegen rollback --env %s' to go back", name, runs, w.Commit, name)
	case !gitrepo.Contains(w.Code, w.Commit, runs) && because == "":
		return refuse("%s runs %s, and neither that commit nor %s contains the other: say with --because why it is deployed", name, runs, w.Commit)
	}
	if because != "" {
		return nil
	}
	versions, err := w.Versions(w.Head, w.Environment)
	if err != nil {
		return err
	}
	var before []string
	for _, v := range versions {
		if source := commitIn(v.Source); source != "" {
			before = append(before, source)
		}
	}
	adds, err := gitrepo.Adds(w.Code, w.Commit, before)
	if err != nil {
		return fmt.Errorf("git cannot compare %s with what was deployed before: %w", w.Commit, err)
	}
	if !adds {
		return refuse("%s ran in %s before, by itself or as part of a newer commit, and was taken back: say with --because why it is deployed again", w.Commit, name)
	}
	return nil
}

package promote

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"
	"time"

	"github.com/pipegen/pipegen/internal/gitrepo"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/live/rollback"
)

// moment is a state of the live folder of the environment before, and the commit of the source that it names, "" for
// none.
type moment struct {
	rollback.FolderVersion
	source string
}

var (
	commitID = lazy.Regexp(`^[0-9a-f]{40}$`)
	digits   = lazy.Regexp(`^[0-9a-f]{7,40}$`)
)

// past is what the environment before has run, the newest first.
func (w *Promotion) past() ([]moment, error) {
	versions, err := w.Versions(w.Head, w.Before)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, refuse("nothing has been deployed to %s yet: %s is not there", w.Before.Name, w.Before.Live)
	}
	out := make([]moment, len(versions))
	for i, v := range versions {
		out[i] = moment{v, commitIn(v.Source)}
	}
	return out, nil
}

// commitIn is the commit that a file source-commit names, or "".
func commitIn(file []byte) string {
	return matched(commitID(), strings.Join(strings.Fields(string(file)), ""))
}

func matched(what *regexp.Regexp, text string) string {
	if !what.MatchString(text) {
		return ""
	}
	return text
}

// choose finds the commit that is meant, and the newest state of the environment before that ran it. What never ran
// there, or was taken back, is refused.
func (w *Promotion) choose(past []moment, branch, typed string) (int, error) {
	what := ""
	if typed = strings.TrimSpace(typed); typed == "" {
		if w.Commit = past[0].source; w.Commit == "" {
			return 0, refuse("%s/source-commit names no commit, so nobody can say what %s runs", w.Before.Live, w.Before.Name)
		}
		what = w.Commit
	} else {
		if w.Commit = w.named(typed); w.Commit == "" {
			return 0, refuse("%q is no tag of %s, and no commit of it begins with that; of a commit, seven digits are the least", typed, w.Code)
		}
		what = w.Commit + " (" + typed + ")"
	}
	if !gitrepo.Contains(w.Code, branch, w.Commit) {
		return 0, refuse("%s is not part of %s, so %s never runs it: only what ran there is promoted, so bring the change to %s first", what, w.Plan.Source.Branch, w.Before.Name, w.Plan.Source.Branch)
	}
	found, instead := -1, ""
	for i, m := range past {
		if m.source == w.Commit {
			found = i
			break
		}
		if m.source == "" || !gitrepo.Contains(w.Code, m.source, w.Commit) {
			instead = cmp.Or(m.source, "no commit")
		}
	}
	newest := past[0].source
	switch {
	case found >= 0 && instead != "":
		return 0, refuse("%s ran %s, and it was taken back: %s ran there since, which does not contain it", w.Before.Name, what, instead)
	case found < 0 && newest != "" && gitrepo.Contains(w.Code, newest, w.Commit):
		return 0, refuse("%s never ran %s: it runs %s already, which contains it; promote that one", w.Before.Name, what, newest)
	case found < 0:
		return 0, refuse("%s has not run %s: the run that builds it has failed, or is not done yet", w.Before.Name, what)
	}
	w.Found = past[found].Commit.SHA
	return found, nil
}

// named is the commit of the source that a tag names, or that begins with some digits.
func (w *Promotion) named(typed string) string {
	if commit := gitrepo.Resolve(w.Code, "refs/tags/"+typed); commit != "" {
		return commit
	}
	return gitrepo.Resolve(w.Code, matched(digits(), strings.ToLower(typed)))
}

// soaked refuses images that the environment before has not run for as long as the spec asks.
func (w *Promotion) soaked(past []moment, found int) error {
	soak := w.Plan.Promotion(w.Environment).Soak
	if soak == 0 || !w.Environment.Promotes() {
		return nil
	}
	same := func(m moment) bool { return bytes.Equal(m.Kustomization, past[found].Kustomization) }
	from, until, still := past[found].Commit.At, time.Time{}, true
	for i, m := range past {
		switch {
		case i == found:
		case same(m):
			if i > found {
				from = m.Commit.At
			}
		case i < found:
			until, still = m.Commit.At, false
		}
		if i > found && !same(m) {
			break
		}
	}
	now := w.Now()
	ran := now.Sub(from)
	if !still {
		ran = until.Sub(from)
	}
	seconds := func(d time.Duration) int { return int(d / time.Second) }
	switch {
	case ran >= soak:
		return nil
	case !still:
		return refuse("%s ran the images of %s for %d s, and %d s are required: others took their place at %s; promote what it runs now", w.Before.Name, w.Commit, seconds(ran), seconds(soak), until.UTC().Format(time.RFC3339))
	}
	return refuse("%s has run the images of %s for %d s, and %d s are required: try again after %s", w.Before.Name, w.Commit, seconds(ran), seconds(soak), now.Add(soak-ran).UTC().Format(time.RFC3339))
}

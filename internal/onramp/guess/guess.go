// Package guess says what the facts about a repository tell of a spec, each value with
// a spare one where the repository may hold anything.
package guess

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// Of is what the facts tell about everything but the tests, by the names of the
// starter's holes. The namespace and the GitOps repository follow from other values
// and have none of their own yet.
func Of(f detect.Facts) draft.Settings {
	s := draft.Settings{}
	s["name"] = name(f)
	s["repository"] = repository(f)
	s["branch"] = branch(f)
	s["gitops"] = draft.Setting{Note: "the name of the GitOps repository is a guess", Spare: "OWNER/gitops", Why: "the GitOps repository is not known"}
	s["namespace"] = draft.Setting{Note: "the namespace is a guess", Spare: "app", Why: "the namespace is a guess"}
	s["port"] = Port(f)
	s["readiness"] = Readiness(f)
	user(f, s)
	dockerfile(f, s)
	memory(f, s)
	var theirs []string
	for _, w := range f.Workflows {
		if !w.Ours {
			theirs = append(theirs, path.Base(w.Path))
		}
	}
	if len(theirs) > 0 {
		s["workflows"] = draft.Setting{Value: strings.Join(theirs, ", ")}
	}
	return s
}

func name(f detect.Facts) draft.Setting {
	from := f.Folder
	if f.Remote != nil && f.Subfolder == "." {
		from = path.Base(f.Remote.Repository)
	}
	s := draft.Setting{Value: draft.Name(from, draft.LongestName), Spare: "app", Why: "the folder gives no name for the pipeline"}
	if f.Remote == nil {
		s.Note = "the name is that of the folder"
	}
	return s
}

func repository(f detect.Facts) draft.Setting {
	s := draft.Setting{Spare: "OWNER/app", Why: "the remote origin names no OWNER/NAME of GitHub"}
	switch {
	case f.Remote == nil:
		s.Value = "OWNER/" + strings.ToLower(f.Folder)
		s.Note = "there is no remote origin: write the OWNER/NAME of the GitHub repository"
		s.Why = s.Note
	case !f.Remote.OnGitHub():
		s.Value = f.Remote.Repository
		s.Note = fmt.Sprintf("origin is on %.60s, and what pipegen writes works on github.com", f.Remote.Host)
	default:
		s.Value = f.Remote.Repository
	}
	return s
}

func branch(f detect.Facts) draft.Setting {
	s := draft.Setting{Value: f.Branch, Spare: "main", Why: "the default branch is a guess"}
	if f.Branch == "" {
		s.Value = "main"
	}
	if !f.BranchSure {
		s.Note = s.Why
	}
	return s
}

// known is a value, or else another one that is marked as a guess.
func known(value, otherwise, check string) draft.Setting {
	s := draft.Setting{Value: cmp.Or(value, otherwise), Spare: otherwise, Why: check}
	if value == "" {
		s.Note = check
	}
	return s
}

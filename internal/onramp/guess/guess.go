// Package guess guesses the values of a spec from a project, each with a spare value where the repository may contain
// any text.
package guess

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// Of guesses everything except the tests, by the names of the starter's holes. The namespace and the GitOps repository
// follow from other values and are not set yet.
func Of(f detect.Project) draft.Settings {
	s := draft.Settings{}
	s["name"] = name(f)
	s["repository"] = repository(f)
	s["branch"] = branch(f)
	s["gitops"], s["gitopsPath"] = gitops(f)
	s["namespace"] = draft.Setting{Note: "the namespace is a guess", Spare: "app", Why: "the namespace is a guess"}
	s["answers"] = draft.Setting{Value: "A new pod answers within 60 seconds of its start."}
	s["answersWithin"] = draft.Setting{Value: "60s"}
	program(f, s)
	var theirs, imports []string
	for _, w := range f.Workflows {
		if !w.Ours {
			theirs = append(theirs, path.Base(w.Path))
		}
		if w.Rich {
			imports = append(imports, path.Base(w.Path))
		}
	}
	if len(imports) > 0 {
		s["imports"] = draft.Setting{Value: strings.Join(imports, ", ")}
	}
	if len(theirs) > 0 {
		s["workflows"] = draft.Setting{Value: strings.Join(theirs, ", ")}
	}
	if len(f.Dockerfiles) > 0 {
		s["dockerfiles"] = draft.Setting{Value: strings.Join(f.Dockerfiles, ", ")}
	}
	var beside []string
	for _, b := range f.Beside {
		beside = append(beside, fmt.Sprintf("%s (%s)", b.Name, b.Image))
	}
	if len(beside) > 0 {
		s["beside"] = draft.Setting{Value: strings.Join(beside, ", ")}
	}
	return s
}

// program guesses what concerns one program.
func program(f detect.Project, s draft.Settings) {
	s["port"] = Port(f)
	s["readiness"], s["liveness"] = Readiness(f), liveness(f)
	user(f, s)
	buildFile(f, s)
	memory(f, s)
}

// gitops is where another spec of the repository deploys to, with the folder there. Without one it follows from the
// source.
func gitops(f detect.Project) (repository, path draft.Setting) {
	repository = draft.Setting{Value: f.GitOps, Spare: "OWNER/gitops", Why: "the GitOps repository is not known"}
	if f.GitOps == "" {
		repository = draft.Setting{Note: "the name of the GitOps repository is a guess", Spare: "OWNER/gitops", Why: "the GitOps repository is not known"}
	}
	if f.GitOpsPath != "" && f.GitOpsPath != "." {
		path = draft.Setting{Value: f.GitOpsPath}
	}
	return repository, path
}

func name(f detect.Project) draft.Setting {
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

func repository(f detect.Project) draft.Setting {
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

func branch(f detect.Project) draft.Setting {
	s := draft.Setting{Value: f.Branch, Spare: "main", Why: "the default branch is a guess"}
	if f.Branch == "" {
		s.Value = "main"
	}
	if !f.BranchSure {
		s.Note = s.Why
	}
	return s
}

// known returns a value if it is set, or else another one that is marked as a guess.
func known(value, otherwise, check string) draft.Setting {
	s := draft.Setting{Value: cmp.Or(value, otherwise), Spare: otherwise, Why: check}
	if value == "" {
		s.Note = check
	}
	return s
}

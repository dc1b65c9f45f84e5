package guess

import (
	"fmt"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// UsualPython is the release for projects that name none.
const UsualPython = "3.13"

func pythonTests(f detect.Project, s draft.Settings) (measured bool) {
	p := f.Python
	s["pythonVersion"] = pythonVersion(f)
	s["packageManager"] = draft.Setting{Value: p.Manager}
	if p.Manager == "pip" {
		s["requirements"] = requirements(p)
	} else if !p.Locked {
		s["packageManager"] = draft.Setting{Value: p.Manager, Note: fmt.Sprintf("there is no %s.lock: run '%s lock' and commit it", p.Manager, p.Manager)}
	}
	s["package"] = Package(p)
	s["tests"] = known(p.Tests, "tests", "there is no folder of tests")
	switch p.Pytest {
	case detect.Absent:
		s["tests"] = s["tests"].Noted("pytest is not among the dependencies: add it")
	case detect.Optional:
		s["tests"] = s["tests"].Noted("pytest is in an extra or a group that is not installed by itself: move it to the group dev")
	}
	return p.PytestCov == detect.Installed
}

// pythonVersion is that of the image: the tests are to run on what ships.
func pythonVersion(f detect.Project) draft.Setting {
	ships, p := f.Docker.Python(), f.Python
	s := draft.Setting{Value: ships, Spare: UsualPython, Why: "this Python is a guess: take that of the Dockerfile"}
	switch {
	case ships == "" && p.Version == "":
		s.Value, s.Note = UsualPython, s.Why
	case ships == "":
		s.Value = p.Version
		if !p.Exact {
			s.Note = "this is the least that pyproject.toml allows: take the Python of the Dockerfile"
		}
	case p.Exact && p.Version != ships:
		s.Note = fmt.Sprintf("the Dockerfile ships this Python, and the project says %.10s", p.Version)
	}
	return s
}

// requirements guesses the requirements files of pip, which need hashes.
func requirements(p *detect.Python) draft.Setting {
	s := draft.Setting{Value: p.Requirements, Spare: []string{"requirements.txt"}, Why: "name the requirements files"}
	switch {
	case len(p.Requirements) == 0:
		s.Value, s.Note = s.Spare, "there is no requirements file: write one with hashes ('pip-compile --generate-hashes')"
	case !p.Locked:
		s.Note = "without hashes the install is refused: write them with 'pip-compile --generate-hashes'"
	}
	return s
}

// Package guesses the import package whose coverage is measured: the first one found, or else the name of the project.
func Package(p *detect.Python) draft.Setting {
	name := strings.ReplaceAll(strings.ToLower(p.Name), "-", "_")
	s := draft.Setting{Spare: "app", Why: "the import package is a guess"}
	switch {
	case len(p.Packages) > 1 && p.Packages[0] != name:
		s.Value, s.Note = p.Packages[0], fmt.Sprintf("%.60s is there as well", strings.Join(p.Packages[1:], ", "))
	case len(p.Packages) > 0:
		s.Value = p.Packages[0]
	case name != "":
		s.Value, s.Note = name, s.Why
	default:
		s.Value, s.Note = s.Spare, s.Why
	}
	return s
}

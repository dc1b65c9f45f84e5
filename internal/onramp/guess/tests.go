package guess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/onramp/detect"
	"github.com/pipegen/pipegen/internal/onramp/draft"
)

// Tests fills in how the program is tested. It returns the fragments for the test section and for the criterion of
// coverage.
func Tests(f detect.Project, s draft.Settings) (test, coverage string) {
	chosen := toolchain(f)
	others := slices.DeleteFunc(toolchains(f), func(t string) bool { return t == chosen })
	if len(others) > 0 {
		s["others"] = draft.Setting{Value: strings.Join(others, ", ")}
	}
	in := folder{at: f.Subfolder}
	if !plainPath(in.at) {
		in.at = "."
	}
	test, coverage = chosenTests(chosen, f, in, s)
	if in.at != f.Subfolder {
		const check = "the name of the program's folder cannot be written here: run this in the right place"
		for _, name := range []string{"run", "tests"} {
			if s[name].Value != nil {
				s[name] = s[name].Noted(check)
			}
		}
	}
	return test, coverage
}

func chosenTests(chosen string, f detect.Project, in folder, s draft.Settings) (test, coverage string) {
	test, report := "test-"+chosen, ""
	switch chosen {
	case "python":
		return pythonTests(f, in, s)
	case "go":
		report = goTests(in, s)
	case "node":
		test, report = nodeTests(f, in, s)
	case "java":
		report = javaTests(f, in, s)
	case "rust":
		rustTests(f, in, s)
	default:
		test = "test-unknown"
		unknownTests(f, in, s)
	}
	if report == "" {
		return test, "coverage-steps"
	}
	s["report"] = draft.Setting{Value: in.path(report)}
	promiseCoverage(s)
	return test, Coverage
}

// Coverage is the name of the setting for the least coverage, and of the part of a draft that promises it.
const Coverage = "coverage"

const usualCoverage = 80

func promiseCoverage(s draft.Settings) {
	s["covered"] = draft.Setting{Value: fmt.Sprintf("Tests cover at least %d %% of the code.", usualCoverage)}
	s[Coverage] = draft.Setting{Value: usualCoverage, Note: "the figure is a guess: take what the tests reach today"}
}

// NoTests is the command of a pipeline without tests: it fails.
const NoTests = "echo 'no tests are set up yet: see test in pipeline.cue' >&2; exit 1"

func unknownTests(f detect.Project, in folder, s draft.Settings) {
	if f.MakeTest {
		s["run"] = draft.Setting{Value: in.run("make test"), Note: "the Makefile has a target test; does it install what it needs?"}
		return
	}
	s["run"] = draft.Setting{Value: NoTests, Note: "write what runs the tests: until then the pipeline stops here"}
}

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
	if in.at != "." {
		s["directory"] = draft.Setting{Value: in.at, Spare: ".", Why: "the name of the program's folder cannot be written here"}
	}
	if !plainPath(in.at) {
		in.at = "."
	}
	test, measured := "test-"+chosen, false
	switch chosen {
	case "python":
		measured = pythonTests(f, s)
	case "":
		test = "test-unknown"
		unknownTests(f, in, s)
	default:
		measured = languages[chosen](f, s)
	}
	switch {
	case measured:
		promiseCoverage(s)
		return test, Coverage
	case chosen == "python":
		return test, "coverage-python"
	case chosen == "":
		return test, "coverage-steps"
	}
	return test, "coverage-language"
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
	s["run"] = draft.Setting{Value: NoTests, Note: "write what runs the tests, or test: none with the reason: until then the pipeline stops here"}
}

package main

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/detect"
)

// testJob fills in how the program is tested. It names the fragments for the test
// section and for the promise of coverage.
func testJob(f detect.Facts, s settings) (test, coverage string) {
	chosen := toolchain(f)
	others := slices.DeleteFunc(toolchains(f), func(t string) bool { return t == chosen })
	if len(others) > 0 {
		s["others"] = setting{value: strings.Join(others, ", ")}
	}
	in := folder{at: f.Subfolder}
	if !plainPath(in.at) {
		in.at = "."
	}
	test, coverage = chosenTests(chosen, f, in, s)
	if in.at != f.Subfolder {
		const check = "the name of the program's folder cannot be written here: run this in the right place"
		for _, name := range []string{"run", "tests"} {
			if s[name].value != nil {
				s[name] = mark(s[name], check)
			}
		}
	}
	return test, coverage
}

func chosenTests(chosen string, f detect.Facts, in folder, s settings) (test, coverage string) {
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
	s["report"] = setting{value: in.path(report)}
	promiseCoverage(s)
	return test, "coverage"
}

const usualCoverage = 80

func promiseCoverage(s settings) {
	s["covered"] = setting{value: fmt.Sprintf("Tests cover at least %d %% of the code.", usualCoverage)}
	s["coverage"] = setting{value: usualCoverage, check: "the figure is a guess: take what the tests reach today"}
}

// folder is the one of the program, from the top of the git repository.
type folder struct{ at string }

func (f folder) path(name string) string { return path.Join(f.at, name) }

// run is a command in the folder.
func (f folder) run(command string) string {
	if f.at == "." {
		return command
	}
	return "cd " + f.at + " && " + command
}

// below is a value that only a subfolder needs.
func (f folder) below(value string) setting {
	if f.at == "." {
		return setting{}
	}
	return setting{value: value}
}

// plainPath reports whether a path can stand in a spec and, unquoted, in a script.
func plainPath(p string) bool {
	return p == path.Clean(p) && len(p) <= 200 && plainWords.MatchString(p) && !strings.HasPrefix(p, "..")
}

var plainWords = regexp.MustCompile(`^[A-Za-z0-9._][A-Za-z0-9._/+-]*$`)

// usualPython is for projects that do not say.
const usualPython = "3.13"

func pythonTests(f detect.Facts, in folder, s settings) (test, coverage string) {
	p := f.Python
	s["pythonVersion"] = pythonVersion(f)
	s["packageManager"] = setting{value: p.Manager}
	if p.Manager == "pip" {
		s["requirements"] = pipRequirements(p)
	} else if !p.Locked {
		s["packageManager"] = setting{value: p.Manager, check: fmt.Sprintf("there is no %s.lock: run '%s lock' and commit it", p.Manager, p.Manager)}
	}
	s["package"] = guessPackage(p)
	s["tests"] = known(p.Tests, "tests", "there is no folder of tests")
	switch p.Pytest {
	case detect.Absent:
		s["tests"] = mark(s["tests"], "pytest is not among the dependencies: add it")
	case detect.Optional:
		s["tests"] = mark(s["tests"], "pytest is in an extra or a group that is not installed by itself: move it to the group dev")
	}
	s["directory"] = in.below(in.at)
	if p.PytestCov != detect.Installed {
		return "test-python", "coverage-python"
	}
	promiseCoverage(s)
	return "test-python", "coverage"
}

func mark(s setting, check string) setting {
	if s.check != "" {
		check = s.check + "; " + check
	}
	s.check = check
	return s
}

// pythonVersion is that of the image: the tests are to run on what ships.
func pythonVersion(f detect.Facts) setting {
	ships, p := f.Docker.PythonVersion(), f.Python
	s := setting{value: ships, spare: usualPython, why: "this Python is a guess: take that of the Dockerfile"}
	switch {
	case ships == "" && p.Version == "":
		s.value, s.check = usualPython, s.why
	case ships == "":
		s.value = p.Version
		if !p.Exact {
			s.check = "this is the least that pyproject.toml allows: take the Python of the Dockerfile"
		}
	case p.Exact && p.Version != ships:
		s.check = fmt.Sprintf("the Dockerfile ships this Python, and the project says %.10s", p.Version)
	}
	return s
}

func pipRequirements(p *detect.Python) setting {
	s := setting{value: p.Requirements, spare: []string{"requirements.txt"}, why: "name the requirements files"}
	switch {
	case len(p.Requirements) == 0:
		s.value, s.check = s.spare, "there is no requirements file: write one with hashes ('pip-compile --generate-hashes')"
	case !p.Locked:
		s.check = "without hashes the install is refused: write them with 'pip-compile --generate-hashes'"
	}
	return s
}

func guessPackage(p *detect.Python) setting {
	name := strings.ReplaceAll(strings.ToLower(p.Name), "-", "_")
	s := setting{spare: "app", why: "the import package is a guess"}
	switch {
	case len(p.Packages) > 1 && p.Packages[0] != name:
		s.value, s.check = p.Packages[0], fmt.Sprintf("%.60s is there as well", strings.Join(p.Packages[1:], ", "))
	case len(p.Packages) > 0:
		s.value = p.Packages[0]
	case name != "":
		s.value, s.check = name, s.why
	default:
		s.value, s.check = s.spare, s.why
	}
	return s
}

func goTests(in folder, s settings) (report string) {
	s["goVersionFile"] = setting{value: in.path("go.mod")}
	s["cacheDependencyPath"] = in.below(in.path("go.sum"))
	s["run"] = setting{value: in.run("go test -race -coverprofile=cover.out ./...")}
	return "cover.out"
}

func javaTests(f detect.Facts, in folder, s settings) (report string) {
	j := f.Java
	version := cmp.Or(major(f.Docker.Version(shipsWith["java"]...)), j.Version)
	s["javaVersion"] = known(version, "21", "this Java is a guess: take that of the Dockerfile")
	s["cache"] = setting{value: j.Tool}
	command, wrapper, arguments := "mvn", "mvnw", "--batch-mode --no-transfer-progress verify"
	s["cacheDependencyPath"] = in.below(in.path("pom.xml"))
	if j.Tool == "gradle" {
		command, wrapper, arguments = "gradle", "gradlew", "--no-daemon build"
		s["cacheDependencyPath"] = in.below(in.path("*.gradle*"))
		if j.Report != "" {
			arguments += " jacocoTestReport"
		}
	}
	switch {
	case j.Wrapper && j.Runnable:
		command = "./" + wrapper
	case j.Wrapper:
		command = "sh ./" + wrapper
	}
	s["run"] = setting{value: in.run(command + " " + arguments)}
	if !j.Wrapper {
		s["run"] = mark(s["run"], "without a wrapper this is whatever "+command+" the runner has")
	}
	return j.Report
}

func rustTests(f detect.Facts, in folder, s settings) {
	ships := f.Docker.Version("rust")
	s["toolchain"] = known(cmp.Or(ships, f.Rust.Toolchain), "stable", "stable moves: write the version that the Dockerfile builds with")
	s["workspaces"] = in.below(in.at)
	command := "cargo test"
	if f.Rust.Locked {
		command += " --locked"
	}
	s["run"] = setting{value: in.run(command)}
	if !f.Rust.Locked {
		s["run"] = mark(s["run"], "there is no Cargo.lock: commit it and add --locked")
	}
}

func unknownTests(f detect.Facts, in folder, s settings) {
	if f.MakeTest {
		s["run"] = setting{value: in.run("make test"), check: "the Makefile has a target test; does it install what it needs?"}
		return
	}
	s["run"] = setting{value: "echo 'no tests are set up yet: see test in pipeline.cue' >&2; exit 1",
		check: "write what runs the tests: until then the pipeline stops here"}
}

// major is the first number of a version.
func major(version string) string {
	n, _, _ := strings.Cut(version, ".")
	return n
}

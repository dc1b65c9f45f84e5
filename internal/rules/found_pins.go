package rules

import (
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var fullCommit = lazy.Regexp(`^[0-9a-f]{40}$`)

// w01: an action is named by a commit, which nobody can move.
func findsW01(f *Case) {
	check := func(uses pipeline.Node) {
		name, ref, _ := strings.Cut(uses.Text(), "@")
		switch {
		case name == "" || strings.HasPrefix(name, "./") || fullCommit().MatchString(ref):
		case strings.HasPrefix(name, "docker://"):
			if !strings.Contains(uses.Text(), "@sha256:") {
				f.broken(uses.At(), nowhere, "add @sha256: and the digest", "%s is not pinned by digest", Quoted(uses.Text()))
			}
		default:
			f.broken(uses.At(), nowhere, "write the full commit, with the release behind it as a comment", "%s is pinned by %s, which can be moved to other code", name, Quoted(ref))
		}
	}
	f.jobs(func(j *pipeline.Job) { check(j.Get("uses")) })
	f.steps(func(s *pipeline.Step) { check(s.Get("uses")) })
}

// retired are actions that nobody maintains any more, with what took their place.
var retired = map[string]string{
	"actions/attest-build-provenance": "actions/attest",
	"actions/create-release":          "gh release create",
	"actions/upload-release-asset":    "gh release upload",
	"actions-rs/toolchain":            "dtolnay/rust-toolchain",
	"actions-rs/cargo":                "cargo",
	"tibdex/github-app-token":         "actions/create-github-app-token",
	"imranismail/setup-kustomize":     "the kustomize of the runner",
}

// retiredInputs are inputs that newer releases have replaced or dropped.
var retiredInputs = map[string]map[string]string{
	"actions/create-github-app-token": {"app-id": "client-id"},
	"actions/setup-python":            {"pip-install": "a step that installs from a lock file"},
	"actions/cache":                   {"save-always": "actions/cache/save with if: always()"},
	"actions/setup-java":              {"jdkFile": "jdk-file"},
}

// oldestMajor is the first major release that still works.
var oldestMajor = map[string]int{"actions/upload-artifact": 4, "actions/download-artifact": 4, "actions/cache": 4, "actions/checkout": 4}

// w04: no retired name, input or command.
func findsW04(f *Case) {
	f.steps(func(s *pipeline.Step) {
		if instead := retired[s.Uses]; instead != "" {
			f.broken(s.Get("uses").At(), nowhere, "use "+instead, "%s is retired", s.Uses)
		}
		for input, instead := range retiredInputs[s.Uses] {
			if n := s.With(input); n.OK() {
				f.broken(n.At(), nowhere, "use "+instead, "the input %s of %s is retired", input, s.Uses)
			}
		}
		if d := s.With("distribution"); s.Uses == "actions/setup-java" && strings.HasPrefix(d.Text(), "adopt") {
			f.broken(d.At(), nowhere, "distribution: temurin", "the Java distribution %s is retired", Quoted(d.Text()))
		}
		if v := versionOf(s); len(v) > 0 && v[0] < oldestMajor[s.Uses] {
			f.broken(s.Get("uses").At(), nowhere, "take a release that is maintained", "%s v%d is retired", s.Uses, v[0])
		}
		for i, line := range strings.Split(s.Run(), "\n") {
			if strings.Contains(line, "::set-output ") || strings.Contains(line, "::save-state ") {
				f.broken(s.Get("run").TextLine(i), nowhere, `write to "${GITHUB_OUTPUT}"`, "the commands set-output and save-state are retired")
			}
		}
	})
}

// w05: no release with a known hole or that no longer works.
func findsW05(f *Case) {
	f.steps(func(s *pipeline.Step) {
		v := versionOf(s)
		switch {
		case len(v) == 0:
		case s.Uses == "docker/build-push-action" && below(v, 7, 4, 0):
			f.broken(s.Get("uses").At(), nowhere, "take v7.4.0 or newer", "docker/build-push-action before v7.4.0 lets build metadata write commands into the log")
		case s.Uses == "codecov/codecov-action" && (v[0] < 5 || v[0] == 5 && below(v, 5, 5, 5) || v[0] == 6 && below(v, 6, 0, 2)):
			f.broken(s.Get("uses").At(), nowhere, "take v7.0.0 or newer", "this release of codecov/codecov-action can no longer verify what it downloads")
		}
	})
}

var release = lazy.Regexp(`^v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?$`)

// versionOf is the release that a step's action is pinned to: by its tag, or by the
// comment behind its commit. A number that the pin does not give is left out.
func versionOf(s *pipeline.Step) []int {
	text := s.Ref
	if fullCommit().MatchString(text) {
		text, _, _ = strings.Cut(s.Get("uses").Comment(), " ")
	}
	m := release().FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	var out []int
	for _, part := range m[1:] {
		if part == "" {
			break
		}
		n, _ := strconv.Atoi(part)
		out = append(out, n)
	}
	return out
}

// below compares as far as the pin goes: v5 follows the newest release of 5.
func below(v []int, least ...int) bool {
	for i, have := range v {
		if have != least[i] {
			return have < least[i]
		}
	}
	return false
}

// w10: GitHub understands the file.
func findsW10(f *Case) {
	for _, d := range f.linted {
		f.found = append(f.found, d)
		last := &f.found[len(f.found)-1]
		last.Rule = f.rule.ID
	}
}

// w11: the runner's image is named.
func findsW11(f *Case) {
	f.jobs(func(j *pipeline.Job) {
		check := func(n pipeline.Node) {
			if strings.HasSuffix(n.Text(), "-latest") {
				f.broken(n.At(), nowhere, "name the image, such as ubuntu-24.04", "job %s runs on %s, which GitHub moves to another release", j.ID, Quoted(n.Text()))
			}
		}
		check(j.Get("runs-on"))
		if strings.Contains(j.Get("runs-on").Text(), "matrix.") {
			j.Get("strategy", "matrix").Scalars(check)
		}
	})
}

package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var pins = []Rule{
	{
		ID:    "W01",
		Title: "actions are pinned by commit",
		Why:   "A tag can be moved to other code, and every run after that runs it with the rights of the job. A full commit cannot be moved; the release behind it stays beside it as a comment, where bots and people read it.",
		Evidence: []Source{
			{Says: "on 19 March 2026, 76 of the 77 tags of one popular action were moved", URL: "https://nvd.nist.gov/vuln/detail/CVE-2026-33634"},
		},
		By:    Proof | Refusal | Import | Output,
		Check: actionsByCommit,
	},
	{
		ID:    "W02",
		Title: "a pinned commit is the one that the release names",
		Why:   "The comment beside a commit proves nothing: it may name another release, or the commit may be of another repository. So both are held against the table, the lock, and, where asked for, the tag itself.",
		By:    Refusal,
	},
	{
		ID:    "W03",
		Title: "steps give an action only inputs that it has",
		Why:   "A misspelt input of an action that is pinned by commit is passed by actionlint and dropped by GitHub, and the step then does something else. So inputs are held against the table of the pinned release while the output is made.",
		Evidence: []Source{
			{Says: "tried with actionlint 1.7.12: it knows actions by their tags only"},
		},
		By: Output,
	},
	{
		ID:    "W04",
		Title: "no retired action, input or command",
		Why:   "What is retired goes away or does nothing: a wrapper is no longer mended, an input is ignored, a command is refused.",
		By:    Import | Output,
		Check: nothingRetired,
	},
	{
		ID:    "W05",
		Title: "no release with a known hole",
		Why:   "Some releases let a run be taken over, or no longer pass their own check of what they download. No wish of a spec or a bot brings them back.",
		By:    Refusal | Import | Output,
		Check: noReleaseWithHole,
	},
	{
		ID:    "W06",
		Title: "what an action downloads is pinned too",
		Why:   "The commit of an action says nothing about the programs and images that it fetches when it runs. So each has its release, and a digest where one can be given.",
		By:    Refusal | Output,
	},
	{
		ID:    "W08",
		Title: "actions of one repository share one commit, and a bot proposes newer ones",
		Why:   "Sub-actions of one repository are made to work together. Pins that nobody renews grow old with their holes, so a configuration of the bot is written, with a few days between a release and its proposal.",
		By:    Output,
	},
	{
		ID:    "W46",
		Title: "workflows agree with GitHub's lock of actions where the repository has one",
		Why:   "A workflow that the lock lists, and that uses an action which is not in it or is there at another commit, ends in startup_failure: none of its jobs runs. The lock is somebody's own file; pipegen reads it and says which entry is missing.",
		By:    Refusal,
	},
	{
		ID:    "X26",
		Title: "other images are pinned, and hooks reach the application",
		Why:   "Another image beside the program's can change under a tag as well. A hook that cannot reach the application fails each sync, or proves nothing.",
		By:    Proof | Import,
		Found: "other images are pinned by digest",
		Check: otherImagesPinned,
	},
	{
		ID:    "X30",
		Title: "CI renders with one kustomize release",
		Why:   "Another release of kustomize may write other bytes of the same files, and what CI has looked at is then not what Argo CD applies.",
		By:    Proof | Refusal,
		Check: oneKustomize,
	},
	{
		ID:    "K08",
		Title: "an overlay is rendered by the kustomize that Argo CD brings along, without warnings and plugins",
		Why:   "Argo CD renders with the release that is built into it. A plugin, a Helm chart or a remote base without a revision makes the result depend on the machine or the day.",
		By:    Output,
	},
}

var fullCommit = lazy.Regexp(`^[0-9a-f]{40}$`)

// actionsByCommit: nobody can move a commit. Where there is a spec, X28 holds the actions against what it asks for.
func actionsByCommit(c *Case) {
	check := func(uses pipeline.Node, job *pipeline.Job) {
		name, ref, _ := strings.Cut(uses.Text(), "@")
		switch {
		case name == "" || strings.HasPrefix(name, "./") || fullCommit().MatchString(ref):
		case strings.HasPrefix(name, "docker://"):
			if !strings.Contains(uses.Text(), "@sha256:") {
				where := nowhere
				if c.Facts != nil {
					where = job.At()
				}
				c.broken(uses.At(), where, "add @sha256: and the digest", "%s is not pinned by digest", quoted(uses.Text()))
			}
		case c.Facts == nil:
			c.broken(uses.At(), nowhere, "write the full commit, with the release behind it as a comment", "%s is pinned by %s, which can be moved to other code", name, quoted(ref))
		}
	}
	c.jobs(func(j *pipeline.Job) { check(j.Get("uses"), j) })
	c.stepsAndActions(func(s *pipeline.Step) { check(s.Get("uses"), s.Job) })
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

func nothingRetired(c *Case) {
	c.stepsAndActions(func(s *pipeline.Step) {
		if instead := retired[s.Uses]; instead != "" {
			c.broken(s.Get("uses").At(), nowhere, "use "+instead, "%s is retired", s.Uses)
		}
		for input, instead := range retiredInputs[s.Uses] {
			if n := s.With(input); n.OK() {
				c.broken(n.At(), nowhere, "use "+instead, "the input %s of %s is retired", input, s.Uses)
			}
		}
		if d := s.With("distribution"); s.Uses == "actions/setup-java" && strings.HasPrefix(d.Text(), "adopt") {
			c.broken(d.At(), nowhere, "distribution: temurin", "the Java distribution %s is retired", quoted(d.Text()))
		}
		if v := versionOf(s); len(v) > 0 && v[0] < oldestMajor[s.Uses] {
			c.broken(s.Get("uses").At(), nowhere, "take a release that is maintained", "%s v%d is retired", s.Uses, v[0])
		}
		for i, line := range strings.Split(s.Run(), "\n") {
			if strings.Contains(line, "::set-output ") || strings.Contains(line, "::save-state ") {
				c.broken(s.Get("run").TextLine(i), nowhere, `write to "${GITHUB_OUTPUT}"`, "the commands set-output and save-state are retired")
			}
		}
	})
}

func noReleaseWithHole(c *Case) {
	c.stepsAndActions(func(s *pipeline.Step) {
		v := versionOf(s)
		switch {
		case len(v) == 0:
		case s.Uses == "docker/build-push-action" && below(v, 7, 4, 0):
			c.broken(s.Get("uses").At(), nowhere, "take v7.4.0 or newer", "docker/build-push-action before v7.4.0 lets build metadata write commands into the log")
		case s.Uses == "codecov/codecov-action" && (v[0] < 5 || v[0] == 5 && below(v, 5, 5, 5) || v[0] == 6 && below(v, 6, 0, 2)):
			c.broken(s.Get("uses").At(), nowhere, "take v7.0.0 or newer", "this release of codecov/codecov-action can no longer verify what it downloads")
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

var pinned = lazy.Regexp(`@sha256:[0-9a-f]{64}$`)

// otherImagesPinned: those of the pipeline are named by what CI writes, every other by
// digest. With a spec, hooks reach what they ask.
func otherImagesPinned(c *Case) {
	for _, o := range c.overlays {
		apps := c.Programs(o.Target)
		own := map[string]bool{}
		for _, a := range apps {
			own[pipeline.ParseImage(a.Container.Get("image").Text()).Name] = a.Built()
		}
		for _, w := range o.Workloads() {
			for _, other := range w.Containers() {
				image := other.Get("image")
				if !own[pipeline.ParseImage(image.Text()).Name] && !pinned().MatchString(image.Text()) {
					c.broken(image.At(), nowhere, "add @sha256: and the digest", "%s runs %s, which is not pinned by digest", w.Label(), quoted(image.Text()))
				}
			}
			if c.Facts != nil && isHook(w) {
				c.asksService(o, apps, w)
			}
		}
		c.knownPhases(o)
	}
}

// oneKustomize: CI renders with the release of kustomize that Argo CD has, in every job.
func oneKustomize(c *Case) {
	var version, sum pipeline.Node
	c.steps(func(s *pipeline.Step) {
		v, checksum := s.Get("env", "KUSTOMIZE_VERSION"), s.Get("env", "KUSTOMIZE_SHA256")
		if !v.OK() {
			return
		}
		if !version.OK() {
			version, sum = v, checksum
		}
		if v.Text() != c.Facts.Kustomize {
			c.broken(v.At(), c.AnyOverlay(), "write "+c.Facts.Kustomize, "%s renders with kustomize %s, and Argo CD with %s", s.Job.Label(), quoted(v.Text()), c.Facts.Kustomize)
		}
		if checksum.Text() != sum.Text() || !hex64().MatchString(checksum.Text()) {
			c.broken(checksum.At(), sum.At(), "write the published checksum of the release", "%s expects another file for kustomize %s than the jobs before it", s.Job.Label(), quoted(v.Text()))
		}
	})
	for _, w := range c.writers {
		c.getsKustomize(w)
	}
}

// getsKustomize requires the step that sees to the release: the runner's own floats.
func (c *Case) getsKustomize(w *writer) {
	before := w.Job.Steps[:slices.Index(w.Job.Steps, w.Step)]
	if len(w.edits) > 0 && !slices.ContainsFunc(before, func(s *pipeline.Step) bool { return s.Get("env", "KUSTOMIZE_VERSION").OK() }) {
		c.broken(w.At(), c.AnyOverlay(), "get kustomize "+c.Facts.Kustomize+" in a step before", "%s edits with the kustomize that the runner has", w.Job.Label())
	}
}

package rules

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

var tests = []Rule{
	{
		ID:    "W30",
		Title: "dependencies come from a lock file",
		Why:   "Without a lock file, the tests and the image may get other releases of the same dependencies, and the run of tomorrow others again.",
		By:    Import | Output,
		Check: lockedInstalls,
	},
	{
		ID:    "W31",
		Title: "the coverage gate rounds nothing up",
		Why:   "At its default precision pytest-cov compares a rounded figure: 79.5 % passes a gate of 80.",
		Evidence: []Source{
			{Says: "how the figure is compared", URL: "https://github.com/pytest-dev/pytest-cov/pull/751"},
			{Says: "a gate that let too little pass", URL: "https://github.com/dshakes/distil/issues/32"},
		},
		By:    Promise | Import | Output,
		Check: coverageGates,
	},
	{
		ID:    "W32",
		Title: "a job that publishes takes no cache of a language's packages",
		Why:   "A cache can be filled by a run with fewer rights. What it holds would go into the image that is published.",
		By:    Output,
	},
	{
		ID:    "W33",
		Title: "each image and platform has a build cache of its own",
		Why:   "Builds that share the name of a cache overwrite one another's layers, and each begins anew. The cache of a tag cannot be read by other runs.",
		Evidence: []Source{
			{Says: "caches of untrusted runs are read-only", URL: "https://github.blog/changelog/2026-06-26-read-only-actions-cache-for-untrusted-triggers"},
		},
		By: Output,
	},
	{
		ID:    "W37",
		Title: "the image is started and asked before it is published",
		Why:   "A program that does not start in its own image is found in a minute there, and after a deploy only by its users.",
		By:    Output,
	},
	{
		ID:    "X21",
		Title: "the image is tried as the pod runs it",
		Why:   "A program that runs as another user in the pod than where it was tried cannot write its files, or cannot start.",
		By:    Proof | Refusal | Import,
		Found: "the image's user is the pod's",
		Check: triedAsRun,
	},
	{
		ID:    "X22",
		Title: "tests run on what ships",
		Why:   "Tests on another release of the language, or of another commit, say little about the image.",
		By:    Proof | Refusal | Import,
		Found: "tests run on the release that ships",
		Check: testsOnWhatShips,
	},
	{
		ID:    "X35",
		Title: "a Dockerfile mounts what its builds are given",
		Why:   "A secret that no instruction mounts was meant for one: the id is misspelt, and the build goes on without it, or nobody needs it any longer, and it is handed out for nothing.",
		By:    Proof,
		Check: mountsGiven,
	},
	{
		ID:    "T02",
		Title: "nothing is published or deployed before the tests, or out of order",
		Why:   "A gate that nothing waits for is a report. The tests fail below the promised coverage, and each job that publishes or deploys needs them. A deploy beside its build commits an image that may never be there.",
		By:    Proof | Refusal | Promise | Import | Output,
		Found: "each deploy waits for the build of its image",
		Check: testsComeFirst,
	},
}

// setups are the inputs that choose a language's release, with the image that ships
// it.
var setups = []struct {
	action, input string
	images        []string
	parts         int
}{
	{"actions/setup-python", "python-version", []string{"python"}, 2},
	{"astral-sh/setup-uv", "python-version", []string{"python"}, 2},
	{"actions/setup-node", "node-version", []string{"node"}, 1},
	{"actions/setup-go", "go-version", []string{"golang"}, 2},
	{"actions/setup-java", "java-version", []string{"eclipse-temurin", "openjdk", "amazoncorretto"}, 1},
	{"actions/setup-dotnet", "dotnet-version", []string{"sdk", "aspnet", "runtime"}, 2},
	{"dtolnay/rust-toolchain", "toolchain", []string{"rust"}, 2},
	{"ruby/setup-ruby", "ruby-version", []string{"ruby"}, 2},
	{"shivammathur/setup-php", "php-version", []string{"php"}, 2},
}

// testsOnWhatShips: tests run on the release of the language that the image has. With a
// spec, they are of the commit that is built, and every build is given the same.
func testsOnWhatShips(c *Case) {
	c.sameRelease()
	if c.Facts == nil {
		return
	}
	for _, w := range c.Workflows {
		if !c.Ships(w) {
			continue
		}
		var first pipeline.Node
		for _, s := range w.Steps() {
			if s.Uses == "actions/checkout" && !c.ofGitOps(s) {
				c.sameCommit(s, &first)
			}
		}
		c.sameBuild(w)
	}
}

var plainVersion = lazy.Regexp(`^\d+(\.\d+)*$`)

func (c *Case) sameRelease() {
	for _, file := range c.dockerfiles(c.Builds()) {
		image := pipeline.ParseDockerfile(file.Path, string(file.Content))
		c.steps(func(s *pipeline.Step) {
			for _, setup := range setups {
				tested, ships := s.With(setup.input), image.Version(setup.images...)
				if s.Uses != setup.action || ships == "" || !plainVersion().MatchString(tested.Text()) {
					continue
				}
				if differ(tested.Text(), ships, setup.parts) {
					c.broken(tested.At(), pipeline.Place{File: file, Line: image.VersionLine(setup.images...)}, "use one release", "tests run on %s %s, and the image ships %s", setup.images[0], tested.Text(), ships)
				}
			}
		})
	}
}

// differ compares the first parts of two releases, as far as both name them.
func differ(a, b string, parts int) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	n := min(parts, len(x), len(y))
	return !slices.Equal(x[:n], y[:n])
}

// dockerfiles are those that builds name, each once, or the one at the top.
func (c *Case) dockerfiles(builds []pipeline.Build) []*pipeline.File {
	var out []*pipeline.File
	named := false
	for _, b := range builds {
		name := b.With("file").Text()
		if dir := b.With("context").Text(); name == "" && dir != "" && !strings.Contains(dir, "${{") {
			name = path.Join(dir, "Dockerfile")
		}
		file := c.File(artifact.Code, path.Clean(name))
		named = named || b.With("file").OK() || file != nil
		if file != nil && !slices.Contains(out, file) {
			out = append(out, file)
		}
	}
	if file := c.File(artifact.Code, "Dockerfile"); !named && file != nil {
		return []*pipeline.File{file}
	}
	return out
}

// dockerfile is the one of a program's image, nil where none or several may be it.
func (c *Case) dockerfile(a Program) *pipeline.File {
	if all := c.dockerfiles(c.buildsOf(a)); len(all) == 1 {
		return all[0]
	}
	return nil
}

// ofGitOps reports whether a checkout is that of the GitOps repository.
func (c *Case) ofGitOps(s *pipeline.Step) bool {
	if !c.Facts.SameRepository() && strings.EqualFold(s.With("repository").Text(), c.Facts.GitOps.Name) {
		return true
	}
	return slices.ContainsFunc(c.Writers, func(w *pipeline.Writer) bool { return w.Checkout == s })
}

func (c *Case) sameCommit(s *pipeline.Step, first *pipeline.Node) {
	if !first.OK() {
		*first = s.Node
	}
	for _, input := range []string{"ref", "repository"} {
		n := s.With(input)
		if c.isAuthors(s.Job) && !strings.EqualFold(s.With("repository").Text(), c.Facts.Source.Name) && s.With("repository").OK() {
			continue // another repository's, which the tests may need
		}
		if e := pipeline.Expression(n.Text()); n.OK() && e != "github.sha" && e != "github.repository" {
			c.broken(n.At(), first.At(), "remove "+input, "%s checks out %s, and so works on another commit than the tests", s.Job.Label(), quoted(n.Text()))
		}
	}
}

// sameBuild requires that every build of an image is given the same: what was
// tried is then what is pushed. All are of what the spec says.
func (c *Case) sameBuild(w *pipeline.Workflow) {
	known := map[*ImageFact]*pipeline.Step{}
	for _, s := range w.Steps() {
		if !s.Builds() || c.extra(s.Job) != nil {
			continue
		}
		image := c.imageOf(s.Job)
		if image == nil {
			c.broken(s.At(), c.pushedImage(), "build an image of the spec", "%s builds what is no image of the spec", s.Job.Label())
			continue
		}
		for input, want := range map[string]string{"context": image.Context, "file": image.Dockerfile, "target": image.Target} {
			if n := s.With(input); n.Text() != want {
				c.broken(n.At(), c.pushedImage(), input+": "+want, "%s builds the image %s with the %s %s, and the spec says %s", s.Job.Label(), image.Name, input, quoted(n.Text()), quoted(want))
			}
		}
		first := known[image]
		if first == nil {
			known[image] = s
			continue
		}
		for _, input := range []string{"context", "file", "target", "platforms", "build-args", "build-contexts", "secrets", "secret-envs", "secret-files", "ssh", "no-cache"} {
			if x, y := s.With(input), first.With(input); x.Text() != y.Text() {
				c.broken(x.At(), y.At(), "give every build of the image the same "+input, "%s builds with %s %s, and %s with %s", s.Job.Label(), input, quoted(strings.TrimSpace(x.Text())), first.Job.Label(), quoted(strings.TrimSpace(y.Text())))
			}
		}
	}
}

// testsComeFirst: whatever publishes or deploys waits for the tests, and an environment for
// the one it comes after.
func testsComeFirst(c *Case) {
	if c.Facts == nil {
		afterBuild(c)
		return
	}
	for _, w := range c.Workflows {
		if !c.Ships(w) {
			continue
		}
		tests := c.Tests(w)
		c.tested(w, tests)
		for _, j := range w.Jobs {
			why, _ := c.privilege(j)
			if !c.acts(j) {
				continue
			}
			for _, t := range c.testsBefore(j, tests) {
				if !j.After(t.ID) {
					c.broken(j.Get("needs").At(), t.At(), "add "+t.ID+" to needs", "%s does not wait for %s: it %s whether the tests pass or not", j.Label(), t.Label(), cmp.Or(why, "builds"))
				}
			}
		}
		c.gatekeepers(w)
		c.stopsAtFailures(w)
	}
	c.inOrder()
}

// tested requires the tests of each image.
func (c *Case) tested(w *pipeline.Workflow, tests []*pipeline.Job) {
	missed := map[string]bool{}
	for _, i := range c.Facts.Images {
		for _, id := range i.Tests {
			if missed[id] || slices.ContainsFunc(tests, func(t *pipeline.Job) bool { return t.ID == id }) {
				continue
			}
			missed[id] = true
			c.broken(w.Get("jobs").At(), w.On.At(), "let the job "+id+" run always, or whenever there is something to test", "the job %s does not test every run of this workflow that builds the image %s", id, i.Name)
		}
	}
}

// Tests are the jobs of the pipeline's own that look at the source and that nothing can skip, but other tests that fail,
// or a job before them that says that there is nothing to test.
func (c *Case) Tests(w *pipeline.Workflow) []*pipeline.Job {
	if c.tests[w] == nil {
		all := []*pipeline.Job{}
		for more := true; more; {
			more = false
			for _, j := range w.Jobs {
				explained := map[string]bool{}
				for _, o := range decisions(j) {
					explained[o.Job] = true
				}
				for _, t := range all {
					if slices.Contains(j.Needs, t.ID) {
						explained[t.ID] = true
					}
				}
				if !slices.Contains(all, j) && len(j.Needs) <= len(explained) && c.examines(j) {
					all, more = append(all, j), true
				}
			}
		}
		c.tests[w] = slices.DeleteFunc(slices.Clone(w.Jobs), func(j *pipeline.Job) bool { return !slices.Contains(all, j) })
	}
	return c.tests[w]
}

// examines reports a job of pipegen's own that looks at the source, whenever there is something to test.
func (c *Case) examines(j *pipeline.Job) bool {
	return len(j.Conjuncts()) <= len(decisions(j)) && c.extra(j) == nil && !handsOn(j) &&
		slices.ContainsFunc(j.Steps, func(s *pipeline.Step) bool { return s.Uses == "actions/checkout" })
}

// handsOn reports a job from which others take something. Which secrets are missing, only the gate asks.
func handsOn(j *pipeline.Job) bool {
	for name := range j.Get("outputs").Pairs() {
		if name != "missing" {
			return true
		}
	}
	return false
}

// testsBefore are those of some tests that a job must wait for: where it makes an image, the tests of that.
func (c *Case) testsBefore(j *pipeline.Job, tests []*pipeline.Job) []*pipeline.Job {
	image := c.imageOf(j)
	if image == nil {
		return tests
	}
	return slices.DeleteFunc(slices.Clone(tests), func(t *pipeline.Job) bool { return !slices.Contains(image.Tests, t.ID) })
}

// gatekeepers requires that a job which the spec puts before others comes before
// them.
func (c *Case) gatekeepers(w *pipeline.Workflow) {
	for _, first := range w.Jobs {
		if c.extra(first) == nil {
			continue
		}
		for _, id := range c.extra(first).NeededBy {
			if j := w.Job(id); j != nil && !j.After(first.ID) {
				c.broken(j.Get("needs").At(), first.At(), "add "+first.ID+" to needs", "%s does not wait for %s, which the spec puts before it", j.Label(), first.Label())
			}
		}
	}
}

// inOrder requires that an environment waits for the one that the spec puts first.
func (c *Case) inOrder() {
	for _, o := range c.overlays {
		if o.env == nil || c.byName[o.env.After] == nil || o.env.Promotes() {
			continue
		}
		before := c.byName[o.env.After]
		for _, w := range o.writers {
			for _, first := range before.writers {
				if !w.Reverts && !first.Reverts && !w.Job.After(first.Job.ID) {
					c.broken(w.Job.Get("needs").At(), first.Job.At(), "add "+first.Job.ID+" to needs", "%s does not wait for %s, and %s comes after %s", w.Job.Label(), first.Job.Label(), o.env.Name, before.env.Name)
				}
			}
		}
	}
}

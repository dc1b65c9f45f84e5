package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/dockerfile"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// moving are tags that name another image tomorrow. The name of what was pushed is one
// where a branch can be pushed: a tag of git's stays where it is.
func (f *Case) moving(j *pipeline.Job, tag string) bool {
	if tag == "‹github.ref_name›" {
		return f.byBranch(j)
	}
	return slices.Contains([]string{"latest", "main", "master", "stable", "edge", f.branch}, tag)
}

// byBranch reports a job that a push to a branch starts.
func (f *Case) byBranch(j *pipeline.Job) bool {
	events, _ := f.possible(j.Workflow)
	return slices.ContainsFunc(events, func(e pipeline.Event) bool {
		return e.Name == "push" && strings.HasPrefix(e.Ref, "refs/heads/") && pipeline.May(j.Get("if").Text(), e) != pipeline.No
	})
}

// mover is what moves a tag of the job's.
func (f *Case) mover(j *pipeline.Job) string {
	if events, complete := f.possible(j.Workflow); complete && !f.byBranch(j) && comesByTag(events) {
		return "every push of a tag"
	}
	return "every push"
}

var pushing = lazy.Regexp(`docker\s+push\s+(?:-\S+\s+)*(\S+)`)

// asWritten is the image that a command pushes: what the script says where a variable
// has its name, and the value where that is known.
func asWritten(c pipeline.Command) string {
	image := lastOf(c.Args(2))
	if !marks().MatchString(image) {
		return image
	}
	lines := strings.Split(c.Step.Run(), "\n")
	line := lines[min(c.Line, len(lines)-1)]
	if m := pushing().FindStringSubmatch(line); m != nil && !strings.Contains(line, "${{") {
		return strings.Trim(m[1], "\"';")
	}
	return image
}

// w34: one tag for each commit, and no other.
func findsW34(f *Case) {
	for _, b := range f.Builds() {
		if !b.Pushes.OK() {
			continue
		}
		for _, r := range b.References() {
			if f.moving(b.Job, r.Tag) {
				f.broken(r.At, nowhere, "tag by commit: "+Quoted(f.branch+"-${{ github.sha }}"), "the tag %s is moved by %s", Quoted(r.Tag), f.mover(b.Job))
			}
		}
	}
	f.steps(func(s *pipeline.Step) {
		if s.Uses != "docker/metadata-action" {
			return
		}
		tags := s.With("tags")
		for i, line := range strings.Split(tags.Text(), "\n") {
			line = strings.TrimSpace(line)
			value, _ := cut(line, "value=")
			switch {
			case (strings.Contains(line, "event=branch") || strings.HasPrefix(line, "type=edge")) && f.byBranch(s.Job) || strings.HasPrefix(line, "type=raw") && f.moving(s.Job, value):
				f.broken(tags.TextLine(i), nowhere, "keep the rule of type=sha alone", "the tag of %s is moved by %s", Quoted(line), f.mover(s.Job))
			case strings.Contains(line, "{{branch}}") && f.tagless(s.Job.Workflow):
				f.broken(tags.TextLine(i), nowhere, "write the branch's name", "the rule %s gives no valid tag for a pull request or a git tag, where the branch is empty", Quoted(line))
			}
		}
	})
	f.commands(func(c pipeline.Command) {
		if c.Is("docker", "push") {
			if e := pipeline.ParseImage(lastOf(c.Args(2))); f.moving(c.Step.Job, e.Tag) || e.Tag == "" && e.Name != "" && !strings.Contains(e.Name, "\x00") && !strings.Contains(e.Name, "‹") {
				f.broken(c.At(), nowhere, "tag by commit", "%s is moved by %s", Quoted(asWritten(c)), f.mover(c.Step.Job))
			}
		}
	})
}

// tagless reports events for which there is no branch.
func (f *Case) tagless(w *pipeline.Workflow) bool {
	events, _ := f.possible(w)
	return starts(events, "pull_request") || comesByTag(events)
}

func cut(line, key string) (string, bool) {
	_, v, ok := strings.Cut(line, key)
	v, _, _ = strings.Cut(v, ",")
	return v, ok
}

func lastOf(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

var registryHost = lazy.Regexp(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?/`)

// x06: an image's name is in lower case in every file.
func findsX06(f *Case) {
	check := func(name string, at pipeline.Place) {
		if !registryHost().MatchString(name) {
			return
		}
		shown := strings.NewReplacer("‹github.repository›", f.Source, "‹github.repository_owner›", owner(f.Source)).Replace(name)
		if plain := marks().ReplaceAllString(shown, ""); plain != strings.ToLower(plain) {
			f.broken(at, nowhere, "write it in lower case", "the image %s has capitals: no node can pull it", Quoted(shown))
		}
	}
	for _, b := range f.Builds() {
		if !strings.Contains(b.With("tags").Text(), "steps.") { // docker/metadata-action lowers by itself
			for _, r := range b.References() {
				check(r.Name, r.At)
			}
		}
	}
	for _, w := range f.Writers {
		for _, e := range w.Edits {
			check(e.NewName, e.At())
		}
	}
	f.folders(func(_ *pipeline.Target, folder *pipeline.Folder, _ bool) {
		for _, i := range folder.Kust.Get("images").Items() {
			check(i.Get("newName").Text(), i.Get("newName").At())
		}
		for _, file := range folder.Files {
			for _, d := range file.Docs {
				for _, c := range d.Get("spec", "template", "spec", "containers").Items() {
					check(pipeline.ParseImage(c.Get("image").Text()).Name, c.Get("image").At())
				}
			}
		}
	})
}

var marks = lazy.Regexp(`‹[^›]*›|\x00`)

func owner(repository string) string {
	o, _, _ := strings.Cut(repository, "/")
	return o
}

// x04: the digest of the build travels to whoever uses it.
func findsX04(f *Case) {
	for _, w := range f.Writers {
		for _, e := range w.Edits {
			ref := e.Tag + e.Digest
			if !e.Kustomize || strings.Contains(ref, "‹needs.") || strings.Contains(ref, "‹steps.") || strings.Contains(ref, "‹inputs.") {
				continue
			}
			script := e.Step.Run()
			if strings.Contains(ref, "github.sha") || strings.Contains(ref, "\x00") && (strings.Contains(script, "GITHUB_SHA") || strings.Contains(script, "github.sha") || strings.Contains(script, "rev-parse")) {
				f.broken(e.At(), nowhere, "hand the digest on as an output of the build's job", "job %s works the tag out again instead of taking it from the build", w.ID)
			}
		}
	}
}

// k06: what runs is named by digest.
func findsK06(f *Case) {
	edited := false
	for _, w := range f.Writers {
		for _, e := range w.Edits {
			edited = true
			if e.Kustomize && e.Digest == "" && !strings.Contains(e.Tag, "digest") {
				f.broken(e.At(), nowhere, "write NAME=NEWNAME:TAG@DIGEST", "job %s deploys %s by its tag, which may name another image tomorrow", w.ID, Quoted(e.NewName+":"+e.Tag))
			}
		}
	}
	if edited {
		return
	}
	for _, t := range f.targets {
		if _, c, ok := f.App(t); ok && !strings.Contains(c.Get("image").Text(), "@sha256:") {
			f.broken(f.imageAt(t, c), nowhere, "add the digest", "%s deploys %s by its tag", t.Dir, Quoted(c.Get("image").Text()))
		}
	}
}

// imageAt is where a target says which image runs.
func (f *Case) imageAt(t *pipeline.Target, container pipeline.Node) pipeline.Place {
	name := pipeline.ParseImage(container.Get("image").Text()).Name
	for _, folder := range t.Folders {
		for _, i := range folder.Kust.Get("images").Items() {
			if i.Get("newName").Text() == name || i.Get("name").Text() == name {
				return i.At()
			}
		}
	}
	return container.Get("image").At()
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
}

// x22: tests run on the release that ships.
func findsX22(f *Case) {
	file := f.dockerfile()
	if file == nil {
		return
	}
	docker := dockerfile.Parse(file.Path, string(file.Content))
	f.steps(func(s *pipeline.Step) {
		for _, setup := range setups {
			tested, ships := s.With(setup.input), docker.Version(setup.images...)
			if s.Uses != setup.action || ships == "" || !plainVersion().MatchString(tested.Text()) {
				continue
			}
			if a, b := first(tested.Text(), setup.parts), first(ships, setup.parts); a != b {
				f.broken(tested.At(), pipeline.Place{File: file, Line: docker.VersionLine(setup.images...)}, "use one release", "tests run on %s %s, and the image ships %s", setup.images[0], tested.Text(), ships)
			}
		}
	})
}

var plainVersion = lazy.Regexp(`^\d+(\.\d+)*$`)

func first(version string, parts int) string {
	all := strings.Split(version, ".")
	return strings.Join(all[:min(parts, len(all))], ".")
}

// dockerfile is the one that the builds name, or the one at the top.
func (f *Case) dockerfile() *pipeline.File {
	for _, b := range f.Builds() {
		if name := b.With("file").Text(); name != "" {
			return f.File(artifact.Code, path.Clean(name))
		}
		if dir := b.With("context").Text(); dir != "" && !strings.Contains(dir, "${{") {
			if file := f.File(artifact.Code, path.Join(dir, "Dockerfile")); file != nil {
				return file
			}
		}
	}
	return f.File(artifact.Code, "Dockerfile")
}

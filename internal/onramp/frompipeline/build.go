package frompipeline

import (
	"path"
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
	"github.com/pipegen/pipegen/internal/shell"
)

// buildsOf are the ways in which an image is built.
func (d *drafter) buildsOf(i *image) []build {
	if !i.alone || len(d.m.Builds()) == 0 {
		return i.builds
	}
	var out []build
	for _, b := range d.m.Builds() {
		out = append(out, build{Build: b, legs: legs(b.Job)})
	}
	return out
}

// jobsOf are the jobs that make an image and no other.
func (d *drafter) jobsOf(i *image) []*pipeline.Job {
	return slices.DeleteFunc(d.m.Jobs(), func(j *pipeline.Job) bool {
		if i.alone {
			return false
		}
		mine, others := false, false
		for _, other := range d.chosen {
			for _, b := range other.builds {
				makes := b.Job == j || b.Job.Workflow == j.Workflow && j.After(b.Job.ID)
				mine, others = mine || makes && other == i, others || makes && other != i && b.Job != j
			}
		}
		return !mine || others
	})
}

// platforms are those that the build names, with the lines on which they are.
func (b build) platforms() []legValue {
	if len(b.command.Words) > 0 {
		var out []legValue
		for _, text := range options(b.command, "--platform") {
			out = append(out, legValue{text, b.command.At()})
		}
		return out
	}
	n := b.With("platforms")
	if !n.OK() {
		return nil
	}
	var out []legValue
	for _, l := range b.legs {
		if text := l.fill(n.Text()); !matrixExpression().MatchString(text) {
			out = append(out, legValue{text, l.at(b.Job, n)})
		}
	}
	return out
}

func (d *drafter) platforms(i *image) {
	var all []string
	at := pipeline.Place{}
	emulator := pipeline.Place{}
	for _, b := range d.buildsOf(i) {
		for _, v := range b.platforms() {
			for _, p := range strings.Split(v.text, ",") {
				p = strings.TrimSpace(p)
				switch {
				case p == "" || slices.Contains(all, p):
				case p != "linux/amd64" && p != "linux/arm64":
					d.leave(v.at, "", "the platform %q; images are built for linux/amd64 and linux/arm64", p)
				default:
					all = append(all, p)
					if !at.Known() {
						at = v.at
					}
				}
			}
		}
		for _, s := range b.Job.Steps {
			if s.Uses == "docker/setup-qemu-action" && !emulator.Known() {
				emulator = s.At()
			}
		}
	}
	if len(all) == 0 {
		return
	}
	d.add(all, at, i.field("platforms")...)
	if emulator.Known() && slices.Contains(all, "linux/arm64") {
		d.add("emulated", emulator, i.field("builder")...)
	}
}

// buildInputs reads the inputs of the first build.
func (d *drafter) buildInputs(i *image) {
	d.scriptBuilds(i)
	all := d.buildsOf(i)
	if len(all) == 0 {
		d.likelyFolder(i)
		return
	}
	b, l := all[0], all[0].legs[0]
	if len(b.command.Words) > 0 {
		d.scriptInputs(i, b.command, l)
		return
	}
	for _, input := range []struct{ name, field string }{{"context", "context"}, {"file", "dockerfile"}, {"target", "target"}} {
		n := b.With(input.name)
		d.buildInput(i, l.fill(n.Text()), l.at(b.Job, n), input.field)
	}
	if dir := b.With("context").Text(); i.alone && !b.With("file").OK() && dir != "" && dir != "." {
		if f := d.m.File(artifact.Code, strings.TrimPrefix(dir, "./")+"/Dockerfile"); f != nil {
			d.add(f.Path, b.With("context").At(), "image", "dockerfile")
		}
	}
	args := b.With("build-args")
	for n, line := range strings.Split(args.Text(), "\n") {
		name, value, ok := strings.Cut(strings.TrimSpace(l.fill(line)), "=")
		switch value = commitMarks(b.Job, value); {
		case !ok:
		case strings.Contains(value, "${{"):
			d.leave(args.TextLine(n), "", "the build argument %q, whose value an expression gives", name)
		default:
			d.add(value, args.TextLine(n), i.field("buildArgs", name)...)
		}
	}
	d.buildSecrets(i, b)
	for _, input := range []string{"secret-files", "build-contexts", "network"} {
		d.leaveField(b.With(input), "", "the input %s of the build", input)
	}
}

var expressionMarks = strings.NewReplacer("${{ github.sha }}", "{sha}", "${{ github.run_number }}", "{runNumber}")

// commitMarks writes the marks of a spec for the expressions that mean the same: the commit, in whole or as a step shortens
// it, and the number of the run.
func commitMarks(j *pipeline.Job, text string) string {
	for _, e := range pipeline.Expressions(text) {
		parts := strings.Split(pipeline.Expression(e), ".")
		if len(parts) != 4 || parts[0] != "steps" || parts[2] != "outputs" {
			continue
		}
		if s := j.Step(parts[1]); s != nil && slices.Contains(shortened(s), parts[3]) {
			text = strings.ReplaceAll(text, e, "{sha7}")
		}
	}
	return expressionMarks.Replace(text)
}

// shortening is an output that a script gives as the first seven digits of the commit.
var shortening = lazy.Regexp(`\b([A-Za-z_][A-Za-z0-9_-]*)=["']?(?:\$\{GITHUB_SHA:0?:7\}|\$\(git rev-parse --short(?:=7)? (?:HEAD|"?\$\{?GITHUB_SHA\}?"?|\$\{\{ *github\.sha *\}\})\)|` +
	`\$\(echo ["']?(?:\$\{?GITHUB_SHA\}?|\$\{\{ *github\.sha *\}\})["']? *\| *cut -c ?1?-7\))`)

// shortened are the outputs of a step that have the commit in short.
func shortened(s *pipeline.Step) []string {
	var out []string
	for _, m := range shortening().FindAllStringSubmatch(s.Run(), -1) {
		out = append(out, m[1])
	}
	return out
}

// buildInput adds an input, unless it is what a build has without it.
func (d *drafter) buildInput(i *image, text string, at pipeline.Place, field string) {
	text = strings.TrimPrefix(strings.TrimSuffix(text, "/"), "./")
	if text != "" && text != "." && text != "Dockerfile" {
		d.add(text, at, i.field(field)...)
	}
}

// scriptInputs reads the inputs of a build by a command, which may run in a folder of its own.
func (d *drafter) scriptInputs(i *image, c pipeline.Command, l leg) {
	if dir := builtFolder(c); dir != "" && dir != "-" {
		d.buildInput(i, l.fill(path.Join(c.Dir, dir)), c.At(), "context")
	}
	for _, file := range options(c, "-f", "--file") {
		d.buildInput(i, l.fill(path.Join(c.Dir, file)), c.At(), "dockerfile")
	}
	for _, target := range options(c, "--target") {
		d.buildInput(i, l.fill(target), c.At(), "target")
	}
	for _, arg := range options(c, "--build-arg") {
		switch name, value, given := strings.Cut(commitMarks(c.Step.Job, unmarked.Replace(l.fill(arg))), "="); {
		case given && !strings.ContainsAny(value, "$"+shell.Unknown):
			d.add(value, c.At(), i.field("buildArgs", name)...)
		default:
			d.leave(c.At(), "write it under "+strings.Join(i.field("buildArgs"), "."), "the build argument %q, whose value only a run knows", name)
		}
	}
}

// switches are the options of docker build that have no value of their own.
var switches = set("--push --load --pull --no-cache -q --quiet --rm --force-rm --compress --squash --check --debug -D")

// builtFolder is the context of a build by a command, "" for none.
func builtFolder(c pipeline.Command) string {
	words := c.Words[slices.Index(c.Words, "build")+1:]
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-" || !strings.HasPrefix(w, "-"):
			return w
		case !switches[w] && !strings.Contains(w, "="):
			i++ // its value
		}
	}
	return ""
}

// usualOptions are the options of docker build that the draft does not need or that it expresses elsewhere.
var usualOptions = set("-t --tag --push --load --pull --progress -q --quiet --rm --no-cache --cache-from --cache-to --provenance --sbom --iidfile --metadata-file --output -o --label --builder")

// inSpec are the options for which a spec has a field.
var inSpec = set("--build-arg -f --file --target --platform")

// scriptBuilds records the options of docker build that are not read. If there is one image only those of actions are,
// since scripts may build others too.
func (d *drafter) scriptBuilds(i *image) {
	leave := func(c pipeline.Command, read bool) {
		for _, word := range c.Words {
			option, _, _ := strings.Cut(word, "=")
			if !strings.HasPrefix(option, "-") || usualOptions[option] || read && inSpec[option] {
				continue
			}
			help := ""
			if inSpec[option] {
				help = "write it under " + strings.Join(i.at, ".")
			}
			d.leave(c.At(), help, "the option %s of docker build", option)
		}
	}
	if !i.alone || len(d.m.Builds()) == 0 {
		for n, b := range i.builds {
			leave(b.command, n == 0)
		}
		return
	}
	for _, j := range d.m.Jobs() {
		for _, c := range j.Commands() {
			if isBuild(c) {
				leave(c, false)
			}
		}
	}
}

// compares reports whether a step compares the files of each image with those of which it was built before, as generated
// workflows do.
func compares(s *pipeline.Step) bool {
	return s.Get("env", "WORKFLOW").OK() && s.Get("env", "IMAGES").OK()
}

// changedBy reads which files change an image, unless it is what changes it by default.
func (d *drafter) changedBy(i *image) {
	name, _ := d.reference(i)
	context, file := d.tree.Root.Leaf(i.field("context")...), d.tree.Root.Leaf(i.field("dockerfile")...)
	for _, j := range d.m.Jobs() {
		for _, s := range j.Steps {
			if !compares(s) {
				continue
			}
			n := s.Get("env", "IMAGES")
			for at, line := range strings.Split(n.Text(), "\n") {
				words := strings.Fields(line)
				if len(words) < 3 || !strings.EqualFold(words[1], name) {
					continue
				}
				paths := words[2:]
				usual := context != nil && paths[0] == context.Value
				if usual && (len(paths) == 1 || len(paths) == 2 && file != nil && paths[1] == file.Value) {
					return
				}
				push, _ := j.Workflow.Trigger("push")
				if filter := push.Get("paths").List(); len(d.chosen) == 1 && !slices.ContainsFunc(paths, func(p string) bool {
					return !slices.Contains(filter, strings.ReplaceAll(strings.TrimSuffix(p, "*"), "*", "**"))
				}) {
					d.add(paths, n.TextLine(at), "source", "paths")
					return
				}
				d.add(paths, n.TextLine(at), i.field("paths")...)
				return
			}
		}
	}
}

// called reports whether a service may run an image: in a pipeline of one, that may not have been found.
func (d *drafter) called(i *image) bool {
	return len(d.chosen) == 1 || slices.ContainsFunc(d.programs, func(p *program) bool { return p.image == i && d.kind(p) == service })
}

// imageGuarantees reads whether the image is tested and signed.
func (d *drafter) imageGuarantees(i *image) {
	attest, tried := pipeline.Place{}, pipeline.Place{}
	for _, j := range d.jobsOf(i) {
		for _, s := range j.Steps {
			if s.Uses == "actions/attest" || s.Uses == "actions/attest-build-provenance" {
				attest = s.At()
			}
			if builds(j) && slices.ContainsFunc(s.Commands(), func(c pipeline.Command) bool { return c.Is("docker", "run") }) {
				tried = s.At()
			}
		}
	}
	for _, g := range []struct {
		at    pipeline.Place
		field string
	}{{attest, "attest"}, {tried, "smokeTest"}} {
		switch {
		case g.at.Known():
			d.add(true, g.at, i.field(g.field)...)
			continue
		case g.field == "smokeTest" && !d.called(i):
			continue // there is nothing to ask
		}
		d.guess(false, "the originals do not do it", i.field(g.field)...)
	}
	for _, p := range d.programs {
		if p.image != i {
			continue
		}
		for _, r := range p.runs {
			for _, s := range r.workload.Pod().Get("imagePullSecrets").Items() {
				d.add(s.Get("name").Text(), s.Get("name").At(), i.field("pullSecret")...)
			}
			for _, a := range r.in.kinds("ServiceAccount") {
				if len(d.programs) > 1 && a.Name != r.workload.Pod().Get("serviceAccountName").Text() {
					continue
				}
				for _, s := range a.Get("imagePullSecrets").Items() {
					d.add(s.Get("name").Text(), s.Get("name").At(), i.field("pullSecret")...)
				}
			}
		}
	}
}

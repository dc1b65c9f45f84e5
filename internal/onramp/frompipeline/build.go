package frompipeline

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/artifact"
	"github.com/pipegen/pipegen/internal/pipeline"
)

func (d *drafter) platforms() {
	var all []string
	at := pipeline.Place{}
	emulator := pipeline.Place{}
	for _, b := range d.m.Builds() {
		for _, n := range b.Platforms() {
			for _, p := range strings.Split(n.Text(), ",") {
				p = strings.TrimSpace(p)
				switch {
				case p == "" || slices.Contains(all, p):
				case p != "linux/amd64" && p != "linux/arm64":
					d.leave(n.At(), "", "the platform %q; images are built for linux/amd64 and linux/arm64", p)
				default:
					all = append(all, p)
					if !at.Known() {
						at = n.At()
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
	d.add(all, at, "image", "platforms")
	if emulator.Known() && slices.Contains(all, "linux/arm64") {
		d.add("emulated", emulator, "image", "builder")
	}
}

// buildInputs reads the inputs of the build.
func (d *drafter) buildInputs() {
	d.scriptBuilds()
	builds := d.m.Builds()
	if len(builds) == 0 {
		return
	}
	b := builds[0]
	for _, input := range []struct{ name, field string }{{"context", "context"}, {"file", "dockerfile"}, {"target", "target"}} {
		n := b.With(input.name)
		text := strings.TrimPrefix(strings.TrimSuffix(n.Text(), "/"), "./")
		if text != "" && text != "." && text != "Dockerfile" {
			d.add(text, n.At(), "image", input.field)
		}
	}
	if dir := b.With("context").Text(); !b.With("file").OK() && dir != "" && dir != "." {
		if f := d.m.File(artifact.Code, strings.TrimPrefix(dir, "./")+"/Dockerfile"); f != nil {
			d.add(f.Path, b.With("context").At(), "image", "dockerfile")
		}
	}
	args := b.With("build-args")
	for i, line := range strings.Split(args.Text(), "\n") {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		switch {
		case !ok:
		case strings.Contains(value, "${{"):
			d.leave(args.TextLine(i), "", "the build argument %q, whose value an expression gives", name)
		default:
			d.add(value, args.TextLine(i), "image", "buildArgs", name)
		}
	}
	for _, input := range []string{"secrets", "secret-files", "ssh", "build-contexts", "network"} {
		d.leaveField(b.With(input), "", "the input %s of the build", input)
	}
}

// usualOptions are the options of docker build that the draft does not need or that it expresses elsewhere.
var usualOptions = set("-t --tag --push --load --pull --progress -q --quiet --rm --no-cache --cache-from --cache-to --provenance --sbom --iidfile --metadata-file --output -o --label --builder")

// inSpec are the options for which a spec has a field.
var inSpec = set("--build-arg -f --file --target --platform")

// scriptBuilds records the options that scripts give to docker build: only the inputs of actions are read into the
// draft.
func (d *drafter) scriptBuilds() {
	for _, j := range d.m.Jobs() {
		for _, c := range j.Commands() {
			if !c.Is("docker", "build") && !c.Is("docker", "buildx", "build") {
				continue
			}
			for _, word := range c.Words {
				option, _, _ := strings.Cut(word, "=")
				if strings.HasPrefix(option, "-") && !usualOptions[option] {
					help := ""
					if inSpec[option] {
						help = "write it under image"
					}
					d.leave(c.At(), help, "the option %s of docker build", option)
				}
			}
		}
	}
}

// imageGuarantees reads whether the image is tested and signed.
func (d *drafter) imageGuarantees() {
	attest, tried := pipeline.Place{}, pipeline.Place{}
	for _, j := range d.m.Jobs() {
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
		if g.at.Known() {
			d.add(true, g.at, "image", g.field)
			continue
		}
		d.guess(false, "the originals do not do it", "image", g.field)
	}
	for _, p := range d.deployments {
		if !p.ok {
			continue
		}
		for _, s := range p.workload.Pod().Get("imagePullSecrets").Items() {
			d.add(s.Get("name").Text(), s.Get("name").At(), "image", "pullSecret")
		}
		for _, a := range p.target.Kinds("ServiceAccount") {
			for _, s := range a.Get("imagePullSecrets").Items() {
				d.add(s.Get("name").Text(), s.Get("name").At(), "image", "pullSecret")
			}
		}
	}
}

package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// platformsBuilt: pods come only to nodes for which there is an image. With a spec, its
// platforms are built, each on a runner of its kind or, where the spec says so, under an
// emulator that is set up before, and joined without exception.
func platformsBuilt(c *Case) {
	c.schedulable()
	if c.Facts == nil {
		return
	}
	for _, w := range c.Workflows {
		var legs pipeline.Place
		for _, j := range w.Jobs {
			if j.Builds() {
				c.legs(j)
				legs = j.Get("strategy", "matrix").At()
			}
		}
		for _, s := range w.Steps() {
			if s.Joins() {
				c.join(s, legs)
			}
		}
	}
}

// schedulable holds node selectors and affinities against what is built.
func (c *Case) schedulable() {
	c.eachProgram(func(_ *pipeline.Target, a Program) {
		asked := architectures(a.Pod())
		if len(asked) == 0 {
			return
		}
		built, at := c.built(a)
		for _, n := range asked {
			if len(built) > 0 && !built[n.Text()] {
				c.broken(n.At(), at, "build for it, or let the pods go elsewhere", "the pods of %s may come to nodes of the kind %s, for which no image is built", a.Name, quoted(n.Text()))
			}
		}
	})
}

// built are the architectures of a program's image, and where one of them is named; none where
// nothing is built.
func (c *Case) built(a Program) (architectures map[string]bool, at pipeline.Place) {
	architectures = map[string]bool{}
	for _, b := range c.buildsOf(a) {
		platforms := b.Platforms()
		if len(platforms) == 0 && !at.Known() {
			architectures["amd64"], at = true, b.At()
		}
		for _, n := range platforms {
			at = n.At()
			for _, p := range strings.Split(n.Text(), ",") {
				architectures[strings.TrimPrefix(strings.TrimSpace(p), "linux/")] = true
			}
		}
	}
	return architectures, at
}

// architectures are the kinds of nodes that a pod asks for, none where it may go anywhere.
func architectures(pod pipeline.Node) []pipeline.Node {
	var out []pipeline.Node
	if n := pod.Get("nodeSelector", "kubernetes.io/arch"); n.OK() {
		out = append(out, n)
	}
	for _, term := range pod.Get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").Items() {
		for _, e := range term.Get("matchExpressions").Items() {
			if e.Get("key").Text() == "kubernetes.io/arch" && e.Get("operator").Text() == "In" {
				out = append(out, e.Get("values").Items()...)
			}
		}
	}
	return out
}

func (c *Case) legs(j *pipeline.Job) {
	include := j.Get("strategy", "matrix", "include")
	var platforms []string
	for _, leg := range include.Items() {
		p := leg.Get("platform")
		platforms = append(platforms, p.Text())
		arch := archOf(p.Text())
		if a := leg.Get("arch"); a.OK() && a.Text() != arch {
			c.broken(a.At(), p.At(), "arch: "+arch, "the leg for %s calls itself %s, and its digest is looked for under that name", quoted(p.Text()), quoted(a.Text()))
		}
		c.emulated(j, leg, arch)
	}
	image := c.imageOf(j)
	if image == nil || c.previewsOf(j.Workflow) != nil { // one platform is enough to look at
		return
	}
	want := slices.Sorted(slices.Values(image.Platforms))
	slices.Sort(platforms)
	if !slices.Equal(platforms, want) {
		c.broken(include.At(), c.readme(), "build "+strings.Join(want, ", "), "%s builds for %s, and the spec says %s", j.Label(), quoted(strings.Join(platforms, ", ")), strings.Join(want, ", "))
	}
	if r := j.Get("runs-on"); include.OK() && pipeline.Expression(r.Text()) != "matrix.runner" {
		c.broken(r.At(), include.At(), "runs-on: ${{ matrix.runner }}", "%s runs on %s for every platform", j.Label(), quoted(r.Text()))
	}
	for _, s := range j.Steps {
		if p := s.With("platforms"); s.Uses == "docker/build-push-action" && pipeline.Expression(p.Text()) != "matrix.platform" && p.Text() != strings.Join(image.Platforms, ",") {
			c.broken(p.At(), include.At(), "platforms: ${{ matrix.platform }}", "%s builds %s in every leg", j.Label(), quoted(p.Text()))
		}
	}
}

// emulated requires that a leg whose runner is of another kind is one that the spec
// wants emulated, with an emulator set up before the first build.
func (c *Case) emulated(j *pipeline.Job, leg pipeline.Node, arch string) {
	r, p := leg.Get("runner"), leg.Get("platform")
	if !strings.HasPrefix(r.Text(), "ubuntu-") || strings.HasSuffix(r.Text(), "-arm") == (arch == "arm64") {
		return
	}
	if image := c.imageOf(j); image == nil || !image.Emulated {
		c.broken(r.At(), p.At(), "give each platform a runner of its kind", "%s is built on %s, which would have to emulate it", quoted(p.Text()), r.Text())
		return
	}
	for _, s := range j.Steps {
		switch {
		case s.Uses == "docker/setup-qemu-action" && emulates(s, p.Text(), arch):
			return
		case s.Uses == "docker/build-push-action":
			c.broken(s.At(), p.At(), "set up docker/setup-qemu-action for "+arch+" before it", "%s builds %s on %s without an emulator", j.Label(), quoted(p.Text()), r.Text())
			return
		}
	}
}

// notThisLeg is a condition that leaves out the leg of one platform.
var notThisLeg = lazy.Regexp(`^matrix\.platform != '([^']*)'$`)

// emulates reports whether the step sets up an emulator in the leg of this platform.
// Any other condition than that of another leg may leave it out.
func emulates(s *pipeline.Step, platform, arch string) bool {
	if c := s.Get("if"); c.OK() {
		other := notThisLeg().FindStringSubmatch(pipeline.Expression(c.Text()))
		if other == nil || other[1] == platform {
			return false
		}
	}
	// Without platforms the action sets up all that its image has.
	switch wanted := s.With("platforms").Text(); pipeline.Expression(wanted) {
	case "", "all", "matrix.arch", "matrix.platform":
		return true
	default:
		return slices.ContainsFunc(strings.Split(wanted, ","), func(w string) bool {
			w = strings.TrimSpace(w)
			return w == platform || w == arch
		})
	}
}

func archOf(platform string) string {
	_, arch, _ := strings.Cut(platform, "/")
	return arch
}

func (c *Case) join(s *pipeline.Step, legs pipeline.Place) {
	var want []string
	image := c.imageOf(s.Job)
	if image == nil {
		return
	}
	for _, p := range image.Platforms {
		want = append(want, archOf(p))
	}
	slices.Sort(want)
	if a := s.Env("ARCHITECTURES"); a.OK() {
		have := strings.Fields(a.Text())
		slices.Sort(have)
		if !slices.Equal(have, want) {
			c.broken(a.At(), legs, "write "+strings.Join(want, " "), "%s joins %s, and what is built is %s", s.Job.Label(), quoted(strings.Join(have, " ")), strings.Join(want, " "))
		}
	}
	// Each digest is matched in the loop before anything is joined.
	run := s.Run()
	loop, create := strings.Index(run, "for arch in"), strings.LastIndex(run, "imagetools create")
	if loop < 0 || !strings.Contains(run[min(loop, create):create], "sha256:[0-9a-f]{64}") {
		c.broken(s.At(), legs, "match one digest for each architecture before the join", "%s joins the digests that there are, though one may be missing", s.Job.Label())
	}
}

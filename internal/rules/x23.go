package rules

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
	"github.com/pipegen/pipegen/internal/pipeline"
)

// x23: the platforms of the spec are built, each on a runner of its kind or, where the
// spec says so, under an emulator that is set up before, joined without exception, and
// cover the nodes that the pods may come to.
func provesX23(m *Case) {
	for _, w := range m.Workflows {
		var legs pipeline.Place
		for _, j := range w.Jobs {
			if j.Builds() {
				m.legs(j)
				legs = j.Get("strategy", "matrix").At()
			}
		}
		for _, j := range w.Jobs {
			for _, s := range j.Steps {
				if strings.Contains(s.Run(), "imagetools create") {
					m.join(s, legs)
				}
			}
		}
	}
	for _, o := range m.overlays {
		if w, _, ok := o.app(m); ok {
			m.schedulable(w)
		}
	}
}

func (m *Case) legs(j *pipeline.Job) {
	include := j.Get("strategy", "matrix", "include")
	var platforms []string
	for _, leg := range include.Items() {
		p := leg.Get("platform")
		platforms = append(platforms, p.Text())
		arch := archOf(p.Text())
		if a := leg.Get("arch"); a.OK() && a.Text() != arch {
			m.broken(a.At(), p.At(), "arch: "+arch, "the leg for %s calls itself %s, and its digest is looked for under that name", quoted(p.Text()), quoted(a.Text()))
		}
		m.emulated(j, leg, arch)
	}
	want := slices.Sorted(slices.Values(m.Facts.Platforms))
	slices.Sort(platforms)
	if !slices.Equal(platforms, want) {
		m.broken(include.At(), m.readmePlace(".github/workflows/README.md"), "build "+strings.Join(want, ", "), "%s builds for %s, and the spec says %s", j.Label(), quoted(strings.Join(platforms, ", ")), strings.Join(want, ", "))
	}
	if r := j.Get("runs-on"); include.OK() && pipeline.Expression(r.Text()) != "matrix.runner" {
		m.broken(r.At(), include.At(), "runs-on: ${{ matrix.runner }}", "%s runs on %s for every platform", j.Label(), quoted(r.Text()))
	}
	for _, s := range j.Steps {
		if p := s.With("platforms"); s.Uses == "docker/build-push-action" && pipeline.Expression(p.Text()) != "matrix.platform" && p.Text() != strings.Join(m.Facts.Platforms, ",") {
			m.broken(p.At(), include.At(), "platforms: ${{ matrix.platform }}", "%s builds %s in every leg", j.Label(), quoted(p.Text()))
		}
	}
}

// emulated requires that a leg whose runner is of another kind is one that the spec
// wants emulated, with an emulator set up before the first build.
func (m *Case) emulated(j *pipeline.Job, leg pipeline.Node, arch string) {
	r, p := leg.Get("runner"), leg.Get("platform")
	if !strings.HasPrefix(r.Text(), "ubuntu-") || strings.HasSuffix(r.Text(), "-arm") == (arch == "arm64") {
		return
	}
	if !m.Facts.Emulated {
		m.broken(r.At(), p.At(), "give each platform a runner of its kind", "%s is built on %s, which would have to emulate it", quoted(p.Text()), r.Text())
		return
	}
	for _, s := range j.Steps {
		switch {
		case s.Uses == "docker/setup-qemu-action" && emulates(s, p.Text(), arch):
			return
		case s.Uses == "docker/build-push-action":
			m.broken(s.At(), p.At(), "set up docker/setup-qemu-action for "+arch+" before it", "%s builds %s on %s without an emulator", j.Label(), quoted(p.Text()), r.Text())
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

func (m *Case) join(s *pipeline.Step, legs pipeline.Place) {
	var want []string
	for _, p := range m.Facts.Platforms {
		want = append(want, archOf(p))
	}
	slices.Sort(want)
	if a := s.Env("ARCHITECTURES"); a.OK() {
		have := strings.Fields(a.Text())
		slices.Sort(have)
		if !slices.Equal(have, want) {
			m.broken(a.At(), legs, "write "+strings.Join(want, " "), "%s joins %s, and what is built is %s", s.Job.Label(), quoted(strings.Join(have, " ")), strings.Join(want, " "))
		}
	}
	// Each digest is matched in the loop before anything is joined.
	run := s.Run()
	loop, create := strings.Index(run, "for arch in"), strings.Index(run, "imagetools create")
	if loop < 0 || !strings.Contains(run[min(loop, create):create], "sha256:[0-9a-f]{64}") {
		m.broken(s.At(), legs, "match one digest for each architecture before the join", "%s joins whatever digests there are, be one missing or not", s.Job.Label())
	}
}

// schedulable holds node selectors and affinities against what is built.
func (m *Case) schedulable(w pipeline.Workload) {
	check := func(n pipeline.Node, arch string) {
		if !slices.Contains(m.Facts.Platforms, "linux/"+arch) {
			m.broken(n.At(), m.firstLegs(), "build for it, or let the pods go elsewhere", "the pods may come to a node of the kind %s, for which there is no image", quoted(arch))
		}
	}
	selector := w.Pod().Get("nodeSelector")
	if n := selector.Get("kubernetes.io/arch"); n.OK() {
		check(n, n.Text())
	}
	for _, t := range w.Pod().Get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").Items() {
		for _, e := range t.Get("matchExpressions").Items() {
			if e.Get("key").Text() == "kubernetes.io/arch" && e.Get("operator").Text() == "In" {
				for _, v := range e.Get("values").Items() {
					check(v, v.Text())
				}
			}
		}
	}
}

func (m *Case) firstLegs() pipeline.Place {
	for _, w := range m.Workflows {
		for _, j := range w.Jobs {
			if j.Builds() {
				return j.Get("strategy", "matrix").At()
			}
		}
	}
	return pipeline.Place{}
}

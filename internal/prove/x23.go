package prove

import (
	"slices"
	"strings"

	"github.com/pipegen/pipegen/internal/lazy"
)

// x23: the platforms of the spec are built, each on a runner of its kind or, where the
// spec says so, under an emulator that is set up before, joined without exception, and
// cover the nodes that the pods may come to.
func x23(m *model) {
	for _, w := range m.workflows {
		var legs place
		for _, j := range w.jobs {
			if j.buildsImage() {
				m.legs(j)
				legs = j.get("strategy", "matrix").at()
			}
		}
		for _, j := range w.jobs {
			for _, s := range j.steps {
				if strings.Contains(s.run(), "imagetools create") {
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

func (j *job) buildsImage() bool {
	return slices.ContainsFunc(j.steps, func(s *step) bool { return s.uses == "docker/build-push-action" })
}

func (m *model) legs(j *job) {
	include := j.get("strategy", "matrix", "include")
	var platforms []string
	for _, leg := range include.items() {
		p := leg.get("platform")
		platforms = append(platforms, p.text())
		arch := archOf(p.text())
		if a := leg.get("arch"); a.ok() && a.text() != arch {
			m.broken(X23, a.at(), p.at(), "arch: "+arch, "the leg for %s calls itself %s, and its digest is looked for under that name", quoted(p.text()), quoted(a.text()))
		}
		m.emulated(j, leg, arch)
	}
	want := slices.Sorted(slices.Values(m.facts.Platforms))
	slices.Sort(platforms)
	if !slices.Equal(platforms, want) {
		m.broken(X23, include.at(), m.readmePlace(".github/workflows/README.md"), "build "+strings.Join(want, ", "), "%s builds for %s, and the spec says %s", j.label(), quoted(strings.Join(platforms, ", ")), strings.Join(want, ", "))
	}
	if r := j.get("runs-on"); include.ok() && expression(r.text()) != "matrix.runner" {
		m.broken(X23, r.at(), include.at(), "runs-on: ${{ matrix.runner }}", "%s runs on %s for every platform", j.label(), quoted(r.text()))
	}
	for _, s := range j.steps {
		if p := s.with("platforms"); s.uses == "docker/build-push-action" && expression(p.text()) != "matrix.platform" && p.text() != strings.Join(m.facts.Platforms, ",") {
			m.broken(X23, p.at(), include.at(), "platforms: ${{ matrix.platform }}", "%s builds %s in every leg", j.label(), quoted(p.text()))
		}
	}
}

// emulated requires that a leg whose runner is of another kind is one that the spec
// wants emulated, with an emulator set up before the first build.
func (m *model) emulated(j *job, leg node, arch string) {
	r, p := leg.get("runner"), leg.get("platform")
	if !strings.HasPrefix(r.text(), "ubuntu-") || strings.HasSuffix(r.text(), "-arm") == (arch == "arm64") {
		return
	}
	if !m.facts.Emulated {
		m.broken(X23, r.at(), p.at(), "give each platform a runner of its kind", "%s is built on %s, which would have to emulate it", quoted(p.text()), r.text())
		return
	}
	for _, s := range j.steps {
		switch {
		case s.uses == "docker/setup-qemu-action" && s.emulates(p.text(), arch):
			return
		case s.uses == "docker/build-push-action":
			m.broken(X23, s.at(), p.at(), "set up docker/setup-qemu-action for "+arch+" before it", "%s builds %s on %s without an emulator", j.label(), quoted(p.text()), r.text())
			return
		}
	}
}

// notThisLeg is a condition that leaves out the leg of one platform.
var notThisLeg = lazy.Regexp(`^matrix\.platform != '([^']*)'$`)

// emulates reports whether the step sets up an emulator in the leg of this platform.
// Any other condition than that of another leg may leave it out.
func (s *step) emulates(platform, arch string) bool {
	if c := s.get("if"); c.ok() {
		other := notThisLeg().FindStringSubmatch(expression(c.text()))
		if other == nil || other[1] == platform {
			return false
		}
	}
	// Without platforms the action sets up all that its image has.
	switch wanted := s.with("platforms").text(); expression(wanted) {
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

func (m *model) join(s *step, legs place) {
	var want []string
	for _, p := range m.facts.Platforms {
		want = append(want, archOf(p))
	}
	slices.Sort(want)
	if a := s.env("ARCHITECTURES"); a.ok() {
		have := strings.Fields(a.text())
		slices.Sort(have)
		if !slices.Equal(have, want) {
			m.broken(X23, a.at(), legs, "write "+strings.Join(want, " "), "%s joins %s, and what is built is %s", s.job.label(), quoted(strings.Join(have, " ")), strings.Join(want, " "))
		}
	}
	// Each digest is matched in the loop before anything is joined.
	run := s.run()
	loop, create := strings.Index(run, "for arch in"), strings.Index(run, "imagetools create")
	if loop < 0 || !strings.Contains(run[min(loop, create):create], "sha256:[0-9a-f]{64}") {
		m.broken(X23, s.at(), legs, "match one digest for each architecture before the join", "%s joins whatever digests there are, be one missing or not", s.job.label())
	}
}

// schedulable holds node selectors and affinities against what is built.
func (m *model) schedulable(w workload) {
	check := func(n node, arch string) {
		if !slices.Contains(m.facts.Platforms, "linux/"+arch) {
			m.broken(X23, n.at(), m.firstLegs(), "build for it, or let the pods go elsewhere", "the pods may come to a node of the kind %s, for which there is no image", quoted(arch))
		}
	}
	selector := w.pod().get("nodeSelector")
	if n := selector.get("kubernetes.io/arch"); n.ok() {
		check(n, n.text())
	}
	for _, t := range w.pod().get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").items() {
		for _, e := range t.get("matchExpressions").items() {
			if e.get("key").text() == "kubernetes.io/arch" && e.get("operator").text() == "In" {
				for _, v := range e.get("values").items() {
					check(v, v.text())
				}
			}
		}
	}
}

func (m *model) firstLegs() place {
	for _, w := range m.workflows {
		for _, j := range w.jobs {
			if j.buildsImage() {
				return j.get("strategy", "matrix").at()
			}
		}
	}
	return place{}
}
